//! Attribute that must be set and is not.
//!
//! Bad: a private end point without a target.
//!
//! Good: `target = "images"`.
//!
//! Why: there is no sensible value that could be taken instead.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "missing-attribute",
    severity: Severity::Error,
    source: include_str!("missing_attribute.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    private-endpoint door
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    private-endpoint door target=images
  bucket images
"],
    },
};

fn check(facts: &Facts<'_>, resource: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let Some(kind) = facts.kind(resource) else { return };
    for (name, attribute) in kind.attributes.iter().filter(|(_, a)| a.required) {
        if resource.value(name).is_none() {
            let label = attribute.label.as_deref().unwrap_or(name).to_lowercase();
            let message = format!(
                "“{}” needs “{name}” ({label}): {}",
                called(resource),
                attribute.help.trim_end_matches('.').to_lowercase()
            );
            found.push(RULE.at(Place::attribute(&resource.id, name), message));
        }
    }
}
