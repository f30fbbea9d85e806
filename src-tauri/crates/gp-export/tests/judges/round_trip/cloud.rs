//! What an exported configuration makes, in AWS's words: filled by the two readers, and turned into
//! a meaning that the proof understands. Knows nothing of the design that was exported: addresses
//! that AWS would choose are chosen here.

use gp_catalog::{
    Resolved,
    resolved::{
        Cause, Exposure, Filter, FilterKind, FilterRule, Instance, Listener, Peer,
        ResolvedResource, ResolvedValue, Route, RouteTable, Segment, Target, Via,
    },
};
use gp_model::{Id, Lifecycle, PortSpec, Protocol, Table, Value};
use ipnet::Ipv4Net;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
    sync::Arc,
};

/// Where S3 and `DynamoDB` answer, and where everything else that is no network's own does.
const S3: &str = "198.19.0.0/18";
const DYNAMODB: &str = "198.19.224.0/20";
const SERVICES: u32 = 0xC613_4000;
const PUBLIC: u32 = 0xC612_0000;

#[derive(Clone, Debug)]
pub struct Subnet {
    pub network: String,
    pub cidr: Ipv4Net,
    pub zone: Option<String>,
    pub table: Option<String>,
}

/// The next hop of a route.
#[derive(Clone, Debug)]
pub enum Way {
    Internet,
    Nat(String),
    /// A firewall, and its subnet.
    Firewall(String, String),
    Peering(String),
    /// A transit gateway, which has tables of its own.
    Transit(String),
    /// The network's gateway to sites.
    Site(String),
}

/// What hangs on a transit gateway: a network by some subnets, or a tunnel.
#[derive(Clone, Debug)]
pub struct Attachment {
    pub hub: String,
    pub network: Option<(String, Vec<String>)>,
}

/// The other end of a rule.
#[derive(Clone, Debug)]
pub enum Other {
    Range(Ipv4Net),
    Group(String),
    /// The prefix list of a service: `s3`, `dynamodb`.
    Prefixes(String),
}

#[derive(Clone, Debug)]
pub struct Rule {
    pub group: String,
    pub ingress: bool,
    pub other: Other,
    pub protocol: String,
    pub ports: Option<(i64, i64)>,
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub acl: String,
    pub number: i64,
    pub egress: bool,
    pub allow: bool,
    pub protocol: String,
    pub range: Ipv4Net,
    pub ports: Option<(i64, i64)>,
}

/// A line of a firewall: whether it lets pass, protocol, from, to, port.
#[derive(Clone, Debug)]
pub struct Line {
    pub firewall: String,
    pub allow: bool,
    pub protocol: String,
    pub source: String,
    pub destination: String,
    pub port: String,
}

/// Something with addresses in subnets: a server, a database, a balancer, an end point.
#[derive(Clone, Debug, Default)]
pub struct Thing {
    pub kind: &'static str,
    pub subnets: Vec<String>,
    pub groups: Vec<String>,
    pub ip: Option<Ipv4Addr>,
    pub public: bool,
    pub pass_through: bool,
    /// How many there are of it, round its subnets; 0: one in each.
    pub count: usize,
    /// An end point's service: `s3`, `sqs`.
    pub service: String,
    /// A resolver's directions, and all its addresses.
    pub sides: Vec<&'static str>,
    pub ips: Vec<Ipv4Addr>,
}

#[derive(Clone, Debug)]
pub struct Opened {
    pub balancer: String,
    pub port: u16,
    pub protocol: String,
    pub redirect: Option<u16>,
    pub groups: Vec<String>,
}

/// Everything that was read.
#[derive(Clone, Debug, Default)]
pub struct Cloud {
    pub networks: BTreeMap<String, Ipv4Net>,
    pub subnets: BTreeMap<String, Subnet>,
    /// Table → its network.
    pub tables: BTreeMap<String, String>,
    pub routes: Vec<(String, Ipv4Net, Way)>,
    pub peerings: BTreeMap<String, (String, String)>,
    pub attachments: BTreeMap<String, Attachment>,
    /// Attachment → the transit gateway's table that it looks into.
    pub associations: BTreeMap<String, String>,
    /// Table and the attachment whose ranges it learns.
    pub propagations: Vec<(String, String)>,
    /// Table, range, attachment.
    pub transit_routes: Vec<(String, Ipv4Net, String)>,
    /// Table and a range that goes nowhere.
    pub transit_ends: Vec<(String, Ipv4Net)>,
    /// Table → end points of the gateway type.
    pub doors: BTreeMap<String, Vec<String>>,
    pub things: BTreeMap<String, Thing>,
    /// Group → its network.
    pub groups: BTreeMap<String, String>,
    pub rules: Vec<Rule>,
    /// Groups that may fetch layers of images.
    pub layers: BTreeSet<String>,
    /// ACL → its subnets.
    pub acls: BTreeMap<String, Vec<String>>,
    pub entries: Vec<Entry>,
    /// Lines of firewalls, in order.
    pub lines: Vec<Line>,
    pub listeners: Vec<Opened>,
    /// Target group → servers and ports.
    pub targets: BTreeMap<String, Vec<(String, u16)>>,
    /// Regional services: `bucket`, `queue`, `function`.
    pub regional: BTreeMap<String, &'static str>,
    /// What is over IPv6, as lines.
    pub six: BTreeSet<String>,
    /// Things with addresses of both families.
    pub both: BTreeSet<String>,
}

/// A name without what the formats put around it: `app[0]`, `app["0"]` and `App0` are one.
pub fn plain(name: &str) -> String {
    let own = name.rsplit_once('.').map_or(name, |(_, own)| own);
    own.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// What a group is for, by its name.
pub fn owner(group: &str) -> String {
    plain(group).trim_end_matches("securitygroup").to_owned()
}

impl Cloud {
    /// The meaning, with these observers in the world outside.
    pub fn meaning(&self, observers: &[(String, Ipv4Addr)]) -> Resolved {
        self.check_layers();
        let mut meaning = Resolved::default();
        for (id, subnet) in &self.subnets {
            let segment = Segment {
                id: id.clone(),
                subnet: Id::new(id),
                network: Id::new(&subnet.network),
                zone: subnet.zone.clone(),
                cidr: subnet.cidr,
                cidr6: None,
                exposure: Exposure::Private,
                route_table: subnet.table.clone().unwrap_or_else(|| "main".to_owned()),
            };
            meaning.segments.insert(id.clone(), Arc::new(segment));
        }
        for resource in self.resources(observers) {
            meaning.resources.insert(resource.id.clone(), Arc::new(resource));
        }
        for (id, network) in &self.tables {
            let table = self.table(id, network);
            meaning.route_tables.insert(id.clone(), Arc::new(table));
        }
        for filter in self.filters(&meaning) {
            meaning.filters.insert(filter.id.clone(), Arc::new(filter));
        }
        meaning
    }

    fn resources(&self, observers: &[(String, Ipv4Addr)]) -> Vec<ResolvedResource> {
        let mut all = Vec::new();
        let mut given: BTreeSet<Ipv4Addr> =
            self.things.values().flat_map(|t| t.ip.iter().chain(&t.ips)).copied().collect();
        for (number, (id, thing)) in (0_u32..).zip(&self.things) {
            all.push(self.thing(id, thing, number, &mut given));
        }
        for (id, cidr) in &self.networks {
            let mut network = resource(id, "network");
            set(&mut network, "cidr", &cidr.to_string());
            all.push(network);
        }
        for (id, kind) in &self.regional {
            let mut service = resource(id, kind);
            service.instances = vec![instance(plain(id), None)].into();
            Arc::make_mut(&mut service.instances)[0].public_ip = Some(self.regional_address(id));
            all.push(service);
        }
        for (id, address) in observers {
            let mut observer = resource(id, "user");
            observer.instances = vec![instance(plain(id), None)].into();
            Arc::make_mut(&mut observer.instances)[0].public_ip = Some(*address);
            all.push(observer);
        }
        all
    }

    fn thing(
        &self,
        id: &str,
        thing: &Thing,
        number: u32,
        given: &mut BTreeSet<Ipv4Addr>,
    ) -> ResolvedResource {
        let mut made = resource(id, thing.kind);
        let mut subnets = thing.subnets.clone();
        if thing.kind != "dns-resolver" {
            subnets.sort_by_key(|subnet| self.subnets[subnet].cidr);
            let given = subnets.len();
            subnets.dedup();
            // A door to a registry has two places in each zone, one round after the other.
            subnets = subnets.iter().cycle().take(given).cloned().collect();
        }
        if matches!(thing.kind, "cache" | "data-warehouse" | "database") {
            // Its standby takes over the address; which of the subnets is the first one is AWS's choice.
            subnets.truncate(1);
        }
        if thing.count > 0 {
            subnets = subnets.iter().cycle().take(thing.count).cloned().collect();
        }
        let several = subnets.len() > 1;
        for (index, subnet) in (0_u32..).zip(&subnets) {
            let own = self.called(id, thing);
            let name = if several { format!("{own}{index}") } else { own };
            let free = || self.subnets[subnet].cidr.hosts().skip(10).find(|ip| !given.contains(ip));
            let ip = thing.ips.get(index as usize).copied().or(thing.ip).or_else(free);
            given.extend(ip);
            let mut one = instance(name, Some(subnet.clone()));
            one.ip = ip;
            one.public_ip = thing.public.then(|| Ipv4Addr::from(PUBLIC + number * 16 + index));
            Arc::make_mut(&mut made.instances).push(one);
        }
        if thing.pass_through {
            set(&mut made, "mode", "pass-through");
        }
        if thing.kind == "private-endpoint" {
            set(&mut made, "service", &thing.service);
        }
        for side in ["inbound", "outbound"] {
            let has = Value::Bool(thing.sides.contains(&side));
            set_value(&mut made, side, has);
        }
        made.listeners = self.listeners_of(id);
        made
    }

    /// The only one of a server has a number in the export, for there may be more some day; in the
    /// drawing it has none.
    pub fn called(&self, id: &str, thing: &Thing) -> String {
        let name = plain(id);
        let stem = name.strip_suffix('0').filter(|_| thing.kind == "server");
        let second = stem.map(|stem| format!("{stem}1"));
        let alone = second.is_some_and(|second| self.things.keys().all(|id| plain(id) != second));
        stem.filter(|_| alone).map_or_else(|| name.clone(), str::to_owned)
    }

    fn listeners_of(&self, balancer: &str) -> Vec<Listener> {
        let own = self.listeners.iter().filter(|listener| listener.balancer == balancer);
        let listener = |opened: &Opened| {
            let targets = opened.groups.iter().flat_map(|group| &self.targets[group]);
            let targets = targets.map(|(server, port)| Target {
                link: Id::new("read"),
                resource: Id::new(server),
                ports: PortSpec::tcp(*port),
            });
            let protocol = opened.protocol.to_lowercase();
            let udp = protocol == "udp";
            let ports = PortSpec {
                protocol: if udp { Protocol::Udp } else { Protocol::Tcp },
                low: opened.port,
                high: opened.port,
            };
            Listener { ports, protocol, redirect: opened.redirect, targets: targets.collect() }
        };
        own.map(listener).collect()
    }

    fn table(&self, id: &str, network: &str) -> RouteTable {
        let route = |destination, via| Route { destination, via, from: Id::new("read") };
        let mut routes = vec![route(self.networks[network], Via::Local)];
        for (_, destination, way) in self.routes.iter().filter(|(table, ..)| table == id) {
            routes.push(route(*destination, self.via(way, (id, network), *destination)));
        }
        let by_hub = self.routes.iter().find_map(|(table, to, way)| match way {
            Way::Transit(hub) if table == id && to.prefix_len() == 0 => Some(hub),
            _ => None,
        });
        if let Some(asked) = by_hub.and_then(|hub| self.transit_table(hub, network)) {
            let ends = self.transit_ends.iter().filter(|(table, _)| *table == asked);
            routes.extend(ends.map(|(_, range)| route(*range, Via::Blackhole)));
        }
        let inside = |t: &&Thing| self.subnets[&t.subnets[0]].network == network;
        let (doors, gates): (Vec<_>, Vec<_>) = self
            .things
            .iter()
            .filter(|(_, thing)| thing.kind == "private-endpoint")
            .partition(|(_, thing)| thing.subnets.is_empty());
        let own = self.doors.get(id).into_iter().flatten();
        for door in own {
            let Some((_, thing)) = doors.iter().find(|(id, _)| *id == door) else { continue };
            let via = Via::Endpoint { resource: Id::new(door) };
            let range = if thing.service == "dynamodb" { DYNAMODB } else { S3 };
            routes.push(route(range.parse().unwrap(), via));
        }
        // Its private name answers in the whole network: every way to the service leads there.
        for (gate, thing) in gates.into_iter().filter(|(_, thing)| inside(thing)) {
            for service in self.behind(&thing.service) {
                let address = Ipv4Net::from(self.regional_address(service));
                routes.push(route(address, Via::Endpoint { resource: Id::new(gate) }));
            }
        }
        RouteTable { id: id.to_owned(), network: Id::new(network), routes, routes6: Vec::new() }
    }

    fn via(&self, way: &Way, (table, network): (&str, &str), destination: Ipv4Net) -> Via {
        match way {
            Way::Internet => Via::InternetGateway,
            Way::Nat(nat) => Via::Nat { instance: plain(nat), hub: None },
            Way::Firewall(firewall, subnet) => {
                Via::Firewall { instance: self.firewall_in(firewall, subnet), hub: None }
            }
            Way::Transit(hub) => self.by_transit(hub, (table, network), destination),
            Way::Site(gateway) => {
                Via::Gateway { gateway: Id::new(gateway), network: Id::new("a-site") }
            }
            Way::Peering(peering) => {
                let (from, to) = &self.peerings[peering];
                let other = if from == network { to } else { from };
                Via::Peering { link: Id::new(peering), network: Id::new(other) }
            }
        }
    }

    /// The transit gateway's table that a network looks into.
    fn transit_table(&self, hub: &str, network: &str) -> Option<String> {
        let of =
            |a: &Attachment| a.hub == hub && a.network.as_ref().is_some_and(|n| n.0 == network);
        let (own, _) = self.attachments.iter().find(|(_, a)| of(a))?;
        self.associations.get(own).cloned()
    }

    /// What a transit gateway does with a packet: its table for this network says where it goes on, and
    /// to the internet the table of the subnet where it arrives.
    fn by_transit(&self, hub: &str, (table, network): (&str, &str), to: Ipv4Net) -> Via {
        let of =
            |a: &Attachment| a.hub == hub && a.network.as_ref().is_some_and(|n| n.0 == network);
        let (own, _) = self.attachments.iter().find(|(_, a)| of(a)).expect("hangs on it");
        let asked = &self.associations[own];
        let learnt = self.propagations.iter().filter(|(table, _)| table == asked);
        let other = learnt.filter_map(|(_, at)| self.attachments[at].network.as_ref());
        let mut other = other.filter(|(id, _)| self.networks[id].contains(&to));
        if let Some((id, _)) = other.next() {
            return Via::Hub { hub: Id::new(hub), network: Id::new(id) };
        }
        let mut written = self.transit_routes.iter();
        let written = written.find(|(table, range, _)| table == asked && *range == to);
        let tunnels = self.propagations.iter().any(|(table, at)| {
            table == asked && self.attachments[at].network.is_none() && to.prefix_len() > 0
        });
        let Some((_, _, at)) = written else {
            assert!(tunnels, "the hub {hub} knows no way to {to}");
            return Via::Hub { hub: Id::new(hub), network: Id::new("a-site") };
        };
        let Some((_, subnets)) = &self.attachments[at].network else {
            return Via::Hub { hub: Id::new(hub), network: Id::new("a-site") };
        };
        let zone = self.subnets.values().find(|s| s.table.as_deref() == Some(table));
        let zone = zone.and_then(|subnet| subnet.zone.clone());
        let near = |id: &&String| self.subnets[*id].zone == zone;
        let lands = subnets.iter().find(near).or(subnets.first()).expect("has a subnet");
        let next = self.routes.iter().find_map(|(table, range, way)| {
            let here = self.subnets[lands].table.as_ref() == Some(table);
            (here && *range == to).then_some(way)
        });
        let hub = Some(Id::new(hub));
        match next {
            Some(Way::Nat(nat)) => Via::Nat { instance: plain(nat), hub },
            Some(Way::Firewall(firewall, subnet)) => {
                Via::Firewall { instance: self.firewall_in(firewall, subnet), hub }
            }
            other => panic!("{other:?} is no way out"),
        }
    }

    /// What the instance of a firewall in a subnet is called.
    fn firewall_in(&self, firewall: &str, subnet: &str) -> String {
        let mut subnets = self.things[firewall].subnets.clone();
        subnets.sort_by_key(|subnet| self.subnets[subnet].cidr);
        let place = subnets.iter().position(|own| own == subnet).expect("it stands there");
        let own = plain(firewall);
        if subnets.len() > 1 { format!("{own}{place}") } else { own }
    }

    /// The regional services that an end point's service stands for.
    fn behind(&self, service: &str) -> Vec<&str> {
        let kind = match service {
            "s3" => "bucket",
            "sqs" => "queue",
            "dkr" => "registry",
            "dynamodb" => "document-store",
            "logs" => "log-store",
            "secretsmanager" => "secret",
            "sns" => "topic",
            "kinesis-streams" => "stream",
            "lambda" => "function",
            "cloudfront" => "cdn",
            other => panic!("an end point for {other}"),
        };
        self.regional.iter().filter(|(_, own)| **own == kind).map(|(id, _)| id.as_str()).collect()
    }

    fn regional_address(&self, id: &str) -> Ipv4Addr {
        let first = |range: &str| u32::from(range.parse::<Ipv4Net>().unwrap().network());
        let base = match self.regional[id] {
            "bucket" => first(S3),
            "document-store" => first(DYNAMODB),
            _ => SERVICES,
        };
        let place = self.regional.keys().position(|own| own == id).unwrap();
        Ipv4Addr::from(base + place as u32 + 1)
    }

    fn filters(&self, meaning: &Resolved) -> Vec<Filter> {
        let mut all = Vec::new();
        for group in self.groups.keys() {
            let members: Vec<&String> = self.members(group).map(|(id, _)| id).collect();
            let instances =
                members.iter().flat_map(|id| meaning.resources[id.as_str()].instances.iter());
            let rules = |ingress| {
                let own = self.rules.iter().filter(|r| r.group == *group && r.ingress == ingress);
                own.flat_map(|rule| self.rule(rule)).collect()
            };
            all.push(Filter {
                id: format!("sg:{group}"),
                kind: FilterKind::SecurityGroup,
                owner: Id::new(group),
                applies_to: if members.is_empty() {
                    vec![owner(group)]
                } else {
                    instances.map(|instance| instance.address.clone()).collect()
                },
                stateful: true,
                ingress: rules(true),
                egress: rules(false),
            });
        }
        for (acl, subnets) in &self.acls {
            let rules = |egress| {
                let mut own: Vec<&Entry> =
                    self.entries.iter().filter(|e| e.acl == *acl && e.egress == egress).collect();
                own.sort_by_key(|entry| entry.number);
                let rule = |entry: &Entry| {
                    made(
                        entry.allow,
                        Peer::Cidr { cidr: entry.range },
                        ports(&entry.protocol, entry.ports),
                    )
                };
                own.into_iter().map(rule).collect()
            };
            all.push(Filter {
                id: format!("acl:{acl}"),
                kind: FilterKind::NetworkAcl,
                owner: Id::new(acl),
                applies_to: subnets.clone(),
                stateful: false,
                ingress: rules(false),
                egress: rules(true),
            });
        }
        all.extend(self.tables(meaning));
        all
    }

    /// What each firewall lets pass: a rule for each pair of ranges of a line.
    fn tables(&self, meaning: &Resolved) -> Vec<Filter> {
        let firewalls = self.things.iter().filter(|(_, thing)| thing.kind == "firewall");
        let table = |(id, _): (&String, &Thing)| {
            let own = self.lines.iter().filter(|line| line.firewall == *id);
            let rules = own.flat_map(|line| {
                let pairs = ranges(&line.source).into_iter().flat_map(|from| {
                    ranges(&line.destination).into_iter().map(move |to| (from, to))
                });
                pairs.map(|(from, to)| FilterRule {
                    destination: Some(Peer::Cidr { cidr: to }),
                    ..made(line.allow, Peer::Cidr { cidr: from }, line_ports(line))
                })
            });
            let instances = meaning.resources[id.as_str()].instances.iter();
            Filter {
                id: format!("fw:{id}"),
                kind: FilterKind::FirewallTable,
                owner: Id::new(id),
                applies_to: instances.map(|one| one.address.clone()).collect(),
                stateful: true,
                ingress: rules.collect(),
                egress: Vec::new(),
            }
        };
        firewalls.map(table).collect()
    }

    /// Who asks for images at a door fetches their layers from S3.
    fn check_layers(&self) {
        let to_registry = |group: &String| self.members(group).any(|(_, it)| it.service == "dkr");
        let asks = |rule: &&Rule| {
            !rule.ingress && matches!(&rule.other, Other::Group(group) if to_registry(group))
        };
        let to_s3 = |rule: &Rule| matches!(&rule.other, Other::Prefixes(list) if list == "s3");
        for asking in self.rules.iter().filter(asks) {
            let mut own = self.rules.iter().filter(|rule| rule.group == asking.group);
            let fetches = self.layers.contains(&asking.group) || own.any(to_s3);
            assert!(fetches, "{} fetches no layers", asking.group);
        }
    }

    fn members(&self, group: &str) -> impl Iterator<Item = (&String, &Thing)> {
        self.things.iter().filter(move |(_, thing)| thing.groups.iter().any(|own| own == group))
    }

    /// One rule for each thing that its other end means.
    fn rule(&self, rule: &Rule) -> Vec<FilterRule> {
        let service = |id: &str| Peer::Service { id: Id::new(id) };
        let peers: Vec<Peer> = match &rule.other {
            Other::Range(cidr) => vec![Peer::Cidr { cidr: *cidr }],
            Other::Prefixes(list) => self.behind(list).into_iter().map(service).collect(),
            Other::Group(group) => {
                assert!(self.groups.contains_key(group), "no group {group}");
                let member = |(id, thing): (&String, &Thing)| match thing.kind {
                    "private-endpoint" => {
                        self.behind(&thing.service).into_iter().map(service).collect()
                    }
                    _ => vec![Peer::Resource { id: Id::new(id) }],
                };
                if self.members(group).next().is_none() {
                    vec![Peer::Resource { id: Id::new(owner(group)) }]
                } else {
                    self.members(group).flat_map(member).collect()
                }
            }
        };
        let ports = ports(&rule.protocol, rule.ports);
        peers.into_iter().map(|peer| made(true, peer, ports)).collect()
    }
}

pub fn ports(protocol: &str, range: Option<(i64, i64)>) -> Option<PortSpec> {
    let (low, high) = range.unwrap_or((0, 65535));
    let port = |number: i64| u16::try_from(number).unwrap();
    match protocol {
        "-1" => None,
        "icmp" => Some(PortSpec { protocol: Protocol::Icmp, low: 0, high: 0 }),
        "tcp" => Some(PortSpec { protocol: Protocol::Tcp, low: port(low), high: port(high) }),
        "udp" => Some(PortSpec { protocol: Protocol::Udp, low: port(low), high: port(high) }),
        other => panic!("protocol {other}"),
    }
}

/// `ANY`, a range, or `[one,other]`.
fn ranges(text: &str) -> Vec<Ipv4Net> {
    if text == "ANY" {
        return vec![Ipv4Net::default()];
    }
    let all = text.trim_start_matches('[').trim_end_matches(']').split(',');
    all.map(|range| range.parse().unwrap()).collect()
}

fn line_ports(line: &Line) -> Option<PortSpec> {
    let protocol = line.protocol.to_lowercase();
    let range = (line.port != "ANY").then(|| {
        let (low, high) = line.port.split_once(':').unwrap_or((&line.port, &line.port));
        (low.parse().unwrap(), high.parse().unwrap())
    });
    if protocol == "ip" {
        assert_eq!(range, None);
        return None;
    }
    ports(&protocol, Some(range.unwrap_or((1, 65535))))
}

fn made(allow: bool, peer: Peer, ports: Option<PortSpec>) -> FilterRule {
    FilterRule {
        id: String::new(),
        allow,
        peer,
        destination: None,
        source: None,
        ports,
        cause: Cause::Link { id: Id::new("read") },
        comment: String::new(),
    }
}

fn instance(address: String, segment: Option<String>) -> Instance {
    Instance { address, index: None, zone: None, segment, ip: None, ip6: None, public_ip: None }
}

fn set(resource: &mut ResolvedResource, name: &str, text: &str) {
    set_value(resource, name, Value::String(text.to_owned()));
}

fn set_value(resource: &mut ResolvedResource, name: &str, value: Value) {
    let value = ResolvedValue { value, origin: gp_catalog::resolved::Origin::Set, written: None };
    Arc::make_mut(&mut resource.attributes).insert(name.to_owned(), Arc::new(value));
}

fn resource(id: &str, kind: &str) -> ResolvedResource {
    ResolvedResource {
        id: Id::new(id),
        kind: kind.to_owned(),
        title: id.to_owned(),
        parent: None,
        ancestors: Arc::default(),
        lifecycle: Lifecycle::Managed,
        was: Vec::new(),
        attributes: Arc::default(),
        tags: Arc::default(),
        raw: Table::default(),
        raw_secondary: BTreeMap::new(),
        services: Arc::default(),
        instances: Arc::default(),
        zones: Arc::default(),
        counterparts: Vec::new(),
        listeners: Vec::new(),
    }
}
