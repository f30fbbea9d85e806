//! Guests of a tier: what stands in a rack or a site and names the tier that its cables lead into. It
//! has its address there as those have that stand in the tier. Part of step 2. Whether its cables
//! really lead there is for the checks.

use super::{Ids, State, allocate::Tier, inherit::Inherited, put_index};
use crate::kind::{AttributeType, Kind};
use gp_model::Id;
use std::borrow::Cow;

/// Keeps which tier a resource names.
pub(super) fn note(state: &mut State, id: &Id) {
    let draft = state.drafts.get(id);
    let named = draft.and_then(|d| d.resource.attributes.get("subnet")?.as_str()).map(Id::from);
    put_index(&mut state.guests, &mut state.guests_of, id, named);
}

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
    let attribute = kind?.attributes.get("subnet")?;
    let named = state.guests.get(id)?;
    let is_tier = is_kind(state, named, "subnet");
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
