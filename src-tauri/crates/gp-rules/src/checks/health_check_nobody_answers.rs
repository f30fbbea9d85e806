//! Health check on a port on which no target listens.
//!
//! Bad: a health check on port 9000 with targets that listen on 8080.
//!
//! Good: the health check uses a port of the targets.
//!
//! Why: every target would count as ill, and the balancer would send nothing anywhere.

use super::prelude::*;
use crate::words::list;
use gp_model::Protocol;

pub(crate) static RULE: Rule = Rule {
    id: "health-check-nobody-answers",
    severity: Severity::Error,
    source: include_str!("health_check_nobody_answers.rs"),
    reads: Reads {
        kinds: &["load-balancer", "server", "server-group", "container-service", "function"],
        attributes: &["health-check", "services"],
        near: &[Near::Links],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      load-balancer entry listeners=[{protocol="http",port=80}] health-check={protocol="http",port=9000}
      server app http:tcp/8080
entry -> app
"#],
        silent: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      load-balancer entry listeners=[{protocol="http",port=80}] health-check={protocol="http",port=8080}
      server app http:tcp/8080
entry -> app
"#],
    },
};

fn check(facts: &Facts<'_>, balancer: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let check = balancer.value("health-check").and_then(Value::as_table);
    let port = check.and_then(|check| check.get("port")).and_then(Value::as_integer);
    let Some(port) = port.and_then(|p| u16::try_from(p).ok()) else { return };
    let targets: Vec<&ResolvedResource> = facts
        .links_from(&balancer.id, LinkKind::Target)
        .filter_map(|link| facts.resource(&link.to))
        .collect();
    let listens = |r: &&ResolvedResource| {
        r.services.iter().any(|s| {
            s.ports.protocol == Protocol::Tcp && (s.ports.low..=s.ports.high).contains(&port)
        })
    };
    if targets.is_empty() || targets.iter().any(listens) {
        return;
    }
    let names: Vec<String> = targets.iter().map(|t| format!("“{}”", called(t))).collect();
    let message = format!(
        "the health check of “{}” asks port {port}, on which {} does not listen: use a port of the targets",
        called(balancer),
        list(&names)
    );
    let mut said = RULE.at(Place::attribute(&balancer.id, "health-check"), message);
    let offered =
        targets.iter().flat_map(|t| &t.services).find(|s| s.ports.protocol == Protocol::Tcp);
    if let Some(service) = offered {
        let right = i64::from(service.ports.low);
        let edit = Edit::SetAttribute {
            resource: balancer.id.clone(),
            path: vec!["health-check".to_owned(), "port".to_owned()],
            value: right.into(),
        };
        said = said.fixed_by(format!("Ask port {right}"), edit);
    }
    found.push(said);
}
