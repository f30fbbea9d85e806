//! IPv6 on AWS, which gives a network its /56 itself: subnets and addresses are counted in what it gives,
//! by the numbers that they have in the design's own range, and no range is ever written.

use super::Facts;
use gp_catalog::resolved::{Instance, Peer, ResolvedResource, Segment, Via};
use gp_model::Diagnostic;
use ipnet::Ipv6Net;

/// The other end of an entry that is over IPv6.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Six<'a> {
    /// Everybody.
    Everybody,
    /// A real subnet.
    Subnet(&'a Segment),
    /// The address with this number in a real subnet.
    Host(&'a Segment, u128),
}

/// Whether a network has an IPv6 range.
pub fn has(network: &ResolvedResource) -> bool {
    range(network).is_some()
}

fn range(network: &ResolvedResource) -> Option<Ipv6Net> {
    network.text("ipv6-cidr")?.parse().ok()
}

/// The number of a real subnet's /64 in its network, where AWS can count so far.
pub fn number(facts: &Facts<'_>, segment: &Segment) -> Option<u8> {
    let start = range(facts.resource(&segment.network)?)?.network();
    let own = segment.cidr6?.network();
    u8::try_from(u128::from(own).checked_sub(u128::from(start))? >> 64).ok()
}

/// Real subnets of a tier with their numbers; none where one of them has none.
pub fn numbers<'a>(facts: &Facts<'a>, tier: &ResolvedResource) -> Option<Vec<(&'a Segment, u8)>> {
    let segments = facts.segments(&tier.id).iter();
    let all: Option<Vec<_>> =
        segments.map(|segment| Some((*segment, number(facts, segment)?))).collect();
    all.filter(|all| !all.is_empty())
}

/// Whether a thing speaks both families.
pub fn is_dual(facts: &Facts<'_>, resource: &ResolvedResource) -> bool {
    let instances = &resource.instances;
    !instances.is_empty() && instances.iter().all(|instance| host(facts, instance).is_some())
}

/// The number of an address in its real subnet.
pub fn host(facts: &Facts<'_>, instance: &Instance) -> Option<u128> {
    let segment = facts.segment_of(instance)?;
    number(facts, segment)?;
    u128::from(instance.ip6?).checked_sub(u128::from(segment.cidr6?.network()))
}

/// Whether something in a network goes out by a gateway that lets only answers in.
pub fn leaves(facts: &Facts<'_>, network: &str) -> bool {
    let mut tables =
        facts.resolved.route_tables.values().filter(|table| *table.network == *network);
    tables.any(|table| table.routes6.iter().any(|route| route.via == Via::EgressOnly))
}

/// Who a row of a firewall means over IPv6: a written IPv4 range is nobody there.
pub fn ranges<'a>(facts: &Facts<'a>, peer: &Peer) -> Vec<Six<'a>> {
    let id = match peer {
        Peer::Any => return vec![Six::Everybody],
        Peer::Range6 { id, .. } => {
            let below = facts.segments(id).iter().chain(facts.segments_of_network(id)).copied();
            let counted = below.filter(|segment| number(facts, segment).is_some());
            return counted.map(Six::Subnet).collect();
        }
        Peer::Resource { id } => id,
        Peer::Cidr { .. } | Peer::Service { .. } => return Vec::new(),
    };
    let Some(other) = facts.resource(id) else { return Vec::new() };
    let instances = other.instances.iter();
    let hosts = instances.filter_map(|i| Some((facts.segment_of(i)?, host(facts, i)?)));
    if other.kind == "server" {
        return hosts.map(|(segment, number)| Six::Host(segment, number)).collect();
    }
    // AWS chooses the addresses of what it runs itself.
    let mut all: Vec<Six<'_>> = Vec::new();
    for (segment, _) in hosts {
        if !all.contains(&Six::Subnet(segment)) {
            all.push(Six::Subnet(segment));
        }
    }
    all
}

/// What AWS makes of a range that somebody wrote.
pub fn notes(facts: &Facts<'_>, resource: &ResolvedResource) -> Option<Diagnostic> {
    let is_written = resource
        .attributes
        .get("ipv6-cidr")
        .is_some_and(|value| value.origin != gp_catalog::resolved::Origin::Allocated);
    let text = match resource.kind.as_str() {
        "network" if is_written && has(resource) => format!(
            "AWS gives “{}” an IPv6 range of its own: {} holds elsewhere, and subnets keep their places in it",
            resource.title,
            resource.text("ipv6-cidr").unwrap_or_default()
        ),
        "subnet" if numbers(facts, resource).is_none() => {
            let segments = facts.segments(&resource.id).iter();
            segments
                .filter(|segment| segment.cidr6.is_some())
                .find(|s| number(facts, s).is_none())?;
            format!(
                "“{}” stays without IPv6 on AWS, where a network has 256 subnets with it: choose one of the first 256 /64 of its network",
                resource.title
            )
        }
        _ => return None,
    };
    Some(super::unsupported(&resource.id, Some("ipv6-cidr"), text))
}
