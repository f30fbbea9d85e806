//! Environments: made, changed, removed as a whole.

use super::Refusal;
use crate::{Change, Design, Environment, Id, Patch};
use std::sync::Arc;

/// Puts an environment in place, or removes it.
pub(super) fn set(
    design: &Design,
    id: &Id,
    environment: Option<&Environment>,
) -> Result<Patch, Refusal> {
    let before = design.environments.get(id).cloned();
    if before.is_none() && environment.is_none() {
        return Err(Refusal::Missing("environment", id.clone()));
    }
    let after = environment.cloned().map(Arc::new);
    Ok(Patch::of(Change::Environment { id: id.clone(), before, after }))
}
