//! The parts of a blueprint as things of a plan: one per network, segment, peering, instance and
//! volume, with attributes that differ whenever the part does.

use crate::blueprint::{Blueprint, Cable, Far, Space, crossings};
use gp_catalog::resolved::Resolved;
use gp_model::{Id, Value};
use gp_plan::plan::Known;
use std::collections::{BTreeMap, BTreeSet};

/// Everything a plan of this lab compares.
pub fn known(resolved: &Resolved, blueprint: &Blueprint) -> Vec<Known> {
    let mut table = Table { blueprint, found: Vec::new() };
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
    for (by, networks) in between {
        let kind = resolved.resource(&by).map_or("peering", |hub| &hub.kind);
        table.add(&by, &by, kind, networks.iter().map(ToString::to_string).collect());
    }
    for (resource, instance) in resolved.instances() {
        let depends = instance.segment.iter().cloned().collect();
        table.add(&instance.address, &resource.id, &resource.kind, depends);
    }
    table.found
}

struct Table<'a> {
    blueprint: &'a Blueprint,
    found: Vec<Known>,
}

impl Table<'_> {
    /// Adds the thing unless nothing of it stands in the lab.
    fn add(&mut self, address: &str, resource: &Id, kind: &str, depends_on: Vec<String>) {
        let attributes = attributes(self.blueprint, address);
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

fn attributes(blueprint: &Blueprint, owner: &str) -> BTreeMap<String, Value> {
    let mut attributes = BTreeMap::new();
    let mut lines = |name: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            attributes.insert(name.to_owned(), Value::from(lines));
        }
    };
    for space in blueprint.spaces.values().filter(|space| space.owner == owner) {
        lines("routes", space.routes.iter().map(ToString::to_string).collect());
        lines("rules", space.rules.iter().map(ToString::to_string).collect());
        lines("listeners", listeners(space));
        lines("targets", targets(space));
    }
    let cables = blueprint.cables.values().filter(|cable| cable.owner == owner);
    lines("cables", cables.map(cable).collect());
    for volume in blueprint.volumes.values().filter(|volume| volume.owner == owner) {
        attributes.insert("size".to_owned(), Value::from(volume.size.clone()));
    }
    attributes
}

fn listeners(space: &Space) -> Vec<String> {
    let answer =
        |listener: &crate::blueprint::Listener| format!("{:?}", listener.answer).to_lowercase();
    space.listeners.iter().map(|l| format!("{} {}", l.ports, answer(l))).collect()
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

fn cable(cable: &Cable) -> String {
    match &cable.to {
        Far::Bridge { segment, .. } => format!("{} — {segment}", cable.end),
        Far::Space(end) => format!("{} — {end}", cable.end),
    }
}
