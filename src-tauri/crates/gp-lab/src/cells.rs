//! Which connections a verification tries: every pair of end points, every service, and one port
//! per server on which nothing is drawn. Tries none of them.

use crate::blueprint::{Crossing, crossings, is_outside};
use gp_catalog::{
    borders::Borders,
    resolved::{Instance, Resolved, ResolvedLink, ResolvedResource},
};
use gp_model::{Id, LinkKind, PortSpec, Protocol};
use std::{collections::BTreeSet, net::Ipv4Addr};

/// One connection to try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// The source instance's address.
    pub from: String,
    /// The destination instance's address.
    pub to: String,
    /// The destination's addresses, the one the source would use first.
    pub addresses: Vec<Ipv4Addr>,
    /// The service, or the one port nothing is drawn on.
    pub service: PortSpec,
    /// A flow or target link says that it works.
    pub drawn: bool,
    /// No service of the destination: must be closed unless everything is open.
    pub undrawn_port: bool,
}

/// Everything to try, in order of addresses.
pub fn cells(resolved: &Resolved) -> Vec<Planned> {
    let ends: Vec<(&ResolvedResource, &Instance)> = resolved
        .instances()
        .filter(|(resource, instance)| is_end_point(resource, instance))
        .collect();
    let borders = Borders::of_rules(resolved);
    let targets: Vec<_> = ends
        .iter()
        .map(|(resource, instance)| {
            (*resource, *instance, tried_ports(resolved, &borders, resource, instance))
        })
        .collect();
    let peered = peerings(resolved);
    let mut planned = Vec::new();
    for (source, from) in ends.iter().filter(|(resource, i)| starts_connections(resource, i)) {
        let links = links_of(resolved, source);
        for (target, to, ports) in &targets {
            if from.address == to.address {
                continue;
            }
            let addresses = addresses(resolved, &peered, from, to);
            for (service, undrawn_port) in ports {
                planned.push(Planned {
                    from: from.address.clone(),
                    to: to.address.clone(),
                    addresses: addresses.clone(),
                    service: *service,
                    drawn: !undrawn_port
                        && is_drawn(resolved, &links, (source, from), (target, to), *service),
                    undrawn_port: *undrawn_port,
                });
            }
        }
    }
    planned
}

/// Has an address and takes or makes connections of its own.
pub(crate) fn is_end_point(resource: &ResolvedResource, instance: &Instance) -> bool {
    let addressed = instance.ip.is_some() || instance.public_ip.is_some();
    addressed && !matches!(resource.kind.as_str(), "firewall" | "nat-gateway" | "private-endpoint")
}

/// Regional services answer; of them only functions and gateways start connections, too.
pub(crate) fn starts_connections(resource: &ResolvedResource, instance: &Instance) -> bool {
    let regional = is_outside(instance)
        && instance.public_ip.is_some_and(|address| matches!(address.octets(), [198, 19, ..]));
    !regional || matches!(resource.kind.as_str(), "api-gateway" | "cdn" | "function")
}

pub(crate) fn peerings(resolved: &Resolved) -> BTreeSet<(Id, Id)> {
    let both = |crossing: Crossing| {
        let (a, b) = crossing.ends;
        [(a.clone(), b.clone()), (b, a)]
    };
    crossings(resolved).into_iter().flat_map(both).collect()
}

/// Inside and between peered networks the private address first, else the public one: who has
/// none is tried at the private one, which must fail.
pub(crate) fn addresses(
    resolved: &Resolved,
    peered: &BTreeSet<(Id, Id)>,
    from: &Instance,
    to: &Instance,
) -> Vec<Ipv4Addr> {
    let network = |instance: &Instance| {
        let segment = instance.segment.as_ref()?;
        resolved.segments.get(segment).map(|segment| segment.network.clone())
    };
    let near = match (network(from), network(to)) {
        (Some(from), Some(to)) => from == to || peered.contains(&(from, to)),
        _ => false,
    };
    let order = if near { [to.ip, to.public_ip] } else { [to.public_ip, to.ip] };
    order.into_iter().flatten().collect()
}

/// The services of a destination, and for what stands in a segment one port beside them. Ranges are
/// cut where rules tell their ports apart: one packet speaks for a whole piece.
fn tried_ports(
    resolved: &Resolved,
    borders: &Borders,
    resource: &ResolvedResource,
    instance: &Instance,
) -> Vec<(PortSpec, bool)> {
    let mut services: BTreeSet<PortSpec> = resource.services.iter().map(|s| s.ports).collect();
    services.extend(resource.listeners.iter().map(|listener| listener.ports));
    let links = resolved.links.values().filter(|link| {
        link.to == resource.id && matches!(link.kind, LinkKind::Flow | LinkKind::Target)
    });
    services.extend(links.flat_map(|link| link.ports.iter().copied()));
    if resource.instances.iter().any(is_outside) {
        services.insert(PortSpec::tcp(443));
    }
    let services = borders.cut(&services);
    let free = [22, 23, 2222, 9].into_iter().find(|port| {
        let holds = |s: &PortSpec| s.protocol == Protocol::Tcp && s.low <= *port && *port <= s.high;
        !services.iter().any(holds)
    });
    let undrawn =
        free.filter(|_| instance.segment.is_some()).map(|port| (PortSpec::tcp(port), true));
    services.into_iter().map(|service| (service, false)).chain(undrawn).collect()
}

/// The links that begin at a resource and carry packets.
fn links_of<'a>(resolved: &'a Resolved, source: &ResolvedResource) -> Vec<&'a ResolvedLink> {
    let carries = |link: &ResolvedLink| matches!(link.kind, LinkKind::Flow | LinkKind::Target);
    let links = resolved.links.values().map(|link| &**link);
    links.filter(|link| carries(link) && resolved.link_means(&link.from, source)).collect()
}

/// Whether one of the source's links says that this works.
fn is_drawn(
    resolved: &Resolved,
    links: &[&ResolvedLink],
    (source, from): (&ResolvedResource, &Instance),
    (target, to): (&ResolvedResource, &Instance),
    service: PortSpec,
) -> bool {
    if links.is_empty() || !source.takes_part(from, true) || !target.takes_part(to, false) {
        return false;
    }
    links.iter().any(|link| {
        link.ports.iter().any(|ports| {
            ports.protocol == service.protocol
                && ports.low <= service.low
                && service.high <= ports.high
        }) && resolved.link_means(&link.to, target)
    })
}
