//! From the tree of a file to the design. A value of the wrong type is a diagnostic and stays
//! among the thing's other attributes under its own key, so that it is written back.

use super::keys::{self, wrong};
use crate::{
    Design, Diagnostic, Environment, Id, Intent, Link, Place, Placeholder, Point, PolicySettings,
    Rect, Resource, Table, Value, View, Waiver, design::Layout,
};
use imbl::OrdMap;
use serde::{
    Deserialize,
    de::value::{Error, StrDeserializer},
};
use std::sync::Arc;

pub(crate) type Problems<'a> = &'a mut Vec<Diagnostic>;

/// The design that a tree means.
pub(crate) fn design(tree: Table, problems: Problems<'_>) -> Design {
    let mut design = Design::default();
    for (key, value) in tree {
        match (key.as_str(), value) {
            ("format", _) => {}
            ("design", Value::Table(table)) => about(&mut design, table, problems),
            ("resource", Value::Table(table)) => {
                let order: Vec<Id> = table.keys().map(Id::new).collect();
                design.resources = section(table, "resource", problems, resource);
                number(&mut design, &order);
            }
            ("link", Value::Table(table)) => design.links = section(table, "link", problems, link),
            ("intent", Value::Table(table)) => {
                design.intents = section(table, "intent", problems, intent);
            }
            ("environment", Value::Table(table)) => {
                design.environments = section(table, "environment", problems, environment);
            }
            ("policy", Value::Table(table)) => design.policy = Arc::new(policy(table, problems)),
            ("layout", Value::Table(table)) => design.layout = layout(table, problems),
            ("view", Value::Table(table)) => views(&mut design, table, problems),
            (
                known @ ("design" | "resource" | "link" | "intent" | "environment" | "policy"
                | "layout" | "view"),
                value,
            ) => {
                problems.push(wrong(Place::Design, known, "a section", &value));
                design.unknown.insert(key, value);
            }
            (_, value) => {
                problems.push(Diagnostic::warning(
                    "unknown-section",
                    Place::Design,
                    format!("“{key}” is no part of a design: it is kept and has no effect"),
                ));
                design.unknown.insert(key, value);
            }
        }
    }
    design
}

fn section<T>(
    table: Table,
    name: &str,
    problems: Problems<'_>,
    mut read: impl FnMut(&Id, Table, Problems<'_>) -> T,
) -> OrdMap<Id, Arc<T>> {
    let mut all = OrdMap::new();
    for (key, value) in table {
        match value {
            Value::Table(table) => {
                let id = Id::from(key);
                let item = Arc::new(read(&id, table, problems));
                all.insert(id, item);
            }
            other => {
                problems.push(wrong(Place::Design, &format!("{name}.{key}"), "a section", &other));
            }
        }
    }
    all
}

/// Gives resources their order of creation: where they stand in the file.
fn number(design: &mut Design, order: &[Id]) {
    for (place, id) in order.iter().enumerate() {
        if let Some(resource) = design.resources.get_mut(id) {
            Arc::make_mut(resource).sequence.0 = place as u64;
        }
    }
}

fn about(design: &mut Design, table: Table, problems: Problems<'_>) {
    for (key, value) in table {
        match (key.as_str(), value) {
            ("id", Value::String(text)) => design.id = Some(text),
            ("name", Value::String(text)) => design.name = Some(text),
            (_, value) => {
                problems.push(keys::ABOUT.problem(Place::Design, &key, &value));
                design.about.insert(key, value);
            }
        }
    }
}

fn word<T: for<'a> Deserialize<'a>>(text: &str) -> Option<T> {
    T::deserialize(StrDeserializer::<Error>::new(text)).ok()
}

fn words<T>(items: &[Value], one: fn(&str) -> Option<T>) -> Option<Vec<T>> {
    items.iter().map(|item| item.as_str().and_then(one)).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "a reader of one word, as `word` is")]
fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[expect(clippy::unnecessary_wraps, reason = "a reader of one word, as `word` is")]
fn id(text: &str) -> Option<Id> {
    Some(Id::new(text))
}

fn resource(id: &Id, table: Table, problems: Problems<'_>) -> Resource {
    let mut it = Resource::default();
    for (key, value) in table {
        let left = resource_key(&mut it, &key, value);
        let Some(value) = left else { continue };
        // Whether it can be switched off may follow from a variable.
        if let Some(known) = keys::RESOURCE.key(&key).filter(|known| known.name != "disabled") {
            let place = Place::attribute(id, key.clone());
            problems.push(wrong(place, &key, known.expects, &value));
        }
        it.attributes.insert(key, value);
    }
    if it.kind.is_empty() && !it.attributes.contains_key("kind") {
        problems.push(Diagnostic::error(
            "resource-without-kind",
            Place::resource(id),
            format!("“{id}” does not say what it is: add `kind`"),
        ));
    }
    it
}

/// Takes over a value that fits; gives back one that does not, or that belongs to no key of ours.
pub(crate) fn resource_key(it: &mut Resource, key: &str, value: Value) -> Option<Value> {
    match (key, value) {
        ("kind", Value::String(text)) => it.kind = text,
        ("parent", Value::String(text)) => it.parent = Some(text.into()),
        ("title", Value::String(text)) => it.title = Some(text),
        ("lifecycle", Value::String(text)) => match word(&text) {
            Some(lifecycle) => it.lifecycle = Some(lifecycle),
            None => return Some(Value::String(text)),
        },
        ("was", Value::List(items)) => match words(&items, self::id) {
            Some(was) => it.was = was,
            None => return Some(Value::List(items)),
        },
        ("tags", Value::Table(tags)) => it.tags = tags,
        ("on", Value::Table(on)) => {
            let mut rest = Table::new();
            for (provider, value) in on {
                match value {
                    Value::Table(table) => drop(it.on.insert(provider, table)),
                    other => drop(rest.insert(provider, other)),
                }
            }
            return (!rest.is_empty()).then_some(Value::Table(rest));
        }
        (_, value) => return Some(value),
    }
    None
}

fn link(id: &Id, table: Table, problems: Problems<'_>) -> Link {
    let mut it = Link::default();
    for (key, value) in table {
        match (key.as_str(), value) {
            ("from", Value::String(text)) => it.from = text.into(),
            ("to", Value::String(text)) => it.to = text.into(),
            ("kind", Value::String(text)) if word::<crate::LinkKind>(&text).is_some() => {
                it.kind = word(&text);
            }
            ("allow", Value::List(items)) if words(&items, text).is_some() => {
                it.allow = words(&items, text).unwrap_or_default();
            }
            ("access", Value::List(items)) if words(&items, word::<crate::Access>).is_some() => {
                it.access = words(&items, word).unwrap_or_default();
            }
            ("traffic", Value::String(text)) => it.traffic = Some(text),
            ("note", Value::String(text)) => it.note = Some(text),
            (
                read @ ("batch" | "listener" | "from-port" | "to-port"),
                value @ Value::Integer(_),
            )
            | (
                read @ ("bandwidth" | "color" | "from-port" | "latency" | "length" | "loss"
                | "medium" | "method" | "name" | "path" | "pool" | "to-port"),
                value @ Value::String(_),
            )
            | (read @ "gateway-transit", value @ Value::Bool(_)) => {
                it.attributes.insert(read.to_owned(), value);
            }
            ("failover", Value::String(text)) if matches!(&*text, "primary" | "secondary") => {
                it.attributes.insert(key, Value::String(text));
            }
            (read @ ("domains" | "groups"), value @ Value::List(_)) if is_words(&value) => {
                it.attributes.insert(read.to_owned(), value);
            }
            (_, value) => {
                // A variable may hold what fits.
                if !(may_be_variable(&key) && mentions_variable(&value)) {
                    let place = Place::Link { id: id.clone(), attribute: Some(key.clone()) };
                    problems.push(keys::LINK.problem(place, &key, &value));
                }
                it.attributes.insert(key, value);
            }
        }
    }
    it
}

fn may_be_variable(key: &str) -> bool {
    matches!(
        key,
        "allow"
            | "access"
            | "batch"
            | "domains"
            | "failover"
            | "gateway-transit"
            | "groups"
            | "listener"
    )
}

fn is_words(value: &Value) -> bool {
    value.as_list().is_some_and(|items| items.iter().all(|item| item.as_str().is_some()))
}

fn mentions_variable(value: &Value) -> bool {
    match value {
        Value::String(text) => matches!(Placeholder::of(text), Placeholder::Variable(_)),
        Value::List(items) => items.iter().any(mentions_variable),
        _ => false,
    }
}

fn intent(id: &Id, table: Table, problems: Problems<'_>) -> Intent {
    let mut it = Intent::default();
    let mut said = false;
    for (key, value) in table {
        match (key.as_str(), value) {
            ("from", Value::String(text)) => it.from = text.into(),
            ("to", Value::String(text)) => it.to = text.into(),
            ("expect", Value::String(text)) if word::<crate::Expectation>(&text).is_some() => {
                it.expect = word(&text).unwrap_or_default();
                said = true;
            }
            ("allow", Value::List(items)) if words(&items, text).is_some() => {
                it.allow = words(&items, text).unwrap_or_default();
            }
            (_, value) => {
                said |= key == "expect";
                problems.push(keys::INTENT.problem(Place::Intent { id: id.clone() }, &key, &value));
                it.attributes.insert(key, value);
            }
        }
    }
    if !said {
        problems.push(Diagnostic::error(
            "intent-without-expectation",
            Place::Intent { id: id.clone() },
            format!("intent “{id}” does not say what it expects: add `expect = \"unreachable\"`"),
        ));
    }
    it
}

fn environment(id: &Id, table: Table, problems: Problems<'_>) -> Environment {
    let mut it = Environment::default();
    for (key, value) in table {
        let Some(value) = environment_key(&mut it, &key, value) else { continue };
        let place = Place::Environment { id: id.clone(), attribute: Some(key.clone()) };
        problems.push(keys::ENVIRONMENT.problem(place, &key, &value));
        it.attributes.insert(key, value);
    }
    it
}

fn environment_key(it: &mut Environment, key: &str, value: Value) -> Option<Value> {
    match (key, value) {
        ("provider", Value::String(text)) => match word(&text) {
            Some(provider) => it.provider = provider,
            None => return Some(Value::String(text)),
        },
        ("like", Value::String(text)) if word::<crate::Provider>(&text).is_some() => {
            it.like = word(&text);
        }
        ("driver", Value::String(text)) if word::<crate::Driver>(&text).is_some() => {
            it.driver = word(&text);
        }
        ("backend", Value::Table(table)) => it.backend = table,
        ("variables", Value::Table(table)) => it.variables = table,
        ("regions", Value::Table(table)) => {
            let mut rest = Table::new();
            for (region, value) in table {
                match value {
                    Value::String(name) => drop(it.regions.insert(region.into(), name)),
                    other => drop(rest.insert(region, other)),
                }
            }
            return (!rest.is_empty()).then_some(Value::Table(rest));
        }
        ("override", Value::Table(table)) => {
            let mut rest = Table::new();
            for (resource, value) in table {
                match value {
                    Value::Table(values) => drop(it.overrides.insert(resource.into(), values)),
                    other => drop(rest.insert(resource, other)),
                }
            }
            return (!rest.is_empty()).then_some(Value::Table(rest));
        }
        ("modules", Value::Table(table)) => {
            let mut rest = Table::new();
            for (kind, value) in table {
                match value {
                    Value::Table(module) => drop(it.modules.insert(kind, module)),
                    other => drop(rest.insert(kind, other)),
                }
            }
            return (!rest.is_empty()).then_some(Value::Table(rest));
        }
        ("profile", Value::String(text)) => it.profile = Some(text),
        ("pool", Value::String(text)) => it.pool = Some(text),
        ("pool6", Value::String(text)) => it.pool6 = Some(text),
        ("suffix", Value::String(text)) => it.suffix = Some(text),
        ("ttl", Value::String(text)) => it.ttl = Some(text),
        ("protect", Value::Bool(flag)) => it.protect = Some(flag),
        (_, value) => return Some(value),
    }
    None
}

fn policy(table: Table, problems: Problems<'_>) -> PolicySettings {
    let mut it = PolicySettings::default();
    for (key, value) in table {
        match (key.as_str(), value) {
            ("profile", Value::String(text)) => it.profile = Some(text),
            ("parameters", Value::Table(table)) => it.parameters = table,
            ("waiver", Value::List(items))
                if items.iter().all(|item| item.as_table().is_some()) =>
            {
                it.waivers = items
                    .into_iter()
                    .filter_map(|item| match item {
                        Value::Table(table) => Some(waiver(table, problems)),
                        _ => None,
                    })
                    .collect();
            }
            (_, value) => {
                problems.push(keys::POLICY.problem(Place::Policy, &key, &value));
                it.attributes.insert(key, value);
            }
        }
    }
    it
}

fn waiver(table: Table, problems: Problems<'_>) -> Waiver {
    let mut it = Waiver::default();
    for (key, value) in table {
        match (key.as_str(), value) {
            ("rule", Value::String(text)) => it.rule = text,
            ("resource", Value::String(text)) => it.resource = Some(text),
            ("reason", Value::String(text)) => it.reason = Some(text),
            ("owner", Value::String(text)) => it.owner = Some(text),
            ("expires", Value::String(text) | Value::Date { date: text }) => {
                it.expires = Some(text);
            }
            (_, value) => {
                problems.push(keys::WAIVER.problem(Place::Policy, &key, &value));
                it.attributes.insert(key, value);
            }
        }
    }
    if it.rule.is_empty() && !it.attributes.contains_key("rule") {
        problems.push(Diagnostic::error(
            "waiver-without-rule",
            Place::Policy,
            "a waiver does not say which rule it waives: add `rule`",
        ));
    }
    it
}

fn layout(table: Table, problems: Problems<'_>) -> Layout {
    let mut it = Layout::default();
    for (key, value) in table {
        match (key.as_str(), value) {
            ("resources", Value::Table(rows)) => {
                it.resources = rectangles(rows, "layout.resources", problems);
            }
            ("links", Value::Table(rows)) => {
                it.links = way_points(rows, "layout.links", problems);
            }
            ("locked", Value::Table(rows)) => {
                for (id, value) in rows {
                    match value {
                        Value::Bool(locked) => drop(it.locked.insert(id.into(), locked)),
                        _ => problems.push(bad_row("layout.locked", &id, "true or false", &value)),
                    }
                }
            }
            (known, value) => problems.push(Diagnostic::warning(
                "unknown-section",
                Place::Design,
                format!(
                    "`layout.{known}` ({}) is no part of a drawing: it is kept and has no effect",
                    value.type_name()
                ),
            )),
        }
    }
    it
}

fn rectangles(rows: Table, section: &str, problems: Problems<'_>) -> OrdMap<Id, Rect> {
    let mut all = OrdMap::new();
    for (id, value) in rows {
        match rect(&value) {
            Some(rect) => drop(all.insert(id.into(), rect)),
            None => problems.push(bad_row(section, &id, "[x, y, width, height]", &value)),
        }
    }
    all
}

fn way_points(rows: Table, section: &str, problems: Problems<'_>) -> OrdMap<Id, Arc<Vec<Point>>> {
    let mut all = OrdMap::new();
    for (id, value) in rows {
        match value.as_list().and_then(|items| items.iter().map(point).collect()) {
            Some(points) => drop(all.insert(id.into(), Arc::new(points))),
            None => problems.push(bad_row(section, &id, "[[x, y], …]", &value)),
        }
    }
    all
}

fn views(design: &mut Design, table: Table, problems: Problems<'_>) {
    let mut layouts = OrdMap::new();
    let read = |id: &Id, mut table: Table, problems: Problems<'_>| {
        let mut own = Layout::default();
        let mut rows = |key: &str| match table.get(key) {
            Some(Value::Table(_)) => table.shift_remove(key).and_then(|it| it.as_table().cloned()),
            _ => None,
        };
        if let Some(rows) = rows("resources") {
            own.resources = rectangles(rows, &format!("view.{id}.resources"), problems);
        }
        if let Some(rows) = rows("links") {
            own.links = way_points(rows, &format!("view.{id}.links"), problems);
        }
        if !own.is_empty() {
            layouts.insert(id.clone(), own);
        }
        view(table, problems)
    };
    design.views = section(table, "view", problems, read);
    design.layouts = layouts;
}

fn view(table: Table, problems: Problems<'_>) -> View {
    let mut it = View::default();
    for (key, value) in table {
        match (key.as_str(), &value) {
            ("title", Value::String(text)) => it.title = Some(text.clone()),
            ("query", Value::String(text)) => it.query = Some(text.clone()),
            ("focus", Value::String(text)) => it.focus = Some(Id::new(text)),
            ("hide-outside", Value::Bool(hide)) => it.hide_outside = Some(*hide),
            ("overlay", Value::String(text)) => it.overlay = Some(text.clone()),
            ("hide", Value::List(items)) if words(items, text).is_some() => {
                it.hide = words(items, text).unwrap_or_default();
            }
            ("connected", Value::List(items)) if words(items, id).is_some() => {
                it.connected = words(items, id);
            }
            ("window", list) if rect(list).is_some() => it.window = rect(list),
            _ => {
                problems.push(keys::VIEW.problem(Place::Design, &key, &value));
                it.attributes.insert(key, value);
            }
        }
    }
    it
}

fn bad_row(section: &str, id: &str, expected: &str, found: &Value) -> Diagnostic {
    let mut problem = wrong(Place::Design, &format!("{section}.{id}"), expected, found);
    problem.severity = crate::Severity::Warning;
    problem
}

fn numbers<const N: usize>(value: &Value) -> Option<[i32; N]> {
    let numbers: Option<Vec<i32>> = value
        .as_list()?
        .iter()
        .map(|item| match item {
            Value::Integer(number) => i32::try_from(*number).ok(),
            // A hand-written or foreign file may have fractions; places are whole units.
            Value::Float(number) if number.is_finite() => Some(number.round() as i32),
            _ => None,
        })
        .collect();
    numbers?.try_into().ok()
}

fn rect(value: &Value) -> Option<Rect> {
    numbers::<4>(value).map(Rect::from)
}

fn point(value: &Value) -> Option<Point> {
    numbers::<2>(value).map(Point::from)
}
