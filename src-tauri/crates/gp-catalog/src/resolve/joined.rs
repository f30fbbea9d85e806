//! What joins networks beyond their own peerings: transit hubs, gateways (VPN and dedicated links),
//! sites. Part of step 6: the routes that follow, and who else is concerned when one of them changes.
//!
//! - Networks and gateways hang on a hub by attachment links. Two of them have routes to each other
//!   where they share a group (the link's `groups`; `main` where it names none).
//! - A gateway joins a site with the network that it stands in, and with what shares a group with it
//!   on its hubs. What is merely peered with its network is joined only where the provider can do that
//!   (Azure, Google Cloud) and the peering says so (`gateway-transit`).
//! - A hub's way out is the network whose NAT gateways carry what others send to the internet. It needs a
//!   tier there from which that leads on ([`crate::landing`]): without one there is no way out.
//! - Of a dedicated link and a tunnel to the same place the dedicated link is taken.

use super::{Context, Ids, State, appliance, connect::peers, ways_out::WaysOut};
use crate::{
    landing::Landing,
    resolved::{Route, Via},
};
use gp_model::{Id, LinkKind, Provider, Value};
use ipnet::Ipv4Net;

/// Whether a kind carries packets between a site and what it stands in or hangs on.
pub(super) fn is_gateway(kind: &str) -> bool {
    matches!(kind, "vpn-gateway" | "dedicated-link")
}

/// Routes of a network to others that it is joined with.
pub(super) fn routes(ctx: &Context<'_>, state: &State, network: &Id) -> Vec<Route> {
    let mut found = Vec::new();
    for (hub, groups) in hubs_of(state, network) {
        for other in sharing(state, hub, network, &groups) {
            let via = |network: &Id| Via::Hub { hub: hub.clone(), network: network.clone() };
            found.extend(ranges(state, network, other).map(|(to, at)| (to, via(&at), hub.clone())));
        }
    }
    let around = std::iter::once(network).chain(transit_peers(ctx, state, network));
    for gateway in around.flat_map(|network| gateways_in(state, network)) {
        found.extend(by_gateway(&gateway, ranges(state, network, &gateway)));
    }
    if let Some(site) = site_of(state, network) {
        for gateway in gateways_of(state, site) {
            found.extend(by_gateway(&gateway, behind(ctx, state, network, &gateway).into_iter()));
        }
    }
    let mut routes: Vec<Route> = Vec::new();
    for (destination, via, from) in found {
        if !routes.iter().any(|route| route.destination == destination) {
            routes.push(Route { destination, via, from });
        }
    }
    routes
}

type Reached = (Ipv4Net, Id);

fn by_gateway<'a>(
    gateway: &'a Id,
    reached: impl Iterator<Item = Reached> + 'a,
) -> impl Iterator<Item = (Ipv4Net, Via, Id)> + 'a {
    reached.map(move |(to, network)| {
        (to, Via::Gateway { gateway: gateway.clone(), network }, gateway.clone())
    })
}

/// The NAT instance of another network, or the firewall before it, by which a hub lets this one out.
pub(super) fn way_out(state: &State, network: &Id, zone: Option<&str>) -> Option<(Via, Id)> {
    hubs_of(state, network).into_iter().find_map(|(hub, groups)| {
        let egress = Id::from(state.inherited.get(hub)?.text("egress")?);
        if egress == *network || !sharing(state, hub, network, &groups).contains(&&egress) {
            return None;
        }
        if !lets_others_out(state, &egress) {
            return None;
        }
        WaysOut::of(state, &egress).out_of(zone, Some(hub))
    })
}

/// Whether what comes into a network by a hub lands where it can go on to the internet.
fn lets_others_out(state: &State, network: &Id) -> bool {
    let members = || state.in_network.get(network).into_iter().flatten();
    let tiers = members().filter_map(|id| state.tiers.get(id));
    let segments = tiers.flat_map(|tier| &tier.segments).filter_map(|id| state.segments.get(id));
    let walls =
        members().filter(|id| state.inherited.get(*id).is_some_and(|it| appliance::is_one(it)));
    let own = walls.filter_map(|id| state.subnet_of.get(id)).collect();
    Landing::among(segments.map(|segment| &**segment), &own).leads_out()
}

/// Whether a network that hangs on a hub may leave by another one there.
pub(super) fn leaves_by(state: &State, network: &Id, hub: &Id, egress: &Id) -> bool {
    let way_out = state.inherited.get(hub).and_then(|it| it.text("egress"));
    way_out == Some(egress.as_str())
        && share(state, hub, network, egress)
        && lets_others_out(state, egress)
}

/// Whether two hang on a hub and share a group there.
fn share(state: &State, hub: &Id, one: &Id, other: &Id) -> bool {
    let all = hubs_of(state, one);
    let mut own = all.iter().filter(|(at, _)| *at == hub);
    own.any(|(_, groups)| sharing(state, hub, one, groups).contains(&other))
}

/// Ranges of what hangs on the hub of a way out and shares no group with this network: without a route
/// to nowhere they would be reached by that way.
pub(super) fn kept_apart(state: &State, network: &Id, hub: &Id) -> Vec<Route> {
    let all = hubs_of(state, network);
    let groups = all.iter().filter(|(own, _)| *own == hub).flat_map(|(_, groups)| groups);
    let near = sharing(state, hub, network, &groups.copied().collect::<Vec<_>>());
    let attached = links(state, hub, LinkKind::Attachment).filter(|l| l.to == *hub);
    let far = attached.map(|l| &l.from).filter(|id| *id != network && !near.contains(id));
    let nowhere = |(destination, _)| Route { destination, via: Via::Blackhole, from: hub.clone() };
    far.flat_map(|id| ranges(state, network, id)).map(nowhere).collect()
}

/// Ranges at the far end of something attached, without those that are the network's own or stand
/// beside it in its site.
fn ranges<'a>(
    state: &'a State,
    network: &'a Id,
    other: &'a Id,
) -> impl Iterator<Item = Reached> + 'a {
    let at_sites = sites_of(state, other).into_iter().flat_map(|site| {
        let drawn = networks_in(state, site).filter_map(|id| Some((range(state, id)?, id.clone())));
        let written = state.inherited.get(site).and_then(|i| i.value("cidrs")?.as_list());
        let written = written.unwrap_or_default().iter().filter_map(Value::as_str);
        let written =
            written.filter_map(|text| Some((text.parse::<Ipv4Net>().ok()?.trunc(), site)));
        drawn.chain(written.map(|(range, site)| (range, site.clone()))).collect::<Vec<_>>()
    });
    let itself = range(state, other).map(|range| (range, other.clone()));
    let home = site_of(state, network);
    itself.into_iter().chain(at_sites).filter(move |(_, at)| {
        at != network && (home.is_none() || (home != Some(at) && site_of(state, at) != home))
    })
}

/// What a network of a site reaches by a gateway.
fn behind(ctx: &Context<'_>, state: &State, network: &Id, gateway: &Id) -> Vec<Reached> {
    let mut found = Vec::new();
    if let Some(home) = state.network_of.get(gateway) {
        let near = std::iter::once(home).chain(transit_peers(ctx, state, home));
        found.extend(near.filter_map(|id| Some((range(state, id)?, id.clone()))));
    }
    for (hub, groups) in hubs_of(state, gateway) {
        let others = sharing(state, hub, gateway, &groups);
        found.extend(others.into_iter().flat_map(|other| ranges(state, network, other)));
    }
    found
}

fn range(state: &State, network: &Id) -> Option<Ipv4Net> {
    let is_network = state.networks.contains(network);
    state.ranges.get(network).filter(|_| is_network).map(|range| range.cidr)
}

fn links<'a>(
    state: &'a State,
    id: &Id,
    kind: LinkKind,
) -> impl Iterator<Item = &'a crate::resolved::ResolvedLink> {
    let all = state.links_of.get(id).into_iter().flatten();
    all.filter_map(|link| state.links.get(link)).map(|link| &**link).filter(move |l| l.kind == kind)
}

fn is(state: &State, id: &Id, kind: &str) -> bool {
    state.inherited.get(id).is_some_and(|it| it.kind == kind)
}

/// The hubs that something hangs on, with its groups there.
fn hubs_of<'a>(state: &'a State, id: &'a Id) -> Vec<(&'a Id, Vec<&'a str>)> {
    links(state, id, LinkKind::Attachment)
        .filter(|link| link.from == *id && is(state, &link.to, "transit-hub"))
        .map(|link| (&link.to, link.groups()))
        .collect()
}

/// What else hangs on a hub and shares a group; dedicated links first, for they are taken first.
fn sharing<'a>(state: &'a State, hub: &'a Id, but: &Id, groups_of: &[&str]) -> Vec<&'a Id> {
    let attached =
        links(state, hub, LinkKind::Attachment).filter(|l| l.to == *hub && l.from != *but);
    let near = attached.filter(|link| link.groups().iter().any(|group| groups_of.contains(group)));
    let mut found: Vec<&Id> = near.map(|link| &link.from).collect();
    found.sort_by_key(|id| !is(state, id, "dedicated-link"));
    found
}

/// The sites that a gateway leads to; none for what is no gateway.
fn sites_of<'a>(state: &'a State, gateway: &Id) -> Vec<&'a Id> {
    let to_site = links(state, gateway, LinkKind::Peering);
    to_site.map(|link| &link.to).filter(|to| is(state, to, "site")).collect()
}

fn gateways_of(state: &State, site: &Id) -> Vec<Id> {
    let all = links(state, site, LinkKind::Peering).filter(|link| link.to == *site);
    in_order(state, all.map(|link| link.from.clone()).collect())
}

fn gateways_in(state: &State, network: &Id) -> Vec<Id> {
    let members = state.in_network.get(network).into_iter().flatten();
    let gateways =
        members.filter(|id| state.inherited.get(*id).is_some_and(|i| is_gateway(&i.kind)));
    in_order(state, gateways.cloned().collect())
}

fn in_order(state: &State, mut gateways: Vec<Id>) -> Vec<Id> {
    gateways.sort_by_key(|id| !is(state, id, "dedicated-link"));
    gateways
}

fn site_of<'a>(state: &'a State, network: &Id) -> Option<&'a Id> {
    state.inherited.get(network)?.site.as_ref()
}

fn networks_in<'a>(state: &'a State, site: &'a Id) -> impl Iterator<Item = &'a Id> {
    state.networks.iter().filter(move |network| site_of(state, network) == Some(site))
}

/// Networks beside this one whose gateways carry for it, and it for theirs.
fn transit_peers<'a>(
    ctx: &Context<'_>,
    state: &'a State,
    network: &'a Id,
) -> impl Iterator<Item = &'a Id> {
    let can = matches!(ctx.facts.semantics, Provider::Azure | Provider::Gcp);
    peers(state, network).filter(move |(link, _)| can && carries_on(state, link)).map(|(_, to)| to)
}

fn carries_on(state: &State, link: &Id) -> bool {
    let said = state.links.get(link).and_then(|link| link.attributes.get("gateway-transit"));
    said.and_then(Value::as_bool).unwrap_or(false)
}

/// Every network whose routes may follow from a network, a hub, a gateway or a site.
pub(super) fn concerned(state: &State, start: &Id, found: &mut Ids) {
    let mut seen = Ids::new();
    let mut open = vec![start.clone()];
    while let Some(at) = open.pop() {
        if !seen.insert(at.clone()) {
            continue;
        }
        if state.networks.contains(&at) {
            found.insert(at.clone());
            open.extend(gateways_in(state, &at));
            open.extend(site_of(state, &at).cloned());
            let on = peers(state, &at).filter(|(link, _)| carries_on(state, link));
            open.extend(on.map(|(_, other)| other.clone()));
        }
        open.extend(hubs_of(state, &at).into_iter().map(|(hub, _)| hub.clone()));
        open.extend(sites_of(state, &at).into_iter().cloned());
        if is(state, &at, "transit-hub") {
            open.extend(links(state, &at, LinkKind::Attachment).map(|link| link.from.clone()));
        }
        if is(state, &at, "site") {
            open.extend(gateways_of(state, &at));
            // One that stands in something else of the site has its gateways as well.
            let here = state.networks.iter().filter(|id| site_of(state, id) == Some(&at));
            open.extend(here.cloned());
        }
        open.extend(state.network_of.get(&at).filter(|_| is_joining(state, &at)).cloned());
    }
}

/// Whether it is a hub, a gateway or a site.
pub(super) fn is_joining(state: &State, id: &Id) -> bool {
    let kind = state.inherited.get(id).map(|it| it.kind.as_str());
    kind.is_some_and(|kind| is_gateway(kind) || matches!(kind, "transit-hub" | "site"))
}
