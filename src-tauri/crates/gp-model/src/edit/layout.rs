//! Where things are drawn. Never topology, so nothing else follows.

use super::Refusal;
use crate::{Change, Design, Id, Patch, Point, Rect};
use indexmap::IndexMap;
use std::sync::Arc;

/// Places shapes and way-points; what it places must exist, what it un-places need not.
pub(super) fn set(
    design: &Design,
    resources: &IndexMap<Id, Option<Rect>>,
    links: &IndexMap<Id, Option<Vec<Point>>>,
) -> Result<Patch, Refusal> {
    let mut patch = Patch::default();
    for (id, &after) in resources {
        if after.is_some() && !design.resources.contains_key(id) {
            return Err(Refusal::Missing("resource", id.clone()));
        }
        let before = design.layout.resources.get(id).copied();
        patch.push(Change::ResourceLayout { id: id.clone(), before, after });
    }
    for (id, after) in links {
        if after.is_some() && !design.links.contains_key(id) {
            return Err(Refusal::Missing("link", id.clone()));
        }
        let before = design.layout.links.get(id).cloned();
        let after = after.clone().filter(|points| !points.is_empty()).map(Arc::new);
        patch.push(Change::LinkLayout { id: id.clone(), before, after });
    }
    Ok(patch)
}
