//! Link between two things that cannot be linked so.
//!
//! Bad: a link from a bucket to a subnet.
//!
//! Good: a link that the kinds at both ends offer.
//!
//! Why: it means nothing, so nothing is made of it.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "link-without-meaning",
    severity: Severity::Error,
    source: include_str!("link_without_meaning.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one
  bucket images
images -> one
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one
    private-endpoint door target=images
  bucket images
one -> images read
"],
    },
};

fn fix(_: &Facts<'_>, found: &mut Diagnostic) {
    if let Place::Link { id, .. } = &found.place {
        let edit = Edit::RemoveLinks { ids: vec![id.clone()] };
        offer(found, "Remove the link", edit);
    }
}
