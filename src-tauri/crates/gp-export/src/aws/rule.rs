//! Rules of security groups and network ACLs in AWS's words: peers as groups, prefix lists or
//! ranges; protocols and ports as the API takes them.

use super::{Facts, registry};
use gp_catalog::resolved::{Cause, Filter, FilterRule, Peer, ResolvedResource};
use gp_model::{Id, LinkKind, PortSpec, Protocol};
use ipnet::Ipv4Net;
use std::collections::BTreeMap;

/// The other end of one AWS rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other<'a> {
    /// A range of addresses.
    Range(Ipv4Net),
    /// Everybody over IPv6.
    Everybody6,
    /// The security group of a resource.
    Group(&'a Id),
    /// The prefix list of a private end point of the gateway type.
    PrefixList(&'a Id),
    /// The same of S3, by a door of the network: layers of images come from there.
    Layers(registry::Layers<'a>),
    /// AWS's list of the addresses from which `CloudFront` calls origins.
    CloudFront,
}

/// Everybody.
pub const EVERYBODY: Ipv4Net = Ipv4Net::new_assert(std::net::Ipv4Addr::UNSPECIFIED, 0);

/// What the other end of a rule of `owner`'s group is on AWS: one rule becomes as many as this has
/// members.
pub fn others<'a>(
    facts: &Facts<'a>,
    owner: &'a ResolvedResource,
    peer: &'a Peer,
) -> Vec<Other<'a>> {
    match peer {
        Peer::Any if super::six::is_dual(facts, owner) => {
            vec![Other::Range(EVERYBODY), Other::Everybody6]
        }
        Peer::Any => vec![Other::Range(EVERYBODY)],
        Peer::Cidr { cidr } => vec![Other::Range(*cidr)],
        // Firewalls alone name it.
        Peer::Range6 { .. } => Vec::new(),
        Peer::Service { id } => service(facts, owner, id),
        Peer::Resource { id } => {
            facts.resource(id).map_or_else(Vec::new, |other| resource(facts, owner, other))
        }
    }
}

/// One rule that AWS gets.
pub struct Written<'a> {
    /// What it comes from.
    pub rule: &'a FilterRule,
    /// The other end.
    pub other: Other<'a>,
    /// `-0`, `-1` where one drawn rule becomes several, `-ipv6` and `-layers` for what is beside.
    pub tail: String,
}

impl Written<'_> {
    /// Protocol and ports, as [`protocol`] has them; ICMP is another protocol over IPv6.
    pub fn protocol(&self) -> (&'static str, Option<(i64, i64)>) {
        match protocol(self.rule.ports) {
            ("icmp", ports) if self.other == Other::Everybody6 => ("icmpv6", ports),
            same => same,
        }
    }
}

/// The allowing rules of one way of a group. What two causes open alike is opened once: AWS refuses
/// a second rule that says the same.
pub fn written<'a>(
    facts: &Facts<'a>,
    owner: &'a ResolvedResource,
    rules: &'a [FilterRule],
) -> Vec<Written<'a>> {
    let mut wanted: Vec<Written<'a>> = Vec::new();
    for rule in rules.iter().filter(|rule| rule.allow) {
        let others = others(facts, owner, &rule.peer);
        let beside = |other: &Other<'_>| matches!(other, Other::Everybody6 | Other::Layers(_));
        let several = others.iter().filter(|other| !beside(other)).count() > 1;
        for (index, other) in others.into_iter().enumerate() {
            let tail = match other {
                Other::Everybody6 => "-ipv6".to_owned(),
                Other::Layers(_) => "-layers".to_owned(),
                _ if several => format!("-{index}"),
                _ => String::new(),
            };
            wanted.push(Written { rule, other, tail });
        }
    }
    // What is drawn comes before what follows from it.
    wanted.sort_by_key(|one| matches!(one.other, Other::Layers(_)));
    let mut all: Vec<Written<'a>> = Vec::new();
    for one in wanted {
        let list = list(facts, one.other);
        let same = |own: &Written<'_>| {
            let ends =
                own.other == one.other || (list.is_some() && self::list(facts, own.other) == list);
            ends && protocol(own.rule.ports) == protocol(one.rule.ports)
        };
        if !all.iter().any(same) {
            all.push(one);
        }
    }
    all
}

/// The service whose addresses the other end lists: every door to it has the same list.
fn list(facts: &Facts<'_>, other: Other<'_>) -> Option<&'static str> {
    match other {
        Other::PrefixList(door) => {
            let target = facts.resource(door)?.text("target")?;
            super::endpoint_service(&facts.resource(target)?.kind)
        }
        Other::Layers(_) => Some("s3"),
        _ => None,
    }
}

fn service<'a>(facts: &Facts<'a>, owner: &'a ResolvedResource, id: &'a Id) -> Vec<Other<'a>> {
    let here = |endpoint: &&ResolvedResource| same_region(facts, owner, endpoint);
    let Some(endpoint) = facts.endpoint_of(id).filter(here) else {
        return vec![Other::Range(EVERYBODY)];
    };
    match (is_gateway(facts, endpoint), facts.group(&endpoint.id)) {
        (true, _) => vec![Other::PrefixList(&endpoint.id)],
        (false, Some(_)) => {
            let layers = registry::layers(facts, endpoint).map(Other::Layers);
            std::iter::once(Other::Group(&endpoint.id)).chain(layers).collect()
        }
        (false, None) => vec![Other::Range(EVERYBODY)],
    }
}

/// Whether an end point is a route and not a thing with an address: as written, else for buckets and
/// document stores.
pub fn is_gateway(facts: &Facts<'_>, endpoint: &ResolvedResource) -> bool {
    match endpoint.text("type") {
        Some("gateway") => true,
        Some("interface") => false,
        _ => endpoint
            .text("target")
            .and_then(|id| facts.resource(id))
            .is_none_or(|target| matches!(&*target.kind, "bucket" | "document-store")),
    }
}

/// A group can be named by its own region only, and so can a prefix list.
fn same_region<'a>(
    facts: &Facts<'a>,
    one: &'a ResolvedResource,
    other: &'a ResolvedResource,
) -> bool {
    facts.region_of(one) == facts.region_of(other)
}

/// A group can be named in its own network and in one that is peered with it, but not over a hub.
fn side_by_side<'a>(
    facts: &Facts<'a>,
    one: &'a ResolvedResource,
    other: &'a ResolvedResource,
) -> bool {
    let networks = (facts.network_of(one), facts.network_of(other));
    let (Some(a), Some(b)) = networks else { return same_region(facts, one, other) };
    let peered = || {
        let to = facts.links_from(&a.id).iter().map(|link| (link.kind, &link.to));
        let from = facts.links_to(&a.id).iter().map(|link| (link.kind, &link.from));
        to.chain(from).any(|(kind, other)| kind == LinkKind::Peering && *other == b.id)
    };
    same_region(facts, one, other) && (a.id == b.id || peered())
}

fn resource<'a>(
    facts: &Facts<'a>,
    owner: &'a ResolvedResource,
    other: &'a ResolvedResource,
) -> Vec<Other<'a>> {
    let has_group = facts.group(&other.id).is_some() && super::is_managed(other);
    if has_group && side_by_side(facts, owner, other) {
        return vec![Other::Group(&other.id)];
    }
    if other.kind == "cdn" {
        return vec![Other::CloudFront];
    }
    if (super::only_answers(&other.kind) || other.kind == "function")
        && other.instances.iter().all(|i| i.ip.is_none())
    {
        return service(facts, owner, &other.id);
    }
    addresses(facts, other).into_iter().map(Other::Range).collect()
}

/// Ranges that stand for a resource where its group cannot: a server has the address that we give
/// it, everything else one that AWS chooses in its subnets.
pub fn addresses<'a>(facts: &Facts<'a>, other: &'a ResolvedResource) -> Vec<Ipv4Net> {
    let own = own_ranges(other);
    if !own.is_empty() {
        return own;
    }
    match other.kind.as_str() {
        "internet" | "user" | "external-system" => vec![EVERYBODY],
        kind if super::only_answers(kind) => vec![EVERYBODY],
        "network" | "subnet" | "region" => ranges_below(facts, other),
        "server" => other.instances.iter().filter_map(|i| i.ip).map(Ipv4Net::from).collect(),
        _ => super::tier_segments(facts, other).iter().map(|segment| segment.cidr).collect(),
    }
}

/// Ranges written at the resource: `cidr`, `address`, and lists of them.
fn own_ranges(other: &ResolvedResource) -> Vec<Ipv4Net> {
    let one =
        ["cidr", "address"].into_iter().filter_map(|name| other.text(name)).map(str::to_owned);
    let many = ["cidrs", "addresses"].into_iter().flat_map(|name| super::texts(other, name));
    one.chain(many).filter_map(|text| range(&text)).collect()
}

fn range(text: &str) -> Option<Ipv4Net> {
    let net: Option<Ipv4Net> = text.parse().ok();
    net.or_else(|| text.parse::<std::net::Ipv4Addr>().ok().map(Ipv4Net::from))
        .map(|net| net.trunc())
}

fn ranges_below(facts: &Facts<'_>, place: &ResolvedResource) -> Vec<Ipv4Net> {
    let (tier, network) = (facts.segments(&place.id), facts.segments_of_network(&place.id));
    tier.iter().chain(network).map(|segment| segment.cidr).collect()
}

/// Protocol and port range as AWS takes them: `-1` is everything, ICMP has no ports.
pub fn protocol(ports: Option<PortSpec>) -> (&'static str, Option<(i64, i64)>) {
    match ports {
        None => ("-1", None),
        Some(PortSpec { protocol: Protocol::Icmp, .. }) => ("icmp", Some((-1, -1))),
        Some(PortSpec { protocol: Protocol::Tcp, low, high }) => {
            ("tcp", Some((i64::from(low), i64::from(high))))
        }
        Some(PortSpec { protocol: Protocol::Udp, low, high }) => {
            ("udp", Some((i64::from(low), i64::from(high))))
        }
    }
}

/// Names of rules: the drawn link, need or row that each comes from, and its ports where one cause
/// has many.
pub struct Names<'f> {
    filter: &'f Filter,
    /// How many rules come from the same cause.
    causes: BTreeMap<String, u32>,
}

impl<'f> Names<'f> {
    /// Looks at all rules of one way once.
    pub fn new(filter: &'f Filter, rules: &[FilterRule]) -> Self {
        let mut names = Self { filter, causes: BTreeMap::new() };
        for rule in rules {
            *names.causes.entry(names.stem(rule)).or_default() += 1;
        }
        names
    }

    /// The name of one of them.
    pub fn name(&self, rule: &FilterRule) -> String {
        let stem = self.stem(rule);
        let several = self.causes.get(&stem).is_some_and(|count| *count > 1);
        match rule.ports {
            Some(ports) if several => format!("{stem}-{}", ports.to_string().replace('/', "-")),
            _ => stem,
        }
    }

    fn stem(&self, rule: &FilterRule) -> String {
        match &rule.cause {
            Cause::Link { id } => id.to_string(),
            Cause::Need { id, need } => format!("{id}-{}", format!("{need:?}").to_lowercase()),
            Cause::Row { id, row } => format!("{id}-{row}"),
            Cause::OpenEgress { .. } => format!("{}-open", self.filter.owner),
        }
    }
}
