//! Database that is drawn as a copy of one that it cannot follow.
//!
//! Bad: a MySQL database linked as the copy of a PostgreSQL one; a copy of two; two that copy each
//! other; an encrypted copy of what is not encrypted.
//!
//! Good: one source for each copy, of the same engine, both encrypted or neither.
//!
//! Why: providers copy a database only into its like, and a copy that is never made is missed on the
//! day when the first one is lost.

use super::prelude::*;
use std::collections::BTreeSet;

pub(crate) static RULE: Rule = Rule {
    id: "replica-cannot-follow",
    severity: Severity::Error,
    source: include_str!("replica_cannot_follow.rs"),
    reads: Reads {
        kinds: &["database"],
        attributes: &["encrypted", "engine", "version"],
        near: &[Near::Links],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet data isolated
      database orders engine=postgresql
      database far engine=mysql
orders -> far
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet data isolated
      database orders
      database bills
      database far
orders -> far
bills -> far
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet data isolated
      database orders
      database far encrypted=true
orders -> far
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet data isolated
      database orders
      database far
orders -> far
far -> orders
",
        ],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet data isolated
      database orders encrypted=true
region dublin zones a,b location=dublin
  network refuge 10.21.0.0/16
    subnet far-data isolated
      database far encrypted=true
      database farther encrypted=true
orders -> far
orders -> farther
"],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for source in facts.of_kind("database") {
        for link in facts.links_from(&source.id, LinkKind::Attachment) {
            let copy = facts.resource(&link.to).filter(|copy| copy.kind == "database");
            found.extend(copy.and_then(|copy| one(facts, source, link, copy)));
        }
    }
}

fn one(
    facts: &Facts<'_>,
    source: &ResolvedResource,
    link: &ResolvedLink,
    copy: &ResolvedResource,
) -> Option<Diagnostic> {
    let (from, to) = (called(source), called(copy));
    for name in ["engine", "version"] {
        let (own, other) = (copy.text(name), source.text(name));
        if own != other
            && let Some(wanted) = other
        {
            let text = format!(
                "“{to}” is drawn as a copy of “{from}” and has another {name}: give both the same"
            );
            let said = RULE.at(Place::attribute(&copy.id, name), text);
            let title = format!("Make it {wanted} as well");
            return Some(said.fixed_by(title, set(&copy.id, name, wanted.into())));
        }
    }
    if copy.flag("encrypted") != source.flag("encrypted") {
        let (which, open) = if copy.flag("encrypted") { (from, source) } else { (to, copy) };
        let text = format!(
            "“{to}” is drawn as a copy of “{from}”, and only one of them is encrypted: encrypt “{which}”, too"
        );
        let said = RULE.at(Place::attribute(&open.id, "encrypted"), text);
        return Some(said.fixed_by("Encrypt it", set(&open.id, "encrypted", true.into())));
    }
    if is_copy_of(facts, &source.id, &copy.id) {
        let text = format!(
            "“{from}” and “{to}” are drawn as copies of each other: take one of the links away"
        );
        return Some(without(link, text));
    }
    let first = sources(facts, &copy.id).next()?;
    (first.id != link.id).then(|| {
        let other = facts.called(&first.from);
        let text = format!(
            "“{to}” is drawn as a copy of “{other}” already, and cannot be one of “{from}” besides: take one of the links away"
        );
        without(link, text)
    })
}

fn without(link: &ResolvedLink, text: String) -> Diagnostic {
    let remove = Edit::RemoveLinks { ids: vec![link.id.clone()] };
    RULE.at(Place::link(&link.id), text).fixed_by("Remove the link", remove)
}

/// The links by which a database is a copy.
pub(super) fn sources<'a>(
    facts: &'a Facts<'_>,
    copy: &'a Id,
) -> impl Iterator<Item = &'a ResolvedLink> {
    let hung = facts.links(copy).iter().copied();
    let hung = hung.filter(|l| l.kind == LinkKind::Attachment && l.to == *copy && l.from != *copy);
    hung.filter(|link| facts.resource(&link.from).is_some_and(|from| from.kind == "database"))
}

/// Whether one is, over others or at first hand, a copy of the other.
fn is_copy_of(facts: &Facts<'_>, one: &Id, other: &Id) -> bool {
    let mut open = vec![one.clone()];
    let mut seen = BTreeSet::new();
    while let Some(at) = open.pop() {
        if at == *other {
            return true;
        }
        if seen.insert(at.clone()) {
            open.extend(sources(facts, &at).map(|link| link.from.clone()));
        }
    }
    false
}
