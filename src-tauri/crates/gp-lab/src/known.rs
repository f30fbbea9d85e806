//! The parts of a blueprint as things of a plan: one per network, segment, peering, instance and
//! volume, with attributes that differ whenever the part does.

use crate::blueprint::{
    Blueprint, Cable, Far, Listener, RESOLVER_ADDRESS, Space, Volume, crossings,
};
use gp_catalog::{
    naming,
    resolved::{Record, Resolved, ResolvedResource},
};
use gp_model::{Id, Value};
use gp_plan::plan::Known;
use std::collections::{BTreeMap, BTreeSet};

/// Everything a plan of this lab compares.
pub fn known(resolved: &Resolved, blueprint: &Blueprint) -> Vec<Known> {
    let mut table = Table { parts: parts(blueprint), found: Vec::new() };
    let networks: BTreeSet<&Id> = resolved.segments.values().map(|s| &s.network).collect();
    for network in networks {
        table.add(network, network, "network", vec![]);
    }
    for segment in resolved.segments.values() {
        table.add(&segment.id, &segment.subnet, "subnet", vec![segment.network.to_string()]);
    }
    let mut between: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
    for crossing in crossings(resolved) {
        between.entry(crossing.by).or_default().extend([crossing.ends.0, crossing.ends.1]);
    }
    // A gateway that stands in a network is one thing, and not also what joins.
    let instances: BTreeSet<&str> = resolved.instances().map(|(_, one)| &*one.address).collect();
    for (by, networks) in between.iter().filter(|(by, _)| !instances.contains(&***by)) {
        let kind = resolved.resource(by).map_or("peering", |hub| &hub.kind);
        table.add(by, by, kind, networks.iter().map(ToString::to_string).collect());
    }
    for zone in resolved.resources.values().filter(|one| one.kind == "dns-zone") {
        table.zone(resolved, zone);
    }
    for (resource, instance) in resolved.instances() {
        let joins = between.get(&*instance.address).into_iter().flatten();
        let depends = instance.segment.iter().cloned();
        let depends = depends.chain(joins.map(ToString::to_string)).collect();
        table.add(&instance.address, &resource.id, &resource.kind, depends);
    }
    table.found
}

/// What is made and removed together.
#[derive(Default)]
struct Parts<'a> {
    spaces: Vec<&'a Space>,
    cables: Vec<&'a Cable>,
    volumes: Vec<&'a Volume>,
}

/// Owner → its parts.
fn parts(blueprint: &Blueprint) -> BTreeMap<&str, Parts<'_>> {
    let mut found: BTreeMap<&str, Parts<'_>> = BTreeMap::new();
    for space in blueprint.spaces.values() {
        found.entry(&space.owner).or_default().spaces.push(space);
    }
    for cable in blueprint.cables.values() {
        found.entry(&cable.owner).or_default().cables.push(cable);
    }
    for volume in blueprint.volumes.values() {
        found.entry(&volume.owner).or_default().volumes.push(volume);
    }
    found
}

struct Table<'a> {
    parts: BTreeMap<&'a str, Parts<'a>>,
    found: Vec<Known>,
}

impl Table<'_> {
    /// A zone stands in the name servers that answer for it.
    fn zone(&mut self, resolved: &Resolved, zone: &ResolvedResource) {
        let Some(domain) = naming::domain(zone) else { return };
        let own = resolved.records.iter().filter(|record| record.zone == zone.id);
        let line = |record: &Record| {
            format!("{} {} {}", record.name, record.type_, record.values.join(", "))
        };
        let mut attributes = BTreeMap::from([
            ("domain".to_owned(), Value::from(domain)),
            ("public".to_owned(), Value::from(resolved.is_public_zone(zone))),
        ]);
        let lines = own.flat_map(|record| {
            let six = resolved.addresses6(record);
            let six: Vec<String> = six.iter().map(ToString::to_string).collect();
            let beside = Some(six).filter(|six| !six.is_empty());
            let beside = beside.map(|six| format!("{} AAAA {}", record.name, six.join(", ")));
            std::iter::once(line(record)).chain(beside)
        });
        let lines: Vec<String> = lines.collect();
        if !lines.is_empty() {
            attributes.insert("names".to_owned(), Value::from(lines));
        }
        self.found.push(Known {
            address: zone.id.to_string(),
            resource: zone.id.clone(),
            kind: zone.kind.clone(),
            provider_id: format!("lab:{}", zone.id),
            attributes,
            depends_on: Vec::new(),
            formerly: Vec::new(),
            keeps_data: false,
        });
    }

    /// Adds the thing unless nothing of it stands in the lab.
    fn add(&mut self, address: &str, resource: &Id, kind: &str, depends_on: Vec<String>) {
        let Some(parts) = self.parts.get(address) else { return };
        let attributes = attributes(parts);
        if attributes.is_empty() {
            return;
        }
        self.found.push(Known {
            address: address.to_owned(),
            resource: resource.clone(),
            kind: kind.to_owned(),
            provider_id: format!("lab:{address}"),
            attributes,
            depends_on,
            // Another name is another machine: the lab makes it anew within milliseconds.
            formerly: Vec::new(),
            // A lab is for trying: it goes with its process, and says so before.
            keeps_data: false,
        });
    }
}

fn attributes(parts: &Parts<'_>) -> BTreeMap<String, Value> {
    let mut attributes = BTreeMap::new();
    let mut lines = |name: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            attributes.insert(name.to_owned(), Value::from(lines));
        }
    };
    for space in &parts.spaces {
        lines("routes", space.routes.iter().map(ToString::to_string).collect());
        lines("rules", space.rules.iter().map(ToString::to_string).collect());
        lines("listeners", listeners(space));
        lines("targets", targets(space));
        lines("names", names(space));
    }
    lines("cables", parts.cables.iter().map(|one| cable_line(one)).collect());
    for volume in &parts.volumes {
        attributes.insert("size".to_owned(), Value::from(volume.size.clone()));
    }
    attributes
}

fn listeners(space: &Space) -> Vec<String> {
    space.listeners.iter().map(listener_line).collect()
}

/// What is told of a listener.
pub(crate) fn listener_line(listener: &Listener) -> String {
    format!("{} {}", listener.ports, format!("{:?}", listener.answer).to_lowercase())
}

/// What it answers and whom it asks, so that a change of either changes it.
fn names(space: &Space) -> Vec<String> {
    let kept = space.names.iter().flat_map(|names| &names.entries);
    let kept = kept.map(|entry| format!("{}: {:?}", entry.domain, entry.then).to_lowercase());
    let asked = space.asks.iter().filter(|asks| asks.servers != [RESOLVER_ADDRESS]);
    kept.chain(asked.map(|asks| format!("{} by {:?}", asks.domain, asks.servers))).collect()
}

fn targets(space: &Space) -> Vec<String> {
    let Some(balancer) = &space.balancer else { return Vec::new() };
    let mut lines: Vec<String> = balancer
        .pools
        .iter()
        .flat_map(|pool| {
            pool.targets.iter().map(|(address, port)| format!("{} → {address}:{port}", pool.ports))
        })
        .collect();
    let path = balancer.check.path.as_deref().unwrap_or("connection");
    lines.push(format!("health: {path} {:?}", balancer.check.port));
    lines
}

/// What is told of a cable.
pub(crate) fn cable_line(cable: &Cable) -> String {
    match &cable.to {
        Far::Bridge { segment, .. } => format!("{} — {segment}", cable.end),
        Far::Space(end) => format!("{} — {end}", cable.end),
    }
}
