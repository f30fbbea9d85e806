//! Links: made, changed field by field, removed.

use super::{LinkChange, Refusal};
use crate::{Change, Design, Id, Link, Patch};
use std::sync::Arc;

/// Makes a link between two resources that exist.
pub(super) fn add(design: &Design, id: &Id, link: &Link) -> Result<Patch, Refusal> {
    if id.is_empty() {
        return Err(Refusal::Path("an empty id".to_owned()));
    }
    if design.links.contains_key(id) {
        return Err(Refusal::Taken(id.clone()));
    }
    ends_exist(design, [&link.from, &link.to])?;
    Ok(Patch::of(Change::Link {
        id: id.clone(),
        before: None,
        after: Some(Arc::new(link.clone())),
    }))
}

/// Changes the fields that are given.
pub(super) fn set(design: &Design, id: &Id, set: &LinkChange) -> Result<Patch, Refusal> {
    let before = design.links.get(id).ok_or_else(|| Refusal::Missing("link", id.clone()))?;
    ends_exist(design, set.from.iter().chain(&set.to))?;
    let mut after = Link::clone(before);
    let mut given: Vec<&str> = Vec::new();
    macro_rules! take {
        ($field:ident, $wrap:expr) => {
            if let Some(value) = &set.$field {
                after.$field = $wrap(value.clone());
                given.push(stringify!($field));
            }
        };
    }
    let or_none = |text: String| (!text.is_empty()).then_some(text);
    take!(from, |id| id);
    take!(to, |id| id);
    take!(kind, Some);
    take!(allow, |list| list);
    take!(access, |list| list);
    take!(traffic, or_none);
    take!(note, or_none);
    // A value of the wrong type waits among the attributes under the same key.
    for key in given {
        after.attributes.shift_remove(key);
    }
    for (key, value) in &set.attributes {
        if value.as_str() == Some("") {
            after.attributes.shift_remove(key);
        } else {
            after.attributes.insert(key.clone(), value.clone());
        }
    }
    Ok(Patch::of(Change::Link {
        id: id.clone(),
        before: Some(Arc::clone(before)),
        after: Some(Arc::new(after)),
    }))
}

/// Removes links and their way-points.
pub(super) fn remove(design: &Design, ids: &[Id]) -> Result<Patch, Refusal> {
    let mut patch = Patch::default();
    for id in ids {
        if !design.links.contains_key(id) {
            return Err(Refusal::Missing("link", id.clone()));
        }
        patch.push_link_removal(design, id);
    }
    Ok(patch)
}

fn ends_exist<'a>(design: &Design, ends: impl IntoIterator<Item = &'a Id>) -> Result<(), Refusal> {
    for end in ends {
        if !design.resources.contains_key(end) {
            return Err(Refusal::Missing("resource", end.clone()));
        }
    }
    Ok(())
}
