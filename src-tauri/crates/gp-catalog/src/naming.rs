//! Who answers for which names: the private zones of a network, what a resolver or a name server
//! passes on, and to whom a machine turns. One step of a question at a time, by the drawing alone:
//! whether its packets arrive is for the proof and for the lab.

use crate::resolved::{Failover, Record, Resolved, ResolvedLink, ResolvedResource};
use gp_model::{Id, LinkKind, PortSpec, Protocol, Value};
use std::net::Ipv6Addr;

/// The port on which names are asked for.
pub const DNS: PortSpec = PortSpec { protocol: Protocol::Udp, low: 53, high: 53 };

/// The port at which it is tried whether a thing still takes connections: the first that it serves.
pub fn tried_port(thing: &ResolvedResource) -> Option<u16> {
    let listeners = thing.listeners.iter();
    let main = listeners.clone().find(|one| one.redirect.is_none()).or(listeners.clone().next());
    let tcp = |ports: PortSpec| (ports.protocol == Protocol::Tcp).then_some(ports.low);
    match main {
        Some(listener) => tcp(listener.ports),
        None => thing.services.iter().find_map(|service| tcp(service.ports)),
    }
}

/// Questions that one side passes on to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Forward<'a> {
    /// The link that says so.
    pub link: &'a ResolvedLink,
    /// For these domains and all below them; none: whatever nothing else answers.
    pub domains: Vec<String>,
}

/// Who is asked for a name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Asked<'a> {
    /// A network's own resolver, which every provider puts there.
    Network(&'a Id),
    /// A machine: for itself, or as a name server for others.
    Thing(&'a ResolvedResource),
    /// The public name servers.
    Public,
}

/// What whoever is asked does.
#[derive(Clone, Debug, PartialEq)]
pub enum Next<'a> {
    /// Answers out of this zone.
    Answers(&'a ResolvedResource),
    /// Asks somebody else, over a drawn link; with the domain that decided.
    Passes(&'a ResolvedLink, Option<String>),
    /// Asks the resolver of the network it stands in.
    Turns(&'a Id),
    /// Asks the public name servers.
    Public,
    /// Answers by itself, for others pass this domain on to it: of what it knows nothing is drawn.
    Keeps(String),
    /// Knows nobody.
    Nobody,
}

/// As names are compared: small letters, no final dot.
pub fn normal(name: &str) -> String {
    name.trim().trim_end_matches('.').to_ascii_lowercase()
}

/// Why nobody can be asked for this name; none where somebody can.
pub fn why_no_name(name: &str) -> Option<&'static str> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '*');
    if name.is_empty() || name.split('.').any(str::is_empty) {
        return Some("a part between two dots is empty");
    }
    if name.split('.').any(|part| part.len() > 63) {
        return Some("a part of it is longer than 63 letters");
    }
    if name.len() > 253 {
        return Some("it is longer than 253 letters");
    }
    let odd = name.chars().any(|c| c != '.' && !fits(c));
    odd.then_some("names are made of a–z, 0–9, “-” and “_”; others are written in their xn-- form")
}

/// Whether a name is a domain or below it; both as by [`normal`].
pub fn covers(domain: &str, name: &str) -> bool {
    name == domain || name.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// Whether a thing answers when it is asked for names.
pub fn is_name_server(resource: &ResolvedResource) -> bool {
    match resource.kind.as_str() {
        "dns-resolver" => resource.flag("inbound"),
        _ => resource.services.iter().any(|service| opens_dns(service.ports)),
    }
}

fn opens_dns(ports: PortSpec) -> bool {
    ports.protocol == DNS.protocol && ports.low <= DNS.low && DNS.high <= ports.high
}

/// The domains that a link names.
pub fn domains(link: &ResolvedLink) -> Vec<String> {
    let words = link.attributes.get("domains").and_then(Value::as_list).unwrap_or_default();
    words.iter().filter_map(Value::as_str).map(normal).filter(|domain| !domain.is_empty()).collect()
}

/// A zone's domain.
pub fn domain(zone: &ResolvedResource) -> Option<String> {
    zone.text("domain").map(normal).filter(|domain| !domain.is_empty())
}

fn is_private(zone: &ResolvedResource) -> bool {
    zone.value("public").and_then(Value::as_bool) == Some(false)
}

/// The value whose domain is the longest of those above a name, with that domain; of equals the first.
fn nearest<T>(name: &str, all: impl Iterator<Item = (String, T)>) -> Option<(String, T)> {
    let mut best: Option<(String, T)> = None;
    for (domain, value) in all.filter(|(domain, _)| covers(domain, name)) {
        if best.as_ref().is_none_or(|(known, _)| known.len() < domain.len()) {
            best = Some((domain, value));
        }
    }
    best
}

impl Resolved {
    /// Where a question for a name goes from here.
    pub fn next_for<'a>(&'a self, asked: Asked<'a>, name: &str) -> Next<'a> {
        match asked {
            Asked::Public => self.public_zone(name).map_or(Next::Nobody, Next::Answers),
            Asked::Network(network) => self.next_of_network(network, name),
            Asked::Thing(thing) => self.next_of_thing(thing, name),
        }
    }

    /// A rule of a resolver counts before a zone of the same domain; else the longer domain does.
    fn next_of_network<'a>(&'a self, network: &'a Id, name: &str) -> Next<'a> {
        let rules = self.rules_in(network);
        let rules = rules.iter().flat_map(|rule| {
            rule.domains.iter().map(|domain| (domain.clone(), rule.link)).collect::<Vec<_>>()
        });
        let zones = self.zones_in(network);
        let zones = zones.into_iter().filter_map(|zone| Some((domain(zone)?, zone)));
        match (nearest(name, rules), nearest(name, zones)) {
            (Some((rule, link)), zone) if zone.as_ref().is_none_or(|z| z.0.len() <= rule.len()) => {
                Next::Passes(link, Some(rule))
            }
            (_, Some((_, zone))) => Next::Answers(zone),
            _ => Next::Public,
        }
    }

    /// A name server at a site keeps the site's zones; every machine passes on what its links say.
    fn next_of_thing<'a>(&'a self, thing: &'a ResolvedResource, name: &str) -> Next<'a> {
        let network = self.tier_of(thing).map(|(_, network)| network);
        if let Some(network) = network.filter(|_| thing.kind == "dns-resolver") {
            return Next::Turns(network);
        }
        let site = network.filter(|network| self.is_at_site(network));
        let kept = site.filter(|_| is_name_server(thing)).map(|site| self.zones_in(site));
        let kept = kept.into_iter().flatten().filter_map(|zone| Some((domain(zone)?, zone)));
        let forwards = self.forwards_of(thing);
        let links = forwards.iter().flat_map(|forward| {
            forward.domains.iter().map(|domain| (domain.clone(), forward.link)).collect::<Vec<_>>()
        });
        match (nearest(name, kept), nearest(name, links)) {
            (Some((own, zone)), link) if link.as_ref().is_none_or(|l| l.0.len() <= own.len()) => {
                return Next::Answers(zone);
            }
            (_, Some((domain, link))) => return Next::Passes(link, Some(domain)),
            _ => {}
        }
        if let Some((domain, ())) = nearest(name, self.given_to(thing).map(|domain| (domain, ()))) {
            return Next::Keeps(domain);
        }
        if let Some(other) = forwards.iter().find(|forward| forward.domains.is_empty()) {
            let internet = self.resource(&other.link.to).is_some_and(|to| to.kind == "internet");
            return if internet { Next::Public } else { Next::Passes(other.link, None) };
        }
        match (network, site) {
            (_, Some(_)) => Next::Nobody,
            (Some(network), None) => Next::Turns(network),
            (None, None) => Next::Public,
        }
    }

    /// Whether a network stands at a site of the user's own, where no provider answers.
    pub fn is_at_site(&self, network: &Id) -> bool {
        let is_site = |id: &Id| self.resource(id).is_some_and(|one| one.kind == "site");
        self.resource(network).is_some_and(|network| network.ancestors.iter().any(is_site))
    }

    /// The public zone that answers for a name.
    pub fn public_zone(&self, name: &str) -> Option<&ResolvedResource> {
        let zones = self.zones().filter(|zone| !is_private(zone));
        Some(nearest(name, zones.filter_map(|zone| Some((domain(zone)?, zone))))?.1)
    }

    /// Whether a resource is a zone that answers everybody.
    pub fn is_public_zone(&self, resource: &ResolvedResource) -> bool {
        resource.kind == "dns-zone" && !is_private(resource)
    }

    /// What decides whether a record of a failover answers: whether it is the primary one itself, and
    /// what that points to. None where there is nothing to decide, or nothing that decides.
    pub fn tried_for(&self, record: &Record) -> Option<(bool, &ResolvedResource)> {
        let own = record.failover?;
        let mut pair = self.records.iter().filter(|other| {
            other.zone == record.zone && other.name == record.name && other.failover.is_some()
        });
        let primary = pair.find(|other| other.failover == Some(Failover::Primary))?;
        Some((own == Failover::Primary, self.resource(primary.target.as_deref()?)?))
    }

    /// The IPv6 addresses that a name has beside the others of this record: of what it points to, in a public zone of
    /// what faces the internet.
    pub fn addresses6(&self, record: &Record) -> Vec<Ipv6Addr> {
        let public = self.resource(&record.zone).is_some_and(|zone| self.is_public_zone(zone));
        let target = record.target.as_deref().filter(|_| record.type_ == "A");
        let instances = target.and_then(|id| self.resource(id)).map(|one| &one.instances);
        let seen = instances.into_iter().flat_map(|all| all.iter());
        seen.filter(|one| !public || one.public_ip.is_some()).filter_map(|one| one.ip6).collect()
    }

    /// Private zones that answer inside a network, in order of id.
    pub fn zones_in(&self, network: &Id) -> Vec<&ResolvedResource> {
        let zones = self.zones().filter(|zone| is_private(zone));
        zones.filter(|zone| self.answers_in(zone, network)).collect()
    }

    fn zones(&self) -> impl Iterator<Item = &ResolvedResource> {
        self.resources.values().map(|one| &**one).filter(|one| one.kind == "dns-zone")
    }

    /// A zone of a region answers in the networks there, one of a site in those of the site.
    fn answers_in(&self, zone: &ResolvedResource, network: &Id) -> bool {
        let Some(place) = self.resource(network) else { return false };
        let around = |of: &ResolvedResource, kind: &str| {
            let is = |id: &&Id| self.resource(id).is_some_and(|one| one.kind == kind);
            of.ancestors.iter().find(is).cloned()
        };
        match (around(zone, "site"), around(place, "site")) {
            (None, None) => {
                let home = around(zone, "region");
                home.or_else(|| self.scopes.keys().next().cloned()) == around(place, "region")
            }
            (zone, network) => zone == network,
        }
    }

    /// Rules that count in a network: of the resolvers in it, and of those that hang on it.
    pub fn rules_in(&self, network: &Id) -> Vec<Forward<'_>> {
        let resolvers = self.resources.values().filter(|one| one.kind == "dns-resolver");
        let here = resolvers.filter(|one| self.networks_of(one).contains(&network));
        here.flat_map(|one| self.forwards_of(one)).filter(|one| !one.domains.is_empty()).collect()
    }

    /// The networks in which a resolver's rules count: its own first.
    pub fn networks_of(&self, resolver: &ResolvedResource) -> Vec<&Id> {
        let own = self.tier_of(resolver).map(|(_, network)| network);
        let hung = self.links.values().filter(|link| {
            link.kind == LinkKind::Attachment && link.from == resolver.id && Some(&link.to) != own
        });
        own.into_iter().chain(hung.map(|link| &link.to)).collect()
    }

    /// What a machine or a resolver passes on: its links to name servers, in order of id.
    pub fn forwards_of(&self, thing: &ResolvedResource) -> Vec<Forward<'_>> {
        if thing.kind == "dns-resolver" && !thing.flag("outbound") {
            return Vec::new();
        }
        let flows = self.links.values().filter(|link| {
            link.kind == LinkKind::Flow
                && link.ports.iter().any(|ports| opens_dns(*ports))
                && self.is_in(thing, &link.from)
                && link.to != thing.id
                && self
                    .resource(&link.to)
                    .is_some_and(|to| to.kind != "dns-resolver" || to.flag("inbound"))
        });
        flows.map(|link| Forward { link, domains: domains(link) }).collect()
    }

    /// The domains that others pass on to a name server.
    pub fn given_to(&self, server: &ResolvedResource) -> impl Iterator<Item = String> {
        let ends = |link: &&ResolvedLink| {
            link.kind == LinkKind::Flow
                && link.to == server.id
                && link.ports.iter().any(|ports| opens_dns(*ports))
        };
        let links = self.links.values().map(|link| &**link).filter(ends);
        links.filter(|_| is_name_server(server)).flat_map(domains)
    }

    /// The records of a zone that answer for a name: its own, else those of the nearest `*` above it.
    pub fn records_for(&self, zone: &Id, name: &str) -> Vec<&Record> {
        let all = || self.records.iter().filter(|record| record.zone == *zone);
        let mut wanted = name.to_owned();
        let mut rest = name;
        loop {
            let found: Vec<&Record> =
                all().filter(|record| normal(&record.name) == wanted).collect();
            if !found.is_empty() {
                return found;
            }
            let Some((_, above)) = rest.split_once('.') else { return Vec::new() };
            wanted = format!("*.{above}");
            rest = above;
        }
    }
}
