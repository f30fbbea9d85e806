//! What a link's `traffic` costs: data that leaves to the internet, that crosses zones or regions,
//! that goes through a NAT gateway or a private end point. Providers bill most of it by the gibibyte
//! and way; which way it takes is in the resolved routes.

use super::{Billing, Item};
use gp_catalog::{
    prices,
    resolved::{Resolved, ResolvedLink, ResolvedResource, Via},
    units,
};
use gp_model::{Id, LinkKind, Provider};
use std::collections::BTreeMap;

/// What a link's traffic is billed at; nothing without traffic or where no way of it is billed.
pub(super) fn item(billing: &Billing<'_>, link: &ResolvedLink) -> Option<Item> {
    if link.kind != LinkKind::Flow {
        return None;
    }
    let said = link.traffic.as_deref()?;
    let mut item = Item::new(&link.id, true);
    let Ok(bytes) = units::rate(said) else {
        item.has_no_price("traffic", said.to_owned(), prices::GLOBAL);
        return Some(item);
    };
    let gib = bytes as f64 / f64::from(1 << 30);
    let from = billing.resolved.resource(&link.from)?;
    let to = billing.resolved.resource(&link.to)?;
    for (meter, at, share) in ways(billing, from, to) {
        let region = billing.region(at);
        billing.bill(&mut item, meter, String::new(), region, Some(gib * share));
    }
    (!item.lines.is_empty() || !item.unpriced.is_empty()).then_some(item)
}

type Way<'a> = (&'static str, &'a ResolvedResource, f64);

/// Meters that the traffic between two things passes, where each is read, and what share of it.
fn ways<'a>(
    billing: &Billing<'_>,
    from: &'a ResolvedResource,
    to: &'a ResolvedResource,
) -> Vec<Way<'a>> {
    match (is_outside(billing, from), is_outside(billing, to)) {
        (true, true) => Vec::new(),
        (true, false) => vec![("transfer-internet", to, 1.0)],
        (false, true) => {
            let nat = goes_through_nat(billing, from).then_some(("nat-gateway-data", from, 1.0));
            [("transfer-internet", from, 1.0)].into_iter().chain(nat).collect()
        }
        (false, false) if billing.region(from) != billing.region(to) => {
            vec![("transfer-region", from, 1.0)]
        }
        (false, false) => inside(billing, from, to).into_iter().collect(),
    }
}

/// Between two things in one region.
fn inside<'a>(
    billing: &Billing<'_>,
    from: &'a ResolvedResource,
    to: &'a ResolvedResource,
) -> Option<Way<'a>> {
    let stands = |resource: &ResolvedResource| {
        resource.instances.iter().any(|instance| instance.segment.is_some())
    };
    if stands(from) && !stands(to) {
        let Some(interface) = endpoint(billing, from, to) else {
            return goes_through_nat(billing, from).then_some(("nat-gateway-data", from, 1.0));
        };
        // On AWS the layers of images come by a door that asks nothing; the rest is little.
        let layers = to.kind == "registry" && billing.provider == Provider::Aws;
        return (interface && !layers).then_some(("private-endpoint-data", from, 1.0));
    }
    // What a proxying balancer sends across zones is in its own price.
    if from.kind == "load-balancer" && from.text("mode") == Some("proxy") {
        return None;
    }
    let share = across_zones(from, to);
    // Billed where it leaves one zone, and where it comes into the other.
    (share > 0.0).then_some(("transfer-zone", from, 2.0 * share))
}

/// The part of the pairs of instances that stand in different zones.
fn across_zones(from: &ResolvedResource, to: &ResolvedResource) -> f64 {
    let zones = |resource: &ResolvedResource| -> Vec<String> {
        resource.instances.iter().filter_map(|instance| instance.zone.clone()).collect()
    };
    let (from, to) = (zones(from), zones(to));
    let pairs = from.len() * to.len();
    let same: usize =
        from.iter().map(|zone| to.iter().filter(|other| *other == zone).count()).sum();
    if pairs == 0 { 0.0 } else { (pairs - same) as f64 / pairs as f64 }
}

fn is_outside(billing: &Billing<'_>, resource: &ResolvedResource) -> bool {
    billing.catalog.kind(&resource.kind).is_some_and(|kind| kind.actor)
}

/// Service → private end points that lead there.
pub(super) fn doors(resolved: &Resolved) -> BTreeMap<&str, Vec<&ResolvedResource>> {
    let mut doors: BTreeMap<&str, Vec<&ResolvedResource>> = BTreeMap::new();
    for door in resolved.resources.values().filter(|one| one.kind == "private-endpoint") {
        if let Some(target) = door.text("target") {
            doors.entry(target).or_default().push(door);
        }
    }
    doors
}

/// Whether a private end point leads there from here, and whether it is one with an address.
fn endpoint(billing: &Billing<'_>, from: &ResolvedResource, to: &ResolvedResource) -> Option<bool> {
    let all = billing.doors.get(to.id.as_str())?;
    let near = |door: &&&ResolvedResource| {
        door.ancestors
            .iter()
            .any(|above| from.ancestors.contains(above) && is_network(billing, above))
    };
    let door = all.iter().find(near)?;
    Some(door.instances.iter().any(|one| one.ip.is_some()))
}

fn is_network(billing: &Billing<'_>, id: &Id) -> bool {
    billing.resolved.resource(id).is_some_and(|one| one.kind == "network")
}

/// Whether what leaves a thing's subnet leaves through a NAT gateway.
fn goes_through_nat(billing: &Billing<'_>, resource: &ResolvedResource) -> bool {
    resource.instances.iter().any(|instance| {
        let segment = instance.segment.as_ref().and_then(|id| billing.resolved.segments.get(id));
        let table = segment.and_then(|one| billing.resolved.route_tables.get(&one.route_table));
        let default = table.and_then(|table| {
            table.routes.iter().find(|route| route.destination.prefix_len() == 0)
        });
        default.is_some_and(|route| matches!(route.via, Via::Nat { .. } | Via::Firewall { .. }))
    })
}
