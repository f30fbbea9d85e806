//! Accepted findings: a waiver sets aside what it names until its last day, then it is a finding itself.

use crate::{Date, Findings, Waived, checks::expired_waiver};
use gp_catalog::Resolved;
use gp_model::{Diagnostic, Place, Waiver};

/// Sets aside what is waived today and says which waivers have ended.
pub(crate) fn apply(resolved: &Resolved, found: Vec<Diagnostic>, today: Date) -> Findings {
    let (active, ended): (Vec<_>, Vec<_>) =
        resolved.policy.waivers.iter().enumerate().partition(|(_, waiver)| holds(waiver, today));
    let mut findings = Findings::default();
    for finding in found {
        match active.iter().find(|(_, waiver)| covers(resolved, waiver, &finding)) {
            Some((waiver, _)) => findings.waived.push(Waived { finding, waiver: *waiver }),
            None => findings.open.push(finding),
        }
    }
    let ended = ended.into_iter();
    findings.open.extend(ended.map(|(at, waiver)| expired_waiver::ended(resolved, at, waiver)));
    findings
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
