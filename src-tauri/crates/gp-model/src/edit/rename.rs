//! Another id for a resource: every reference follows.

use super::{Refusal, references::renamed};
use crate::{Change, Design, Environment, Id, Intent, Link, Patch, PolicySettings, Resource};
use std::sync::Arc;

/// Renames a resource; `was` remembers, so that plans show a move.
pub(super) fn rename(design: &Design, from: &Id, to: &Id) -> Result<Patch, Refusal> {
    let old =
        design.resources.get(from).ok_or_else(|| Refusal::Missing("resource", from.clone()))?;
    if to.is_empty() {
        return Err(Refusal::Path("an empty id".to_owned()));
    }
    if design.resources.contains_key(to) {
        return if from == to { Ok(Patch::default()) } else { Err(Refusal::Taken(to.clone())) };
    }
    let mut patch = Patch::default();
    patch.push(Change::Resource { id: from.clone(), before: Some(Arc::clone(old)), after: None });
    for (id, before) in &design.resources {
        rename_in_resource(&mut patch, id, before, from, to);
    }
    rename_in_links(&mut patch, design, from, to);
    rename_in_environments(&mut patch, design, from, to);
    rename_in_policy(&mut patch, design, from, to);
    rename_in_views(&mut patch, design, from, to);
    if let Some(&locked) = design.layout.locked.get(from) {
        patch.push(Change::Lock { id: from.clone(), before: Some(locked), after: None });
        patch.push(Change::Lock { id: to.clone(), before: None, after: Some(locked) });
    }
    Ok(patch)
}

fn new_id(from: &Id, to: &Id) -> impl Fn(&str) -> Option<Id> {
    move |id| (from == id).then(|| to.clone())
}

fn rename_in_resource(patch: &mut Patch, id: &Id, before: &Arc<Resource>, from: &Id, to: &Id) {
    let attributes = renamed(&before.kind, &before.attributes, &new_id(from, to));
    let child = before.parent.as_ref() == Some(from);
    let itself = id == from;
    let mut after = None;
    if attributes.is_some() || child || itself {
        let mut new = Resource::clone(before);
        if let Some(attributes) = attributes {
            new.attributes = attributes;
        }
        if child {
            new.parent = Some(to.clone());
        }
        after = Some(new);
    }
    for (provider, table) in &before.on {
        if let Some(table) = renamed("", table, &new_id(from, to)) {
            after.get_or_insert_with(|| Resource::clone(before)).on.insert(provider.clone(), table);
        }
    }
    let Some(mut after) = after else { return };
    if itself {
        // Renamed back: it never had the other name, as far as anybody deployed it.
        after.was.retain(|was| was != to);
        if !after.was.contains(from) {
            after.was.push(from.clone());
        }
        // One that could not be read gives way: the file has room for one.
        after.attributes.shift_remove("was");
        patch.push(Change::Resource { id: to.clone(), before: None, after: Some(Arc::new(after)) });
    } else {
        patch.push(Change::Resource {
            id: id.clone(),
            before: Some(Arc::clone(before)),
            after: Some(Arc::new(after)),
        });
    }
}

fn rename_in_links(patch: &mut Patch, design: &Design, from: &Id, to: &Id) {
    let turn = |end: &Id| if end == from { to.clone() } else { end.clone() };
    for (id, before) in
        design.links.iter().filter(|(_, link)| link.from == *from || link.to == *from)
    {
        let after = Link { from: turn(&before.from), to: turn(&before.to), ..Link::clone(before) };
        patch.push(Change::Link {
            id: id.clone(),
            before: Some(Arc::clone(before)),
            after: Some(Arc::new(after)),
        });
    }
    for (id, before) in design.intents.iter().filter(|(_, it)| it.from == *from || it.to == *from) {
        let after =
            Intent { from: turn(&before.from), to: turn(&before.to), ..Intent::clone(before) };
        patch.push(Change::Intent {
            id: id.clone(),
            before: Some(Arc::clone(before)),
            after: Some(Arc::new(after)),
        });
    }
}

fn rename_in_environments(patch: &mut Patch, design: &Design, from: &Id, to: &Id) {
    for (id, before) in &design.environments {
        let mut after = Environment::clone(before);
        after.regions = after
            .regions
            .into_iter()
            .map(|(k, v)| (if k == *from { to.clone() } else { k }, v))
            .collect();
        after.overrides = after
            .overrides
            .into_iter()
            .map(|(owner, table)| {
                let kind = design.resources.get(&owner).map_or("", |r| r.kind.as_str());
                let table = renamed(kind, &table, &new_id(from, to)).unwrap_or(table);
                (if owner == *from { to.clone() } else { owner }, table)
            })
            .collect();
        for module in after.modules.values_mut() {
            if let Some(table) = renamed("", module, &new_id(from, to)) {
                *module = table;
            }
        }
        patch.push(Change::Environment {
            id: id.clone(),
            before: Some(Arc::clone(before)),
            after: Some(Arc::new(after)),
        });
    }
}

fn rename_in_views(patch: &mut Patch, design: &Design, from: &Id, to: &Id) {
    for (view, layout) in design.all_layouts() {
        let Some(&rect) = layout.resources.get(from) else { continue };
        for (id, before, after) in [(from, Some(rect), None), (to, None, Some(rect))] {
            let view = view.cloned();
            patch.push(Change::ResourceLayout { view, id: id.clone(), before, after });
        }
    }
    for (id, before) in &design.views {
        if let Some(after) = before.renamed(from, to).map(Arc::new) {
            let before = Some(Arc::clone(before));
            patch.push(Change::View { id: id.clone(), before, after: Some(after) });
        }
    }
}

fn rename_in_policy(patch: &mut Patch, design: &Design, from: &Id, to: &Id) {
    let mut after = PolicySettings::clone(&design.policy);
    for waiver in &mut after.waivers {
        if waiver.resource.as_deref() == Some(from.as_str()) {
            waiver.resource = Some(to.to_string());
        }
    }
    patch.push(Change::Policy { before: Arc::clone(&design.policy), after: Arc::new(after) });
}

#[cfg(test)]
mod tests {
    use crate::{Edit, Id, Value, edit::apply, file};

    #[test]
    fn what_a_module_is_told_of_a_resource_follows_its_name() {
        let text = "format = 1\n[resource.shop]\nkind = \"network\"\n[environment.live]\nprovider = \"aws\"\n\
            [environment.live.modules.queue]\nsource = \"./q\"\ninputs = { vpc = \"${shop.id}\", own = \"${id}\" }\n";
        let mut design = file::parse(text.as_bytes()).design;
        let edit = Edit::RenameResource { from: Id::new("shop"), to: Id::new("hub") };
        apply(&design, &edit).unwrap().apply(&mut design);
        let module = &design.environments[&Id::new("live")].modules["queue"];
        let inputs = module["inputs"].as_table().unwrap();
        let said = |name: &str| inputs.get(name).and_then(Value::as_str);
        assert_eq!((said("vpc"), said("own")), (Some("${hub.id}"), Some("${id}")));
    }
}
