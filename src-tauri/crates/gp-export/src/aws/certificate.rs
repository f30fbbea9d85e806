//! Certificates: the names each is for, the drawn zones that prove whose they are, and the listeners
//! that show it.

use super::{Facts, server::is_private_zone};
use gp_catalog::resolved::{Listener, ResolvedResource};
use gp_model::LinkKind;
use std::collections::BTreeMap;

/// The names of a certificate, the main one first.
pub fn names(certificate: &ResolvedResource) -> Vec<String> {
    let main = certificate.text("domain").unwrap_or("example.com");
    let mut all = vec![main.trim_end_matches('.').to_owned()];
    for name in super::texts(certificate, "names") {
        let name = name.trim_end_matches('.').to_owned();
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// The public zone that a name is in: of several, the one that says most of it.
pub fn zone_of<'a>(facts: &Facts<'a>, name: &str) -> Option<&'a ResolvedResource> {
    let name = name.trim_start_matches("*.");
    let holds = |zone: &&ResolvedResource| {
        let domain = zone.text("domain").unwrap_or_default().trim_end_matches('.');
        let rest = name.strip_suffix(domain).filter(|_| !domain.is_empty());
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let all = facts.resolved.resources.values().map(|resource| &**resource);
    let zones = all.filter(|zone| zone.kind == "dns-zone" && !is_private_zone(zone));
    zones.filter(holds).max_by_key(|zone| zone.text("domain").map_or(0, str::len))
}

/// How a certificate's names are proven.
#[derive(Default)]
pub struct Proof<'a> {
    /// Zone → the names that it proves.
    pub zones: BTreeMap<&'a str, (&'a ResolvedResource, Vec<String>)>,
    /// Names that no drawn zone holds.
    pub open: Vec<String>,
}

/// Where the proof of each name of a certificate goes.
pub fn proof<'a>(facts: &Facts<'a>, certificate: &ResolvedResource) -> Proof<'a> {
    let mut proof = Proof::default();
    for name in names(certificate) {
        match zone_of(facts, &name) {
            Some(zone) => {
                proof.zones.entry(&zone.id).or_insert_with(|| (zone, Vec::new())).1.push(name);
            }
            None => proof.open.push(name),
        }
    }
    proof
}

/// The certificates that are linked to a balancer for one of its listeners. The one that is named
/// there, or comes first, is shown to whoever asks for no name.
pub fn shown<'a>(
    facts: &Facts<'a>,
    balancer: &ResolvedResource,
    listener: &Listener,
) -> Vec<&'a ResolvedResource> {
    let links = facts.links_to(&balancer.id).iter().filter(|l| l.kind == LinkKind::Attachment);
    let meant = links.filter(|link| match link.attributes.get("listener") {
        Some(port) => port.as_integer() == Some(i64::from(listener.ports.low)),
        None => true,
    });
    let mut all: Vec<_> = meant
        .filter_map(|link| facts.resource(&link.from))
        .filter(|other| other.kind == "certificate")
        .collect();
    let written = super::server::certificate(balancer, listener);
    all.sort_by_key(|own| !written.is_some_and(|name| *own.id == *name || names(own)[0] == name));
    all
}
