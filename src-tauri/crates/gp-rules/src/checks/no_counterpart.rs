//! Kind that the environment's provider does not have.
//!
//! Bad: a DNS zone in an environment on vSphere.
//!
//! Good: it is disabled in that environment, or drawn another way.
//!
//! Why: nothing would be made of it there.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "no-counterpart",
    severity: Severity::Error,
    source: include_str!("no_counterpart.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[r"
env rack vsphere
dns-zone names domain=shop.example.com
"],
        silent: &[r"
env production aws
dns-zone names domain=shop.example.com
"],
    },
};

/// Only the user knows what was meant.
fn fix(_: &Facts<'_>, _: &mut Diagnostic) {}
