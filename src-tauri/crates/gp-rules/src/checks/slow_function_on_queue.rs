//! Function that may run longer than a sixth of its queue's visibility.
//!
//! Bad: a function with a timeout of 60 seconds on a queue with a visibility of 3 minutes.
//!
//! Good: a visibility of at least six times the timeout.
//!
//! Why: a message comes back while the first run still works on it, and is worked on twice (AWS asks for six times the timeout).

use super::prelude::*;
use gp_catalog::units::{duration, format_duration};

pub(crate) static RULE: Rule = Rule {
    id: "slow-function-on-queue",
    severity: Severity::Warning,
    source: include_str!("slow_function_on_queue.rs"),
    reads: Reads {
        kinds: &["function", "queue"],
        attributes: &["timeout", "visibility"],
        near: &[Near::Links],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r#"
region frankfurt zones a,b location=frankfurt
  queue jobs visibility="3 minutes"
  function work timeout="60 seconds"
jobs -> work
"#],
        silent: &[r#"
region frankfurt zones a,b location=frankfurt
  queue jobs visibility="6 minutes"
  function work timeout="60 seconds"
jobs -> work
"#],
    },
};

fn check(facts: &Facts<'_>, queue: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    if queue.kind != "queue" {
        return;
    }
    let seconds = |r: &ResolvedResource, name: &str| r.text(name).and_then(|t| duration(t).ok());
    let Some(visible) = seconds(queue, "visibility") else { return };
    for link in facts.links_from(&queue.id, LinkKind::Trigger) {
        let Some(function) = facts.resource(&link.to) else { continue };
        let Some(timeout) = seconds(function, "timeout").filter(|t| t * 6 > visible) else {
            continue;
        };
        let wanted = format_duration(timeout * 6);
        let message = format!(
            "“{}” may run for {}, “{}” gives a message back after {}: make that at least {wanted}",
            called(function),
            format_duration(timeout),
            called(queue),
            format_duration(visible)
        );
        let mut said = RULE
            .at(Place::attribute(&queue.id, "visibility"), message)
            .and_at(Place::attribute(&function.id, "timeout"));
        // Queues hide a message for at most 12 hours.
        if timeout * 6 <= 43_200 {
            said = said
                .fixed_by(format!("Make it {wanted}"), set(&queue.id, "visibility", wanted.into()));
        }
        found.push(said);
    }
}
