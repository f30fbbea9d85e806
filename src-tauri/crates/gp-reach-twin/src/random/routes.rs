//! Route tables of random designs: gateways, NAT gateways in a row, firewalls in the way, peerings that
//! lead on and peerings that do not.

use super::{Dice, Maker, ROW, net, wide};
use gp_catalog::resolved::{ResolvedLink, Route, RouteTable, Segment, Via};
use gp_model::{Id, LinkKind};
use ipnet::Ipv4Net;
use std::sync::Arc;

impl Maker {
    pub(super) fn routes(&mut self) {
        for segment in self.segments.clone() {
            let network = self.made.segments[&segment].network.clone();
            let own = self.ranges.iter().find(|range| range.prefix_len() == 16);
            let own = self
                .made
                .segments
                .values()
                .find(|s| s.network == network)
                .map_or_else(|| *own.expect("a network was made"), |s| wide(s.cidr));
            let mut routes = Vec::new();
            if self.dice.percent(92) {
                routes.push((own, Via::Local));
            }
            let (holds_nat, nats) = (self.holds_nat(&segment), self.nats_beside(&segment));
            let far = self.nats_elsewhere(&segment);
            let nat = |dice: &mut Dice| {
                if far.is_empty() || dice.percent(75) {
                    return Via::Nat { instance: dice.of(&nats).clone(), hub: None };
                }
                Via::Nat { instance: dice.of(&far).clone(), hub: Some(Id::new("hub")) }
            };
            let gateway = |dice: &mut Dice| match dice.roll(10) {
                // Else a NAT gateway stands behind another one.
                _ if holds_nat && dice.percent(55) => Via::InternetGateway,
                0..=4 if !holds_nat => Via::InternetGateway,
                0..=8 => nat(dice),
                _ if dice.percent(50) => Via::EgressOnly,
                _ => Via::Blackhole,
            };
            if self.dice.percent(85) {
                let via = self.along_the_row(&segment).unwrap_or_else(|| gateway(&mut self.dice));
                routes.push((net("0.0.0.0/0"), via));
            }
            routes.extend(self.peerings(&network));
            if self.guarded {
                let at = self.dice.roll(2).min(routes.len());
                let through = self.by_firewalls(&segment);
                routes.splice(at..at, through);
            }
            if self.dice.percent(50) {
                let range = *self.dice.of(&[net("198.19.0.0/16"), net("198.18.0.0/15")]);
                routes.push((range, Via::Endpoint { resource: Id::new("endpoint") }));
            }
            for _ in 0..self.dice.roll(3) {
                let special = [
                    net("203.0.113.0/24"),
                    net("198.18.0.0/16"),
                    net("10.0.0.0/8"),
                    own,
                    net("10.1.0.0/16"),
                ];
                let mut range = *self.dice.of(&special);
                if self.dice.percent(30) {
                    range = *self.dice.of(&self.ranges);
                }
                let via =
                    if self.dice.percent(35) { Via::Blackhole } else { gateway(&mut self.dice) };
                let at = self.dice.roll(routes.len() + 1);
                routes.insert(at, (range, via));
            }
            let from = Id::new("implied");
            let routes = routes
                .into_iter()
                .map(|(destination, via)| Route { destination, via, from: from.clone() })
                .collect();
            let id = format!("rt-{segment}");
            self.made.route_tables.insert(
                id.clone(),
                Arc::new(RouteTable { id, network, routes, routes6: Vec::new() }),
            );
        }
    }

    /// Instances of the firewall in the way.
    pub(super) fn walls(&self) -> Vec<String> {
        let wall = self.made.resources.get("wall").into_iter();
        wall.flat_map(|wall| wall.instances.iter()).map(|one| one.address.clone()).collect()
    }

    /// From a segment to others, and to the internet, by a firewall; mostly by the first one, for an
    /// answer comes back only by the same.
    fn by_firewalls(&mut self, segment: &str) -> Vec<(Ipv4Net, Via)> {
        let walls = self.walls();
        let stands = |wall: &str| {
            let instances =
                self.made.resources.get("wall").into_iter().flat_map(|w| w.instances.iter());
            instances.filter(|one| one.address == wall).find_map(|one| one.segment.clone())
        };
        let first = stands(&walls[0]).unwrap_or_default();
        if first == segment && self.dice.percent(85) {
            return Vec::new();
        }
        let network = self.made.segments[segment].network.clone();
        let others = self.segments.iter().filter(|other| *other != segment && **other != first);
        let mut ranges: Vec<Ipv4Net> = others.map(|other| self.made.segments[other].cidr).collect();
        ranges.push(net("0.0.0.0/0"));
        let mut routes = Vec::new();
        for range in ranges {
            if self.dice.percent(35) {
                continue;
            }
            let wall =
                if self.dice.percent(85) { walls[0].clone() } else { self.dice.of(&walls).clone() };
            let beside = stands(&wall).is_some_and(|at| self.made.segments[&at].network == network);
            let hub = (!beside && self.dice.percent(95)).then(|| Id::new("hub"));
            routes.push((range, Via::Firewall { instance: wall, hub }));
        }
        routes
    }

    /// Routes to the other networks: each over its own peering, or in vain over that of a third.
    fn peerings(&mut self, from: &Id) -> Vec<(Ipv4Net, Via)> {
        let others: Vec<String> =
            self.networks.iter().filter(|other| **other != **from).cloned().collect();
        let mut routes = Vec::new();
        for other in &others {
            if !self.dice.percent(80) {
                continue;
            }
            let third = others.iter().find(|third| *third != other);
            let over = third.filter(|_| self.dice.percent(40)).unwrap_or(other);
            let (by, network) = (Id::new("hub"), Id::new(over));
            let via = match self.dice.roll(6) {
                0 => Via::Hub { hub: by, network },
                1 => Via::Gateway { gateway: by, network },
                _ => Via::Peering { link: self.peered(from, over), network },
            };
            routes.push((self.other_range(other), via));
        }
        routes
    }

    /// The peering of two networks, drawn when it is first needed.
    fn peered(&mut self, one: &str, other: &str) -> Id {
        let (from, to) = if one < other { (one, other) } else { (other, one) };
        let id = Id::new(format!("{from}-{to}"));
        let link = ResolvedLink {
            id: id.clone(),
            kind: LinkKind::Peering,
            from: Id::new(from),
            to: Id::new(to),
            ports: Vec::new(),
            access: Vec::new(),
            traffic: None,
            note: None,
            attributes: indexmap::IndexMap::default(),
        };
        self.made.links.insert(id.clone(), Arc::new(link));
        id
    }

    /// NAT gateways of the network that stand in other segments; or one that is of no use here.
    fn nats_beside(&self, segment: &str) -> Vec<String> {
        let network = &self.made.segments[segment].network;
        let beside =
            |place: &String| place != segment && self.made.segments[place].network == *network;
        let nats = self.made.instances().filter(|(resource, _)| resource.kind == "nat-gateway");
        let beside = nats.filter(|(_, nat)| nat.segment.as_ref().is_some_and(beside));
        let mut names: Vec<String> = beside.map(|(_, nat)| nat.address.clone()).collect();
        if names.is_empty() {
            names.push("nat0".to_owned());
        }
        names
    }

    /// NAT gateways of other networks, which a hub leads to.
    fn nats_elsewhere(&self, segment: &str) -> Vec<String> {
        let network = &self.made.segments[segment].network;
        let nats = self.made.instances().filter(|(resource, _)| resource.kind == "nat-gateway");
        let far = nats.filter(|(_, nat)| {
            nat.segment.as_ref().is_some_and(|s| self.made.segments[s].network != *network)
        });
        far.map(|(_, nat)| nat.address.clone()).collect()
    }

    fn holds_nat(&self, segment: &str) -> bool {
        let nats = self.made.resources.values().filter(|resource| resource.kind == "nat-gateway");
        let mut stand = nats.flat_map(|nat| nat.instances.iter());
        stand.any(|nat| nat.segment.as_deref() == Some(segment))
    }

    fn other_range(&self, network: &str) -> Ipv4Net {
        let of = |segment: &&Arc<Segment>| *segment.network == *network;
        self.made.segments.values().find(of).map_or(net("10.9.0.0/16"), |s| wide(s.cidr))
    }

    /// Where packets to anywhere go from a segment of a row of NAT gateways.
    fn along_the_row(&self, segment: &str) -> Option<Via> {
        let nat = |instance: &str| Via::Nat { instance: instance.to_owned(), hub: None };
        let ways = [nat("nat0"), nat("nat1"), Via::InternetGateway];
        let place = ROW.iter().position(|place| *place == segment).filter(|_| self.row)?;
        ways.into_iter().nth(place)
    }
}
