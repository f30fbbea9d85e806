//! Group at a transit hub that nobody else there is in.
//!
//! Bad: `groups = ["prodution"]` at one network's link to a hub, `["production"]` at the others'.
//!
//! Good: all that are to reach each other name one group.
//!
//! Why: a hub tells its routes within a group, so that what is alone in its groups reaches nothing over the hub.

use super::prelude::*;
use gp_model::{edit::LinkChange, nearest};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) static RULE: Rule = Rule {
    id: "hub-group-of-one",
    severity: Severity::Warning,
    source: include_str!("hub_group_of_one.rs"),
    reads: Reads { kinds: &["transit-hub"], attributes: &[], near: &[Near::Links] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r#"
region frankfurt zones a,b location=frankfurt
  transit-hub hub
  network shop 10.20.0.0/16
  network bank 10.30.0.0/16
shop -> hub groups=["production"]
bank -> hub groups=["prodution"]
"#,
            r#"
region frankfurt zones a,b location=frankfurt
  transit-hub hub
  network shop 10.20.0.0/16
  network bank 10.30.0.0/16
  network test 10.40.0.0/16
shop -> hub groups=["production"]
bank -> hub groups=["production","shared"]
test -> hub groups=["trial"]
"#,
        ],
        silent: &[
            r#"
region frankfurt zones a,b location=frankfurt
  transit-hub hub
  network middle 10.10.0.0/16
  network shop 10.20.0.0/16
  network test 10.40.0.0/16
middle -> hub groups=["production","trial"]
shop -> hub groups=["production"]
test -> hub groups=["trial"]
"#,
            // The first of those to come.
            r#"
region frankfurt zones a,b location=frankfurt
  transit-hub hub
  network shop 10.20.0.0/16
shop -> hub groups=["production"]
"#,
        ],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for hub in facts.of_kind("transit-hub") {
        let links = facts.links(&hub.id).iter().copied();
        let links: Vec<&ResolvedLink> =
            links.filter(|link| link.kind == LinkKind::Attachment && link.to == hub.id).collect();
        if links.len() < 2 {
            continue;
        }
        let mut members: BTreeMap<&str, usize> = BTreeMap::new();
        for link in &links {
            for group in BTreeSet::from_iter(link.groups()) {
                *members.entry(group).or_default() += 1;
            }
        }
        for link in &links {
            alone(facts, hub, link, &members, found);
        }
    }
}

/// Says each group of a link that is shared with nobody, where it is misspelt or the link's only ones.
fn alone(
    facts: &Facts<'_>,
    hub: &ResolvedResource,
    link: &ResolvedLink,
    members: &BTreeMap<&str, usize>,
    found: &mut Vec<Diagnostic>,
) {
    let own = link.groups();
    let shared = |group: &&str| members.get(group).is_some_and(|all| *all > 1);
    let any = own.iter().any(shared);
    for group in own.iter().copied().filter(|group| !shared(group)) {
        let others = members.keys().copied().filter(|other| !own.contains(other));
        let near = nearest(group, others);
        if any && near.is_none() {
            continue;
        }
        // Of two that are spelt almost alike, and each alone, one is said.
        if near.is_some_and(|near| !shared(&near) && group < near) {
            continue;
        }
        let hint = match near {
            Some(near) => format!("did you mean “{near}”?"),
            None => "name a group that another is in, or take it off the hub".to_owned(),
        };
        let message = format!(
            "“{}” is alone in the group “{group}” at “{}”: {hint}",
            facts.called(&link.from),
            called(hub)
        );
        let place = Place::Link { id: link.id.clone(), attribute: Some("groups".to_owned()) };
        let mut said = RULE.at(place, message);
        if let Some(near) = near {
            let turned = own.iter().map(|own| Value::from(if *own == group { near } else { own }));
            let value = Value::List(turned.collect());
            let attributes = Table::from_iter([("groups".to_owned(), value)]);
            let set = LinkChange { attributes, ..LinkChange::default() };
            let edit = Edit::SetLink { id: link.id.clone(), set };
            said = said.fixed_by(format!("Make it “{near}”"), edit);
        }
        found.push(said);
    }
}
