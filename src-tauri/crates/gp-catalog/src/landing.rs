//! Where a transit hub reaches a network: one answer for routes, checks and exports. Providers put a foot of the hub
//! into subnets of the network, and what comes by the hub goes on by the route tables of those.

use crate::resolved::{Exposure, Resolved, Segment};
use gp_model::Id;
use std::{cmp::Reverse, collections::BTreeMap, collections::BTreeSet};

/// The real subnets of one tier in which a hub stands in a network, one per zone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Landing<'a> {
    /// None where the network has no tier.
    pub segments: Vec<&'a Segment>,
    guarded: bool,
}

impl<'a> Landing<'a> {
    /// Among the segments of a network, those of the private tier with the most zones; not of a firewall's own,
    /// whose tables lead past it.
    pub(crate) fn among(
        segments: impl IntoIterator<Item = &'a Segment>,
        firewalls_own: &BTreeSet<&Id>,
    ) -> Self {
        let mut tiers: BTreeMap<&Id, Vec<&Segment>> = BTreeMap::new();
        for segment in segments {
            tiers.entry(&segment.subnet).or_default().push(segment);
        }
        let rank = |(tier, segments): &(&Id, Vec<&Segment>)| {
            let exposure = match segments[0].exposure {
                Exposure::Private => 0,
                Exposure::Isolated => 1,
                Exposure::Public => 2,
            };
            (firewalls_own.contains(*tier), exposure, Reverse(segments.len()))
        };
        let best = tiers.into_iter().min_by_key(rank);
        best.map(|(tier, segments)| Self { segments, guarded: firewalls_own.contains(tier) })
            .unwrap_or_default()
    }

    /// Whether what others send to the internet by the hub goes on from here. A public tier sends it out by the
    /// network's own door with an address that nobody answers, an isolated one nowhere, a firewall's own past it.
    pub fn leads_out(&self) -> bool {
        let private = |segment: &&Segment| segment.exposure == Exposure::Private;
        !self.guarded && self.segments.first().is_some_and(private)
    }

    /// Whether it is this tier.
    pub fn is(&self, tier: &str) -> bool {
        self.segments.first().is_some_and(|segment| segment.subnet == tier)
    }
}

impl Resolved {
    /// Where a hub reaches a network that hangs on it, or would.
    pub fn landing(&self, network: &str) -> Landing<'_> {
        let here = self.segments.values().map(|it| &**it).filter(|it| it.network == network);
        let all = self.resources.values();
        let walls = all.filter(|it| it.kind == "firewall" && it.text("mode") == Some("appliance"));
        Landing::among(here, &walls.filter_map(|it| it.parent.as_ref()).collect())
    }
}
