//! Subnet with fewer addresses than stand in it.
//!
//! Bad: 30 servers in a subnet 10.20.1.0/26, which has ten free addresses in each of four parts.
//!
//! Good: a range with room, counting the addresses that the provider keeps for itself.
//!
//! Why: the last ones could not be made.

use super::prelude::*;
use ipnet::Ipv4Net;
use std::collections::BTreeMap;

pub(crate) static RULE: Rule = Rule {
    id: "subnet-full",
    severity: Severity::Error,
    source: include_str!("subnet_full.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private 10.20.1.0/26
      server app x30
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private 10.20.1.0/24
      server app x30
"],
    },
};

fn fix(facts: &Facts<'_>, found: &mut Diagnostic) {
    let Some(subnet) = resource_at(facts, found) else { return };
    if let Some(range) = larger(facts, subnet) {
        let edit = set(&subnet.id, "cidr", range.to_string().into());
        offer(found, format!("Make it {range}"), edit);
    }
}

/// The smallest range with room for all, where it is if it can grow there, else the first free one of the network.
fn larger(facts: &Facts<'_>, subnet: &ResolvedResource) -> Option<Ipv4Net> {
    let now = cidr(subnet)?;
    let network = facts.above(subnet, "network")?;
    let room = cidr(network)?;
    let prefix = needed(facts, subnet)?.min(now.prefix_len().checked_sub(1)?);
    let beside: Vec<Ipv4Net> = facts
        .of_kind("subnet")
        .filter(|one| one.id != subnet.id && one.ancestors.contains(&network.id))
        .filter_map(cidr)
        .collect();
    let free = |range: &Ipv4Net| {
        room.contains(range) && !beside.iter().any(|b| b.contains(range) || range.contains(b))
    };
    let grown = Ipv4Net::new(now.network(), prefix).ok()?.trunc();
    let others = room.subnets(prefix).ok().into_iter().flatten().take(LOOKED_AT);
    std::iter::once(grown).chain(others).find(free)
}

/// No network is cut into more parts than this for an offer.
const LOOKED_AT: usize = 4096;

/// The prefix of a range whose part for the fullest zone holds what stands there.
fn needed(facts: &Facts<'_>, subnet: &ResolvedResource) -> Option<u8> {
    let inside = format!("{}/", subnet.id);
    let mut zones: BTreeMap<Option<&str>, u32> = BTreeMap::new();
    for instance in facts.resolved.resources.values().flat_map(|one| one.instances.iter()) {
        let segment = instance.segment.as_deref().unwrap_or_default();
        if segment == subnet.id.as_str() || segment.starts_with(&inside) {
            *zones.entry(instance.zone.as_deref()).or_default() += 1;
        }
    }
    let (first, last) = gp_catalog::tables::reserved_anywhere();
    let part = (zones.into_values().max()? + first + last).checked_next_power_of_two()?;
    // As many parts as it has zones, and at least four, so that zones can be added.
    let written = subnet.text("slots").and_then(|slots| slots.parse().ok()).unwrap_or(4);
    let parts = written.max(subnet.zones.len() as u32).checked_next_power_of_two()?;
    32_u8.checked_sub(part.checked_mul(parts)?.trailing_zeros() as u8)
}
