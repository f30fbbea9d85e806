//! Variable that leads back to itself.
//!
//! Bad: `variables = { size = "${var.big}", big = "${var.size}" }`.
//!
//! Good: `variables = { size = "${var.big}", big = 4 }`.
//!
//! Why: it has no value, and what needs it would be missing in this environment.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "cyclic-variable",
    severity: Severity::Error,
    source: include_str!("cyclic_variable.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[
            r"
env test lab variables.size=${var.size}
region frankfurt zones a,b location=frankfurt
",
            r"
env test lab variables.size=${var.big} variables.big=${var.size}
region frankfurt zones a,b location=frankfurt
",
        ],
        silent: &[r"
env test lab variables.size=${var.big} variables.big=2
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one cpu=${var.size}
"],
    },
};

/// Which of them is to have a value only the user knows.
fn fix(_: &Facts<'_>, _: &mut Diagnostic) {}
