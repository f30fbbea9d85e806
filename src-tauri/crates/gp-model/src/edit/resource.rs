//! Making and removing resources. What hangs on a removed one goes with it.

use super::Refusal;
use crate::{
    Change, Design, Environment, Id, Patch, PolicySettings, Rect, Resource, Table,
    file::resource_key,
};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// Makes a resource from the file's keys.
pub(super) fn add(
    design: &Design,
    id: &Id,
    kind: &str,
    parent: Option<&Id>,
    attributes: &Table,
    at: Option<Rect>,
) -> Result<Patch, Refusal> {
    if id.is_empty() {
        return Err(Refusal::Path("an empty id".to_owned()));
    }
    if design.resources.contains_key(id) {
        return Err(Refusal::Taken(id.clone()));
    }
    if let Some(parent) = parent
        && !design.resources.contains_key(parent)
    {
        return Err(if parent == id {
            Refusal::Cycle(id.clone())
        } else {
            Refusal::Missing("resource", parent.clone())
        });
    }
    let mut resource =
        Resource { kind: kind.to_owned(), parent: parent.cloned(), ..Resource::default() };
    let newest = design.resources.values().map(|r| r.sequence.0).max();
    resource.sequence.0 = newest.map_or(0, |newest| newest + 1);
    for (key, value) in attributes {
        if matches!(key.as_str(), "" | "kind" | "parent") {
            return Err(Refusal::Path(key.clone()));
        }
        if let Some(value) = resource_key(&mut resource, key, value.clone()) {
            resource.attributes.insert(key.clone(), value);
        }
    }
    let mut patch = Patch::of(Change::Resource {
        id: id.clone(),
        before: None,
        after: Some(Arc::new(resource)),
    });
    if at.is_some() {
        let before = design.layout.resources.get(id).copied();
        patch.push(Change::ResourceLayout { view: None, id: id.clone(), before, after: at });
    }
    Ok(patch)
}

/// Removes resources, all they contain, and every link, intent, override, waiver and place that
/// names them.
pub(super) fn remove(design: &Design, ids: &[Id]) -> Result<Patch, Refusal> {
    for id in ids {
        if !design.resources.contains_key(id) {
            return Err(Refusal::Missing("resource", id.clone()));
        }
    }
    super::unlocked(design, ids)?;
    let gone = with_contents(design, ids);
    let mut patch = Patch::default();
    for id in &gone {
        if let Some(before) = design.resources.get(id) {
            patch.push(Change::Resource {
                id: id.clone(),
                before: Some(Arc::clone(before)),
                after: None,
            });
        }
        for (view, layout) in design.all_layouts() {
            let (view, before) = (view.cloned(), layout.resources.get(id).copied());
            patch.push(Change::ResourceLayout { view, id: id.clone(), before, after: None });
        }
        let before = design.layout.locked.get(id).copied();
        patch.push(Change::Lock { id: id.clone(), before, after: None });
    }
    for (id, link) in &design.links {
        if gone.contains(&link.from) || gone.contains(&link.to) {
            patch.push_link_removal(design, id);
        }
    }
    for (id, it) in
        design.intents.iter().filter(|(_, it)| gone.contains(&it.from) || gone.contains(&it.to))
    {
        patch.push(Change::Intent { id: id.clone(), before: Some(Arc::clone(it)), after: None });
    }
    for (id, before) in &design.environments {
        let mut after = Environment::clone(before);
        after.overrides.retain(|id, _| !gone.contains(id));
        after.regions.retain(|id, _| !gone.contains(id));
        patch.push(Change::Environment {
            id: id.clone(),
            before: Some(Arc::clone(before)),
            after: Some(Arc::new(after)),
        });
    }
    let mut after = PolicySettings::clone(&design.policy);
    after.waivers.retain(|waiver| waiver.resource.as_deref().is_none_or(|id| !gone.contains(id)));
    patch.push(Change::Policy { before: Arc::clone(&design.policy), after: Arc::new(after) });
    Ok(patch)
}

/// The resources and everything inside them; cycles of parents end.
pub fn with_contents(design: &Design, ids: &[Id]) -> BTreeSet<Id> {
    let mut inside: HashMap<&Id, Vec<&Id>> = HashMap::new();
    for (id, resource) in &design.resources {
        if let Some(parent) = &resource.parent {
            inside.entry(parent).or_default().push(id);
        }
    }
    let mut all = BTreeSet::new();
    let mut open: Vec<Id> = ids.to_vec();
    while let Some(id) = open.pop() {
        if all.contains(&id) {
            continue;
        }
        open.extend(inside.get(&id).into_iter().flatten().map(|id| Id::clone(id)));
        all.insert(id);
    }
    all
}
