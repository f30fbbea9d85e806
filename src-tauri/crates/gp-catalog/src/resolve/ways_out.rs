//! What stands at the way from a network to the internet: NAT gateways, and the firewall before them.
//! Part of step 6; routes are made in [`super::connect`].

use super::{State, appliance, inherit::Inherited};
use crate::resolved::Via;
use gp_model::Id;

/// An instance of a NAT gateway or firewall.
pub(super) struct Standing<'a> {
    pub resource: &'a Id,
    pub zone: Option<&'a str>,
    pub segment: &'a str,
    kind: &'a str,
    address: &'a str,
    age: u64,
}

impl Standing<'_> {
    /// The way to it, by a hub where it stands in another network.
    pub fn via(&self, hub: Option<&Id>) -> Via {
        let (instance, hub) = (self.address.to_owned(), hub.cloned());
        if self.kind == "firewall" {
            Via::Firewall { instance, hub }
        } else {
            Via::Nat { instance, hub }
        }
    }
}

/// All of a network that are wanted, older resources first. One that stands nowhere carries nothing.
pub(super) fn standing<'a>(
    state: &'a State,
    network: &Id,
    wanted: impl Fn(&Inherited) -> bool,
) -> Vec<Standing<'a>> {
    let mut found: Vec<Standing<'a>> = Vec::new();
    for id in state.in_network.get(network).into_iter().flatten() {
        let Some(inherited) = state.inherited.get(id).filter(|it| wanted(it)) else { continue };
        for instance in state.instances.get(id).into_iter().flat_map(|all| all.iter()) {
            let Some(segment) = instance.segment.as_deref() else { continue };
            found.push(Standing {
                resource: id,
                zone: instance.zone.as_deref(),
                segment,
                kind: &inherited.kind,
                address: &instance.address,
                age: inherited.age,
            });
        }
    }
    found.sort_by_key(|one| (one.age, one.resource));
    found
}

/// The one in the same zone, else the first.
pub(super) fn near<'s, 'a>(
    all: &'s [Standing<'a>],
    zone: Option<&str>,
) -> Option<&'s Standing<'a>> {
    all.iter().find(|one| zone.is_some() && one.zone == zone).or_else(|| all.first())
}

/// What carries to the internet what private tiers send.
pub(super) struct WaysOut<'a> {
    nats: Vec<Standing<'a>>,
    walls: Vec<Standing<'a>>,
}

impl<'a> WaysOut<'a> {
    /// That of a network.
    pub fn of(state: &'a State, network: &Id) -> Self {
        let nats = standing(state, network, |it| it.kind == "nat-gateway");
        Self { nats, walls: appliance::in_network(state, network) }
    }

    /// From a zone of a tier, or by a hub: to the firewall before the gateway, where there is one.
    pub fn out_of(&self, zone: Option<&str>, hub: Option<&Id>) -> Option<(Via, Id)> {
        let nat = near(&self.nats, zone)?;
        let next = near(&self.walls, nat.zone).unwrap_or(nat);
        Some((next.via(hub), next.resource.clone()))
    }

    /// From a tier of this network: what the firewall itself sends on goes to the gateway.
    pub fn out_of_tier(&self, state: &State, subnet: &Id, zone: Option<&str>) -> Option<(Via, Id)> {
        let firewall = self.walls.first().map(|wall| wall.resource);
        if firewall.is_some_and(|id| state.subnet_of.get(id) == Some(subnet)) {
            return near(&self.nats, zone).map(|nat| (nat.via(None), nat.resource.clone()));
        }
        self.out_of(zone, None)
    }
}
