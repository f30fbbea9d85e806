//! Three-way merge of designs: what one side changed and the other did not is taken over, by id and field; what
//! both changed differently is a conflict with a choice. Pure: which side a choice falls on is handed in.

mod conflict;
mod needed;
mod renames;
#[cfg(test)]
mod tests;
mod words;

pub use conflict::{Choices, Conflict, Side};
pub use words::{Tally, differences};

use crate::{
    Change, Design, Id, Patch, Table, Value,
    file::{self, Changed, tree::view as view_table},
    patch::About,
};
use conflict::Conflicts;
use std::{collections::BTreeMap, sync::Arc};

/// Keys from the top of the file down to one value.
pub type Path = Vec<String>;

/// What [`merge`] gives.
#[derive(Clone, Debug)]
pub struct Merged {
    /// Both sides' changes in one design.
    pub design: Design,
    /// What both changed differently; `design` has the chosen side of each.
    pub conflicts: Vec<Conflict>,
    /// What my side changed.
    pub mine: Tally,
    /// What the other side changed.
    pub theirs: Tally,
}

/// Merges two designs that both come from `base`. Where both changed the same, `choices` says which side holds;
/// mine, where it says nothing.
pub fn merge(base: &Design, mine: &Design, theirs: &Design, choices: &Choices) -> Merged {
    let [base, mine, theirs] = renames::followed(base, mine, theirs);
    let (by_me, by_them) = (changed(&base, &mine), changed(&base, &theirs));
    let mut conflicts = Conflicts::new(choices);
    let mut results: BTreeMap<&Path, Option<Value>> = BTreeMap::new();
    for (path, my) in &by_me {
        let after = match by_them.get(path) {
            None => my.after.clone(),
            Some(their) => {
                let sides = [my.before.as_ref(), my.after.as_ref(), their.after.as_ref()];
                join(path, sides, &mut conflicts)
            }
        };
        results.insert(path, after);
    }
    let mut design = theirs.clone();
    put(&mut design, &mine, results);
    needed::settle([&base, &mine, &theirs], &mut design, &mut conflicts);
    keep_views_whole([&base, &mine, &theirs], &mut design, &mut conflicts);
    let (mine, theirs) = (Tally::of(&base, &mine), Tally::of(&base, &theirs));
    Merged { design, conflicts: conflicts.into_list(), mine, theirs }
}

/// A view that one side removed and the other worked in is there whole, or not at all: half of one is of no use.
fn keep_views_whole(
    [base, mine, theirs]: [&Design; 3],
    design: &mut Design,
    conflicts: &mut Conflicts<'_>,
) {
    for id in base.views.keys() {
        let has = match (mine.views.get(id), theirs.views.get(id)) {
            (Some(_), None) => mine,
            (None, Some(_)) => theirs,
            _ => continue,
        };
        let view = |side: &Design| side.views.get(id).map(|it| Value::Table(view_table(it)));
        let places = |side: &Design| side.layouts.get(id).cloned();
        let untouched = view(has) == view(base) && places(has) == places(base);
        conflicts.forget_view(id);
        let keep = !untouched && {
            let path = vec!["view".to_owned(), id.to_string()];
            let [was, my, their] = [base, mine, theirs].map(view);
            let chosen = conflicts.add(&path, [was.as_ref(), my.as_ref(), their.as_ref()], None);
            (chosen == Side::Mine) == my.is_some()
        };
        design.views.remove(id);
        design.layouts.remove(id);
        if let (true, Some(view)) = (keep, has.views.get(id)) {
            design.views.insert(id.clone(), Arc::clone(view));
            design.layouts.extend(places(has).map(|places| (id.clone(), places)));
        }
    }
}

fn changed(base: &Design, side: &Design) -> BTreeMap<Path, Changed> {
    let all = file::changes(base, side, None);
    all.into_iter().map(|change| (change.path.clone(), change)).collect()
}

/// One value out of three: key by key where all are tables.
fn join(
    path: &Path,
    [base, mine, theirs]: [Option<&Value>; 3],
    conflicts: &mut Conflicts<'_>,
) -> Option<Value> {
    if mine == theirs || theirs == base {
        return mine.cloned();
    }
    if mine == base {
        return theirs.cloned();
    }
    if path.iter().map(String::as_str).eq(["policy", "waiver"]) {
        return join_waivers(path, [base, mine, theirs], conflicts);
    }
    // A thing that both made, with the same id by chance, is one or the other, no mixture.
    let is_thing =
        matches!(path[0].as_str(), "resource" | "link" | "intent" | "environment" | "view");
    let same_thing = base.is_some() || !is_thing || path.len() > 2;
    match (mine, theirs) {
        (Some(Value::Table(mine)), Some(Value::Table(theirs))) if same_thing => {
            let none = Table::new();
            let base = base.and_then(Value::as_table).unwrap_or(&none);
            Some(Value::Table(join_tables(path, [base, mine, theirs], conflicts)))
        }
        _ => conflicts.choose(path, [base, mine, theirs]).cloned(),
    }
}

fn join_tables(
    path: &Path,
    [base, mine, theirs]: [&Table; 3],
    conflicts: &mut Conflicts<'_>,
) -> Table {
    let new = mine.keys().filter(|key| !theirs.contains_key(*key));
    let mut joined = Table::new();
    for key in theirs.keys().chain(new) {
        let below: Path = path.iter().chain([key]).cloned().collect();
        let sides = [base.get(key), mine.get(key), theirs.get(key)];
        if let Some(value) = join(&below, sides, conflicts) {
            joined.insert(key.clone(), value);
        }
    }
    joined
}

/// Waivers are known by rule and resource, not by their place in the list.
fn join_waivers(
    path: &Path,
    sides: [Option<&Value>; 3],
    conflicts: &mut Conflicts<'_>,
) -> Option<Value> {
    let keyed = |value: Option<&Value>| -> Option<Table> {
        let list = value.map_or(Some(&[][..]), Value::as_list)?;
        let keyed: Table = list
            .iter()
            .map(|waiver| {
                let text = |key: &str| waiver.as_table()?.get(key)?.as_str();
                let name = [text("rule")?, text("resource").unwrap_or_default()].join(" ");
                Some((name, waiver.clone()))
            })
            .collect::<Option<_>>()?;
        (keyed.len() == list.len()).then_some(keyed)
    };
    let [Some(base), Some(mine), Some(theirs)] = sides.map(keyed) else {
        return conflicts.choose(path, sides).cloned();
    };
    let mut joined = join_tables(path, [&base, &mine, &theirs], conflicts);
    // The same whichever side is mine: what was there before, then what is new.
    joined.sort_by(|one, _, other, _| {
        let place = |key: &String| base.get_index_of(key).unwrap_or(usize::MAX);
        (place(one), one).cmp(&(place(other), other))
    });
    let list: Vec<Value> = joined.into_values().collect();
    (!list.is_empty()).then_some(Value::List(list))
}

/// Puts values into a design, by their paths.
fn put(design: &mut Design, mine: &Design, results: BTreeMap<&Path, Option<Value>>) {
    let read = read(&results);
    let newest = design.resources.values().map(|it| it.sequence.0).max().unwrap_or(0);
    let mut patch = Patch::default();
    for path in results.keys() {
        let keys: Vec<&str> = path.iter().map(String::as_str).collect();
        match keys[..] {
            ["resource", id] => {
                let id = Id::new(id);
                let before = design.resources.get(&id).cloned();
                let mut after = read.resources.get(&id).cloned();
                if let Some(after) = &mut after {
                    // What is new stands behind what was in their file, in the order in which it was made.
                    let made = mine.resources.get(&id).map_or(0, |it| it.sequence.0);
                    let place = before.as_ref().map(|it| it.sequence.0);
                    Arc::make_mut(after).sequence.0 = place.unwrap_or(newest + 1 + made);
                }
                patch.push(Change::Resource { before, after, id });
            }
            ["link", id] => {
                let id = Id::new(id);
                let before = design.links.get(&id).cloned();
                patch.push(Change::Link { before, after: read.links.get(&id).cloned(), id });
            }
            ["intent", id] => {
                let id = Id::new(id);
                let before = design.intents.get(&id).cloned();
                patch.push(Change::Intent { before, after: read.intents.get(&id).cloned(), id });
            }
            ["environment", id] => {
                let id = Id::new(id);
                let before = design.environments.get(&id).cloned();
                let after = read.environments.get(&id).cloned();
                patch.push(Change::Environment { before, after, id });
            }
            ["view", id] => {
                let id = Id::new(id);
                let before = design.views.get(&id).cloned();
                patch.push(Change::View { before, after: read.views.get(&id).cloned(), id });
            }
            ["layout", "resources", id] => push_rect(&mut patch, [design, &read], None, id),
            ["view", view, "resources", id] => {
                push_rect(&mut patch, [design, &read], Some(Id::new(view)), id);
            }
            ["layout", "links", id] => push_points(&mut patch, [design, &read], None, id),
            ["view", view, "links", id] => {
                push_points(&mut patch, [design, &read], Some(Id::new(view)), id);
            }
            ["layout", "locked", id] => {
                let id = Id::new(id);
                let before = design.layout.locked.get(&id).copied();
                patch.push(Change::Lock {
                    before,
                    after: read.layout.locked.get(&id).copied(),
                    id,
                });
            }
            ["policy"] => {
                let before = Arc::clone(&design.policy);
                patch.push(Change::Policy { before, after: Arc::clone(&read.policy) });
            }
            ["design"] => {
                patch.push(Change::About { before: About::of(design), after: About::of(&read) });
            }
            _ => {}
        }
    }
    patch.apply(design);
    for (path, value) in results {
        if let ([key], false) = (&path[..], matches!(path[0].as_str(), "design" | "policy")) {
            match value {
                Some(value) => drop(design.unknown.insert(key.clone(), value)),
                None => drop(design.unknown.shift_remove(key)),
            }
        }
    }
}

fn push_rect(patch: &mut Patch, sides: [&Design; 2], view: Option<Id>, id: &str) {
    let id = Id::new(id);
    let rect = |it: &Design| it.layout_of(view.as_ref())?.resources.get(&id).copied();
    let [before, after] = sides.map(rect);
    patch.push(Change::ResourceLayout { view, id, before, after });
}

fn push_points(patch: &mut Patch, sides: [&Design; 2], view: Option<Id>, id: &str) {
    let id = Id::new(id);
    let points = |it: &Design| it.layout_of(view.as_ref())?.links.get(&id).cloned();
    let [before, after] = sides.map(points);
    patch.push(Change::LinkLayout { view, id, before, after });
}

/// What these values mean.
fn read(results: &BTreeMap<&Path, Option<Value>>) -> Design {
    let mut tree = Table::new();
    for (path, value) in results {
        let (Some(value), [way @ .., last]) = (value, &path[..]) else { continue };
        let unknown = way.is_empty() && !matches!(last.as_str(), "design" | "policy");
        if unknown {
            continue;
        }
        let mut at = &mut tree;
        for key in way {
            let below = at.entry(key.clone()).or_insert_with(|| Value::Table(Table::new()));
            let Value::Table(table) = below else { unreachable!("ways are tables") };
            at = table;
        }
        at.insert(last.clone(), value.clone());
    }
    file::design_of(tree, &mut Vec::new())
}
