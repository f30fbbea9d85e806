//! Override of something that an environment cannot change.
//!
//! Bad: `override.app = { kind = "function" }`.
//!
//! Good: overrides of attributes, titles, tags, and `disabled = true`.
//!
//! Why: what a thing is and where it stands is the design's, the same in every environment.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "override-not-possible",
    severity: Severity::Error,
    source: include_str!("override_not_possible.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[r"
env test lab override.app.kind=function
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app
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

/// Only the user knows what was meant.
fn fix(_: &Facts<'_>, _: &mut Diagnostic) {}
