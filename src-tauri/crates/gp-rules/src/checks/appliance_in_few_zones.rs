//! Firewall drawn as an appliance that stands in fewer zones than what passes it.
//!
//! Bad: servers in zones a and b, and their firewall in zone a alone.
//!
//! Good: the firewall's tier spans all zones of those that leave through it.
//!
//! Why: when its zone fails, nothing in the others leaves any more; and until then they pay for traffic between zones.

use super::prelude::*;
use crate::{
    appliance::{appliances, ways_through},
    words::list,
};
use std::collections::BTreeSet;

pub(crate) static RULE: Rule = Rule {
    id: "appliance-in-few-zones",
    severity: Severity::Warning,
    source: include_str!("appliance_in_few_zones.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Segments] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet edge public
      nat-gateway out
    subnet fire private zones=["a"]
      firewall wall mode=appliance
    subnet tier private
      server app
"#],
        silent: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet edge public
      nat-gateway out
    subnet fire private
      firewall wall mode=appliance
    subnet tier private zones=["b"]
      server app
"#],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for firewall in appliances(facts) {
        let own: BTreeSet<&str> =
            firewall.instances.iter().filter_map(|one| one.zone.as_deref()).collect();
        // One region's zones are not another's, though they have the same letters.
        let region = facts.above(firewall, "region").map(|region| &region.id);
        let near = |network: &Id| {
            let network = facts.resource(network);
            network.and_then(|it| facts.above(it, "region")).map(|region| &region.id) == region
        };
        let passing = ways_through(facts, firewall);
        let zones: BTreeSet<&str> = passing
            .iter()
            .filter(|(segment, _)| near(&segment.network))
            .filter_map(|(segment, _)| segment.zone.as_deref())
            .collect();
        let without: Vec<String> = zones.difference(&own).map(|zone| (*zone).to_owned()).collect();
        if own.is_empty() || without.is_empty() {
            continue;
        }
        let text = format!(
            "“{}” does not stand in zone {}, from which things leave through it: let its subnet span all their zones",
            called(firewall),
            list(&without)
        );
        found.push(RULE.at(Place::resource(&firewall.id), text));
    }
}
