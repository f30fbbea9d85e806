//! Subnet whose range is not inside its network's, or an IPv6 one without a /64 for each of its zones.
//!
//! Bad: a subnet 10.30.0.0/24 in a network 10.20.0.0/16.
//!
//! Good: a subnet 10.20.3.0/24, or no range: one is allocated and stays.
//!
//! Why: a network routes only addresses of its own range.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "cidr-outside-network",
    severity: Severity::Error,
    source: include_str!("cidr_outside_network.rs"),
    reads: Reads {
        kinds: &["subnet", "network"],
        attributes: &["cidr", "ipv6", "ipv6-cidr"],
        near: &[Near::Containers],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private 10.30.0.0/24
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16 ipv6-cidr=fd12:3456:789a:100::/56
    subnet tier private ipv6-cidr=fd12:3456:789a:200::/62
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private ipv6-cidr=fd12:3456:789a:200::/62
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16 ipv6=true
    subnet tier private ipv6-cidr=fd12:3456:789a:200::/64
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16 ipv6-cidr=fd12:3456:789a:100::/56
    subnet tier private ipv6-cidr=fd12:3456:789a:100::/64
",
        ],
        silent: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private 10.20.9.0/24
    subnet data isolated
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16 ipv6-cidr=fd12:3456:789a:100::/56
    subnet tier private ipv6-cidr=fd12:3456:789a:104::/63
    subnet data isolated
",
        ],
    },
};

fn check(facts: &Facts<'_>, subnet: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let Some(network) = facts.above(subnet, "network").filter(|_| subnet.kind == "subnet") else {
        return;
    };
    for attribute in RANGES {
        let Some(inner) = range(subnet, attribute).filter(|_| is_set(subnet, attribute)) else {
            continue;
        };
        let message = match range(network, attribute) {
            Some(outer) if !outer.contains(&inner) => format!(
                "{inner} of “{}” is not inside {outer} of “{}”: leave it out, or choose a part of {outer}",
                called(subnet),
                called(network)
            ),
            None if attribute == "ipv6-cidr" => format!(
                "“{}” names an IPv6 range, and “{}” has none: switch IPv6 on there, or leave it out",
                called(subnet),
                called(network)
            ),
            _ => match zones_without(facts, subnet, attribute) {
                Some(zones) => format!(
                    "{inner} of “{}” has no /64 for zone {zones}: choose a larger one, or leave it out",
                    called(subnet)
                ),
                None => continue,
            },
        };
        found.push(
            RULE.at(Place::attribute(&subnet.id, attribute), message)
                .and_at(Place::attribute(&network.id, attribute))
                .fixed_by("Allocate the range", unset(&subnet.id, attribute)),
        );
    }
}

/// Zones whose real subnet got no part of the tier's IPv6 range.
fn zones_without(facts: &Facts<'_>, subnet: &ResolvedResource, attribute: &str) -> Option<String> {
    let segments = facts.resolved.segments.values().filter(|s| s.subnet == subnet.id);
    let lacking = segments.filter(|s| s.cidr6.is_none() && attribute == "ipv6-cidr");
    let zones: Vec<&str> = lacking.filter_map(|segment| segment.zone.as_deref()).collect();
    (!zones.is_empty()).then(|| zones.join(", "))
}
