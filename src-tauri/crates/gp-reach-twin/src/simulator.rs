//! Sends one packet and follows it from place to place until it arrives or dies.

use crate::filter::{Towards, answer_ports, at, passes, within};
use gp_catalog::resolved::{
    Filter, FilterKind, Instance, Listener, Resolved, ResolvedResource, Segment, Target, Via,
};
use gp_model::{PortSpec, Protocol};
use std::{collections::BTreeMap, net::Ipv4Addr};

/// One packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Packet {
    /// From.
    pub source: Ipv4Addr,
    /// To.
    pub destination: Ipv4Addr,
    /// Protocol.
    pub protocol: Protocol,
    /// Destination port; 0 for ICMP.
    pub port: u16,
}

/// Where a packet came out.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Arrival {
    /// Instance.
    pub at: String,
    /// Its protocol on arrival.
    pub protocol: Protocol,
    /// Its port on arrival.
    pub port: u16,
    /// Whether something there answers.
    pub answered: bool,
}

/// The simulator of one design.
pub struct Simulator<'r> {
    resolved: &'r Resolved,
    /// How often packets that arrived went over each kind of hop.
    pub hops: BTreeMap<&'static str, u64>,
}

/// A packet under way.
#[derive(Clone)]
struct Flight {
    packet: Packet,
    /// Forgetful filters passed, and the answer each will see: (filter, direction, from, to).
    owed: Vec<(String, Towards, Ipv4Addr, Ipv4Addr)>,
    hops: Vec<&'static str>,
}

/// The way a packet took into a segment.
#[derive(Clone, PartialEq)]
enum By {
    Local,
    Peering(String),
    /// Sent on by this firewall.
    Firewall(String),
    Internet,
}

impl<'r> Simulator<'r> {
    /// A simulator.
    pub fn new(resolved: &'r Resolved) -> Self {
        Self { resolved, hops: BTreeMap::new() }
    }

    /// Sends a packet from an instance (under another address than its own, where given) and says
    /// everywhere it comes out: at most at one instance, and behind a balancer at its targets.
    pub fn send(
        &mut self,
        from: &str,
        as_address: Option<Ipv4Addr>,
        destination: Ipv4Addr,
        protocol: Protocol,
        port: u16,
    ) -> Vec<Arrival> {
        let Some((_, sender)) = self.instance(from) else { return Vec::new() };
        let own = if sender.segment.is_some() { sender.ip } else { sender.public_ip.or(sender.ip) };
        let Some(source) = as_address.or(own) else { return Vec::new() };
        let packet = Packet { source, destination, protocol, port };
        let flight = Flight { packet, owed: Vec::new(), hops: Vec::new() };
        let Some((flight, place)) = self.fly(sender, flight) else { return Vec::new() };
        let mut arrivals = Vec::new();
        self.land(&flight, place, &mut arrivals);
        arrivals
    }

    fn land(&mut self, flight: &Flight, place: &'r str, arrivals: &mut Vec<Arrival>) {
        let Some((resource, node)) = self.instance(place) else { return };
        let (protocol, port) = (flight.packet.protocol, flight.packet.port);
        let mut answered = protocol == Protocol::Icmp || listens(resource, protocol, port);
        if let Some(listener) = pass_through(resource, protocol, port) {
            let same = |target: &&Target| target.ports.protocol == protocol;
            for target in listener.targets.iter().filter(same) {
                let Some(backend) = self.resolved.resources.get(&target.resource) else { continue };
                let new_port = moved(listener, target.ports, port);
                for instance in backend.instances.iter() {
                    let mut copy = flight.clone();
                    copy.hops.push("pass-through");
                    copy.packet.port = new_port;
                    let Some(ip) = instance.ip.filter(|_| instance.segment.is_some()) else {
                        continue;
                    };
                    copy.packet.destination = ip;
                    let Some(copy) = self.onward(node, instance, copy) else { continue };
                    let served = listens(backend, copy.packet.protocol, new_port)
                        || copy.packet.protocol == Protocol::Icmp;
                    answered |= served;
                    self.count(&copy);
                    let at = instance.address.clone();
                    arrivals.push(Arrival {
                        at,
                        protocol: copy.packet.protocol,
                        port: new_port,
                        answered: served,
                    });
                }
            }
        }
        if self.answer_returns(flight) {
            self.count(flight);
            arrivals.push(Arrival { at: place.to_owned(), protocol, port, answered });
        }
    }

    fn count(&mut self, flight: &Flight) {
        let mut hops = flight.hops.clone();
        hops.sort_unstable();
        hops.dedup();
        for hop in hops {
            *self.hops.entry(hop).or_default() += 1;
        }
        *self.hops.entry("arrived").or_default() += 1;
    }

    fn instance(&self, address: &str) -> Option<(&'r ResolvedResource, &'r Instance)> {
        self.resolved.instances().find(|(_, instance)| instance.address == address)
    }

    fn segment(&self, id: &str) -> Option<&'r Segment> {
        self.resolved.segments.get(id).map(|segment| &**segment)
    }

    fn network_of(&self, instance: &Instance) -> Option<&'r str> {
        Some(&self.segment(instance.segment.as_deref()?)?.network)
    }

    /// The instance with a private address in a network.
    fn inside(&self, network: &str, address: Ipv4Addr) -> Option<&'r Instance> {
        let here = |instance: &&Instance| {
            instance.ip == Some(address) && self.network_of(instance) == Some(network)
        };
        self.resolved.instances().map(|(_, instance)| instance).find(here)
    }

    /// The instance with a public address.
    fn public(&self, address: Ipv4Addr) -> Option<&'r Instance> {
        let has = |instance: &&Instance| match instance.segment {
            Some(_) => instance.public_ip == Some(address),
            None => instance.public_ip.or(instance.ip) == Some(address),
        };
        self.resolved.instances().map(|(_, instance)| instance).find(has)
    }

    /// Passes the filters of a place, or not. Of groups one is enough.
    fn pass(&self, flight: &mut Flight, place: &str, towards: Towards) -> Option<()> {
        let filters = at(self.resolved, place);
        let (groups, others): (Vec<&Filter>, Vec<&Filter>) =
            filters.into_iter().partition(|filter| filter.kind == FilterKind::SecurityGroup);
        let packet = flight.packet;
        if !groups.is_empty() {
            flight.hops.push("security group");
            if !groups.iter().any(|filter| passes(self.resolved, filter, towards, packet)) {
                return None;
            }
        }
        for filter in others {
            flight.hops.push(match filter.kind {
                FilterKind::NetworkAcl => "network ACL",
                _ => "firewall table",
            });
            if !passes(self.resolved, filter, towards, packet) {
                return None;
            }
            if !filter.stateful {
                let back =
                    if towards == Towards::Inside { Towards::Outside } else { Towards::Inside };
                let (from, to) = (packet.destination, packet.source);
                flight.owed.push((filter.id.clone(), back, from, to));
            }
        }
        Some(())
    }

    /// Whether every forgetful filter on the way lets the answer through, to any client port.
    fn answer_returns(&self, flight: &Flight) -> bool {
        flight.owed.iter().all(|(id, towards, source, destination)| {
            let filter = &self.resolved.filters[id];
            let protocol = flight.packet.protocol;
            answer_ports(filter, protocol).into_iter().all(|port| {
                let answer = Packet { source: *source, destination: *destination, protocol, port };
                passes(self.resolved, filter, *towards, answer)
            })
        })
    }

    /// The longest matching route of a segment.
    fn route(&self, segment: &Segment, to: Ipv4Addr) -> Option<&'r Via> {
        let table = self.resolved.route_tables.get(&segment.route_table)?;
        let mut best: Option<(u8, &Via)> = None;
        for route in &table.routes {
            let length = route.destination.prefix_len();
            if route.destination.contains(&to) && best.is_none_or(|(longest, _)| length > longest) {
                best = Some((length, &route.via));
            }
        }
        best.map(|(_, via)| via)
    }

    fn fly(&self, sender: &'r Instance, mut flight: Flight) -> Option<(Flight, &'r str)> {
        self.pass(&mut flight, &sender.address, Towards::Outside)?;
        let Some(start) = sender.segment.as_deref() else { return self.outside(flight) };
        let mut segment = self.segment(start)?;
        let mut carrier = sender;
        // Whether the carrier is a firewall in the way.
        let mut behind = false;
        for _ in 0..5 {
            let to = flight.packet.destination;
            if segment.cidr.contains(&to) {
                flight.hops.push("same segment");
                let there = self.inside(&segment.network, to)?;
                if there.segment.as_deref() != Some(segment.id.as_str()) {
                    return None;
                }
                self.pass(&mut flight, &there.address, Towards::Inside)?;
                if behind {
                    let by = By::Firewall(carrier.address.clone());
                    self.returns(segment, flight.packet.source, &by)?;
                }
                return Some((flight, &there.address));
            }
            match self.route(segment, to)? {
                Via::Nat { instance, hub } => {
                    let (_, nat) = self.instance(instance)?;
                    let nat_segment = self.segment(nat.segment.as_deref()?)?;
                    let beside = nat_segment.network == segment.network;
                    if !(beside || hub.is_some()) || nat.address == carrier.address {
                        return None;
                    }
                    let address = nat.ip?;
                    if nat_segment.id != segment.id {
                        self.pass(&mut flight, &segment.id, Towards::Outside)?;
                        self.pass(&mut flight, &nat_segment.id, Towards::Inside)?;
                    }
                    self.pass(&mut flight, &nat.address, Towards::Inside)?;
                    let over = || By::Peering(segment.network.to_string());
                    let by = if beside { By::Local } else { over() };
                    self.returns(
                        nat_segment,
                        flight.packet.source,
                        &over_firewall(carrier, behind, by),
                    )?;
                    let again = flight.hops.contains(&"NAT");
                    flight.hops.push(if again { "NAT behind NAT" } else { "NAT" });
                    flight.packet.source = address;
                    self.pass(&mut flight, &nat.address, Towards::Outside)?;
                    (carrier, segment, behind) = (nat, nat_segment, false);
                }
                Via::Firewall { instance, hub } => {
                    let (_, wall) = self.instance(instance)?;
                    wall.ip?;
                    let stands = self.segment(wall.segment.as_deref()?)?;
                    let beside = stands.network == segment.network;
                    if !(beside || hub.is_some()) || wall.address == carrier.address {
                        return None;
                    }
                    if stands.id != segment.id {
                        self.pass(&mut flight, &segment.id, Towards::Outside)?;
                        self.pass(&mut flight, &stands.id, Towards::Inside)?;
                    }
                    self.pass(&mut flight, &wall.address, Towards::Inside)?;
                    let by =
                        if beside { By::Local } else { By::Peering(segment.network.to_string()) };
                    let by = over_firewall(carrier, behind, by);
                    self.returns(stands, flight.packet.source, &by)?;
                    flight.hops.push("firewall in the way");
                    (carrier, segment, behind) = (wall, stands, true);
                }
                via => {
                    self.pass(&mut flight, &segment.id, Towards::Outside)?;
                    return self.leave(flight, segment, (carrier, behind), via);
                }
            }
        }
        None
    }

    fn leave(
        &self,
        mut flight: Flight,
        segment: &Segment,
        (carrier, behind): (&Instance, bool),
        via: &Via,
    ) -> Option<(Flight, &'r str)> {
        let back_to = flight.packet.source;
        let by = |plainly: By| over_firewall(carrier, behind, plainly);
        match via {
            Via::Local => {
                flight.hops.push("local route");
                self.enter(flight, &segment.network, &by(By::Local), back_to)
            }
            Via::Peering { network, .. }
            | Via::Hub { network, .. }
            | Via::Gateway { network, .. } => {
                flight.hops.push("peering");
                let plainly = By::Peering(segment.network.to_string());
                self.enter(flight, network, &by(plainly), back_to)
            }
            Via::InternetGateway => {
                flight.hops.push("internet gateway");
                flight.packet.source = carrier.public_ip?;
                self.outside(flight)
            }
            Via::EgressOnly => {
                flight.hops.push("egress-only gateway");
                self.outside(flight)
            }
            Via::Endpoint { .. } => {
                flight.hops.push("end point");
                let service = self.public(flight.packet.destination)?;
                if service.segment.is_some() {
                    return None;
                }
                self.pass(&mut flight, &service.address, Towards::Inside)?;
                Some((flight, &service.address))
            }
            Via::Nat { .. } | Via::Firewall { .. } | Via::Blackhole => None,
        }
    }

    fn enter(
        &self,
        mut flight: Flight,
        network: &str,
        by: &By,
        back_to: Ipv4Addr,
    ) -> Option<(Flight, &'r str)> {
        let there = self.inside(network, flight.packet.destination)?;
        let segment = self.segment(there.segment.as_deref()?)?;
        self.pass(&mut flight, &segment.id, Towards::Inside)?;
        self.pass(&mut flight, &there.address, Towards::Inside)?;
        self.returns(segment, back_to, by)?;
        Some((flight, &there.address))
    }

    fn outside(&self, mut flight: Flight) -> Option<(Flight, &'r str)> {
        let there = self.public(flight.packet.destination)?;
        let Some(segment) = there.segment.as_deref() else {
            flight.hops.push("outside");
            self.pass(&mut flight, &there.address, Towards::Inside)?;
            return Some((flight, &there.address));
        };
        flight.hops.push("in from outside");
        flight.packet.destination = there.ip?;
        let segment = self.segment(segment)?;
        self.pass(&mut flight, &segment.id, Towards::Inside)?;
        self.pass(&mut flight, &there.address, Towards::Inside)?;
        self.returns(segment, flight.packet.source, &By::Internet)?;
        Some((flight, &there.address))
    }

    /// Whether the answer leaves a segment by the way the packet came.
    fn returns(&self, segment: &Segment, to: Ipv4Addr, by: &By) -> Option<()> {
        let leaves = if segment.cidr.contains(&to) {
            By::Local
        } else {
            match self.route(segment, to)? {
                Via::Local => By::Local,
                Via::Peering { network, .. }
                | Via::Hub { network, .. }
                | Via::Gateway { network, .. } => By::Peering(network.to_string()),
                Via::Firewall { instance, .. } => {
                    By::Firewall(self.instance(instance)?.1.address.clone())
                }
                Via::InternetGateway => By::Internet,
                _ => return None,
            }
        };
        (leaves == *by).then_some(())
    }

    /// From a pass-through node on to one target.
    fn onward(&self, node: &'r Instance, target: &Instance, mut flight: Flight) -> Option<Flight> {
        if flight.packet.source == flight.packet.destination {
            return None;
        }
        let segment = self.segment(node.segment.as_deref()?)?;
        let node_address = node.ip?;
        self.pass(&mut flight, &node.address, Towards::Outside)?;
        let to = flight.packet.destination;
        let (flight, place) = if segment.cidr.contains(&to) {
            let there = self.inside(&segment.network, to)?;
            if there.segment.as_deref() != Some(segment.id.as_str()) {
                return None;
            }
            self.pass(&mut flight, &there.address, Towards::Inside)?;
            (flight, there.address.as_str())
        } else {
            let via = self.route(segment, to)?;
            self.pass(&mut flight, &segment.id, Towards::Outside)?;
            match via {
                Via::Local => self.enter(flight, &segment.network, &By::Local, node_address)?,
                // By a hub or a gateway no provider keeps the client's address.
                Via::Peering { network, .. } => {
                    let by = By::Peering(segment.network.to_string());
                    self.enter(flight, network, &by, node_address)?
                }
                _ => return None,
            }
        };
        (place == target.address && self.answer_returns(&flight)).then_some(flight)
    }
}

/// How a packet comes from a carrier: a firewall must see the answer, too.
fn over_firewall(carrier: &Instance, is_firewall: bool, plainly: By) -> By {
    if is_firewall { By::Firewall(carrier.address.clone()) } else { plainly }
}

/// Whether a resource itself answers on a port.
fn listens(resource: &ResolvedResource, protocol: Protocol, port: u16) -> bool {
    if resource.listeners.is_empty() {
        return resource.services.iter().any(|service| within(service.ports, protocol, port));
    }
    let first = resource.listeners.iter().find(|listener| within(listener.ports, protocol, port));
    let forwards = resource.text("mode") == Some("pass-through");
    first.is_some_and(|listener| !forwards || listener.redirect.is_some())
}

/// The listener that sends a packet on, where the balancer is a pass-through one.
fn pass_through(resource: &ResolvedResource, protocol: Protocol, port: u16) -> Option<&Listener> {
    if resource.text("mode") != Some("pass-through") {
        return None;
    }
    let first =
        resource.listeners.iter().find(|listener| within(listener.ports, protocol, port))?;
    first.redirect.is_none().then_some(first)
}

fn moved(listener: &Listener, target: PortSpec, port: u16) -> u16 {
    let same_length = listener.ports.high - listener.ports.low == target.high - target.low;
    match target.protocol {
        Protocol::Icmp => 0,
        _ if same_length => target.low + (port - listener.ports.low),
        _ => target.low,
    }
}
