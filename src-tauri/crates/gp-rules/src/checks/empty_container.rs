//! Network or subnet with nothing in it.
//!
//! Bad: a subnet in which nothing stands.
//!
//! Good: the subnet holds what it is for, or is not drawn.
//!
//! Why: it costs attention, and on some providers money.

use super::prelude::*;
use std::collections::BTreeSet;

pub(crate) static RULE: Rule = Rule {
    id: "empty-container",
    severity: Severity::Advice,
    source: include_str!("empty_container.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Others] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
    subnet data private
      server one
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one
"],
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
        if named && !holding.contains(&resource.id) {
            let message =
                format!("nothing stands in “{}”: put something in, or remove it", called(resource));
            let remove = Edit::RemoveResources { ids: vec![resource.id.clone()] };
            found.push(
                RULE.at(Place::resource(&resource.id), message).fixed_by("Remove it", remove),
            );
        }
    }
}
