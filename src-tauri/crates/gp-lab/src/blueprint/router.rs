//! A router per network: policy routing per route table, the way out, peerings, and the tables
//! that filter at the edge of segments. Not transitive: what comes in from a neighbour only goes
//! to the network's own segments, or where a hub says so to a NAT gateway in one of them.

use super::{
    Blueprint, CORE, CORE_ADDRESS, Cable, End, Far, RouteLine, SERVICES, SERVICES_ADDRESS,
    Selector, Space, appliance, balance,
    build::{Plot, everywhere, gateway, host, no_route, route},
    crossing::{name_between, ways_out},
    filter,
    names::{device_name, slots},
};
use crate::nft::{Action, Chain, Match, Rule};
use gp_catalog::resolved::{Route, RouteTable, Segment, Via};
use gp_model::Id;
use ipnet::Ipv4Net;
use std::{collections::BTreeMap, net::Ipv4Addr};

/// The table for what comes in from outside the network's segments.
const ARRIVALS: u32 = 100;
/// First number for drawn route tables.
const DRAWN: u32 = 1000;
/// First number for tables of what other networks send out by a NAT gateway here.
const WAYS_OUT: u32 = 200_000;

/// The name of a network's router.
pub(crate) fn space_name(network: &str) -> String {
    format!("router:{network}")
}

pub(super) fn add_routers(plot: &Plot<'_>, made: &mut Blueprint) {
    for (network, address) in &plot.routers {
        let space = router(plot, network, *address);
        made.spaces.insert(space_name(network), space);
        made.cables.insert(format!("uplink:{network}"), uplink(network, *address));
        made.cables.insert(format!("services:{network}"), service_link(network, *address));
    }
    for crossing in &plot.crossings {
        let (a, b) = (&crossing.ends.0, &crossing.ends.1);
        let device = device_name('x', &crossing.name);
        if let Some(cable) = between(plot, &crossing.by, (a, b), &device) {
            made.cables.insert(format!("peering:{}", crossing.name), cable);
        }
    }
}

/// A cable between the routers of two networks.
fn between(plot: &Plot<'_>, owner: &Id, (a, b): (&Id, &Id), device: &str) -> Option<Cable> {
    let [a_address, b_address] = [a, b].map(|id| plot.routers.get(id.as_str()).copied());
    let end = |network: &str, other: Ipv4Addr| End {
        space: space_name(network),
        device: device.to_owned(),
        reaches: vec![host(other)],
        ..End::default()
    };
    let (end, to) = (end(a, b_address?), Far::Space(end(b, a_address?)));
    Some(Cable { owner: owner.to_string(), end, to })
}

/// Address and segment of an instance of a NAT gateway or of a firewall in the way.
fn place_of_hop<'a>(plot: &Plot<'a>, hop: &str) -> Option<(Ipv4Addr, &'a Segment)> {
    let (_, found) = plot.resolved.instances().find(|(_, instance)| instance.address == hop)?;
    Some((found.ip?, plot.resolved.segments.get(found.segment.as_deref()?)?))
}

fn uplink(network: &str, address: Ipv4Addr) -> Cable {
    let end = End {
        space: space_name(network),
        device: "up".into(),
        reaches: vec![host(CORE_ADDRESS)],
        ..End::default()
    };
    let far = End {
        space: CORE.into(),
        device: device_name('n', network),
        reaches: vec![host(address)],
        ..End::default()
    };
    Cable { owner: network.into(), end, to: Far::Space(far) }
}

fn service_link(network: &str, address: Ipv4Addr) -> Cable {
    let end = End {
        space: space_name(network),
        device: "services".into(),
        reaches: vec![host(SERVICES_ADDRESS)],
        ..End::default()
    };
    let far = End {
        space: SERVICES.into(),
        device: device_name('n', network),
        reaches: vec![host(address)],
        ..End::default()
    };
    Cable { owner: network.into(), end, to: Far::Space(far) }
}

fn router(plot: &Plot<'_>, network: &str, address: Ipv4Addr) -> Space {
    let mut space = Space {
        owner: network.into(),
        forwards: true,
        addresses: vec![address],
        ..Space::default()
    };
    let segments: Vec<&Segment> = plot
        .resolved
        .segments
        .values()
        .filter(|segment| segment.network == network)
        .map(|segment| &**segment)
        .collect();
    space.routes.insert(route(everywhere(), "up", Some(CORE_ADDRESS)));
    space.rules.push(no_route(network));
    add_tables(plot, &segments, &mut space);
    add_arrivals(plot, network, &segments, &mut space);
    translate(plot, &segments, address, &mut space);
    filter::edge_rules(plot.resolved, &segments, &mut space);
    balance::return_paths(plot, network, &segments, &mut space);
    appliance::answers_come_back(plot.resolved, &segments, &mut space);
    space
}

/// A kernel table per drawn table, chosen by the device a packet comes in by.
fn add_tables(plot: &Plot<'_>, segments: &[&Segment], space: &mut Space) {
    let resolved = plot.resolved;
    let numbers = slots(segments.iter().map(|segment| segment.route_table.as_str()), 100_000);
    for (name, slot) in &numbers {
        let number = DRAWN + slot;
        if let Some(table) = resolved.route_tables.get(name) {
            add_table(plot, table, number, segments, space);
        }
    }
    for segment in segments {
        let table = DRAWN + numbers.get(&segment.route_table).copied().unwrap_or_default();
        let device = device_name('s', &segment.id);
        space.selectors.insert(Selector::From { device, table });
    }
}

fn add_table(
    plot: &Plot<'_>,
    table: &RouteTable,
    number: u32,
    segments: &[&Segment],
    space: &mut Space,
) {
    let mut seen: Vec<Ipv4Net> = Vec::new();
    for drawn in &table.routes {
        if seen.contains(&drawn.destination) {
            continue;
        }
        seen.push(drawn.destination);
        if drawn.via == Via::Local {
            let meets = |s: &&&Segment| {
                drawn.destination.contains(&s.cidr) || s.cidr.contains(&drawn.destination)
            };
            let near = segments.iter().filter(meets).filter(|s| !leads_elsewhere(table, s.cidr));
            let near: Vec<&Segment> = near.copied().collect();
            space.routes.extend(local_routes(&near, number));
        }
        let stands = segments.iter().any(|segment| segment.cidr == drawn.destination);
        let line = next_hop(plot, &table.network, drawn, number);
        // The network's range beyond its segments leads nowhere; a segment's own range does not.
        if line.is_some() || drawn.via != Via::Local || !stands {
            space.routes.insert(line.unwrap_or(unreachable(drawn.destination, number)));
        }
    }
    // Nothing may fall through to the router's own table.
    if !seen.contains(&everywhere()) {
        space.routes.insert(unreachable(everywhere(), number));
    }
}

/// Whether the longest of the routes to a segment is not a local one.
fn leads_elsewhere(table: &RouteTable, cidr: Ipv4Net) -> bool {
    let over = table.routes.iter().filter(|route| route.destination.contains(&cidr));
    let longest = over.min_by_key(|route| std::cmp::Reverse(route.destination.prefix_len()));
    longest.is_some_and(|route| route.via != Via::Local)
}

fn local_routes(segments: &[&Segment], table: u32) -> Vec<RouteLine> {
    segments
        .iter()
        .map(|segment| RouteLine {
            table,
            destination: segment.cidr,
            device: Some(device_name('s', &segment.id)),
            gateway: None,
        })
        .collect()
}

fn unreachable(destination: Ipv4Net, table: u32) -> RouteLine {
    RouteLine { table, destination, device: None, gateway: None }
}

fn next_hop(plot: &Plot<'_>, network: &str, drawn: &Route, table: u32) -> Option<RouteLine> {
    let (device, gateway) = match &drawn.via {
        Via::Local | Via::EgressOnly | Via::Blackhole => return None,
        Via::InternetGateway => ("up".to_owned(), CORE_ADDRESS),
        Via::Endpoint { .. } => ("services".to_owned(), SERVICES_ADDRESS),
        Via::Nat { instance, hub: None } | Via::Firewall { instance, hub: None } => {
            let (address, segment) = place_of_hop(plot, instance)?;
            (device_name('s', &segment.id), address)
        }
        Via::Nat { instance, hub: Some(_) } | Via::Firewall { instance, hub: Some(_) } => {
            let (_, segment) = place_of_hop(plot, instance)?;
            let router = *plot.routers.get(segment.network.as_str())?;
            (device_name('x', &name_between(network, &segment.network)), router)
        }
        Via::Peering { network: other, .. }
        | Via::Hub { network: other, .. }
        | Via::Gateway { network: other, .. } => {
            let device = device_name('x', &name_between(network, other));
            (device, *plot.routers.get(other.as_str())?)
        }
    };
    let destination = drawn.destination;
    Some(RouteLine { table, destination, device: Some(device), gateway: Some(gateway) })
}

/// What comes from the internet, a service or a neighbour goes to segments and nowhere else.
fn add_arrivals(plot: &Plot<'_>, network: &str, segments: &[&Segment], space: &mut Space) {
    space.routes.extend(local_routes(segments, ARRIVALS));
    space.routes.insert(unreachable(everywhere(), ARRIVALS));
    let mut doors = vec!["up".to_owned(), "services".to_owned()];
    for crossing in &plot.crossings {
        let Some(other) = crossing.beyond(network) else { continue };
        let Some(address) = plot.routers.get(other.as_str()) else { continue };
        let device = device_name('x', &crossing.name);
        // The router's own answers ("unreachable", "refused") to the neighbour's servers.
        for segment in plot.resolved.segments.values().filter(|s| s.network == *other) {
            space.routes.insert(route(segment.cidr, &device, Some(*address)));
        }
        doors.push(device);
    }
    let arrivals = doors.into_iter().map(|device| Selector::From { device, table: ARRIVALS });
    space.selectors.extend(arrivals);
    add_ways_out(plot, network, segments, space);
}

/// What other networks send by a hub goes to the NAT gateway or firewall that their routes name, by the
/// segment that it comes from.
fn add_ways_out(plot: &Plot<'_>, network: &str, segments: &[&Segment], space: &mut Space) {
    let numbers = slots(plot.resolved.segments.keys().map(String::as_str), 100_000);
    let mut tables = BTreeMap::new();
    for way in ways_out(plot.resolved) {
        let Some((address, place)) = place_of_hop(plot, way.hop) else { continue };
        if *place.network != *network || way.segment.network == place.network {
            continue;
        }
        let table = WAYS_OUT + numbers.get(&way.segment.id).copied().unwrap_or_default();
        space.routes.extend(local_routes(segments, table));
        space.routes.insert(RouteLine {
            table,
            destination: way.route.destination,
            device: Some(device_name('s', &place.id)),
            gateway: Some(address),
        });
        *tables.entry(table).or_insert(false) |= way.route.destination == everywhere();
        let device = device_name('x', &name_between(network, &way.segment.network));
        space.selectors.insert(Selector::Source { device, source: way.segment.cidr, table });
    }
    for (table, _) in tables.into_iter().filter(|(_, leads_everywhere)| !leads_everywhere) {
        space.routes.insert(unreachable(everywhere(), table));
    }
}

/// Public addresses one to one; who has none is refused at the door.
fn translate(plot: &Plot<'_>, segments: &[&Segment], address: Ipv4Addr, space: &mut Space) {
    let mut inside = Vec::new();
    for (_, instance) in plot.resolved.instances() {
        let (Some(segment), Some(private), Some(public)) =
            (&instance.segment, instance.ip, instance.public_ip)
        else {
            continue;
        };
        if !segments.iter().any(|own| own.id == *segment) {
            continue;
        }
        inside.push(host(private));
        let arrives = vec![Match::In("up".into()), Match::Destination(vec![host(public)])];
        space.rules.push(Rule::plain(Chain::Arrive, arrives, Action::To(private)));
        let leaves = vec![Match::Out("up".into()), Match::Source(vec![host(private)])];
        space.rules.push(Rule::plain(Chain::Leave, leaves, Action::From(public)));
    }
    let nobody = vec![Match::Out("up".into()), Match::SourceNot(inside)];
    let id = format!("no-public-address:{}", space.owner);
    space.rules.push(Rule::counted(Chain::Forward, nobody, Action::Reject, id));
    if plot.ambiguous.contains(&space.owner) {
        let to_services = vec![Match::Out("services".into())];
        space.rules.push(Rule::plain(Chain::Leave, to_services, Action::From(address)));
    }
    let gateways: Vec<Ipv4Net> = segments.iter().map(|segment| host(gateway(segment))).collect();
    let id = format!("router:{}", space.owner);
    let to_router = vec![Match::Destination(gateways), Match::New];
    space.rules.push(Rule::counted(Chain::Input, to_router, Action::Reject, id));
}
