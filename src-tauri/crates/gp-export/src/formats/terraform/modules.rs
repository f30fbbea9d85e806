//! The user's own modules in place of kinds: a `module` block for each resource of such a kind, and what others want of it
//! from the outputs that the environment names.

use super::{
    overrides,
    raw::{reference, write_inside, write_reference},
    refs,
    sheet::Sheet,
    writer::{Expr, code},
};
use crate::aws::{Facts, unsupported};
use gp_catalog::{
    mention::{self, Mention, Piece},
    resolved::{Module, ResolvedResource},
    told,
};
use gp_model::{Diagnostic, Lifecycle, Place, Value};
use std::collections::BTreeSet;

/// The module that stands in for a resource here.
pub fn module_of<'a>(facts: &Facts<'a>, resource: &ResolvedResource) -> Option<&'a Module> {
    let module = facts.resolved.environment.modules.get(&resource.kind)?;
    // What holds others cannot be one: that is said where it is written.
    if gp_catalog::builtin().kind(&resource.kind).is_some_and(|kind| kind.container) {
        return None;
    }
    (resource.lifecycle == Lifecycle::Managed).then_some(module)
}

/// Writes its block.
pub fn module<'a>(sheet: &mut Sheet<'a>, resource: &'a ResolvedResource, module: &'a Module) {
    let facts = sheet.facts;
    let mut inputs = Inputs { facts, resource, found: Vec::new() };
    let written: Vec<(String, Expr)> = module
        .inputs
        .iter()
        .map(|(name, value)| (name.clone(), inputs.expr(name, value)))
        .collect();
    let found = inputs.found;
    sheet.diagnostics.extend(found);
    let alias = sheet.alias(resource);
    sheet.module(resource, |body| {
        body.set("source", module.source.as_str());
        body.set_some("version", module.version.as_deref());
        if let Some(alias) = alias {
            let aws = ("aws".to_owned(), code(format!("aws.{alias}")));
            body.set("providers", Expr::Object(vec![aws]));
        }
        for (name, value) in written {
            body.set(&name, value);
        }
    });
    if !resource.raw.is_empty() || !resource.raw_secondary.is_empty() {
        let text = format!(
            "Terraform leaves out what “{}” says under on.aws: its module takes inputs only",
            resource.title
        );
        sheet.diagnostics.push(unsupported(&resource.id, Some("on.aws"), text));
    }
    if facts.grants(&resource.id).next().is_some() {
        let text = format!(
            "Terraform leaves to the module of “{}” what links let it do: give the module what it needs for that as inputs",
            resource.title
        );
        sheet.diagnostics.push(unsupported(&resource.id, None, text));
    }
}

struct Inputs<'w, 'a> {
    facts: &'w Facts<'a>,
    resource: &'a ResolvedResource,
    found: Vec<Diagnostic>,
}

impl Inputs<'_, '_> {
    fn expr(&mut self, path: &str, value: &Value) -> Expr {
        match value {
            Value::String(text) => self.text(path, text),
            Value::List(items) => {
                Expr::List(items.iter().map(|item| self.expr(path, item)).collect())
            }
            Value::Table(table) => Expr::Object(
                table.iter().map(|(key, value)| (key.clone(), self.expr(path, value))).collect(),
            ),
            other => overrides::expr(other),
        }
    }

    fn text(&mut self, path: &str, text: &str) -> Expr {
        if crate::aws::secret::named(text).is_some() {
            return Expr::text_or_secret(text);
        }
        let pieces = mention::pieces_and_words(text);
        let whole = pieces.len() == 1;
        let mut written = String::new();
        for piece in pieces {
            let mention = match piece {
                Piece::Text(text) if whole => return Expr::Text(text),
                Piece::Text(text) => {
                    write_inside(&mut written, &text);
                    continue;
                }
                Piece::Mention(mention) => mention,
            };
            let value = match self.meant(mention) {
                Ok(value) => value,
                Err(why) => {
                    self.say(path, &why);
                    return Expr::Text(text.to_owned());
                }
            };
            match value {
                value if whole => return value,
                Expr::Text(text) => write_inside(&mut written, &text),
                Expr::Number(number) => write_inside(&mut written, &number.to_string()),
                Expr::Bool(flag) => write_inside(&mut written, &flag.to_string()),
                Expr::Code(reference)
                    if !reference.starts_with("values(") && reference != "null" =>
                {
                    write_reference(&mut written, &reference);
                }
                _ => {
                    self.say(path, "a text can take one value only");
                    return Expr::Text(text.to_owned());
                }
            }
        }
        code(format!("\"{written}\""))
    }

    /// An attribute of the resource itself, or something of another one.
    fn meant(&mut self, mention: Mention<'_>) -> Result<Expr, String> {
        let own = self.resource;
        if mention.id.is_empty() {
            return Ok(match mention.attribute {
                "id" => own.id.as_str().into(),
                "title" => own.title.as_str().into(),
                "tags" => refs::tags(own, own.title.as_str().into()),
                "security-group" if self.facts.group(&own.id).is_some() => {
                    code(format!("{}.id", refs::address(own, "aws_security_group")))
                }
                "security-group" => {
                    return Err(
                        "there is no security group of it: it stands in no subnet".to_owned()
                    );
                }
                name if told::has_environment(&own.kind, name) => self.environment(name),
                // What nobody says is the module's to choose.
                name => own.value(name).map_or_else(|| code("null"), overrides::expr),
            });
        }
        let around = match mention.id {
            "parent" => own.parent.as_ref().and_then(|id| self.facts.resource(id)),
            kind @ ("network" | "subnet") => self.facts.within(own, kind),
            _ => None,
        };
        let id = around.map_or(mention.id, |around| around.id.as_str());
        let all = around.filter(|around| around.kind == "subnet" && mention.attribute == "ids");
        if let Some(tier) = all {
            return Ok(refs::segment_ids(self.facts, self.facts.segments(&tier.id)));
        }
        reference(self.facts, Mention { id, ..mention }).map(|(reference, _)| code(reference))
    }

    /// The variables of an application, which may mention others.
    fn environment(&mut self, name: &str) -> Expr {
        let said = self.resource.value(name).and_then(Value::as_table);
        let one = |(name, value): (&String, &Value)| match value.as_str() {
            Some(text) if crate::aws::secret::named(text).is_none() => {
                let value =
                    super::told::text(self.facts, self.resource, name, text, &mut self.found);
                (name.clone(), value)
            }
            _ => (name.clone(), overrides::expr(value)),
        };
        match said {
            Some(said) => Expr::Object(said.iter().map(one).collect()),
            None => code("null"),
        }
    }

    fn say(&mut self, path: &str, why: &str) {
        let (environment, kind) = (&self.facts.resolved.environment.id, &self.resource.kind);
        let path = format!("modules.{kind}.inputs.{path}");
        let text =
            format!("{path} of environment “{environment}”, for “{}”: {why}", self.resource.title);
        let place = Place::Environment { id: environment.clone(), attribute: Some(path) };
        self.found.push(Diagnostic::warning("not-expressible-in-export", place, text));
    }
}

/// `module.orders`
pub fn address(resource: &ResolvedResource) -> String {
    format!("module.{}", crate::name::label(&resource.id))
}

/// What is mentioned of a resource of a kind that only a module makes; nothing where it is another one.
pub fn output_of(facts: &Facts<'_>, mention: Mention<'_>) -> Option<Result<String, String>> {
    let other = facts.resource(mention.id)?;
    let module = module_of(facts, other)?;
    if super::mapping::ROWS.iter().any(|row| row.kind == other.kind) {
        return None;
    }
    let (first, tail) = mention.attribute.split_once('.').unwrap_or((mention.attribute, ""));
    let Some(output) = module.outputs.get(first) else {
        let kind = &other.kind;
        let text = format!("modules.{kind}.outputs does not say which output has `{first}`");
        return Some(Err(text));
    };
    let tail = if tail.is_empty() { String::new() } else { format!(".{tail}") };
    Some(Ok(format!("{}.{output}{tail}", address(other))))
}

/// Turns what others refer to, `aws_sqs_queue.jobs.arn`, into the outputs of the module that stands there.
pub fn turn_references<'a>(sheet: &mut Sheet<'a>) {
    let facts = sheet.facts;
    let mut missing: BTreeSet<(&'a str, String)> = BTreeSet::new();
    for resource in facts.resolved.resources.values() {
        let Some(module) = module_of(facts, resource) else { continue };
        let row = super::mapping::ROWS.iter().find(|row| row.kind == resource.kind);
        let Some(row) = row.filter(|row| !row.type_.is_empty()) else { continue };
        let from = refs::address(resource, row.type_);
        let label = crate::name::label(&resource.id);
        let mut output = |attribute: &str| {
            let known = module.outputs.get(attribute).cloned();
            known.unwrap_or_else(|| {
                missing.insert((&resource.id, attribute.to_owned()));
                attribute.to_owned()
            })
        };
        sheet.each_code(&mut |text| turned(text, &from, &label, &mut output));
    }
    for (id, attribute) in missing {
        let Some(resource) = facts.resource(id) else { continue };
        let found = no_output(facts, resource, &attribute);
        sheet.diagnostics.push(found);
    }
}

/// A diagnostic: what somebody wants of a module has no output.
pub fn no_output(facts: &Facts<'_>, resource: &ResolvedResource, attribute: &str) -> Diagnostic {
    let (environment, kind) = (&facts.resolved.environment.id, &resource.kind);
    let path = format!("modules.{kind}.outputs");
    let text = format!(
        "others need `{attribute}` of “{}”, and {path} of environment “{environment}” does not say which output has it: add {attribute} = \"…\"",
        resource.title
    );
    let place = Place::Environment { id: environment.clone(), attribute: Some(path) };
    Diagnostic::error("module-without-output", place, text)
}

/// A code with every reference to `from` turned; nothing where there is none.
fn turned(
    text: &str,
    from: &str,
    label: &str,
    output: &mut dyn FnMut(&str) -> String,
) -> Option<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let (mut out, mut rest, mut any) = (String::new(), text, false);
    while let Some(at) = rest.find(from) {
        let (before, after) = (&rest[..at], &rest[at + from.len()..]);
        if before.ends_with(word) || after.starts_with(name) {
            out.push_str(&rest[..at + from.len()]);
            rest = after;
            continue;
        }
        any = true;
        out.push_str(before);
        // Of all of several: the output is a map.
        let (key, tail, splat) = match after.strip_prefix(")[*]") {
            Some(tail) => ("", tail, true),
            None if after.starts_with('[') => {
                let end = after.find(']').map_or(after.len(), |end| end + 1);
                (&after[..end], &after[end..], false)
            }
            None => ("", after, false),
        };
        let wanted = tail.strip_prefix('.').map(|tail| {
            let end = tail.find(|c| !name(c)).unwrap_or(tail.len());
            (&tail[..end], &tail[end..])
        });
        if let Some((attribute, left)) = wanted {
            let output = output(attribute);
            out.push_str(&format_output(label, &output, key));
            out.push_str(if splat { ")" } else { "" });
            rest = left;
        } else {
            out.push_str("module.");
            out.push_str(label);
            rest = after;
        }
    }
    out.push_str(rest);
    any.then_some(out)
}

fn format_output(label: &str, output: &str, key: &str) -> String {
    format!("module.{label}.{output}{key}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_become_outputs_and_others_stay() {
        let turn = |text: &str| {
            turned(text, "aws_instance.app", "app", &mut |attribute| format!("the_{attribute}"))
        };
        for (text, expected) in [
            ("aws_instance.app.arn", "module.app.the_arn"),
            ("aws_instance.app[\"0\"].id", "module.app.the_id[\"0\"]"),
            ("values(aws_instance.app)[*].id", "values(module.app.the_id)"),
            ("aws_instance.app", "module.app"),
            ("[aws_instance.app.a, aws_instance.app.b]", "[module.app.the_a, module.app.the_b]"),
            ("\"${aws_instance.app.arn}/*\"", "\"${module.app.the_arn}/*\""),
        ] {
            assert_eq!(turn(text).as_deref(), Some(expected), "{text}");
        }
        for text in
            ["aws_instance.apple.arn", "data.aws_instance.app.arn", "aws_instance.app-2.id", "x"]
        {
            assert_eq!(turn(text), None, "{text}");
        }
    }
}
