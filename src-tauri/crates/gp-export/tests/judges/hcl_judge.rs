//! The judge of exported Terraform: every name, nesting, requirement and reference against the
//! provider's own schema; keys of what has `for_each`; and that what belongs together is made in one
//! region. It knows nothing of the design.

use gp_plan::FileSet;
use hcl::{
    Block, Body, Expression, Structure,
    expr::{Traversal, TraversalOperator, Variable},
};
use serde_json::Value as Json;
use std::collections::BTreeMap;

const SCHEMA: &str = include_str!("../../schema/terraform.json");
const META: [&str; 4] = ["count", "depends_on", "for_each", "provider"];

/// The provider's schema.
pub fn schema() -> Json {
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
    let mut judge = Judge::new(body, schema);
    body.blocks().for_each(|block| judge.top(block));
    judge.found
}

/// What is wrong with one block that stands in place of another of this configuration.
pub fn judge_one(body: &Body, block: &Block, schema: &Json) -> Vec<String> {
    let mut judge = Judge::new(body, schema);
    judge.top(block);
    judge.found
}

/// Types of all regions, or that tie two of them together: they may name things of another.
const EVERYWHERE: [&str; 3] = ["aws_iam_", "aws_route53_", "aws_vpc_peering_connection"];
/// What may be shared with another account of the same region.
const SHARED: [&str; 3] = ["aws_caller_identity", "aws_ec2_transit_gateway", "aws_ram_"];

const DATABRICKS: &str = "databricks.account";

/// A block that others can name.
#[derive(Default)]
struct Declared {
    /// It is several, each with a key.
    keyed: bool,
    /// The provider that makes it.
    provider: String,
}

struct Judge<'s> {
    schema: &'s Json,
    declared: BTreeMap<String, Declared>,
    /// Provider → its region.
    regions: BTreeMap<String, String>,
    /// Type and provider of the block that is looked at.
    here: (String, String),
    found: Vec<String>,
}

fn provider_of(block: &Block) -> String {
    let own = block.body.attributes().find(|a| a.key.as_str() == "provider");
    own.map_or_else(|| "aws".to_owned(), |own| own.expr().to_string().replace(['$', '{', '}'], ""))
}

impl<'s> Judge<'s> {
    fn new(body: &Body, schema: &'s Json) -> Self {
        let mut declared = BTreeMap::new();
        for block in body.blocks() {
            let labels: Vec<&str> = block.labels.iter().map(hcl::BlockLabel::as_str).collect();
            let name = match (block.identifier.as_str(), labels.as_slice()) {
                ("resource", [type_, name]) => format!("{type_}.{name}"),
                ("data", [type_, name]) => format!("data.{type_}.{name}"),
                ("variable", [name]) => format!("var.{name}"),
                ("module", [name]) => format!("module.{name}"),
                ("locals", []) => {
                    for attribute in block.body.attributes() {
                        let name = format!("local.{}", attribute.key.as_str());
                        declared.insert(name, Declared::default());
                    }
                    continue;
                }
                ("provider", [name]) => {
                    let alias = block.body.attributes().find(|a| a.key.as_str() == "alias");
                    let text = alias.map(|alias| alias.expr().to_string().replace('"', ""));
                    format!(
                        "provider {}",
                        text.map_or((*name).to_owned(), |a| format!("{name}.{a}"))
                    )
                }
                _ => continue,
            };
            let keyed = block.body.attributes().any(|a| a.key.as_str() == "for_each");
            declared.insert(name, Declared { keyed, provider: provider_of(block) });
        }
        let regions = regions(body);
        Self { schema, declared, regions, here: <_>::default(), found: Vec::new() }
    }
}

/// The region of every provider, where its variable says one.
fn regions(body: &Body) -> BTreeMap<String, String> {
    let text = |block: &Block, name: &str| {
        let found = block.body.attributes().find(|a| a.key.as_str() == name);
        found.map(|found| found.expr().to_string().replace(['$', '{', '}', '"'], ""))
    };
    let label = |block: &Block| block.labels.first().map(|l| l.as_str().to_owned());
    let of = |wanted: &'static str| {
        body.blocks().filter(move |block| block.identifier.as_str() == wanted)
    };
    let defaults: BTreeMap<String, String> = of("variable")
        .filter_map(|block| Some((format!("var.{}", label(block)?), text(block, "default")?)))
        .collect();
    let region = |block: &Block| {
        let own = text(block, "region")?;
        Some(defaults.get(&own).cloned().unwrap_or(own))
    };
    let name = |block: &Block| {
        text(block, "alias").map_or_else(|| "aws".to_owned(), |alias| format!("aws.{alias}"))
    };
    of("provider").filter_map(|block| Some((name(block), region(block)?))).collect()
}

impl Judge<'_> {
    fn top(&mut self, block: &Block) {
        let labels: Vec<&str> = block.labels.iter().map(hcl::BlockLabel::as_str).collect();
        match (block.identifier.as_str(), labels.as_slice()) {
            (kind @ ("resource" | "data"), [type_, name]) => {
                let place = format!("{kind} {type_}.{name}");
                self.here = ((*type_).to_owned(), provider_of(block));
                if !self.declared.contains_key(&format!("provider {}", self.here.1)) {
                    self.found.push(format!("{place}: no provider {}", self.here.1));
                }
                match self.schema[kind].get(*type_) {
                    Some(own) => {
                        let own = own.clone();
                        self.inside(&place, &block.body, &own, true);
                    }
                    None => self.found.push(format!("{place}: no such type")),
                }
            }
            ("moved", []) => {}
            ("locals", []) => {
                for attribute in block.body.attributes() {
                    self.local(&format!("local.{}", attribute.key.as_str()), attribute.expr());
                }
            }
            // What is in it, only its maker knows.
            ("module", [name]) => {
                for attribute in block.body.attributes().filter(|a| a.key.as_str() != "providers") {
                    self.expression(&format!("module.{name}"), attribute.expr());
                }
            }
            ("terraform" | "provider" | "variable" | "output", _) => {
                for attribute in block.body.attributes() {
                    self.expression(&format!("{} {labels:?}", block.identifier), attribute.expr());
                }
                let wanted: &[&str] = match block.identifier.as_str() {
                    "variable" => &["type", "description"],
                    "output" => &["value"],
                    "provider" if labels == ["databricks"] => &["host", "account_id"],
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
                        && ["arguments", "blocks"]
                            .iter()
                            .all(|part| schema[part].get(variable.as_str()).is_none())
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
            // Terraform turns a number and a flag into text where the provider wants text.
            Expression::Bool(_) => matches!(wanted, "boolean" | "any" | "string"),
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
            Expression::Traversal(traversal) => self.traversal(place, traversal),
            Expression::Variable(variable) => self.bare(place, variable),
            _ => {}
        }
    }

    /// What a `for` goes over must be there; what it makes of that names its own words.
    fn local(&mut self, place: &str, value: &Expression) {
        match value {
            Expression::ForExpr(own) => {
                let Expression::Traversal(all) = &own.collection_expr else {
                    return self.found.push(format!("{place}: goes over nothing"));
                };
                self.traversal(place, all);
                self.local(place, &own.value_expr);
            }
            Expression::FuncCall(call) => call.args.iter().for_each(|item| self.local(place, item)),
            _ => {}
        }
    }

    fn traversal(&mut self, place: &str, traversal: &Traversal) {
        let Expression::Variable(root) = &traversal.expr else {
            return self.expression(place, &traversal.expr);
        };
        let mut path = vec![root.as_str().to_owned()];
        // Which of the words a key follows.
        let mut keys = Vec::new();
        for operator in &traversal.operators {
            match operator {
                TraversalOperator::GetAttr(name) => path.push(name.as_str().to_owned()),
                TraversalOperator::Index(index) => {
                    keys.push(path.len());
                    if !matches!(index, Expression::String(_) | Expression::Number(_)) {
                        self.expression(place, index);
                    }
                }
                _ => {}
            }
        }
        self.reference(place, &path, &keys);
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

    fn reference(&mut self, place: &str, path: &[String], keys: &[usize]) {
        let words: Vec<&str> = path.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["each", "key" | "value", ..] => {}
            ["aws", alias] if place.ends_with(".provider") => {
                self.declared_or(place, &format!("provider aws.{alias}"));
            }
            ["module", name, ..] => self.declared_or(place, &format!("module.{name}")),
            ["local", name, ..] => self.declared_or(place, &format!("local.{name}")),
            ["var", name, ..] => self.declared_or(place, &format!("var.{name}")),
            ["data", type_, name, rest @ ..] => {
                self.attribute(place, "data", type_, &format!("data.{type_}.{name}"), rest);
                self.named(place, &format!("data.{type_}.{name}"), rest, keys.contains(&3));
            }
            [type_, name, rest @ ..] => {
                self.attribute(place, "resource", type_, &format!("{type_}.{name}"), rest);
                self.named(place, &format!("{type_}.{name}"), rest, keys.contains(&2));
            }
            _ => self.found.push(format!("{place}: {words:?} is no reference")),
        }
    }

    /// One of several is named by its key, and what is the only one by none; and both ends of a
    /// reference are in one region, or one of them is in all.
    fn named(&mut self, place: &str, address: &str, rest: &[&str], keyed: bool) {
        let Some(declared) = self.declared.get(address) else { return };
        match (declared.keyed, keyed) {
            (true, false) if !rest.is_empty() => {
                self.found.push(format!("{place}: {address} needs a key"));
            }
            (false, true) => self.found.push(format!("{place}: {address} has no keys")),
            _ => {}
        }
        let (type_, provider) = &self.here;
        let free = |type_: &str| {
            EVERYWHERE.iter().any(|own| type_.trim_start_matches("data.").starts_with(own))
        };
        let apart = declared.provider != *provider
            && !["local", "output"].iter().any(|own| place.starts_with(own));
        let shared = SHARED.iter().any(|own| address.trim_start_matches("data.").starts_with(own));
        let beside = self.regions.get(&declared.provider) == self.regions.get(provider);
        let may = free(type_) || free(address) || (shared && beside) || self.at_edge(address);
        let may = may || self.copied(place, address, rest);
        // Databricks works from an account of its own, and what it makes stands in no region of AWS.
        let elsewhere = [&declared.provider, provider].into_iter().any(|own| own == DATABRICKS);
        let may = may || elsewhere;
        let edge = self.regions.get(&declared.provider).is_some_and(|own| own == "us-east-1");
        if self.at_edge(address) && !edge {
            self.found.push(format!("{place}: {address} has to be in us-east-1"));
        }
        if apart && !may {
            self.found.push(format!("{place}: {address} is made by {}", declared.provider));
        }
    }

    /// Databases and copies of them are copied by an ARN, from whatever region.
    fn copied(&self, place: &str, address: &str, rest: &[&str]) -> bool {
        let own = address.trim_start_matches("data.");
        let (type_, argument) = match self.here.0.as_str() {
            "aws_db_instance" => ("aws_db_instance.", ".replicate_source_db"),
            "aws_backup_plan" => ("aws_backup_vault.", ".destination_vault_arn"),
            _ => return false,
        };
        let by_arn = matches!(rest, ["arn" | "db_instance_arn"]);
        by_arn && own.starts_with(type_) && place.ends_with(argument)
    }

    /// What a content delivery network, which stands in no region, wants from one of them.
    fn at_edge(&self, address: &str) -> bool {
        let own = address.trim_start_matches("data.");
        let wanted = ["aws_acm_", "aws_wafv2_web_acl."].iter().any(|type_| own.starts_with(type_));
        self.here.0 == "aws_cloudfront_distribution" && wanted
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
