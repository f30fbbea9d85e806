//! Container that is not there.
//!
//! Bad: `parent = "app-teir"`.
//!
//! Good: `parent = "app-tier"`, a resource of the design.
//!
//! Why: without a container a thing has no network, zone or region.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "missing-parent",
    severity: Severity::Error,
    source: include_str!("missing_parent.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet app-tier private
      server one
server two parent=app-teir needs=[]
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet app-tier private
      server one
"],
    },
};

/// What was meant is only clear where one thing alone could hold it.
fn fix(facts: &Facts<'_>, found: &mut Diagnostic) {
    let Some(resource) = resource_at(facts, found) else { return };
    let Some(kind) = facts.kind(resource) else { return };
    let mut fitting = facts
        .resolved
        .resources
        .values()
        .filter(|r| r.id != resource.id && kind.may_stand_in(Some(&r.kind)));
    if let (Some(only), None) = (fitting.next(), fitting.next()) {
        let (ids, parent) = (vec![resource.id.clone()], Some(only.id.clone()));
        offer(found, format!("Move it into “{}”", only.title), Edit::MoveToParent { ids, parent });
    }
}
