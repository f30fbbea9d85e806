//! Environment that places a region where its provider has none by that name.
//!
//! Bad: `regions = { frankfurt = "eu-centrl-1" }` on AWS.
//!
//! Good: `regions = { frankfurt = "eu-central-1" }`.
//!
//! Why: the provider refuses everything that is to stand there; a region newer than this program can be waived.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "region-not-on-provider",
    severity: Severity::Warning,
    source: include_str!("region_not_on_provider.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[
            r"
env production aws regions.frankfurt=eu-centrl-1
region frankfurt zones a,b location=frankfurt
  bucket images
",
            r#"
env production gcp regions.frankfurt=""
region frankfurt location=frankfurt zones=["a"]
  bucket images
"#,
            r"
env production azure regions.here=eu-central-1
region here location=atlantis zones=a
  bucket images
",
        ],
        silent: &[
            r"
env production aws regions.frankfurt=ap-southeast-7
region frankfurt zones a,b location=frankfurt
  bucket images
",
            r"
env test lab regions.frankfurt=anything
region frankfurt zones a,b location=frankfurt
  bucket images
",
        ],
    },
};

/// What helps is said where it is found.
fn fix(_: &Facts<'_>, _: &mut Diagnostic) {}
