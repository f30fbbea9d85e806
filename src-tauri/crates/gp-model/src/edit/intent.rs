//! Intents: made, changed, removed as a whole.

use super::Refusal;
use crate::{Change, Design, Id, Intent, Patch};
use std::sync::Arc;

/// Puts an intent in place, or removes it. Its ends must exist.
pub(super) fn set(design: &Design, id: &Id, intent: Option<&Intent>) -> Result<Patch, Refusal> {
    let before = design.intents.get(id).cloned();
    if before.is_none() && intent.is_none() {
        return Err(Refusal::Missing("intent", id.clone()));
    }
    if let Some(intent) = intent {
        for end in [&intent.from, &intent.to] {
            if !design.resources.contains_key(end) {
                return Err(Refusal::Missing("resource", end.clone()));
            }
        }
    }
    let after = intent.cloned().map(Arc::new);
    Ok(Patch::of(Change::Intent { id: id.clone(), before, after }))
}
