//! Variable or secret that is only a part of a value, that names neither, or that is never closed.
//!
//! Bad: `title = "web-${var.env}"`, `cidr = "${office}"`, `image = "${s.id"`.
//!
//! Good: `title = "${var.title}"`; `$${` where the text itself is meant.
//!
//! Why: it stays as it is, and its braces end up in names, addresses and scripts.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "unreadable-variable",
    severity: Severity::Error,
    source: include_str!("unreadable_variable.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app title="web-${var.env}"
"#,
            r"
user office cidr=${office}
",
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app image="${s.id"
"#,
        ],
        silent: &[r#"
env test lab variables.title="Web one"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app title=${var.title} user-data="echo ${HOME}" tags.note="$${var.text}"
"#],
    },
};

/// Only the user knows what was meant.
fn fix(_: &Facts<'_>, _: &mut Diagnostic) {}
