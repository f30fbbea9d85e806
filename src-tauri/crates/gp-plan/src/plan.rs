//! A plan: **changes** (one per resource, what the user reads) and **steps** (what the driver does).

use crate::order::{Act, Order};
use gp_model::{Id, Value};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// What happens to one resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// `+`
    Create,
    /// `~`
    Update,
    /// `∓` removed and made anew.
    Replace,
    /// `-`
    Delete,
    /// Found, taken into our state.
    Adopt,
    /// Left alone, dropped from our state.
    Forget,
    /// Nothing.
    NoOp,
}

impl Action {
    /// The sign in front of a line of a plan.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Create => "+",
            Self::Update => "~",
            Self::Replace => "∓",
            Self::Delete => "-",
            Self::Adopt => "»",
            Self::Forget => "«",
            Self::NoOp => " ",
        }
    }

    /// "to create", "to change" … as in "14 to create".
    pub fn words(self) -> &'static str {
        match self {
            Self::Create => "to create",
            Self::Update => "to change",
            Self::Replace => "to replace",
            Self::Delete => "to delete",
            Self::Adopt => "to adopt",
            Self::Forget => "to forget",
            Self::NoOp => "unchanged",
        }
    }
}

/// One attribute that differs. Values that are secret are never here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Difference {
    /// The attribute's dotted path.
    pub attribute: String,
    /// As it is.
    pub before: Option<Value>,
    /// As it will be.
    pub after: Option<Value>,
    /// Whether this one forces a replacement.
    pub replaces: bool,
}

/// What a change does to those who use the thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disturbance {
    /// Connections break.
    ConnectionLoss,
    /// It restarts.
    Restart,
    /// Data is gone.
    DataLoss,
}

/// What the user reads: one resource (or instance) and what happens to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct PlannedChange {
    /// `app[0]`, or a derived part's own name (`app-tier/a`).
    pub address: String,
    /// The drawn resource it belongs to.
    pub resource: Id,
    /// Its kind.
    pub kind: String,
    /// What happens.
    pub action: Action,
    /// Which attributes differ.
    pub differences: Vec<Difference>,
    /// Why, in words.
    pub reason: String,
    /// Addresses it will depend on: made before it.
    pub depends_on: Vec<String>,
    /// Addresses it depends on as it stands: removed only when it is gone or has let go of them.
    #[serde(default)]
    pub depended_on: Vec<String>,
    /// What is disturbed.
    pub disturbs: Vec<Disturbance>,
    /// The address it had before a rename.
    pub moved_from: Option<String>,
}

impl PlannedChange {
    /// Whether this is what can be left of a planned action of which these steps are open.
    fn is_left_of(&self, planned: Action, open: &[Action]) -> bool {
        match (planned, self.action) {
            // It was done and the program died before it heard of it, or one half of it was done.
            (Action::Create | Action::Replace, Action::Adopt)
            | (Action::Delete, Action::Forget)
            | (Action::Replace, Action::Create) => true,
            (planned, now) if planned != now => false,
            (Action::Delete | Action::Replace, _) => open.iter().any(|a| *a != Action::Create),
            _ => true,
        }
    }
}

/// What the driver does in one go: covers one change (direct drivers) or many (stack drivers). Of a
/// replacement it may be one half: the delete or the create.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Step {
    /// Its idempotency token, stable for the same plan.
    pub token: String,
    /// What happens.
    pub action: Action,
    /// Addresses of the changes it carries out.
    pub changes: Vec<String>,
    /// Tokens of steps that must have succeeded.
    pub after: Vec<String>,
}

impl Step {
    /// "create app[0]".
    pub fn words(&self) -> String {
        let verb = match self.action {
            Action::Create => "create",
            Action::Update => "change",
            Action::Replace => "replace",
            Action::Delete => "delete",
            Action::Adopt => "adopt",
            Action::Forget => "forget",
            Action::NoOp => "keep",
        };
        format!("{verb} {}", self.changes.join(", "))
    }
}

/// What will happen, and nothing else will.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Plan {
    /// Design uuid.
    pub design: String,
    /// Environment.
    pub environment: String,
    /// What it leads to: a hash over everything desired.
    #[serde(default)]
    pub wanted: String,
    /// One per resource.
    pub changes: Vec<PlannedChange>,
    /// In an order that respects `after`.
    pub steps: Vec<Step>,
    /// What was approved: a hash over everything above and the state it was made from.
    pub fingerprint: String,
}

/// A resource as it is known: state (what we made) and live (what the driver reads) share the shape.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Known {
    /// Its address.
    pub address: String,
    /// The drawn resource.
    pub resource: Id,
    /// Its kind.
    pub kind: String,
    /// The provider's own id.
    pub provider_id: String,
    /// Attributes as compared by plans.
    pub attributes: BTreeMap<String, Value>,
    /// Addresses it depends on.
    pub depends_on: Vec<String>,
    /// Addresses it had before a rename, oldest first. Only in what is desired.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub formerly: Vec<String>,
    /// Whether it holds data that a removal would lose.
    #[serde(default)]
    pub keeps_data: bool,
}

impl Plan {
    /// Whether there is anything to do.
    pub fn is_empty(&self) -> bool {
        self.changes.iter().all(|change| change.action == Action::NoOp)
    }

    /// Whether carrying it out loses data.
    pub fn loses_data(&self) -> bool {
        self.changes.iter().any(|change| change.disturbs.contains(&Disturbance::DataLoss))
    }

    /// Whether what an earlier plan of the same drawing has not done yet does all that is left to do. Then
    /// the earlier one can be gone on with, under the tokens by which the target knows its steps.
    pub fn is_rest_of(&self, earlier: &Self, done: &[String]) -> bool {
        let mut open: BTreeMap<&str, Vec<Action>> = BTreeMap::new();
        let done: BTreeSet<&String> = done.iter().collect();
        for step in earlier.steps.iter().filter(|step| !done.contains(&step.token)) {
            for address in &step.changes {
                open.entry(address).or_default().push(step.action);
            }
        }
        let planned: BTreeMap<&str, Action> =
            earlier.changes.iter().map(|change| (&*change.address, change.action)).collect();
        let left = self.changes.iter().filter(|change| change.action != Action::NoOp);
        let was_left = |change: &PlannedChange| {
            let steps = open.get(change.address.as_str());
            let planned = planned.get(change.address.as_str());
            steps.zip(planned).is_some_and(|(steps, planned)| change.is_left_of(*planned, steps))
        };
        self.wanted == earlier.wanted && left.into_iter().all(was_left)
    }

    /// The change at this address.
    pub fn change(&self, address: &str) -> Option<&PlannedChange> {
        self.changes.iter().find(|change| change.address == address)
    }

    /// "14 to create, 1 to delete", or "nothing to do".
    pub fn summary(&self) -> String {
        let parts: Vec<String> = [
            Action::Create,
            Action::Update,
            Action::Replace,
            Action::Delete,
            Action::Adopt,
            Action::Forget,
        ]
        .into_iter()
        .filter_map(|action| {
            let count = self.changes.iter().filter(|change| change.action == action).count();
            (count > 0).then(|| format!("{count} {}", action.words()))
        })
        .collect();
        if parts.is_empty() { "nothing to do".to_owned() } else { parts.join(", ") }
    }
}

/// The default grain: a step per change that does anything (two for a replacement: what used the old
/// thing goes first and comes back last), in an order that respects `after`.
pub fn step_per_act(plan: &Plan) -> Vec<Step> {
    let token = |act: &Act| {
        short_hash(&[&plan.fingerprint, &plan.changes[act.change].address, act.action.words()])
    };
    Order::of(&plan.changes)
        .sorted()
        .into_iter()
        .map(|(act, after)| Step {
            token: token(&act),
            action: act.action,
            changes: vec![plan.changes[act.change].address.clone()],
            after: after.iter().map(token).collect(),
        })
        .collect()
}

/// A hash of texts, 24 hex digits; lengths are hashed too, so that no two lists collide by joining.
pub fn short_hash(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().iter().take(12).map(|byte| format!("{byte:02x}")).collect()
}
