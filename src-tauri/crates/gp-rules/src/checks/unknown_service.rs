//! Link that allows something which is neither a port nor a service of its target.
//!
//! Bad: `allow = ["htpp"]` to a server with the service `http`.
//!
//! Good: `allow = ["http"]` or `allow = ["tcp/8080"]`.
//!
//! Why: nothing would be opened for it.

use super::prelude::*;
use gp_model::edit::LinkChange;

pub(crate) static RULE: Rule = Rule {
    id: "unknown-service",
    severity: Severity::Error,
    source: include_str!("unknown_service.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one
      server two http:tcp/8080
one -> two allow=["htpp"]
"#],
        silent: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one
      server two http:tcp/8080
one -> two allow=["http"]
"#],
    },
};

fn fix(facts: &Facts<'_>, found: &mut Diagnostic) {
    let Place::Link { id, .. } = &found.place else { return };
    let target = facts.resolved.links.get(id).and_then(|link| facts.resource(&link.to));
    if target.is_some_and(|target| !target.services.is_empty()) {
        let set = LinkChange { allow: Some(Vec::new()), ..LinkChange::default() };
        let edit = Edit::SetLink { id: id.clone(), set };
        offer(found, "Allow all its services", edit);
    }
}
