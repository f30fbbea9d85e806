//! Automatic layout: of everything or of a selection as an edit, and of what has no place yet.

use gp_layout::arrange::{self, ArrangeInput};
use gp_model::{Design, Edit, Id, Rect};
use std::collections::{BTreeMap, BTreeSet};

/// Places for the shapes that have none, and for what must make room for them.
pub fn missing(design: &Design) -> BTreeMap<Id, Rect> {
    let all_placed = design.resources.keys().all(|id| design.layout.resources.contains_key(id));
    if all_placed {
        return BTreeMap::new();
    }
    arrange::place_new(&ArrangeInput::of(design, gp_catalog::builtin()))
}

/// The edit that lays out the design (or what is chosen of it) anew.
pub fn edit(design: &Design, ids: Option<&[Id]>) -> Edit {
    let input = ArrangeInput::of(design, gp_catalog::builtin());
    let places = match ids {
        None => arrange::arrange(&input, &BTreeSet::new()),
        Some(ids) => arrange::tidy(&input, ids),
    };
    let layout = Edit::SetLayout {
        resources: places.into_iter().map(|(id, rect)| (id, Some(rect))).collect(),
        links: design.layout.links.keys().map(|id| (id.clone(), None)).collect(),
    };
    let name = match ids {
        None => "Lay out everything".to_owned(),
        Some(ids) => format!("Lay out {} shapes", ids.len()),
    };
    Edit::Batch { name, edits: vec![layout] }
}
