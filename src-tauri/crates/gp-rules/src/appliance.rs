//! Firewalls in the way, as the checks on them see them. Says nothing itself.

use crate::Facts;
use gp_catalog::resolved::{ResolvedResource, Route, Segment, Via};
use std::collections::BTreeSet;

/// Every firewall that is drawn as an appliance.
pub(crate) fn appliances<'a>(facts: &Facts<'a>) -> impl Iterator<Item = &'a ResolvedResource> {
    facts.of_kind("firewall").filter(|it| it.text("mode") == Some("appliance"))
}

/// Routes by which something starts its way through a firewall, with the segments that have them.
/// Segments of NAT gateways send answers only.
pub(crate) fn ways_through<'a>(
    facts: &Facts<'a>,
    firewall: &ResolvedResource,
) -> Vec<(&'a Segment, &'a Route)> {
    let nats = facts.of_kind("nat-gateway").flat_map(|nat| nat.instances.iter());
    let answering: BTreeSet<&str> = nats.filter_map(|nat| nat.segment.as_deref()).collect();
    let here = |route: &&Route| {
        matches!(&route.via, Via::Firewall { instance, .. }
            if firewall.instances.iter().any(|one| one.address == *instance))
    };
    let starting = facts.resolved.segments.values().filter(|s| !answering.contains(s.id.as_str()));
    starting
        .flat_map(|segment| {
            let table = facts.resolved.route_tables.get(&segment.route_table);
            let routes = table.into_iter().flat_map(|table| &table.routes);
            routes.filter(here).map(move |route| (&**segment, route))
        })
        .collect()
}
