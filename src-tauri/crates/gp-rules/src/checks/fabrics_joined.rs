//! Cable between the two storage fabrics.
//!
//! Bad: a cable from a switch of fabric A to one of fabric B.
//!
//! Good: both fabrics stay apart, and each machine has a cable into each.
//!
//! Why: joined fabrics are one: a wrong zoning or a bad switch takes all ways to the storage at once.

use super::prelude::*;
use gp_analysis::physical::cables;

pub(crate) static RULE: Rule = Rule {
    id: "fabrics-joined",
    severity: Severity::Error,
    source: include_str!("fabrics_joined.rs"),
    reads: Reads { kinds: &["switch"], attributes: &["fabric"], near: &[Near::Links] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r"
site hall
  switch red fabric=a
  switch blue fabric=b
red -> blue kind=cable from-port=1 to-port=1
"],
        silent: &[r"
site hall
  switch red fabric=a
  switch pink fabric=a
  switch blue fabric=b
  switch leaf
red -> pink kind=cable from-port=1 to-port=1
red -> leaf kind=cable from-port=2 to-port=1
"],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for cable in cables::of(facts.resolved) {
        let ends = [facts.resource(&cable.from), facts.resource(&cable.to)];
        let [Some(from), Some(to)] = ends else { continue };
        let fabric = |it: &ResolvedResource| it.text("fabric").unwrap_or("none").to_owned();
        let both = (fabric(from), fabric(to));
        if both.0 == both.1 || both.0 == "none" || both.1 == "none" {
            continue;
        }
        let message = format!(
            "a cable joins “{}” of fabric {} with “{}” of fabric {}: keep the two apart",
            called(from),
            both.0.to_uppercase(),
            called(to),
            both.1.to_uppercase()
        );
        let remove = Edit::RemoveLinks { ids: vec![cable.id.clone()] };
        found.push(RULE.at(Place::link(&cable.id), message).fixed_by("Remove the cable", remove));
    }
}
