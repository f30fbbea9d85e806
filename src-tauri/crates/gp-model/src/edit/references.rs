//! Where a resource's id can stand inside the attributes of another: the attributes below, and
//! `${ID.ATTRIBUTE}` in any text.

use crate::{Design, Edit, Environment, Id, Table, Value};
use indexmap::IndexMap;

/// Kind, attribute, and the field of its rows where it has rows: a resource's id, or several. The
/// catalog's types say the same; a test there compares.
pub const REFERENCES: [(&str, &str, Option<&str>); 14] = [
    ("api-gateway", "private-link", None),
    ("dns-zone", "records", Some("value")),
    ("firewall", "rules", Some("destination")),
    ("firewall", "rules", Some("source")),
    ("hypervisor", "subnet", None),
    ("kubernetes-cluster", "pods", None),
    ("physical-server", "subnet", None),
    ("private-endpoint", "target", None),
    ("queue", "dead-letters", None),
    ("router", "subnet", None),
    ("storage-array", "subnet", None),
    ("subnet", "region", None),
    ("switch", "subnet", None),
    ("transit-hub", "egress", None),
];

/// A place of the same sort in a kind of a user's own, which only the catalog knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The kind.
    pub kind: String,
    /// Its attribute.
    pub attribute: String,
    /// The field of its rows, where it has rows.
    pub field: Option<&'static str>,
}

/// What has to be said beside a rename, so that it is followed in these places, too: edits for the design in which
/// `from` is `to` already.
pub fn following(design: &Design, own: &[Reference], from: &Id, to: &Id) -> Vec<Edit> {
    let new_id = |id: &str| (*from == *id).then(|| to.clone());
    let turned = |kind: &str, table: &Table| -> Vec<(String, Value)> {
        let places = own.iter().filter(|it| it.kind == kind);
        let mut changed: IndexMap<String, Value> = IndexMap::new();
        for place in places {
            let Some(value) = table.get(&place.attribute) else { continue };
            let mut value = changed.get(&place.attribute).unwrap_or(value).clone();
            if rename_reference(&mut value, place.field, &new_id) {
                changed.insert(place.attribute.clone(), value);
            }
        }
        changed.into_iter().collect()
    };
    let mut edits = Vec::new();
    for (id, resource) in &design.resources {
        for (attribute, value) in turned(&resource.kind, &resource.attributes) {
            edits.push(Edit::SetAttribute { resource: id.clone(), path: vec![attribute], value });
        }
    }
    for (id, environment) in &design.environments {
        let mut after = Environment::clone(environment);
        let mut any = false;
        for (owner, table) in &mut after.overrides {
            let kind = design.resources.get(owner).map_or("", |owner| owner.kind.as_str());
            for (attribute, value) in turned(kind, table) {
                table.insert(attribute, value);
                any = true;
            }
        }
        if any {
            edits.push(Edit::SetEnvironment { id: id.clone(), environment: Some(after) });
        }
    }
    edits
}

/// Calls back with the byte offset and the id of every `${ID.ATTRIBUTE}` and `${ID[KEY].ATTRIBUTE}`.
fn each_name<'a>(text: &'a str, mut found: impl FnMut(usize, &'a str)) {
    let mut at = 0;
    while let Some(start) = text[at..].find("${").map(|i| i + at) {
        at = start + 2;
        let escaped = text[..start].ends_with('$');
        let Some((inside, _)) = text[at..].split_once('}') else { break };
        if let Some((name, _)) = inside.split_once('.')
            && let Some(name) = name.split('[').next()
            && !escaped
            && !matches!(name, "var" | "secret")
        {
            found(at, name);
        }
    }
}

/// The new id of a resource, if it gets one.
pub(crate) type NewId<'a> = &'a dyn Fn(&str) -> Option<Id>;

/// The same attributes of a resource of this kind with every reference turned to the new ids; `None`
/// where there is none.
pub(crate) fn renamed(kind: &str, table: &Table, new_id: NewId<'_>) -> Option<Table> {
    renamed_knowing(kind, table, &[], new_id)
}

/// The same, with the places in kinds of a user's own.
pub(crate) fn renamed_knowing(
    kind: &str,
    table: &Table,
    own: &[Reference],
    new_id: NewId<'_>,
) -> Option<Table> {
    let mut changed = table.clone();
    let mut any = false;
    for (key, value) in &mut changed {
        any |= rename_texts(value, new_id);
        let known = REFERENCES.iter().filter(|(k, a, _)| (*k, *a) == (kind, key));
        let own = own.iter().filter(|it| it.kind == kind && it.attribute == *key);
        for field in known.map(|(.., field)| *field).chain(own.map(|it| it.field)) {
            any |= rename_reference(value, field, new_id);
        }
    }
    any.then_some(changed)
}

/// An id, a list of ids, or the field of each row that is one of these.
fn rename_reference(value: &mut Value, field: Option<&str>, new_id: NewId<'_>) -> bool {
    match (value, field) {
        (Value::String(text), None) => {
            let new = new_id(text);
            if let Some(new) = &new {
                *text = new.to_string();
            }
            new.is_some()
        }
        (Value::List(items), _) => {
            items.iter_mut().fold(false, |any, item| rename_reference(item, field, new_id) | any)
        }
        (Value::Table(row), Some(field)) => {
            row.get_mut(field).is_some_and(|value| rename_reference(value, None, new_id))
        }
        _ => false,
    }
}

/// `${ID.ATTRIBUTE}` in every text.
fn rename_texts(value: &mut Value, new_id: NewId<'_>) -> bool {
    match value {
        Value::String(text) => {
            let new = renamed_text(text, new_id);
            let any = new.is_some();
            *text = new.unwrap_or_else(|| std::mem::take(text));
            any
        }
        Value::List(items) => {
            items.iter_mut().fold(false, |any, item| rename_texts(item, new_id) | any)
        }
        Value::Table(table) => {
            table.values_mut().fold(false, |any, value| rename_texts(value, new_id) | any)
        }
        _ => false,
    }
}

fn renamed_text(text: &str, new_id: NewId<'_>) -> Option<String> {
    if !text.contains("${") {
        return None;
    }
    let mut places = Vec::new();
    each_name(text, |at, name| {
        if let Some(new) = new_id(name) {
            places.push((at, name.len(), new));
        }
    });
    let mut new = text.to_owned();
    for (at, length, id) in places.iter().rev() {
        new.replace_range(*at..at + length, id);
    }
    (!places.is_empty()).then_some(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_texts_are_found_and_escapes_are_not() {
        let mut names = Vec::new();
        let text = "${app.ip}:${orders.port} $${no.t} ${var.x} ${secret.y} ${open";
        each_name(text, |_, name| names.push(name));
        assert_eq!(names, ["app", "orders"]);
        let turned = renamed_text("${app[0].ip}", &|id| (id == "app").then(|| "shop".into()));
        assert_eq!(turned.as_deref(), Some("${shop[0].ip}"));
        assert_eq!(
            renamed_text("a ${app.ip} $${app.ip} ${app.id}${appl.x}", &|id| (id == "app")
                .then(|| "shop-app".into()))
            .as_deref(),
            Some("a ${shop-app.ip} $${app.ip} ${shop-app.id}${appl.x}")
        );
    }
}
