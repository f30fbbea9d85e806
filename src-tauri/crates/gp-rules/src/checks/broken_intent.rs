//! Intent that does not hold.
//!
//! Bad: `expect = "unreachable"` from the internet to a subnet whose server has a link from the internet.
//!
//! Good: the link goes to a load balancer in another subnet, or the intent says what is wanted.
//!
//! Why: an intent is what must be true; this design would break it.

use super::prelude::*;
use gp_analysis::reach::{IntentVerdict, Trace};

pub(crate) static RULE: Rule = Rule {
    id: "broken-intent",
    severity: Severity::Error,
    source: include_str!("broken_intent.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Proof, Near::Intents] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r"
internet internet
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet web public
      server app http:tcp/80 public-address=true
internet -> app tcp/80
! unreachable internet -> web
"],
        silent: &[r"
internet internet
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app http:tcp/80
! unreachable internet -> tier
"],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for verdict in facts.proof.intents.iter().filter(|v| !v.holds) {
        let because = verdict.because.as_deref().unwrap_or("it does not hold");
        let packet = verdict.counter_example.as_ref().map_or_else(String::new, |trace| {
            format!(" ({} → {}, {})", trace.source, trace.destination, trace.service)
        });
        let message = format!("{}: {because}{packet}", verdict.text);
        let mut said = RULE.at(Place::Intent { id: verdict.intent.clone() }, message);
        for link in opened_by(facts, verdict) {
            said = said.and_at(Place::link(&link));
            let title = format!("Remove the link {}", link_title(facts, &link));
            said = said.fixed_by(title, Edit::RemoveLinks { ids: vec![link] });
        }
        let hops = verdict.counter_example.iter().flat_map(|trace| &trace.hops);
        for hop in hops.filter_map(|hop| hop.id.as_ref()) {
            if !said.related.contains(&Place::resource(hop)) {
                said = said.and_at(Place::resource(hop));
            }
        }
        let drop = Edit::SetIntent { id: verdict.intent.clone(), intent: None };
        found.push(said.fixed_by("Remove the intent", drop));
    }
}

/// The drawn links that work and let a packet arrive that must not.
fn opened_by(facts: &Facts<'_>, verdict: &IntentVerdict) -> Vec<Id> {
    let arrives = verdict.counter_example.as_ref().filter(|trace| trace.arrives);
    let works = |link: &Id| facts.proof.links.iter().any(|it| it.works && it.link == *link);
    arrives.map(Trace::links).unwrap_or_default().into_iter().filter(works).collect()
}

/// "App server → Orders".
fn link_title(facts: &Facts<'_>, link: &Id) -> String {
    let drawn = facts.resolved.links.get(link);
    let ends = drawn.map(|it| format!("{} → {}", facts.called(&it.from), facts.called(&it.to)));
    ends.unwrap_or_else(|| link.to_string())
}
