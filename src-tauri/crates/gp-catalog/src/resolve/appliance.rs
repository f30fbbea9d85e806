//! Firewalls in the way: an appliance in a tier of its own, one per zone, which all pass on their way
//! from its network to the internet. Part of step 6; what it lets through is in [`super::firewall`].
//!
//! - What a private tier sends out, and by a hub what other networks do, goes to the firewall of the
//!   zone of the NAT gateway that carries it, and from its tier to that gateway.
//! - Answers go back the same way, for it remembers connections: the NAT gateway's tier has routes by its
//!   own zone's firewall to all that goes out through it.
//! - What networks on a hub send each other does not come by.
//! - Of several in one network the oldest is in the way, and no other.

use super::{
    State,
    inherit::Inherited,
    joined,
    ways_out::{Standing, near, standing},
};
use crate::resolved::{Exposure, Route, Segment, Via};
use gp_model::Id;

/// Whether something is a firewall that stands in the way.
pub(super) fn is_one(inherited: &Inherited) -> bool {
    inherited.kind == "firewall" && inherited.text("mode") == Some("appliance")
}

/// Instances of the one that is in the way in a network.
pub(super) fn in_network<'a>(state: &'a State, network: &Id) -> Vec<Standing<'a>> {
    let mut all = standing(state, network, is_one);
    let first = all.first().map(|one| one.resource);
    all.retain(|one| Some(one.resource) == first);
    all
}

/// Routes by which answers reach what went out through the NAT gateways of a segment; none where none
/// stands in it, or no firewall before them.
pub(super) fn ways_back(state: &State, segment: &Segment, beyond: &[Route]) -> Vec<Route> {
    let network = &segment.network;
    let nats = standing(state, network, |it| it.kind == "nat-gateway");
    let walls = in_network(state, network);
    let nat = nats.iter().find(|nat| *nat.segment == *segment.id);
    let Some(wall) = nat.and_then(|nat| near(&walls, nat.zone)) else { return Vec::new() };
    let own = state.subnet_of.get(wall.resource);
    let back =
        |destination| Route { destination, via: wall.via(None), from: wall.resource.clone() };
    let members = state.in_network.get(network).into_iter().flatten();
    let behind = members.filter(|id| Some(*id) != own && **id != segment.subnet);
    let tiers = behind.filter_map(|id| state.tiers.get(id));
    let private = tiers.filter(|tier| tier.exposure == Exposure::Private);
    let beside = private.flat_map(|tier| &tier.segments).filter_map(|id| state.segments.get(id));
    let mut routes: Vec<Route> = beside.map(|segment| back(segment.cidr)).collect();
    let others = beyond.iter().filter(|route| match &route.via {
        Via::Hub { hub, network: other } => joined::leaves_by(state, other, hub, network),
        _ => false,
    });
    routes.extend(others.map(|route| back(route.destination)));
    routes
}
