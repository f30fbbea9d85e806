//! Link with an end that is not there.
//!
//! Bad: `to = "oders"`.
//!
//! Good: both ends name resources of the design.
//!
//! Why: a link to nothing carries nothing.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "link-to-nothing",
    severity: Severity::Error,
    source: include_str!("link_to_nothing.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one
one -> oders tcp/80
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one
      server orders http:tcp/80
one -> orders http
"],
    },
};

fn fix(_: &Facts<'_>, found: &mut Diagnostic) {
    if let Place::Link { id, .. } = &found.place {
        let edit = Edit::RemoveLinks { ids: vec![id.clone()] };
        offer(found, "Remove the link", edit);
    }
}
