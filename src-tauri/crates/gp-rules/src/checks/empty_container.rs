//! Network or subnet with nothing in it.
//!
//! Bad: a subnet in which nothing stands.
//!
//! Good: the subnet holds what it is for, or is not drawn. One by which a transit hub reaches its network may be empty.
//!
//! Why: it costs attention, and on some providers money.

use super::prelude::*;
use std::collections::BTreeSet;

pub(crate) static RULE: Rule = Rule {
    id: "empty-container",
    severity: Severity::Advice,
    source: include_str!("empty_container.rs"),
    reads: Reads {
        kinds: &[],
        attributes: &[],
        near: &[Near::Others, Near::Links, Near::Segments],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
    subnet data private
      server one
",
            // The hub lands in the other one.
            r"
internet internet
region frankfurt zones a,b location=frankfurt
  transit-hub hub egress=shop
  network shop 10.20.0.0/16
    subnet edge public
      nat-gateway out
    subnet landing private
    subnet other isolated
shop -> hub
",
        ],
        silent: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one
",
            // The hub's foot in the network: without it, what others send lands where no way leads on.
            r"
internet internet
region frankfurt zones a,b location=frankfurt
  transit-hub hub egress=shop
  network shop 10.20.0.0/16
    subnet edge public
      nat-gateway out
    subnet landing private
shop -> hub
",
        ],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let resources = &facts.resolved.resources;
    let mut holding: BTreeSet<&Id> = resources.values().filter_map(|r| r.parent.as_ref()).collect();
    // Guests stand in racks, and have their addresses in it.
    holding
        .extend(resources.values().filter_map(|r| facts.resolved.tier_of(r)).map(|(tier, _)| tier));
    for resource in resources.values() {
        let named = matches!(resource.kind.as_str(), "network" | "subnet");
        if named && !holding.contains(&resource.id) && !hub_lands_in(facts, resource) {
            let message =
                format!("nothing stands in “{}”: put something in, or remove it", called(resource));
            let remove = Edit::RemoveResources { ids: vec![resource.id.clone()] };
            found.push(
                RULE.at(Place::resource(&resource.id), message).fixed_by("Remove it", remove),
            );
        }
    }
}

/// Whether it is the subnet by which a hub reaches its network.
fn hub_lands_in(facts: &Facts<'_>, subnet: &ResolvedResource) -> bool {
    let Some(network) = facts.above(subnet, "network") else { return false };
    let mut links = facts.links_from(&network.id, LinkKind::Attachment);
    let hangs =
        links.any(|link| facts.resource(&link.to).is_some_and(|it| it.kind == "transit-hub"));
    hangs && facts.resolved.landing(&network.id).is(&subnet.id)
}
