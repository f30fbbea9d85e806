//! Link to a port on which nothing listens.
//!
//! Bad: a flow on `tcp/9000` to a server whose service is on 8080.
//!
//! Good: the flow names a service of its target.
//!
//! Why: packets arrive and are refused.

use super::prelude::*;
use crate::words::list;
use gp_model::{PortSpec, Protocol, edit::LinkChange};

pub(crate) static RULE: Rule = Rule {
    id: "link-to-silent-port",
    severity: Severity::Error,
    source: include_str!("link_to_silent_port.rs"),
    reads: Reads {
        kinds: &[],
        attributes: &["services", "listeners", "engine", "port"],
        near: &[Near::Links, Near::Others],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one
      server two http:tcp/8080
one -> two tcp/9000
"],
        silent: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one
      server two http:tcp/8080
one -> two http
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      bastion door
      server two http:tcp/8080
door -> two
",
        ],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    // Every system lets its people log in: a bastion needs no drawn service for that.
    let drawn = |link: &ResolvedLink| {
        let bastion = facts.resource(&link.from).is_some_and(|from| from.kind == "bastion");
        link.kind == LinkKind::Flow && !bastion
    };
    for link in facts.resolved.links.values().filter(|link| drawn(link)) {
        let Some(target) = facts.resource(&link.to) else { continue };
        let actor = facts.kind(target).is_some_and(|k| k.actor);
        let silent: Vec<String> = link
            .ports
            .iter()
            .filter(|port| port.protocol != Protocol::Icmp && !offers(target, **port))
            .map(ToString::to_string)
            .collect();
        if actor || silent.is_empty() {
            continue;
        }
        let message = format!(
            "nothing on “{}” listens on {}: add the service, or change the link",
            called(target),
            list(&silent)
        );
        let mut said = RULE.at(Place::link(&link.id), message).and_at(Place::resource(&target.id));
        if !target.services.is_empty() {
            let allow = Some(target.services.iter().map(|s| s.name.clone()).collect());
            let change = LinkChange { allow, ..LinkChange::default() };
            said = said
                .fixed_by("Use what it offers", Edit::SetLink { id: link.id.clone(), set: change });
        }
        found.push(said);
    }
}

/// Whether every port of the range is offered.
fn offers(target: &ResolvedResource, wanted: PortSpec) -> bool {
    let mut ranges: Vec<(u16, u16)> = target
        .services
        .iter()
        .filter(|s| s.ports.protocol == wanted.protocol)
        .map(|s| (s.ports.low, s.ports.high))
        .collect();
    ranges.sort_unstable();
    let mut next = u32::from(wanted.low);
    for (low, high) in ranges {
        if u32::from(low) <= next {
            next = next.max(u32::from(high) + 1);
        }
    }
    next > u32::from(wanted.high)
}
