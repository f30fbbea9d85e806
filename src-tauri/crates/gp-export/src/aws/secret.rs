//! `${secret.NAME}`: a value that is not in the design. The formats write a variable for each secret
//! where a whole value names one; where they cannot, that is said, for its name is not its value.

use super::{Facts, is_managed, unsupported};
use gp_model::{Diagnostic, Place, Value};

/// Neutral attributes that may be a secret, because they are written as they are.
const WHOLE: [&str; 3] = ["environment", "pre-shared-key", "user-data"];

/// The secret that a whole value names.
pub fn named(text: &str) -> Option<&str> {
    let name = text.strip_prefix("${secret.")?.strip_suffix('}')?;
    (!name.is_empty() && !name.contains(['{', '}'])).then_some(name)
}

/// What a secret is, for whoever has to give it.
pub fn about(name: &str) -> String {
    format!("The secret “{}” of the design.", crate::name::one_line(name))
}

/// Secrets where a format needs to know the value, and those inside a longer text.
pub fn misplaced(facts: &Facts<'_>, format: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for resource in facts.resolved.resources.values().filter(|resource| is_managed(resource)) {
        let title = &resource.title;
        for (name, attribute) in resource.attributes.iter() {
            let whole = WHOLE.contains(&name.as_str()) || super::mentioned::is_raw(resource);
            if any(&attribute.value, &|text| named(text).is_some() && !whole) {
                let text = format!(
                    "{format} needs to know `{name}` of “{title}”, and a secret is known at deploy time only: write the value, or a variable"
                );
                found.push(Diagnostic::error(
                    "secret-not-possible",
                    Place::attribute(&resource.id, name),
                    text,
                ));
            }
        }
        let neutral = resource.attributes.iter().map(|(name, own)| (name.clone(), &own.value));
        let raw = resource.raw.iter().map(|(name, own)| (format!("on.aws.{name}"), own));
        let more = resource.raw_secondary.iter().flat_map(|(type_, table)| {
            table.iter().map(move |(name, own)| (format!("on.aws.{type_}.{name}"), own))
        });
        for (path, value) in neutral.chain(raw).chain(more) {
            if any(value, &|text| named(text).is_none() && text.contains("${secret.")) {
                let text = format!(
                    "`{path}` of “{title}” names a secret inside a longer text, which is written as it stands: make the secret the whole value"
                );
                found.push(unsupported(&resource.id, Some(&path), text));
            }
        }
    }
    found
}

fn any(value: &Value, wanted: &dyn Fn(&str) -> bool) -> bool {
    match value {
        Value::String(text) => wanted(text),
        Value::List(items) => items.iter().any(|item| any(item, wanted)),
        Value::Table(table) => table.values().any(|item| any(item, wanted)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_value_names_a_secret() {
        assert_eq!(named("${secret.db}"), Some("db"));
        assert_eq!(named("${secret.a \"b\"}"), Some("a \"b\""));
        for text in ["${secret.}", "${secret.a}${secret.b}", "x ${secret.a}", "$${secret.a}"] {
            assert_eq!(named(text), None, "{text}");
        }
    }
}
