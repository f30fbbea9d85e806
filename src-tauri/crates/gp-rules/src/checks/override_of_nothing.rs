//! Override of a resource that is not there.
//!
//! Bad: `override.app-server = { count = 6 }` after the resource was renamed by hand.
//!
//! Good: the override names a resource of the design.
//!
//! Why: it has no effect.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "override-of-nothing",
    severity: Severity::Warning,
    source: include_str!("override_of_nothing.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[r"
env test lab override.ghost.count=6
internet internet
"],
        silent: &[r"
env test lab override.app.count=3
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app
"],
    },
};

/// What helps is said where it is found.
fn fix(_: &Facts<'_>, _: &mut Diagnostic) {}
