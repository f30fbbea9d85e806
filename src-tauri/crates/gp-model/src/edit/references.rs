//! Where a resource's id can stand inside the attributes of another: reference attributes and
//! `${id.attr}` texts. Which attributes are references the catalog knows; the keys here serve
//! where it is not at hand.

use crate::{Id, Table, Value};

/// Keys that hold a resource's id in the kinds that we ship.
const REFERENCE_KEYS: [&str; 15] = [
    "certificate-of",
    "dead-letter",
    "destination",
    "encryption-key",
    "firewall",
    "key",
    "network",
    "next-hop",
    "queue",
    "replica-of",
    "source",
    "subnet",
    "subnets",
    "target",
    "targets",
];

/// Whether an attribute of this name holds a resource's id (or a list of them) by convention.
pub fn is_reference_key(key: &str) -> bool {
    REFERENCE_KEYS.binary_search(&key).is_ok()
}

/// The ids that a text names as `${ID.ATTRIBUTE}`; `var`, `secret` and `$${` are none.
pub fn names_in_text(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    each_name(text, |_, name| names.push(name));
    names
}

/// Calls back with the byte offset and the id of every `${ID.ATTRIBUTE}`.
fn each_name<'a>(text: &'a str, mut found: impl FnMut(usize, &'a str)) {
    let mut at = 0;
    while let Some(start) = text[at..].find("${").map(|i| i + at) {
        at = start + 2;
        let escaped = text[..start].ends_with('$');
        let Some((inside, _)) = text[at..].split_once('}') else { break };
        if let Some((name, _)) = inside.split_once('.')
            && !escaped
            && !matches!(name, "var" | "secret")
        {
            found(at, name);
        }
    }
}

/// The new id of a resource, if it gets one.
pub(crate) type NewId<'a> = &'a dyn Fn(&str) -> Option<Id>;

/// The same table with every reference turned to the new ids; `None` where there is none.
pub(crate) fn renamed(
    table: &Table,
    new_id: NewId<'_>,
    is_reference: &dyn Fn(&str) -> bool,
) -> Option<Table> {
    let mut changed = table.clone();
    let mut any = false;
    for (key, value) in &mut changed {
        any |= rename_value(value, new_id, is_reference(key), is_reference);
    }
    any.then_some(changed)
}

fn rename_value(
    value: &mut Value,
    new_id: NewId<'_>,
    reference: bool,
    is_reference: &dyn Fn(&str) -> bool,
) -> bool {
    match value {
        Value::String(text) => {
            let whole = if reference { new_id(text).map(|id| id.to_string()) } else { None };
            match whole.or_else(|| renamed_text(text, new_id)) {
                Some(new) => {
                    *text = new;
                    true
                }
                None => false,
            }
        }
        Value::List(items) => items
            .iter_mut()
            .fold(false, |any, item| rename_value(item, new_id, reference, is_reference) | any),
        Value::Table(table) => table.iter_mut().fold(false, |any, (key, value)| {
            rename_value(value, new_id, is_reference(key), is_reference) | any
        }),
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
    fn the_reference_keys_are_sorted() {
        assert!(REFERENCE_KEYS.is_sorted());
    }

    #[test]
    fn names_in_texts_are_found_and_escapes_are_not() {
        assert_eq!(
            names_in_text("${app.ip}:${orders.port} $${no.t} ${var.x} ${secret.y} ${open"),
            ["app", "orders"]
        );
        assert_eq!(
            renamed_text("a ${app.ip} $${app.ip} ${app.id}${appl.x}", &|id| (id == "app")
                .then(|| "shop-app".into()))
            .as_deref(),
            Some("a ${shop-app.ip} $${app.ip} ${shop-app.id}${appl.x}")
        );
    }
}
