//! Thing in a container in which it cannot stand.
//!
//! Bad: a bucket in a subnet, a server in a region.
//!
//! Good: a bucket in a region, a server in a subnet.
//!
//! Why: where a thing stands decides its network, zone and region; here there is none to give.

use super::prelude::*;
use gp_catalog::kind::Family;

pub(crate) static RULE: Rule = Rule {
    id: "wrong-parent",
    severity: Severity::Error,
    source: include_str!("wrong_parent.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Others, Near::Said] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one
      bucket images
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one
  bucket images
"],
    },
};

fn check(facts: &Facts<'_>, resource: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let Some(kind) = facts.kind(resource) else { return };
    let parent = resource.parent.as_ref().and_then(|p| facts.resource(p));
    let parent_kind = parent.map(|p| p.kind.as_str());
    if kind.family == Family::Annotation || kind.may_stand_in(parent_kind) {
        return;
    }
    // Said already, and why: the container is not there or is a circle.
    let lost = |d: &&Diagnostic| matches!(&*d.rule, "missing-parent" | "cyclic-parents");
    let at_this = Place::attribute(&resource.id, "parent");
    if facts.resolved.diagnostics.iter().filter(lost).any(|d| d.place == at_this) {
        return;
    }
    let wanted: Vec<&str> = kind
        .parents
        .iter()
        .map(|p| match p.as_str() {
            "root" => "at the top",
            other => facts.catalog.kind(other).map_or(other, |k| k.title.as_str()),
        })
        .collect();
    let at =
        parent.map_or("at the top".to_owned(), |p| format!("in a {} (“{}”)", p.kind, called(p)));
    let message = format!(
        "a {} cannot stand {at}: it belongs in {}",
        kind.title.to_lowercase(),
        wanted.join(" or ").to_lowercase()
    );
    let mut said = RULE.at(Place::attribute(&resource.id, "parent"), message);
    let above = resource
        .ancestors
        .iter()
        .filter_map(|id| facts.resource(id))
        .find(|a| kind.may_stand_in(Some(&a.kind)));
    let ids = vec![resource.id.clone()];
    if let Some(above) = above {
        let edit = Edit::MoveToParent { ids, parent: Some(above.id.clone()) };
        said = said.fixed_by(format!("Move it into “{}”", above.title), edit);
    } else if kind.may_stand_in(None) {
        said = said.fixed_by("Move it to the top", Edit::MoveToParent { ids, parent: None });
    } else {
        let mut fitting =
            facts.resolved.resources.values().filter(|r| kind.may_stand_in(Some(&r.kind)));
        if let (Some(only), None) = (fitting.next(), fitting.next()) {
            let edit = Edit::MoveToParent { ids, parent: Some(only.id.clone()) };
            said = said.fixed_by(format!("Move it into “{}”", only.title), edit);
        }
    }
    found.push(said);
}
