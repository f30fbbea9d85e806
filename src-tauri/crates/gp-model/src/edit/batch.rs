//! Several edits as one: all or none.

use super::{Edit, Refusal};
use crate::{Design, Patch};

/// Applies each edit to what the ones before it left. The first refusal refuses all.
pub(super) fn apply(design: &Design, edits: &[Edit]) -> Result<Patch, Refusal> {
    let mut at = design.clone();
    let mut steps = Vec::with_capacity(edits.len());
    for edit in edits {
        let patch = super::apply(&at, edit)?;
        patch.apply(&mut at);
        steps.push(patch);
    }
    Ok(Patch::joined(steps))
}
