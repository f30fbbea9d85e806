//! Firewall drawn as an appliance that no route leads through.
//!
//! Bad: an appliance in a network without a NAT gateway, that no hub names as its way out.
//!
//! Good: a NAT gateway in its network, which private tiers leave by.
//!
//! Why: it costs as much as one that works, and its lines protect nothing.

use super::prelude::*;
use crate::appliance::{appliances, ways_through};
use gp_catalog::resolved::Exposure;

pub(crate) static RULE: Rule = Rule {
    id: "appliance-nothing-passes",
    severity: Severity::Warning,
    source: include_str!("appliance_nothing_passes.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Segments] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet fire private
      firewall wall mode=appliance
    subnet tier private
      server app
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet edge public
      nat-gateway out
    subnet fire private
      firewall wall mode=appliance
    subnet other private
      firewall second mode=appliance
    subnet tier private
      server app
",
        ],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet edge public
      nat-gateway out
    subnet fire private
      firewall wall mode=appliance
    subnet tier private
      server app
"],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for firewall in appliances(facts) {
        if firewall.instances.iter().any(|one| one.segment.is_some())
            && ways_through(facts, firewall).is_empty()
        {
            let text =
                format!("nothing passes “{}”: {}", called(firewall), why_not(facts, firewall));
            found.push(RULE.at(Place::resource(&firewall.id), text));
        }
    }
}

fn why_not(facts: &Facts<'_>, firewall: &ResolvedResource) -> String {
    let network = |it: &ResolvedResource| facts.above(it, "network").map(|network| &network.id);
    let home = network(firewall);
    let other = appliances(facts).find(|it| it.id != firewall.id && network(it) == home);
    let mut nats = facts.of_kind("nat-gateway").filter(|nat| network(nat) == home);
    let mut segments = facts.resolved.segments.values();
    if let Some(other) = other.filter(|other| !ways_through(facts, other).is_empty()) {
        return format!("“{}” is in the way in its network already, remove one", called(other));
    }
    if nats.next().is_none() {
        return "its network has no NAT gateway; draw one".to_owned();
    }
    let tier = facts.above(firewall, "subnet").map(|tier| &tier.id);
    let private = segments.any(|it| {
        Some(&it.network) == home && it.exposure == Exposure::Private && Some(&it.subnet) != tier
    });
    if private {
        "every private tier leaves by another way".to_owned()
    } else {
        "its network has no private tier beside its own, and no hub leads to it".to_owned()
    }
}
