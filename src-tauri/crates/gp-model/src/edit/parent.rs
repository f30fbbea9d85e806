//! Moving resources into another container. Whether a kind may live there is the catalog's to say.

use super::Refusal;
use crate::{Change, Design, Id, Patch, Resource};
use std::sync::Arc;

/// Gives resources another parent; nothing goes into itself.
pub(super) fn move_to(design: &Design, ids: &[Id], parent: Option<&Id>) -> Result<Patch, Refusal> {
    super::unlocked(design, ids)?;
    let mut above = Vec::new();
    if let Some(parent) = parent {
        if !design.resources.contains_key(parent) {
            return Err(Refusal::Missing("resource", parent.clone()));
        }
        above = design.ancestors(parent);
        above.push(parent.clone());
    }
    let mut patch = Patch::default();
    for id in ids {
        let before =
            design.resources.get(id).ok_or_else(|| Refusal::Missing("resource", id.clone()))?;
        if above.contains(id) {
            return Err(Refusal::Cycle(id.clone()));
        }
        let mut after = Resource::clone(before);
        after.parent = parent.cloned();
        after.attributes.shift_remove("parent");
        patch.push(Change::Resource {
            id: id.clone(),
            before: Some(Arc::clone(before)),
            after: Some(Arc::new(after)),
        });
    }
    Ok(patch)
}
