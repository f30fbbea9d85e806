//! Raw resources of CloudFormation's own types: the properties that the user wrote, with references to what is drawn.
//! `${shop.id}` is what `!Ref` gives, everything else what `!GetAtt` does.

use super::{
    template::{Template, instance_id, segment_id},
    writer::{Node, sub_literal},
};
use crate::{
    aws::{
        Facts, is_managed,
        mentioned::{self, Meant},
        unsupported,
    },
    name::logical,
};
use gp_catalog::{
    mention::{self, Mention, Piece},
    resolved::ResolvedResource,
};
use gp_model::{Diagnostic, Value};
use std::fmt::Write as _;

/// Writes it.
pub fn raw<'a>(template: &mut Template<'a>, raw: &'a ResolvedResource) {
    let Some(type_) = mentioned::type_of(raw) else { return };
    if !mentioned::is_cloudformation(type_) {
        let found = mentioned::left_out(raw, type_, "CloudFormation", "Terraform");
        template.diagnostics.push(found);
        return;
    }
    let mut writing = Writing { facts: template.facts, raw, found: Vec::new() };
    let said = mentioned::attributes(raw).into_iter().flatten();
    let properties: Vec<(String, Node)> = said
        .map(|(name, value)| (name.clone(), writing.node(&format!("attributes.{name}"), value)))
        .collect();
    let found = std::mem::take(&mut writing.found);
    template.diagnostics.extend(found);
    template.add(raw, type_, &raw.id, |own| own.0.extend(properties));
}

struct Writing<'w, 'a> {
    facts: &'w Facts<'a>,
    raw: &'a ResolvedResource,
    found: Vec<Diagnostic>,
}

impl Writing<'_, '_> {
    fn node(&mut self, path: &str, value: &Value) -> Node {
        match value {
            Value::String(text) | Value::Date { date: text } => self.text(path, text),
            Value::Integer(number) => Node::Number(*number),
            Value::Float(number) => Node::Float(*number),
            Value::Bool(flag) => Node::Bool(*flag),
            Value::List(items) => {
                Node::List(items.iter().map(|item| self.node(path, item)).collect())
            }
            Value::Table(table) => Node::Map(
                table.iter().map(|(key, value)| (key.clone(), self.node(path, value))).collect(),
            ),
        }
    }

    fn text(&mut self, path: &str, text: &str) -> Node {
        if let Some(secret) = crate::aws::secret::named(text) {
            return Node::Secret(secret.to_owned());
        }
        let refer = |mention: Mention<'_>| self.reference(mention);
        written(text, &refer).unwrap_or_else(|why| self.refused(path, text, &why))
    }

    fn reference(&self, mention: Mention<'_>) -> Result<Vec<Node>, String> {
        let meant = mentioned::meant(self.facts, mention)?;
        let exists = match &meant {
            Meant::One(other)
            | Meant::Instance(other, _)
            | Meant::Instances(other)
            | Meant::Repositories(other, _) => !is_managed(other),
            Meant::Segment(segment) => {
                self.facts.resource(&segment.subnet).is_some_and(|tier| !is_managed(tier))
            }
            Meant::Segments(tier, _) => !is_managed(tier),
        };
        let ids = ids_of(&meant)?;
        let is_ref = matches!(mention.attribute, "id" | "Ref");
        if exists && !is_ref {
            let id = mention.id;
            return Err(format!("of “{id}”, which exists already, only ${{{id}.id}} is known"));
        }
        let attribute = if mention.attribute == "arn" { "Arn" } else { mention.attribute };
        let node = |id: String| {
            if is_ref { Node::Ref(id) } else { Node::Att(id, attribute.to_owned()) }
        };
        Ok(ids.into_iter().map(node).collect())
    }

    fn refused(&mut self, path: &str, text: &str, why: &str) -> Node {
        let shown = path.trim_start_matches("attributes.");
        let title = &self.raw.title;
        let words = format!("CloudFormation writes {shown} of “{title}” as plain text: {why}");
        self.found.push(unsupported(&self.raw.id, Some(path), words));
        Node::Text(text.to_owned())
    }
}

/// A text with what it mentions put in; `refer` says what that is.
pub fn written(
    text: &str,
    refer: &dyn Fn(Mention<'_>) -> Result<Vec<Node>, String>,
) -> Result<Node, String> {
    let pieces = mention::pieces(text);
    match pieces.as_slice() {
        [Piece::Text(text)] => return Ok(Node::Text(text.clone())),
        [Piece::Mention(whole)] => {
            let mut nodes = refer(*whole)?;
            return Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::List(nodes) });
        }
        _ => {}
    }
    let mut written = String::new();
    for piece in pieces {
        let mention = match piece {
            Piece::Text(text) => {
                written.push_str(&sub_literal(&text));
                continue;
            }
            Piece::Mention(mention) => mention,
        };
        match refer(mention)?.as_slice() {
            [Node::Ref(id)] => drop(write!(written, "${{{id}}}")),
            [Node::Att(id, attribute)] => drop(write!(written, "${{{id}.{attribute}}}")),
            [Node::Sub(text)] => written.push_str(text),
            _ => return Err("of several things a text can take one".to_owned()),
        }
    }
    Ok(Node::Sub(written))
}

/// The logical ids that are meant.
pub fn ids_of(meant: &Meant<'_>) -> Result<Vec<String>, String> {
    let written = |other: &ResolvedResource| {
        let known = super::mapping::ROWS.iter().any(|row| row.kind == other.kind);
        let ours = !mentioned::is_raw(other)
            || mentioned::type_of(other).is_some_and(mentioned::is_cloudformation);
        (known && ours)
            .then_some(())
            .ok_or_else(|| format!("CloudFormation writes nothing for “{}”", other.id))
    };
    Ok(match meant {
        Meant::One(other) => {
            written(other)?;
            vec![logical(&other.id)]
        }
        Meant::Instance(other, instance) => vec![instance_id(other, instance)],
        Meant::Instances(other) => {
            other.instances.iter().map(|instance| instance_id(other, instance)).collect()
        }
        Meant::Repositories(other, names) => {
            names.iter().map(|name| logical(&super::registry::name(other, name))).collect()
        }
        Meant::Segment(segment) => vec![segment_id(segment)],
        Meant::Segments(_, all) => all.iter().map(|segment| segment_id(segment)).collect(),
    })
}

/// Makes what waits for something by a drawn link wait for it.
pub fn waits(template: &mut Template<'_>) {
    let facts = template.facts;
    for (waiting, on) in mentioned::waits(facts) {
        let all = |one: &ResolvedResource| {
            let whole = Mention { id: &one.id, key: None, attribute: "id" };
            mentioned::meant(facts, whole).and_then(|meant| ids_of(&meant)).unwrap_or_default()
        };
        if !is_managed(on) {
            continue;
        }
        let (waiting, on) = (all(waiting), all(on));
        for entry in template.entries.iter_mut().filter(|entry| waiting.contains(&entry.id)) {
            entry.depends_on.extend(on.iter().cloned());
            entry.depends_on.dedup();
        }
    }
}
