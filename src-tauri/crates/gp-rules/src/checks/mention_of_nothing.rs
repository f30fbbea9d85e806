//! Raw resource that mentions something that is not there, or that has no such attribute, or does not say whole what it mentions.
//!
//! Bad: `vpc_id = "${shopp.id}"`; `vpc_id = "${shop}"`; `vpc_id = "${shop.id"`.
//!
//! Good: `vpc_id = "${shop.id}"`, where `shop` is a network of the design.
//!
//! Why: nothing can be made of a reference to nothing.

use super::prelude::*;
use gp_catalog::{
    RAW,
    mention::{self, Mention},
    providers::{Lack, lacks},
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
            r#"
env cloud aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
  raw group type=aws_security_group attributes={vpc_id="${shop.id",description="in ${} and ${sh op.id}"}
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
        let said = if odd.ends_with('}') {
            format!(
                "“{odd}” mentions nothing: write ${{ID.ATTRIBUTE}}, or $${{ where the text is meant"
            )
        } else {
            format!("“{odd}” is not closed: write }} behind it, or $${{ where the text is meant")
        };
        let straight = mention::straight(odd).map(|straight| text.replacen(odd, &straight, 1));
        self.say(path, &said, text, straight);
    }

    /// A resource, but nothing of it.
    fn bare(&mut self, path: &str, text: &str) {
        let inside = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        if let Some(id) = inside.filter(|id| self.facts.resource(id).is_some()) {
            let whole = format!("${{{id}.id}}");
            let said = format!("“{text}” does not say what of “{id}” is meant: {whole}");
            self.say(path, &said, text, Some(whole));
        }
    }

    fn mention(&mut self, path: &str, text: &str, Mention { id, attribute, .. }: Mention<'_>) {
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
        let turned = near.map(|near| {
            text.replace(&format!("{id}.{name}"), &format!("{id}.{near}"))
                .replace(&format!("].{name}"), &format!("].{near}"))
        });
        self.say(path, &said, text, turned);
    }

    /// Says it of a text, and what the text would be if it were right.
    fn say(&mut self, path: &str, said: &str, text: &str, right: Option<String>) {
        let shown = path.trim_start_matches("attributes.");
        let message = format!("{shown} of “{}”: {said}", called(self.resource));
        let mut finding = RULE.at(Place::attribute(&self.resource.id, path), message);
        let all = self.resource.attributes.get("attributes");
        let all = all.filter(|all| all.origin == Origin::Set);
        if let (Some(right), Some(all)) = (right.filter(|right| right != text), all) {
            // As it stands in the file, its variables included.
            let written = all.written.as_ref().unwrap_or(&all.value);
            let edit = set(&self.resource.id, "attributes", mention::turned(written, text, &right));
            finding = finding.fixed_by(format!("Make it “{right}”"), edit);
        }
        self.found.push(finding);
    }
}
