//! Random small designs, the same for the same number: every kind of hop, most doors half open.

mod routes;

use gp_catalog::kind::Service;
use gp_catalog::resolved::{
    Cause, Exposure, Filter, FilterKind, FilterRule, Instance, Listener, Origin, Peer, Resolved,
    ResolvedResource, ResolvedValue, Segment, Target,
};
use gp_model::{Id, Lifecycle, PortSpec, Protocol, Value};
use ipnet::Ipv4Net;
use std::{collections::BTreeMap, net::Ipv4Addr, sync::Arc};

/// A small generator of numbers (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % sides.max(1) as u64) as usize
    }

    fn percent(&mut self, chance: usize) -> bool {
        self.roll(100) < chance
    }

    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.roll(all.len())]
    }
}

const PORTS: [&str; 12] = [
    "tcp/22",
    "tcp/80",
    "tcp/443",
    "tcp/80-82",
    "tcp/1024-65535",
    "tcp/32768-65535",
    "udp/53",
    "udp/1024-65535",
    "icmp",
    "tcp/1-65535",
    "tcp/8080-8082",
    "tcp/8080",
];

struct Maker {
    dice: Dice,
    made: Resolved,
    /// Names of instances, and of segments.
    instances: Vec<String>,
    segments: Vec<String>,
    networks: Vec<String>,
    resources: Vec<String>,
    ranges: Vec<Ipv4Net>,
    /// NAT gateways stand one behind the other.
    row: bool,
    /// A firewall is in the way.
    guarded: bool,
}

/// Segments of a row: behind the first gateway, with it, with the one that it stands behind.
const ROW: [&str; 3] = ["net0-tier0/a", "net0-tier1/a", "net0-tier2/a"];

/// The design with this number.
pub fn design(number: u64) -> Resolved {
    let mut maker = Maker {
        dice: Dice(number),
        made: Resolved::default(),
        instances: Vec::new(),
        segments: Vec::new(),
        networks: Vec::new(),
        resources: Vec::new(),
        ranges: Vec::new(),
        row: false,
        guarded: number % 5 == 4,
    };
    maker.networks();
    maker.things();
    maker.outsiders();
    maker.listeners();
    maker.routes();
    maker.filters();
    maker.made
}

fn net(text: &str) -> Ipv4Net {
    text.parse().expect("written below as a network")
}

impl Maker {
    fn networks(&mut self) {
        let count = *self.dice.of(&[1, 2, 2, 3]);
        self.row = self.dice.percent(20);
        self.guarded &= !self.row;
        for network in 0..count {
            let base = if self.dice.percent(10) { 0 } else { network };
            let id = format!("net{network}");
            self.ranges.push(net(&format!("10.{base}.0.0/16")));
            // Many networks are small ones: what happens between them is what counts then.
            let mut segments = 1 + self.dice.roll(if count == 3 { 2 } else { 3 });
            if self.row && network == 0 {
                segments = ROW.len();
            }
            for segment in 0..segments {
                let name = format!("{id}-tier{segment}/a");
                let cidr = net(&format!("10.{base}.{segment}.0/24"));
                self.ranges.push(cidr);
                let made = Segment {
                    id: name.clone(),
                    subnet: Id::new(format!("{id}-tier{segment}")),
                    network: Id::new(&id),
                    zone: None,
                    cidr,
                    cidr6: None,
                    exposure: Exposure::Private,
                    route_table: format!("rt-{name}"),
                };
                self.made.segments.insert(name.clone(), Arc::new(made));
                self.segments.push(name);
            }
            self.networks.push(id);
        }
    }

    fn things(&mut self) {
        for number in 0..2 + self.dice.roll(3) {
            let kind = *self.dice.of(&[
                "server",
                "server",
                "server-group",
                "container-service",
                "workload",
                "database",
                "cache",
                "file-share",
                "bastion",
                "dns-resolver",
                "data-warehouse",
                "analytics-workspace",
                "physical-server",
            ]);
            let count = 1 + usize::from(self.dice.percent(25));
            self.thing(&format!("s{number}"), kind, count, 40);
        }
        if self.dice.percent(70) {
            self.thing("lb", "load-balancer", 1, 60);
        }
        for (id, chance) in [("nat0", 80), ("nat1", 35), ("nat2", 15)] {
            if self.row || self.dice.percent(chance) {
                self.thing(id, "nat-gateway", 1, 90);
            }
        }
        if self.guarded {
            let count = 1 + usize::from(self.dice.percent(40));
            self.thing("wall", "firewall", count, 0);
        }
    }

    fn thing(&mut self, id: &str, kind: &str, count: usize, public: usize) {
        let place = self.made.resources.len() as u8;
        let mut instances = Vec::new();
        for index in 0..count {
            let segment = self.place_of(id);
            let base = self.made.segments[&segment].cidr.network().octets();
            let host = 10 + place * 4 + index as u8;
            let address = if count == 1 { id.to_owned() } else { format!("{id}[{index}]") };
            self.instances.push(address.clone());
            let has_public = self.dice.percent(public);
            instances.push(Instance {
                address,
                index: None,
                zone: None,
                segment: Some(segment),
                ip: Some(Ipv4Addr::new(base[0], base[1], base[2], host)),
                ip6: None,
                public_ip: has_public.then(|| Ipv4Addr::new(198, 18, 0, host)),
            });
        }
        self.add(id, kind, instances);
    }

    /// Anywhere, unless NAT gateways stand in a row.
    fn place_of(&mut self, id: &str) -> String {
        match id {
            "nat0" if self.row => ROW[1].to_owned(),
            "nat1" if self.row => ROW[2].to_owned(),
            _ => self.dice.of(&self.segments).clone(),
        }
    }

    fn add(&mut self, id: &str, kind: &str, instances: Vec<Instance>) {
        let mut services = Vec::new();
        for _ in 0..self.dice.roll(3) {
            let ports = self.ports();
            services.push(Service { name: "svc".to_owned(), ports });
        }
        let resource = ResolvedResource {
            id: Id::new(id),
            kind: kind.to_owned(),
            title: id.to_owned(),
            parent: None,
            ancestors: Arc::default(),
            lifecycle: Lifecycle::Managed,
            was: Vec::new(),
            attributes: Arc::default(),
            tags: Arc::default(),
            raw: indexmap::IndexMap::default(),
            raw_secondary: BTreeMap::new(),
            services: services.into(),
            instances: instances.into(),
            zones: Arc::default(),
            counterparts: Vec::new(),
            listeners: Vec::new(),
        };
        self.made.resources.insert(Id::new(id), Arc::new(resource));
        self.resources.push(id.to_owned());
    }

    fn outsiders(&mut self) {
        for (id, kind, address) in [
            ("internet", "internet", Ipv4Addr::new(203, 0, 113, 1)),
            ("partner", "external-system", Ipv4Addr::new(203, 0, 113, 9)),
            ("images", "bucket", Ipv4Addr::new(198, 19, 0, 1)),
        ] {
            if self.dice.percent(75) {
                self.instances.push(id.to_owned());
                let instance = Instance {
                    address: id.to_owned(),
                    index: None,
                    zone: None,
                    segment: None,
                    ip: None,
                    ip6: None,
                    public_ip: Some(address),
                };
                self.add(id, kind, vec![instance]);
            }
        }
    }

    fn listeners(&mut self) {
        let Some(lb) = self.made.resources.get("lb") else { return };
        let mut lb = (**lb).clone();
        let mode = *self.dice.of(&["proxy", "pass-through", "pass-through"]);
        let value = ResolvedValue { value: Value::from(mode), origin: Origin::Set, written: None };
        Arc::make_mut(&mut lb.attributes).insert("mode".to_owned(), Arc::new(value));
        for _ in 0..=self.dice.roll(3) {
            let targets = (0..=self.dice.roll(3))
                .map(|_| Target {
                    link: Id::new("to-target"),
                    resource: Id::new(if self.dice.percent(70) {
                        "s0"
                    } else {
                        self.dice.of(&self.resources)
                    }),
                    ports: self.ports(),
                })
                .collect();
            let redirect = self.dice.percent(20).then_some(443);
            let ports = self.ports();
            lb.listeners.push(Listener { ports, protocol: "tcp".to_owned(), redirect, targets });
        }
        self.made.resources.insert(Id::new("lb"), Arc::new(lb));
    }

    fn filters(&mut self) {
        for instance in self.instances.clone() {
            let chance = if self.made.resources.contains_key(instance.as_str()) { 55 } else { 75 };
            let chance = match instance.as_str() {
                "internet" | "partner" | "images" => 5,
                hop if hop.starts_with("nat") || hop.starts_with("wall") => 20,
                _ => chance,
            };
            for group in 0..2 {
                if self.dice.percent(if group == 0 { chance } else { 15 }) {
                    let id = format!("sg{group}:{instance}");
                    self.filter(id, FilterKind::SecurityGroup, vec![instance.clone()]);
                }
            }
        }
        for segment in self.segments.clone() {
            if self.dice.percent(20) {
                self.filter(
                    format!("fw:{segment}"),
                    FilterKind::FirewallTable,
                    vec![segment.clone()],
                );
            }
            if self.dice.percent(25) {
                self.filter(format!("acl:{segment}"), FilterKind::NetworkAcl, vec![segment]);
            }
        }
        let walls = self.walls();
        if !walls.is_empty() && self.dice.percent(90) {
            self.filter("fw:wall".to_owned(), FilterKind::FirewallTable, walls);
        }
        if self.dice.percent(15) {
            let places =
                vec![self.dice.of(&self.instances).clone(), self.dice.of(&self.segments).clone()];
            self.filter("fw:edge".to_owned(), FilterKind::FirewallTable, places);
        }
    }

    fn filter(&mut self, id: String, kind: FilterKind, applies_to: Vec<String>) {
        let ingress = self.rules(&id, "in", kind);
        let egress = self.rules(&id, "out", kind);
        let owner = Id::new(&applies_to[0]);
        let stateful = kind != FilterKind::NetworkAcl;
        let filter = Filter { id: id.clone(), kind, owner, applies_to, stateful, ingress, egress };
        self.made.filters.insert(id, Arc::new(filter));
    }

    fn rules(&mut self, filter: &str, way: &str, kind: FilterKind) -> Vec<FilterRule> {
        let group = kind == FilterKind::SecurityGroup;
        // Long lists sometimes: engines may treat them differently.
        let count = if self.dice.percent(8) { 20 } else { 1 + self.dice.roll(4) };
        let mut rules: Vec<FilterRule> = (0..count)
            .map(|number| {
                let allow = group || self.dice.percent(60);
                let wide = self.dice.percent(35);
                let ports = if wide { None } else { Some(self.ports()) };
                let peer = self.peer();
                let named = kind == FilterKind::FirewallTable && self.dice.percent(20);
                let second = if named { Some(self.peer()) } else { None };
                let id = format!("{filter}/{way}{number}");
                rule(id, allow, peer, (way == "in", second), ports)
            })
            .collect();
        if !group && self.dice.percent(60) {
            rules.push(rule(format!("{filter}/{way}-rest"), true, Peer::Any, (true, None), None));
        }
        rules
    }

    fn peer(&mut self) -> Peer {
        match self.dice.roll(10) {
            0..=3 => Peer::Any,
            4..=6 => Peer::Resource { id: Id::new(self.dice.of(&self.resources)) },
            7 => Peer::Service { id: Id::new("images") },
            _ => {
                let mut ranges = self.ranges.clone();
                let texts = [
                    "203.0.113.0/24",
                    "198.18.0.0/16",
                    "203.0.113.1/32",
                    "0.0.0.0/0",
                    "8.8.8.0/24",
                    "0.0.0.0/1",
                ];
                ranges.extend(texts.map(net));
                Peer::Cidr { cidr: *self.dice.of(&ranges) }
            }
        }
    }

    fn ports(&mut self) -> PortSpec {
        let all = PORTS.map(|text| text.parse().expect("written above as ports"));
        *self.dice.of(&all)
    }
}

fn wide(cidr: Ipv4Net) -> Ipv4Net {
    Ipv4Net::new(cidr.network(), 16).map_or(cidr, |net| net.trunc())
}

fn rule(
    id: String,
    allow: bool,
    peer: Peer,
    (inwards, second): (bool, Option<Peer>),
    ports: Option<PortSpec>,
) -> FilterRule {
    let cause = Cause::OpenEgress { id: Id::new("net0") };
    let (source, destination) = if inwards { (None, second) } else { (second, None) };
    FilterRule { id, allow, peer, source, destination, ports, cause, comment: String::new() }
}

/// Every packet worth sending: around each edge of each port range that the generator uses.
pub fn packets() -> Vec<(Protocol, u16)> {
    let mut packets = vec![(Protocol::Icmp, 0)];
    for text in PORTS {
        let Ok(spec) = text.parse::<PortSpec>() else { continue };
        if spec.protocol == Protocol::Icmp {
            continue;
        }
        let edges = [spec.low.saturating_sub(1), spec.low, spec.high, spec.high.saturating_add(1)];
        packets.extend(edges.map(|port| (spec.protocol, port)));
        if spec.high - spec.low == 2 {
            packets.push((spec.protocol, spec.low + 1));
        }
    }
    packets.retain(|(protocol, port)| *protocol == Protocol::Icmp || *port > 0);
    packets.sort_unstable();
    packets.dedup();
    packets
}
