//! Subnet with fewer addresses than stand in it.
//!
//! Bad: 30 servers in a subnet 10.20.1.0/26, which has ten free addresses in each of four parts.
//!
//! Good: a range with room, counting the addresses that the provider keeps for itself.
//!
//! Why: the last ones could not be made.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "subnet-full",
    severity: Severity::Error,
    source: include_str!("subnet_full.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private 10.20.1.0/26
      server app x30
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private 10.20.1.0/24
      server app x30
"],
    },
};

fn fix(facts: &Facts<'_>, found: &mut Diagnostic) {
    let Some(subnet) = resource_at(facts, found) else { return };
    if is_set(subnet, "cidr") {
        let edit = unset(&subnet.id, "cidr");
        offer(found, "Allocate the range", edit);
    }
}
