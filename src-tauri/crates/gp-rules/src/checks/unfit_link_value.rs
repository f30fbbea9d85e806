//! Variable in a link that holds something else than the link expects.
//!
//! Bad: `allow = ["${var.ports}"]` with `variables = { ports = 5432 }`.
//!
//! Good: `variables = { ports = ["tcp/5432", "tcp/5433"] }`.
//!
//! Why: nobody can tell what is meant, so nothing is opened or granted for it.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "unfit-link-value",
    severity: Severity::Error,
    source: include_str!("unfit_link_value.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[r#"
env test lab variables.ports=5432
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one http:tcp/80
      server two
two -> one allow=["${var.ports}"]
"#],
        silent: &[r#"
env test lab variables.ports=["tcp/80","tcp/443"] variables.access="read"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one http:tcp/80 https:tcp/443
      server two
    private-endpoint door target=images
  bucket images
two -> one allow=["${var.ports}"]
two -> images access=["${var.access}"]
"#],
    },
};

/// Only the user knows what was meant.
fn fix(_: &Facts<'_>, _: &mut Diagnostic) {}
