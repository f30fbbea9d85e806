//! Attribute that names a resource which is not there, or is of the wrong kind.
//!
//! Bad: a private end point with `target = "imgaes"`.
//!
//! Good: `target = "images"`, a bucket in the design.
//!
//! Why: nothing can be made of a reference to nothing.

use super::prelude::*;
use crate::words::either;
use gp_catalog::kind::AttributeType;
use gp_model::nearest;

pub(crate) static RULE: Rule = Rule {
    id: "dangling-reference",
    severity: Severity::Error,
    source: include_str!("dangling_reference.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Others] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    private-endpoint door target=imgaes
  bucket images
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
    let references = kind.attributes.iter().filter(|(_, a)| a.type_ == AttributeType::Reference);
    for (name, attribute) in references {
        let Some(wanted) = resource.text(name).filter(|_| is_set(resource, name)) else { continue };
        let fits = |r: &ResolvedResource| attribute.of.contains(&r.kind);
        if wanted.starts_with("${") || facts.resource(wanted).is_some_and(fits) {
            continue;
        }
        let title = |kind: &String| {
            facts.catalog.kind(kind).map_or_else(|| kind.clone(), |kind| kind.title.to_lowercase())
        };
        let kinds = either(&attribute.of.iter().map(title).collect::<Vec<_>>());
        let message = match facts.resource(wanted) {
            Some(other) => format!(
                "{name} of “{}” names “{wanted}”, a {}: name a {kinds}",
                called(resource),
                other.kind
            ),
            None => format!(
                "{name} of “{}” names “{wanted}”, which is not there: name a {kinds}",
                called(resource)
            ),
        };
        let mut said = RULE.at(Place::attribute(&resource.id, name), message);
        let known: Vec<&str> =
            facts.resolved.resources.values().filter(|r| fits(r)).map(|r| r.id.as_str()).collect();
        let meant = nearest(wanted, known.iter().copied()).or(if known.len() == 1 {
            Some(known[0])
        } else {
            None
        });
        if let Some(meant) = meant {
            said = said.fixed_by(format!("Use “{meant}”"), set(&resource.id, name, meant.into()));
        }
        found.push(said);
    }
}
