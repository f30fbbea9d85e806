//! Desired, state and live give a plan. Pure: reads nothing, decides nothing the user does not see.

use crate::{
    driver::Driver,
    order::Order,
    plan::{Action, Difference, Known, Plan, PlannedChange, short_hash},
};
use std::collections::{BTreeMap, BTreeSet};

/// The three things a plan is made from.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// What should be.
    pub desired: &'a [Known],
    /// What we made.
    pub state: &'a [Known],
    /// What is really there.
    pub live: &'a [Known],
}

/// The plan that takes `state` and `live` to `desired`. With nothing desired: the plan to destroy.
pub fn plan(design: &str, environment: &str, inputs: Inputs<'_>, driver: &dyn Driver) -> Plan {
    let state = by_address(inputs.state);
    let live = by_address(inputs.live);
    let moves = moves(inputs.desired, &state);
    let moved_away: BTreeSet<&str> = moves.values().copied().collect();
    let names = names(inputs.desired);
    let mut changes: Vec<PlannedChange> = inputs
        .desired
        .iter()
        .map(|wanted| {
            let old = moves.get(wanted.address.as_str()).copied();
            let address = old.unwrap_or(wanted.address.as_str());
            let (state, live) = (state.get(address).copied(), live.get(address).copied());
            let mut change = change_for(wanted, state, live, &names, driver);
            change.moved_from = old.map(str::to_owned);
            change
        })
        .collect();
    let wanted: BTreeSet<&str> =
        inputs.desired.iter().map(|known| known.address.as_str()).collect();
    changes.extend(
        merged(&state, &live)
            .into_values()
            .filter(|known| !wanted.contains(known.address.as_str()))
            .filter(|known| !moved_away.contains(known.address.as_str()))
            .map(|known| removal(known, live.contains_key(known.address.as_str()), &names, driver)),
    );
    replace_the_entangled(&mut changes, inputs.desired, driver);
    finish(design, environment, changes, inputs, driver)
}

/// Whoever stands on something that is replaced, and still will, is replaced with it.
fn replace_the_entangled(changes: &mut [PlannedChange], desired: &[Known], driver: &dyn Driver) {
    loop {
        let entangled = Order::of(changes).entangled();
        if entangled.is_empty() {
            return;
        }
        for (number, held) in entangled {
            let held = format!("{} goes first, and this depends on it", changes[held].address);
            let change = &mut changes[number];
            change.action = Action::Replace;
            change.reason = held;
            // What is desired comes first, in the same order.
            let keeps_data = desired.get(number).is_some_and(|wanted| wanted.keeps_data);
            change.disturbs = driver.disturbs(change, keeps_data);
        }
    }
}

/// The plan of these changes.
pub(crate) fn finish(
    design: &str,
    environment: &str,
    changes: Vec<PlannedChange>,
    inputs: Inputs<'_>,
    driver: &dyn Driver,
) -> Plan {
    let wanted = serde_json::to_string(inputs.desired).expect("known things are plain data");
    let mut plan = Plan {
        design: design.to_owned(),
        environment: environment.to_owned(),
        wanted: short_hash(&[&wanted]),
        changes,
        ..Plan::default()
    };
    let what = serde_json::to_string(&plan.changes).expect("changes are plain data");
    let from =
        serde_json::to_string(&(inputs.state, inputs.live)).expect("known things are plain data");
    plan.fingerprint = short_hash(&[design, environment, driver.name(), &what, &from]);
    plan.steps = driver.steps(&plan);
    plan
}

fn by_address(known: &[Known]) -> BTreeMap<&str, &Known> {
    known.iter().map(|known| (known.address.as_str(), known)).collect()
}

/// What is there by our account or really; where both know it, what we wrote down has the dependencies.
fn merged<'a>(
    state: &BTreeMap<&'a str, &'a Known>,
    live: &BTreeMap<&'a str, &'a Known>,
) -> BTreeMap<&'a str, &'a Known> {
    let mut all = live.clone();
    all.extend(state.iter().map(|(address, known)| (*address, *known)));
    all
}

/// New address → the address in the state that it had before a rename.
fn moves<'a>(
    desired: &'a [Known],
    state: &BTreeMap<&'a str, &'a Known>,
) -> BTreeMap<&'a str, &'a str> {
    let taken: BTreeSet<&str> = desired.iter().map(|known| known.address.as_str()).collect();
    desired
        .iter()
        .filter(|known| !state.contains_key(known.address.as_str()))
        .filter_map(|known| {
            let old =
                known.formerly.iter().rev().find(|old| {
                    state.contains_key(old.as_str()) && !taken.contains(old.as_str())
                })?;
            Some((known.address.as_str(), old.as_str()))
        })
        .collect()
}

/// Every address a desired thing has or had → the one it has.
type Names<'a> = BTreeMap<&'a str, &'a str>;

fn names(desired: &[Known]) -> Names<'_> {
    let mut names = Names::new();
    for known in desired {
        names.extend(known.formerly.iter().map(|old| (old.as_str(), known.address.as_str())));
    }
    names.extend(desired.iter().map(|known| (known.address.as_str(), known.address.as_str())));
    names
}

/// What a thing depends on as it stands, by the addresses of today.
fn depended_on(known: &Known, names: &Names<'_>) -> Vec<String> {
    let today = |old: &String| (*names.get(old.as_str()).unwrap_or(&old.as_str())).to_owned();
    known.depends_on.iter().map(today).collect()
}

fn change_for(
    wanted: &Known,
    state: Option<&Known>,
    live: Option<&Known>,
    names: &Names<'_>,
    driver: &dyn Driver,
) -> PlannedChange {
    let differences =
        live.map_or_else(|| new_values(wanted), |live| differences(live, wanted, driver));
    let mut change = PlannedChange {
        address: wanted.address.clone(),
        resource: wanted.resource.clone(),
        kind: wanted.kind.clone(),
        action: Action::NoOp,
        differences,
        reason: String::new(),
        depends_on: wanted.depends_on.clone(),
        depended_on: live.map(|live| depended_on(state.unwrap_or(live), names)).unwrap_or_default(),
        disturbs: Vec::new(),
        moved_from: None,
    };
    (change.action, change.reason) = what_and_why(&change, state, live);
    change.disturbs = driver.disturbs(&change, wanted.keeps_data);
    change
}

fn what_and_why(
    change: &PlannedChange,
    state: Option<&Known>,
    live: Option<&Known>,
) -> (Action, String) {
    let Some(live) = live else {
        let reason = state.map_or("new in the drawing", |_| "it was made and is gone");
        return (Action::Create, reason.to_owned());
    };
    if change.differences.iter().any(|difference| difference.replaces) {
        return (Action::Replace, reason_of_replacement(change));
    }
    let drifted = state.is_some_and(|state| state.attributes != live.attributes);
    let update = |reason: &str| (Action::Update, reason.to_owned());
    match (change.differences.is_empty(), state) {
        (false, _) if drifted => update("it was changed outside"),
        (false, _) => update("changed in the drawing"),
        (true, state) => match (other_dependencies(change, state.is_some()), state) {
            (Some(reason), _) => update(&reason),
            (None, Some(_)) => (Action::NoOp, "as drawn".to_owned()),
            (None, None) => (Action::Adopt, "it is there and not in our state".to_owned()),
        },
    }
}

/// Whether a thing that looks as drawn hangs on something else than drawn. Of what is not in our
/// state we only know what the driver tells, which may be less than it depends on.
fn other_dependencies(change: &PlannedChange, ours: bool) -> Option<String> {
    let missing = |from: &[String], of: &[String]| -> Vec<String> {
        of.iter().filter(|address| !from.contains(address)).cloned().collect()
    };
    let gained = missing(&change.depended_on, &change.depends_on);
    let lost = missing(&change.depends_on, &change.depended_on);
    match (gained.is_empty() || !ours, lost.is_empty()) {
        (true, true) => None,
        (false, true) => Some(format!("it depends on {} now", gained.join(", "))),
        (_, false) => Some(format!("it does not depend on {} any more", lost.join(", "))),
    }
}

fn reason_of_replacement(change: &PlannedChange) -> String {
    let forcing = change.differences.iter().filter(|difference| difference.replaces);
    let names: Vec<&str> = forcing.map(|difference| difference.attribute.as_str()).collect();
    format!("{} cannot be changed in place", names.join(", "))
}

fn new_values(wanted: &Known) -> Vec<Difference> {
    wanted
        .attributes
        .iter()
        .map(|(attribute, value)| Difference {
            attribute: attribute.clone(),
            before: None,
            after: Some(value.clone()),
            replaces: false,
        })
        .collect()
}

fn differences(is: &Known, wanted: &Known, driver: &dyn Driver) -> Vec<Difference> {
    let names: BTreeSet<&String> = is.attributes.keys().chain(wanted.attributes.keys()).collect();
    names
        .into_iter()
        .filter(|name| is.attributes.get(*name) != wanted.attributes.get(*name))
        .map(|name| Difference {
            attribute: name.clone(),
            before: is.attributes.get(name).cloned(),
            after: wanted.attributes.get(name).cloned(),
            replaces: driver.replaces(&wanted.kind, name),
        })
        .collect()
}

/// What is not wanted any more: deleted where it is, forgotten where it is gone already.
fn removal(known: &Known, is_there: bool, names: &Names<'_>, driver: &dyn Driver) -> PlannedChange {
    let (action, reason) = if is_there {
        (Action::Delete, "not in the drawing any more")
    } else {
        (Action::Forget, "it was made and is gone")
    };
    let mut change = PlannedChange {
        address: known.address.clone(),
        resource: known.resource.clone(),
        kind: known.kind.clone(),
        action,
        differences: Vec::new(),
        reason: reason.to_owned(),
        depends_on: Vec::new(),
        depended_on: depended_on(known, names),
        disturbs: Vec::new(),
        moved_from: None,
    };
    change.disturbs = driver.disturbs(&change, known.keeps_data);
    change
}
