//! Things that wait for each other in a circle.
//!
//! Bad: dependency links a → b → c → a.
//!
//! Good: the circle is open at one place.
//!
//! Why: none of them could be made first.

use super::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) static RULE: Rule = Rule {
    id: "dependency-cycle",
    severity: Severity::Error,
    source: include_str!("dependency_cycle.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Links] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one
      server two
one -> two kind=dependency
two -> one kind=dependency
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one
      server two
      server three
one -> two kind=dependency
two -> three kind=dependency
one -> three kind=dependency
"],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let links: Vec<&ResolvedLink> = facts
        .resolved
        .links
        .values()
        .map(|l| &**l)
        .filter(|l| l.kind == LinkKind::Dependency)
        .collect();
    let mut next: BTreeMap<&Id, Vec<&ResolvedLink>> = BTreeMap::new();
    for link in &links {
        next.entry(&link.from).or_default().push(link);
    }
    let mut done: BTreeSet<&Id> = BTreeSet::new();
    for start in next.keys() {
        let mut way: Vec<(&Id, usize)> = vec![(start, 0)];
        while let Some((at, turn)) = way.last_mut() {
            let link = next.get(*at).and_then(|links| links.get(*turn));
            let (here, Some(link)) = (*at, link) else {
                done.insert(*at);
                way.pop();
                continue;
            };
            *turn += 1;
            let _ = here;
            if let Some(from) = way.iter().position(|(id, _)| *id == &link.to) {
                found.push(closed(link, &way[from..]));
            } else if !done.contains(&link.to) {
                way.push((&link.to, 0));
            }
        }
    }
}

fn closed(link: &ResolvedLink, circle: &[(&Id, usize)]) -> Diagnostic {
    let mut names: Vec<&str> = circle.iter().map(|(id, _)| id.as_str()).collect();
    names.push(&link.to);
    let message = format!("{} wait for each other: remove one of the links", names.join(" → "));
    let mut said = RULE.at(Place::link(&link.id), message);
    for (id, _) in circle {
        said = said.and_at(Place::resource(id));
    }
    said.fixed_by("Remove the link", Edit::RemoveLinks { ids: vec![link.id.clone()] })
}
