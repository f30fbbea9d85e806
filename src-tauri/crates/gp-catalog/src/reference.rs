//! The reference page of kinds and their attributes, in Markdown, from the same data that palette,
//! inspector and checks read.

use crate::{
    Kind,
    kind::{Attribute, AttributeType, Catalog, word},
    prices, told, units,
};
use gp_model::Value;
use std::fmt::Write as _;

/// The page of all kinds, in the palette's order.
pub fn reference(catalog: &Catalog) -> String {
    let mut out = String::from(
        "# Kinds\n\nWhat can be drawn. Attributes stand in the file under `[resource.ID]`, by their names here.\n",
    );
    for kind in catalog.kinds.values() {
        out.push('\n');
        out.push_str(&page(catalog, kind));
    }
    out
}

/// What is known of a kind (`server`) or one of its attributes (`server.cpu`); `None`: there is no such.
pub fn explain(catalog: &Catalog, word: &str) -> Option<String> {
    match word.split_once('.') {
        None => Some(page(catalog, catalog.kind(word)?)),
        Some((kind, name)) => {
            let kind = catalog.kind(kind)?;
            Some(attribute_page(kind, name, kind.attributes.get(name)?))
        }
    }
}

fn page(catalog: &Catalog, kind: &Kind) -> String {
    let mut out = format!("## {} (`{}`)\n\n{}\n\n", kind.title, kind.id, kind.help);
    let mut fact = |name: &str, text: String| {
        if !text.is_empty() {
            let _ = writeln!(out, "- {name}: {text}");
        }
    };
    fact("Stands in", listed(kind.parents.iter().map(|parent| title(catalog, parent))));
    fact("Links to", links(catalog, kind));
    fact("Linked from", linked_from(catalog, kind));
    fact("Listens by itself", listed(kind.services.iter().map(service)));
    fact("Needs of the platform", listed(kind.needs.iter().map(word)));
    let zones = kind.min_zones.iter().map(|(provider, least)| format!("{least} on {provider}"));
    fact("Zones at least", listed(zones));
    let mut meters: Vec<&str> =
        kind.price.iter().map(|meter| prices::builtin().title(&meter.meter)).collect();
    meters.dedup();
    fact("Billed for", listed(meters.into_iter().map(str::to_owned)));
    let names = told::of(&kind.id).map(|row| format!("`${{ID.{}}}`", row.name));
    fact("Applications can be told", listed(names));
    for (provider, types) in &kind.counterparts {
        fact(&format!("On {provider}"), listed(types.iter().map(|one| format!("`{one}`"))));
    }
    if !kind.attributes.is_empty() {
        out.push_str("\n| attribute | what | default | allowed |\n|---|---|---|---|\n");
        for (name, attribute) in &kind.attributes {
            let _ = writeln!(
                out,
                "| `{name}` | {} | {} | {} |",
                cell(&attribute.help),
                cell(&default(attribute)),
                cell(&allowed(attribute))
            );
        }
    }
    out
}

fn attribute_page(kind: &Kind, name: &str, attribute: &Attribute) -> String {
    let mut out = format!(
        "## {} of {} (`{}.{name}`)\n\n",
        attribute.title(name),
        kind.title.to_lowercase(),
        kind.id
    );
    let _ = writeln!(out, "{}\n", attribute.help);
    let mut fact = |name: &str, text: String| {
        if !text.is_empty() {
            let _ = writeln!(out, "- {name}: {text}");
        }
    };
    fact("Allowed", allowed(attribute));
    fact("Default", default(attribute));
    if attribute.inherited {
        fact("Left out", "taken from the nearest container that says it".to_owned());
    }
    fact("In the file", format!("`{name} = {}`", example(attribute)));
    out
}

fn title(catalog: &Catalog, id: &str) -> String {
    match catalog.kind(id) {
        _ if id == "root" => "the top of the design".to_owned(),
        Some(kind) => kind.title.to_lowercase(),
        None => format!("`{id}`"),
    }
}

fn links(catalog: &Catalog, kind: &Kind) -> String {
    let ends = kind.links.iter().map(|end| {
        let to = listed(end.to.iter().map(|to| title(catalog, to)));
        format!("{to} ({})", word(&end.kind))
    });
    ends.collect::<Vec<_>>().join("; ")
}

fn linked_from(catalog: &Catalog, kind: &Kind) -> String {
    let mut from: Vec<String> = Vec::new();
    for other in catalog.kinds.values() {
        for end in other.links.iter().filter(|end| end.to.contains(&kind.id)) {
            from.push(format!("{} ({})", other.title.to_lowercase(), word(&end.kind)));
        }
    }
    listed(from.into_iter())
}

fn service(service: &crate::kind::ServiceSpec) -> String {
    match service.ports.as_str() {
        "protocol" => format!("{} on its protocol's port", service.name),
        "engine" => format!("{} on its engine's port", service.name),
        ports => format!("{} on {ports}", service.name),
    }
}

/// What may be written, in words.
fn allowed(attribute: &Attribute) -> String {
    let mut words = match attribute.type_ {
        AttributeType::Choice => listed(attribute.choices.iter().map(|one| format!("`{one}`"))),
        AttributeType::Bool => "`true`, `false`".to_owned(),
        AttributeType::List if !attribute.choices.is_empty() => {
            format!("any of {}", listed(attribute.choices.iter().map(|one| format!("`{one}`"))))
        }
        AttributeType::Reference => format!("the id of a {}", attribute.of.join(" or ")),
        other => kind_of_value(other).to_owned(),
    };
    if let Some(range) = range(attribute) {
        let _ = write!(words, ", {range}");
    }
    if attribute.required {
        words.push_str("; must be there");
    }
    if attribute.secret {
        words.push_str("; only `${secret.NAME}`");
    } else if attribute.may_be_secret {
        words.push_str("; may be `${secret.NAME}`");
    }
    words
}

fn kind_of_value(type_: AttributeType) -> &'static str {
    match type_ {
        AttributeType::Text => "text",
        AttributeType::LongText => "text of several lines",
        AttributeType::City => "a city such as `\"frankfurt\"`",
        AttributeType::Integer => "a whole number",
        AttributeType::Number => "a number",
        AttributeType::Size => "a size such as `\"4 GiB\"`",
        AttributeType::Duration => "a stretch of time such as `\"30 days\"`",
        AttributeType::Cidr => "a network such as `\"10.20.0.0/16\"`",
        AttributeType::Cidr6 => "an IPv6 network such as `\"fd12:3456:789a:100::/56\"`",
        AttributeType::Address => "an address such as `\"10.20.1.10\"`",
        AttributeType::Domain => "a domain name",
        AttributeType::Port => "a port number",
        AttributeType::Zone => "a zone's letter",
        AttributeType::Zones => "a list of zone letters",
        AttributeType::List => "a list of text",
        AttributeType::Services => "a list of `{ name, protocol, port }`",
        AttributeType::Listeners => "a list of `{ protocol, port, certificate, redirect }`",
        AttributeType::HealthCheck => "`{ protocol, port, path, interval }`",
        AttributeType::Rules => {
            "a list of `{ action, source, destination, protocol, ports, comment }`"
        }
        AttributeType::Records => "a list of `{ name, type, value }`",
        AttributeType::Bool | AttributeType::Choice | AttributeType::Reference => "",
        AttributeType::Table => "a table",
    }
}

fn range(attribute: &Attribute) -> Option<String> {
    let shown = |number: f64| match attribute.type_ {
        AttributeType::Size => units::format_size(number as u64),
        AttributeType::Duration => units::format_duration(number as u64),
        AttributeType::Cidr6 => format!("/{number}"),
        _ => number.to_string(),
    };
    match (attribute.min.map(shown), attribute.max.map(shown)) {
        (Some(min), Some(max)) => Some(format!("{min} to {max}")),
        (Some(min), None) => Some(format!("at least {min}")),
        (None, Some(max)) => Some(format!("at most {max}")),
        (None, None) => None,
    }
}

fn default(attribute: &Attribute) -> String {
    attribute.default.as_ref().map(|value| format!("`{}`", written(value))).unwrap_or_default()
}

/// A value that may stand in the file: the default, else the first that fits.
fn example(attribute: &Attribute) -> String {
    if let Some(default) = &attribute.default {
        return written(default);
    }
    let text = |text: &str| written(&Value::from(text));
    match attribute.type_ {
        AttributeType::Choice => attribute.choices.first().map(|one| text(one)).unwrap_or_default(),
        AttributeType::Bool => "true".to_owned(),
        AttributeType::Integer | AttributeType::Number | AttributeType::Port => {
            attribute.min.unwrap_or(1.0).to_string()
        }
        AttributeType::Size => {
            text(&units::format_size(attribute.min.unwrap_or(1_073_741_824.0) as u64))
        }
        AttributeType::Duration => {
            text(&units::format_duration(attribute.min.unwrap_or(86_400.0) as u64))
        }
        AttributeType::Cidr => text("10.20.0.0/16"),
        AttributeType::Cidr6 => text("fd12:3456:789a:100::/56"),
        AttributeType::Address => text("10.20.1.10"),
        AttributeType::City => text("frankfurt"),
        AttributeType::Domain => text("shop.example.com"),
        AttributeType::Zone => text("a"),
        AttributeType::Zones => "[\"a\", \"b\"]".to_owned(),
        _ => "…".to_owned(),
    }
}

/// As it stands in a file.
fn written(value: &Value) -> String {
    toml::Value::try_from(value).map(|value| value.to_string()).unwrap_or_default()
}

fn listed(all: impl Iterator<Item = String>) -> String {
    all.collect::<Vec<_>>().join(", ")
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin;

    #[test]
    fn every_kind_and_attribute_has_a_page() {
        for kind in builtin().kinds.values() {
            let page = explain(builtin(), &kind.id).unwrap();
            assert!(page.contains(&kind.help), "{page}");
            for (name, attribute) in &kind.attributes {
                assert!(page.contains(&format!("| `{name}` |")), "{name} of {}", kind.id);
                let own = explain(builtin(), &format!("{}.{name}", kind.id)).unwrap();
                assert!(own.contains(&attribute.help), "{own}");
                assert!(!allowed(attribute).is_empty(), "{name} of {}", kind.id);
            }
        }
        assert_eq!(explain(builtin(), "sailing-boat"), None);
        assert_eq!(explain(builtin(), "server.sails"), None);
    }

    #[test]
    fn the_page_of_a_volume() {
        insta::assert_snapshot!(explain(builtin(), "volume").unwrap());
    }

    #[test]
    fn the_page_of_an_attribute() {
        insta::assert_snapshot!(explain(builtin(), "server.memory").unwrap());
    }

    /// What a page says may be written can be.
    #[test]
    fn examples_are_accepted_where_they_are_whole() {
        for kind in builtin().kinds.values() {
            for (name, attribute) in &kind.attributes {
                let example = example(attribute);
                let Ok(table) = toml::from_str::<toml::Table>(&format!("v = {example}")) else {
                    assert_eq!(example, "…", "{name} of {}", kind.id);
                    continue;
                };
                let value: Value = table["v"].clone().try_into().unwrap();
                assert_eq!(attribute.check(&value), Ok(()), "{name} of {}: {example}", kind.id);
            }
        }
    }
}
