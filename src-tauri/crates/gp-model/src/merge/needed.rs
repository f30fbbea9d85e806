//! What one side took away and the other builds on: kept or taken away whole, as is chosen, so that nothing
//! hangs in the air. And containers that both moved into each other.

use super::{
    conflict::{Conflicts, Side},
    words,
};
use crate::{Design, Edit, Id, Value, edit, file::resource_table};
use std::{collections::BTreeMap, sync::Arc};

/// Base, mine, theirs.
type Sides<'d> = [&'d Design; 3];

/// Settles both, in the merged design.
pub fn settle(sides: Sides<'_>, design: &mut Design, conflicts: &mut Conflicts<'_>) {
    let [_, mine, theirs] = sides;
    let asked: Vec<(Id, Side)> = conflicts
        .of_existence()
        .filter(|it| it.base.is_some())
        .map(|it| (Id::new(&*it.path[1]), it.chosen))
        .collect();
    for (id, chosen) in asked {
        let from = if chosen == Side::Mine { mine } else { theirs };
        if from.resources.contains_key(&id) {
            restore(sides[0], from, design, &id);
        } else {
            remove(design, &id);
        }
    }
    // What is put back needs its containers in turn: one of them is found in each round.
    while let Some((id, by)) = missing(sides[0], design) {
        settle_one(sides, design, &id, by, conflicts);
    }
    part_cycles(sides, design, conflicts);
}

/// A resource that the base had, the merge has not, and something in the merge names.
fn missing(base: &Design, design: &Design) -> Option<(Id, String)> {
    let gone = |id: &Id| !design.resources.contains_key(id) && base.resources.contains_key(id);
    let parents = design.resources.iter().filter_map(|(id, it)| {
        let parent = it.parent.as_ref().filter(|parent| gone(parent))?;
        Some((parent.clone(), words::resource(design, id)))
    });
    let links = design.links.values().filter_map(|it| {
        let end = [&it.from, &it.to].into_iter().find(|end| gone(end))?;
        Some((end.clone(), words::ends(design, &it.from, &it.to)))
    });
    let intents = design.intents.iter().filter_map(|(id, it)| {
        let end = [&it.from, &it.to].into_iter().find(|end| gone(end))?;
        Some((end.clone(), format!("intent {id}")))
    });
    parents.chain(links).chain(intents).next()
}

fn settle_one(
    sides: Sides<'_>,
    design: &mut Design,
    id: &Id,
    by: String,
    conflicts: &mut Conflicts<'_>,
) {
    let [base, mine, theirs] = sides;
    let table = |side: &Design| side.resources.get(id).map(|it| Value::Table(resource_table(it)));
    let [was, my, their] = [table(base), table(mine), table(theirs)];
    let path = vec!["resource".to_owned(), id.to_string()];
    let has = match (&my, &their) {
        (Some(_), _) => mine,
        (None, Some(_)) => theirs,
        // Both took it away, and what names it named nothing before: it goes, as both wanted.
        (None, None) => return remove(design, id),
    };
    if conflicts.of_existence().all(|it| it.path != path) {
        conflicts.add(&path, [was.as_ref(), my.as_ref(), their.as_ref()], Some(by));
    }
    let keep = (conflicts.chosen(&path) == Side::Mine) == my.is_some();
    if keep {
        restore(base, has, design, id);
    } else {
        remove(design, id);
    }
}

/// Puts a thing back that the other side took away, with what hung on it and went with it.
fn restore(base: &Design, from: &Design, design: &mut Design, id: &Id) {
    if !design.resources.contains_key(id)
        && let Some(resource) = from.resources.get(id)
    {
        design.resources.insert(id.clone(), Arc::clone(resource));
    }
    if let (None, Some(rect)) = (design.layout.resources.get(id), from.layout.resources.get(id)) {
        design.layout.resources.insert(id.clone(), *rect);
    }
    let stands = |design: &Design, end: &Id| end == id || design.resources.contains_key(end);
    // Who kept the thing did not take these away.
    let links = from.links.iter().filter(|(link, it)| {
        let here = (it.from == *id || it.to == *id) && !design.links.contains_key(*link);
        here && base.links.contains_key(*link) && stands(design, &it.from) && stands(design, &it.to)
    });
    for (link, it) in links.map(|(link, it)| (link.clone(), Arc::clone(it))).collect::<Vec<_>>() {
        if let Some(points) = from.layout.links.get(&link) {
            design.layout.links.insert(link.clone(), Arc::clone(points));
        }
        design.links.insert(link, it);
    }
    let intents = from.intents.iter().filter(|(intent, it)| {
        let here = (it.from == *id || it.to == *id) && !design.intents.contains_key(*intent);
        here && base.intents.contains_key(*intent)
            && stands(design, &it.from)
            && stands(design, &it.to)
    });
    let intents: Vec<_> = intents.map(|(id, it)| (id.clone(), Arc::clone(it))).collect();
    design.intents.extend(intents);
}

/// Takes a thing away as the editor does: with all that names it.
fn remove(design: &mut Design, id: &Id) {
    if !design.resources.contains_key(id) {
        design.resources.insert(id.clone(), Arc::default());
    }
    let gone = Edit::RemoveResources { ids: vec![id.clone()] };
    if let Ok(patch) = edit::apply(design, &gone) {
        patch.apply(design);
    }
}

/// Each side moved one container into the other: then all of the ring stand where one side has them.
fn part_cycles(
    [base, mine, theirs]: Sides<'_>,
    design: &mut Design,
    conflicts: &mut Conflicts<'_>,
) {
    let parent = |side: &Design, id: &Id| side.resources.get(id).and_then(|it| it.parent.clone());
    let moved: Vec<Id> = design
        .resources
        .keys()
        .filter(|id| parent(design, id) != parent(base, id))
        .cloned()
        .collect();
    for id in moved {
        let ring = ring(design, &id);
        if ring.is_empty() || self::ring(mine, &id) == ring || self::ring(theirs, &id) == ring {
            continue;
        }
        let path = vec!["resource".to_owned(), id.to_string(), "parent".to_owned()];
        let value = |side: &Design| parent(side, &id).map(|it| Value::from(it.as_str()));
        let [was, my, their] = [base, mine, theirs].map(value);
        let by = ring.iter().find(|it| **it != id).map(|it| words::resource(design, it));
        let chosen = conflicts.add(&path, [was.as_ref(), my.as_ref(), their.as_ref()], by);
        let from = if chosen == Side::Mine { mine } else { theirs };
        let parents: BTreeMap<Id, Option<Id>> =
            ring.into_iter().map(|id| (id.clone(), parent(from, &id))).collect();
        for (id, parent) in parents {
            if let Some(resource) = design.resources.get_mut(&id) {
                Arc::make_mut(resource).parent = parent;
            }
        }
    }
}

/// The containers around a thing, if it stands in itself.
fn ring(design: &Design, id: &Id) -> Vec<Id> {
    let mut ring = vec![id.clone()];
    let mut at = design.resources.get(id).and_then(|it| it.parent.clone());
    while let Some(parent) = at {
        if parent == *id {
            return ring;
        }
        if ring.contains(&parent) {
            break;
        }
        at = design.resources.get(&parent).and_then(|it| it.parent.clone());
        ring.push(parent);
    }
    Vec::new()
}
