//! Which sites a tier reaches into: its own, those of its guests, and those of the machines that run
//! its servers.

use gp_catalog::resolved::{Resolved, ResolvedResource};
use gp_model::{Id, LinkKind};
use std::collections::{BTreeMap, BTreeSet};

/// A tier and the sites that it reaches into, each with what of it stands there. The site of the
/// tier itself is among them even where nothing is.
#[derive(Clone, Debug, PartialEq)]
pub struct Reach<'a> {
    /// The subnet.
    pub tier: &'a ResolvedResource,
    /// By id of the site.
    pub sites: BTreeMap<&'a Id, BTreeSet<&'a Id>>,
}

/// All tiers that reach into a site, in order of id.
pub fn of(resolved: &Resolved) -> Vec<Reach<'_>> {
    let mut found: BTreeMap<&Id, Reach<'_>> = BTreeMap::new();
    let tiers = resolved.resources.values().filter(|resource| resource.kind == "subnet");
    for tier in tiers {
        let own = site(resolved, tier).into_iter().map(|site| (site, BTreeSet::new()));
        found.insert(&tier.id, Reach { tier, sites: own.collect() });
    }
    if found.is_empty() {
        return Vec::new();
    }
    let mut stands = |member: &ResolvedResource, at: &ResolvedResource| {
        let tier = resolved.tier_of(member).map(|(tier, _)| tier);
        let reach = tier.and_then(|tier| found.get_mut(tier));
        let member = resolved.resources.get_key_value(&member.id).map(|(id, _)| id);
        if let (Some(reach), Some(site), Some(member)) = (reach, site(resolved, at), member) {
            reach.sites.entry(site).or_default().insert(member);
        }
    };
    for resource in resolved.resources.values() {
        stands(resource, resource);
    }
    for (server, host) in hosted(resolved) {
        stands(server, host);
    }
    found.into_values().filter(|reach| !reach.sites.is_empty()).collect()
}

/// Servers and the hypervisors that may run them.
pub fn hosted(resolved: &Resolved) -> impl Iterator<Item = (&ResolvedResource, &ResolvedResource)> {
    let links = resolved.links.values().filter(|link| link.kind == LinkKind::Attachment);
    links.filter_map(|link| {
        let (server, host) = (resolved.resource(&link.from)?, resolved.resource(&link.to)?);
        (host.kind == "hypervisor").then_some((server, host))
    })
}

/// The site that something stands in.
pub fn site<'a>(resolved: &'a Resolved, resource: &ResolvedResource) -> Option<&'a Id> {
    let above = resource.ancestors.iter().filter_map(|id| resolved.resources.get_key_value(id));
    above.into_iter().find(|(_, it)| it.kind == "site").map(|(id, _)| id)
}
