//! Policy settings and waivers.

use super::Refusal;
use crate::{Change, Design, Patch, PolicySettings, Waiver};
use std::sync::Arc;

/// Replaces the settings.
pub(super) fn set(design: &Design, policy: &PolicySettings) -> Patch {
    Patch::of(Change::Policy {
        before: Arc::clone(&design.policy),
        after: Arc::new(policy.clone()),
    })
}

/// Adds a waiver; one for the same rule and resource is replaced.
pub(super) fn add_waiver(design: &Design, waiver: &Waiver) -> Result<Patch, Refusal> {
    if waiver.rule.is_empty() {
        return Err(Refusal::Path("a waiver without a rule".to_owned()));
    }
    let mut after = PolicySettings::clone(&design.policy);
    let same = |old: &&mut Waiver| old.rule == waiver.rule && old.resource == waiver.resource;
    match after.waivers.iter_mut().find(same) {
        Some(old) => old.clone_from(waiver),
        None => after.waivers.push(waiver.clone()),
    }
    Ok(set(design, &after))
}
