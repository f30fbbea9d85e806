//! Standby that stands in the same zone as the first.
//!
//! Bad: `standby = true` in a subnet with one zone.
//!
//! Good: the subnet spans two zones.
//!
//! Why: what takes out the zone takes out both.

use super::prelude::*;
use crate::{facts::written_zones, words::list};

pub(crate) static RULE: Rule = Rule {
    id: "standby-in-one-zone",
    severity: Severity::Error,
    source: include_str!("standby_in_one_zone.rs"),
    reads: Reads {
        kinds: &["cache", "database"],
        attributes: &["standby", "zone"],
        near: &[Near::Containers],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet data isolated zones=["a"]
      database orders standby=true
"#,
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet data isolated zones=["b"]
      cache answers standby=true
"#,
        ],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet data isolated
      database orders standby=true
      cache answers standby=true
"],
    },
};

fn check(facts: &Facts<'_>, kept: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    if !kept.flag("standby") {
        return;
    }
    let zones = facts.zones(kept);
    if zones.len() >= 2 || zones.is_empty() {
        return;
    }
    let message = format!(
        "“{}” has a standby, but only zone {} to put both in: let its subnet span two zones",
        called(kept),
        zones.join("")
    );
    let mut said = RULE.at(Place::attribute(&kept.id, "standby"), message);
    let region = facts.above(kept, "region");
    if let (Some(subnet), Some(region)) = (facts.above(kept, "subnet"), region) {
        let all = written_zones(region);
        if all.len() >= 2 && is_set(subnet, "zones") {
            let title = format!("Use zones {}", list(&all));
            said = said.fixed_by(title, set(&subnet.id, "zones", all.into()));
        }
    }
    found.push(said.fixed_by("Do without a standby", set(&kept.id, "standby", false.into())));
}
