//! Target of a load balancer that does not listen.
//!
//! Bad: a load balancer that forwards to `tcp/9000` of a server whose service is on 8080.
//!
//! Good: the link names a service of the server.
//!
//! Why: the balancer would answer every request with an error.

use super::prelude::*;
use gp_model::edit::LinkChange;
use std::collections::BTreeSet;

pub(crate) static RULE: Rule = Rule {
    id: "listener-without-service",
    severity: Severity::Error,
    source: include_str!("listener_without_service.rs"),
    reads: Reads {
        kinds: &[
            "load-balancer",
            "server",
            "server-group",
            "container-service",
            "workload",
            "function",
        ],
        attributes: &["services", "listeners"],
        near: &[Near::Links],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      load-balancer entry listeners=[{protocol="http",port=80}]
      server app
entry -> app
"#],
        silent: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      load-balancer entry listeners=[{protocol="http",port=80}]
      server app http:tcp/8080
entry -> app
"#],
    },
};

fn check(facts: &Facts<'_>, balancer: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let mut said: BTreeSet<&Id> = BTreeSet::new();
    for target in balancer.listeners.iter().flat_map(|l| &l.targets) {
        let Some(server) = facts.resource(&target.resource) else { continue };
        let listens = server.services.iter().any(|s| {
            s.ports.protocol == target.ports.protocol
                && s.ports.low <= target.ports.low
                && target.ports.high <= s.ports.high
        });
        if !listens && said.insert(&target.link) {
            let message = format!(
                "“{}” forwards to {} of “{}”, on which nothing listens: add the service there",
                called(balancer),
                target.ports,
                called(server)
            );
            found.push(finding(message, &target.link, server));
        }
    }
    for link in facts.links_from(&balancer.id, LinkKind::Target) {
        let Some(server) = facts.resource(&link.to) else { continue };
        if server.services.is_empty() && said.insert(&link.id) {
            let message = format!(
                "“{}” forwards to “{}”, which offers no service: add one there",
                called(balancer),
                called(server)
            );
            found.push(finding(message, &link.id, server));
        }
    }
}

fn finding(message: String, link: &Id, server: &ResolvedResource) -> Diagnostic {
    let said = RULE.at(Place::link(link), message).and_at(Place::resource(&server.id));
    match server.services.first() {
        Some(service) => {
            let allow = Some(vec![service.name.clone()]);
            let set = LinkChange { allow, ..LinkChange::default() };
            said.fixed_by(
                format!("Forward to “{}”", service.name),
                Edit::SetLink { id: link.clone(), set },
            )
        }
        None => said,
    }
}
