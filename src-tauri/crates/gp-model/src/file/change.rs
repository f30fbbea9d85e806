//! What differs between two designs, as paths and tables of the file.

use super::{tree, write::item_name};
use crate::{Design, Id, Layout, Table, Value};
use imbl::{OrdMap, ordmap::DiffItem};
use std::collections::{BTreeSet, HashSet};

/// One part of the file that must say something else.
pub(crate) struct Changed {
    pub path: Vec<String>,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// All differences, in the order of the file's sections.
pub(crate) fn changes(before: &Design, after: &Design, format: Option<(i64, i64)>) -> Vec<Changed> {
    let mut all = Vec::new();
    if let Some((old, new)) = format.filter(|(old, new)| old < new) {
        let before = (old > 0).then_some(Value::Integer(old));
        push(&mut all, &["format"], before, Some(Value::Integer(new)));
    }
    push(&mut all, &["design"], about(before), about(after));
    let first = all.len();
    section(&mut all, &["resource"], &before.resources, &after.resources, |it| {
        Value::Table(tree::resource(it))
    });
    in_order_of_creation(&mut all[first..], after);
    section(&mut all, &["link"], &before.links, &after.links, |it| Value::Table(tree::link(it)));
    section(&mut all, &["intent"], &before.intents, &after.intents, |it| {
        Value::Table(tree::intent(it))
    });
    section(&mut all, &["environment"], &before.environments, &after.environments, |it| {
        Value::Table(tree::environment(it))
    });
    let policy = |design: &Design| {
        let table = tree::policy(&design.policy);
        (!table.is_empty()).then_some(Value::Table(table))
    };
    push(&mut all, &["policy"], policy(before), policy(after));
    section(&mut all, &["view"], &before.views, &after.views, |it| Value::Table(tree::view(it)));
    let none = Layout::default();
    let views: BTreeSet<&Id> = before.layouts.keys().chain(after.layouts.keys()).collect();
    for view in views {
        let [old, new] = [before, after].map(|it| it.layouts.get(view).unwrap_or(&none));
        places(&mut all, &["view", view], old, new);
    }
    let (old, new) = (&before.layout, &after.layout);
    places(&mut all, &["layout"], old, new);
    section(&mut all, &["layout", "locked"], &old.locked, &new.locked, |it| Value::Bool(*it));
    let unknown: HashSet<&String> = before.unknown.keys().chain(after.unknown.keys()).collect();
    let mut unknown: Vec<&String> = unknown.into_iter().collect();
    unknown.sort();
    for key in unknown {
        push(&mut all, &[key], before.unknown.get(key).cloned(), after.unknown.get(key).cloned());
    }
    all
}

fn places(all: &mut Vec<Changed>, way: &[&str], old: &Layout, new: &Layout) {
    let below = |key| [way, &[key]].concat();
    section(all, &below("resources"), &old.resources, &new.resources, |it| tree::rect(*it));
    section(all, &below("links"), &old.links, &new.links, |it| tree::points(it));
}

/// New resources are written in the order in which they were made: where they stand in the file is
/// their age when it is opened, and older ones choose their ranges and addresses first.
fn in_order_of_creation(changes: &mut [Changed], after: &Design) {
    changes.sort_by_key(|change| {
        let made = change.path.last().and_then(|id| after.resources.get(id.as_str()));
        made.filter(|_| change.before.is_none()).map(|resource| resource.sequence.0)
    });
}

fn push(all: &mut Vec<Changed>, path: &[&str], before: Option<Value>, after: Option<Value>) {
    if before != after {
        let path = path.iter().map(|key| (*key).to_owned()).collect();
        all.push(Changed { path, before, after });
    }
}

fn about(design: &Design) -> Option<Value> {
    let mut table = Table::new();
    for (key, text) in [("id", &design.id), ("name", &design.name)] {
        if let Some(text) = text {
            table.insert(key.to_owned(), Value::from(text.as_str()));
        }
    }
    table.extend(design.about.clone());
    (!table.is_empty()).then_some(Value::Table(table))
}

fn section<T: PartialEq>(
    all: &mut Vec<Changed>,
    path: &[&str],
    before: &OrdMap<Id, T>,
    after: &OrdMap<Id, T>,
    value: fn(&T) -> Value,
) {
    for difference in before.diff(after) {
        let (id, old, new) = match difference {
            DiffItem::Add(id, new) => (id, None, Some(new)),
            DiffItem::Update { old: (id, old), new: (_, new) } => (id, Some(old), Some(new)),
            DiffItem::Remove(id, old) => (id, Some(old), None),
        };
        let path: Vec<&str> = path.iter().copied().chain([id.as_str()]).collect();
        push(all, &path, old.map(value), new.map(value));
    }
}

/// The paths that only the later design has.
pub(super) fn added(changes: &[Changed]) -> HashSet<Vec<String>> {
    fn walk(
        path: &[String],
        before: Option<&Value>,
        after: Option<&Value>,
        found: &mut HashSet<Vec<String>>,
    ) {
        match (before, after) {
            (None, Some(_)) => drop(found.insert(path.to_vec())),
            (Some(Value::Table(before)), Some(Value::Table(after))) => {
                for (key, value) in after {
                    let path: Vec<String> = path.iter().chain([key]).cloned().collect();
                    walk(&path, before.get(key), Some(value), found);
                }
            }
            (Some(Value::List(before)), Some(Value::List(after))) => {
                for item in
                    after.iter().filter(|it| it.as_table().is_some() && !before.contains(it))
                {
                    found.insert(path.iter().cloned().chain([item_name(item)]).collect());
                }
            }
            _ => {}
        }
    }
    let mut found = HashSet::new();
    for change in changes {
        walk(&change.path, change.before.as_ref(), change.after.as_ref(), &mut found);
    }
    found
}
