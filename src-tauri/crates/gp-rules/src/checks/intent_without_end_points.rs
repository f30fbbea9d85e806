//! Intent about something that holds nothing.
//!
//! Bad: an intent to a subnet in which nothing stands.
//!
//! Good: both ends hold at least one thing with an address.
//!
//! Why: it says nothing, and looks as if it did.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "intent-without-end-points",
    severity: Severity::Warning,
    source: include_str!("intent_without_end_points.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Intents, Near::Others] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r"
internet internet
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
! unreachable internet -> tier
"],
        silent: &[r"
internet internet
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one
    subnet later private
      server app count=0
! unreachable internet -> tier
! unreachable internet -> later
"],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for intent in facts.resolved.intents.values() {
        for (drawn, points) in [(&intent.from, &intent.sources), (&intent.to, &intent.destinations)]
        {
            // What is drawn for later has a meaning on that day.
            if points.is_empty() && !facts.resolved.is_asleep(drawn) {
                let message = format!(
                    "the intent “{}” is about “{drawn}”, which holds nothing with an address",
                    intent.id
                );
                let place = Place::Intent { id: intent.id.clone() };
                let remove = Edit::SetIntent { id: intent.id.clone(), intent: None };
                found.push(
                    RULE.at(place, message)
                        .and_at(Place::resource(drawn))
                        .fixed_by("Remove the intent", remove),
                );
            }
        }
    }
}
