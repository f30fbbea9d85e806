//! Environment that says where a region is which the design does not have.
//!
//! Bad: `regions.frankfort = "eu-central-1"`.
//!
//! Good: the entry names a region of the design.
//!
//! Why: it has no effect, and the region that was meant goes where its city says.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "region-of-nothing",
    severity: Severity::Warning,
    source: include_str!("region_of_nothing.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[
            r"
env production aws regions.frankfort=eu-central-1
region frankfurt zones a,b location=frankfurt
",
            r"
env production aws regions.shop=eu-central-1
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app
",
        ],
        silent: &[r"
env production aws regions.frankfurt=eu-central-1
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app needs=[]
"],
    },
};

/// What helps is said where it is found.
fn fix(_: &Facts<'_>, _: &mut Diagnostic) {}
