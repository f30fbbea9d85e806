//! Two tiers with the same VLAN in one site.
//!
//! Bad: `vlan = 20` at two subnets of a site.
//!
//! Good: a number for each.
//!
//! Why: on the switches they are one network, so what is kept apart in the drawing is not apart.

use super::prelude::*;
use gp_analysis::physical::sites;
use std::collections::{BTreeMap, BTreeSet, btree_map::Entry};

pub(crate) static RULE: Rule = Rule {
    id: "vlan-used-twice",
    severity: Severity::Error,
    source: include_str!("vlan_used_twice.rs"),
    reads: Reads {
        kinds: &[],
        attributes: &["vlan", "subnet"],
        near: &[Near::Containers, Near::Links, Near::Segments],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r"
site hall
  network lan 10.20.0.0/16
    subnet web vlan=20
      server one
    subnet data vlan=20
      server two
",
            r"
site east
  network lan 10.20.0.0/16
    subnet web vlan=20 stretched=true
      server one
site west
  network lan-2 10.30.0.0/16
    subnet data vlan=20
      server two
  physical-server far subnet=web
",
        ],
        silent: &[r"
site east
  network lan 10.20.0.0/16
    subnet web vlan=20
      server one
    subnet data vlan=21
      server two
    subnet more
      server three
site west
  network lan-2 10.30.0.0/16
    subnet other vlan=20
      server four
"],
    },
};

/// The last number that a tag has room for.
const LAST: i64 = 4094;

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<(&Id, i64), &ResolvedResource> = BTreeMap::new();
    let mut used = BTreeSet::new();
    let mut twice = Vec::new();
    for reach in sites::of(facts.resolved) {
        let Some(vlan) = reach.tier.integer("vlan") else { continue };
        used.insert(vlan);
        let mut other = None;
        for site in reach.sites.keys() {
            match first.entry((*site, vlan)) {
                Entry::Vacant(free) => drop(free.insert(reach.tier)),
                Entry::Occupied(taken) => other = other.or(Some((*taken.get(), *site))),
            }
        }
        twice.extend(other.map(|(other, site)| (reach.tier, other, site, vlan)));
    }
    for (tier, other, site, vlan) in twice {
        let [name, before] = both(tier, other);
        let message = format!(
            "“{name}” has VLAN {vlan} in “{}”, and so has “{before}”: give one of them another number",
            facts.called(site)
        );
        let mut said = RULE
            .at(Place::attribute(&tier.id, "vlan"), message)
            .and_at(Place::attribute(&other.id, "vlan"));
        if let Some(free) = (vlan + 1..=LAST).find(|number| !used.contains(number)) {
            let another = set(&tier.id, "vlan", free.into());
            said = said.fixed_by(format!("Use VLAN {free}"), another);
            used.insert(free);
        }
        found.push(said);
    }
}
