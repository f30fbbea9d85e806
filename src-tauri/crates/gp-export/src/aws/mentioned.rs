//! What a raw resource says of itself, as the two formats write it: which of them has its type, and which of several
//! things a mention means.

use super::{Facts, registry};
use gp_catalog::{
    RAW,
    mention::Mention,
    resolved::{Instance, ResolvedResource, Segment},
};
use gp_model::{Diagnostic, Lifecycle, LinkKind, Table, Value};

/// Terraform's types are `aws_sns_topic`; nothing else may stand in a block's label.
pub fn is_terraform(type_: &str) -> bool {
    type_.starts_with(|c: char| c.is_ascii_lowercase())
        && type_.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// CloudFormation's are `AWS::SNS::Topic`.
pub fn is_cloudformation(type_: &str) -> bool {
    let word = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric());
    type_.split("::").count() == 3 && type_.split("::").all(word)
}

/// The type of a raw resource that is on this provider.
pub fn type_of(raw: &ResolvedResource) -> Option<&str> {
    raw.counterparts.first().map(String::as_str)
}

/// What it says of itself.
pub fn attributes(raw: &ResolvedResource) -> Option<&Table> {
    raw.value("attributes").and_then(Value::as_table)
}

/// A diagnostic: the format has no such type, so it leaves the resource out.
pub fn left_out(raw: &ResolvedResource, type_: &str, format: &str, other: &str) -> Diagnostic {
    let text = format!(
        "{format} leaves “{}” out: {type_} is no type of its own; export it as {other}, or write its {format} type",
        raw.title
    );
    super::unsupported(&raw.id, Some("type"), text)
}

/// What a mention means.
pub enum Meant<'a> {
    /// The thing itself.
    One(&'a ResolvedResource),
    /// One of its instances.
    Instance(&'a ResolvedResource, &'a Instance),
    /// A real subnet of a tier.
    Segment(&'a Segment),
    /// All its instances, of which there are several.
    Instances(&'a ResolvedResource),
    /// All repositories of a registry, or the only one.
    Repositories(&'a ResolvedResource, Vec<String>),
    /// All real subnets of a tier.
    Segments(&'a ResolvedResource, Vec<&'a Segment>),
}

/// Which thing is mentioned; the error says why none is.
pub fn meant<'a>(facts: &Facts<'a>, mention: Mention<'_>) -> Result<Meant<'a>, String> {
    let Mention { id, key, .. } = mention;
    let other = facts.resource(id).ok_or_else(|| format!("“{id}” is not there"))?;
    let made = facts.resolved.environment.modules.contains_key(&other.kind);
    if other.lifecycle == Lifecycle::External || (other.counterparts.is_empty() && !made) {
        return Err(format!("nothing is written for “{id}”"));
    }
    if other.kind == "subnet" {
        return segment(facts, other, key);
    }
    if other.kind == registry::KIND && !made {
        let all = registry::repositories(other);
        return match key {
            None => Ok(Meant::Repositories(other, all)),
            Some(key) if all.iter().any(|own| own == key) => {
                Ok(Meant::Repositories(other, vec![key.to_owned()]))
            }
            Some(key) => Err(format!("“{id}” has no repository [{key}]")),
        };
    }
    let several = matches!(other.kind.as_str(), "nat-gateway" | "server" | "volume");
    if !several || !super::is_managed(other) {
        return match key {
            Some(key) => Err(format!("there is one “{id}” only, and no [{key}] of it")),
            None => Ok(Meant::One(other)),
        };
    }
    match (key, other.instances.as_slice()) {
        (None, [one]) => Ok(Meant::Instance(other, one)),
        (None, _) => Ok(Meant::Instances(other)),
        (Some(key), all) => {
            let named = all.iter().enumerate().find(|(place, instance)| {
                let number = instance.index.unwrap_or(*place as u32).to_string();
                number == key
                    || instance.zone.as_deref() == Some(key) && other.kind == "nat-gateway"
            });
            let (_, instance) = named.ok_or_else(|| format!("“{id}” has no [{key}]"))?;
            Ok(Meant::Instance(other, instance))
        }
    }
}

fn segment<'a>(
    facts: &Facts<'a>,
    tier: &'a ResolvedResource,
    key: Option<&str>,
) -> Result<Meant<'a>, String> {
    let all = facts.segments(&tier.id);
    match (key, all) {
        (None, [one]) => Ok(Meant::Segment(one)),
        (None, []) => Err(format!("“{}” has no zone to stand in", tier.id)),
        (None, _) => Ok(Meant::Segments(tier, all.to_vec())),
        (Some(key), _) => {
            let named = all.iter().find(|segment| segment.zone.as_deref() == Some(key));
            let none = || format!("“{}” has no zone [{key}]", tier.id);
            named.map(|segment| Meant::Segment(segment)).ok_or_else(none)
        }
    }
}

/// Of several things, a text can take one.
pub fn several(mention: Mention<'_>) -> String {
    let (id, attribute) = (mention.id, mention.attribute);
    format!(
        "there are several “{id}”, of which a text can take one: write ${{{id}[0].{attribute}}}"
    )
}

/// Whether several are meant.
pub fn are_several(meant: &Meant<'_>) -> bool {
    match meant {
        Meant::Instances(_) | Meant::Segments(..) => true,
        Meant::Repositories(_, names) => names.len() != 1,
        Meant::One(_) | Meant::Instance(..) | Meant::Segment(_) => false,
    }
}

/// What waits for what, by links of raw resources: the waiting one first. Such a link between others says something else.
pub fn waits<'a, 'f>(
    facts: &'f Facts<'a>,
) -> impl Iterator<Item = (&'a ResolvedResource, &'a ResolvedResource)> + use<'a, 'f> {
    let links = facts.resolved.links.values().filter(|link| link.kind == LinkKind::Dependency);
    let ends =
        links.filter_map(|link| Some((facts.resource(&link.from)?, facts.resource(&link.to)?)));
    ends.filter(|(from, to)| is_raw(from) || is_raw(to))
}

/// Whether it is a raw resource.
pub fn is_raw(resource: &ResolvedResource) -> bool {
    resource.kind == RAW
}
