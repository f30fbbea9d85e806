//! The pure step from meaning to blueprint: which namespaces, bridges and cables there are.
//! Routers, filters and load balancers have files of their own.

use super::{
    Blueprint, Bridge, CORE, CORE_ADDRESS, Cable, End, Far, RouteLine, SERVICES, SERVICES_ADDRESS,
    Space, Volume, appliance, balance,
    crossing::{Crossing, crossings},
    filter, listeners,
    names::{device_name, hardware_address, slots},
    naming, router,
};
use crate::nft::{Action, Chain, Match, Rule};
use gp_catalog::resolved::{Filter, Instance, Resolved, ResolvedLink, ResolvedResource, Segment};
use gp_model::Id;
use ipnet::Ipv4Net;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
};

/// The main routing table.
pub(super) const MAIN: u32 = 254;

/// What several builders need to know of the whole.
pub(super) struct Plot<'a> {
    pub resolved: &'a Resolved,
    /// Network → its router's own address.
    pub routers: BTreeMap<String, Ipv4Addr>,
    /// Instances that pass-through balancers send to: their answers must pass the router.
    pub behind_pass_through: BTreeSet<String>,
    /// Networks whose ranges another one has too: services cannot tell them apart.
    pub ambiguous: BTreeSet<String>,
    /// Which networks have a cable between them.
    pub crossings: Vec<Crossing>,
    /// Instance → its security groups, in their order.
    pub groups: BTreeMap<&'a str, Vec<&'a Filter>>,
    /// Resource → flow and target links that lead to it.
    pub arriving: BTreeMap<&'a Id, Vec<&'a ResolvedLink>>,
    /// Resource → ports that some balancer's health check asks.
    pub checked: BTreeMap<&'a Id, Vec<u16>>,
}

/// The blueprint of a design in its environment. Total: what cannot be built is left out.
pub fn blueprint(resolved: &Resolved) -> Blueprint {
    let networks: BTreeSet<&str> =
        resolved.segments.values().map(|segment| segment.network.as_str()).collect();
    let routers = slots(networks.iter().copied(), 250 * 250)
        .into_iter()
        .map(|(network, slot)| {
            let address = Ipv4Addr::new(169, 254, 2 + (slot / 250) as u8, 1 + (slot % 250) as u8);
            (network, address)
        })
        .collect();
    let plot = Plot {
        resolved,
        routers,
        behind_pass_through: balance::pass_through_targets(resolved),
        ambiguous: ambiguous(resolved),
        crossings: crossings(resolved),
        groups: filter::groups(resolved),
        arriving: listeners::arriving(resolved),
        checked: balance::checked_ports(resolved),
    };
    let mut made = Blueprint::default();
    outside(&plot, &mut made);
    router::add_routers(&plot, &mut made);
    for segment in resolved.segments.values() {
        add_segment(segment, &mut made);
    }
    for (resource, instance) in resolved.instances() {
        add_instance(&plot, resource, instance, &mut made);
    }
    naming::add_names(resolved, &mut made);
    made
}

fn ambiguous(resolved: &Resolved) -> BTreeSet<String> {
    let segments: Vec<_> = resolved.segments.values().collect();
    let meets = |a: &Segment, b: &Segment| {
        a.network != b.network && (a.cidr.contains(&b.cidr) || b.cidr.contains(&a.cidr))
    };
    let shared = segments.iter().filter(|a| segments.iter().any(|b| meets(a, b)));
    shared.map(|segment| segment.network.to_string()).collect()
}

/// Whether an address belongs to a regional service rather than to somebody outside.
fn is_service(address: Ipv4Addr) -> bool {
    services_range().contains(&address)
}

/// Whether an instance stands outside every network.
pub(crate) fn is_outside(instance: &Instance) -> bool {
    instance.segment.is_none() && instance.public_ip.is_some()
}

pub(super) fn services_range() -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(198, 19, 0, 0), 16)
}

pub(super) fn everywhere() -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::UNSPECIFIED, 0)
}

pub(super) fn host(address: Ipv4Addr) -> Ipv4Net {
    Ipv4Net::new_assert(address, 32)
}

/// The router's address in a segment: the first one.
pub(super) fn gateway(segment: &Segment) -> Ipv4Addr {
    segment.cidr.hosts().next().unwrap_or(segment.cidr.addr())
}

/// The internet's core, and the router in front of regional services.
fn outside(plot: &Plot<'_>, made: &mut Blueprint) {
    let mut core = Space { forwards: true, addresses: vec![CORE_ADDRESS], ..Space::default() };
    let mut services =
        Space { forwards: true, addresses: vec![SERVICES_ADDRESS], ..Space::default() };
    core.routes.insert(route(services_range(), "services", Some(SERVICES_ADDRESS)));
    core.routes.insert(RouteLine {
        table: MAIN,
        destination: everywhere(),
        device: None,
        gateway: None,
    });
    core.rules.push(no_route(CORE));
    services.routes.insert(route(everywhere(), "core", Some(CORE_ADDRESS)));
    ways_into_networks(plot, &mut services);
    ways_to_public_addresses(plot, &mut core, &mut services);
    made.spaces.insert(CORE.into(), core);
    made.spaces.insert(SERVICES.into(), services);
    let end = |space: &str, device: &str, reaches| End {
        space: space.into(),
        device: device.into(),
        reaches,
        ..End::default()
    };
    made.cables.insert(
        "core-services".into(),
        Cable {
            owner: String::new(),
            end: end(CORE, "services", vec![host(SERVICES_ADDRESS)]),
            to: Far::Space(end(SERVICES, "core", vec![host(CORE_ADDRESS)])),
        },
    );
}

/// Services answer into networks; a function that starts a connection is outside like anybody.
fn ways_into_networks(plot: &Plot<'_>, services: &mut Space) {
    let mut entered = BTreeSet::new();
    for segment in plot.resolved.segments.values() {
        let router = plot.routers.get(segment.network.as_str()).copied();
        if !plot.ambiguous.contains(segment.network.as_str()) {
            let device = device_name('n', &segment.network);
            services.routes.insert(route(segment.cidr, &device, router));
            entered.insert(device);
        }
    }
    services.rules.push(Rule::plain(Chain::Forward, vec![Match::Known], Action::Accept));
    for device in entered {
        let when = vec![Match::Out(device)];
        let id = format!("no-route:{SERVICES}");
        services.rules.push(Rule::counted(Chain::Forward, when, Action::Reject, id));
    }
}

fn ways_to_public_addresses(plot: &Plot<'_>, core: &mut Space, services: &mut Space) {
    for (resource, instance) in plot.resolved.instances() {
        let Some(address) = instance.public_ip else { continue };
        let device = device_name('i', &instance.address);
        match &instance.segment {
            Some(segment) => {
                if let Some(segment) = plot.resolved.segments.get(segment) {
                    let device = device_name('n', &segment.network);
                    let router = plot.routers.get(segment.network.as_str()).copied();
                    core.routes.insert(route(host(address), &device, router));
                }
            }
            None if is_service(address) => {
                services.routes.insert(route(host(address), &device, None));
            }
            None => {
                core.routes.insert(route(host(address), &device, None));
            }
        }
        tracing::trace!(resource = %resource.id, %address, "public address");
    }
}

/// Refuses what no route leads anywhere: such routes point at the loopback device.
pub(super) fn no_route(space: &str) -> Rule {
    let when = vec![Match::Out("lo".into())];
    Rule::counted(Chain::Forward, when, Action::Reject, format!("no-route:{space}"))
}

pub(super) fn route(destination: Ipv4Net, device: &str, gateway: Option<Ipv4Addr>) -> RouteLine {
    RouteLine { table: MAIN, destination, device: Some(device.into()), gateway }
}

/// A bridge and the router's port in it.
fn add_segment(segment: &Segment, made: &mut Blueprint) {
    let owner = segment.id.clone();
    made.bridges.insert(
        segment.id.clone(),
        Bridge { owner: owner.clone(), device: device_name('b', &segment.id) },
    );
    let end = End {
        space: router::space_name(&segment.network),
        device: device_name('s', &segment.id),
        address: Ipv4Net::new(gateway(segment), segment.cidr.prefix_len()).ok(),
        ..End::default()
    };
    let to = Far::Bridge { segment: segment.id.clone(), device: device_name('r', &segment.id) };
    made.cables.insert(format!("segment:{}", segment.id), Cable { owner, end, to });
}

fn add_instance(
    plot: &Plot<'_>,
    resource: &ResolvedResource,
    instance: &Instance,
    made: &mut Blueprint,
) {
    let segment = instance.segment.as_ref().and_then(|id| plot.resolved.segments.get(id));
    match (segment, instance.ip, instance.public_ip) {
        (Some(segment), Some(address), _) => {
            let space = inner_space(plot, resource, instance, segment, address);
            made.spaces.insert(instance.address.clone(), space);
            let cable = inner_cable(plot, resource, instance, segment, address);
            made.cables.insert(instance.address.clone(), cable);
            if let Some(target) = endpoint_target(plot, resource) {
                add_service_cable(instance, address, target, made);
            }
        }
        (None, _, Some(address)) => add_outer(plot, resource, instance, address, made),
        _ if resource.kind == "volume" => {
            let size = resource.text("size").unwrap_or_default().to_owned();
            let owner = instance.address.clone();
            made.volumes.insert(owner.clone(), Volume { owner, size });
        }
        _ => {}
    }
}

/// A server, database, load balancer node, NAT gateway: something in a segment.
fn inner_space(
    plot: &Plot<'_>,
    resource: &ResolvedResource,
    instance: &Instance,
    segment: &Segment,
    address: Ipv4Addr,
) -> Space {
    let mut space = Space {
        owner: instance.address.clone(),
        listeners: listeners::listeners(plot, resource),
        rules: filter::group_rules(plot, &instance.address),
        ..Space::default()
    };
    space.routes.insert(route(everywhere(), "eth0", Some(gateway(segment))));
    match resource.kind.as_str() {
        "nat-gateway" => nat(&mut space),
        _ if appliance::is_one(resource) => {
            appliance::appliance(plot.resolved, &instance.address, &mut space);
        }
        "load-balancer" => balance::add_balancer(plot.resolved, resource, &mut space),
        _ => {}
    }
    if let Some(target) = endpoint_target(plot, resource) {
        space.forwards = true;
        space.listeners.clear();
        space.routes.insert(route(services_range(), "services", Some(SERVICES_ADDRESS)));
        let to_it = vec![Match::Destination(vec![host(address)])];
        space.rules.push(Rule::plain(Chain::Arrive, to_it, Action::To(target)));
        let out = vec![Match::Out("services".into())];
        space.rules.push(Rule::plain(Chain::Leave, out, Action::From(address)));
    }
    space
}

/// Forwards what comes from inside under its own address; takes nothing itself.
fn nat(space: &mut Space) {
    space.forwards = true;
    space.listeners.clear();
    // Answers come back to whom the question went through; others it does not know where to send.
    let id = format!("stray:{}", space.owner);
    space.rules.push(Rule::counted(Chain::Forward, vec![Match::Stray], Action::Reject, id));
    // Its own group judges what it passes on, too.
    let arriving = space.rules.iter().filter(|rule| rule.chain == Chain::Input);
    let passing: Vec<Rule> =
        arriving.map(|rule| Rule { chain: Chain::Forward, ..rule.clone() }).collect();
    space.rules.extend(passing);
    let out = vec![Match::Out("eth0".into())];
    space.rules.push(Rule::plain(Chain::Leave, out, Action::Masquerade));
    space.rules.push(Rule::plain(Chain::Input, vec![Match::Known], Action::Accept));
    let id = format!("closed:{}/in", space.owner);
    space.rules.push(Rule::counted(Chain::Input, vec![], Action::Reject, id));
}

fn inner_cable(
    plot: &Plot<'_>,
    resource: &ResolvedResource,
    instance: &Instance,
    segment: &Segment,
    address: Ipv4Addr,
) -> Cable {
    let alone =
        plot.behind_pass_through.contains(&instance.address) || balance::is_pass_through(resource);
    let prefix = if alone { 32 } else { segment.cidr.prefix_len() };
    let end = End {
        space: instance.address.clone(),
        device: "eth0".into(),
        address: Ipv4Net::new(address, prefix).ok(),
        hardware: Some(hardware_address(&instance.address)),
        reaches: if alone { vec![host(gateway(segment))] } else { vec![] },
    };
    let device = device_name('p', &instance.address);
    let to = Far::Bridge { segment: segment.id.clone(), device };
    Cable { owner: instance.address.clone(), end, to }
}

/// The regional service behind a private end point that has an address of its own.
fn endpoint_target(plot: &Plot<'_>, resource: &ResolvedResource) -> Option<Ipv4Addr> {
    if resource.kind != "private-endpoint" {
        return None;
    }
    let target = plot.resolved.resource(resource.text("target")?)?;
    target.instances.iter().find_map(|instance| instance.public_ip)
}

fn add_service_cable(
    instance: &Instance,
    address: Ipv4Addr,
    target: Ipv4Addr,
    made: &mut Blueprint,
) {
    tracing::trace!(%address, %target, "private end point");
    let end = End {
        space: instance.address.clone(),
        device: "services".into(),
        reaches: vec![host(SERVICES_ADDRESS)],
        ..End::default()
    };
    let far = End {
        space: SERVICES.into(),
        device: device_name('e', &instance.address),
        reaches: vec![host(address)],
        ..End::default()
    };
    let cable = Cable { owner: instance.address.clone(), end, to: Far::Space(far) };
    made.cables.insert(format!("endpoint:{}", instance.address), cable);
}

/// An actor on the internet, or a regional service.
fn add_outer(
    plot: &Plot<'_>,
    resource: &ResolvedResource,
    instance: &Instance,
    address: Ipv4Addr,
    made: &mut Blueprint,
) {
    let (hub, neighbour) =
        if is_service(address) { (SERVICES, SERVICES_ADDRESS) } else { (CORE, CORE_ADDRESS) };
    let mut space = Space {
        owner: instance.address.clone(),
        listeners: listeners::listeners(plot, resource),
        rules: filter::group_rules(plot, &instance.address),
        ..Space::default()
    };
    space.routes.insert(route(everywhere(), "eth0", Some(neighbour)));
    made.spaces.insert(instance.address.clone(), space);
    let end = End {
        space: instance.address.clone(),
        device: "eth0".into(),
        address: Some(host(address)),
        hardware: None,
        reaches: vec![host(neighbour)],
    };
    let far =
        End { space: hub.into(), device: device_name('i', &instance.address), ..End::default() };
    let cable = Cable { owner: instance.address.clone(), end, to: Far::Space(far) };
    made.cables.insert(instance.address.clone(), cable);
}
