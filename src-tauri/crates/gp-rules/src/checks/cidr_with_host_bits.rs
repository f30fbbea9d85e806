//! Range that is written as an address inside it.
//!
//! Bad: `cidr = "10.20.3.7/24"`.
//!
//! Good: `cidr = "10.20.3.0/24"`.
//!
//! Why: providers refuse it, and it hides which range is meant.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "cidr-with-host-bits",
    severity: Severity::Error,
    source: include_str!("cidr_with_host_bits.rs"),
    reads: Reads { kinds: &[], attributes: &["cidr", "ipv6-cidr"], near: &[] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.1/16
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16 ipv6-cidr=fd12:3456:789a:1::1/56
",
        ],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
"],
    },
};

fn check(_: &Facts<'_>, resource: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    for attribute in RANGES {
        let (Some(text), Some(right)) = (resource.text(attribute), range(resource, attribute))
        else {
            continue;
        };
        if text.parse::<ipnet::IpNet>().is_ok_and(|net| net.addr() != right.network()) {
            let message = format!(
                "{text} of “{}” is an address inside a range: the range is {right}",
                called(resource)
            );
            found.push(RULE.at(Place::attribute(&resource.id, attribute), message).fixed_by(
                format!("Make it {right}"),
                set(&resource.id, attribute, right.to_string().into()),
            ));
        }
    }
}
