//! Firewall drawn as an appliance whose tier is not its own, or not private.
//!
//! Bad: an appliance in the tier of the servers that it is there for.
//!
//! Good: a private subnet in which it stands alone.
//!
//! Why: what stands in its tier leaves by the tier's own routes, past the firewall; and in a public tier nothing that it sends on has an address for the internet.

use super::prelude::*;
use crate::{appliance::appliances, words::list};
use gp_catalog::resolved::Exposure;

pub(crate) static RULE: Rule = Rule {
    id: "appliance-without-own-tier",
    severity: Severity::Error,
    source: include_str!("appliance_without_own_tier.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Segments] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet edge public
      nat-gateway out
    subnet tier private
      firewall wall mode=appliance
      server app
    subnet other private
      server second
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet edge public
      nat-gateway out
      firewall wall mode=appliance
    subnet tier private
      server app
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    firewall wall mode=appliance
    subnet tier private
      server app
",
        ],
        silent: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet edge public
      nat-gateway out
    subnet fire private
      firewall wall mode=appliance
    subnet tier private
      server app
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      firewall wall
      server app
",
        ],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for firewall in appliances(facts) {
        let Some(text) = wrong(facts, firewall) else { continue };
        let text = format!("“{}” is in the way, but {text}", called(firewall));
        found.push(RULE.at(Place::resource(&firewall.id), text));
    }
}

fn wrong(facts: &Facts<'_>, firewall: &ResolvedResource) -> Option<String> {
    let Some(tier) = facts.above(firewall, "subnet") else {
        return Some("stands in no subnet: draw it in one of its own".to_owned());
    };
    let here = |segment: &str| {
        facts.resolved.segments.get(segment).is_some_and(|segment| segment.subnet == tier.id)
    };
    let segments = facts.resolved.segments.values();
    let mut own = segments.filter(|segment| segment.subnet == tier.id);
    if own.any(|segment| segment.exposure != Exposure::Private) {
        return Some(format!("its subnet “{}” is not private: make it private", called(tier)));
    }
    let all = facts.resolved.resources.values().filter(|it| it.id != firewall.id);
    let beside =
        all.filter(|it| it.instances.iter().filter_map(|i| i.segment.as_deref()).any(here));
    let names: Vec<String> = beside.map(|it| format!("“{}”", called(it))).collect();
    (!names.is_empty()).then(|| {
        format!(
            "shares its subnet with {}, which leave past it: give it one of its own",
            list(&names)
        )
    })
}
