//! Several servers with one fixed address.
//!
//! Bad: `count = 3` with `address = "10.20.1.10"`.
//!
//! Good: no address (each gets its own), or one server.
//!
//! Why: an address belongs to one machine.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "count-with-fixed-address",
    severity: Severity::Error,
    source: include_str!("count_with_fixed_address.rs"),
    reads: Reads { kinds: &["server"], attributes: &["address", "count"], near: &[] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private 10.20.1.0/24
      server app x3 address=10.20.1.10
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private 10.20.1.0/24
      server app x3
      server one address=10.20.1.10
"],
    },
};

fn check(_: &Facts<'_>, server: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    if server.integer("count").unwrap_or(1) > 1 && is_set(server, "address") {
        let message =
            format!("“{}” are several with one address: leave the address out", server.id);
        found.push(
            RULE.at(Place::attribute(&server.id, "address"), message)
                .fixed_by("Allocate the addresses", unset(&server.id, "address")),
        );
    }
}
