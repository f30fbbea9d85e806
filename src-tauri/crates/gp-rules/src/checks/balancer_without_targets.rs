//! Load balancer or content delivery network without targets.
//!
//! Bad: a load balancer that no link leads on from.
//!
//! Good: a link from the load balancer to the servers that answer, from the network to its buckets and services.
//!
//! Why: every connection to it ends in an error.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "balancer-without-targets",
    severity: Severity::Error,
    source: include_str!("balancer_without_targets.rs"),
    reads: Reads {
        kinds: &["cdn", "load-balancer"],
        attributes: &["listeners"],
        near: &[Near::Links],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r"
cdn pages
",
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      load-balancer entry listeners=[{protocol="http",port=80}]
"#,
        ],
        silent: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      load-balancer entry listeners=[{protocol="http",port=80}]
      server app http:tcp/80
entry -> app
"#],
    },
};

fn check(facts: &Facts<'_>, balancer: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let forwards =
        balancer.listeners.is_empty() || balancer.listeners.iter().any(|l| l.redirect.is_none());
    if forwards && facts.links_from(&balancer.id, LinkKind::Target).next().is_none() {
        let name = called(balancer);
        let message = match balancer.kind.as_str() {
            "cdn" => format!("“{name}” has nothing to hand out: link it to a bucket or a service"),
            _ => format!("“{name}” has no targets: link it to the servers that answer"),
        };
        found.push(RULE.at(Place::resource(&balancer.id), message));
    }
}
