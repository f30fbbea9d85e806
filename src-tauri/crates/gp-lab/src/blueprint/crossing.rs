//! Which networks have a cable between them: by a peering, a transit hub, a tunnel or a line.

use gp_catalog::resolved::{Resolved, Route, Segment, Via};
use gp_model::{Id, LinkKind};
use std::collections::BTreeMap;

/// A cable between two networks' routers.
pub(crate) struct Crossing {
    /// The peering link, hub or gateway that it stands for.
    pub by: Id,
    /// The two networks.
    pub ends: (Id, Id),
    /// Names its cable and its devices.
    pub name: String,
}

impl Crossing {
    /// The network at the other end, if this one has an end.
    pub fn beyond(&self, network: &str) -> Option<&Id> {
        let (a, b) = &self.ends;
        match (**a == *network, **b == *network) {
            (true, false) => Some(b),
            (false, true) => Some(a),
            _ => None,
        }
    }
}

/// The name of the cable between two networks.
pub(crate) fn name_between(one: &str, other: &str) -> String {
    let (a, b) = if one < other { (one, other) } else { (other, one) };
    format!("{a}~{b}")
}

/// Every one. Two networks have one cable, whatever joins them: it belongs to their peering, else to a
/// gateway, else to a hub.
pub(crate) fn crossings(resolved: &Resolved) -> Vec<Crossing> {
    let mut found: BTreeMap<String, (u8, Crossing)> = BTreeMap::new();
    let mut add = |rank: u8, by: &Id, one: &Id, other: &Id| {
        let name = name_between(one, other);
        let known = found.get(&name).is_some_and(|(known, _)| *known <= rank);
        if one != other && !known {
            let ends = (one.clone(), other.clone());
            found.insert(name.clone(), (rank, Crossing { by: by.clone(), ends, name }));
        }
    };
    let peerings = resolved.links.values().filter(|link| link.kind == LinkKind::Peering);
    for link in peerings {
        add(0, &link.id, &link.from, &link.to);
    }
    for table in resolved.route_tables.values() {
        for route in &table.routes {
            match &route.via {
                Via::Peering { link, network } => add(0, link, &table.network, network),
                Via::Gateway { gateway, network } => add(1, gateway, &table.network, network),
                Via::Hub { hub, network } => add(2, hub, &table.network, network),
                Via::Nat { instance, hub: Some(hub) }
                | Via::Firewall { instance, hub: Some(hub) } => {
                    if let Some(segment) = place_of(resolved, instance) {
                        add(2, hub, &table.network, &segment.network);
                    }
                }
                _ => {}
            }
        }
    }
    found.into_values().map(|(_, crossing)| crossing).collect()
}

/// The segment that an instance stands in.
fn place_of<'a>(resolved: &'a Resolved, instance: &str) -> Option<&'a Segment> {
    let (_, found) = resolved.instances().find(|(_, it)| it.address == instance)?;
    Some(resolved.segments.get(found.segment.as_deref()?)?)
}

/// What a segment sends to a NAT gateway or firewall of another network, to which a hub leads.
pub(super) struct WayOut<'a> {
    pub segment: &'a Segment,
    pub route: &'a Route,
    /// The instance of either.
    pub hop: &'a str,
}

/// Every one, in order of the segments.
pub(super) fn ways_out(resolved: &Resolved) -> impl Iterator<Item = WayOut<'_>> {
    resolved.segments.values().flat_map(|segment| {
        let table = resolved.route_tables.get(&segment.route_table);
        let routes = table.into_iter().flat_map(|table| &table.routes);
        routes.filter_map(move |route| match &route.via {
            Via::Nat { instance, hub: Some(_) } | Via::Firewall { instance, hub: Some(_) } => {
                Some(WayOut { segment, route, hop: instance })
            }
            _ => None,
        })
    })
}
