//! How rules elsewhere name what stands at a site. It is there already, with addresses that nobody gives it here: a rule
//! names what is written of them, and never an address that was only chosen. Part of step 7.
//!
//! - Its own `address`, where it is one thing and that is written.
//! - Else the range of its tier, else of its network, where that is written.
//! - Else, for what stands in no tier, the ranges that the site names.
//! - Where nothing is written, the range that its tier got: a lab has nothing else. A check says so.
//!
//! Rules of things at a site are the site's own affair; a lab keeps them as exact as they are drawn.

use super::{Ids, State, inherit::Inherited};
use gp_model::{Id, Value};
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// Whether a thing stands at a site.
pub(super) fn is_at_one(state: &State, id: &Id) -> bool {
    state.inherited.get(id).is_some_and(|one| one.site.is_some() && one.kind != "site")
}

/// What a rule can only name by its ranges: that which stands at a site.
pub(super) fn known(state: &State, id: &Id, one: &Inherited) -> Option<Vec<Ipv4Net>> {
    let site = state.inherited.get(one.site.as_ref().filter(|_| one.kind != "site")?)?;
    if let Some(address) = written(state, id, one) {
        return Some(vec![address.into()]);
    }
    let Some(tier) = state.subnet_of.get(id) else { return Some(ranges_of(site)) };
    let network = state.inherited.get(tier).and_then(|tier| tier.network.as_ref());
    let mut around = [Some(tier), network].into_iter().flatten();
    let named = around.find_map(|id| state.ranges.get(id).filter(|range| !range.allocated));
    let range = named.or_else(|| state.ranges.get(tier))?;
    Some(vec![range.cidr])
}

/// The address that one thing says that it has.
fn written(state: &State, id: &Id, one: &Inherited) -> Option<Ipv4Addr> {
    let alone = state.instances.get(id).is_none_or(|all| all.len() <= 1);
    one.text("address").filter(|_| alone)?.parse().ok()
}

/// The ranges that a site says are in use there.
fn ranges_of(site: &Inherited) -> Vec<Ipv4Net> {
    let words = site.value("cidrs").and_then(Value::as_list).unwrap_or_default();
    let ranges = words.iter().filter_map(|word| word.as_str()?.parse::<Ipv4Net>().ok());
    ranges.map(|range| range.trunc()).collect()
}

/// Whose ranges may be others where these tiers got other ranges, or these resources changed.
pub(super) fn concerned(state: &State, tiers: &Ids, changed: &Ids) -> Ids {
    let within = tiers.iter().filter_map(|tier| state.in_subnet.get(tier)).flatten();
    let mut found: Ids = within.filter(|id| is_at_one(state, id)).cloned().collect();
    let is_site = |id: &Id| state.inherited.get(id).is_some_and(|one| one.kind == "site");
    if changed.iter().any(is_site) {
        let on = |one: &Inherited| one.site.as_ref().is_some_and(|site| changed.contains(site));
        found.extend(state.inherited.iter().filter(|(_, one)| on(one)).map(|(id, _)| id.clone()));
    }
    found
}
