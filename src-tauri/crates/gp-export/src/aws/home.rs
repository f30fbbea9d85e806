//! Where a thing is made: in which account and region. Decided once, so that what Terraform makes by one
//! provider stands in one of CloudFormation's templates.

use super::{Facts, edge};
use gp_catalog::resolved::ResolvedResource;
use gp_model::Id;

/// The region that a thing is made in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MadeIn<'a> {
    /// A drawn one.
    Region(&'a Id),
    /// The edge's, which nobody has drawn.
    Edge,
}

/// An account and a region of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Home<'a> {
    /// The drawn account; none: that of the credentials at hand.
    pub account: Option<&'a Id>,
    /// The provider's name of the region.
    pub region: &'a str,
}

impl<'a> Facts<'a> {
    /// The region that a thing is made in; none where no region is drawn.
    pub fn made_in(&self, thing: &'a ResolvedResource) -> Option<MadeIn<'a>> {
        if self.is_at_edge(thing) {
            return Some(self.edge_region(thing).map_or(MadeIn::Edge, MadeIn::Region));
        }
        self.region_of(thing).map(MadeIn::Region)
    }

    /// The account and region that a thing is made in.
    pub fn home(&self, thing: &'a ResolvedResource) -> Home<'a> {
        let own = |account: Option<&'a ResolvedResource>| account.map(|account| &account.id);
        match self.made_in(thing) {
            Some(MadeIn::Region(id)) => Home {
                account: own(self.resource(id).and_then(|region| self.account_of(region))),
                region: &self.resolved.scopes[id].region,
            },
            Some(MadeIn::Edge) | None => {
                Home { account: own(self.account_of(thing)), region: edge::REGION }
            }
        }
    }
}
