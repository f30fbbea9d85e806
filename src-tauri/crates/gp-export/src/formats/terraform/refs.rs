//! References: what a thing, one of several, a subnet is called, and the tags that say its name.

use super::writer::{Expr, code, write_text};
use crate::{aws::Facts, name::label};
use gp_catalog::resolved::{Instance, ResolvedResource, Segment};
use gp_model::Lifecycle;

/// `aws_vpc.shop`, or the data source where the thing exists already.
pub fn address(owner: &ResolvedResource, type_: &str) -> String {
    let prefix = if owner.lifecycle == Lifecycle::Existing { "data." } else { "" };
    format!("{prefix}{type_}.{}", label(&owner.id))
}

/// The ARN of the key that a thing is encrypted with.
pub fn key_arn<'a>(facts: &Facts<'a>, thing: &'a ResolvedResource) -> Option<Expr> {
    let key = crate::aws::key::of(facts, thing)?;
    Some(code(format!("{}.arn", address(key, "aws_kms_key"))))
}

/// How the instances of a thing are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// There is one, whatever is drawn.
    One,
    /// By zone letter.
    Zone,
    /// By number.
    Number,
}

/// By the kind and never by how many there are now: a second one must not give the first another
/// address, for Terraform would destroy it (and its data) and make it anew.
pub fn keys(owner: &ResolvedResource) -> Keys {
    match owner.kind.as_str() {
        // What exists is looked up, as one.
        _ if !crate::aws::is_managed(owner) => Keys::One,
        "nat-gateway" if owner.instances.iter().all(|i| i.zone.is_some()) => Keys::Zone,
        "nat-gateway" | "server" | "volume" => Keys::Number,
        _ => Keys::One,
    }
}

/// The instances, each with its `for_each` key.
pub fn keyed(
    owner: &ResolvedResource,
) -> impl Iterator<Item = (Option<String>, &Instance)> + use<'_> {
    let keys = keys(owner);
    owner.instances.iter().enumerate().map(move |(place, instance)| {
        let key = match keys {
            Keys::One => None,
            Keys::Zone => instance.zone.clone(),
            Keys::Number => {
                Some(instance.index.map_or_else(|| place.to_string(), |index| index.to_string()))
            }
        };
        (key, instance)
    })
}

/// `aws_instance.app["0"]`
pub fn instance_address(owner: &ResolvedResource, instance: &Instance, type_: &str) -> String {
    let own = keyed(owner).find(|(_, other)| other.address == instance.address);
    match own.and_then(|(key, _)| key) {
        Some(key) => format!("{}[{key:?}]", address(owner, type_)),
        None => address(owner, type_),
    }
}

/// `aws_subnet.app_tier["a"]`
pub fn segment_address(facts: &Facts<'_>, segment: &Segment) -> String {
    let prefix = match facts.resource(&segment.subnet) {
        Some(tier) => address(tier, "aws_subnet"),
        None => format!("aws_subnet.{}", label(&segment.subnet)),
    };
    match &segment.zone {
        Some(zone) => format!("{prefix}[{zone:?}]"),
        None => prefix,
    }
}

/// The ids of these segments as a list: the whole tier by a `for` where all its zones are meant.
pub fn segment_ids(facts: &Facts<'_>, segments: &[&Segment]) -> Expr {
    let one_tier = segments.first().map(|first| &first.subnet);
    let whole = one_tier.filter(|tier| {
        segments.iter().all(|s| s.subnet == **tier && s.zone.is_some())
            && facts.segments(tier).len() == segments.len()
    });
    match whole.and_then(|tier| facts.resource(tier)) {
        Some(tier) => code(format!("values({})[*].id", address(tier, "aws_subnet"))),
        None => Expr::List(
            segments.iter().map(|s| code(format!("{}.id", segment_address(facts, s)))).collect(),
        ),
    }
}

/// `Name` and the drawn tags, as an object. `name` is an expression or text.
pub fn tags(owner: &ResolvedResource, name: Expr) -> Expr {
    let mut all = vec![("Name".to_owned(), name)];
    let drawn = owner.tags.iter().filter(|(key, _)| *key != "Name");
    all.extend(drawn.map(|(key, value)| (key.clone(), Expr::text_or_secret(value))));
    Expr::Object(all)
}

/// `"TITLE ${each.key}"`, the title escaped.
pub fn keyed_name(title: &str) -> Expr {
    let mut quoted = String::new();
    write_text(&mut quoted, title);
    quoted.pop();
    // A `$` or `%` at the end would escape the template that follows.
    let guard = if title.ends_with(['$', '%']) { " " } else { "" };
    code(format!("{quoted}{guard} ${{each.key}}\""))
}
