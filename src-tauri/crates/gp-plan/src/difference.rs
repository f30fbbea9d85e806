//! Desired, state and live give a plan. Pure: reads nothing, decides nothing the user does not see.

use crate::{
    driver::Driver,
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
    let mut changes: Vec<PlannedChange> = inputs
        .desired
        .iter()
        .map(|wanted| {
            let old = moves.get(wanted.address.as_str()).copied();
            let address = old.unwrap_or(wanted.address.as_str());
            let mut change =
                change_for(wanted, state.get(address).copied(), live.get(address).copied(), driver);
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
            .map(|known| removal(known, live.contains_key(known.address.as_str()), driver)),
    );
    finish(design, environment, changes, inputs, driver)
}

fn finish(
    design: &str,
    environment: &str,
    changes: Vec<PlannedChange>,
    inputs: Inputs<'_>,
    driver: &dyn Driver,
) -> Plan {
    let mut plan = Plan {
        design: design.to_owned(),
        environment: environment.to_owned(),
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

fn change_for(
    wanted: &Known,
    state: Option<&Known>,
    live: Option<&Known>,
    driver: &dyn Driver,
) -> PlannedChange {
    let (action, differences, reason) = match (state, live) {
        (None, None) => (Action::Create, new_values(wanted), "new in the drawing".to_owned()),
        (Some(_), None) => {
            (Action::Create, new_values(wanted), "it was made and is gone".to_owned())
        }
        (state, Some(live)) => {
            let differences = differences(live, wanted, driver);
            let drifted = state.is_some_and(|state| state.attributes != live.attributes);
            match (differences.iter().any(|d| d.replaces), differences.is_empty(), state.is_some())
            {
                (true, ..) => {
                    (Action::Replace, differences, reason_of_replacement(wanted, live, driver))
                }
                (_, true, false) => {
                    (Action::Adopt, differences, "it is there and not in our state".to_owned())
                }
                (_, true, true) => (Action::NoOp, differences, "as drawn".to_owned()),
                _ if drifted => (Action::Update, differences, "it was changed outside".to_owned()),
                _ => (Action::Update, differences, "changed in the drawing".to_owned()),
            }
        }
    };
    let mut change = PlannedChange {
        address: wanted.address.clone(),
        resource: wanted.resource.clone(),
        kind: wanted.kind.clone(),
        action,
        differences,
        reason,
        depends_on: wanted.depends_on.clone(),
        disturbs: Vec::new(),
        moved_from: None,
    };
    change.disturbs = driver.disturbs(&change, wanted.keeps_data);
    change
}

fn reason_of_replacement(wanted: &Known, live: &Known, driver: &dyn Driver) -> String {
    let forcing: Vec<String> = differences(live, wanted, driver)
        .into_iter()
        .filter(|difference| difference.replaces)
        .map(|difference| difference.attribute)
        .collect();
    format!("{} cannot be changed in place", forcing.join(", "))
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
fn removal(known: &Known, is_there: bool, driver: &dyn Driver) -> PlannedChange {
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
        depends_on: known.depends_on.clone(),
        disturbs: Vec::new(),
        moved_from: None,
    };
    change.disturbs = driver.disturbs(&change, known.keeps_data);
    change
}
