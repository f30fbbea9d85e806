//! Range of IPv6 addresses where IPv6 is switched off.
//!
//! Bad: `ipv6 = false` beside `ipv6-cidr = "fd12:3456:789a:100::/56"`; a subnet with an IPv6 range in a network without IPv6.
//!
//! Good: `ipv6 = true`, or no range.
//!
//! Why: a network's range switches IPv6 on whatever else it says, and a subnet's alone does nothing.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "ipv6-said-both-ways",
    severity: Severity::Warning,
    source: include_str!("ipv6_said_both_ways.rs"),
    reads: Reads {
        kinds: &["network", "subnet"],
        attributes: &["ipv6", "ipv6-cidr"],
        near: &[Near::Containers],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16 ipv6=false ipv6-cidr=fd12:3456:789a:100::/56
    subnet tier private
      server app needs=[]
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private ipv6-cidr=fd12:3456:789a:100::/62
      server app needs=[]
",
        ],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16 ipv6-cidr=fd12:3456:789a:100::/56
    subnet tier private ipv6-cidr=fd12:3456:789a:100::/62
      server app needs=[]
"],
    },
};

fn check(facts: &Facts<'_>, place: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    if !is_set(place, "ipv6-cidr") {
        return;
    }
    if place.kind == "network" {
        if is_set(place, "ipv6") && !place.flag("ipv6") {
            let text = format!(
                "“{}” says ipv6 = false, and has an IPv6 range, which switches it on: take one of them away",
                called(place)
            );
            let said = RULE.at(Place::attribute(&place.id, "ipv6"), text);
            let said = said.fixed_by("Leave IPv6 on", set(&place.id, "ipv6", Value::from(true)));
            found.push(said.fixed_by("Take the range away", unset(&place.id, "ipv6-cidr")));
        }
        return;
    }
    let Some(network) = facts.above(place, "network") else { return };
    if network.flag("ipv6") || network.value("ipv6-cidr").is_some() {
        return;
    }
    let text = format!(
        "“{}” has an IPv6 range in “{}”, which has no IPv6: switch it on there, or take the range away",
        called(place),
        called(network)
    );
    let said = RULE.at(Place::attribute(&place.id, "ipv6-cidr"), text);
    found.push(said.fixed_by("Take the range away", unset(&place.id, "ipv6-cidr")));
}
