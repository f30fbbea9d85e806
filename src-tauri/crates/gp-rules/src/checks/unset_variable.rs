//! Variable that the environment does not set.
//!
//! Bad: `cpu = "${var.size}"` without `variables = { size = 2 }`.
//!
//! Good: every environment sets the variables that the design uses.
//!
//! Why: the value would be missing in this environment.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "unset-variable",
    severity: Severity::Error,
    source: include_str!("unset_variable.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one cpu=${var.size}
"],
        silent: &[r"
env test lab variables.size=2
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one cpu=${var.size}
"],
    },
};

/// Only the user knows what was meant.
fn fix(_: &Facts<'_>, _: &mut Diagnostic) {}
