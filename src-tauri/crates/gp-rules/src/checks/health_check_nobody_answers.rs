//! Health check or probe on a port on which nothing listens.
//!
//! Bad: a health check on port 9000 with targets that listen on 8080; the same as the probe of a workload.
//!
//! Good: the health check uses a port of the targets.
//!
//! Why: all would count as ill: a balancer would send nothing anywhere, a cluster make them anew for ever.

use super::prelude::*;
use crate::words::list;
use gp_model::Protocol;

pub(crate) static RULE: Rule = Rule {
    id: "health-check-nobody-answers",
    severity: Severity::Error,
    source: include_str!("health_check_nobody_answers.rs"),
    reads: Reads {
        kinds: &[
            "load-balancer",
            "server",
            "server-group",
            "container-service",
            "workload",
            "function",
        ],
        attributes: &["health-check", "services"],
        near: &[Near::Links],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      load-balancer entry listeners=[{protocol="http",port=80}] health-check={protocol="http",port=9000}
      server app http:tcp/8080
entry -> app
"#,
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      kubernetes-cluster cluster needs=[]
        workload app image=shop/app:1 http:tcp/8080 health-check={protocol="http",port=9000}
"#,
        ],
        silent: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      load-balancer entry listeners=[{protocol="http",port=80}] health-check={protocol="http",port=8080}
      server app http:tcp/8080
      kubernetes-cluster cluster needs=[]
        workload api image=shop/api:1 http:tcp/8080 health-check={protocol="http",path="/"}
entry -> app
"#],
    },
};

fn check(facts: &Facts<'_>, balancer: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let check = balancer.value("health-check").and_then(Value::as_table);
    let port = check.and_then(|check| check.get("port")).and_then(Value::as_integer);
    let Some(port) = port.and_then(|p| u16::try_from(p).ok()) else { return };
    // A probe is for the workload itself.
    let targets: Vec<&ResolvedResource> = if balancer.kind == "workload" {
        vec![balancer]
    } else {
        let links = facts.links_from(&balancer.id, LinkKind::Target);
        links.filter_map(|link| facts.resource(&link.to)).collect()
    };
    let listens = |r: &&ResolvedResource| {
        r.services.iter().any(|s| {
            s.ports.protocol == Protocol::Tcp && (s.ports.low..=s.ports.high).contains(&port)
        })
    };
    if targets.is_empty() || targets.iter().any(listens) {
        return;
    }
    let names: Vec<String> = targets.iter().map(|t| format!("“{}”", called(t))).collect();
    let message = if balancer.kind == "workload" {
        format!(
            "the probe of “{}” asks port {port}, on which it does not listen: use a port of its services",
            called(balancer)
        )
    } else {
        format!(
            "the health check of “{}” asks port {port}, on which {} does not listen: use a port of the targets",
            called(balancer),
            list(&names)
        )
    };
    let mut said = RULE.at(Place::attribute(&balancer.id, "health-check"), message);
    let offered =
        targets.iter().flat_map(|t| t.services.iter()).find(|s| s.ports.protocol == Protocol::Tcp);
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
