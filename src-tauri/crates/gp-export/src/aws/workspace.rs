//! Analytics workspaces: Databricks runs them from its own account, by a role in ours, in subnets and
//! a bucket of ours.

use super::{Facts, is_managed, key, tier_segments, unsupported};
use gp_catalog::resolved::{Exposure, ResolvedLink, ResolvedResource};
use gp_model::{Diagnostic, LinkKind, Place};

/// The kind.
pub const KIND: &str = "analytics-workspace";

/// Prefix lengths that a subnet of a workspace may have.
/// <https://docs.databricks.com/aws/en/security/network/classic/customer-managed-vpc>
const LENGTHS: std::ops::RangeInclusive<u8> = 17..=26;

/// The bucket drawn for what a workspace itself keeps.
pub fn root<'a>(
    facts: &Facts<'a>,
    workspace: &'a ResolvedResource,
) -> Option<&'a ResolvedResource> {
    let links = facts.links_from(&workspace.id).iter().filter(|l| l.kind == LinkKind::Attachment);
    let mut ends = links.filter_map(|link| facts.resource(&link.to));
    ends.find(|end| end.kind == "bucket" && end.lifecycle != gp_model::Lifecycle::External)
}

/// Whether a workspace of ours keeps itself in a bucket.
pub fn keeps_in(facts: &Facts<'_>, bucket: &ResolvedResource) -> bool {
    let is_it = |link: &&&ResolvedLink| link.kind == LinkKind::Attachment;
    let froms = facts.links_to(&bucket.id).iter().filter(is_it);
    let mut froms = froms.filter_map(|link| facts.resource(&link.from));
    froms.any(|from| {
        from.kind == KIND
            && is_managed(from)
            && root(facts, from).is_some_and(|own| own.id == bucket.id)
    })
}

/// `PREMIUM`: the tier, as Databricks says it.
pub fn tier(workspace: &ResolvedResource) -> String {
    workspace.text("tier").unwrap_or("premium").to_uppercase()
}

/// What Databricks refuses or nobody writes.
pub fn notes<'a>(facts: &Facts<'a>, workspace: &'a ResolvedResource) -> Vec<Diagnostic> {
    let title = &workspace.title;
    let refuse = |text: String| {
        Diagnostic::error("refused-by-provider", Place::resource(&workspace.id), text)
    };
    let mut found = Vec::new();
    let segments = tier_segments(facts, workspace);
    if segments.iter().any(|segment| segment.exposure == Exposure::Public) {
        found.push(refuse(format!(
            "Databricks wants private subnets for the clusters of “{title}”: move it to a private tier"
        )));
    }
    if let Some(own) = segments.iter().find(|own| !LENGTHS.contains(&own.cidr.prefix_len())) {
        found.push(refuse(format!(
            "Databricks takes subnets from /17 to /26, and “{title}” would stand in {}: give its tier another range",
            own.cidr
        )));
    }
    let Some(root) = root(facts, workspace) else { return found };
    if let Some(key) = key::of(facts, root) {
        found.push(refuse(format!(
            "Databricks has no way to the key “{}”, and cannot keep “{title}” in “{}”: attach a bucket without a key of its own",
            key.title, root.title
        )));
    }
    if !is_managed(root) {
        let text = format!(
            "what lets Databricks keep “{title}” in “{}” is left out, for that exists already: add it to its policy where it is managed",
            root.title
        );
        found.push(unsupported(&root.id, None, text));
    }
    found
}
