//! Zone that the region does not have.
//!
//! Bad: `zone = "c"` in a region with `zones = ["a", "b"]`.
//!
//! Good: `zone = "b"`, or a third zone at the region.
//!
//! Why: there is no place to put it.

use super::prelude::*;
use crate::{facts::written_zones, words::list};

pub(crate) static RULE: Rule = Rule {
    id: "zone-not-in-region",
    severity: Severity::Error,
    source: include_str!("zone_not_in_region.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[
            r"
region frankfurt zones a,b location=frankfurt
  zone lane letter=c
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one zone=c
",
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private zones=["a","d"]
      server one
"#,
        ],
        silent: &[r#"
region frankfurt zones a,b location=frankfurt
  zone lane letter=b
  network shop 10.20.0.0/16
    subnet tier private zones=["a"]
      server one zone=a
"#],
    },
};

fn fix(facts: &Facts<'_>, found: &mut Diagnostic) {
    let Some(resource) = resource_at(facts, found) else { return };
    let above = resource.ancestors.iter().filter_map(|id| facts.resource(id));
    let there = above.map(|r| &*r.zones).find(|zones| !zones.is_empty());
    let Some(there) = there.filter(|there| !there.is_empty()) else { return };
    let pinned = ["zone", "letter"].into_iter().find(|name| {
        is_set(resource, name)
            && resource.text(name).is_some_and(|zone| !there.iter().any(|t| t == zone))
    });
    if let Some(name) = pinned {
        let edit = set(&resource.id, name, there[0].as_str().into());
        offer(found, format!("Use zone {}", there[0]), edit);
    } else if is_set(resource, "zones") {
        let named = written_zones(resource);
        let left: Vec<String> = named.iter().filter(|z| there.contains(z)).cloned().collect();
        if left.len() == named.len() {
            return;
        }
        if left.is_empty() {
            offer(found, "Use the zones around it", unset(&resource.id, "zones"));
        } else {
            let title = format!("Use only {}", list(&left));
            offer(found, title, set(&resource.id, "zones", left.into()));
        }
    }
}
