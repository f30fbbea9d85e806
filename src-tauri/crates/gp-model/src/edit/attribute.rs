//! One value of a resource, by its path in the file.

use super::Refusal;
use crate::{Change, Design, Id, Lifecycle, Patch, Resource, Table, Value, file::resource_key};
use std::sync::Arc;

/// Sets a value; tables on the way are made.
pub(super) fn set(
    design: &Design,
    id: &Id,
    path: &[String],
    value: &Value,
) -> Result<Patch, Refusal> {
    let (before, mut after, head) = open(design, id, path)?;
    match (head, &path[1..]) {
        ("title", []) => after.title = Some(text(path, value)?),
        ("lifecycle", []) => after.lifecycle = Some(lifecycle(path, value)?),
        ("was" | "tags" | "on", []) => whole(&mut after, path, head, value)?,
        ("title" | "lifecycle" | "was", _) => return Err(Refusal::Path(path.join("."))),
        ("tags", rest) => put(&mut after.tags, rest, value.clone())?,
        ("on", [_]) if value.as_table().is_none() => return Err(wrong(path, "a table", value)),
        ("on", [provider, rest @ ..]) => put_provider(&mut after, provider, rest, value)?,
        (_, []) => drop(after.attributes.insert(head.to_owned(), value.clone())),
        (_, _) => put(&mut after.attributes, path, value.clone())?,
    }
    if matches!(head, "title" | "lifecycle" | "was" | "tags") {
        // A value of the wrong type waited here under the same key.
        after.attributes.shift_remove(head);
    }
    Ok(changed(id, before, after))
}

/// Removes a value; tables that become empty by it go too. Removing what is not there is no change.
pub(super) fn unset(design: &Design, id: &Id, path: &[String]) -> Result<Patch, Refusal> {
    let (before, mut after, head) = open(design, id, path)?;
    match (head, &path[1..]) {
        ("title", []) => after.title = None,
        ("lifecycle", []) => after.lifecycle = None,
        ("was", []) => after.was.clear(),
        ("tags", []) => after.tags.clear(),
        ("on", []) => after.on.clear(),
        ("tags", rest) => take(&mut after.tags, rest),
        ("on", [provider]) => drop(after.on.shift_remove(provider)),
        ("on", [provider, rest @ ..]) => {
            if let Some(table) = after.on.get_mut(provider) {
                take(table, rest);
                if table.is_empty() {
                    after.on.shift_remove(provider);
                }
            }
        }
        _ => {}
    }
    take(&mut after.attributes, path);
    Ok(changed(id, before, after))
}

fn open<'a, 'p>(
    design: &'a Design,
    id: &Id,
    path: &'p [String],
) -> Result<(&'a Arc<Resource>, Resource, &'p str), Refusal> {
    let before =
        design.resources.get(id).ok_or_else(|| Refusal::Missing("resource", id.clone()))?;
    match path.first().map(String::as_str) {
        None | Some("" | "kind" | "parent") => Err(Refusal::Path(path.join("."))),
        Some(head) => Ok((before, Resource::clone(before), head)),
    }
}

fn changed(id: &Id, before: &Arc<Resource>, after: Resource) -> Patch {
    Patch::of(Change::Resource {
        id: id.clone(),
        before: Some(Arc::clone(before)),
        after: Some(Arc::new(after)),
    })
}

fn wrong(path: &[String], expected: &'static str, found: &Value) -> Refusal {
    Refusal::Type { path: path.join("."), expected, found: found.type_name() }
}

fn text(path: &[String], value: &Value) -> Result<String, Refusal> {
    value.as_str().map(str::to_owned).ok_or_else(|| wrong(path, "text", value))
}

fn lifecycle(path: &[String], value: &Value) -> Result<Lifecycle, Refusal> {
    match value.as_str() {
        Some("managed") => Ok(Lifecycle::Managed),
        Some("existing") => Ok(Lifecycle::Existing),
        Some("external") => Ok(Lifecycle::External),
        _ => Err(wrong(path, "`managed`, `existing` or `external`", value)),
    }
}

/// Replaces `was`, `tags` or `on` as a whole.
fn whole(after: &mut Resource, path: &[String], head: &str, value: &Value) -> Result<(), Refusal> {
    if head == "on" {
        after.on.clear();
    }
    match resource_key(after, head, value.clone()) {
        None => Ok(()),
        Some(_) if head == "was" => Err(wrong(path, "a list of ids", value)),
        Some(_) => Err(wrong(path, "a table", value)),
    }
}

fn put_provider(
    after: &mut Resource,
    provider: &str,
    rest: &[String],
    value: &Value,
) -> Result<(), Refusal> {
    match (rest, value) {
        ([], Value::Table(table)) => {
            after.on.insert(provider.to_owned(), table.clone());
            Ok(())
        }
        _ => put(after.on.entry(provider.to_owned()).or_default(), rest, value.clone()),
    }
}

/// Puts a value at a path of at least one key.
fn put(table: &mut Table, path: &[String], value: Value) -> Result<(), Refusal> {
    let mut at = table;
    let Some((last, way)) = path.split_last() else { return Err(Refusal::Path(String::new())) };
    for key in way {
        let next = at.entry(key.clone()).or_insert_with(|| Value::Table(Table::new()));
        let found = next.type_name();
        at = match next {
            Value::Table(table) => table,
            _ => {
                return Err(Refusal::Type {
                    path: path.join("."),
                    expected: "a table on the way",
                    found,
                });
            }
        };
    }
    at.insert(last.clone(), value);
    Ok(())
}

/// Takes a value out; tables that become empty by it go too.
fn take(table: &mut Table, path: &[String]) {
    match path {
        [] => {}
        [last] => drop(table.shift_remove(last)),
        [first, rest @ ..] => {
            if let Some(Value::Table(inner)) = table.get_mut(first) {
                let had = !inner.is_empty();
                take(inner, rest);
                if had && inner.is_empty() {
                    table.shift_remove(first);
                }
            }
        }
    }
}
