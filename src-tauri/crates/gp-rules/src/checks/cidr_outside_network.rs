//! Subnet whose range is not inside its network's.
//!
//! Bad: a subnet 10.30.0.0/24 in a network 10.20.0.0/16.
//!
//! Good: a subnet 10.20.3.0/24, or no range: one is allocated and stays.
//!
//! Why: a network routes only addresses of its own range.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "cidr-outside-network",
    severity: Severity::Error,
    source: include_str!("cidr_outside_network.rs"),
    reads: Reads {
        kinds: &["subnet", "network"],
        attributes: &["cidr"],
        near: &[Near::Containers],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private 10.30.0.0/24
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private 10.20.9.0/24
    subnet data isolated
"],
    },
};

fn check(facts: &Facts<'_>, subnet: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    if subnet.kind != "subnet" || !is_set(subnet, "cidr") {
        return;
    }
    let Some(network) = facts.above(subnet, "network") else { return };
    let (Some(inner), Some(outer)) = (cidr(subnet), cidr(network)) else { return };
    if !outer.contains(&inner) {
        let message = format!(
            "{inner} of “{}” is not inside {outer} of “{}”: leave it out, or choose a part of {outer}",
            called(subnet),
            called(network)
        );
        found.push(
            RULE.at(Place::attribute(&subnet.id, "cidr"), message)
                .and_at(Place::attribute(&network.id, "cidr"))
                .fixed_by("Allocate the range", unset(&subnet.id, "cidr")),
        );
    }
}
