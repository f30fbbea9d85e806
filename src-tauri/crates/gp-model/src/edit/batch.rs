//! Several edits as one: all or none.

use super::{Edit, Refusal, apply_with};
use crate::{Design, Patch};

/// Applies each edit to what the ones before it left. The first refusal refuses all.
pub(super) fn apply(
    design: &Design,
    edits: &[Edit],
    is_reference: &dyn Fn(&str, &str) -> bool,
) -> Result<Patch, Refusal> {
    let mut at = design.clone();
    let mut steps = Vec::with_capacity(edits.len());
    for edit in edits {
        let patch = apply_with(&at, edit, is_reference)?;
        patch.apply(&mut at);
        steps.push(patch);
    }
    Ok(Patch::joined(steps))
}
