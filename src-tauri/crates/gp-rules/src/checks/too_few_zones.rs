//! Thing that the provider puts into at least two zones, with room in only one.
//!
//! Bad: a load balancer on AWS in a subnet with one zone.
//!
//! Good: the subnet spans two zones.
//!
//! Why: the provider refuses to make it.

use super::prelude::*;
use crate::{facts::written_zones, words::list};

pub(crate) static RULE: Rule = Rule {
    id: "too-few-zones",
    severity: Severity::Error,
    source: include_str!("too_few_zones.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[r#"
env production aws regions.frankfurt=eu-central-1
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet web public zones=["a"]
      load-balancer entry listeners=[{protocol="http",port=80}]
    subnet tier private
      server app http:tcp/80
entry -> app
"#],
        silent: &[r#"
env production aws regions.frankfurt=eu-central-1
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet web public
      load-balancer entry listeners=[{protocol="http",port=80}]
    subnet tier private
      server app http:tcp/80
entry -> app
"#],
    },
};

fn fix(facts: &Facts<'_>, found: &mut Diagnostic) {
    let Some(resource) = resource_at(facts, found) else { return };
    let Some(subnet) = facts.above(resource, "subnet") else { return };
    let region = facts.above(resource, "region").map(written_zones).unwrap_or_default();
    if region.len() > subnet.zones.len() && is_set(subnet, "zones") {
        let title = format!("Use zones {}", list(&region));
        offer(found, title, set(&subnet.id, "zones", region.into()));
    }
}
