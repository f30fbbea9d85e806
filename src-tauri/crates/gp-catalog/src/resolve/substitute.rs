//! Step 1, override and substitute: a resource as this environment has it.
//!
//! Overrides win over what the resource says. A value that is wholly `${var.NAME}` becomes the
//! variable's value; `${secret.NAME}` stays as it is until deploy time; `$${` means `${`. What cannot
//! be filled in is said; a value whose variable is not set counts as not written. Links and intents
//! are filled in where they are resolved.

use super::{
    Context, Ids, State,
    by_id::put,
    ids,
    variables::{Filled, Problem, fill, fill_around_mentions, mentions, words},
};
use crate::{kind::Attribute, told};
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
    /// Attributes whose variable is not set: they count as not written.
    pub missing: BTreeSet<String>,
    /// Not there in this environment.
    pub disabled: bool,
}

/// Which resources this step has to look at: exactly those that changed. Returns those whose
/// result changed.
pub(crate) fn step(ctx: &Context<'_>, state: &mut State, affected: &Ids) -> Ids {
    let mut changed = Vec::new();
    for id in affected {
        let mut findings = Vec::new();
        let draft = ctx.design.resources.get(id).map(|resource| {
            ids::note(&mut state.odd, ids::Odd::Resource, id);
            draft(ctx, id, resource, &mut findings)
        });
        state.find(1, id, findings);
        if draft.as_ref().is_some_and(|d| d.resource.attributes.contains_key("region")) {
            state.spanning.insert(id.clone());
        } else {
            state.spanning.remove(id);
        }
        if put(&mut state.drafts, id, draft) {
            changed.push(id.clone());
        }
    }
    changed.into_iter().collect()
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
        missing: BTreeSet::new(),
        disabled: is_disabled(resource),
    };
    if overrides.is_none() && !mentions_variable(resource) {
        return out;
    }
    let mut changed = Resource::clone(resource);
    for (key, value) in overrides.into_iter().flatten() {
        override_one(ctx, id, key, value, &mut changed, &mut out, findings);
    }
    let mut filling = Filling { ctx, id, findings };
    changed.title = filling.title(changed.title.as_ref());
    filling.attributes(&mut changed, &mut out);
    for (provider, table) in &mut changed.on {
        filling.table(&format!("on.{provider}"), table, true);
    }
    filling.table("tags", &mut changed.tags, false);
    if !overrides.is_some_and(|all| all.contains_key("disabled")) {
        out.disabled = is_disabled(&changed);
    }
    out.resource = Arc::new(changed);
    out
}

fn is_disabled(resource: &Resource) -> bool {
    resource.attributes.get("disabled") == Some(&Value::Bool(true))
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

/// Title, attributes, raw attributes and tags with what is filled in.
struct Filling<'a> {
    ctx: &'a Context<'a>,
    id: &'a Id,
    findings: &'a mut Vec<Diagnostic>,
}

impl Filling<'_> {
    /// The value, and whether it is there at all.
    fn fill(&mut self, path: &str, value: &Value, secrets: bool) -> Filled {
        let filled = fill(self.ctx, value, secrets);
        self.say(path, filled)
    }

    /// The same where others may be mentioned.
    fn fill_around(&mut self, path: &str, value: &Value, secrets: bool) -> Filled {
        let filled = fill_around_mentions(self.ctx, value, secrets);
        self.say(path, filled)
    }

    fn say(&mut self, path: &str, filled: Filled) -> Filled {
        let who = format!("“{}”", self.id);
        let said =
            |problem: &Problem| problem.said(self.ctx, &who, path, Place::attribute(self.id, path));
        self.findings.extend(filled.problems.iter().map(said));
        filled
    }

    fn title(&mut self, title: Option<&String>) -> Option<String> {
        let title = Value::String(title?.clone());
        let filled = self.fill("title", &title, false);
        if filled.is_missing() { None } else { words(&filled.value.unwrap_or(title)) }
    }

    fn attributes(&mut self, resource: &mut Resource, draft: &mut Draft) {
        let kind = self.ctx.catalog.kind(&resource.kind);
        let mut attributes = Table::new();
        for (name, value) in std::mem::take(&mut resource.attributes) {
            let known = kind.and_then(|kind| kind.attributes.get(&name));
            let secrets = known.is_some_and(Attribute::takes_secret);
            let filled = if told::may_mention(&resource.kind, &name) {
                self.fill_around(&name, &value, secrets)
            } else {
                self.fill(&name, &value, secrets)
            };
            if filled.is_missing() {
                draft.missing.insert(name);
            } else if let Some(new) = filled.value {
                attributes.insert(name.clone(), new);
                draft.written.insert(name, value);
            } else {
                attributes.insert(name, value);
            }
        }
        resource.attributes = attributes;
    }

    fn table(&mut self, above: &str, table: &mut Table, secrets: bool) {
        table.retain(|name, value| {
            let filled = self.fill(&format!("{above}.{name}"), value, secrets);
            let there = !filled.is_missing();
            if let Some(new) = filled.value {
                *value = new;
            }
            there
        });
    }
}

fn mentions_variable(resource: &Resource) -> bool {
    resource.title.as_ref().is_some_and(|title| title.contains("${"))
        || resource.attributes.values().chain(resource.tags.values()).any(mentions)
        || resource.on.values().flat_map(Table::values).any(mentions)
}
