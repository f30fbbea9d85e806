//! Accepted findings: a waiver hides what it names until its last day, then it is a finding itself.

use crate::{Date, checks::expired_waiver};
use gp_catalog::Resolved;
use gp_model::{Diagnostic, Place, Waiver};

/// Takes out what is waived today and says which waivers have ended.
pub(crate) fn apply(resolved: &Resolved, found: &mut Vec<Diagnostic>, today: Date) {
    let waivers = &resolved.policy.waivers;
    if waivers.is_empty() {
        return;
    }
    let active: Vec<&Waiver> = waivers.iter().filter(|w| holds(w, today)).collect();
    found.retain(|d| !active.iter().any(|waiver| covers(resolved, waiver, d)));
    for (number, waiver) in waivers.iter().enumerate() {
        if !holds(waiver, today) {
            found.push(expired_waiver::ended(resolved, number, waiver));
        }
    }
}

/// Whether a waiver is in force. One whose day cannot be read is not: nobody knows when it ends.
fn holds(waiver: &Waiver, today: Date) -> bool {
    match &waiver.expires {
        None => true,
        Some(text) => text.parse::<Date>().is_ok_and(|last| today <= last),
    }
}

fn covers(resolved: &Resolved, waiver: &Waiver, found: &Diagnostic) -> bool {
    if waiver.rule != found.rule {
        return false;
    }
    let Some(wanted) = &waiver.resource else { return true };
    let (Place::Resource { id, .. }
    | Place::Link { id, .. }
    | Place::Intent { id }
    | Place::Environment { id, .. }) = &found.place
    else {
        return false;
    };
    match wanted.strip_prefix("tag:").and_then(|query| query.split_once('=')) {
        Some((tag, value)) => {
            let resource = resolved.resource(id);
            resource.is_some_and(|r| r.tags.get(tag).is_some_and(|found| found == value))
        }
        None => id.as_str() == wanted,
    }
}
