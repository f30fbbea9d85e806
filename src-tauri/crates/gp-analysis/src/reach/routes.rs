//! Route tables: longest prefix wins, of equals the first.

use super::{World, bugs::Bug};
use crate::sets::addresses;
use gp_catalog::resolved::{RouteTable, Via};
use std::sync::Arc;

/// A compiled route table.
#[derive(Debug)]
pub(crate) struct Table {
    pub source: Arc<RouteTable>,
    routes: Vec<Route>,
}

#[derive(Debug)]
struct Route {
    range: (u32, u32),
    prefix: u8,
    /// Place in the source.
    number: u32,
    next: Next,
}

/// A next hop with names turned into numbers; a name that means nothing is `None`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Local,
    Internet,
    /// Out under the own address, and only answers in.
    EgressOnly,
    /// A NAT gateway, and whether a hub leads to it.
    Nat(Option<u32>, bool),
    /// A firewall in the way, and whether a hub leads to it.
    Firewall(Option<u32>, bool),
    /// Another network, over a peering, a hub or a tunnel.
    Peering(Option<u32>),
    Endpoint,
    Blackhole,
}

impl Table {
    /// Compiles a table; `host` and `network` find numbers by name.
    pub(crate) fn new(
        source: &Arc<RouteTable>,
        host: impl Fn(&str) -> Option<u32>,
        network: impl Fn(&str) -> Option<u32>,
    ) -> Self {
        let compile = |(number, route): (usize, &gp_catalog::resolved::Route)| Route {
            range: addresses(route.destination),
            prefix: route.destination.prefix_len(),
            number: number as u32,
            next: match &route.via {
                Via::Local => Next::Local,
                Via::InternetGateway => Next::Internet,
                Via::EgressOnly => Next::EgressOnly,
                Via::Nat { instance, hub } => Next::Nat(host(instance), hub.is_some()),
                Via::Firewall { instance, hub } => Next::Firewall(host(instance), hub.is_some()),
                Via::Peering { network: other, .. }
                | Via::Hub { network: other, .. }
                | Via::Gateway { network: other, .. } => Next::Peering(network(other)),
                Via::Endpoint { .. } => Next::Endpoint,
                Via::Blackhole => Next::Blackhole,
            },
        };
        let mut routes: Vec<Route> = source.routes.iter().enumerate().map(compile).collect();
        routes.sort_by_key(|route| (std::cmp::Reverse(route.prefix), route.number));
        Self { source: Arc::clone(source), routes }
    }
}

impl World {
    /// The route for an address: its place in the table and the next hop.
    pub(crate) fn route(&self, area: u32, to: u32) -> Option<(u32, Next)> {
        let table = &self.tables[self.area(area).table? as usize];
        let holds = |route: &&Route| route.range.0 <= to && to <= route.range.1;
        let usable = |route: &&Route| {
            holds(route) && !(self.has(Bug::BlackholeIgnored) && route.next == Next::Blackhole)
        };
        let found = if self.has(Bug::FirstRouteWins) {
            table.routes.iter().filter(holds).min_by_key(|route| route.number)
        } else {
            table.routes.iter().find(usable)
        };
        found.map(|route| (route.number, route.next))
    }

    /// Whether a route is a peering's own, and not a hub's or a gateway's.
    pub(crate) fn is_peering(&self, area: u32, route: u32) -> bool {
        let table = self.area(area).table.map(|table| &self.tables[table as usize].source);
        let route = table.and_then(|table| table.routes.get(route as usize));
        route.is_some_and(|route| matches!(route.via, Via::Peering { .. }))
    }
}
