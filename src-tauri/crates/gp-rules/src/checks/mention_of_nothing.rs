//! Raw resource that mentions something that is not there, or that has no such attribute.
//!
//! Bad: `vpc_id = "${shopp.id}"`; `vpc_id = "${shop}"`.
//!
//! Good: `vpc_id = "${shop.id}"`, where `shop` is a network of the design.
//!
//! Why: nothing can be made of a reference to nothing.

use super::prelude::*;
use gp_catalog::{
    RAW,
    mention::{self, Mention},
    providers::plugin,
};
use gp_model::{Id, nearest};

pub(crate) static RULE: Rule = Rule {
    id: "mention-of-nothing",
    severity: Severity::Error,
    source: include_str!("mention_of_nothing.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Others] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r#"
env cloud aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
  raw group type=aws_security_group attributes={vpc_id="${shopp.id}"}
"#,
            r#"
env cloud aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
  raw group type=aws_security_group attributes={vpc_id="${shop}"}
"#,
            r#"
env cloud aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
  raw group type=aws_security_group attributes={vpc_id="${shop.idd}"}
"#,
            r#"
env cloud aws
region frankfurt zones a,b location=frankfurt
  raw group type=aws_security_group attributes={description="for ${frankfurt.name}"}
"#,
        ],
        silent: &[r#"
env cloud aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
  raw group type=aws_security_group attributes={vpc_id="${shop.id}",description="in ${shop.arn} ${HOME} $${shop.x}"}
"#],
    },
};

fn check(facts: &Facts<'_>, resource: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    if resource.kind != RAW {
        return;
    }
    if let Some(said) = resource.value("attributes") {
        Walk { facts, resource, found }.value("attributes", said);
    }
}

struct Walk<'w> {
    facts: &'w Facts<'w>,
    resource: &'w ResolvedResource,
    found: &'w mut Vec<Diagnostic>,
}

impl Walk<'_> {
    fn value(&mut self, path: &str, value: &Value) {
        match value {
            Value::String(text) => {
                for mention in mention::mentions(text) {
                    self.mention(path, mention);
                }
                self.bare(path, text);
            }
            Value::List(items) => items.iter().for_each(|item| self.value(path, item)),
            Value::Table(table) => {
                for (name, value) in table {
                    self.value(&format!("{path}.{name}"), value);
                }
            }
            _ => {}
        }
    }

    /// A resource, but nothing of it.
    fn bare(&mut self, path: &str, text: &str) {
        let inside = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        if let Some(id) = inside.filter(|id| self.facts.resource(id).is_some()) {
            self.say(path, &format!("“{text}” does not say what of “{id}” is meant: ${{{id}.id}}"));
        }
    }

    fn mention(&mut self, path: &str, Mention { id, attribute, .. }: Mention<'_>) {
        let Some(other) = self.facts.resource(id) else {
            let ids = self.facts.resolved.resources.keys().map(Id::as_str);
            let meant = nearest(id, ids);
            let meant = meant.map(|near| format!(": did you mean “{near}”?")).unwrap_or_default();
            self.say(path, &format!("“{id}” is not there{meant}"));
            return;
        };
        let Some(type_) = other.counterparts.first() else {
            let kind = &other.kind;
            self.say(path, &format!("“{id}” is a {kind}, of which nothing is made here"));
            return;
        };
        let provider = self.facts.resolved.environment.provider;
        let Some(takes) = plugin(provider).and_then(|plugin| plugin.takes(type_)) else { return };
        let first = attribute.split('.').next().unwrap_or_default();
        if first == "id" || takes.is_open || takes.readable.contains(&first) {
            return;
        }
        if !takes.arguments.contains_key(first) {
            let names = takes.readable.iter().copied().chain(takes.arguments.keys().copied());
            let meant = nearest(first, names.chain(["id"]));
            let meant = meant.map(|near| format!(": did you mean {near}?")).unwrap_or_default();
            self.say(path, &format!("{type_}, which “{id}” is, has no “{first}”{meant}"));
        }
    }

    fn say(&mut self, path: &str, text: &str) {
        let shown = path.trim_start_matches("attributes.");
        let message = format!("{shown} of “{}”: {text}", called(self.resource));
        self.found.push(RULE.at(Place::attribute(&self.resource.id, path), message));
    }
}
