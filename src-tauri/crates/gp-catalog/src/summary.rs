//! The line under a title: what matters about one resource, from its kind's template.
//!
//! `{name}` is an attribute's value (a choice by its label), `{name|text}` says what stands
//! there when there is none, `{name?text}` is the text where the attribute is true,
//! `{name=value?text}` where it has that value, `{ports}` the ports that a load balancer serves,
//! unless the kind has an attribute of that name.
//! Parts between ` · ` that come out empty fall away. Nothing here decides what a kind says.

use crate::{Kind, resolved::ResolvedResource};
use gp_model::Value;

/// The line for this resource.
pub fn summary(kind: &Kind, resource: &ResolvedResource) -> String {
    if resource.counts_none() {
        return "none in this environment".to_owned();
    }
    let mut out = String::new();
    for piece in pieces(&kind.summary) {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Name(name) => out.push_str(&shown(kind, resource, name)),
            Piece::Or(name, text) => {
                let value = shown(kind, resource, name);
                out.push_str(if value.is_empty() { text } else { &value });
            }
            Piece::If(name, None, text) if resource.flag(name) => out.push_str(text),
            Piece::If(name, Some(value), text) if resource.text(name) == Some(value) => {
                out.push_str(text);
            }
            Piece::If(..) => {}
        }
    }
    tidy(&out)
}

/// Names in the template that are no attributes of the kind.
pub(crate) fn unknown_names(kind: &Kind) -> Vec<String> {
    let names = pieces(&kind.summary).into_iter().filter_map(|piece| match piece {
        Piece::Text(_) => None,
        Piece::Name(name) | Piece::Or(name, _) | Piece::If(name, ..) => Some(name),
    });
    names
        .filter(|name| *name != "ports" && !kind.attributes.contains_key(*name))
        .map(|name| format!("its summary names “{name}”, which it does not have"))
        .collect()
}

enum Piece<'a> {
    Text(&'a str),
    Name(&'a str),
    Or(&'a str, &'a str),
    If(&'a str, Option<&'a str>, &'a str),
}

fn pieces(template: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push(Piece::Text(before));
        let (inner, after) = after.split_once('}').unwrap_or((after, ""));
        out.push(match (inner.split_once('?'), inner.split_once('|')) {
            (Some((test, text)), _) => match test.split_once('=') {
                Some((name, value)) => Piece::If(name, Some(value), text),
                None => Piece::If(test, None, text),
            },
            (None, Some((name, text))) => Piece::Or(name, text),
            (None, None) => Piece::Name(inner),
        });
        rest = after;
    }
    out.push(Piece::Text(rest));
    out
}

fn shown(kind: &Kind, resource: &ResolvedResource, name: &str) -> String {
    if name == "ports" && !kind.attributes.contains_key(name) {
        let open = resource.listeners.iter().filter(|l| l.redirect.is_none());
        return open.map(|l| l.ports.low.to_string()).collect::<Vec<_>>().join(", ");
    }
    match resource.value(name) {
        Some(Value::String(text)) => {
            let labels = kind.attributes.get(name).map(|attribute| &attribute.choice_labels);
            match labels.and_then(|labels| labels.get(text)) {
                Some(label) => label.clone(),
                _ => text.clone(),
            }
        }
        Some(Value::Integer(number)) => number.to_string(),
        Some(Value::Float(number)) => number.to_string(),
        _ => String::new(),
    }
}

fn tidy(line: &str) -> String {
    let parts = line.split(" · ").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}
