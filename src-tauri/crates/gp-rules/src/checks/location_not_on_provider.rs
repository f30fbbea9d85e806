//! Place in which the provider has no region.
//!
//! Bad: a region in Dublin in an environment on Google Cloud.
//!
//! Good: `regions = { dublin = "europe-west2" }` in the environment.
//!
//! Why: there is no data centre to deploy to.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "location-not-on-provider",
    severity: Severity::Error,
    source: include_str!("location_not_on_provider.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[r#"
env production gcp
region dublin location=dublin zones=["a"]
  bucket images
"#],
        silent: &[r#"
env production gcp
region frankfurt location=frankfurt zones=["a"]
  bucket images
"#],
    },
};

/// Only the user knows what was meant.
fn fix(_: &Facts<'_>, _: &mut Diagnostic) {}
