//! Load balancer that listens on nothing.
//!
//! Bad: a load balancer with an empty `listeners`.
//!
//! Good: `listeners = [{ protocol = "http", port = 80 }]`.
//!
//! Why: nobody can connect to it.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "balancer-without-listeners",
    severity: Severity::Warning,
    source: include_str!("balancer_without_listeners.rs"),
    reads: Reads { kinds: &["load-balancer"], attributes: &["listeners"], near: &[] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app http:tcp/80
      load-balancer entry
entry -> app
"],
        silent: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app http:tcp/80
      load-balancer entry listeners=[{protocol="http",port=80}]
entry -> app
"#],
    },
};

fn check(_: &Facts<'_>, balancer: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let rows = balancer.value("listeners").and_then(Value::as_list).unwrap_or_default();
    if rows.is_empty() {
        let row = Table::from_iter([
            ("protocol".to_owned(), Value::from("http")),
            ("port".to_owned(), Value::from(80)),
        ]);
        let message = format!("“{}” listens on nothing: add a listener", called(balancer));
        let listen = set(&balancer.id, "listeners", Value::List(vec![Value::Table(row)]));
        found.push(
            RULE.at(Place::attribute(&balancer.id, "listeners"), message)
                .fixed_by("Listen on port 80", listen),
        );
    }
}
