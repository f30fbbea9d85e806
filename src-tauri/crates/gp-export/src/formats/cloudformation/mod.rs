//! CloudFormation: one YAML template with parameters and outputs. Every group closes the way out
//! that CloudFormation would open by itself. Past the service's limits on one template a
//! diagnostic says so; nothing is cut.

mod appliance;
mod backup;
mod balancer;
mod bastion;
mod cdn;
mod compute;
mod container;
mod data;
mod gateway;
mod group;
mod identity;
mod joined;
mod kubernetes;
mod mapping;
mod messages;
mod network;
mod overrides;
mod raw;
mod registry;
mod resolver;
mod secrets;
mod security;
mod six;
mod storage;
mod template;
mod warehouse;
mod watch;
mod web_firewall;
pub mod writer;

use crate::{Input, aws::Facts, header};
use gp_model::{Diagnostic, Place, Severity};
use gp_plan::FileSet;
use template::{Entry, Template};
use writer::{Node, map, write_map, write_member, write_name};

/// Resources in one template, by the service's own limit.
const MOST_RESOURCES: usize = 500;
/// Bytes of a template handed over in the call itself.
const MOST_BYTES: usize = 51_200;

/// Kinds with a row of their own.
pub fn kinds() -> Vec<&'static str> {
    let rows = mapping::ROWS.iter().map(|row| row.kind);
    // Written with the networks that it stands in.
    rows.chain(["firewall"]).collect()
}

/// Writes the template.
pub fn export(input: &Input<'_>) -> FileSet {
    let facts = Facts::new(input.resolved);
    let mut template = Template::new(&facts);
    mapping::write_all(&mut template);
    let collisions = template.collisions();
    template.diagnostics.extend(collisions);
    let mut text = header::comment(input.resolved, "cloudformation");
    write_map(&mut text, 0, &head(&template));
    write_resources(&mut text, &template);
    write_map(&mut text, 0, &outputs(&template));
    let mut files = FileSet::default();
    if template.entries.len() > MOST_RESOURCES {
        let message = format!(
            "{} resources are more than the {MOST_RESOURCES} that CloudFormation takes in one template; deploy with Terraform, or split the design",
            template.entries.len()
        );
        template.diagnostics.push(Diagnostic::error(
            "cloudformation-template-too-large",
            Place::Design,
            message,
        ));
    }
    if text.len() > MOST_BYTES {
        let message = format!(
            "the template has {} bytes, and CloudFormation takes {MOST_BYTES} in a call: put it into a bucket and deploy it by its address",
            text.len()
        );
        template.diagnostics.push(Diagnostic::new(
            "cloudformation-template-needs-bucket",
            Severity::Advice,
            Place::Design,
            message,
        ));
    }
    files.text("template.yaml", text);
    files.diagnostics = template.diagnostics;
    files
}

fn head(template: &Template<'_>) -> Vec<(String, Node)> {
    let resolved = template.facts.resolved;
    let name = crate::name::one_line(&resolved.design.name);
    let about: String =
        format!("{name}, environment {}", resolved.environment.id).chars().take(250).collect();
    let mut all = vec![
        ("AWSTemplateFormatVersion".to_owned(), "2010-09-09".into()),
        ("Description".to_owned(), about.into()),
    ];
    if !template.parameters.is_empty() {
        all.push(("Parameters".to_owned(), parameters(template)));
    }
    all
}

/// The resources, each drawn thing's title above the first of its own.
fn write_resources(text: &mut String, template: &Template<'_>) {
    text.push_str("Resources:\n");
    let mut last = "";
    for entry in &template.entries {
        if entry.title != last {
            text.push_str("  # ");
            text.push_str(crate::name::one_line(&entry.title).trim());
            text.push('\n');
            last = &entry.title;
        }
        write_name(text, 1, &entry.id);
        text.push('\n');
        write_map(text, 2, &about(entry));
        write_member(text, 2, "Properties", &entry.properties.0);
    }
}

fn outputs(template: &Template<'_>) -> Vec<(String, Node)> {
    let rows = template.outputs.iter().map(|(name, (description, value))| {
        (
            name.clone(),
            map([("Description", description.as_str().into()), ("Value", value.clone())]),
        )
    });
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() { Vec::new() } else { vec![("Outputs".to_owned(), Node::Map(rows))] }
}

fn parameters(template: &Template<'_>) -> Node {
    let rows = template.parameters.iter().map(|(name, parameter)| {
        let mut row = writer::Properties::default();
        row.set("Type", parameter.type_.as_str())
            .set("Description", parameter.description.as_str());
        row.set_some("Default", parameter.default.as_deref())
            .set_some("AllowedPattern", parameter.pattern)
            .set_some("NoEcho", parameter.secret.then_some(true));
        (name.clone(), Node::Map(row.0))
    });
    Node::Map(rows.collect())
}

/// Everything that a resource says but its properties.
fn about(entry: &Entry) -> Vec<(String, Node)> {
    let mut row = writer::Properties::default();
    row.set("Type", entry.type_.as_str());
    match entry.depends_on.as_slice() {
        [] => {}
        [one] => {
            row.set("DependsOn", one.as_str());
        }
        many => {
            row.set("DependsOn", many.to_vec());
        }
    }
    if let Some(keep) = entry.keep {
        row.set("DeletionPolicy", keep).set("UpdateReplacePolicy", keep);
    }
    row.set_some("UpdatePolicy", entry.update.clone());
    row.0
}
