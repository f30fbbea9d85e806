//! Step 6, connect: routes that the drawing implies, and what meets platform needs.
//!
//! Every tier reaches its own network. A public tier goes out by the network's own door, a private
//! one by a NAT gateway of the network if there is one (of the same zone where they are per zone), and
//! through the firewall that stands before it ([`super::appliance`]), an isolated one not at all. A peering link gives both networks a route to each other and to
//! nothing behind; hubs, gateways and sites are in [`super::joined`]. A private end point of the gateway type is a route to its service's range in the
//! tables of tiers that talk to it; of the interface type, to that one service, in all the tables.

use super::{
    Context, Ids, State, appliance, by_id::put, inherit::Inherited, joined, tables,
    ways_out::WaysOut,
};
use crate::resolved::{Exposure, Route, Route6, RouteTable, Segment, Via};
use gp_model::{Id, LinkKind, Provider};
use ipnet::{Ipv4Net, Ipv6Net};
use std::{collections::BTreeMap, sync::Arc};

/// Looks at networks. Returns those whose tables changed.
pub(crate) fn step(ctx: &Context<'_>, state: &mut State, networks: &Ids) -> Ids {
    let mut changed = Ids::new();
    let all: Vec<(&Id, BTreeMap<String, RouteTable>)> =
        networks.iter().map(|network| (network, tables_of(ctx, state, network))).collect();
    // Old ones go first: a tier that moved takes its table's name with it.
    for (network, tables) in &all {
        let before = state.tables_of.get(*network).cloned().unwrap_or_default();
        for gone in before.iter().filter(|name| !tables.contains_key(*name)) {
            state.route_tables.remove(gone);
            changed.insert((*network).clone());
        }
        let names: Vec<String> = tables.keys().cloned().collect();
        put(&mut state.tables_of, network, (!names.is_empty()).then_some(names));
    }
    for (network, tables) in all {
        for (name, table) in tables {
            if state.route_tables.get(&name).map(|old| &**old) != Some(&table) {
                state.route_tables.insert(name, Arc::new(table));
                changed.insert(network.clone());
            }
        }
    }
    changed
}

/// Networks on the other side of peering links.
pub(crate) fn peers<'a>(
    state: &'a State,
    network: &'a Id,
) -> impl Iterator<Item = (&'a Id, &'a Id)> {
    let links =
        state.links_of.get(network).into_iter().flatten().filter_map(|id| state.links.get(id));
    let peerings = links.filter(|link| link.kind == LinkKind::Peering && link.from != link.to);
    peerings.map(move |link| (&link.id, if link.from == *network { &link.to } else { &link.from }))
}

fn tables_of(ctx: &Context<'_>, state: &State, network: &Id) -> BTreeMap<String, RouteTable> {
    let mut tables = BTreeMap::new();
    let Some(range) = state.ranges.get(network) else { return tables };
    let members: Vec<&Id> = state.in_network.get(network).into_iter().flatten().collect();
    let ways_out = WaysOut::of(state, network);
    let mut beyond = peer_routes(state, network);
    beyond.extend(joined::routes(ctx, state, network));
    for subnet in members.iter().copied().filter(|id| state.tiers.contains_key(*id)) {
        for segment in state.tiers.get(subnet).into_iter().flat_map(|tier| &tier.segments) {
            let Some(segment) = state.segments.get(segment) else { continue };
            let mut routes =
                vec![Route { destination: range.cidr, via: Via::Local, from: network.clone() }];
            let back = appliance::ways_back(state, segment, &beyond);
            let known = |route: &&Route| !back.iter().any(|b| b.destination == route.destination);
            routes.extend(beyond.iter().filter(known).cloned());
            routes.extend(back.iter().cloned());
            routes.extend(endpoint_routes(state, &members, subnet));
            let way_out = match segment.exposure {
                Exposure::Public => Some((Via::InternetGateway, network.clone())),
                Exposure::Private => ways_out
                    .out_of_tier(state, subnet, segment.zone.as_deref())
                    .or_else(|| joined::way_out(state, network, segment.zone.as_deref())),
                Exposure::Isolated => None,
            };
            if let Some((
                Via::Nat { hub: Some(hub), .. } | Via::Firewall { hub: Some(hub), .. },
                _,
            )) = &way_out
            {
                let mut apart = joined::kept_apart(state, network, hub);
                apart.retain(|one| !routes.iter().any(|r| r.destination == one.destination));
                routes.extend(apart);
            }
            routes.extend(way_out.map(|(via, from)| Route {
                destination: Ipv4Net::default(),
                via,
                from,
            }));
            let routes6 = routes6(ctx, state, segment, &routes);
            let id = segment.route_table.clone();
            tables.insert(id.clone(), RouteTable { id, network: network.clone(), routes, routes6 });
        }
    }
    tables
}

/// IPv6 routes beside these. A peering in one region carries both families; hubs, tunnels, lines and end
/// points carry IPv4. No address is translated: what stands in a private tier with a NAT gateway of its
/// own network goes out by a gateway that lets only answers in. Where a firewall is in the way it does not,
/// for that would lead past it.
fn routes6(ctx: &Context<'_>, state: &State, segment: &Segment, routes: &[Route]) -> Vec<Route6> {
    let network = &segment.network;
    let Some(range) = state.ranges6.get(network).filter(|_| segment.cidr6.is_some()) else {
        return Vec::new();
    };
    let in_site = |id: &Id| state.inherited.get(id).is_some_and(|it| it.site.is_some());
    let region = |id: &Id| state.inherited.get(id).and_then(|it| it.region.clone());
    let translates_nothing = ctx.facts.semantics == Provider::Aws && !in_site(network);
    let beside = routes.iter().filter_map(|route| {
        let destination = match &route.via {
            Via::Local => range.cidr,
            Via::Peering { network: other, .. } if region(other) == region(network) => {
                state.ranges6.get(other)?.cidr
            }
            Via::InternetGateway => Ipv6Net::default(),
            Via::Nat { hub: None, .. } if translates_nothing => Ipv6Net::default(),
            _ => return None,
        };
        let via = match &route.via {
            Via::Nat { .. } => Via::EgressOnly,
            via => via.clone(),
        };
        let from = if via == Via::EgressOnly { network.clone() } else { route.from.clone() };
        Some(Route6 { destination, via, from })
    });
    let mut found: Vec<Route6> = Vec::new();
    for route in beside {
        if !found.iter().any(|one| one.destination == route.destination) {
            found.push(route);
        }
    }
    found
}

fn peer_routes(state: &State, network: &Id) -> Vec<Route> {
    let routes = peers(state, network).filter_map(|(link, other)| {
        let destination = state.ranges.get(other)?.cidr;
        let via = Via::Peering { link: link.clone(), network: other.clone() };
        Some(Route { destination, via, from: link.clone() })
    });
    routes.collect()
}

/// Whether an end point is a route and not a thing with an address.
pub(crate) fn is_gateway(state: &State, endpoint: &Inherited) -> bool {
    match endpoint.text("type") {
        Some("gateway") => true,
        Some("interface") => false,
        _ => target(state, endpoint)
            .is_none_or(|(_, target)| matches!(&*target.kind, "bucket" | "document-store")),
    }
}

/// The service behind an end point.
pub(crate) fn target<'a>(
    state: &'a State,
    endpoint: &Inherited,
) -> Option<(&'a Id, &'a Inherited)> {
    let (id, target) = state.inherited.get_key_value(endpoint.text("target")?)?;
    Some((id, target))
}

fn endpoint_routes(state: &State, members: &[&Id], subnet: &Id) -> Vec<Route> {
    let mut routes: Vec<Route> = Vec::new();
    for id in members {
        let Some(endpoint) = state.inherited.get(*id).filter(|i| i.kind == "private-endpoint")
        else {
            continue;
        };
        let Some((target_id, target)) = target(state, endpoint) else { continue };
        let destination = if is_gateway(state, endpoint) {
            let here = endpoint.subnet.as_ref().is_none_or(|only| only == subnet);
            let needed = here && talks_to(state, subnet, target_id);
            tables::service_range(&target.kind).filter(|_| needed)
        } else {
            let instances = state.instances.get(target_id);
            instances.and_then(|all| all.first()?.public_ip).map(Ipv4Net::from)
        };
        let via = Via::Endpoint { resource: (*id).clone() };
        if let Some(destination) =
            destination.filter(|d| !routes.iter().any(|r| r.destination == *d))
        {
            routes.push(Route { destination, via, from: (*id).clone() });
        }
    }
    routes
}

/// Whether anything in a tier has a link to a service.
fn talks_to(state: &State, subnet: &Id, service: &Id) -> bool {
    let links =
        state.links_of.get(service).into_iter().flatten().filter_map(|id| state.links.get(id));
    let mut sources =
        links.filter(|l| l.kind == LinkKind::Flow && l.to == *service).map(|l| &l.from);
    sources.any(|from| state.subnet_of.get(from) == Some(subnet))
}

/// The NAT gateway or network by which everything of a resource reaches the internet, if it does.
pub(crate) fn way_out(state: &State, id: &Id) -> Option<Id> {
    let instances = state.instances.get(id).filter(|all| !all.is_empty())?;
    let mut by = None;
    for instance in instances.iter() {
        let segment = state.segments.get(instance.segment.as_ref()?)?;
        let table = state.route_tables.get(&segment.route_table)?;
        let default = table.routes.iter().find(|route| route.destination.prefix_len() == 0)?;
        // The network's own door lets out only what has a public address.
        if default.via == Via::InternetGateway && instance.public_ip.is_none() {
            return None;
        }
        by.get_or_insert_with(|| default.from.clone());
    }
    by
}
