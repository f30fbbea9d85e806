//! Containers that stand in each other.
//!
//! Bad: network a in network b, and b in a.
//!
//! Good: each container stands in one that does not stand in it.
//!
//! Why: a thing that is inside itself is nowhere.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "cyclic-parents",
    severity: Severity::Error,
    source: include_str!("cyclic_parents.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[r"
network a parent=b
network b parent=a
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
"],
    },
};

/// Which of them stands wrong only the user knows.
fn fix(_: &Facts<'_>, _: &mut Diagnostic) {}
