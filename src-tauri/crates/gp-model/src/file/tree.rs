//! From parts of the design back to the tables of the file, in the order in which we write keys.

use crate::{
    Environment, Id, Intent, Link, Point, PolicySettings, Rect, Resource, Table, Value, View,
    Waiver,
};
use serde::Serialize;

fn word<T: Serialize>(value: &T) -> Value {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => Value::String(text),
        _ => unreachable!("the words of the file are unit variants"),
    }
}

fn texts<T: AsRef<str>>(items: &[T]) -> Value {
    Value::List(items.iter().map(|item| Value::from(item.as_ref())).collect())
}

fn put(table: &mut Table, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        table.insert(key.to_owned(), value);
    }
}

fn optional(table: &mut Table, key: &str, text: Option<&String>) {
    put(table, key, text.map(|text| Value::from(text.as_str())));
}

/// Values of the wrong type that wait among the attributes win over a missing typed value, and
/// tables of both are one.
fn merge(table: &mut Table, attributes: &Table) {
    for (key, value) in attributes {
        match (table.get_mut(key), value) {
            (Some(Value::Table(typed)), Value::Table(rest)) => {
                for (key, value) in rest {
                    typed.entry(key.clone()).or_insert_with(|| value.clone());
                }
            }
            _ => drop(table.insert(key.clone(), value.clone())),
        }
    }
}

/// A `[resource.ID]` table.
pub(crate) fn resource(it: &Resource) -> Table {
    let mut table = Table::new();
    table.insert("kind".to_owned(), Value::from(it.kind.as_str()));
    put(&mut table, "parent", it.parent.as_ref().map(|id| Value::from(id.as_str())));
    optional(&mut table, "title", it.title.as_ref());
    put(&mut table, "lifecycle", it.lifecycle.as_ref().map(word));
    put(&mut table, "was", (!it.was.is_empty()).then(|| texts(&it.was)));
    let mut rest = Table::new();
    put(&mut rest, "tags", (!it.tags.is_empty()).then(|| Value::Table(it.tags.clone())));
    if !it.on.is_empty() {
        let on =
            it.on.iter().map(|(provider, table)| (provider.clone(), Value::Table(table.clone())));
        rest.insert("on".to_owned(), Value::Table(on.collect()));
    }
    merge(&mut rest, &it.attributes);
    // Attributes first, tags and raw attributes last, as people read them.
    for last in ["tags", "on"] {
        if let Some(value) = rest.shift_remove(last) {
            rest.insert(last.to_owned(), value);
        }
    }
    merge(&mut table, &rest);
    table
}

/// A `[link.ID]` table.
pub(crate) fn link(it: &Link) -> Table {
    let mut table = Table::new();
    ends(&mut table, &it.from, &it.to);
    put(&mut table, "kind", it.kind.as_ref().map(word));
    put(&mut table, "allow", (!it.allow.is_empty()).then(|| texts(&it.allow)));
    let access = || Value::List(it.access.iter().map(word).collect());
    put(&mut table, "access", (!it.access.is_empty()).then(access));
    optional(&mut table, "traffic", it.traffic.as_ref());
    optional(&mut table, "note", it.note.as_ref());
    merge(&mut table, &it.attributes);
    table
}

fn ends(table: &mut Table, from: &Id, to: &Id) {
    table.insert("from".to_owned(), Value::from(from.as_str()));
    table.insert("to".to_owned(), Value::from(to.as_str()));
}

/// An `[intent.ID]` table.
pub(crate) fn intent(it: &Intent) -> Table {
    let mut table = Table::new();
    table.insert("expect".to_owned(), word(&it.expect));
    ends(&mut table, &it.from, &it.to);
    put(&mut table, "allow", (!it.allow.is_empty()).then(|| texts(&it.allow)));
    merge(&mut table, &it.attributes);
    table
}

/// An `[environment.ID]` table.
pub(crate) fn environment(it: &Environment) -> Table {
    let mut table = Table::new();
    table.insert("provider".to_owned(), word(&it.provider));
    put(&mut table, "driver", it.driver.as_ref().map(word));
    put(&mut table, "backend", (!it.backend.is_empty()).then(|| Value::Table(it.backend.clone())));
    put(&mut table, "like", it.like.as_ref().map(word));
    let regions = it.regions.iter().map(|(id, name)| (id.to_string(), Value::from(name.as_str())));
    put(&mut table, "regions", (!it.regions.is_empty()).then(|| Value::Table(regions.collect())));
    put(
        &mut table,
        "variables",
        (!it.variables.is_empty()).then(|| Value::Table(it.variables.clone())),
    );
    optional(&mut table, "profile", it.profile.as_ref());
    optional(&mut table, "pool", it.pool.as_ref());
    optional(&mut table, "pool6", it.pool6.as_ref());
    optional(&mut table, "suffix", it.suffix.as_ref());
    optional(&mut table, "ttl", it.ttl.as_ref());
    put(&mut table, "protect", it.protect.map(Value::Bool));
    let modules = it.modules.iter().map(|(kind, it)| (kind.clone(), Value::Table(it.clone())));
    put(&mut table, "modules", (!it.modules.is_empty()).then(|| Value::Table(modules.collect())));
    let overrides =
        it.overrides.iter().map(|(id, table)| (id.to_string(), Value::Table(table.clone())));
    put(
        &mut table,
        "override",
        (!it.overrides.is_empty()).then(|| Value::Table(overrides.collect())),
    );
    merge(&mut table, &it.attributes);
    table
}

/// The `[policy]` table.
pub(crate) fn policy(it: &PolicySettings) -> Table {
    let mut table = Table::new();
    optional(&mut table, "profile", it.profile.as_ref());
    put(
        &mut table,
        "parameters",
        (!it.parameters.is_empty()).then(|| Value::Table(it.parameters.clone())),
    );
    let waivers = || Value::List(it.waivers.iter().map(|it| Value::Table(waiver(it))).collect());
    put(&mut table, "waiver", (!it.waivers.is_empty()).then(waivers));
    merge(&mut table, &it.attributes);
    table
}

/// A `[view.ID]` table, without its places.
pub(crate) fn view(it: &View) -> Table {
    let mut table = Table::new();
    optional(&mut table, "title", it.title.as_ref());
    optional(&mut table, "query", it.query.as_ref());
    put(&mut table, "hide", (!it.hide.is_empty()).then(|| texts(&it.hide)));
    put(&mut table, "focus", it.focus.as_ref().map(|id| Value::from(id.as_str())));
    put(&mut table, "hide-outside", it.hide_outside.map(Value::Bool));
    put(&mut table, "connected", it.connected.as_deref().map(texts));
    optional(&mut table, "overlay", it.overlay.as_ref());
    put(&mut table, "window", it.window.map(rect));
    merge(&mut table, &it.attributes);
    table
}

fn waiver(it: &Waiver) -> Table {
    let mut table = Table::new();
    table.insert("rule".to_owned(), Value::from(it.rule.as_str()));
    optional(&mut table, "resource", it.resource.as_ref());
    optional(&mut table, "reason", it.reason.as_ref());
    optional(&mut table, "owner", it.owner.as_ref());
    put(&mut table, "expires", it.expires.as_ref().map(|day| Value::Date { date: day.clone() }));
    merge(&mut table, &it.attributes);
    table
}

/// A row of `[layout.resources]`.
pub(crate) fn rect(it: Rect) -> Value {
    Value::List([it.x, it.y, it.w, it.h].map(|n| Value::Integer(n.into())).into())
}

/// A row of `[layout.links]`.
pub(crate) fn points(points: &[Point]) -> Value {
    let point = |it: &Point| Value::List([it.x, it.y].map(|n| Value::Integer(n.into())).into());
    Value::List(points.iter().map(point).collect())
}
