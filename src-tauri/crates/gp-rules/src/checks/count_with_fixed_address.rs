//! Several servers, or a load balancer with several nodes, with one fixed address.
//!
//! Bad: `count = 3` with `address = "10.20.1.10"`; the address at a load balancer in two zones.
//!
//! Good: no address (each gets its own), or one server, or one zone.
//!
//! Why: an address belongs to one machine, so it is not used.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "count-with-fixed-address",
    severity: Severity::Error,
    source: include_str!("count_with_fixed_address.rs"),
    reads: Reads {
        kinds: &["server", "load-balancer"],
        attributes: &["address", "count"],
        near: &[],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private 10.20.1.0/24
      server app x3 address=10.20.1.10
",
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private 10.20.1.0/24
      load-balancer entry address=10.20.1.10 listeners=[{protocol="http",port=80}]
"#,
        ],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private 10.20.1.0/24
      server app x3
      server one address=10.20.1.10
"],
    },
};

fn check(_: &Facts<'_>, resource: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    if resource.instances.len() < 2 || !is_set(resource, "address") {
        return;
    }
    let message = match resource.kind.as_str() {
        "load-balancer" => format!(
            "“{}” has a node in each of {} zones and one address: leave the address out",
            called(resource),
            resource.instances.len()
        ),
        _ => format!("“{}” are several with one address: leave the address out", called(resource)),
    };
    found.push(
        RULE.at(Place::attribute(&resource.id, "address"), message)
            .fixed_by("Allocate the addresses", unset(&resource.id, "address")),
    );
}
