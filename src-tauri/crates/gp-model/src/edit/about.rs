//! The design's own name.

use crate::{Change, Design, Patch, patch::About};

/// Renames the design; an empty name removes it.
pub(super) fn set_name(design: &Design, name: &str) -> Patch {
    let before = About::of(design);
    let after = About { name: (!name.is_empty()).then(|| name.to_owned()), ..before.clone() };
    Patch::of(Change::About { before, after })
}
