//! Step 1, override and substitute: a resource as this environment has it.
//!
//! Overrides win over what the resource says. A value that is wholly `${var.NAME}` becomes the
//! variable's value; `${secret.NAME}` stays as it is until deploy time; `$${` means `${`. A variable
//! that the environment does not set is said, and its value counts as not written.

use super::{Context, Ids, State, put};
use gp_model::{Diagnostic, Id, Lifecycle, Place, Resource, Table, Value};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A resource with overrides and variables applied.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Draft {
    /// What it says now.
    pub resource: Arc<Resource>,
    /// Attributes that come from the environment.
    pub overridden: BTreeSet<String>,
    /// What the file says where a variable was put in.
    pub written: BTreeMap<String, Value>,
    /// Not there in this environment.
    pub disabled: bool,
}

/// Which resources this step has to look at: exactly those that changed. Returns those whose
/// result changed.
pub(crate) fn step(ctx: &Context<'_>, state: &mut State, affected: &Ids) -> Ids {
    let mut changed = Ids::new();
    for id in affected {
        let mut findings = Vec::new();
        let draft =
            ctx.design.resources.get(id).map(|resource| draft(ctx, id, resource, &mut findings));
        state.find(1, id, findings);
        if draft.as_ref().is_some_and(|d| d.resource.attributes.contains_key("region")) {
            state.spanning.insert(id.clone());
        } else {
            state.spanning.remove(id);
        }
        if put(&mut state.drafts, id, draft) {
            changed.insert(id.clone());
        }
    }
    changed
}

fn draft(
    ctx: &Context<'_>,
    id: &Id,
    resource: &Arc<Resource>,
    findings: &mut Vec<Diagnostic>,
) -> Draft {
    let overrides = ctx.overrides().get(id);
    let mut out = Draft {
        resource: Arc::clone(resource),
        overridden: BTreeSet::new(),
        written: BTreeMap::new(),
        disabled: resource.attributes.get("disabled") == Some(&Value::Bool(true)),
    };
    if overrides.is_none() && !mentions_variable(resource) {
        return out;
    }
    let mut changed = Resource::clone(resource);
    for (key, value) in overrides.into_iter().flatten() {
        override_one(ctx, id, key, value, &mut changed, &mut out, findings);
    }
    let mut attributes = Table::new();
    for (name, value) in std::mem::take(&mut changed.attributes) {
        match replaced(ctx, &value) {
            Ok(None) => drop(attributes.insert(name, value)),
            Ok(Some(new)) => {
                attributes.insert(name.clone(), new);
                out.written.insert(name, value);
            }
            Err(variable) => findings.push(unset(ctx, id, &name, &variable)),
        }
    }
    changed.attributes = attributes;
    for (provider, table) in &mut changed.on {
        table.retain(|name, value| {
            keep_replaced(ctx, id, &format!("on.{provider}.{name}"), value, findings)
        });
    }
    changed
        .tags
        .retain(|name, value| keep_replaced(ctx, id, &format!("tags.{name}"), value, findings));
    out.resource = Arc::new(changed);
    out
}

fn override_one(
    ctx: &Context<'_>,
    id: &Id,
    key: &str,
    value: &Value,
    resource: &mut Resource,
    draft: &mut Draft,
    findings: &mut Vec<Diagnostic>,
) {
    match (key, value) {
        ("disabled", Value::Bool(disabled)) => draft.disabled = *disabled,
        ("title", Value::String(title)) => resource.title = Some(title.clone()),
        ("tags", Value::Table(tags)) => resource.tags.extend(tags.clone()),
        ("on", Value::Table(providers)) => {
            for (provider, table) in providers {
                let raw = resource.on.entry(provider.clone()).or_default();
                raw.extend(table.as_table().cloned().unwrap_or_default());
            }
        }
        ("lifecycle", Value::String(word)) if lifecycle(word).is_some() => {
            resource.lifecycle = lifecycle(word);
        }
        ("kind" | "parent" | "was" | "title" | "tags" | "on" | "lifecycle" | "disabled", _) => {
            let place = Place::Environment {
                id: ctx.facts.id.clone(),
                attribute: Some(format!("override.{id}.{key}")),
            };
            findings.push(Diagnostic::error(
                "override-not-possible",
                place,
                format!(
                    "“{key}” of “{id}” cannot be set to {} by an environment",
                    value.type_name()
                ),
            ));
        }
        _ => {
            resource.attributes.insert(key.to_owned(), value.clone());
            draft.overridden.insert(key.to_owned());
        }
    }
}

fn lifecycle(word: &str) -> Option<Lifecycle> {
    match word {
        "managed" => Some(Lifecycle::Managed),
        "existing" => Some(Lifecycle::Existing),
        "external" => Some(Lifecycle::External),
        _ => None,
    }
}

fn mentions_variable(resource: &Resource) -> bool {
    fn inside(value: &Value) -> bool {
        match value {
            Value::String(text) => text.contains("${"),
            Value::List(items) => items.iter().any(inside),
            Value::Table(table) => table.values().any(inside),
            _ => false,
        }
    }
    resource.attributes.values().chain(resource.tags.values()).any(inside)
        || resource.on.values().flat_map(|table| table.values()).any(inside)
}

fn keep_replaced(
    ctx: &Context<'_>,
    id: &Id,
    path: &str,
    value: &mut Value,
    findings: &mut Vec<Diagnostic>,
) -> bool {
    match replaced(ctx, value) {
        Ok(None) => true,
        Ok(Some(new)) => {
            *value = new;
            true
        }
        Err(variable) => {
            findings.push(unset(ctx, id, path, &variable));
            false
        }
    }
}

/// The value with variables put in; `None` where there are none; `Err` with the one not set.
fn replaced(ctx: &Context<'_>, value: &Value) -> Result<Option<Value>, String> {
    match value {
        Value::String(text) => replaced_text(ctx, text),
        Value::List(items) => {
            let new: Vec<Option<Value>> =
                items.iter().map(|v| replaced(ctx, v)).collect::<Result<_, _>>()?;
            if new.iter().all(Option::is_none) {
                return Ok(None);
            }
            let merged =
                new.into_iter().zip(items).map(|(new, old)| new.unwrap_or_else(|| old.clone()));
            Ok(Some(Value::List(merged.collect())))
        }
        Value::Table(table) => {
            let mut merged = table.clone();
            let mut any = false;
            for inner in merged.values_mut() {
                if let Some(new) = replaced(ctx, inner)? {
                    *inner = new;
                    any = true;
                }
            }
            Ok(any.then_some(Value::Table(merged)))
        }
        _ => Ok(None),
    }
}

fn replaced_text(ctx: &Context<'_>, text: &str) -> Result<Option<Value>, String> {
    if let Some(name) = text.strip_prefix("${var.").and_then(|rest| rest.strip_suffix('}')) {
        return match ctx.facts.variables.get(name) {
            Some(value) => Ok(Some(value.clone())),
            None => Err(name.to_owned()),
        };
    }
    Ok(text.contains("$${").then(|| Value::String(text.replace("$${", "${"))))
}

fn unset(ctx: &Context<'_>, id: &Id, attribute: &str, variable: &str) -> Diagnostic {
    let environment = &ctx.facts.id;
    let mut found = Diagnostic::error(
        "unset-variable",
        Place::attribute(id, attribute),
        format!(
            "“{id}” needs the variable “{variable}”, which environment “{environment}” does not set"
        ),
    );
    found.environment = Some(environment.clone());
    found
}
