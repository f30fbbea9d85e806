//! Value that does not fit its attribute: wrong type, not one of the choices, out of range.
//!
//! Bad: `cpu = "four"`, `exposure = "semi"`, `cidr = "10.0.0.0/33"`.
//!
//! Good: `cpu = 4`, `exposure = "private"`, `cidr = "10.0.0.0/24"`.
//!
//! Why: nobody can tell what is meant: it is not used, and how many there are counts as the nearest number that may be.

use super::prelude::*;
use gp_catalog::{
    kind::{Attribute, AttributeType},
    number_attributes,
    resolved::ResolvedValue,
};
use gp_model::nearest;

pub(crate) static RULE: Rule = Rule {
    id: "unfit-value",
    severity: Severity::Error,
    source: include_str!("unfit_value.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app cpu=four
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier exposure=privat
      server app
",
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier public
      server app public-address=true needs=["pakcages","time"]
"#,
            r#"
region frankfurt zones a,b location=frankfurt
  network shop cidr="10.0.0.0/33"
"#,
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16 ipv6-cidr="fd12:3456::/32"
"#,
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server less count=-1 needs=[]
      server more count=1001 needs=[]
",
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app memory="1 MiB" needs=[]
"#,
            r#"
region frankfurt zones a,b location=""
  bucket images
"#,
        ],
        silent: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app cpu=4 memory="4 GiB"
"#],
    },
};

fn check(facts: &Facts<'_>, resource: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let Some(kind) = facts.kind(resource) else { return };
    for (name, value) in resource.attributes.iter() {
        let Some(attribute) = kind.attributes.get(name) else { continue };
        let Some(said) = said(value, attribute) else { continue };
        let Err(problem) = attribute.check(said) else { continue };
        // Said with its own fix by `cidr-with-host-bits`.
        let is_range = matches!(attribute.type_, AttributeType::Cidr | AttributeType::Cidr6);
        if is_range && has_host_bits(said) {
            continue;
        }
        // Replicas of a database or a cache are none of its instances, and are cut to what may be as well.
        let counts = number_attributes(&resource.kind).contains(&name.as_str());
        let instead = (counts || name == "replicas").then(|| {
            let number = said.as_integer()?;
            Some(format!("; it counts as {}", attribute.into_range(number)))
        });
        let instead = instead.flatten().unwrap_or_default();
        let message = format!("{name} of “{}”: {problem}{instead}", called(resource));
        let mut finding = RULE.at(Place::attribute(&resource.id, name), message);
        // What the environment says is not mended at the resource.
        if matches!(value.origin, Origin::Override { .. }) {
            found.push(finding);
            continue;
        }
        if let Some((word, meant)) = meant(said, attribute) {
            finding = finding.fixed_by(format!("Make it “{word}”"), set(&resource.id, name, meant));
        }
        if let Some(limit) = attribute.nearest_in_range(said) {
            let title = match &limit {
                Value::String(text) => format!("Make it {text}"),
                number => format!("Make it {}", number.as_float().unwrap_or_default()),
            };
            finding = finding.fixed_by(title, set(&resource.id, name, limit));
        }
        if !attribute.required {
            finding = finding.fixed_by("Leave it out", unset(&resource.id, name));
        }
        found.push(finding);
    }
}

/// The nearest choice, and the value with it in place of the first that is none.
fn meant(said: &Value, attribute: &Attribute) -> Option<(String, Value)> {
    let choices = || attribute.choices.iter().map(String::as_str);
    let near = |text: &str| nearest(text, choices()).map(str::to_owned);
    match said {
        Value::String(text) => near(text).map(|word| (word.clone(), Value::String(word))),
        Value::List(items) => {
            let wrong =
                |item: &Value| item.as_str().is_none_or(|text| !choices().any(|c| c == text));
            let at = items.iter().position(wrong)?;
            let word = near(items[at].as_str()?)?;
            let mut items = items.clone();
            items[at] = Value::String(word.clone());
            Some((word, Value::List(items)))
        }
        _ => None,
    }
}

/// What somebody wrote; a range that cannot be read is replaced by an allocated one.
fn said<'a>(value: &'a ResolvedValue, attribute: &Attribute) -> Option<&'a Value> {
    match value.origin {
        Origin::Allocated => value.written.as_ref(),
        Origin::Set | Origin::Override { .. } => {
            let written = value.written.as_ref().filter(|_| attribute.check(&value.value).is_ok());
            Some(written.unwrap_or(&value.value))
        }
        _ => None,
    }
}

fn has_host_bits(value: &Value) -> bool {
    let net = value.as_str().and_then(|text| text.parse::<ipnet::IpNet>().ok());
    net.is_some_and(|net| net.addr() != net.network())
}
