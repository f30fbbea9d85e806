//! Place in which the provider has no region.
//!
//! Bad: a region in Dublin in an environment on Google Cloud.
//!
//! Good: `regions = { dublin = "europe-west2" }` in the environment.
//!
//! Why: there is no data centre to deploy to.

use super::prelude::*;
use gp_catalog::tables;
use gp_model::nearest;

pub(crate) static RULE: Rule = Rule {
    id: "location-not-on-provider",
    severity: Severity::Error,
    source: include_str!("location_not_on_provider.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[
            r#"
env production gcp
region dublin location=dublin zones=["a"]
  bucket images
"#,
            r#"
env production gcp
region main location=frankfrut zones=["a"]
  bucket images
"#,
        ],
        silent: &[r#"
env production gcp
region frankfurt location=frankfurt zones=["a"]
  bucket images
"#],
    },
};

/// Where it is not far from a city that is known, that one.
fn fix(facts: &Facts<'_>, found: &mut Diagnostic) {
    let Some(region) = resource_at(facts, found) else { return };
    let Some(text) = region.text("location") else { return };
    if let Some(city) = nearest(text, tables::metros()).filter(|city| *city != text) {
        let edit = set(&region.id, "location", city.into());
        offer(found, format!("Use {city}"), edit);
    }
}
