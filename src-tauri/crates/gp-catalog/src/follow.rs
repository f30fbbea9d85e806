//! What follows a rename in kinds of a user's own: only the catalog knows which of their attributes name resources.
//! It becomes part of the edit, so that the journal needs no catalog to repeat it.

use crate::Catalog;
use gp_model::{
    Design, Edit,
    edit::{self, Reference},
};
use std::borrow::Cow;

impl Catalog {
    /// The attributes of a user's own kinds that name resources.
    pub fn own_references(&self) -> Vec<Reference> {
        let mut found = Vec::new();
        for kind in self.own.iter().filter_map(|id| self.kind(id)) {
            for (name, attribute) in &kind.attributes {
                let fields = attribute.type_.names_resources().iter();
                found.extend(fields.map(|field| Reference {
                    kind: kind.id.clone(),
                    attribute: name.clone(),
                    field: *field,
                }));
            }
        }
        found
    }
}

/// The edit, with what its renames change in resources of a user's own kinds.
pub fn following(catalog: &Catalog, design: &Design, edit: &Edit) -> Edit {
    // Each edit comes by here, and few are renames.
    if !renames(edit) {
        return edit.clone();
    }
    let own = catalog.own_references();
    if own.is_empty() {
        return edit.clone();
    }
    whole(&own, design, edit)
}

fn renames(edit: &Edit) -> bool {
    match edit {
        Edit::RenameResource { .. } => true,
        Edit::Batch { edits, .. } => edits.iter().any(renames),
        _ => false,
    }
}

fn whole(own: &[Reference], design: &Design, edit: &Edit) -> Edit {
    match edit {
        Edit::RenameResource { from, to } => {
            let after = applied(design, edit);
            let mut edits = edit::following(&after, own, from, to);
            if edits.is_empty() {
                return edit.clone();
            }
            edits.insert(0, edit.clone());
            Edit::Batch { name: edit::name(design, edit), edits }
        }
        Edit::Batch { name, edits } => {
            let mut at = Cow::Borrowed(design);
            let mut all = Vec::with_capacity(edits.len());
            for edit in edits {
                let edit = whole(own, &at, edit);
                at = Cow::Owned(applied(&at, &edit));
                all.push(edit);
            }
            Edit::Batch { name: name.clone(), edits: all }
        }
        other => other.clone(),
    }
}

/// The design after an edit; one that is refused is so where it is done.
fn applied(design: &Design, edit: &Edit) -> Design {
    let mut after = design.clone();
    if let Ok(patch) = edit::apply(design, edit) {
        patch.apply(&mut after);
    }
    after
}
