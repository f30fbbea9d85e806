//! All ways from one instance to another, which packets survive each, and the answer to
//! "can A reach B". Wording is in `words.rs`.

use super::{
    World,
    bugs::Bug,
    compile::listener_packets,
    walk::{Origin, Step, Way},
    words::{Block, Trace},
    world::{Forward, HostNumber},
};
use crate::sets::PacketSet;
use gp_catalog::resolved::{Listener, Target};
use serde::Serialize;

/// The answer to "can A reach B".
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    /// Packets that arrive at the instance, and whose answers come back.
    pub allowed: PacketSet,
    /// Those of them that something there answers.
    pub answered: PacketSet,
    /// One packet's way for each way that lets some through.
    pub via: Vec<Trace>,
    /// What stops the rest, on the way that gets furthest, in the order of the hops.
    pub blocked: Vec<Block>,
}

/// What a pair allows, without words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub allowed: PacketSet,
    pub answered: PacketSet,
}

impl World {
    /// Whether the instance with one address (`app[0]`) reaches the other, and why.
    pub fn reach(&self, from: &str, to: &str) -> Answer {
        let unknown =
            |name: &str| Answer { blocked: vec![Block::unknown(name)], ..Answer::default() };
        let Some(&a) = self.by_name.get(from) else { return unknown(from) };
        let Some(&b) = self.by_name.get(to) else { return unknown(to) };
        let Some(origin) = self.origin(a) else {
            return Answer { blocked: vec![self.no_address(a)], ..Answer::default() };
        };
        let ways = self.ways(origin, b);
        let verdict = self.verdict(origin, b);
        let open = ways.iter().filter(|way| way.arrives.is_some());
        let via = open.filter_map(|way| self.arriving_trace(origin, b, way, &verdict.answered));
        Answer {
            via: via.collect(),
            blocked: self.blocks(origin, b, &PacketSet::all().difference(&verdict.allowed)),
            allowed: verdict.allowed,
            answered: verdict.answered,
        }
    }

    /// The address under which an instance starts connections.
    pub(crate) fn origin(&self, host: HostNumber) -> Option<Origin> {
        Some(Origin { host, address: self.host(host).own()? })
    }

    /// Which packets of `origin` arrive at `host`, and which are answered.
    pub(crate) fn verdict(&self, origin: Origin, host: HostNumber) -> Verdict {
        let allowed = self.allowed(origin, host);
        let mut listens = self.thing_of(host).listens.clone();
        if !allowed.is_empty() && self.thing_of(host).pass_through {
            listens = listens.union(&self.behind(origin, host).answered);
        }
        let answered = allowed.intersection(&listens.union(&icmp()));
        Verdict { allowed, answered }
    }

    pub(crate) fn allowed(&self, origin: Origin, host: HostNumber) -> PacketSet {
        if origin.host == host {
            return PacketSet::none();
        }
        let mut allowed = PacketSet::none();
        self.each_way(origin, host, |way| {
            if way.arrives.is_some() {
                allowed = allowed.union(&self.survivors(&way.steps, PacketSet::all()));
            }
        });
        allowed
    }

    /// What arrives by addresses of the instance's own, of all that is `allowed`.
    pub(crate) fn directly(
        &self,
        origin: Origin,
        host: HostNumber,
        allowed: &PacketSet,
    ) -> PacketSet {
        if allowed.is_empty() || !self.forwards.contains_key(&self.host(host).thing) {
            return allowed.clone();
        }
        let ways = self.targets_of(host).map(|address| self.walk(origin, host, address));
        let arriving = ways.filter(|way| way.arrives.is_some());
        arriving.fold(PacketSet::none(), |sum, way| {
            sum.union(&self.survivors(&way.steps, PacketSet::all()))
        })
    }

    /// Whether an instance passes these packets on instead of answering them.
    pub(crate) fn passes_on(&self, host: HostNumber, service: gp_model::PortSpec) -> bool {
        let thing = self.thing_of(host);
        let takes = |(number, listener): (usize, &Listener)| {
            listener.redirect.is_none()
                && listener_packets(&thing.source, number).contains_spec(service)
        };
        thing.pass_through && thing.source.listeners.iter().enumerate().any(takes)
    }

    /// Every way, the direct ones first.
    pub(crate) fn ways(&self, origin: Origin, host: HostNumber) -> Vec<Way> {
        let mut ways = Vec::new();
        self.each_way(origin, host, |way| ways.push(way));
        ways
    }

    fn each_way(&self, origin: Origin, host: HostNumber, mut take: impl FnMut(Way)) {
        for address in self.targets_of(host) {
            take(self.walk(origin, host, address));
        }
        for &forward in self.forwards.get(&self.host(host).thing).into_iter().flatten() {
            for node in self.thing(forward.balancer).hosts.clone().filter(|n| *n != origin.host) {
                for address in self.targets_of(node) {
                    take(self.way_over(origin, forward, node, address, host));
                }
            }
        }
    }

    /// Addresses under which an instance may be called.
    fn targets_of(&self, host: HostNumber) -> impl Iterator<Item = u32> + use<> {
        let host = self.host(host);
        let private = if host.area.is_some() { host.ip } else { None };
        let public = if host.area.is_some() { host.public } else { host.own() };
        [private, public].into_iter().flatten()
    }

    fn way_over(
        &self,
        origin: Origin,
        forward: Forward,
        node: HostNumber,
        address: u32,
        target: HostNumber,
    ) -> Way {
        let mut way = self.walk(origin, node, address);
        if way.arrives.is_some() {
            let shown = source_at_door(&way.steps).unwrap_or(origin.address);
            let onward = self.forward(forward, node, shown, target);
            way.steps.extend(onward.steps);
            way.arrives = onward.arrives;
        }
        way
    }

    /// What is left of `packets` after all steps, in the ports of the end.
    pub(crate) fn survivors(&self, steps: &[Step], packets: PacketSet) -> PacketSet {
        let mut left = packets;
        for step in steps {
            if left.is_empty() {
                break;
            }
            left = self.after(step, left);
        }
        left
    }

    /// What is left after one step.
    pub(crate) fn after(&self, step: &Step, packets: PacketSet) -> PacketSet {
        match *step {
            Step::Door { host, way, from, to } => {
                let gates = &self.host(host).gates;
                if gates.is_empty() {
                    return packets;
                }
                packets.intersection(&self.gates_allow(gates, way, from, to))
            }
            Step::Edge { area, way, from, to } => {
                let gates = &self.area(area).gates;
                if gates.is_empty() {
                    return packets;
                }
                packets.intersection(&self.gates_allow(gates, way, from, to))
            }
            Step::Forwarded { forward, .. } => {
                let taken = packets.intersection(&self.taken(forward));
                if self.has(Bug::PassThroughKeepsPort) {
                    return taken;
                }
                let (listener, target) = self.forward_spec(forward);
                taken.mapped(listener.ports, target.ports)
            }
            Step::Route { .. } | Step::Leaves { .. } | Step::Enters { .. } => packets,
            Step::Stop(_) => PacketSet::none(),
        }
    }

    pub(crate) fn forward_spec(&self, forward: Forward) -> (&Listener, &Target) {
        let listener = &self.thing(forward.balancer).source.listeners[forward.listener as usize];
        (listener, &listener.targets[forward.target as usize])
    }

    fn taken(&self, forward: Forward) -> PacketSet {
        let balancer = &self.thing(forward.balancer).source;
        if self.has(Bug::EarlierListenerIgnored) {
            return PacketSet::of(balancer.listeners[forward.listener as usize].ports);
        }
        listener_packets(balancer, forward.listener as usize)
    }

    /// Packets to a pass-through node that reach some target behind it, and those that one
    /// answers; in the node's ports.
    pub(crate) fn behind(&self, origin: Origin, node: HostNumber) -> Verdict {
        let mut all = Verdict::default();
        let balancer = self.host(node).thing;
        let listeners = &self.thing(balancer).source.listeners;
        for (listener, spec) in (0..).zip(listeners).filter(|(_, l)| l.redirect.is_none()) {
            for (target, to) in (0..).zip(&spec.targets) {
                let Some(&thing) = self.by_id.get(&to.resource) else { continue };
                let forward = Forward { balancer, listener, target };
                for host in self.thing(thing).hosts.clone() {
                    let one = self.behind_one(origin, forward, node, host);
                    all.allowed = all.allowed.union(&one.allowed);
                    all.answered = all.answered.union(&one.answered);
                }
            }
        }
        all
    }

    fn behind_one(
        &self,
        origin: Origin,
        forward: Forward,
        node: HostNumber,
        host: HostNumber,
    ) -> Verdict {
        let mut all = Verdict::default();
        let (listener, target) = self.forward_spec(forward);
        let length = |spec: gp_model::PortSpec| spec.high - spec.low;
        let by_offset = length(listener.ports) == length(target.ports);
        let listens = self.thing_of(host).listens.union(&icmp());
        for address in self.targets_of(node) {
            let way = self.way_over(origin, forward, node, address, host);
            if way.arrives.is_none() {
                continue;
            }
            let at = way.steps.iter().position(|s| matches!(s, Step::Forwarded { .. }));
            let (before, onward) = way.steps.split_at(at.unwrap_or(way.steps.len()));
            let reached = self.survivors(before, self.taken(forward));
            let kept = self.survivors(onward, reached.clone());
            let sent_as = |kept: &PacketSet| {
                if by_offset {
                    kept.mapped(target.ports, listener.ports).intersection(&reached)
                } else if kept.is_empty() {
                    PacketSet::none()
                } else {
                    reached.clone()
                }
            };
            all.allowed = all.allowed.union(&sent_as(&kept));
            all.answered = all.answered.union(&sent_as(&kept.intersection(&listens)));
        }
        all
    }
}

fn icmp() -> PacketSet {
    PacketSet::protocol(gp_model::Protocol::Icmp)
}

/// The source address that the last door saw.
fn source_at_door(steps: &[Step]) -> Option<u32> {
    steps.iter().rev().find_map(|step| match step {
        Step::Door { from, .. } => Some(*from),
        _ => None,
    })
}
