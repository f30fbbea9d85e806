//! Which instances of a thing a link means at its ends. Knows nothing of whether packets arrive.

use crate::resolved::{Instance, Resolved, ResolvedResource};
use gp_model::Id;

impl Resolved {
    /// Whether a link with this end means a resource: the end itself, or what stands in it.
    pub fn link_means(&self, end: &Id, resource: &ResolvedResource) -> bool {
        let inside = || self.resource(end).is_none_or(ResolvedResource::links_what_it_holds);
        resource.id == *end || (inside() && self.is_in(resource, end))
    }
}

impl ResolvedResource {
    /// Whether a link of it is one of all that stands in it. A cluster's nodes are the cluster itself, and what
    /// runs on them has links of its own.
    pub fn links_what_it_holds(&self) -> bool {
        self.kind != "kubernetes-cluster"
    }

    /// Whether a link means this instance, at the end where it starts or the one where it ends: an
    /// API gateway with a private link is called outside, and calls from inside; a DNS resolver takes
    /// questions at some of its addresses and asks from the others.
    pub fn takes_part(&self, instance: &Instance, starts: bool) -> bool {
        if self.kind == "dns-resolver" {
            return self.asks_from(instance) == starts;
        }
        let inside = |instance: &Instance| instance.segment.is_some();
        self.kind != "api-gateway"
            || !self.instances.iter().any(inside)
            || inside(instance) == starts
    }

    /// Whether this address of a DNS resolver is one of those that it passes questions on from.
    pub fn asks_from(&self, instance: &Instance) -> bool {
        let each = match (self.flag("inbound"), self.flag("outbound")) {
            (true, true) => self.instances.len() / 2,
            (false, true) => 0,
            _ => return false,
        };
        self.instances.iter().position(|one| one.address == instance.address) >= Some(each)
    }
}
