//! Two things on one address.
//!
//! Bad: two servers in one network with `address = "10.20.1.10"`.
//!
//! Good: addresses left out (they are allocated and stay), or each its own.
//!
//! Why: only one of the two would be reached, and which one changes.

use super::prelude::*;
use std::{collections::BTreeMap, net::Ipv4Addr};

pub(crate) static RULE: Rule = Rule {
    id: "address-used-twice",
    severity: Severity::Error,
    source: include_str!("address_used_twice.rs"),
    reads: Reads { kinds: &[], attributes: &["address"], near: &[Near::Segments, Near::Others] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private 10.20.1.0/24
      server one address=10.20.1.10
      server two address=10.20.1.10
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private 10.20.1.0/24
      server one address=10.20.1.10
      server two
"],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let mut users: BTreeMap<(&Id, Ipv4Addr), Vec<&ResolvedResource>> = BTreeMap::new();
    for (resource, instance) in facts.resolved.instances() {
        let segment = instance.segment.as_ref().and_then(|s| facts.resolved.segments.get(s));
        if let (Some(segment), Some(ip)) = (segment, instance.ip) {
            users.entry((&segment.network, ip)).or_default().push(resource);
        }
    }
    for ((_, ip), users) in users.into_iter().filter(|(_, users)| users.len() > 1) {
        let fixed = |r: &&&ResolvedResource| is_set(r, "address");
        let Some(second) = users.iter().rev().find(fixed).or(users.last()) else { continue };
        let first = users.iter().find(|r| r.id != second.id).unwrap_or(second);
        let [one, other] = both(first, second);
        let mut said = RULE.at(
            Place::attribute(&second.id, "address"),
            format!("“{one}” and “{other}” both have {ip}: give one of them another address"),
        );
        if first.id != second.id {
            said = said.and_at(Place::resource(&first.id));
        }
        if is_set(second, "address") {
            said = said.fixed_by("Allocate the address", unset(&second.id, "address"));
        }
        found.push(said);
    }
}
