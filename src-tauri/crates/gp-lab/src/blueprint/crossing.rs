//! Which networks have a cable between them: by a peering, a transit hub, a tunnel or a line.

use gp_catalog::resolved::{Resolved, Via};
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

/// The name of the cable between two networks that no peering link joins.
pub(super) fn name_between(one: &str, other: &str) -> String {
    let (a, b) = if one < other { (one, other) } else { (other, one) };
    format!("{a}~{b}")
}

/// Every one, peerings first. Two networks have one cable for all their hubs and gateways; it belongs
/// to the gateway, if one of the two ways is by one.
pub(crate) fn crossings(resolved: &Resolved) -> Vec<Crossing> {
    let peerings = resolved.links.values().filter(|link| link.kind == LinkKind::Peering);
    let mut found: Vec<Crossing> = peerings
        .map(|link| Crossing {
            by: link.id.clone(),
            ends: (link.from.clone(), link.to.clone()),
            name: link.id.to_string(),
        })
        .collect();
    let mut others: BTreeMap<String, Crossing> = BTreeMap::new();
    for table in resolved.route_tables.values() {
        for route in &table.routes {
            let (by, network) = match &route.via {
                Via::Hub { hub: by, network } | Via::Gateway { gateway: by, network } => {
                    (by, network)
                }
                _ => continue,
            };
            let name = name_between(&table.network, network);
            let ends = (table.network.clone(), network.clone());
            let crossing = others.entry(name.clone()).or_insert_with(|| Crossing {
                by: by.clone(),
                ends,
                name,
            });
            if matches!(route.via, Via::Gateway { .. }) {
                crossing.by = by.clone();
            }
        }
    }
    found.extend(others.into_values());
    found
}

/// Every NAT gateway that serves another network by a hub: the hub, that network, the NAT's instance.
pub(crate) fn ways_out(resolved: &Resolved) -> Vec<(Id, Id, String)> {
    let mut found = Vec::new();
    for table in resolved.route_tables.values() {
        for route in &table.routes {
            if let Via::Nat { instance, hub: Some(hub) } = &route.via {
                let one = (hub.clone(), table.network.clone(), instance.clone());
                if !found.contains(&one) {
                    found.push(one);
                }
            }
        }
    }
    found
}
