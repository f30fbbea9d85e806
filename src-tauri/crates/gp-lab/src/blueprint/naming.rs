//! Names in the lab: whom each machine asks, and what whoever is asked knows or passes on. Every
//! question travels as packets, from one namespace to the next, so rules and routes hold for it.
//! Decides nothing: what counts where is the catalog's.

use super::{
    Blueprint, CORE, CORE_ADDRESS, Listener, Space,
    build::{host, is_outside},
    router::space_name,
};
use crate::{
    blueprint::Answer,
    nft::{Action, Chain, Match, Rule},
};
use gp_catalog::{
    naming::{self, Forward},
    resolved::{Instance, Record, Resolved, ResolvedResource},
};
use gp_model::{Id, PortSpec, Protocol};
use serde::{Deserialize, Serialize};
use std::net::Ipv4Addr;

/// Where a network's own resolver answers, in every network: no link leads there, and no rule is asked.
pub const RESOLVER_ADDRESS: Ipv4Addr = Ipv4Addr::new(169, 254, 169, 253);

/// Questions and answers: both transports.
const PORTS: [PortSpec; 2] = [
    naming::DNS,
    PortSpec { protocol: Protocol::Tcp, low: naming::DNS.low, high: naming::DNS.high },
];

/// A name server in a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Names {
    /// The address that it answers at; none: all of the namespace.
    pub at: Option<Ipv4Addr>,
    /// What it does: the longest domain counts, of equals the first. An empty domain is every name.
    pub entries: Vec<Entry>,
}

/// What a name server does with one domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The domain.
    pub domain: String,
    /// What it does.
    pub then: Then,
}

/// How names of a domain are answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Then {
    /// Out of these records.
    Answer(Vec<Row>),
    /// By asking others.
    Pass {
        /// The namespaces that ask.
        from: Vec<String>,
        /// Whom, in turn.
        to: Vec<Ipv4Addr>,
    },
}

/// A record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The whole name; `*.` at its start stands for anything.
    pub name: String,
    /// `A`, `CNAME` …
    pub type_: String,
    /// What is answered.
    pub values: Vec<String>,
    /// A secondary one: answers while nobody takes connections there.
    pub unless: Option<Tried>,
    /// A primary one: answers while somebody takes connections there.
    pub while_: Option<Tried>,
}

/// Where a connection is tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// Any of these will do.
    pub addresses: Vec<Ipv4Addr>,
    /// The port there.
    pub port: u16,
}

/// Whom a machine asks for a domain and what is below it; an empty one is every name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asks {
    /// The domain.
    pub domain: String,
    /// Name servers, in turn.
    pub servers: Vec<Ipv4Addr>,
}

/// Puts names into a blueprint that stands otherwise.
pub(super) fn add_names(resolved: &Resolved, made: &mut Blueprint) {
    if let Some(core) = made.spaces.get_mut(CORE) {
        let entries = everybodys(resolved);
        serve(core, Names { at: Some(CORE_ADDRESS), entries });
    }
    let networks: std::collections::BTreeSet<&Id> =
        resolved.segments.values().map(|segment| &segment.network).collect();
    for network in networks.into_iter().filter(|network| !resolved.is_at_site(network)) {
        let Some(router) = made.spaces.get_mut(&space_name(network)) else { continue };
        router.addresses.push(RESOLVER_ADDRESS);
        // Whoever asks as the network itself asks there.
        router.asks = vec![Asks { domain: String::new(), servers: vec![RESOLVER_ADDRESS] }];
        let entries = of_network(resolved, network);
        serve(router, Names { at: Some(RESOLVER_ADDRESS), entries });
    }
    for (resource, instance) in resolved.instances() {
        let Some(space) = made.spaces.get_mut(&instance.address) else { continue };
        space.asks = asks(resolved, resource);
        if space.asks.iter().any(|asks| asks.servers == [RESOLVER_ADDRESS]) {
            to_own_resolver(space);
        }
        if let Some(entries) = kept(resolved, resource, instance) {
            serve(space, Names { at: None, entries });
        }
    }
}

fn serve(space: &mut Space, names: Names) {
    space.names = Some(names);
    for ports in PORTS {
        let own = |listener: &&mut Listener| listener.ports == ports;
        match space.listeners.iter_mut().find(own) {
            Some(listener) => listener.answer = Answer::Names,
            // A namespace of the lab itself; what is drawn listens on what is drawn.
            None if space.forwards => {
                space.listeners.push(Listener { ports, answer: Answer::Names });
            }
            None => {}
        }
    }
}

/// Its network's own resolver may be asked whatever the rules say.
fn to_own_resolver(space: &mut Space) {
    if space.rules.is_empty() {
        return;
    }
    for ports in PORTS {
        let when = vec![Match::Destination(vec![host(RESOLVER_ADDRESS)]), Match::Ports(ports)];
        space.rules.insert(0, Rule::plain(Chain::Output, when, Action::Accept));
    }
}

/// What a thing knows that is asked for names: none where it answers nobody.
fn kept(
    resolved: &Resolved,
    resource: &ResolvedResource,
    instance: &Instance,
) -> Option<Vec<Entry>> {
    let (_, network) = resolved.tier_of(resource)?;
    if !naming::is_name_server(resource) {
        return None;
    }
    if resource.kind == "dns-resolver" {
        return (!resource.asks_from(instance)).then(|| of_network(resolved, network));
    }
    let at_site = resolved.is_at_site(network);
    let mut entries = if at_site { zones(resolved, network) } else { Vec::new() };
    let from = vec![instance.address.clone()];
    for asks in asks(resolved, resource) {
        let then = Then::Pass { from: from.clone(), to: asks.servers };
        entries.push(Entry { domain: asks.domain, then });
    }
    // What others believe it to keep, and of which nothing is drawn: there are no such names.
    let given = resolved.given_to(resource);
    entries.extend(given.map(|domain| Entry { domain, then: Then::Answer(Vec::new()) }));
    Some(entries)
}

/// What a network's own resolver knows: rules before zones, and everybody's names last.
fn of_network(resolved: &Resolved, network: &Id) -> Vec<Entry> {
    let mut entries = Vec::new();
    for rule in resolved.rules_in(network) {
        let Some(resolver) = resolved.resource(&rule.link.from) else { continue };
        let asking = resolver.instances.iter().filter(|one| resolver.asks_from(one));
        let from: Vec<String> = asking.map(|one| one.address.clone()).collect();
        let to = servers(resolved, &rule);
        for domain in rule.domains {
            let then = Then::Pass { from: from.clone(), to: to.clone() };
            entries.push(Entry { domain, then });
        }
    }
    entries.extend(zones(resolved, network));
    let then = Then::Pass { from: vec![space_name(network)], to: vec![CORE_ADDRESS] };
    entries.push(Entry { domain: String::new(), then });
    entries
}

fn zones(resolved: &Resolved, network: &Id) -> Vec<Entry> {
    resolved.zones_in(network).into_iter().filter_map(|zone| entry(resolved, zone)).collect()
}

/// The public zones; a name of which nothing is drawn is nobody's.
fn everybodys(resolved: &Resolved) -> Vec<Entry> {
    let all = resolved.resources.values().map(|one| &**one);
    let zones = all.filter(|one| resolved.is_public_zone(one));
    let mut entries: Vec<Entry> = zones.filter_map(|zone| entry(resolved, zone)).collect();
    entries.push(Entry { domain: String::new(), then: Then::Answer(Vec::new()) });
    entries
}

fn entry(resolved: &Resolved, zone: &ResolvedResource) -> Option<Entry> {
    let own = resolved.records.iter().filter(|record| record.zone == zone.id);
    let public = resolved.is_public_zone(zone);
    let rows = own.flat_map(|record| rows(resolved, record, public));
    Some(Entry { domain: naming::domain(zone)?, then: Then::Answer(rows.collect()) })
}

/// A record, and what it says over IPv6 beside.
fn rows(resolved: &Resolved, record: &Record, public: bool) -> Vec<Row> {
    let row = || {
        let (while_, unless) = match resolved.tried_for(record) {
            None => (None, None),
            Some((true, target)) => (tried(target, public), None),
            // Where nobody can try, the first one always holds.
            Some((false, target)) => (None, Some(tried(target, public)?)),
        };
        Some(Row {
            name: naming::normal(&record.name),
            type_: record.type_.clone(),
            values: record.values.clone(),
            unless,
            while_,
        })
    };
    let six: Vec<String> = resolved.addresses6(record).iter().map(ToString::to_string).collect();
    let beside = Some(six).filter(|six| !six.is_empty());
    let beside = beside.and_then(|values| Some(Row { type_: "AAAA".to_owned(), values, ..row()? }));
    row().into_iter().chain(beside).collect()
}

/// Tried from the internet, as a provider does; inside nobody outside can.
fn tried(target: &ResolvedResource, public: bool) -> Option<Tried> {
    let addresses: Vec<Ipv4Addr> =
        target.instances.iter().filter_map(|one| one.public_ip).collect();
    let port = naming::tried_port(target)?;
    (public && !addresses.is_empty()).then_some(Tried { addresses, port })
}

/// Whom a machine asks: the links that name domains, then the one for everything else.
fn asks(resolved: &Resolved, resource: &ResolvedResource) -> Vec<Asks> {
    let network = resolved.tier_of(resource).map(|(_, network)| network);
    let mut all = Vec::new();
    let site = network.filter(|network| resolved.is_at_site(network));
    if let Some(site) = site.filter(|_| naming::is_name_server(resource)) {
        // What it keeps, it asks itself for.
        let own: Vec<Ipv4Addr> = resource.instances.iter().filter_map(|one| one.ip).collect();
        let kept = resolved.zones_in(site).into_iter().filter_map(naming::domain);
        all.extend(kept.map(|domain| Asks { domain, servers: own.clone() }));
    }
    let mut otherwise = None;
    if resource.kind != "dns-resolver" {
        for forward in resolved.forwards_of(resource) {
            let servers = servers(resolved, &forward);
            if forward.domains.is_empty() {
                otherwise.get_or_insert(servers);
                continue;
            }
            let one = |domain| Asks { domain, servers: servers.clone() };
            all.extend(forward.domains.into_iter().map(one));
        }
    }
    let given = match network {
        Some(network) if resolved.is_at_site(network) => None,
        Some(_) => Some(vec![RESOLVER_ADDRESS]),
        None => resource.instances.iter().any(is_outside).then(|| vec![CORE_ADDRESS]),
    };
    let otherwise = otherwise.or(given);
    all.extend(otherwise.map(|servers| Asks { domain: String::new(), servers }));
    all
}

/// The addresses at which the far end of a link is asked.
fn servers(resolved: &Resolved, forward: &Forward<'_>) -> Vec<Ipv4Addr> {
    let Some(server) = resolved.resource(&forward.link.to) else { return Vec::new() };
    if server.kind == "internet" {
        return vec![CORE_ADDRESS];
    }
    let asker = resolved.resource(&forward.link.from);
    let outside = asker.is_some_and(|it| it.instances.iter().any(is_outside));
    let asked = server.instances.iter().filter(|one| server.takes_part(one, false));
    // Who is not joined with its network gets there by its public address.
    let addresses = |one: &Instance| match (outside, one.public_ip) {
        (true, Some(public)) => [Some(public), None],
        _ => [one.ip, one.public_ip],
    };
    asked.flat_map(|one| addresses(one).into_iter().flatten()).collect()
}
