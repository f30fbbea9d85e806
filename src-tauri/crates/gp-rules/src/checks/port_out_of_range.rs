//! Cable that ends in a port that the device does not have.
//!
//! Bad: a cable with `to-port = 49` at a switch with 48 ports.
//!
//! Good: a port that is there: `48`, or `mgmt`.
//!
//! Why: whoever pulls the cable finds nowhere to plug it in.

use super::prelude::*;
use gp_analysis::physical::{
    cables,
    ports::{self, Ports},
};
use gp_catalog::Resolved;
use gp_model::edit::LinkChange;
use std::collections::BTreeSet;

pub(crate) static RULE: Rule = Rule {
    id: "port-out-of-range",
    severity: Severity::Error,
    source: include_str!("port_out_of_range.rs"),
    reads: Reads {
        kinds: &["hypervisor", "physical-server", "router", "storage-array", "switch"],
        attributes: &["ports", "nics", "hbas", "controllers"],
        near: &[Near::Links],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r"
site hall
  switch leaf ports=24
  physical-server one
one -> leaf kind=cable from-port=nic1 to-port=25
",
            r"
site hall
  switch leaf
  storage-array vault
vault -> leaf kind=cable from-port=c1 to-port=1
",
        ],
        silent: &[r#"
site hall
  switch leaf ports=24
  physical-server one hbas=1
  storage-array vault
one -> leaf kind=cable from-port=nic1 to-port=24
one -> leaf kind=cable from-port=mgmt to-port="23"
vault -> one kind=cable from-port=b4 to-port=hba1
"#],
    },
};

/// Both ends of every cable: the name of the end, and the device there.
pub(super) fn ends(
    resolved: &Resolved,
) -> impl Iterator<Item = (&ResolvedLink, &'static str, &Id)> {
    cables::of(resolved)
        .flat_map(|cable| [(cable, "from-port", &cable.from), (cable, "to-port", &cable.to)])
}

/// Puts one end of a cable into another port.
pub(super) fn plug(cable: &ResolvedLink, end: &str, port: &str) -> Edit {
    let port = port.parse::<i64>().map_or_else(|_| Value::from(port), Value::from);
    let attributes = Table::from_iter([(end.to_owned(), port)]);
    Edit::SetLink { id: cable.id.clone(), set: LinkChange { attributes, ..LinkChange::default() } }
}

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let taken: BTreeSet<(&Id, String)> = ends(facts.resolved)
        .filter_map(|(cable, end, device)| Some((device, ports::named(cable, end)?)))
        .collect();
    for (cable, end, device) in ends(facts.resolved) {
        let Some(device) = facts.resource(device) else { continue };
        let (Some(there), Some(port)) = (Ports::of(device), ports::named(cable, end)) else {
            continue;
        };
        if there.has(&port) {
            continue;
        }
        let message =
            format!("“{}” has no port {port}: it has {}", called(device), there.in_words());
        let place = Place::Link { id: cable.id.clone(), attribute: Some(end.to_owned()) };
        let mut said = RULE.at(place, message).and_at(Place::resource(&device.id));
        let free = |name: &str| !taken.contains(&(&device.id, name.to_owned()));
        if let Some(free) = there.near(&port, free) {
            said = said.fixed_by(format!("Use port {free}"), plug(cable, end, &free));
        }
        found.push(said);
    }
}
