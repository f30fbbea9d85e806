//! Intent about something that is not there.
//!
//! Bad: `to = "data-teir"`.
//!
//! Good: both ends name resources of the design.
//!
//! Why: it would hold whatever is drawn.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "intent-to-nothing",
    severity: Severity::Error,
    source: include_str!("intent_to_nothing.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[r"
internet internet
! unreachable internet -> data-teir
"],
        silent: &[r"
internet internet
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one
! unreachable internet -> tier
"],
    },
};

fn fix(_: &Facts<'_>, found: &mut Diagnostic) {
    if let Place::Intent { id } = &found.place {
        let edit = Edit::SetIntent { id: id.clone(), intent: None };
        offer(found, "Remove the intent", edit);
    }
}
