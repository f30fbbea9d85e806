//! Step 5, expand: one resource becomes its instances, each with a zone, a real subnet, addresses.
//!
//! Servers go round their tier's zones; a load balancer has a node in each, a file share a mount
//! point; a NAT gateway one per zone or one for all, a firewall in the way one per zone; a database or a cache is one (a standby is an
//! attribute, the provider moves its address); a volume on a counted server is one per server. Private
//! addresses come from the zone's
//! slot, public ones are stand-ins: see `tables/addresses.toml`. Containers and drawings have none.

use super::{
    Context, Ids, State, appliance,
    by_id::{ById, put, put_index},
    guests,
    inherit::Inherited,
    six,
    stable::{Seeker, choose},
    tables,
};
use crate::resolved::{Exposure, Instance};
use gp_model::{Diagnostic, Id, LinkKind, Place, Value};
use ipnet::Ipv4Net;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::{Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

/// More than this many of one resource are not drawn, whatever a user's own kind allows.
const MOST: i64 = 1000;

/// An instance before it has addresses.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape {
    pub index: Option<u32>,
    pub zone: Option<String>,
    /// The tier it stands in.
    pub subnet: Option<Id>,
    /// The private address it names.
    pub fixed: Option<Ipv4Addr>,
    pub outside: Outside,
}

/// Which address the world outside sees.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outside {
    None,
    /// A stand-in for what the provider will give.
    Public,
    /// In its kind's service range.
    Service,
    /// A stand-in for something that is not ours.
    Elsewhere,
    /// Known.
    Known(Ipv4Addr),
}

/// Instances of one resource before they have addresses, and its place among the older and newer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shapes {
    pub seeker: Seeker,
    pub kind: String,
    /// They have IPv6 addresses too, where their tier has a range.
    pub dual_stack: bool,
    pub all: Vec<Shape>,
}

/// Looks at resources that changed and at tiers that did; `whole`: those are all. Returns those whose
/// instances changed.
pub(crate) fn step(
    ctx: &Context<'_>,
    state: &mut State,
    affected: &Ids,
    subnets: &Ids,
    whole: bool,
) -> Ids {
    let mut affected = affected.clone();
    for subnet in subnets.iter().filter(|_| !whole) {
        affected.extend(state.in_subnet.get(subnet).into_iter().flatten().cloned());
        affected.extend(guests::of(state, subnet).cloned());
        // An end point without a subnet of its own chooses among the network's.
        let network = state.tiers.get(subnet).map(|tier| &tier.network);
        affected
            .extend(network.and_then(|n| state.in_network.get(n)).into_iter().flatten().cloned());
        affected.extend(state.children.get(subnet).into_iter().flatten().cloned());
    }
    // A gateway names the tier of its private link; that may have come just now.
    if !subnets.is_empty() {
        affected.extend(state.gateways.iter().cloned());
    }
    if !whole {
        let volumes = affected.iter().flat_map(|id| attached_to(state, id)).collect::<Vec<_>>();
        affected.extend(volumes);
    }
    let mut open_subnets = subnets.clone();
    let mut public = false;
    // Sets made of lists: adding one by one to a set takes longer than all else here.
    let mut changed = Vec::new();
    let mut touched_subnets = Vec::new();
    // Servers before the volumes that hang on them.
    let (volumes, others): (Vec<Id>, Vec<Id>) = affected
        .into_iter()
        .partition(|id| state.inherited.get(id).is_some_and(|i| i.kind == "volume"));
    for id in others.into_iter().chain(volumes) {
        let before = state.shapes.get(&id).cloned();
        let after = shapes(ctx, state, &id);
        public |=
            before.as_deref().is_some_and(is_outside) || after.as_ref().is_some_and(is_outside);
        let place = after.as_ref().and_then(|s| s.all.iter().find_map(|one| one.subnet.clone()));
        touched_subnets.extend(state.subnet_of.get(&id).cloned());
        if put(&mut state.shapes, &id, after) {
            touched_subnets.extend(place.clone());
            put_index(&mut state.subnet_of, &mut state.in_subnet, &id, place);
            changed.push(id);
        }
    }
    touched_subnets.dedup();
    open_subnets.extend(touched_subnets);
    for subnet in &open_subnets {
        changed.extend(private_addresses(state, subnet));
        // A tier that becomes one subnet, or several, names anew where its things stand.
        changed.extend(state.in_subnet.get(subnet).into_iter().flatten().cloned());
    }
    let mut changed: Ids = changed.into_iter().collect();
    if public {
        changed.extend(outside_addresses(state, &changed));
    }
    changed.into_iter().filter(|id| instances(state, id)).collect()
}

fn is_outside(shapes: &Shapes) -> bool {
    shapes.all.iter().any(|shape| shape.outside != Outside::None)
}

/// Volumes that hang on a resource.
fn attached_to(state: &State, id: &Id) -> Vec<Id> {
    let links =
        state.links_of.get(id).into_iter().flatten().filter_map(|link| state.links.get(link));
    let attached = links.filter(|l| l.kind == LinkKind::Attachment && l.to == *id);
    attached.map(|link| link.from.clone()).collect()
}

/// The server that a volume hangs on.
fn server_of<'a>(state: &'a State, id: &Id) -> Option<&'a Id> {
    let links =
        state.links_of.get(id).into_iter().flatten().filter_map(|link| state.links.get(link));
    let mut hung = links.filter(|l| l.kind == LinkKind::Attachment && l.from == *id).map(|l| &l.to);
    // The array whose pool it is cut from is no server.
    let is_array = |id: &Id| state.inherited.get(id).is_some_and(|i| i.kind == "storage-array");
    hung.find(|id| !is_array(id))
}

fn shapes(ctx: &Context<'_>, state: &State, id: &Id) -> Option<Shapes> {
    let inherited = state.inherited.get(id)?;
    let kind = ctx.catalog.kind(&inherited.kind)?;
    // A cluster holds workloads, and stands there itself with its nodes.
    let holds_only = kind.container && kind.id != "kubernetes-cluster";
    let nothing = holds_only || matches!(kind.id.as_str(), "zone" | "note" | "frame");
    if nothing {
        return None;
    }
    let zones = state.zones.get(id).map(|zones| zones.as_slice()).unwrap_or_default();
    let subnet = inherited.subnet.clone().filter(|subnet| state.tiers.contains_key(subnet));
    let tier = subnet.as_ref().and_then(|subnet| state.tiers.get(subnet));
    let zones = &*guests::zones(inherited, tier.map(|tier| &**tier), zones);
    let public_tier = tier.is_some_and(|tier| tier.exposure == Exposure::Public);
    let given = |yes: bool| if yes { Outside::Public } else { Outside::None };
    let spread = |zones: Vec<Option<String>>, subnet: Option<Id>, outside: Outside| {
        let several = zones.len() > 1;
        let fixed = inherited.text("address").and_then(|a| a.parse().ok()).filter(|_| !several);
        let one = |(n, zone): (usize, Option<String>)| Shape {
            index: several.then_some(n as u32),
            zone,
            subnet: subnet.clone(),
            fixed,
            outside: outside.clone(),
        };
        zones.into_iter().enumerate().map(one).collect::<Vec<_>>()
    };
    let each = || zones.iter().cloned().map(Some).collect::<Vec<_>>();
    let first = || vec![zones.first().cloned()];
    let all = match kind.id.as_str() {
        // A mount point in each zone.
        // The clusters of a workspace come and go in all zones: one place in each stands for them.
        "file-share" | "analytics-workspace" => spread(each(), subnet, Outside::None),
        "load-balancer" => {
            spread(each(), subnet, given(inherited.text("scheme") == Some("public")))
        }
        // An address in each zone for either direction; those that take questions in come first, for
        // name servers elsewhere know them.
        "dns-resolver" => {
            let sides = ["inbound", "outbound"].into_iter().filter(|side| inherited.flag(side));
            spread(sides.flat_map(|_| each()).collect(), subnet, Outside::None)
        }
        "nat-gateway" if inherited.text("spread") == Some("regional") => {
            spread(first(), subnet, Outside::Public)
        }
        "nat-gateway" => spread(each(), subnet, Outside::Public),
        "firewall" if appliance::is_one(inherited) && subnet.is_some() => {
            spread(each(), subnet, Outside::None)
        }
        "database" => {
            spread(first(), subnet, given(public_tier && inherited.flag("public-address")))
        }
        // A standby takes over by its name: there is one to speak to.
        "bastion" | "cache" | "data-warehouse" => spread(first(), subnet, Outside::None),
        "private-endpoint" => match door(state, inherited) {
            Some(subnet) => {
                let each = state.zones.get(&subnet)?.iter().cloned().map(Some);
                // Images are asked for at one address, logins and layers at another.
                let to_registry = super::connect::target(state, inherited)
                    .is_some_and(|(_, target)| target.kind == "registry");
                let all = each.clone().chain(each.filter(|_| to_registry));
                spread(all.collect(), Some(subnet), Outside::None)
            }
            None => spread(vec![None], None, Outside::None),
        },
        "api-gateway" => {
            let mut all = spread(vec![None], None, Outside::Service);
            all.extend(private_link(state, inherited));
            all
        }
        "volume" => volume(ctx, state, id, zones),
        name if is_placeless(name) => spread(vec![None], None, Outside::None),
        "internet" | "user" | "external-system" => spread(vec![None], None, elsewhere(inherited)),
        name if tables::service_range(name).is_some() => spread(vec![None], None, Outside::Service),
        _ => spread(
            counted(ctx, inherited, state, zones),
            subnet,
            given(public_tier && inherited.flag("public-address")),
        ),
    };
    let seeker = Seeker { age: inherited.age, key: inherited.first_id(id).to_string() };
    // What passes connections on as they are would have to have targets of the same family.
    let dual_stack = kind.dual_stack && inherited.text("mode") != Some("pass-through");
    Some(Shapes { seeker, kind: kind.id.clone(), dual_stack, all })
}

/// The attribute that says how many of a thing there are, and may say that there are none.
pub(crate) fn counted_by(kind: &str) -> &'static str {
    match number_attributes(kind) {
        [one] => one,
        _ => "count",
    }
}

/// The attributes that say together how many of a thing there are.
pub fn number_attributes(kind: &str) -> &'static [&'static str] {
    match kind {
        // Nodes of the system first: how many they are changes seldom.
        "kubernetes-cluster" => &["system-nodes", "nodes"],
        "server-group" => &["desired"],
        "container-service" | "workload" => &["replicas"],
        _ => &["count"],
    }
}

/// How many of it there are. A number out of its range counts as the nearest in it: the check on values
/// says so.
fn number_of(ctx: &Context<'_>, inherited: &Inherited) -> i64 {
    let kind = ctx.catalog.kind(&inherited.kind);
    let each = |name: &&str| {
        let number = inherited.value(name).and_then(Value::as_integer)?;
        let attribute = kind.and_then(|kind| kind.attributes.get(*name));
        Some(attribute.map_or(number, |attribute| attribute.into_range(number)).clamp(0, MOST))
    };
    let mut said = number_attributes(&inherited.kind).iter().filter_map(each).peekable();
    if said.peek().is_none() { 1 } else { said.sum() }
}

/// Whether things of a kind are one, stand in no zone and have no address.
fn is_placeless(kind: &str) -> bool {
    matches!(
        kind,
        "alert"
            | "backup-vault"
            | "certificate"
            | "dashboard"
            | "dedicated-link"
            | "dns-zone"
            | "firewall"
            | "identity"
            | "key"
            | "pipeline"
            | crate::RAW
            | "threat-detector"
            | "transit-hub"
            | "vpn-gateway"
            | "web-firewall"
    )
}

/// Zones of each of several: round the tier's zones. One that names its address stands in the zone
/// whose slot has it.
fn counted(
    ctx: &Context<'_>,
    inherited: &Inherited,
    state: &State,
    zones: &[String],
) -> Vec<Option<String>> {
    let count = number_of(ctx, inherited) as usize;
    let fixed: Option<Ipv4Addr> = inherited.text("address").and_then(|a| a.parse().ok());
    let tier = inherited.subnet.as_ref().and_then(|subnet| state.tiers.get(subnet));
    if let (1, Some(fixed), Some(tier)) = (count, fixed, tier)
        && let Some((zone, _)) = tier.slots.iter().find(|(_, slot)| slot.contains(&fixed))
    {
        return vec![Some(zone.clone())];
    }
    (0..count).map(|n| zones.get(n.checked_rem(zones.len())?).cloned()).collect()
}

/// The tier in which an end point of the interface type stands; `None` for the gateway type.
fn door(state: &State, inherited: &Inherited) -> Option<Id> {
    if super::connect::is_gateway(state, inherited) {
        return None;
    }
    let here = inherited.subnet.clone().filter(|subnet| state.tiers.contains_key(subnet));
    here.or_else(|| {
        let members = state.in_network.get(inherited.network.as_ref()?)?.iter();
        let tiers = members
            .filter(|id| state.tiers.get(*id).is_some_and(|t| t.exposure != Exposure::Public));
        tiers.min_by_key(|id| state.inherited.get(*id).map(|i| i.age)).cloned()
    })
}

/// Where a gateway calls from into its network: a place in each zone of the tier that it names.
fn private_link(state: &State, inherited: &Inherited) -> Vec<Shape> {
    let subnet = inherited.text("private-link").map(Id::from);
    let subnet = subnet.filter(|subnet| state.tiers.contains_key(subnet));
    let zones = subnet.as_ref().and_then(|subnet| state.zones.get(subnet));
    let one = |(n, zone): (usize, &String)| Shape {
        index: Some(n as u32),
        zone: Some(zone.clone()),
        subnet: subnet.clone(),
        fixed: None,
        outside: Outside::None,
    };
    zones.into_iter().flat_map(|zones| zones.iter()).enumerate().map(one).collect()
}

fn volume(ctx: &Context<'_>, state: &State, id: &Id, zones: &[String]) -> Vec<Shape> {
    let plain = |index: Option<u32>, zone: Option<String>| Shape {
        index,
        zone,
        subnet: None,
        fixed: None,
        outside: Outside::None,
    };
    let pinned = state.inherited.get(id).is_some_and(|i| i.value("zone").is_some());
    let server = server_of(state, id);
    // With servers that there are none of, there is none of what hangs on them.
    let about = server.and_then(|server| state.inherited.get(server));
    if about.is_some_and(|about| about.kind == "server" && number_of(ctx, about) <= 0) {
        return Vec::new();
    }
    match server.and_then(|server| state.shapes.get(server)) {
        Some(server) if !server.all.is_empty() => {
            let zone =
                |shape: &Shape| if pinned { zones.first() } else { shape.zone.as_ref() }.cloned();
            server.all.iter().map(|shape| plain(shape.index, zone(shape))).collect()
        }
        _ => vec![plain(None, zones.first().cloned())],
    }
}

/// Where somebody outside is: at the address they have, or the first of their range.
fn elsewhere(inherited: &Inherited) -> Outside {
    if inherited.kind == "internet" {
        return Outside::Elsewhere;
    }
    let address = inherited.text("address").and_then(|a| a.parse().ok());
    let range = inherited.text("cidr").and_then(|c| c.parse::<Ipv4Net>().ok());
    match address.or_else(|| range.and_then(|range| range.hosts().next())) {
        Some(address) => Outside::Known(address),
        None => Outside::Elsewhere,
    }
}

/// Gives addresses to everything in a tier. Returns the resources whose addresses changed.
fn private_addresses(state: &mut State, subnet: &Id) -> Ids {
    let members: Vec<(Id, Arc<Shapes>)> = state
        .in_subnet
        .get(subnet)
        .into_iter()
        .flatten()
        .filter_map(|id| Some((id.clone(), Arc::clone(state.shapes.get(id)?))))
        .collect();
    let (first, last) = tables::reserved_anywhere();
    let slots = state.tiers.get(subnet).map(|tier| tier.slots.clone()).unwrap_or_default();
    let mut given: Vec<Vec<Option<Ipv4Addr>>> =
        members.iter().map(|(_, shapes)| vec![None; shapes.all.len()]).collect();
    let mut full = false;
    for (zone, slot) in &slots {
        let start = u32::from(slot.network());
        let size = 1_u64 << (32 - slot.prefix_len());
        let room = size.saturating_sub(u64::from(first + last)).min(u64::from(u32::MAX)) as u32;
        let mut taken = BTreeSet::new();
        let (mut seeking, mut seekers) = (Vec::new(), Vec::new());
        for (member, (_, shapes)) in members.iter().enumerate() {
            for (at, shape) in shapes.all.iter().enumerate() {
                if shape.zone.as_ref() != Some(zone) || shape.subnet.as_ref() != Some(subnet) {
                    continue;
                }
                if let Some(fixed) = shape.fixed.filter(|fixed| slot.contains(fixed)) {
                    taken.extend(u32::from(fixed).checked_sub(start + first));
                    given[member][at] = Some(fixed);
                } else {
                    seeking.push((member, at));
                    seekers.push(numbered(&shapes.seeker, at));
                }
            }
        }
        for ((member, at), place) in seeking.into_iter().zip(choose(&seekers, room, &mut taken)) {
            full |= place.is_none();
            given[member][at] = place.map(|place| (start + first + place).into());
        }
    }
    state.find(5, subnet, full.then(|| subnet_full(state, subnet)).into_iter().collect());
    let mut changed = Ids::new();
    for ((id, _), addresses) in members.into_iter().zip(given) {
        if put(&mut state.private, &id, Some(addresses)) {
            changed.insert(id);
        }
    }
    changed
}

fn subnet_full(state: &State, subnet: &Id) -> Diagnostic {
    let title = state.inherited.get(subnet).map_or("", |inherited| &*inherited.title);
    let name = crate::called(subnet, title);
    Diagnostic::error(
        "subnet-full",
        Place::attribute(subnet, "cidr"),
        format!(
            "“{name}” has more in it than addresses in a zone: give it a larger range or more zones"
        ),
    )
}

/// What the favourite of the n-th of several follows from; the first keeps it when others join.
fn numbered(seeker: &Seeker, at: usize) -> Seeker {
    Seeker { age: seeker.age, key: format!("{}/{at}", seeker.key) }
}

/// Gives everybody who is seen from outside an address there. Returns those whose changed.
fn outside_addresses(state: &mut State, touched: &Ids) -> Ids {
    for id in touched {
        if state.shapes.get(id).is_some_and(|shapes| is_outside(shapes)) {
            state.outside.insert(id.clone());
        } else {
            state.outside.remove(id);
        }
    }
    let mut given: BTreeMap<Id, Vec<Option<Ipv4Addr>>> = BTreeMap::new();
    let mut seeking: BTreeMap<Ipv4Net, Vec<(Id, usize, Seeker)>> = BTreeMap::new();
    let mut internet = true;
    let mut taken = BTreeSet::new();
    for id in &state.outside {
        let Some(shapes) = state.shapes.get(id) else { continue };
        let addresses = given.entry(id.clone()).or_insert_with(|| vec![None; shapes.all.len()]);
        for (at, shape) in shapes.all.iter().enumerate() {
            let range = match &shape.outside {
                Outside::None => continue,
                Outside::Known(address) => {
                    taken.insert(*address);
                    addresses[at] = Some(*address);
                    continue;
                }
                Outside::Elsewhere
                    if shapes.kind == "internet" && std::mem::take(&mut internet) =>
                {
                    addresses[at] = Some(tables::internet_address());
                    continue;
                }
                Outside::Elsewhere => Some(tables::outside_range()),
                Outside::Public => Some(tables::public_range()),
                Outside::Service => tables::service_range(&shapes.kind),
            };
            let seeker = numbered(&shapes.seeker, at);
            seeking.extend(
                range
                    .map(|range| (range, Vec::new()))
                    .filter(|(range, _)| !seeking.contains_key(range)),
            );
            if let Some(all) = range.and_then(|range| seeking.get_mut(&range)) {
                all.push((id.clone(), at, seeker));
            }
        }
    }
    taken.insert(tables::internet_address());
    for (range, all) in seeking {
        let start = u32::from(range.network()) + 1;
        let room = (1_u32 << (32 - range.prefix_len())) - 2;
        let mut taken: BTreeSet<u32> = taken
            .iter()
            .filter(|a| range.contains(*a))
            .filter_map(|a| u32::from(*a).checked_sub(start))
            .collect();
        let seekers: Vec<Seeker> = all.iter().map(|(.., seeker)| seeker.clone()).collect();
        for ((id, at, _), place) in all.into_iter().zip(choose(&seekers, room, &mut taken)) {
            given.entry(id).or_default()[at] = place.map(|place| (start + place).into());
        }
    }
    let mut changed = Ids::new();
    for id in touched.iter().filter(|id| !given.contains_key(*id)) {
        put::<Vec<Option<Ipv4Addr>>>(&mut state.public, id, None);
    }
    for (id, addresses) in given {
        if put(&mut state.public, &id, Some(addresses)) {
            changed.insert(id);
        }
    }
    changed
}

/// Puts the instances of one resource together. Tells whether they changed.
fn instances(state: &mut State, id: &Id) -> bool {
    let built = state.shapes.get(id).map(|shapes| {
        let address_in = |all: &ById<Arc<Vec<Option<Ipv4Addr>>>>, at: usize| {
            all.get(id).and_then(|addresses| addresses.get(at).copied().flatten())
        };
        let one = |(at, shape): (usize, &Shape)| Instance {
            address: shape.index.map_or_else(|| id.to_string(), |index| format!("{id}[{index}]")),
            index: shape.index,
            zone: shape.zone.clone(),
            segment: segment(state, shape),
            ip: shape.subnet.as_ref().and_then(|_| address_in(&state.private, at)),
            ip6: address_in(&state.private, at)
                .filter(|_| shapes.dual_stack)
                .and_then(|ip| address6(state, shape, ip)),
            public_ip: address_in(&state.public, at).filter(|_| shape.outside != Outside::None),
        };
        shapes.all.iter().enumerate().map(one).collect::<Vec<_>>()
    });
    put(&mut state.instances, id, built)
}

fn address6(state: &State, shape: &Shape, ip: Ipv4Addr) -> Option<Ipv6Addr> {
    let tier = state.tiers.get(shape.subnet.as_ref()?)?;
    six::address(*tier.slots6.get(shape.zone.as_ref()?)?, ip, tier.cidr)
}

fn segment(state: &State, shape: &Shape) -> Option<String> {
    let subnet = shape.subnet.as_ref()?;
    state.tiers.get(subnet)?.segment(subnet, shape.zone.as_ref()?)
}
