//! Step 4, allocate: ranges for networks and subnets that name none, ranges that a provider demands
//! beside things, and the cutting of tiers into real subnets.
//!
//! Networks without a range get one from the environment's pool, beside every other network of the
//! design; subnets get one from their network. Both stay when others are added ([`super::stable`]).
//! A tier's range is cut into a power-of-two number of slots, one per zone ordinal, on every
//! provider: where subnets are zonal a slot is a subnet, elsewhere addresses still come from the
//! slot, so that a thing has the same address everywhere and adding a zone moves nothing. IPv6 beside it
//! is in [`super::six`].
//! Ranges that overlap or lie outside are the checks' business; nothing here fails on them.

use super::{
    Context, Ids, State, appliance,
    by_id::put,
    inherit::Inherited,
    settings, six,
    stable::{Seeker, choose},
    zones::ordinal,
};
use crate::{
    kind::CompanionRange,
    resolved::{Companion, Exposure, Segment},
};
use gp_model::{Diagnostic, Id, Place, Provider};
use ipnet::{Ipv4Net, Ipv6Net};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Slots of a tier where it does not say.
const SLOTS: u32 = 4;
/// The longest prefix that a slot should have: providers take no smaller subnet.
const SMALLEST_SLOT: u8 = 28;

/// A range in force.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Range {
    pub cidr: Ipv4Net,
    pub allocated: bool,
}

/// A subnet across its zones.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tier {
    pub network: Id,
    pub cidr: Ipv4Net,
    pub exposure: Exposure,
    /// Zone letter → the slot's range.
    pub slots: BTreeMap<String, Ipv4Net>,
    /// The same over IPv6, where its network has that.
    pub slots6: BTreeMap<String, Ipv6Net>,
    /// Ids of its real subnets.
    pub segments: Vec<String>,
    /// One real subnet per zone.
    pub zonal: bool,
    /// A route table for each real subnet.
    pub by_zone: bool,
}

impl Tier {
    /// The real subnet for a zone.
    pub fn segment(&self, subnet: &Id, zone: &str) -> Option<String> {
        if !self.slots.contains_key(zone) {
            return None;
        }
        Some(if self.zonal { format!("{subnet}/{zone}") } else { subnet.to_string() })
    }
}

/// What this step changed.
#[derive(Default)]
pub(crate) struct Changed {
    /// Networks whose range, tiers or companions changed.
    pub networks: Ids,
    /// Subnets whose range or tier changed.
    pub subnets: Ids,
}

/// Looks at networks whose range, subnets or companions may have changed.
pub(crate) fn step(
    ctx: &Context<'_>,
    state: &mut State,
    affected: &Ids,
    before: &State,
) -> Changed {
    let mut changed = Changed::default();
    let mut networks = networks(ctx, state, affected);
    for id in affected {
        networks.extend(state.network_of.get(id).cloned());
        networks.extend(before.network_of.get(id).cloned());
        // What is no subnet of a network has no range, unless it is a network itself.
        let lost = !state.network_of.contains_key(id) || !is_subnet(state, id);
        let range = network_range(state, id);
        let range6 = state.networks.contains(id).then(|| state.ranges6.get(id).map(|r| **r));
        if lost && !state.networks.contains(id) {
            state.find(4, id, Vec::new());
        }
        let ranges = |state: &mut State| {
            put(&mut state.ranges, id, range) | put(&mut state.ranges6, id, range6.flatten())
        };
        if lost && (put_tier(state, id, None) | ranges(state)) {
            changed.subnets.insert(id.clone());
        }
    }
    for network in networks {
        let companions = state.companions.get(&network).cloned();
        let touched = inside(ctx, state, &network);
        if !touched.is_empty()
            || state.companions.get(&network) != companions.as_ref()
            || state.ranges.get(&network) != before.ranges.get(&network)
            || state.ranges6.get(&network) != before.ranges6.get(&network)
        {
            changed.networks.insert(network);
        }
        changed.subnets.extend(touched);
    }
    changed
}

/// A network keeps its range when it is looked at as a thing without a network around it.
fn network_range(state: &State, id: &Id) -> Option<Range> {
    state.networks.contains(id).then(|| state.ranges.get(id).map(|range| **range)).flatten()
}

/// Ranges of all networks, when one of them changed. Returns the networks to look into.
fn networks(ctx: &Context<'_>, state: &mut State, affected: &Ids) -> Ids {
    let mut touched = Ids::new();
    for id in affected {
        let is = state.inherited.get(id).is_some_and(|i| i.kind == "network");
        let was = state.networks.contains(id);
        if is {
            state.networks.insert(id.clone());
        } else {
            state.networks.remove(id);
        }
        if is || was {
            touched.insert(id.clone());
        }
    }
    if touched.is_empty() {
        return touched;
    }
    let pool = settings::pool(ctx.environment);
    let prefix = if pool.prefix_len() < 16 { 16 } else { (pool.prefix_len() + 4).min(28) };
    let ids: Vec<Id> = state.networks.iter().cloned().collect();
    let ranges = place(state, &ids, pool, prefix, &mut Vec::new());
    let pool6 = settings::pool6(ctx.design, ctx.environment);
    let (ranges6, full6) = six::networks(state, pool6);
    for (id, range) in ids.iter().zip(ranges) {
        let full = range.is_none().then(|| no_room(id, &format!("the pool {pool}")));
        let full6 = full6.contains(id).then(|| six::no_room(id, &format!("the pool {pool6}")));
        state.find(4, id, full.into_iter().chain(full6).collect());
        let range6 = ranges6.get(id).copied();
        if put(&mut state.ranges, id, range) | put(&mut state.ranges6, id, range6) {
            touched.insert(id.clone());
        }
    }
    touched
}

/// Ranges of these things: their own, else one of this size inside `room`, beside all the others.
fn place(
    state: &State,
    ids: &[Id],
    room: Ipv4Net,
    prefix: u8,
    occupied: &mut Vec<Ipv4Net>,
) -> Vec<Option<Range>> {
    let written: Vec<Option<Ipv4Net>> = ids
        .iter()
        .map(|id| {
            let text = state.inherited.get(id)?.text("cidr")?;
            text.parse::<Ipv4Net>().ok().map(|net| net.trunc())
        })
        .collect();
    occupied.extend(written.iter().flatten());
    let seeking: Vec<usize> = (0..ids.len()).filter(|&at| written[at].is_none()).collect();
    let seekers: Vec<Seeker> = seeking.iter().map(|&at| state.seeker_of(&ids[at])).collect();
    let chosen = blocks(&seekers, room, prefix, occupied);
    let mut ranges: Vec<Option<Range>> =
        written.iter().map(|w| w.map(|cidr| Range { cidr, allocated: false })).collect();
    for (at, cidr) in seeking.into_iter().zip(chosen) {
        ranges[at] = cidr.map(|cidr| Range { cidr, allocated: true });
    }
    ranges
}

impl State {
    /// A thing that needs a place, as [`choose`] sees it.
    pub(super) fn seeker_of(&self, id: &Id) -> Seeker {
        let found = self.inherited.get(id);
        let key = found.map_or(id.as_str(), |i| i.first_id(id));
        Seeker { age: found.map_or(0, |i| i.age), key: key.to_owned() }
    }
}

/// Blocks of one size inside `room` that overlap nothing occupied.
fn blocks(
    seekers: &[Seeker],
    room: Ipv4Net,
    prefix: u8,
    occupied: &mut Vec<Ipv4Net>,
) -> Vec<Option<Ipv4Net>> {
    let prefix = prefix.max(room.prefix_len());
    let count = 1_u32.checked_shl(u32::from(prefix - room.prefix_len())).unwrap_or(u32::MAX);
    let size = 1_u32.checked_shl(u32::from(32 - prefix)).unwrap_or(u32::MAX);
    let start = u32::from(room.network());
    let mut taken = BTreeSet::new();
    for net in occupied.iter() {
        let (first, last) = (u32::from(net.network()), u32::from(net.broadcast()));
        let end = u32::from(room.broadcast());
        if first <= end && last >= start {
            taken.extend((first.max(start) - start) / size..=(last.min(end) - start) / size);
        }
    }
    let chosen = choose(seekers, count, &mut taken);
    let nets =
        chosen.into_iter().map(|place| Ipv4Net::new((start + place? * size).into(), prefix).ok());
    let nets: Vec<Option<Ipv4Net>> = nets.collect();
    occupied.extend(nets.iter().flatten());
    nets
}

fn no_room(id: &Id, place: &str) -> Diagnostic {
    Diagnostic::error(
        "no-room-for-range",
        Place::attribute(id, "cidr"),
        format!("no range is left for “{id}” in {place}: give it a range, or make room"),
    )
}

fn no_room_beside(ctx: &Context<'_>, id: &Id, range: &CompanionRange, network: &Id) -> Diagnostic {
    let text = format!(
        "“{id}” needs a range of its own on {} (“{}”, /{}), and none is left in “{network}”: give the network a larger range, or make room",
        ctx.facts.provider, range.name, range.prefix
    );
    let mut found = Diagnostic::error("no-room-for-range", Place::resource(id), text);
    found.environment = Some(ctx.facts.id.clone());
    found
}

/// Subnets and companions of a network. Returns the subnets that changed.
fn inside(ctx: &Context<'_>, state: &mut State, network: &Id) -> Ids {
    let members: Vec<Id> = state.in_network.get(network).into_iter().flatten().cloned().collect();
    let subnets: Vec<Id> = members.iter().filter(|id| is_subnet(state, id)).cloned().collect();
    let mut changed = Ids::new();
    let room = state.ranges.get(network).map(|range| range.cidr);
    let mut occupied = Vec::new();
    let ranges = match room {
        Some(room) => {
            let prefix = if room.prefix_len() <= 20 { 24 } else { (room.prefix_len() + 4).min(28) };
            place(state, &subnets, room, prefix, &mut occupied)
        }
        None => vec![None; subnets.len()],
    };
    let (ranges6, full6) = inside6(ctx, state, network, &subnets);
    for (id, range) in subnets.iter().zip(ranges) {
        let full =
            (range.is_none() && room.is_some()).then(|| no_room(id, &format!("“{network}”")));
        let full6 = full6.contains(id).then(|| six::no_room(id, &format!("“{network}”")));
        state.find(4, id, full.into_iter().chain(full6).collect());
        let range6 = ranges6.get(id).copied();
        let cidr6 = range6.map(|range| range.cidr);
        let tier = range.and_then(|range| tier(ctx, state, network, id, (range.cidr, cidr6)));
        let tier = tier.map(|tier| Tier { by_zone: by_zone(state, &members, id, &tier), ..tier });
        let ranged = put(&mut state.ranges, id, range) | put(&mut state.ranges6, id, range6);
        if ranged | put_tier(state, id, tier) {
            changed.insert(id.clone());
        }
    }
    let mut findings = Vec::new();
    let companions = room
        .map(|room| companions(ctx, state, network, &members, room, &mut occupied, &mut findings));
    state.find(6, network, findings);
    put(&mut state.companions, network, companions.filter(|c| !c.is_empty()));
    changed
}

/// IPv6 ranges of a network's tiers, and those that found no room.
fn inside6(
    ctx: &Context<'_>,
    state: &State,
    network: &Id,
    subnets: &[Id],
) -> (BTreeMap<Id, six::Range>, Vec<Id>) {
    let Some(room) = state.ranges6.get(network) else { return Default::default() };
    let asks = |id: &Id| {
        let (_, slots) = slots_of(state, id)?;
        Some(six::Asks { id: id.clone(), slots, regional: !is_zonal(ctx, state, id) })
    };
    let asking: Vec<six::Asks> = subnets.iter().filter_map(asks).collect();
    six::tiers(state, room.cidr, &asking)
}

/// How many slots a tier needs for its zones, and how many it should have.
fn slots_of(state: &State, id: &Id) -> Option<(u32, u32)> {
    let written = state.inherited.get(id)?.text("slots").and_then(|slots| slots.parse().ok());
    let letters = state.zones.get(id)?.iter();
    let needed = letters.filter_map(|l| ordinal(l)).max().unwrap_or(0) + 1;
    Some((needed, written.unwrap_or(SLOTS).max(needed).next_power_of_two()))
}

/// Whether a tier is one real subnet per zone. In a site it is one VLAN.
fn is_zonal(ctx: &Context<'_>, state: &State, id: &Id) -> bool {
    let in_site = state.inherited.get(id).is_some_and(|tier| tier.site.is_some());
    !in_site && !matches!(ctx.facts.semantics, Provider::Azure | Provider::Gcp)
}

fn is_subnet(state: &State, id: &Id) -> bool {
    state.inherited.get(id).is_some_and(|i| i.kind == "subnet")
}

fn companions(
    ctx: &Context<'_>,
    state: &State,
    network: &Id,
    members: &[Id],
    room: Ipv4Net,
    occupied: &mut Vec<Ipv4Net>,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Companion> {
    let mut found = Vec::new();
    for id in members {
        let kind = state.inherited.get(id).and_then(|i| ctx.catalog.kind(&i.kind));
        let Some(demanded) = kind.and_then(|k| k.companions.get(&ctx.facts.provider)) else {
            continue;
        };
        for range in demanded {
            // One per network is enough for all that demand it by this name.
            if found.iter().any(|c: &Companion| c.name == range.name) {
                continue;
            }
            let seekers = [Seeker { age: 0, key: format!("{network}/{}", range.name) }];
            // A network smaller than what is demanded has no room for it either.
            let fits = range.prefix >= room.prefix_len();
            match blocks(&seekers, room, range.prefix, occupied)[0].filter(|_| fits) {
                Some(cidr) => {
                    let (resource, network) = (id.clone(), network.clone());
                    found.push(Companion { resource, network, name: range.name.clone(), cidr });
                }
                None => findings.push(no_room_beside(ctx, id, range, network)),
            }
        }
    }
    found
}

fn tier(
    ctx: &Context<'_>,
    state: &State,
    network: &Id,
    id: &Id,
    (cidr, cidr6): (Ipv4Net, Option<Ipv6Net>),
) -> Option<Tier> {
    let inherited = state.inherited.get(id)?;
    let letters = state.zones.get(id)?;
    let (needed, mut count) = slots_of(state, id)?;
    let longest = SMALLEST_SLOT.max(cidr.prefix_len());
    while count > needed.next_power_of_two() && cidr.prefix_len() + bits(count) > longest {
        count /= 2;
    }
    let prefix = (cidr.prefix_len() + bits(count)).min(32);
    let mut slots = BTreeMap::new();
    for letter in letters.iter() {
        let offset = u64::from(ordinal(letter)?) << (32 - prefix);
        let start = u64::from(u32::from(cidr.network())) + offset;
        let slot = u32::try_from(start).ok().and_then(|s| Ipv4Net::new(s.into(), prefix).ok());
        slots.extend(slot.filter(|slot| cidr.contains(slot)).map(|slot| (letter.clone(), slot)));
    }
    let zonal = is_zonal(ctx, state, id);
    let slot6 = |letter: &String| {
        let slot = six::slot(cidr6?, ordinal(letter)?, !zonal)?;
        Some((letter.clone(), slot))
    };
    let slots6 = slots.keys().filter_map(slot6).collect();
    let segments = if zonal {
        slots.keys().map(|letter| format!("{id}/{letter}")).collect()
    } else {
        vec![id.to_string()]
    };
    let exposure = match inherited.text("exposure") {
        Some("public") => Exposure::Public,
        Some("isolated") => Exposure::Isolated,
        _ => Exposure::Private,
    };
    let network = network.clone();
    Some(Tier { network, cidr, exposure, slots, slots6, segments, zonal, by_zone: false })
}

/// Whether each zone of a tier has a table of its own. Private tiers do, so that each zone goes out by
/// its own NAT gateway; and tiers of NAT gateways before which a firewall stands, so that answers go back
/// through the one of their zone.
fn by_zone(state: &State, members: &[Id], id: &Id, tier: &Tier) -> bool {
    let any = |wanted: &dyn Fn(&Inherited) -> bool| {
        members.iter().any(|member| state.inherited.get(member).is_some_and(|it| wanted(it)))
    };
    tier.exposure == Exposure::Private
        || (any(&|it| it.kind == "nat-gateway" && it.subnet.as_ref() == Some(id))
            && any(&appliance::is_one))
}

fn bits(count: u32) -> u8 {
    count.trailing_zeros() as u8
}

/// Puts a tier and its segments in place.
fn put_tier(state: &mut State, id: &Id, tier: Option<Tier>) -> bool {
    let before = state.tiers.get(id).cloned();
    if before.as_deref() == tier.as_ref() {
        return false;
    }
    for segment in before.iter().flat_map(|tier| &tier.segments) {
        state.segments.remove(segment);
    }
    if let Some(tier) = &tier {
        for name in &tier.segments {
            let zone = name.strip_prefix(id.as_str()).and_then(|rest| rest.strip_prefix('/'));
            let one = Segment {
                id: name.clone(),
                subnet: id.clone(),
                network: tier.network.clone(),
                zone: zone.filter(|_| tier.zonal).map(str::to_owned),
                cidr: zone.and_then(|z| tier.slots.get(z)).copied().unwrap_or(tier.cidr),
                cidr6: match zone {
                    Some(zone) => tier.slots6.get(zone).copied(),
                    None => tier.slots6.values().next().copied(),
                },
                exposure: tier.exposure,
                route_table: route_table(id, name, tier),
            };
            state.segments.insert(name.clone(), Arc::new(one));
        }
    }
    put(&mut state.tiers, id, tier)
}

fn route_table(subnet: &Id, segment: &str, tier: &Tier) -> String {
    if tier.by_zone { segment.to_owned() } else { subnet.to_string() }
}
