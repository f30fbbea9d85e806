//! Step 3, zones: which letters a thing spans, and what they are called on the provider.
//!
//! A zone is an ordinal: `a` is the provider's first one, whatever it calls it. A region says which
//! are in use, a network and a tier may use fewer, `zone` pins one thing. Naming a zone that the
//! container does not span is said, and the thing spreads as if it had named none.

use super::{Context, Ids, State, by_id::put_shared, queue::Queue, tables};
use crate::resolved::Scope;
use gp_model::{Diagnostic, Id, Place, Provider, Value};
use std::sync::Arc;

/// Looks at what changed and, where a container's letters changed, at what stands in it (`whole`: that is
/// among them). Returns those whose letters changed.
pub(crate) fn step(ctx: &Context<'_>, state: &mut State, affected: &Ids, whole: bool) -> Ids {
    let mut changed = Vec::new();
    let place = |state: &State, id: &Id| {
        (state.inherited.get(id).map_or(0, |i| i.ancestors.len()), id.clone())
    };
    let mut open = Queue::new(affected.iter().map(|id| place(state, id)));
    while let Some(id) = open.pop() {
        let mut findings = Vec::new();
        let letters = letters(ctx, state, &id, &mut findings);
        let is_region = state.inherited.get(&id).is_some_and(|i| i.kind == "region");
        let scope = is_region
            .then(|| scope(ctx, state, &id, letters.as_ref().map(|l| l.as_slice()), &mut findings));
        match scope {
            Some(scope) => drop(state.scopes.insert(id.clone(), scope)),
            None => drop(state.scopes.remove(&id)),
        }
        too_few(ctx, state, &id, letters.as_ref().map(|l| l.as_slice()), &mut findings);
        state.find(3, &id, findings);
        if put_shared(&mut state.zones, &id, letters) {
            let inner = state.children.get(&id).into_iter().flatten().filter(|_| !whole);
            for inner in inner.chain(state.spanning.iter().filter(|_| is_region)) {
                let (depth, inner) = place(state, inner);
                open.push(depth, inner);
            }
            changed.push(id);
        }
    }
    changed.into_iter().collect()
}

fn letters(
    ctx: &Context<'_>,
    state: &State,
    id: &Id,
    findings: &mut Vec<Diagnostic>,
) -> Option<Arc<Vec<String>>> {
    let inherited = state.inherited.get(id)?;
    // A tier of a network that spans several regions spreads over its own region's zones.
    let own_region = inherited.region.iter().filter(|region| {
        inherited.kind == "subnet" && *region != id && !inherited.ancestors.contains(region)
    });
    let mut around = own_region.chain(&*inherited.ancestors).filter_map(|a| state.zones.get(a));
    let above = match inherited.kind.as_str() {
        // These are what they say, wherever they stand.
        "region" | "site" => None,
        _ => around.find(|zones| !zones.is_empty()),
    };
    let (name, own) = match (inherited.value("zones"), inherited.value("zone")) {
        (Some(Value::List(items)), _) => {
            ("zones", items.iter().filter_map(Value::as_str).collect())
        }
        (_, Some(Value::String(zone))) => ("zone", vec![zone.as_str()]),
        // A lane shows one of its region's zones.
        _ if inherited.kind == "zone" => ("letter", inherited.text("letter").into_iter().collect()),
        _ => ("zone", Vec::new()),
    };
    let mut kept: Vec<String> = Vec::new();
    for letter in own.into_iter().filter(|letter| ordinal(letter).is_some()) {
        if above.is_some_and(|above| !above.iter().any(|a| a == letter)) {
            findings.push(not_there(id, name, letter, above.map_or(&[], |a| a)));
        } else if !kept.iter().any(|k| k == letter) {
            kept.push(letter.to_owned());
        }
    }
    kept.sort();
    if !kept.is_empty() {
        return Some(Arc::new(kept));
    }
    if let Some(above) = above {
        return Some(Arc::clone(above));
    }
    // An account is in no place: what stands in it says itself where it is.
    let somewhere = inherited.kind != "account";
    let container = ctx.catalog.kind(&inherited.kind).is_some_and(|kind| kind.container);
    Some(Arc::new(if container && somewhere { vec!["a".to_owned()] } else { Vec::new() }))
}

fn not_there(id: &Id, attribute: &str, letter: &str, there: &[String]) -> Diagnostic {
    Diagnostic::error(
        "zone-not-in-region",
        Place::attribute(id, attribute),
        format!("“{id}” names zone {letter}, but around it there are only {}", there.join(", ")),
    )
}

/// The number of a zone: `a` is 0.
pub(crate) fn ordinal(letter: &str) -> Option<u32> {
    match letter.as_bytes() {
        [letter @ b'a'..=b'z'] => Some(u32::from(letter - b'a')),
        _ => None,
    }
}

fn scope(
    ctx: &Context<'_>,
    state: &State,
    id: &Id,
    letters: Option<&[String]>,
    findings: &mut Vec<Diagnostic>,
) -> Scope {
    let location = state.inherited.get(id).and_then(|i| i.text("location")).unwrap_or_default();
    let provider = ctx.facts.provider;
    let cloud = matches!(provider, Provider::Aws | Provider::Azure | Provider::Gcp);
    let named = ctx.environment.and_then(|e| e.regions.get(id)).map(String::as_str);
    let (region, zones) = match (named, tables::region_at(location, provider)) {
        (Some(named), _) => (named, tables::zones_of(named, provider)),
        (None, Some((region, zones))) => (region, Some(zones)),
        (None, None) => (location, tables::zones_of(location, provider)),
    };
    if cloud && named.is_none() && zones.is_none() && !location.is_empty() {
        findings.push(no_region(ctx, id, location));
    }
    let mut scope = Scope { region: region.to_owned(), zones: indexmap::IndexMap::new() };
    for letter in letters.into_iter().flatten() {
        let ordinal = ordinal(letter).unwrap_or_default() as usize;
        let name = match zones.filter(|_| cloud) {
            Some(zones) => zones.get(ordinal).cloned(),
            None => Some(spelt(provider, region, letter, ordinal)),
        };
        if name.is_none() {
            let has = zones.map_or(0, <[String]>::len);
            let text = format!(
                "“{id}” uses zone {letter}, but {region} on {provider} has {has}: use fewer"
            );
            let mut found =
                Diagnostic::error("zone-not-in-region", Place::attribute(id, "zones"), text);
            found.environment = Some(ctx.facts.id.clone());
            findings.push(found);
        }
        let name = name.unwrap_or_else(|| spelt(provider, region, letter, ordinal));
        scope.zones.insert(letter.clone(), name);
    }
    scope
}

/// What the provider would call a zone of a region that the table does not have.
fn spelt(provider: Provider, region: &str, letter: &str, ordinal: usize) -> String {
    match provider {
        Provider::Aws => format!("{region}{letter}"),
        Provider::Azure => (ordinal + 1).to_string(),
        Provider::Gcp => format!("{region}-{letter}"),
        Provider::Lab | Provider::Docker | Provider::Kubernetes | Provider::Vsphere => {
            letter.to_owned()
        }
    }
}

fn no_region(ctx: &Context<'_>, id: &Id, location: &str) -> Diagnostic {
    let (provider, environment) = (ctx.facts.provider, &ctx.facts.id);
    let known = tables::metros().any(|metro| metro == location);
    let why = if known { "has no region there" } else { "does not know that place" };
    let mut found = Diagnostic::error(
        "location-not-on-provider",
        Place::attribute(id, "location"),
        format!(
            "“{id}” is in {location}, but {provider} {why}: name a region in environment “{environment}”, regions.{id}"
        ),
    );
    found.environment = Some(environment.clone());
    found
}

/// Kinds that need several zones on this provider.
fn too_few(
    ctx: &Context<'_>,
    state: &State,
    id: &Id,
    letters: Option<&[String]>,
    findings: &mut Vec<Diagnostic>,
) {
    let Some(inherited) = state.inherited.get(id) else { return };
    let kind = ctx.catalog.kind(&inherited.kind);
    let Some(least) = kind.and_then(|kind| kind.min_zones.get(&ctx.facts.provider)) else { return };
    // What counts is where it may stand, not where one of it is pinned.
    let tier = inherited.subnet.as_ref().and_then(|subnet| state.zones.get(subnet));
    let there = tier.map_or(letters.map_or(0, <[String]>::len), |zones| zones.len());
    if there < *least as usize {
        let provider = ctx.facts.provider;
        let text = format!(
            "“{}” needs {least} zones on {provider}, but its subnet spans {there}: add zones to the region or the subnet",
            crate::called(id, &inherited.title)
        );
        let mut found = Diagnostic::error("too-few-zones", Place::resource(id), text);
        found.environment = Some(ctx.facts.id.clone());
        findings.push(found);
    }
}
