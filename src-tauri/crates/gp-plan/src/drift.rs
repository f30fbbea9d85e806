//! Drift: what was made, as it is now, and as it is drawn, attribute by attribute, and what can be done about each.
//! Pure; nothing is ever applied by itself.

use crate::{
    difference::{Inputs, finish, plan},
    driver::Driver,
    plan::{Action, Known, Plan, PlannedChange},
};
use gp_model::{Edit, Id, Value};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What happened to a thing behind our back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// It is otherwise than it was made.
    Changed,
    /// It was made and is not there.
    Vanished,
    /// It is there and we did not make it.
    Foreign,
}

/// What can be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// Into the design as it is.
    Accept,
    /// As it was made.
    PutBack,
    /// Left as it is, until it changes again.
    Ignore,
    /// Not ignored any more.
    Heed,
}

/// One thing that drifted.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Thing {
    /// `app[0]`.
    pub address: String,
    /// The drawn resource.
    pub resource: Id,
    /// Its kind.
    pub kind: String,
    /// What happened.
    pub what: What,
    /// Which attributes, of what changed.
    pub attributes: Vec<Attribute>,
    /// What can be done about the whole.
    pub choices: Vec<Choice>,
    /// Whether somebody left the whole of it as it is.
    pub ignored: bool,
}

/// One attribute, three ways.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Attribute {
    /// Its dotted path.
    pub attribute: String,
    /// As made.
    pub made: Option<Value>,
    /// As it is.
    pub is: Option<Value>,
    /// As drawn.
    pub drawn: Option<Value>,
    /// What can be done about it.
    pub choices: Vec<Choice>,
    /// Whether somebody left it as it is.
    pub ignored: bool,
}

/// What somebody left as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Ignored {
    /// Of which thing.
    pub address: String,
    /// Which attribute; none: that it vanished, or is there.
    pub attribute: Option<String>,
    /// The value that is ignored; any other is not.
    pub is: Option<Value>,
}

/// What is meant: a thing, or one attribute of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// The thing.
    pub address: String,
    /// The attribute; none: the whole.
    pub attribute: Option<String>,
}

impl Part {
    /// Reads `ADDRESS` or `ADDRESS.ATTRIBUTE` as one of the things that drifted.
    pub fn find(text: &str, things: &[Thing]) -> Option<Self> {
        let whole = things.iter().find(|thing| thing.address == text);
        if let Some(thing) = whole {
            return Some(Self { address: thing.address.clone(), attribute: None });
        }
        things.iter().find_map(|thing| {
            let attribute = text.strip_prefix(&thing.address)?.strip_prefix('.')?;
            let known = thing.attributes.iter().find(|one| one.attribute == attribute)?;
            let attribute = Some(known.attribute.clone());
            Some(Self { address: thing.address.clone(), attribute })
        })
    }
}

impl Thing {
    /// What is to be said about it: whether anything of it is not ignored.
    pub fn counts(&self) -> bool {
        match self.what {
            What::Changed => self.attributes.iter().any(|one| !one.ignored),
            _ => !self.ignored,
        }
    }

    /// The parts of it that a part means, each with the value that it has now. A whole that changed is its attributes.
    pub fn meant(&self, part: &Part) -> Vec<Ignored> {
        let ignored = |attribute: Option<String>, is: Option<Value>| Ignored {
            address: self.address.clone(),
            attribute,
            is,
        };
        if self.what != What::Changed {
            return vec![ignored(None, None)];
        }
        let wanted =
            |one: &&Attribute| part.attribute.as_ref().is_none_or(|it| *it == one.attribute);
        let attributes = self.attributes.iter().filter(wanted);
        attributes.map(|one| ignored(Some(one.attribute.clone()), one.is.clone())).collect()
    }
}

/// What drifted, ignored things included and said to be.
pub fn drift(inputs: Inputs<'_>, ignored: &[Ignored], driver: &dyn Driver) -> Vec<Thing> {
    let [desired, state, live] = [inputs.desired, inputs.state, inputs.live].map(by_address);
    let addresses: BTreeSet<&str> = state.keys().chain(live.keys()).copied().collect();
    let of = |address: &str| {
        let drawn = desired.get(address).copied();
        match (state.get(address), live.get(address)) {
            (Some(made), Some(is)) => changed(made, is, drawn, ignored, driver),
            (Some(made), None) => {
                let edits = driver.accepts(made, None, None);
                Some(whole(made, What::Vanished, !edits.is_empty(), ignored))
            }
            (None, Some(is)) => Some(whole(is, What::Foreign, false, ignored)),
            (None, None) => None,
        }
    };
    addresses.into_iter().filter_map(of).collect()
}

fn by_address(known: &[Known]) -> BTreeMap<&str, &Known> {
    known.iter().map(|known| (known.address.as_str(), known)).collect()
}

fn changed(
    made: &Known,
    is: &Known,
    drawn: Option<&Known>,
    ignored: &[Ignored],
    driver: &dyn Driver,
) -> Option<Thing> {
    let names: BTreeSet<&String> = made.attributes.keys().chain(is.attributes.keys()).collect();
    let differing =
        names.into_iter().filter(|name| made.attributes.get(*name) != is.attributes.get(*name));
    let attribute = |name: &String| {
        let value = is.attributes.get(name);
        let ignored = is_ignored(ignored, &made.address, Some(name), value);
        let accept = !driver.accepts(made, Some(name), value).is_empty();
        Attribute {
            attribute: name.clone(),
            made: made.attributes.get(name).cloned(),
            is: value.cloned(),
            drawn: drawn.and_then(|drawn| drawn.attributes.get(name)).cloned(),
            choices: choices(accept, ignored),
            ignored,
        }
    };
    let attributes: Vec<Attribute> = differing.map(attribute).collect();
    let all_ignored = attributes.iter().all(|one| one.ignored);
    let thing = Thing {
        address: made.address.clone(),
        resource: made.resource.clone(),
        kind: made.kind.clone(),
        what: What::Changed,
        choices: choices(false, all_ignored),
        ignored: all_ignored,
        attributes,
    };
    (!thing.attributes.is_empty()).then_some(thing)
}

fn whole(known: &Known, what: What, accept: bool, ignored: &[Ignored]) -> Thing {
    let ignored = is_ignored(ignored, &known.address, None, None);
    Thing {
        address: known.address.clone(),
        resource: known.resource.clone(),
        kind: known.kind.clone(),
        what,
        attributes: Vec::new(),
        choices: choices(accept, ignored),
        ignored,
    }
}

fn choices(accept: bool, ignored: bool) -> Vec<Choice> {
    let all = [
        accept.then_some(Choice::Accept),
        Some(Choice::PutBack),
        Some(if ignored { Choice::Heed } else { Choice::Ignore }),
    ];
    all.into_iter().flatten().collect()
}

fn is_ignored(
    ignored: &[Ignored],
    address: &str,
    attribute: Option<&str>,
    is: Option<&Value>,
) -> bool {
    ignored.iter().any(|one| {
        one.address == address && one.attribute.as_deref() == attribute && one.is.as_ref() == is
    })
}

/// What is there, with what is ignored as it was made: a plan does not speak of it until it changes again. What
/// vanished and is ignored counts as there, what is there and foreign as not.
pub fn heeded(state: &[Known], live: &[Known], ignored: &[Ignored]) -> Vec<Known> {
    let made = by_address(state);
    let is_whole = |known: &&Known| is_ignored(ignored, &known.address, None, None);
    let there = by_address(live);
    let vanished = state.iter().filter(|known| !there.contains_key(known.address.as_str()));
    let as_made = |known: &Known| {
        let mut known = known.clone();
        let Some(made) = made.get(known.address.as_str()) else { return known };
        for one in ignored.iter().filter(|one| one.address == known.address) {
            let Some(name) = &one.attribute else { continue };
            if known.attributes.get(name) == one.is.as_ref() {
                copy(name, &made.attributes, &mut known.attributes);
            }
        }
        known
    };
    let foreign = |known: &&Known| !made.contains_key(known.address.as_str());
    live.iter()
        .filter(|known| !(foreign(known) && is_whole(known)))
        .map(as_made)
        .chain(vanished.filter(is_whole).cloned())
        .collect()
}

fn copy(name: &str, from: &BTreeMap<String, Value>, to: &mut BTreeMap<String, Value>) {
    match from.get(name) {
        Some(value) => to.insert(name.to_owned(), value.clone()),
        None => to.remove(name),
    };
}

/// What would be there if these parts were as they were made, and all else stays as it is.
pub fn wanted(inputs: Inputs<'_>, parts: &[Part]) -> Vec<Known> {
    let [desired, state, live] = [inputs.desired, inputs.state, inputs.live].map(by_address);
    let named = |address: &str| parts.iter().filter(|part| part.address == address).collect();
    let mut wanted = Vec::new();
    for known in inputs.live {
        let address = known.address.as_str();
        let named: Vec<&Part> = named(address);
        let mut known = Known { formerly: Vec::new(), ..known.clone() };
        match state.get(address) {
            // What is drawn is taken over as it is; what is not drawn goes.
            None if !named.is_empty() && !desired.contains_key(address) => continue,
            None => {}
            Some(made) => {
                known.depends_on.clone_from(&made.depends_on);
                if named.iter().any(|part| part.attribute.is_none()) {
                    known.attributes.clone_from(&made.attributes);
                }
                for name in named.iter().filter_map(|part| part.attribute.as_ref()) {
                    copy(name, &made.attributes, &mut known.attributes);
                }
            }
        }
        wanted.push(known);
    }
    let vanished = inputs.state.iter().filter(|known| !live.contains_key(known.address.as_str()));
    let back = vanished.filter(|known| !named(&known.address).is_empty());
    wanted.extend(back.map(|known| Known { formerly: Vec::new(), ..known.clone() }));
    wanted
}

/// The plan that puts these parts back, and does nothing else. `driver` is a [`crate::PutBack`].
pub fn put_back(
    design: &str,
    environment: &str,
    inputs: Inputs<'_>,
    parts: &[Part],
    driver: &dyn Driver,
) -> Plan {
    let wanted = wanted(inputs, parts);
    let inputs = Inputs { desired: &wanted, ..inputs };
    let named: BTreeSet<&str> = parts.iter().map(|part| part.address.as_str()).collect();
    let whole = plan(design, environment, inputs, driver);
    // Who stands on something that is replaced goes and comes with it.
    let stays = |change: &PlannedChange| {
        named.contains(change.address.as_str()) || change.action == Action::Replace
    };
    let words = |mut change: PlannedChange| {
        change.reason = match change.action {
            Action::Create => "it was made and is gone".to_owned(),
            Action::Delete => "it is there and we did not make it".to_owned(),
            Action::Update => "as it was made".to_owned(),
            _ => change.reason,
        };
        change
    };
    let changes = whole.changes.into_iter().filter(stays).map(words).collect();
    finish(design, environment, changes, inputs, driver)
}

/// How the design follows what is there now; empty where something of it has no place in the design.
pub fn accept(inputs: Inputs<'_>, parts: &[Part], driver: &dyn Driver) -> Vec<Edit> {
    let [state, live] = [inputs.state, inputs.live].map(by_address);
    let mut edits = Vec::new();
    for part in parts {
        let Some(made) = state.get(part.address.as_str()) else { return Vec::new() };
        let is = live.get(part.address.as_str());
        let attribute = part.attribute.as_deref();
        let value = attribute.and_then(|name| is?.attributes.get(name));
        let own = driver.accepts(made, attribute, value);
        if own.is_empty() {
            return Vec::new();
        }
        edits.extend(own);
    }
    edits
}
