//! What AWS does not let cross the border of an account or a region is left out, and said where it is
//! drawn.

use super::{super::template::Template, Parts, crossing, order::Order};
use crate::{aws::mentioned, name::one_line};
use gp_model::{Diagnostic, Id, Place};
use std::collections::BTreeSet;

/// Takes out the entries that name what they cannot, with everything that names them.
pub fn take_out(template: &mut Template<'_>, parts: &mut Parts<'_>) {
    if parts.homes.len() == 1 {
        return;
    }
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    let mut said: BTreeSet<(Id, Id)> = BTreeSet::new();
    for number in 0..parts.entries.len() {
        let Some(far) = first_refused(template, parts, number) else { continue };
        gone.insert(number);
        let (own, other) = (&parts.entries[number], &parts.entries[far]);
        if said.insert((own.owner.clone(), other.owner.clone())) {
            let place = place_of(template, parts, far);
            let text = format!(
                "CloudFormation leaves out what “{}” is to have of “{}” ({}): AWS takes it from no other place, and that stands in {place}; draw one of its kind beside “{}”",
                own.title, other.title, own.type_, own.title
            );
            let place = Place::resource(&own.owner);
            template.diagnostics.push(Diagnostic::error("refused-by-provider", place, text));
        }
    }
    drop_all(template, parts, gone);
}

/// The first thing that an entry names over a border that AWS closes.
fn first_refused(template: &Template<'_>, parts: &Parts<'_>, number: usize) -> Option<usize> {
    let entry = &parts.entries[number];
    let here = parts.home_of[number];
    // What is written in the provider's own words, its writer answers for.
    if template.facts.resource(&entry.owner).is_some_and(mentioned::is_raw) {
        return None;
    }
    entry.properties.0.iter().find_map(|(name, value)| {
        let mut named = BTreeSet::new();
        value.names(&mut named);
        let away = named.into_iter().filter_map(|id| parts.ids.get(id)).copied();
        let mut away = away.filter(|of| parts.home_of[*of] != here);
        away.find(|of| {
            let homes = (parts.homes[here], parts.homes[parts.home_of[*of]]);
            !crossing::may(entry, name, value, homes)
        })
    })
}

/// Account and region of an entry, in words.
fn place_of(template: &Template<'_>, parts: &Parts<'_>, number: usize) -> String {
    let home = parts.homes[parts.home_of[number]];
    let account = home.account.and_then(|id| template.facts.resource(id));
    match account {
        Some(account) => format!("{} of the account “{}”", home.region, account.title),
        None => home.region.to_owned(),
    }
}

fn drop_all(template: &mut Template<'_>, parts: &mut Parts<'_>, mut gone: BTreeSet<usize>) {
    if gone.is_empty() {
        return;
    }
    loop {
        let before = gone.len();
        for (number, entry) in parts.entries.iter().enumerate() {
            let mut named = BTreeSet::new();
            entry.properties.0.iter().for_each(|(_, value)| value.names(&mut named));
            let lost = |id: &&str| parts.ids.get(*id).is_some_and(|number| gone.contains(number));
            if !gone.contains(&number) && named.iter().any(lost) {
                gone.insert(number);
            }
        }
        if gone.len() == before {
            break;
        }
    }
    let lost: BTreeSet<String> =
        gone.iter().map(|number| parts.entries[*number].id.clone()).collect();
    let mut number = 0;
    let kept: Vec<bool> = (0..parts.entries.len()).map(|number| !gone.contains(&number)).collect();
    parts.entries.retain(|_| {
        number += 1;
        kept[number - 1]
    });
    let mut number = 0;
    parts.home_of.retain(|_| {
        number += 1;
        kept[number - 1]
    });
    for entry in &mut parts.entries {
        entry.depends_on.retain(|id| !lost.contains(id));
    }
    template.outputs.retain(|_, output| {
        let mut named = BTreeSet::new();
        output.value.names(&mut named);
        named.iter().all(|id| !lost.contains(*id))
    });
    parts.index();
}

/// Says what stands in a circle over several places, which no order of stacks can make.
pub fn circles(template: &mut Template<'_>, parts: &Parts<'_>, order: &Order) {
    let mut said: BTreeSet<&Id> = BTreeSet::new();
    for (entry, _) in parts.entries.iter().zip(&order.time).filter(|(_, time)| time.is_none()) {
        if said.insert(&entry.owner) {
            let text = format!(
                "CloudFormation leaves “{}” out: it and what stands in another account or region need each other before either is made; draw them in one place, or export the design as Terraform",
                one_line(&entry.title)
            );
            let place = Place::resource(&entry.owner);
            template.diagnostics.push(Diagnostic::error("refused-by-provider", place, text));
        }
    }
}
