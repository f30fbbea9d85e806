//! IPv6 of step 4: ranges for networks that ask for it, for their tiers, and the addresses that follow.
//!
//! A network takes a /56 of the environment's second pool, a tier as many /64 as it has slots: the one of
//! a zone by the zone's ordinal, so adding a zone moves nothing; where a tier is one real subnet it has
//! the first. A tier's place is its number among the first 256 /64 of its network, for a provider that
//! gives the range itself gives a /56, and exports count in it. Who is older chooses first, as in
//! [`super::stable`]. An address repeats the place that its IPv4 one has in the tier: nothing more is
//! to be chosen, and it stays as long as that one does.

use super::{State, stable::favourite};
use gp_model::{Diagnostic, Id, Place};
use ipnet::Ipv6Net;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::{Ipv4Addr, Ipv6Addr},
};

/// What a network takes.
pub(super) const NETWORK: u8 = 56;
/// What a real subnet takes, on every provider.
const SUBNET: u8 = 64;
/// Real subnets of one network: those of a /56.
const SUBNETS: u32 = 256;

/// A range in force.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Range {
    pub cidr: Ipv6Net,
    pub allocated: bool,
}

/// The range that a thing names, where it can be used.
fn written(state: &State, id: &Id) -> Option<Ipv6Net> {
    let net: Ipv6Net = state.inherited.get(id)?.text("ipv6-cidr")?.parse().ok()?;
    (40..=SUBNET).contains(&net.prefix_len()).then(|| net.trunc())
}

/// Ranges of the networks that ask for one, each beside all the others; and those that found no room.
pub(super) fn networks(state: &State, pool: Ipv6Net) -> (BTreeMap<Id, Range>, Vec<Id>) {
    let mut ranges = BTreeMap::new();
    let mut seeking = Vec::new();
    for id in &state.networks {
        let asks = state.inherited.get(id).is_some_and(|network| network.flag("ipv6"));
        match written(state, id) {
            Some(cidr) => drop(ranges.insert(id.clone(), Range { cidr, allocated: false })),
            None if asks => seeking.push((state.seeker_of(id), id.clone(), 1)),
            None => {}
        }
    }
    let count = 1 << NETWORK.saturating_sub(pool.prefix_len()).min(31);
    let mut taken = BTreeSet::new();
    for range in ranges.values().filter(|range| overlap(range.cidr, pool)) {
        taken.extend(places(range.cidr, pool, NETWORK, count));
    }
    let full = settle(seeking, count, &mut taken, |id, place| {
        let cidr = part(pool, NETWORK, place);
        ranges.extend(cidr.map(|cidr| (id, Range { cidr, allocated: true })));
    });
    (ranges, full)
}

/// A tier that takes part, and how many real subnets it may become.
pub(super) struct Asks {
    pub id: Id,
    pub slots: u32,
    /// One real subnet for all its zones.
    pub regional: bool,
}

/// Ranges of a network's tiers, and those that found no room.
pub(super) fn tiers(
    state: &State,
    room: Ipv6Net,
    asking: &[Asks],
) -> (BTreeMap<Id, Range>, Vec<Id>) {
    let count = (1 << SUBNET.saturating_sub(room.prefix_len()).min(31)).min(SUBNETS);
    let mut ranges = BTreeMap::new();
    let mut taken = BTreeSet::new();
    let mut seeking = Vec::new();
    for tier in asking {
        match written(state, &tier.id) {
            Some(cidr) => {
                if overlap(cidr, room) {
                    taken.extend(places(cidr, room, SUBNET, count));
                }
                ranges.insert(tier.id.clone(), Range { cidr, allocated: false });
            }
            None => seeking.push((state.seeker_of(&tier.id), tier.id.clone(), tier.slots)),
        }
    }
    let alone: BTreeSet<&Id> = asking.iter().filter(|t| t.regional).map(|t| &t.id).collect();
    let sizes: BTreeMap<&Id, u32> = asking.iter().map(|tier| (&tier.id, tier.slots)).collect();
    let full = settle(seeking, count, &mut taken, |id, place| {
        let bits = if alone.contains(&id) { 0 } else { sizes[&id].trailing_zeros() as u8 };
        let first = part(room, SUBNET, place);
        let cidr = first.and_then(|first| Ipv6Net::new(first.network(), SUBNET - bits).ok());
        ranges.extend(cidr.map(|cidr| (id, Range { cidr, allocated: true })));
    });
    (ranges, full)
}

type Seeking = Vec<(super::stable::Seeker, Id, u32)>;

/// Gives each, oldest first, the next free run of places after its favourite. Returns those left over.
fn settle(
    mut seeking: Seeking,
    count: u32,
    taken: &mut BTreeSet<u32>,
    mut give: impl FnMut(Id, u32),
) -> Vec<Id> {
    seeking.sort();
    let mut full = Vec::new();
    for (seeker, id, size) in seeking {
        let runs = count / size;
        let start = favourite(&seeker.key).checked_rem(u64::from(runs)).unwrap_or(0) as u32;
        let mut order = (start..runs).chain(0..start);
        let free = order.find(|run| taken.range(run * size..(run + 1) * size).next().is_none());
        match free {
            Some(run) => {
                taken.extend(run * size..(run + 1) * size);
                give(id, run * size);
            }
            None => full.push(id),
        }
    }
    full
}

fn overlap(a: Ipv6Net, b: Ipv6Net) -> bool {
    a.contains(&b) || b.contains(&a)
}

/// The parts of `room`, of this size, that a range in it touches.
fn places(cidr: Ipv6Net, room: Ipv6Net, prefix: u8, count: u32) -> std::ops::RangeInclusive<u32> {
    let start = u128::from(room.network());
    let place = |address: Ipv6Addr| {
        let place = u128::from(address).saturating_sub(start) >> (128 - prefix);
        u32::try_from(place).unwrap_or(u32::MAX).min(count.saturating_sub(1))
    };
    place(cidr.network())..=place(cidr.broadcast())
}

fn part(room: Ipv6Net, prefix: u8, place: u32) -> Option<Ipv6Net> {
    let start = u128::from(room.network()).checked_add(u128::from(place) << (128 - prefix))?;
    Ipv6Net::new(start.into(), prefix.max(room.prefix_len())).ok()
}

/// The real subnet of a zone in a tier's range.
pub(super) fn slot(tier: Ipv6Net, ordinal: u32, regional: bool) -> Option<Ipv6Net> {
    let slot = part(tier, SUBNET, if regional { 0 } else { ordinal })?;
    tier.contains(&slot).then_some(slot)
}

/// The address in a real subnet of something that has this place in its tier.
pub(super) fn address(slot: Ipv6Net, ip: Ipv4Addr, tier: ipnet::Ipv4Net) -> Option<Ipv6Addr> {
    let place = u32::from(ip).checked_sub(u32::from(tier.network()))?;
    let address = u128::from(slot.network()).checked_add(u128::from(place))?;
    Some(address.into()).filter(|address| slot.contains(address))
}

pub(super) fn no_room(id: &Id, place: &str) -> Diagnostic {
    Diagnostic::error(
        "no-room-for-range",
        Place::attribute(id, "ipv6-cidr"),
        format!("no IPv6 range is left for “{id}” in {place}: give it a range, or make room"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::stable::Seeker;
    use proptest::prelude::*;

    fn settled(sizes: &[u32]) -> BTreeMap<Id, u32> {
        let one = |(n, size): (usize, &u32)| {
            let id = Id::new(format!("tier-{n}"));
            (Seeker { age: n as u64, key: id.to_string() }, id, *size)
        };
        let seeking = sizes.iter().enumerate().map(one).collect();
        let mut found = BTreeMap::new();
        settle(seeking, SUBNETS, &mut BTreeSet::new(), |id, place| {
            found.insert(id, place);
        });
        found
    }

    proptest! {
        #![proptest_config(crate::cases())]
        #[test]
        fn a_newcomer_of_any_size_moves_nobody(bits in proptest::collection::vec(0_u32..4, 1..40)) {
            let sizes: Vec<u32> = bits.iter().map(|bits| 1 << bits).collect();
            let (all, before) = (settled(&sizes), settled(&sizes[..sizes.len() - 1]));
            for (id, place) in &before {
                prop_assert_eq!(all.get(id), Some(place));
            }
            let mut taken = BTreeSet::new();
            for (id, place) in &all {
                let size = sizes[id.strip_prefix("tier-").unwrap().parse::<usize>().unwrap()];
                prop_assert!(place.is_multiple_of(size) && place + size <= SUBNETS);
                prop_assert!((*place..place + size).all(|one| taken.insert(one)));
            }
        }
    }
}
