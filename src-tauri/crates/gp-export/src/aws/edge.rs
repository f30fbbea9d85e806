//! What stands at the edge: AWS wants whatever a content delivery network shows or is guarded by in
//! one region, wherever the rest of a design stands.

use super::Facts;
use crate::name::label;
use gp_catalog::resolved::ResolvedResource;
use gp_model::{Id, LinkKind};
use std::collections::BTreeMap;

/// Where AWS wants it.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html>
pub const REGION: &str = "us-east-1";

impl<'a> Facts<'a> {
    /// Whether a thing belongs to a content delivery network.
    pub fn is_at_edge(&self, thing: &ResolvedResource) -> bool {
        match thing.kind.as_str() {
            "web-firewall" => super::web_firewall::is_at_edge(self, thing),
            "certificate" => self.hangs_on_network(thing),
            _ => false,
        }
    }

    /// Whether a content delivery network is among what a thing is linked to.
    pub fn hangs_on_network(&self, thing: &ResolvedResource) -> bool {
        let links = self.links_from(&thing.id).iter().filter(|l| l.kind == LinkKind::Attachment);
        links.filter_map(|link| self.resource(&link.to)).any(|to| to.kind == "cdn")
    }

    /// The drawn region that is the edge's, in a thing's own account.
    pub fn edge_region(&self, thing: &'a ResolvedResource) -> Option<&'a Id> {
        let near = |id: &Id| self.resource(id).is_some_and(|it| !self.across_accounts(it, thing));
        let mut all = self.resolved.scopes.iter();
        all.find(|(id, scope)| scope.region == REGION && near(id)).map(|(id, _)| id)
    }

    /// The name by which Terraform calls the edge in a thing's account, where no drawn region is that.
    pub fn edge_alias(&self, thing: &'a ResolvedResource) -> String {
        let account = self.account_of(thing).filter(|_| self.has_several_accounts());
        let mut own = label(REGION);
        if let Some(account) = account {
            own = format!("{own}_{}", label(&account.id));
        }
        while self.resolved.scopes.keys().any(|id| label(id) == own) {
            own.push('_');
        }
        own
    }

    /// Those names, each with the account that it is for.
    pub fn edges(&self) -> BTreeMap<String, Option<&'a ResolvedResource>> {
        let all = self.resolved.resources.values().map(|it| &**it);
        let there = all.filter(|it| self.is_at_edge(it) && self.edge_region(it).is_none());
        there.map(|it| (self.edge_alias(it), self.account_of(it))).collect()
    }
}
