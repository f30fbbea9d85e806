//! Bastions: who may go through one, to which servers, by which ports.

use super::{Facts, is_managed};
use gp_catalog::resolved::{ResolvedLink, ResolvedResource};
use gp_model::{Diagnostic, LinkKind, Place, Protocol};
use std::collections::BTreeSet;

/// Ports that AWS's end point leads to: SSH and RDP.
const PORTS: [u16; 2] = [22, 3389];

/// The ports that a bastion's links open, of those that AWS leads to.
pub fn ports(facts: &Facts<'_>, bastion: &ResolvedResource) -> Vec<i64> {
    let flows = facts.links_from(&bastion.id).iter().filter(|link| link.kind == LinkKind::Flow);
    let opened = |port: u16| {
        move |link: &&&ResolvedLink| {
            let mut own = link.ports.iter();
            own.any(|p| p.protocol == Protocol::Tcp && p.low <= port && port <= p.high)
        }
    };
    let flows: Vec<_> = flows.collect();
    let open = PORTS.into_iter().filter(|port| flows.iter().any(|link| opened(*port)(link)));
    open.map(i64::from).collect()
}

/// The servers behind a bastion.
pub fn servers<'a>(facts: &Facts<'a>, bastion: &ResolvedResource) -> Vec<&'a ResolvedResource> {
    let flows = facts.links_from(&bastion.id).iter().filter(|link| link.kind == LinkKind::Flow);
    let mut seen = BTreeSet::new();
    let all = flows.filter_map(|link| facts.resource(&link.to));
    all.filter(|server| server.kind == "server" && seen.insert(&server.id)).collect()
}

/// People who may go through a bastion, each with the link that says so.
pub fn people<'a>(
    facts: &Facts<'a>,
    bastion: &ResolvedResource,
) -> Vec<(&'a ResolvedLink, &'a ResolvedResource)> {
    let links = facts.links_to(&bastion.id).iter();
    let links = links.filter(|link| link.kind == LinkKind::Dependency);
    let all = links.filter_map(|link| Some((*link, facts.resource(&link.from)?)));
    all.filter(|(_, from)| from.kind == "user").collect()
}

/// What is drawn at a bastion and AWS does not do.
pub fn not_through(facts: &Facts<'_>, bastion: &ResolvedResource) -> Vec<Diagnostic> {
    let flows = facts.links_from(&bastion.id).iter().filter(|link| link.kind == LinkKind::Flow);
    let known = |link: &&&ResolvedLink| {
        link.ports
            .iter()
            .all(|p| p.protocol == Protocol::Tcp && p.low == p.high && PORTS.contains(&p.low))
    };
    let others = flows.filter(|link| is_managed(bastion) && !known(link)).map(|link| {
        let text = format!(
            "AWS leads people through “{}” by tcp/22 and tcp/3389 only: allow no other port on the link “{}”",
            bastion.title, link.id
        );
        Diagnostic::error("refused-by-provider", Place::link(&link.id), text)
    });
    others.collect()
}
