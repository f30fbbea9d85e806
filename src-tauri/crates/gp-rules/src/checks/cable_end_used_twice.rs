//! Two cables that end in the same port.
//!
//! Bad: two cables with `to-port = 7` at one switch.
//!
//! Good: each in a port of its own.
//!
//! Why: only one plug fits, so one of the cables hangs loose.

use super::port_out_of_range::{ends, plug};
use super::prelude::*;
use gp_analysis::physical::ports::{self, Ports};
use std::collections::{BTreeMap, btree_map::Entry};

pub(crate) static RULE: Rule = Rule {
    id: "cable-end-used-twice",
    severity: Severity::Error,
    source: include_str!("cable_end_used_twice.rs"),
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
  switch leaf
  physical-server one
  physical-server two
one -> leaf kind=cable from-port=nic1 to-port=7
two -> leaf kind=cable from-port=nic1 to-port=7
",
            r"
site hall
  switch leaf
  physical-server one
one -> leaf kind=cable from-port=nic1 to-port=7
leaf -> one kind=cable from-port=8 to-port=nic1
",
        ],
        silent: &[r"
site hall
  switch leaf
  physical-server one
  physical-server two
one -> leaf kind=cable from-port=nic1 to-port=7
two -> leaf kind=cable from-port=nic1 to-port=8
one -> leaf kind=cable
"],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let mut taken: BTreeMap<(&Id, String), &ResolvedLink> = BTreeMap::new();
    let mut twice = Vec::new();
    for (cable, end, device) in ends(facts.resolved) {
        let Some(port) = ports::named(cable, end) else { continue };
        match taken.entry((device, port)) {
            Entry::Vacant(free) => drop(free.insert(cable)),
            Entry::Occupied(first) => twice.push((cable, end, first.key().clone(), *first.get())),
        }
    }
    for (cable, end, (device, port), first) in twice {
        let Some(device) = facts.resource(device) else { continue };
        let far = |link: &'_ ResolvedLink| {
            let other = if link.from == device.id { &link.to } else { &link.from };
            facts.resource(other).map_or("", called).to_owned()
        };
        let message = format!(
            "port {port} of “{}” has two cables, {}: move one of them",
            called(device),
            from(&far(first), &far(cable))
        );
        let place = Place::Link { id: cable.id.clone(), attribute: Some(end.to_owned()) };
        let mut said = RULE.at(place, message).and_at(Place::link(&first.id));
        let free = |name: &str| !taken.contains_key(&(&device.id, name.to_owned()));
        if let Some(free) = Ports::of(device).and_then(|ports| ports.near(&port, free)) {
            said = said.fixed_by(format!("Use port {free}"), plug(cable, end, &free));
        }
        found.push(said);
    }
}

fn from(first: &str, second: &str) -> String {
    if first == second {
        return format!("both from “{first}”");
    }
    format!("from “{first}” and from “{second}”")
}
