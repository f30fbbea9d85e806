//! Fixed address that is not in its subnet.
//!
//! Bad: `address = "10.99.0.5"` in a subnet 10.20.1.0/24.
//!
//! Good: an address of the subnet, or none: one is allocated and stays.
//!
//! Why: nothing would ever be delivered there.

use super::prelude::*;
use std::net::Ipv4Addr;

pub(crate) static RULE: Rule = Rule {
    id: "fixed-address-outside-subnet",
    severity: Severity::Error,
    source: include_str!("fixed_address_outside_subnet.rs"),
    reads: Reads { kinds: &[], attributes: &["address"], near: &[Near::Containers] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private 10.20.1.0/24
      server app address=10.99.0.5
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private 10.20.1.0/24
      server app address=10.20.1.20
"],
    },
};

fn check(facts: &Facts<'_>, resource: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    if !is_set(resource, "address") || facts.kind(resource).is_some_and(|k| k.actor) {
        return;
    }
    let address = resource.text("address").and_then(|text| text.parse::<Ipv4Addr>().ok());
    let subnet = facts.above(resource, "subnet");
    let range = subnet.and_then(cidr);
    if let (Some(address), Some(subnet), Some(range)) = (address, subnet, range)
        && !range.contains(&address)
    {
        let message = format!(
            "{address} of “{}” is not in {range} of “{}”: leave it out, or choose one of {range}",
            called(resource),
            called(subnet)
        );
        found.push(
            RULE.at(Place::attribute(&resource.id, "address"), message)
                .and_at(Place::attribute(&subnet.id, "cidr"))
                .fixed_by("Allocate the address", unset(&resource.id, "address")),
        );
    }
}
