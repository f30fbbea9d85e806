//! Guests of a tier: what stands in a rack or a site and names the tier that its cables lead into, and
//! pods whose cluster names another tier than that of its nodes. They have their addresses there as
//! those have that stand in the tier. Part of step 2. Whether its cables
//! really lead there is for the checks.

use super::{Ids, State, allocate::Tier, by_id::put_index, inherit::Inherited};
use crate::kind::{AttributeType, Kind};
use gp_model::Id;
use std::borrow::Cow;

/// Keeps which tier a resource names.
pub(super) fn note(state: &mut State, id: &Id) {
    let named = named(state, id);
    put_index(&mut state.guests, &mut state.guests_of, id, named);
}

fn named(state: &State, id: &Id) -> Option<Id> {
    let own = state.drafts.get(id)?;
    let (names, key) = if own.resource.kind == POD {
        // Its cluster says where all pods have their addresses.
        (state.drafts.get(own.resource.parent.as_ref()?)?, "pods")
    } else {
        (own, "subnet")
    };
    names.resource.attributes.get(key)?.as_str().map(Id::from)
}

/// Notes anew what stands in a thing and has its address where that says. Gives those.
pub(super) fn note_pods(state: &mut State, id: &Id) -> Vec<Id> {
    let is_pod = |id: &&Id| is_kind(state, id, POD);
    let pods: Vec<Id> =
        state.children.get(id).into_iter().flatten().filter(is_pod).cloned().collect();
    for pod in &pods {
        note(state, pod);
    }
    pods
}

/// The kind whose things are guests of a tier although they stand in another.
const POD: &str = "workload";

/// Guests whose tier or its network these may be: all of them where something around others changed.
pub(super) fn concerned(state: &State, affected: &Ids, moved: &Ids) -> Ids {
    let holds = |id: &Id| {
        moved.contains(id) || state.children.contains_key(id) || state.guests_of.contains_key(id)
    };
    if state.guests.is_empty() || !affected.iter().any(holds) {
        return Ids::new();
    }
    state.guests.keys().cloned().collect()
}

/// The tier that it names, where its kind can and it stands in none.
pub(super) fn tier(
    state: &State,
    kind: Option<&Kind>,
    id: &Id,
    stands_in: Option<&Id>,
) -> Option<Id> {
    let named = state.guests.get(id)?;
    let is_tier = is_kind(state, named, "subnet");
    if kind?.id == POD {
        // Beside the nodes, in their network: no provider reaches further.
        let beside = is_tier && network(state, named) == network(state, stands_in?);
        return beside.then(|| named.clone());
    }
    let attribute = kind?.attributes.get("subnet")?;
    let fits = attribute.type_ == AttributeType::Reference && stands_in.is_none() && is_tier;
    fits.then(|| named.clone())
}

/// The network around a tier.
pub(super) fn network<'a>(state: &'a State, tier: &Id) -> Option<&'a Id> {
    let mut at = state.parents.get(tier);
    // Nobody draws deeper, and a circle has no end.
    for _ in 0..64 {
        let here = at?;
        if is_kind(state, here, "network") {
            return Some(here);
        }
        at = state.parents.get(here);
    }
    None
}

/// Guests of one tier.
pub(super) fn of<'a>(state: &'a State, tier: &'a Id) -> impl Iterator<Item = &'a Id> {
    let named = state.guests_of.get(tier).into_iter().flatten();
    named.filter(|id| state.inherited.get(*id).is_some_and(|i| is_guest(i, tier)))
}

fn is_guest(inherited: &Inherited, tier: &Id) -> bool {
    inherited.subnet.as_ref() == Some(tier) && !inherited.ancestors.contains(tier)
}

/// Zones from which it takes its addresses: its own where the tier spans them, else the tier's.
pub(super) fn zones<'a>(
    inherited: &Inherited,
    tier: Option<&Tier>,
    own: &'a [String],
) -> Cow<'a, [String]> {
    let guest = inherited.subnet.as_ref().is_some_and(|subnet| is_guest(inherited, subnet));
    let Some(tier) = tier.filter(|_| guest) else { return own.into() };
    let both: Vec<String> = own.iter().filter(|z| tier.slots.contains_key(*z)).cloned().collect();
    if both.is_empty() { tier.slots.keys().cloned().collect() } else { both.into() }
}

fn is_kind(state: &State, id: &Id, kind: &str) -> bool {
    state.drafts.get(id).is_some_and(|draft| draft.resource.kind == kind)
}
