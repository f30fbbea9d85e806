//! Raw resource of a type that the environment's provider does not have.
//!
//! Bad: `type = "aws_sns_platform_application"` in an environment on Azure, or in a lab.
//!
//! Good: it is disabled in that environment: `override.push = { disabled = true }`.
//!
//! Why: nothing is made of it there, and what waits for it finds nothing.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "raw-of-other-provider",
    severity: Severity::Warning,
    source: include_str!("raw_of_other_provider.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[r#"
env cloud azure
raw push type=aws_sns_platform_application attributes={name="p",platform="GCM",platform_credential="${secret.push}"}
"#],
        silent: &[r#"
env cloud aws
raw push type=aws_sns_platform_application attributes={name="p",platform="GCM",platform_credential="${secret.push}"}
"#],
    },
};

/// Only the user knows what was meant.
fn fix(_: &Facts<'_>, _: &mut Diagnostic) {}
