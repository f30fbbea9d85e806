//! CloudFormation: a YAML template with parameters and outputs for each account and region, and where
//! there are several, how to deploy them. Every group closes the way out that CloudFormation would
//! open by itself. Past the service's limits on one template a diagnostic says so; nothing is cut.

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
mod guest;
mod identity;
mod joined;
mod kubernetes;
mod mapping;
mod messages;
mod network;
mod overrides;
mod places;
mod raw;
mod readme;
mod registry;
mod removal;
mod resolver;
mod secrets;
mod security;
mod six;
mod storage;
mod template;
mod told;
mod warehouse;
mod watch;
mod web_firewall;
pub mod writer;

use crate::{Input, aws::Facts, header};
use gp_model::{Diagnostic, Place, Severity};
use gp_plan::FileSet;
use places::Stack;
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

/// Writes a template for each place.
pub fn export(input: &Input<'_>) -> FileSet {
    let facts = Facts::new(input.resolved);
    let mut template = Template::new(&facts);
    mapping::write_all(&mut template);
    let collisions = template.collisions();
    template.diagnostics.extend(collisions);
    let folder = places::folder(&mut template);
    let several = folder.stacks.len() > 1;
    let mut files = FileSet::default();
    let mut sizes = Vec::new();
    for stack in &folder.stacks {
        let text = text(&facts, stack, several);
        template.diagnostics.extend(limits(stack, text.len(), several));
        sizes.push(text.len());
        files.text(&stack.file, text);
    }
    if several {
        files.text("README.md", readme::text(&facts, &folder, &sizes, &template.diagnostics));
    }
    files.diagnostics = template.diagnostics;
    files
}

fn text(facts: &Facts<'_>, stack: &Stack<'_>, several: bool) -> String {
    let mut text = header::comment(facts.resolved, "cloudformation");
    write_map(&mut text, 0, &head(facts, stack, several));
    write_resources(&mut text, stack);
    write_map(&mut text, 0, &outputs(stack, several));
    text
}

/// What is too much for one template.
fn limits(stack: &Stack<'_>, bytes: usize, several: bool) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let file = if several { format!("{}: ", stack.file) } else { String::new() };
    if stack.entries.len() > MOST_RESOURCES {
        let message = format!(
            "{file}{} resources are more than the {MOST_RESOURCES} that CloudFormation takes in one template; deploy with Terraform, or split the design",
            stack.entries.len()
        );
        let rule = "cloudformation-template-too-large";
        found.push(Diagnostic::error(rule, Place::Design, message));
    }
    if bytes > MOST_BYTES {
        let message = format!(
            "{file}the template has {bytes} bytes, and CloudFormation takes {MOST_BYTES} in a call: put it into a bucket and deploy it by its address"
        );
        let rule = "cloudformation-template-needs-bucket";
        found.push(Diagnostic::new(rule, Severity::Advice, Place::Design, message));
    }
    found
}

fn head(facts: &Facts<'_>, stack: &Stack<'_>, several: bool) -> Vec<(String, Node)> {
    let resolved = facts.resolved;
    let name = crate::name::one_line(&resolved.design.name);
    let place = if several { format!(", {}", stack.home.region) } else { String::new() };
    let about: String = format!("{name}, environment {}{place}", resolved.environment.id)
        .chars()
        .take(250)
        .collect();
    let mut all = vec![
        ("AWSTemplateFormatVersion".to_owned(), "2010-09-09".into()),
        ("Description".to_owned(), about.into()),
    ];
    if !stack.parameters.is_empty() {
        all.push(("Parameters".to_owned(), parameters(stack)));
    }
    if several {
        // A region that is not in the table is refused before anything is made.
        let region = stack.home.region;
        let own = map([(region, map([(REGION, region.into())]))]);
        all.push(("Mappings".to_owned(), map([(PLACE, own)])));
    }
    if !stack.conditions.is_empty() {
        all.push(("Conditions".to_owned(), Node::Map(stack.conditions.clone())));
    }
    all
}

/// The table with the region that a template is for.
const PLACE: &str = "Place";
const REGION: &str = "Region";

/// The resources, each drawn thing's title above the first of its own.
fn write_resources(text: &mut String, stack: &Stack<'_>) {
    text.push_str("Resources:\n");
    let mut last = "";
    for entry in &stack.entries {
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

fn outputs(stack: &Stack<'_>, several: bool) -> Vec<(String, Node)> {
    let rows = stack.outputs.iter().map(|(name, output)| {
        let mut row = writer::Properties::default();
        row.set_some("Condition", output.condition.as_deref());
        row.set("Description", output.description.as_str()).set("Value", output.value.clone());
        (name.clone(), Node::Map(row.0))
    });
    let mut rows: Vec<_> = rows.collect();
    if several {
        let here = Node::Ref("AWS::Region".to_owned());
        let value = map([("Fn::FindInMap", Node::List(vec![PLACE.into(), here, REGION.into()]))]);
        let about = "The region that this template is for; CloudFormation refuses it in another.";
        rows.push((
            format!("{PLACE}{REGION}"),
            map([("Description", about.into()), ("Value", value)]),
        ));
    }
    if rows.is_empty() { Vec::new() } else { vec![("Outputs".to_owned(), Node::Map(rows))] }
}

fn parameters(stack: &Stack<'_>) -> Node {
    let rows = stack.parameters.iter().map(|(name, parameter)| {
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
    row.set_some("Condition", entry.condition.as_deref());
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
