//! Secret where none can be.
//!
//! Bad: `cidr = "${secret.office}"` at a user, `note = "${secret.text}"` at a link.
//!
//! Good: secrets in a server's user data and in raw attributes below `on.PROVIDER`; variables elsewhere.
//!
//! Why: a secret is known only at deploy time, and what the drawing means must be known before.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "misplaced-secret",
    severity: Severity::Error,
    source: include_str!("misplaced_secret.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[
            r"
user office cidr=${secret.office}
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one http:tcp/80
      server two
two -> one note=${secret.text}
",
        ],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app user-data=${secret.script} on.aws.key_name=${secret.key}
"],
    },
};

/// Only the user knows what was meant.
fn fix(_: &Facts<'_>, _: &mut Diagnostic) {}
