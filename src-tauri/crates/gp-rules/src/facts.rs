//! What rules may know: the resolved design, the catalog, the proof, and a few looks at them.

use crate::Proof;
use gp_catalog::{
    Catalog, Kind, Resolved,
    resolved::{ResolvedLink, ResolvedResource},
};
use gp_model::{Id, LinkKind, Provider};
use ipnet::{IpNet, Ipv4Net};
use std::collections::HashMap;

/// Everything that a rule may look at.
pub struct Facts<'a> {
    /// The design in one environment.
    pub resolved: &'a Resolved,
    /// All kinds.
    pub catalog: &'a Catalog,
    /// What can reach what.
    pub proof: &'a Proof,
    links: HashMap<&'a Id, Vec<&'a ResolvedLink>>,
}

impl<'a> Facts<'a> {
    /// The facts of a design.
    pub fn new(resolved: &'a Resolved, catalog: &'a Catalog, proof: &'a Proof) -> Self {
        let mut links: HashMap<&Id, Vec<&ResolvedLink>> = HashMap::new();
        for link in resolved.links.values() {
            links.entry(&link.from).or_default().push(link);
            if link.to != link.from {
                links.entry(&link.to).or_default().push(link);
            }
        }
        Self { resolved, catalog, proof, links }
    }

    /// Whose semantics apply.
    pub fn semantics(&self) -> Provider {
        self.resolved.environment.semantics
    }

    /// What the catalog knows of a resource's kind.
    pub fn kind(&self, resource: &ResolvedResource) -> Option<&'a Kind> {
        self.catalog.kind(&resource.kind)
    }

    /// The resource with this id.
    pub fn resource(&self, id: &str) -> Option<&'a ResolvedResource> {
        self.resolved.resource(id)
    }

    /// What people call it.
    pub(crate) fn called(&self, id: &'a Id) -> &'a str {
        self.resource(id).map_or(id.as_str(), crate::words::called)
    }

    /// Resources of a kind, in order of id.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &'a ResolvedResource> {
        self.resolved.resources.values().map(|r| &**r).filter(move |r| r.kind == kind)
    }

    /// The nearest container of a kind; a guest's tier, and its network, are its own.
    pub fn above(&self, resource: &ResolvedResource, kind: &str) -> Option<&'a ResolvedResource> {
        let above = resource.ancestors.iter().filter_map(|id| self.resource(id));
        let tier = |(tier, network): (&Id, &Id)| [self.resource(tier), self.resource(network)];
        let named = self.resolved.tier_of(resource).map(tier);
        above.chain(named.into_iter().flatten().flatten()).find(|r| r.kind == kind)
    }

    /// All links at a resource, in order of id.
    pub fn links(&self, id: &Id) -> &[&'a ResolvedLink] {
        self.links.get(id).map_or(&[], Vec::as_slice)
    }

    /// Links of one kind that begin at a resource.
    pub fn links_from(&self, id: &'a Id, kind: LinkKind) -> impl Iterator<Item = &'a ResolvedLink> {
        self.links(id).iter().copied().filter(move |l| l.from == *id && l.kind == kind)
    }

    /// A resource's zones, or those of the nearest container that has some.
    pub fn zones(&self, resource: &ResolvedResource) -> Vec<String> {
        let above = resource.ancestors.iter().filter_map(|id| self.resource(id));
        std::iter::once(resource)
            .chain(above)
            .map(written_zones)
            .find(|zones| !zones.is_empty())
            .unwrap_or_default()
    }

    /// An id that is free, from these words.
    pub fn free_id(&self, base: &str) -> Id {
        free(base, |id| self.resolved.resources.contains_key(id))
    }

    /// The same for a link.
    pub fn free_link(&self, base: &str) -> Id {
        free(base, |id| self.resolved.links.contains_key(id))
    }
}

fn free(base: &str, taken: impl Fn(&Id) -> bool) -> Id {
    let numbered = (2..).map(|n| Id::new(format!("{base}-{n}")));
    let mut all = std::iter::once(Id::new(base)).chain(numbered);
    all.find(|id| !taken(id)).expect("the numbers do not end")
}

/// Zone letters that an attribute `zones` names.
pub(crate) fn written_zones(resource: &ResolvedResource) -> Vec<String> {
    let list = resource.value("zones").and_then(gp_model::Value::as_list).unwrap_or_default();
    list.iter().filter_map(|zone| zone.as_str().map(str::to_owned)).collect()
}

/// A resource's range, where it is one.
pub(crate) fn cidr(resource: &ResolvedResource) -> Option<Ipv4Net> {
    let net: Ipv4Net = resource.text("cidr")?.parse().ok()?;
    Some(net.trunc())
}

/// Attributes that are a range, one per family.
pub(crate) const RANGES: [&str; 2] = ["cidr", "ipv6-cidr"];

/// A resource's range in one of [`RANGES`], where it is one of that family.
pub(crate) fn range(resource: &ResolvedResource, attribute: &str) -> Option<IpNet> {
    let net: IpNet = resource.text(attribute)?.parse().ok()?;
    (matches!(net, IpNet::V6(_)) == (attribute == RANGES[1])).then(|| net.trunc())
}
