//! Key that does not encrypt what it is linked to.
//!
//! Bad: a key linked to a bucket that says it is not encrypted, that has another key already, or
//! that stands in another region.
//!
//! Good: one key for each thing, in its region, and encryption left on.
//!
//! Why: the drawing says that this key protects it, and it would not.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "key-without-effect",
    severity: Severity::Error,
    source: include_str!("key_without_effect.rs"),
    reads: Reads { kinds: &[], attributes: &["encrypted"], near: &[Near::Links, Near::Containers] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt location=frankfurt
  key master
  bucket images encrypted=false
master -> images
",
            r"
region frankfurt location=frankfurt
  key master
  key other
  bucket images
master -> images
other -> images
",
            r"
region frankfurt location=frankfurt
  key master
region ohio location=ohio
  bucket images
master -> images
",
        ],
        silent: &[r"
account main
  region frankfurt location=frankfurt
    key master
    bucket images
    volume scratch
    network shop 10.20.0.0/16
      subnet tier private
        server app
master -> images
master -> scratch
scratch -> app
"],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for key in facts.of_kind("key") {
        for link in facts.links_from(&key.id, LinkKind::Attachment) {
            let Some(thing) = facts.resource(&link.to) else { continue };
            found.extend(one(facts, key, link, thing));
        }
    }
}

fn one(
    facts: &Facts<'_>,
    key: &ResolvedResource,
    link: &ResolvedLink,
    thing: &ResolvedResource,
) -> Option<Diagnostic> {
    let (key_name, name) = (called(key), called(thing));
    if thing.value("encrypted").is_some() && !thing.flag("encrypted") {
        let text = format!(
            "“{name}” has the key “{key_name}” and says that it is not encrypted: encrypt it, or take the key away"
        );
        let said = RULE.at(Place::attribute(&thing.id, "encrypted"), text);
        return Some(said.fixed_by("Encrypt it", set(&thing.id, "encrypted", true.into())));
    }
    let is_key = |id: &Id| facts.resource(id).is_some_and(|own| own.kind == "key");
    let before = facts.links(&thing.id).iter().find(|other| {
        other.kind == LinkKind::Attachment && other.to == thing.id && is_key(&other.from)
    })?;
    if before.id != link.id {
        let other = facts.called(&before.from);
        let text = format!(
            "“{name}” is encrypted with “{other}”, and “{key_name}” besides has no effect: keep one of the two"
        );
        return Some(RULE.at(Place::link(&link.id), text));
    }
    let region = |own| facts.above(own, "region").map(|region| &region.id);
    let (here, there) = (region(key)?, region(thing)?);
    (here != there).then(|| {
        let text = format!(
            "the key “{key_name}” stands in another region than “{name}”, and works in its own only: draw a key beside it"
        );
        RULE.at(Place::link(&link.id), text)
    })
}
