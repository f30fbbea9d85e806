//! What answers on a resource: on which ports, and how. Opens none of them.

use super::{
    Answer, LONGEST_RANGE, Listener, balance,
    build::{Plot, is_outside},
};
use gp_catalog::{
    borders::Borders,
    resolved::{Resolved, ResolvedLink, ResolvedResource},
};
use gp_model::{Id, LinkKind, PortSpec, Protocol};
use std::collections::{BTreeMap, BTreeSet};

/// The flow and target links of every resource that some lead to.
pub(super) fn arriving(resolved: &Resolved) -> BTreeMap<&Id, Vec<&ResolvedLink>> {
    let mut found: BTreeMap<&Id, Vec<&ResolvedLink>> = BTreeMap::new();
    let links = resolved.links.values();
    for link in links.filter(|link| matches!(link.kind, LinkKind::Flow | LinkKind::Target)) {
        found.entry(&link.to).or_default().push(link);
    }
    found
}

/// Everything that must answer on a resource: its services, what flows to it open, and what
/// health checks ask. Of a long range a port answers on either side of every border.
pub(super) fn listeners(plot: &Plot<'_>, resource: &ResolvedResource) -> Vec<Listener> {
    let resolved = plot.resolved;
    let mut found: Vec<Listener> = Vec::new();
    let mut add = |ports: PortSpec, name: &str| {
        if ports.protocol != Protocol::Icmp && !found.iter().any(|listener| listener.ports == ports)
        {
            found.push(Listener { ports, answer: answer(resource, ports, name) });
        }
    };
    for service in resource.services.iter() {
        add(service.ports, &service.name);
    }
    for link in plot.arriving.get(&resource.id).into_iter().flatten() {
        link.ports.iter().for_each(|ports| add(*ports, "service"));
    }
    for port in plot.checked.get(&resource.id).into_iter().flatten() {
        add(PortSpec::tcp(*port), "http");
    }
    if resource.instances.iter().any(is_outside) {
        add(PortSpec::tcp(443), "https");
    }
    if resource.kind == "load-balancer" {
        return balance::listeners(resource);
    }
    if found.iter().all(|listener| listener.ports.high - listener.ports.low < LONGEST_RANGE) {
        return found;
    }
    let asked: BTreeSet<PortSpec> = found.iter().map(|listener| listener.ports).collect();
    let pieces = Borders::of_rules(resolved).cut(&asked);
    let first = |piece: PortSpec| {
        let covers = |l: &&Listener| balance::covers(l.ports, piece);
        let listener = found.iter().find(covers)?;
        Some(Listener { ports: piece, answer: listener.answer.clone() })
    };
    pieces.into_iter().filter_map(first).collect()
}

fn answer(resource: &ResolvedResource, ports: PortSpec, name: &str) -> Answer {
    const HTTP: [u16; 7] = [80, 443, 3000, 8000, 8080, 8443, 9000];
    if ports.protocol == Protocol::Udp {
        Answer::Echo
    } else if resource.kind == "database" && ports.low == 5432 {
        Answer::Postgres
    } else if name.starts_with("http") || name == "web" || HTTP.contains(&ports.low) {
        Answer::Http
    } else {
        Answer::Banner { service: name.to_owned() }
    }
}
