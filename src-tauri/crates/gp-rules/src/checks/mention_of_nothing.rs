//! Raw resource or variable of an application that mentions something that is not there, or that has no such attribute, or
//! does not say whole what it mentions.
//!
//! Bad: `vpc_id = "${shopp.id}"`; `vpc_id = "${shop}"`; `vpc_id = "${shop.id"`; `DATABASE_HOST = "${orders.host}"`.
//!
//! Good: `vpc_id = "${shop.id}"`, where `shop` is a network of the design; `DATABASE_HOST = "${orders.address}"`.
//!
//! Why: nothing can be made of a reference to nothing. Two functions that tell each other what they are called cannot be made
//! either: each would have to be there first.

use super::prelude::*;
use gp_catalog::{
    RAW,
    mention::{self, Mention},
    providers::{Lack, lacks},
    told,
};
use gp_model::{Lifecycle, nearest};
use std::collections::BTreeSet;

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
            r#"
env cloud aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
  raw group type=aws_security_group attributes={vpc_id="${shop.id",description="in ${} and ${sh op.id}"}
"#,
            r#"
env cloud aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      container-service api image="shop.example.com/api:1" environment={DATABASE_HOST="${orders.host}"}
      database orders
"#,
            r#"
env test lab
region frankfurt zones a,b location=frankfurt
  queue jobs
  function work environment={JOBS="${job.url}",URL="to ${jobs.url",WHICH="${jobs}",HOME="${HOME}"}
"#,
            r#"
env cloud aws
region frankfurt zones a,b location=frankfurt
  function ask environment={OTHER="${answer.name}"}
  function answer environment={OTHER="${ask.name}"}
"#,
            r#"
env cloud aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app count=2
      container-service api image="shop.example.com/api:1" environment={NEXT="${app.address}",ABOVE="${shop.id}"}
"#,
        ],
        silent: &[
            r#"
env cloud aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app count=2
      container-service api image="shop.example.com/api:1" environment={URL="postgres://${orders.address}:${orders.port}/shop",NEXT="${app[1].address}",PATH="${HOME}/bin",TEXT="$${orders.x}"}
      database orders
  function ask environment={OTHER="${answer.name}"}
  function answer
"#,
            r#"
env test lab
region frankfurt zones a,b location=frankfurt
  queue jobs
  function work environment={JOBS="${jobs.url}"}
"#,
            r#"
env cloud aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
  raw group type=aws_security_group attributes={vpc_id="${shop.id}",description="in ${shop.arn} ${HOME} $${shop.x}"}
"#,
        ],
    },
};

fn check(facts: &Facts<'_>, resource: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    for root in ["attributes", "environment"] {
        let said = resource.value(root).filter(|_| told::may_mention(&resource.kind, root));
        if let Some(said) = said {
            Walk { facts, resource, root, found }.value(root, said);
        }
    }
}

/// What the variables of an application mention.
fn told_to(resource: &ResolvedResource) -> impl Iterator<Item = Mention<'_>> {
    let said = resource.value("environment").and_then(Value::as_table).into_iter().flatten();
    said.filter_map(|(_, value)| value.as_str()).flat_map(mention::mentions)
}

/// Whether a thing can be made only when `wanted` is there.
fn waits_for(facts: &Facts<'_>, thing: &ResolvedResource, wanted: &Id) -> bool {
    let (mut open, mut seen) = (vec![thing], BTreeSet::new());
    while let Some(one) = open.pop() {
        if one.id == *wanted {
            return true;
        }
        if seen.insert(&one.id) && told::has_environment(&one.kind, "environment") {
            open.extend(told_to(one).filter_map(|mention| facts.resource(mention.id)));
        }
    }
    false
}

struct Walk<'w> {
    facts: &'w Facts<'w>,
    resource: &'w ResolvedResource,
    /// The attribute that is looked at.
    root: &'static str,
    found: &'w mut Vec<Diagnostic>,
}

impl Walk<'_> {
    fn value(&mut self, path: &str, value: &Value) {
        match value {
            Value::String(text) => {
                for mention in mention::mentions(text) {
                    self.mention(path, text, mention);
                }
                for odd in mention::odd(text) {
                    self.odd(path, text, odd);
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

    /// What looks like a mention and can be none.
    fn odd(&mut self, path: &str, text: &str, odd: &str) {
        let straight = mention::straight(odd).map(|straight| text.replacen(odd, &straight, 1));
        self.say(path, &mention::why_odd(odd), text, straight);
    }

    /// A resource, but nothing of it.
    fn bare(&mut self, path: &str, text: &str) {
        let inside = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        let other = inside.and_then(|id| Some((id, self.facts.resource(id)?)));
        if let Some((id, other)) = other {
            // What an application asks for first of all.
            let names = ["address", "url", "name"].into_iter();
            let mut names = names.filter(|name| told::find(&other.kind, name).is_some());
            let name = names.next().filter(|_| self.root == "environment").unwrap_or("id");
            let whole = format!("${{{id}.{name}}}");
            let said = format!("“{text}” does not say what of “{id}” is meant: {whole}");
            self.say(path, &said, text, Some(whole));
        } else if inside.is_some_and(|inside| self.is_nothing(text, inside)) {
            let said = format!(
                "“{text}” mentions nothing: write ${{ID.ATTRIBUTE}} or ${{var.NAME}}, or $${{ where the text is meant"
            );
            self.say(path, &said, text, None);
        }
    }

    /// A variable of an application that is nothing but braces. Of a raw resource, they may be the provider's.
    fn is_nothing(&self, text: &str, inside: &str) -> bool {
        self.root == "environment"
            && !inside.contains(['{', '}', ':'])
            && !inside.starts_with("var.")
            && !inside.starts_with("secret.")
            && mention::whole(text).is_none()
            && mention::odd(text).is_empty()
    }

    /// What an application wants to be told of another thing.
    fn told(&mut self, path: &str, text: &str, mention: Mention<'_>, other: &ResolvedResource) {
        let Mention { id, key, attribute } = mention;
        let kind = &other.kind;
        if other.lifecycle == Lifecycle::External {
            let said = format!("“{id}” is somebody else's: write what it is told");
            return self.say(path, &said, text, None);
        }
        let names: Vec<&str> = told::of(kind).map(|row| row.name).collect();
        if names.is_empty() {
            let said = format!("“{id}” is a {kind}, of which an application can be told nothing");
            return self.say(path, &said, text, None);
        }
        if told::find(kind, attribute).is_none() {
            let near = nearest(attribute, names.iter().copied());
            let near = near.or_else(|| (attribute == "host").then_some("address"));
            let near = near.filter(|near| names.contains(near));
            let meant = near.map(|near| format!(": did you mean {near}?"));
            let known = meant.unwrap_or_else(|| format!(": write {}", names.join(", ")));
            let said = format!("of “{id}”, a {kind}, there is no “{attribute}”{known}");
            let turned = near.map(|near| turned(text, id, attribute, near));
            return self.say(path, &said, text, turned);
        }
        if kind == "server" && key.is_none() && other.instances.len() > 1 {
            let said = format!("there are several “{id}”: write which, ${{{id}[0].{attribute}}}");
            let one = text.replace(&format!("${{{id}."), &format!("${{{id}[0]."));
            return self.say(path, &said, text, Some(one));
        }
        if waits_for(self.facts, other, &self.resource.id) {
            let said = format!(
                "“{id}” is told of “{}” itself, and neither can be made before the other",
                called(self.resource)
            );
            self.say(path, &said, text, None);
        }
    }

    fn mention(&mut self, path: &str, text: &str, mention: Mention<'_>) {
        let Mention { id, attribute, .. } = mention;
        let Some(other) = self.facts.resource(id) else {
            let ids = self.facts.resolved.resources.keys().map(Id::as_str);
            let near = nearest(id, ids);
            let meant = near.map(|near| format!(": did you mean “{near}”?")).unwrap_or_default();
            let turned = near.map(|near| {
                let (dot, key) = (format!("${{{id}."), format!("${{{id}["));
                text.replace(&dot, &format!("${{{near}.")).replace(&key, &format!("${{{near}["))
            });
            self.say(path, &format!("“{id}” is not there{meant}"), text, turned);
            return;
        };
        if self.root == "environment" && other.kind != RAW {
            // What its module gives, the export asks the environment.
            if !self.facts.resolved.environment.modules.contains_key(&other.kind) {
                self.told(path, text, mention, other);
            }
            return;
        }
        let Some(type_) = other.counterparts.first() else {
            let kind = &other.kind;
            let said = format!("“{id}” is a {kind}, of which nothing is made here");
            self.say(path, &said, text, None);
            return;
        };
        let provider = self.facts.resolved.environment.provider;
        let Some(Lack { name, near }) = lacks(provider, type_, attribute) else { return };
        let meant = near.map(|near| format!(": did you mean {near}?")).unwrap_or_default();
        let said = format!("{type_}, which “{id}” is, has no “{name}”{meant}");
        let turned = near.map(|near| turned(text, id, &name, near));
        self.say(path, &said, text, turned);
    }

    /// Says it of a text, and what the text would be if it were right.
    fn say(&mut self, path: &str, said: &str, text: &str, right: Option<String>) {
        let shown = path.trim_start_matches("attributes.");
        let message = format!("{shown} of “{}”: {said}", called(self.resource));
        let mut finding = RULE.at(Place::attribute(&self.resource.id, path), message);
        let all = self.resource.attributes.get(self.root);
        let all = all.filter(|all| all.origin == Origin::Set);
        if let (Some(right), Some(all)) = (right.filter(|right| right != text), all) {
            // As it stands in the file, its variables included.
            let written = all.written.as_ref().unwrap_or(&all.value);
            let edit = set(&self.resource.id, self.root, mention::turned(written, text, &right));
            finding = finding.fixed_by(format!("Make it “{right}”"), edit);
        }
        self.found.push(finding);
    }
}

/// The text with another attribute of the thing.
fn turned(text: &str, id: &str, name: &str, near: &str) -> String {
    text.replace(&format!("{id}.{name}"), &format!("{id}.{near}"))
        .replace(&format!("].{name}"), &format!("].{near}"))
}
