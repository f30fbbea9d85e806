//! Raw resource that its provider does not take as it is written: a type or an attribute that there is not, one that
//! must be said and is not, a value of another form.
//!
//! Bad: `type = "aws_sns_plattform_application"`; `attributes = { nam = "push" }`.
//!
//! Good: names and forms as the provider's own documentation has them.
//!
//! Why: the provider refuses it when it is applied, after other things were made.

use super::prelude::*;
use gp_catalog::providers::{Form, Plugin, Takes, plugin, provider_of};
use gp_model::{Placeholder, Table, nearest};

pub(crate) static RULE: Rule = Rule {
    id: "unfit-raw",
    severity: Severity::Warning,
    source: include_str!("unfit_raw.rs"),
    reads: Reads { kinds: &["raw"], attributes: &["type", "attributes"], near: &[] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r#"
env cloud aws
raw push type=aws_sns_plattform_application attributes={name="p",platform="GCM",platform_credential="${secret.push}"}
"#,
            r"
env cloud aws
raw push type=aws_sns_platform_application
",
            r#"
env cloud aws
raw push type=aws_sns_platform_application attributes={nam="p",platform="GCM",platform_credential="${secret.push}"}
"#,
            r#"
env cloud aws
raw push type=aws_sns_platform_application attributes={name=["p"],platform="GCM",platform_credential="${secret.push}"}
"#,
            r#"
env cloud azure
raw web type=azurerm_static_web_app attributes={name="web",location="westeurope",resource_group_name="web",arn="x"}
"#,
        ],
        silent: &[
            r#"
env cloud aws
raw push type=aws_sns_platform_application attributes={name="p",platform="GCM",platform_credential="${secret.push}"}
"#,
            // Its inside is not known: it is left to CloudFormation.
            r#"
env cloud aws
raw push type="AWS::SNS::PlatformApplication" attributes={Name="p"}
"#,
        ],
    },
};

fn check(_: &Facts<'_>, resource: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let Some(type_) = resource.text("type") else { return };
    if type_.contains("::") || type_.starts_with("${") {
        return;
    }
    // A name that tells no provider is one of none of those that are known.
    let Some(plugin) = provider_of(type_).and_then(plugin) else {
        let known = provider_of(type_).is_some();
        found.extend((!known).then(|| strange(resource, type_)));
        return;
    };
    let Some(takes) = plugin.takes(type_) else {
        found.push(unknown_type(resource, type_, plugin));
        return;
    };
    let empty = Table::new();
    let said = resource.value("attributes").and_then(Value::as_table).unwrap_or(&empty);
    let mut walk = Walk { resource, type_, plugin, found };
    walk.inside("attributes", &takes, said);
}

fn strange(resource: &ResolvedResource, type_: &str) -> Diagnostic {
    let text = format!(
        "type of “{}”: “{type_}” is no type of a provider: write one such as aws_sns_topic or AWS::SNS::Topic",
        called(resource)
    );
    RULE.at(Place::attribute(&resource.id, "type"), text)
}

fn unknown_type(resource: &ResolvedResource, type_: &str, plugin: &Plugin) -> Diagnostic {
    let near = nearest(type_, plugin.types());
    let meant = near.map(|near| format!(": did you mean {near}?")).unwrap_or_default();
    let text = format!(
        "type of “{}”: {} {} has no {type_}{meant}",
        called(resource),
        plugin.source,
        plugin.version
    );
    let finding = RULE.at(Place::attribute(&resource.id, "type"), text);
    match near.filter(|_| is_set(resource, "type")) {
        Some(near) => finding.fixed_by(
            format!("Make it {near}"),
            set(&resource.id, "type", Value::String(near.to_owned())),
        ),
        None => finding,
    }
}

struct Walk<'w> {
    resource: &'w ResolvedResource,
    type_: &'w str,
    plugin: &'w Plugin,
    found: &'w mut Vec<Diagnostic>,
}

impl Walk<'_> {
    fn inside(&mut self, path: &str, takes: &Takes, said: &Table) {
        for (name, value) in said {
            let path = format!("{path}.{name}");
            let Some(argument) = takes.arguments.get(name.as_str()) else {
                if !takes.is_open {
                    self.unknown(&path, name, takes);
                }
                continue;
            };
            if !fits(argument.form, value) {
                let text =
                    format!("{} is expected, found {}", argument.form.words(), value.type_name());
                self.say(&path, &text);
            } else if let Some(inside) = &argument.inside {
                for row in rows(value) {
                    self.inside(&path, inside, row);
                }
            }
        }
        let missing = takes
            .arguments
            .iter()
            .filter(|(name, argument)| argument.required && !said.contains_key(**name));
        let missing: Vec<&str> = missing.map(|(name, _)| *name).collect();
        if !missing.is_empty() {
            let what = if path == "attributes" { "" } else { path };
            let what = what.trim_start_matches("attributes.");
            let of = if what.is_empty() { String::new() } else { format!(" in {what}") };
            let text = format!("{} must be said{of}", missing.join(" and "));
            self.say(path, &text);
        }
    }

    fn unknown(&mut self, path: &str, name: &str, takes: &Takes) {
        if takes.readable.contains(&name) || (name == "id" && path == "attributes.id") {
            self.say(path, "the provider sets it itself: take it out");
            return;
        }
        let meant = nearest(name, takes.arguments.keys().copied());
        let meant = meant.map(|near| format!(": did you mean {near}?")).unwrap_or_default();
        let Plugin { source, version, .. } = self.plugin;
        let text = format!("{} of {source} {version} has no “{name}”{meant}", self.type_);
        self.say(path, &text);
    }

    fn say(&mut self, path: &str, text: &str) {
        let shown = path.trim_start_matches("attributes.");
        let message = format!("{shown} of “{}”: {text}", called(self.resource));
        self.found.push(RULE.at(Place::attribute(&self.resource.id, path), message));
    }
}

/// Terraform turns numbers and flags into text by itself, and text into them; never one into many. What is filled in may
/// be anything.
fn fits(form: Form, value: &Value) -> bool {
    let filled = |text: &str| {
        gp_catalog::mention::whole(text).is_some()
            || matches!(Placeholder::of(text), Placeholder::Secret(_) | Placeholder::Variable(_))
    };
    if value.as_str().is_some_and(filled) {
        return true;
    }
    match form {
        Form::Text => !matches!(value, Value::List(_) | Value::Table(_)),
        Form::Number => {
            matches!(value, Value::Integer(_) | Value::Float(_))
                || value.as_str().is_some_and(|text| text.parse::<f64>().is_ok())
        }
        Form::Flag => {
            matches!(value, Value::Bool(_)) || matches!(value.as_str(), Some("true" | "false"))
        }
        Form::List => matches!(value, Value::List(_)),
        Form::Map => matches!(value, Value::Table(_)),
        Form::Any => true,
        Form::Block | Form::Object => match value {
            Value::Table(_) => true,
            Value::List(items) => items.iter().all(|item| item.as_table().is_some()),
            _ => false,
        },
    }
}

fn rows(value: &Value) -> Vec<&Table> {
    match value {
        Value::Table(row) => vec![row],
        Value::List(items) => items.iter().filter_map(Value::as_table).collect(),
        _ => Vec::new(),
    }
}
