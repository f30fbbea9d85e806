//! The provider's own schema looks at every name, nesting, requirement and reference of the
//! exported Terraform; and the judge is judged: no misspelling and no dropped argument gets by.

use crate::support::{cases, export};
use gp_plan::FileSet;
use hcl::{
    Block, Body, Expression, Structure,
    expr::{TraversalOperator, Variable},
};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

const SCHEMA: &str = include_str!("../../schema/terraform.json");
const META: [&str; 4] = ["count", "depends_on", "for_each", "provider"];

fn schema() -> Json {
    serde_json::from_str(SCHEMA).unwrap()
}

/// All Terraform files of an export as one body.
pub fn body(files: &FileSet) -> Body {
    let texts = files.files.iter().filter(|(path, _)| path.rsplit('.').next() == Some("tf"));
    let bodies = texts.map(|(path, text)| {
        hcl::parse(std::str::from_utf8(text).unwrap())
            .unwrap_or_else(|error| panic!("{path}: {error}"))
    });
    Body(bodies.flat_map(|body| body.0).collect())
}

/// What is wrong with a configuration by the provider's schema; empty: nothing.
pub fn judge(body: &Body, schema: &Json) -> Vec<String> {
    let mut judge = Judge { schema, declared: BTreeMap::new(), found: Vec::new() };
    for block in body.blocks() {
        let labels: Vec<&str> = block.labels.iter().map(hcl::BlockLabel::as_str).collect();
        match (block.identifier.as_str(), labels.as_slice()) {
            ("resource", [type_, name]) => {
                drop(judge.declared.insert(format!("{type_}.{name}"), (*type_).to_owned()));
            }
            ("data", [type_, name]) => {
                drop(judge.declared.insert(format!("data.{type_}.{name}"), (*type_).to_owned()));
            }
            ("variable", [name]) => {
                drop(judge.declared.insert(format!("var.{name}"), String::new()));
            }
            _ => {}
        }
    }
    for block in body.blocks() {
        judge.top(block);
    }
    judge.found
}

struct Judge<'s> {
    schema: &'s Json,
    declared: BTreeMap<String, String>,
    found: Vec<String>,
}

impl Judge<'_> {
    fn top(&mut self, block: &Block) {
        let labels: Vec<&str> = block.labels.iter().map(hcl::BlockLabel::as_str).collect();
        match (block.identifier.as_str(), labels.as_slice()) {
            (kind @ ("resource" | "data"), [type_, name]) => {
                let place = format!("{kind} {type_}.{name}");
                match self.schema[kind].get(*type_) {
                    Some(own) => {
                        let own = own.clone();
                        self.inside(&place, &block.body, &own, true);
                    }
                    None => self.found.push(format!("{place}: no such type")),
                }
            }
            ("moved", []) => {}
            ("terraform" | "provider" | "variable" | "output", _) => {
                for attribute in block.body.attributes() {
                    self.expression(&format!("{} {labels:?}", block.identifier), attribute.expr());
                }
                let wanted: &[&str] = match block.identifier.as_str() {
                    "variable" => &["type", "description"],
                    "output" => &["value"],
                    "provider" => &["region"],
                    _ => &["required_version"],
                };
                for name in wanted {
                    if block.body.attributes().all(|a| a.key.as_str() != *name) {
                        self.found
                            .push(format!("{} {labels:?}: {name} is missing", block.identifier));
                    }
                }
            }
            (other, _) => self.found.push(format!("{other}: no such block")),
        }
    }

    fn inside(&mut self, place: &str, body: &Body, schema: &Json, top: bool) {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    let name = attribute.key.as_str();
                    *seen.entry(name).or_default() += 1;
                    let meta = top && META.contains(&name);
                    if !meta && name != "provider" {
                        match schema["arguments"].get(name) {
                            Some(own) => {
                                self.type_of(&format!("{place}.{name}"), attribute.expr(), own);
                            }
                            None => self.found.push(format!("{place}: no argument {name}")),
                        }
                    }
                    if name != "provider" {
                        self.expression(&format!("{place}.{name}"), attribute.expr());
                    }
                }
                Structure::Block(block) => {
                    let name = block.identifier.as_str();
                    *seen.entry(name).or_default() += 1;
                    if top && name == "lifecycle" {
                        self.lifecycle(place, &block.body, schema);
                        continue;
                    }
                    match schema["blocks"].get(name) {
                        Some(own) => self.inside(
                            &format!("{place}.{name}"),
                            &block.body,
                            &own.clone(),
                            false,
                        ),
                        None => self.found.push(format!("{place}: no block {name}")),
                    }
                }
            }
        }
        for part in ["arguments", "blocks"] {
            for (name, own) in schema[part].as_object().unwrap() {
                if own["required"] == true && !seen.contains_key(name.as_str()) {
                    self.found.push(format!("{place}: {name} is required"));
                }
            }
        }
        self.twice(place, &seen, schema);
    }

    fn twice(&mut self, place: &str, seen: &BTreeMap<&str, usize>, schema: &Json) {
        for (name, count) in seen {
            if *count > 1 && schema["arguments"].get(*name).is_some() {
                self.found.push(format!("{place}: {name} is given twice"));
            }
        }
    }

    fn lifecycle(&mut self, place: &str, body: &Body, schema: &Json) {
        for attribute in body.attributes() {
            let name = attribute.key.as_str();
            if !["create_before_destroy", "ignore_changes", "prevent_destroy"].contains(&name) {
                self.found.push(format!("{place}.lifecycle: no argument {name}"));
            }
            if let ("ignore_changes", Expression::Array(items)) = (name, attribute.expr()) {
                for item in items {
                    if let Expression::Variable(variable) = item
                        && schema["arguments"].get(variable.as_str()).is_none()
                    {
                        self.found
                            .push(format!("{place}.lifecycle: no argument {}", variable.as_str()));
                    }
                }
            }
        }
    }

    fn type_of(&mut self, place: &str, value: &Expression, own: &Json) {
        let wanted = own["type"].as_str().unwrap_or("");
        let fits = match value {
            Expression::Bool(_) => wanted == "boolean" || wanted == "any",
            // Terraform turns a number into text where the provider wants text.
            Expression::Number(_) => matches!(wanted, "number" | "string"),
            Expression::String(_) | Expression::TemplateExpr(_) => wanted == "string",
            Expression::Array(_) => matches!(wanted, "list" | "set"),
            Expression::Object(_) => wanted == "map",
            _ => true,
        };
        if !fits {
            self.found.push(format!("{place}: is not a {wanted}"));
        }
    }

    /// Every reference names something declared, and an attribute that it has.
    fn expression(&mut self, place: &str, value: &Expression) {
        match value {
            Expression::Array(items) => items.iter().for_each(|item| self.expression(place, item)),
            Expression::Object(object) => {
                object.iter().for_each(|(_, value)| self.expression(place, value));
            }
            Expression::FuncCall(call) => {
                call.args.iter().for_each(|item| self.expression(place, item));
            }
            Expression::TemplateExpr(template) => self.template(place, template),
            Expression::Traversal(traversal) => {
                let mut path = match &traversal.expr {
                    Expression::Variable(variable) => vec![variable.as_str().to_owned()],
                    other => return self.expression(place, other),
                };
                for operator in &traversal.operators {
                    match operator {
                        TraversalOperator::GetAttr(name) => path.push(name.as_str().to_owned()),
                        TraversalOperator::Index(index)
                            if !matches!(index, Expression::String(_) | Expression::Number(_)) =>
                        {
                            self.expression(place, index);
                        }
                        _ => {}
                    }
                }
                self.reference(place, &path);
            }
            Expression::Variable(variable) => self.bare(place, variable),
            _ => {}
        }
    }

    fn template(&mut self, place: &str, template: &hcl::TemplateExpr) {
        let parsed = hcl::Template::from_expr(template).unwrap();
        for element in parsed.elements() {
            if let hcl::template::Element::Interpolation(inner) = element {
                self.expression(place, &inner.expr);
            }
        }
    }

    fn bare(&mut self, place: &str, variable: &Variable) {
        if !["string", "number", "bool"].contains(&variable.as_str()) {
            self.found.push(format!("{place}: {} is no reference", variable.as_str()));
        }
    }

    fn reference(&mut self, place: &str, path: &[String]) {
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["each", "key" | "value", ..] => {}
            ["var", name, ..] => self.declared_or(place, &format!("var.{name}")),
            ["data", type_, name, rest @ ..] => {
                self.attribute(place, "data", type_, &format!("data.{type_}.{name}"), rest);
            }
            [type_, name, rest @ ..] => {
                self.attribute(place, "resource", type_, &format!("{type_}.{name}"), rest);
            }
            _ => self.found.push(format!("{place}: {words:?} is no reference")),
        }
    }

    fn declared_or(&mut self, place: &str, address: &str) {
        if !self.declared.contains_key(address) {
            self.found.push(format!("{place}: {address} is not declared"));
        }
    }

    fn attribute(&mut self, place: &str, kind: &str, type_: &str, address: &str, rest: &[&str]) {
        self.declared_or(place, address);
        if let Some(name) = rest.first() {
            let known = self.schema[kind][type_]["attributes"].as_array();
            if !known.is_some_and(|known| known.iter().any(|own| own == name)) {
                self.found.push(format!("{place}: {address} has no attribute {name}"));
            }
        }
    }
}

#[test]
fn every_name_nesting_requirement_and_reference_is_the_providers() {
    let schema = schema();
    for (design, environment) in cases() {
        assert_eq!(
            judge(&body(&export(design, environment, "terraform")), &schema),
            Vec::<String>::new()
        );
    }
}

/// Tries a change at every place of a body; gives what the judge let pass.
fn let_pass(
    body: &Body,
    schema: &Json,
    change: fn(&mut Structure) -> Option<String>,
) -> Vec<String> {
    let mut passed = Vec::new();
    let mut number = 0;
    loop {
        let mut copy = body.clone();
        let mut left = number;
        let Some(what) = change_at(&mut copy, &mut left, change) else {
            return passed;
        };
        if judge(&copy, schema).is_empty() {
            passed.push(what);
        }
        number += 1;
    }
}

/// Applies `change` at the place with that number, counted through all depths.
fn change_at(
    body: &mut Body,
    left: &mut usize,
    change: fn(&mut Structure) -> Option<String>,
) -> Option<String> {
    for structure in &mut body.0 {
        let mut tried = structure.clone();
        if let Some(what) = change(&mut tried) {
            if *left == 0 {
                *structure = tried;
                return Some(what);
            }
            *left -= 1;
        }
        if let Structure::Block(block) = structure
            && let Some(what) = change_at(&mut block.body, left, change)
        {
            return Some(what);
        }
    }
    None
}

fn misspell(structure: &mut Structure) -> Option<String> {
    match structure {
        Structure::Attribute(attribute) => {
            let name = format!("{}x", attribute.key.as_str());
            attribute.key = hcl::Identifier::new(&name).ok()?;
            Some(name)
        }
        Structure::Block(block) => {
            let name = format!("{}x", block.identifier.as_str());
            block.identifier = hcl::Identifier::new(&name).ok()?;
            Some(name)
        }
    }
}

fn misspell_label(structure: &mut Structure) -> Option<String> {
    let Structure::Block(block) = structure else {
        return None;
    };
    if !matches!(block.identifier.as_str(), "resource" | "data") {
        return None;
    }
    let name = format!("{}x", block.labels.first()?.as_str());
    block.labels[0] = hcl::BlockLabel::from(name.clone());
    Some(name)
}

#[test]
fn a_misspelled_name_never_passes() {
    let schema = schema();
    // The body of `terraform`, `provider`, `moved` and the like is Terraform's own, not the provider's.
    let body = only_provider(&body(&export(crate::support::TEMPLATE, "production", "terraform")));
    assert_eq!(let_pass(&body, &schema, misspell), Vec::<String>::new());
    assert_eq!(let_pass(&body, &schema, misspell_label), Vec::<String>::new());
}

fn only_provider(body: &Body) -> Body {
    let kept = body.0.iter().filter(|structure| match structure {
        Structure::Block(block) => {
            matches!(block.identifier.as_str(), "resource" | "data" | "variable")
        }
        Structure::Attribute(_) => false,
    });
    let mut body = Body(kept.cloned().collect());
    for structure in &mut body.0 {
        if let Structure::Block(block) = structure
            && block.identifier.as_str() == "variable"
        {
            block.body.0.retain(|s| matches!(s, Structure::Attribute(a) if ["type", "description"].contains(&a.key.as_str())));
        }
    }
    body
}

#[test]
fn a_dropped_required_argument_never_passes() {
    let schema = schema();
    let body = only_provider(&body(&export(crate::support::EVERY_KIND, "production", "terraform")));
    let mut dropped = 0;
    for (index, structure) in body.0.iter().enumerate() {
        let Structure::Block(block) = structure else { continue };
        let labels: Vec<&str> = block.labels.iter().map(hcl::BlockLabel::as_str).collect();
        let kind = block.identifier.as_str();
        let Some(own) = labels.first().and_then(|type_| schema[kind].get(*type_)) else { continue };
        for name in required(own) {
            let mut copy = body.clone();
            let Structure::Block(target) = &mut copy.0[index] else { continue };
            target.body.0.retain(|s| match s {
                Structure::Attribute(a) => a.key.as_str() != name,
                Structure::Block(b) => b.identifier.as_str() != name,
            });
            assert!(!judge(&copy, &schema).is_empty(), "{labels:?} without {name} passes");
            dropped += 1;
        }
    }
    assert!(dropped > 100, "only {dropped} arguments were dropped");
}

fn required(own: &Json) -> BTreeSet<String> {
    let rows = ["arguments", "blocks"].into_iter().flat_map(|part| own[part].as_object().unwrap());
    rows.filter(|(_, own)| own["required"] == true).map(|(name, _)| name.clone()).collect()
}
