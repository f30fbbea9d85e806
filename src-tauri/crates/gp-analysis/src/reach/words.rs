//! Ways in words for people: hop names use titles, reasons name the rule. Decides nothing.

use super::{
    World,
    filter::Direction,
    walk::{Origin, Step, Stop, Way},
    world::HostNumber,
};
use crate::sets::PacketSet;
use gp_catalog::resolved::{Cause, FilterKind, FilterRule};
use gp_model::{Id, Protocol};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::Serialize;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// One packet's way.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// Name of the instance that sends: `app[0]`.
    pub from: String,
    /// Name of the instance that is meant.
    pub to: String,
    /// Source address at the start.
    pub source: IpAddr,
    /// Destination address at the start.
    pub destination: IpAddr,
    /// `tcp/5432`: the packet as it is sent.
    pub service: String,
    /// Whether it arrives.
    pub arrives: bool,
    /// Every hop, up to the one that stops it.
    pub hops: Vec<Hop>,
}

impl Trace {
    /// The drawn links that let it pass, each once, in the order of its way.
    pub fn links(&self) -> Vec<Id> {
        let mut links: Vec<Id> = Vec::new();
        for link in self.hops.iter().filter(|hop| hop.passes).filter_map(Hop::link) {
            if !links.iter().any(|known| known.as_str() == link) {
                links.push(Id::from(link));
            }
        }
        links
    }
}

/// One hop of a packet's way.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Hop {
    /// The drawn thing: a resource.
    pub id: Option<Id>,
    /// "security group of App server".
    pub what: String,
    /// "allowed by app-orders: App server → Orders, tcp/5432", "no rule allows it".
    pub because: String,
    /// The rule that decides, where one does: its id in the filter.
    pub rule: Option<String>,
    /// Whether the packet passes.
    pub passes: bool,
}

impl Hop {
    fn link(&self) -> Option<&str> {
        FilterRule::link_of(self.rule.as_deref()?)
    }
}

/// A hop that stops packets.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Block {
    /// The drawn thing: a resource.
    pub id: Option<Id>,
    /// "security group of Orders".
    pub hop: String,
    /// The rule that denies, where one does.
    pub rule: Option<String>,
    /// "no rule allows it".
    pub why: String,
    /// What it stops.
    pub packets: PacketSet,
}

impl Block {
    pub(crate) fn unknown(name: &str) -> Self {
        Self {
            id: None,
            hop: name.to_owned(),
            rule: None,
            why: format!("there is no instance “{name}” in this environment"),
            packets: PacketSet::all(),
        }
    }
}

type Packet = (Protocol, u16);

/// What is outside of everything drawn, over IPv6: in the range that RFC 3849 keeps for examples.
const ELSEWHERE: u128 = 0x2001_0db8 << 96;

impl World {
    /// An address as people write it.
    fn ip(&self, address: u32) -> IpAddr {
        let own = Ipv4Addr::from(address);
        if self.real.is_empty() {
            return own.into();
        }
        let real = self.real.get(&own.into()).map(Ipv6Net::network);
        real.unwrap_or_else(|| Ipv6Addr::from(ELSEWHERE | u128::from(address))).into()
    }

    fn range(&self, range: Ipv4Net) -> IpNet {
        if self.real.is_empty() {
            return range.into();
        }
        self.real.get(&range).copied().unwrap_or_default().into()
    }

    pub(crate) fn no_address(&self, host: HostNumber) -> Block {
        Block {
            id: Some(self.thing_of(host).source.id.clone()),
            hop: self.title(host),
            rule: None,
            why: format!("{} has no address", self.title(host)),
            packets: PacketSet::all(),
        }
    }

    /// The trace of a packet that arrives by this way; an answered one where there is one.
    pub(crate) fn arriving_trace(
        &self,
        origin: Origin,
        to: HostNumber,
        way: &Way,
        wanted: &PacketSet,
    ) -> Option<Trace> {
        let arriving = self.survivors(&way.steps, PacketSet::all());
        let packet = arriving.intersection(wanted).example().or_else(|| arriving.example())?;
        Some(self.trace(origin, to, way, self.sent_as(way, packet)))
    }

    /// The packet at the start of a way of which this is the end.
    fn sent_as(&self, way: &Way, end: Packet) -> Packet {
        let forwarded = way.steps.iter().position(|step| matches!(step, Step::Forwarded { .. }));
        let Some(at) = forwarded else { return end };
        let Step::Forwarded { forward, .. } = &way.steps[at] else { return end };
        let (listener, target) = self.forward_spec(*forward);
        let before = self.survivors(&way.steps[..at], PacketSet::of(listener.ports));
        let candidates = before.specs();
        let fits = |packet: &Packet| {
            let one = gp_model::PortSpec { protocol: packet.0, low: packet.1, high: packet.1 };
            PacketSet::of(one).mapped(listener.ports, target.ports).contains(end.0, end.1)
        };
        let mut sent = candidates.iter().flat_map(|s| (s.low..=s.high).map(|p| (s.protocol, p)));
        sent.find(fits).unwrap_or(end)
    }

    /// The trace of one packet, as sent.
    pub(crate) fn trace(&self, origin: Origin, to: HostNumber, way: &Way, sent: Packet) -> Trace {
        let (mut hops, mut packet, mut arrives) = (Vec::new(), sent, way.arrives.is_some());
        for step in &way.steps {
            let hop = self.hop(step, packet);
            let passes = hop.passes;
            hops.push(hop);
            if !passes {
                arrives = false;
                break;
            }
            if let Step::Forwarded { .. } = step {
                packet = self.after(step, one(packet)).example().unwrap_or(packet);
            }
        }
        Trace {
            from: self.host(origin.host).name.clone(),
            to: self.host(to).name.clone(),
            source: self.ip(origin.address),
            destination: self.ip(first_destination(&way.steps)),
            service: one(sent).to_string(),
            arrives,
            hops,
        }
    }

    /// What stops `packets` on the way that gets furthest.
    pub(crate) fn blocks(&self, origin: Origin, to: HostNumber, packets: &PacketSet) -> Vec<Block> {
        if packets.is_empty() {
            return Vec::new();
        }
        let Some(way) = self.furthest(origin, to, packets) else {
            return vec![self.no_address(to)];
        };
        let mut left = packets.clone();
        let mut blocks = Vec::new();
        for step in &way.steps {
            let after = self.after(step, left.clone());
            let forwarded = matches!(step, Step::Forwarded { .. });
            let stopped = if forwarded { PacketSet::none() } else { left.difference(&after) };
            if let Some(packet) = stopped.example() {
                let hop = self.hop(step, packet);
                let (rule, why) = (hop.rule, hop.because);
                blocks.push(Block { id: hop.id, hop: hop.what, rule, why, packets: stopped });
            }
            left = after;
        }
        blocks
    }

    /// The way on which any of these packets pass the most hops; of equals the first.
    pub(crate) fn furthest(
        &self,
        origin: Origin,
        to: HostNumber,
        packets: &PacketSet,
    ) -> Option<Way> {
        let passed = |way: &Way| {
            let mut left = packets.clone();
            way.steps
                .iter()
                .take_while(|step| {
                    left = self.after(step, left.clone());
                    !left.is_empty()
                })
                .count()
        };
        let ways = self.ways(origin, to);
        let best = (0..ways.len()).rev().max_by_key(|number| passed(&ways[*number]))?;
        ways.into_iter().nth(best)
    }

    /// A trace that shows why a packet does not arrive.
    pub(crate) fn blocked_trace(
        &self,
        origin: Origin,
        to: HostNumber,
        packet: Packet,
    ) -> Option<Trace> {
        let way = self.furthest(origin, to, &one(packet))?;
        Some(self.trace(origin, to, &way, packet))
    }

    /// One step for one packet.
    pub(crate) fn hop(&self, step: &Step, packet: Packet) -> Hop {
        match step {
            Step::Door { host, way, from, to } => {
                let gates = &self.host(*host).gates;
                let name = self.title(*host);
                self.gates_hop(gates, *way, (*from, *to), packet, Some(*host), &name)
            }
            Step::Edge { area, way, from, to } => {
                let gates = &self.area(*area).gates;
                let title = &self.area(*area).title;
                let mut hop = self.gates_hop(gates, *way, (*from, *to), packet, None, title);
                hop.id = hop.id.or_else(|| Some(self.area(*area).source.subnet.clone()));
                hop
            }
            Step::Route { area, route, to } => self.route_hop(*area, *route, *to),
            Step::Leaves { host, address } => Hop {
                id: Some(self.thing_of(*host).source.id.clone()),
                what: self.title(*host),
                because: format!("goes on under the address {}", self.ip(*address)),
                rule: None,
                passes: true,
            },
            Step::Enters { host, address } => Hop {
                id: Some(self.thing_of(*host).source.id.clone()),
                what: "internet gateway".to_owned(),
                because: format!(
                    "the public address of {} is {} inside",
                    self.title(*host),
                    self.ip(*address)
                ),
                rule: None,
                passes: true,
            },
            Step::Forwarded { forward, to } => {
                let (listener, target) = self.forward_spec(*forward);
                let balancer = &self.thing(forward.balancer).source;
                let passes = !self.after(step, one(packet)).is_empty();
                let because = if passes {
                    format!(
                        "sends {} on to {} on {}",
                        listener.ports,
                        self.title(*to),
                        target.ports
                    )
                } else {
                    format!("the listener on {} does not take it", listener.ports)
                };
                let (id, what) = (Some(balancer.id.clone()), balancer.title.clone());
                Hop { id, what, because, rule: Some(target.link.to_string()), passes }
            }
            Step::Stop(stop) => self.stop_hop(stop),
        }
    }

    fn gates_hop(
        &self,
        gates: &[u32],
        way: Direction,
        (from, to): (u32, u32),
        packet: Packet,
        host: Option<HostNumber>,
        place: &str,
    ) -> Hop {
        let id = host.map(|host| self.thing_of(host).source.id.clone());
        let towards = match (way, host.is_some()) {
            (Direction::In, true) => "arrives at",
            (Direction::In, false) => "enters",
            (Direction::Out, _) => "leaves",
        };
        if gates.is_empty() {
            let because = "nothing filters here".to_owned();
            return Hop {
                id,
                what: format!("{towards} {place}"),
                because,
                rule: None,
                passes: true,
            };
        }
        let passes = self.gates_allow(gates, way, from, to).contains(packet.0, packet.1);
        let lets = |gate: &&u32| {
            self.gate_allows(**gate, way, from, to).contains(packet.0, packet.1) == passes
        };
        let gate = *gates.iter().find(lets).unwrap_or(&gates[0]);
        let (rule, because) = self.reason(gate, way, from, to, packet, passes);
        let what = self.gate_words(gate, place, host.is_some());
        let id = match self.gates[gate as usize].source.kind {
            FilterKind::SecurityGroup => id,
            _ => Some(self.gates[gate as usize].source.owner.clone()),
        };
        Hop { id, what, because, rule, passes }
    }

    fn gate_words(&self, gate: u32, place: &str, at_host: bool) -> String {
        let gate = &self.gates[gate as usize];
        match gate.source.kind {
            FilterKind::SecurityGroup if at_host => {
                format!("security group of {}", gate.owner_title)
            }
            FilterKind::SecurityGroup => format!("security group {} at {place}", gate.owner_title),
            FilterKind::FirewallTable if at_host => format!("firewall {place}"),
            FilterKind::FirewallTable => format!("firewall {} at {place}", gate.owner_title),
            FilterKind::NetworkAcl => format!("network ACL of {place}"),
        }
    }

    /// The rule that decides about one packet, in words.
    fn reason(
        &self,
        gate: u32,
        way: Direction,
        from: u32,
        to: u32,
        packet: Packet,
        passes: bool,
    ) -> (Option<String>, String) {
        let compiled = &self.gates[gate as usize];
        let hit = self.deciding(gate, way, from, to, packet);
        let text = |number: u32| {
            let rule = &compiled.written(way)[number as usize];
            let comment =
                if rule.comment.is_empty() { String::new() } else { format!(": {}", rule.comment) };
            (rule.id.clone(), format!("{}{comment}", cause_name(rule)))
        };
        match hit {
            Some(number) if passes => {
                let (id, cause) = text(number);
                let words = format!("allowed by {cause}");
                (Some(id), words)
            }
            Some(number) if compiled.rules(way).list[number as usize].allow => {
                let answer = "it may pass, but the answer may not: this filter forgets connections \
                              and must allow ports 1024–65535 the other way";
                (Some(text(number).0), answer.to_owned())
            }
            Some(number) => {
                let (id, cause) = text(number);
                let words = format!("denied by {cause}");
                (Some(id), words)
            }
            None if compiled.source.kind == FilterKind::FirewallTable => {
                (None, "no line lets it through".to_owned())
            }
            None => (None, "no rule allows it".to_owned()),
        }
    }

    /// The number of the rule that decides about one packet.
    fn deciding(
        &self,
        gate: u32,
        way: Direction,
        from: u32,
        to: u32,
        packet: Packet,
    ) -> Option<u32> {
        let gate = &self.gates[gate as usize];
        let rules = gate.rules(way);
        let speaks = |number: &u32| {
            let rule = &rules.list[*number as usize];
            rule.ports.contains(packet.0, packet.1) && (rule.allow || !gate.is_group())
        };
        rules.matching(way, from, to).into_iter().find(speaks)
    }

    fn route_hop(&self, area: u32, route: u32, to: u32) -> Hop {
        use gp_catalog::resolved::Via;
        let area = self.area(area);
        let table = area.table.map(|table| &self.tables[table as usize]);
        let route = table.and_then(|table| table.source.routes.get(route as usize));
        let (id, because) = match route {
            None => (None, "no route".to_owned()),
            Some(route) => {
                let by = match &route.via {
                    Via::Local => "inside the network".to_owned(),
                    Via::InternetGateway => "by the internet gateway".to_owned(),
                    Via::EgressOnly => "by the egress-only internet gateway".to_owned(),
                    Via::Nat { instance, hub: None } => {
                        format!("by the NAT gateway {}", self.called(instance))
                    }
                    Via::Nat { instance, hub: Some(hub) } => {
                        let (hub, nat) = (self.called(hub), self.called(instance));
                        format!("by {hub} and the NAT gateway {nat}")
                    }
                    Via::Firewall { instance, hub: None } => {
                        format!("by the firewall {}", self.called(instance))
                    }
                    Via::Firewall { instance, hub: Some(hub) } => {
                        let (hub, firewall) = (self.called(hub), self.called(instance));
                        format!("by {hub} and the firewall {firewall}")
                    }
                    Via::Hub { hub: by, .. } | Via::Gateway { gateway: by, .. } => {
                        format!("by {}", self.called(by))
                    }
                    Via::Peering { link, .. } => format!("over the peering {link}"),
                    Via::Endpoint { resource } => {
                        format!("by the end point {}", self.called(resource))
                    }
                    Via::Blackhole => "into a black hole".to_owned(),
                };
                (
                    Some(route.from.clone()),
                    format!("{} goes {by} ({})", self.ip(to), self.range(route.destination)),
                )
            }
        };
        let what = format!("route table of {}", area.title);
        Hop { id, what, because, rule: None, passes: true }
    }

    /// The title of an instance or resource.
    fn called(&self, name: &str) -> String {
        if let Some(&host) = self.by_name.get(name) {
            return self.title(host);
        }
        self.by_id
            .get(name)
            .map_or_else(|| name.to_owned(), |n| self.thing(*n).source.title.clone())
    }

    fn stop_hop(&self, stop: &Stop) -> Hop {
        let table = |area: u32| {
            let area = self.area(area);
            (Some(area.source.subnet.clone()), format!("route table of {}", area.title))
        };
        let at_host =
            |host: HostNumber| (Some(self.thing_of(host).source.id.clone()), self.title(host));
        let nowhere = |to: u32| (None, format!("address {}", self.ip(to)));
        let ((id, what), because) = match stop {
            Stop::NoAddress { host } => (at_host(*host), "it has no address here".to_owned()),
            Stop::NoRoute { area, to } => {
                (table(*area), format!("no route leads to {}", self.ip(*to)))
            }
            Stop::Blackhole { area, to, .. } => {
                (table(*area), format!("the route for {} leads nowhere", self.ip(*to)))
            }
            Stop::NoPublicAddress { host } => (
                at_host(*host),
                "the internet gateway needs a public address, and it has none".to_owned(),
            ),
            Stop::NotPublic { host } => (
                at_host(*host),
                "it has no public address, so nothing outside its networks can reach it".to_owned(),
            ),
            Stop::NobodyThere { to } if Ipv4Addr::from(*to).is_private() => {
                (nowhere(*to), "a private address that nobody has there".to_owned())
            }
            Stop::NobodyThere { to } => (nowhere(*to), "nobody has this address".to_owned()),
            Stop::AnotherThere { host, to } => {
                (nowhere(*to), format!("the address leads to {} from here", self.title(*host)))
            }
            Stop::GoesRound { host } => {
                (at_host(*host), "the packet goes round in a circle".to_owned())
            }
            Stop::NoSuchHop { area, route } => {
                let name = self.route_hop(*area, *route, 0).because;
                let name = name.split_once(" goes ").map_or(name.as_str(), |(_, rest)| rest);
                (table(*area), format!("the next hop is missing: {name}"))
            }
            Stop::NoWayBack { area, from } => (
                table(*area),
                format!(
                    "the answer to {} does not go back the way the packet came",
                    self.ip(*from)
                ),
            ),
            Stop::OwnConnection { balancer } => (
                at_host(*balancer),
                "it does not send a connection back to where it comes from".to_owned(),
            ),
            Stop::NotOverThis { area, .. } => (
                table(*area),
                "a balancer sends on only inside networks and over peerings".to_owned(),
            ),
        };
        Hop { id, what, because, rule: None, passes: false }
    }
}

/// What a rule comes from, in words: the link's id, "line 3".
fn cause_name(rule: &FilterRule) -> String {
    match &rule.cause {
        Cause::Link { id } => id.to_string(),
        Cause::Row { row, .. } => format!("line {}", row + 1),
        Cause::Need { .. } => "a platform need".to_owned(),
        Cause::OpenEgress { .. } => "open egress".to_owned(),
    }
}

fn one((protocol, port): Packet) -> PacketSet {
    PacketSet::of(gp_model::PortSpec { protocol, low: port, high: port })
}

fn first_destination(steps: &[Step]) -> u32 {
    match steps.first() {
        Some(Step::Door { to, .. }) => *to,
        _ => 0,
    }
}
