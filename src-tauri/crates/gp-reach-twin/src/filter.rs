//! Filters, rule by rule, for one packet.

use crate::simulator::Packet;
use gp_catalog::resolved::{Filter, FilterKind, FilterRule, Peer, Resolved};
use gp_model::{PortSpec, Protocol};
use std::net::Ipv4Addr;

/// Into the protected place, or out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Towards {
    Inside,
    Outside,
}

/// The filters that name a place.
pub(crate) fn at<'r>(resolved: &'r Resolved, place: &str) -> Vec<&'r Filter> {
    let names = |filter: &&Filter| filter.applies_to.iter().any(|name| name == place);
    resolved.filters.values().map(|filter| &**filter).filter(names).collect()
}

/// Whether one filter lets one packet through.
pub(crate) fn passes(
    resolved: &Resolved,
    filter: &Filter,
    towards: Towards,
    packet: Packet,
) -> bool {
    let rules = if towards == Towards::Inside { &filter.ingress } else { &filter.egress };
    for rule in rules {
        if !speaks_of(resolved, rule, towards, packet) {
            continue;
        }
        match filter.kind {
            FilterKind::SecurityGroup if rule.allow => return true,
            FilterKind::SecurityGroup => {}
            FilterKind::FirewallTable | FilterKind::NetworkAcl => return rule.allow,
        }
    }
    false
}

fn speaks_of(resolved: &Resolved, rule: &FilterRule, towards: Towards, packet: Packet) -> bool {
    if let Some(ports) = rule.ports
        && !within(ports, packet.protocol, packet.port)
    {
        return false;
    }
    let fits = |peer: &Option<Peer>, address| match peer {
        Some(peer) => is(resolved, peer, address),
        None => true,
    };
    let other = if towards == Towards::Inside { packet.source } else { packet.destination };
    is(resolved, &rule.peer, other)
        && fits(&rule.source, packet.source)
        && fits(&rule.destination, packet.destination)
}

/// Whether a packet falls under a specification.
pub(crate) fn within(spec: PortSpec, protocol: Protocol, port: u16) -> bool {
    spec.protocol == protocol
        && (protocol == Protocol::Icmp || (spec.low <= port && port <= spec.high))
}

fn is(resolved: &Resolved, peer: &Peer, address: Ipv4Addr) -> bool {
    match peer {
        Peer::Any => true,
        Peer::Cidr { cidr } => cidr.contains(&address),
        Peer::Range6 { .. } => false,
        Peer::Resource { id } | Peer::Service { id } => {
            let Some(resource) = resolved.resources.get(id) else { return false };
            resource.kind == "internet"
                || resource.instances.iter().any(|instance| {
                    let stands = instance.segment.is_some();
                    let own = if stands { instance.ip } else { instance.public_ip.or(instance.ip) };
                    own == Some(address)
                })
        }
    }
}

/// Ports worth trying for an answer: the ends of the range that clients use, and around every
/// edge that a rule of the filter has.
pub(crate) fn answer_ports(filter: &Filter, protocol: Protocol) -> Vec<u16> {
    if protocol == Protocol::Icmp {
        return vec![0];
    }
    let mut ports = vec![1024, 65535];
    for rule in filter.ingress.iter().chain(&filter.egress) {
        if let Some(spec) = rule.ports {
            let edges =
                [spec.low.saturating_sub(1), spec.low, spec.high, spec.high.saturating_add(1)];
            ports.extend(edges.into_iter().filter(|port| *port >= 1024));
        }
    }
    ports.sort_unstable();
    ports.dedup();
    ports
}
