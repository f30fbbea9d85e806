//! Two fake targets for tests of the engine: one with a step per resource, one that takes a whole
//! stack in one step. Both keep a world that outlives the driver, as a real provider does.

use async_trait::async_trait;
use gp_catalog::resolved::{Resolved, ResolvedResource};
use gp_model::{Diagnostic, Edit, Value};
use gp_plan::{
    Action, Desired, Driver, DriverError, Plan,
    driver::{Leftover, Report},
    event::Event,
    plan::{Known, Step, short_hash, step_per_act},
};
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

/// What is really there, what will go wrong, and what was asked for. Shared by clones.
#[derive(Clone, Debug, Default)]
pub struct World(Arc<Mutex<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    there: BTreeMap<String, Known>,
    /// Address → the step that last worked on it. A step that is asked for again is not done again.
    by: BTreeMap<String, String>,
    /// Where all this is written, so that it outlives a program that is killed.
    file: Option<PathBuf>,
    faults: BTreeMap<String, VecDeque<Fault>>,
    calls: Vec<String>,
    running: usize,
    most_at_once: usize,
    credential: String,
}

/// What happens instead of success, once.
#[derive(Clone, Debug)]
pub enum Fault {
    /// Refused for good.
    Refused(String),
    /// Passes by itself.
    Transient(String),
    /// It was done, but the answer never came: what a crash leaves behind.
    DoneButUnheard,
    /// Refused, with the credential quoted in the words of the refusal, as careless providers do.
    QuotingTheCredential,
}

/// Under what a world remembers the last step of a whole stack: no address has such a name.
const STACK: &str = "the stack";

/// What of a world is in its file.
type Kept = (BTreeMap<String, Known>, BTreeMap<String, String>, Vec<String>);

impl Inner {
    /// As a provider that has answered: what it did is done, whatever becomes of who asked.
    fn keep(&self) {
        let Some(file) = &self.file else { return };
        let text = serde_json::to_vec(&(&self.there, &self.by, &self.calls)).expect("plain data");
        let new = file.with_extension("new");
        std::fs::write(&new, text).and_then(|()| std::fs::rename(&new, file)).expect("writable");
    }

    /// Refused while something stands on it.
    fn remove(&mut self, address: &str) -> Result<(), DriverError> {
        let names = self.there.get(address).map(names).unwrap_or_default();
        let uses = |other: &&Known| {
            other.address != address && other.depends_on.iter().any(|on| names.contains(on))
        };
        if let Some(user) = self.there.values().find(uses) {
            let message = format!("{address} is in use by {}", user.address);
            return Err(DriverError::Refused(message));
        }
        self.there.remove(address);
        Ok(())
    }

    /// Refused before everything stands that it depends on.
    fn make(
        &mut self,
        address: &str,
        old: Option<&str>,
        desired: &Desired,
    ) -> Result<Known, DriverError> {
        let wanted = |address: &str| desired.resources.iter().find(|k| k.address == address);
        let Some(known) = wanted(address) else {
            return Err(DriverError::Refused(format!("nobody asked for {address}")));
        };
        let needed = known.depends_on.iter().filter_map(|on| wanted(on));
        for need in needed {
            if !names(need).iter().any(|name| self.there.contains_key(name)) {
                let message = format!("{address} needs {}, which is not there", need.address);
                return Err(DriverError::Refused(message));
            }
        }
        let provider_id = format!("fake-{}", short_hash(&[address]));
        let known = Known { provider_id, ..known.clone() };
        if let Some(old) = old {
            self.there.remove(old);
        }
        self.there.insert(address.to_owned(), known.clone());
        Ok(known)
    }
}

/// The addresses a thing has or had.
fn names(known: &Known) -> Vec<String> {
    known.formerly.iter().chain([&known.address]).cloned().collect()
}

impl World {
    /// The world in this file, which goes on when a program ends in the middle of its work.
    pub fn in_file(file: &Path) -> Self {
        let kept: Kept = std::fs::read(file).map_or_else(
            |_| Kept::default(),
            |text| serde_json::from_slice(&text).expect("a world that we wrote"),
        );
        let (there, by, calls) = kept;
        let inner = Inner { there, by, calls, file: Some(file.to_owned()), ..Inner::default() };
        Self(Arc::new(Mutex::new(inner)))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().expect("a test panicked while it held the world")
    }

    /// The next time `address` is worked on, this happens instead.
    pub fn plan_fault(&self, address: &str, fault: Fault) {
        self.inner().faults.entry(address.to_owned()).or_default().push_back(fault);
    }

    /// What the drivers of this world must know, and nobody may read.
    pub fn require_credential(&self, credential: &str) {
        credential.clone_into(&mut self.inner().credential);
    }

    /// What a provider said, without the credential.
    fn safe(&self, error: DriverError) -> DriverError {
        let credential = self.inner().credential.clone();
        match error {
            DriverError::Refused(said) if !credential.is_empty() => {
                DriverError::Refused(said.replace(&credential, "…"))
            }
            other => other,
        }
    }

    /// Everything that was to go wrong goes right again.
    pub fn mend(&self) {
        self.inner().faults.clear();
    }

    /// Somebody changes an attribute behind our back.
    pub fn drift(&self, address: &str, attribute: &str, value: Value) {
        if let Some(known) = self.inner().there.get_mut(address) {
            known.attributes.insert(attribute.to_owned(), value);
        }
    }

    /// Somebody makes a thing behind our back.
    pub fn appear(&self, known: Known) {
        self.inner().there.insert(known.address.clone(), known);
    }

    /// Somebody removes a thing behind our back.
    pub fn vanish(&self, address: &str) {
        self.inner().there.remove(address);
    }

    /// Addresses of what is there.
    pub fn addresses(&self) -> Vec<String> {
        self.inner().there.keys().cloned().collect()
    }

    /// Every act so far: `+ app`, `- db` …
    pub fn calls(&self) -> Vec<String> {
        self.inner().calls.clone()
    }

    /// The largest number of steps that ran side by side.
    pub fn most_at_once(&self) -> usize {
        self.inner().most_at_once
    }

    fn act(
        &self,
        token: &str,
        (action, address): (Action, &str),
        plan: &Plan,
        desired: &Desired,
    ) -> Result<Option<Known>, DriverError> {
        let mut inner = self.inner();
        let fault = inner.faults.get_mut(address).and_then(VecDeque::pop_front);
        match fault {
            Some(Fault::Refused(message)) => return Err(DriverError::Refused(message)),
            Some(Fault::Transient(message)) => return Err(DriverError::Transient(message)),
            Some(Fault::QuotingTheCredential) => {
                let message = format!("{} may not make {address}", inner.credential);
                return Err(DriverError::Refused(message));
            }
            Some(Fault::DoneButUnheard) => {}
            None => {
                let by = inner.by.get(address).is_some_and(|by| by == token);
                let there = inner.there.get(address).cloned();
                if by && there.is_some() != (action == Action::Delete) {
                    return Ok(there);
                }
            }
        }
        inner.calls.push(format!("{} {address}", action.symbol()));
        let made = if action == Action::Delete {
            inner.remove(address)?;
            None
        } else {
            let old = plan.change(address).and_then(|change| change.moved_from.as_deref());
            if action != Action::Create && !inner.there.contains_key(old.unwrap_or(address)) {
                return Err(DriverError::Refused(format!("{address} is not there")));
            }
            Some(inner.make(address, old, desired)?)
        };
        inner.by.insert(address.to_owned(), token.to_owned());
        match fault {
            Some(Fault::DoneButUnheard) => {
                Err(DriverError::Transient("the connection broke".to_owned()))
            }
            _ => Ok(made),
        }
    }

    fn known(&self) -> Vec<Known> {
        self.inner().there.values().cloned().collect()
    }

    fn leftovers(&self) -> Vec<Leftover> {
        let left = |address: &String| Leftover {
            what: address.clone(),
            why: "left, because nobody removed it".to_owned(),
            counts: true,
        };
        self.inner().there.keys().map(left).collect()
    }
}

/// What both fakes ask for: one thing per instance, as drawn, on every instance of its parent.
fn desired(resolved: &Resolved) -> Vec<Known> {
    let addresses = |resource: &ResolvedResource| match resource.instances.as_slice() {
        [] => vec![resource.id.to_string()],
        several => several.iter().map(|instance| instance.address.clone()).collect(),
    };
    let one = |resource: &ResolvedResource, address: String| Known {
        address,
        resource: resource.id.clone(),
        kind: resource.kind.clone(),
        provider_id: String::new(),
        attributes: resource
            .attributes
            .iter()
            .map(|(name, value)| (name.clone(), value.value.clone()))
            .collect(),
        depends_on: resource
            .parent
            .iter()
            .filter_map(|parent| resolved.resource(parent))
            .flat_map(addresses)
            .collect(),
        formerly: resource.was.iter().map(ToString::to_string).collect(),
        keeps_data: matches!(
            resource.kind.as_str(),
            "analytics-workspace"
                | "database"
                | "data-warehouse"
                | "document-store"
                | "bucket"
                | "file-share"
                | "volume"
        ),
    };
    let all = resolved.resources.values();
    all.flat_map(|resource| addresses(resource).into_iter().map(|a| one(resource, a))).collect()
}

/// Attributes are drawn ones; what vanished and was one of its kind goes from the drawing.
fn accepts(made: &Known, attribute: Option<&str>, is: Option<&Value>) -> Vec<Edit> {
    let resource = made.resource.clone();
    match (attribute, is) {
        (None, _) if made.address == *made.resource => {
            vec![Edit::RemoveResources { ids: vec![resource] }]
        }
        (None, _) => Vec::new(),
        (Some(name), Some(value)) => {
            vec![Edit::SetAttribute { resource, path: vec![name.into()], value: value.clone() }]
        }
        (Some(name), None) => vec![Edit::UnsetAttribute { resource, path: vec![name.into()] }],
    }
}

fn replaces(attribute: &str) -> bool {
    matches!(attribute, "cidr" | "engine" | "zone")
}

/// A step per resource, four at a time.
#[derive(Clone, Debug, Default)]
pub struct FakeDriver {
    /// What is really there.
    pub world: World,
}

#[async_trait]
impl Driver for FakeDriver {
    fn name(&self) -> &'static str {
        "fake"
    }

    fn parallelism(&self) -> usize {
        4
    }

    fn desired(&self, resolved: &Resolved) -> Vec<Known> {
        desired(resolved)
    }

    fn replaces(&self, _kind: &str, attribute: &str) -> bool {
        replaces(attribute)
    }

    fn accepts(&self, made: &Known, attribute: Option<&str>, is: Option<&Value>) -> Vec<Edit> {
        accepts(made, attribute, is)
    }

    async fn preflight(&self, _desired: &Desired) -> Vec<Diagnostic> {
        Vec::new()
    }

    async fn live(&self, _design: &str, _environment: &str) -> Result<Vec<Known>, DriverError> {
        Ok(self.world.known())
    }

    async fn execute(
        &self,
        step: &Step,
        plan: &Plan,
        desired: &Desired,
        _report: &Report,
    ) -> Result<Vec<Known>, DriverError> {
        {
            let mut inner = self.world.inner();
            inner.running += 1;
            inner.most_at_once = inner.most_at_once.max(inner.running);
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
        let act = |a: &String| self.world.act(&step.token, (step.action, a), plan, desired);
        let made = step.changes.iter().map(act).collect();
        let mut inner = self.world.inner();
        inner.running -= 1;
        inner.keep();
        drop(inner);
        let made: Result<Vec<Option<Known>>, DriverError> = made;
        let made = made.map_err(|error| self.world.safe(error))?;
        Ok(made.into_iter().flatten().collect())
    }

    async fn sweep(&self, _design: &str, _environment: &str) -> Result<Vec<Leftover>, DriverError> {
        Ok(self.world.leftovers())
    }
}

/// One step for everything; a failure rolls the whole stack back, as CloudFormation does.
#[derive(Clone, Debug, Default)]
pub struct FakeStackDriver {
    /// What is really there.
    pub world: World,
}

#[async_trait]
impl Driver for FakeStackDriver {
    fn name(&self) -> &'static str {
        "fake-stack"
    }

    fn desired(&self, resolved: &Resolved) -> Vec<Known> {
        desired(resolved)
    }

    fn replaces(&self, _kind: &str, attribute: &str) -> bool {
        replaces(attribute)
    }

    fn accepts(&self, made: &Known, attribute: Option<&str>, is: Option<&Value>) -> Vec<Edit> {
        accepts(made, attribute, is)
    }

    fn steps(&self, plan: &Plan) -> Vec<Step> {
        let parts = step_per_act(plan);
        let Some(first) = parts.first() else { return Vec::new() };
        let changes: BTreeSet<String> = parts.iter().flat_map(|p| p.changes.clone()).collect();
        vec![Step {
            token: short_hash(&[&plan.fingerprint, "stack"]),
            action: if parts.iter().all(|part| part.action == first.action) {
                first.action
            } else {
                Action::Update
            },
            changes: changes.into_iter().collect(),
            after: Vec::new(),
        }]
    }

    async fn preflight(&self, _desired: &Desired) -> Vec<Diagnostic> {
        Vec::new()
    }

    async fn live(&self, _design: &str, _environment: &str) -> Result<Vec<Known>, DriverError> {
        Ok(self.world.known())
    }

    async fn execute(
        &self,
        step: &Step,
        plan: &Plan,
        desired: &Desired,
        report: &Report,
    ) -> Result<Vec<Known>, DriverError> {
        let (there, by) = {
            let inner = self.world.inner();
            if inner.by.get(STACK) == Some(&step.token) {
                let one = |address: &String| inner.there.get(address).cloned();
                return Ok(step.changes.iter().filter_map(one).collect());
            }
            (inner.there.clone(), inner.by.clone())
        };
        let mut made = Vec::new();
        let parts = step_per_act(plan);
        let whole = parts.len() as u32;
        // What is forgotten is not there: that is our account's matter, not the target's.
        let acts = parts.iter().filter(|part| part.action != Action::Forget);
        let acts = acts.flat_map(|part| part.changes.iter().map(|a| (part.action, a)));
        for (part, (action, address)) in (1..).zip(acts) {
            // Both halves of a replacement are work on one address.
            let token = format!("{} {}", step.token, action.words());
            match self.world.act(&token, (action, address), plan, desired) {
                Ok(known) => made.extend(known),
                Err(error) => {
                    let error = self.world.safe(error);
                    let mut inner = self.world.inner();
                    (inner.there, inner.by) = (there, by);
                    return Err(error);
                }
            }
            report(Event::Progress {
                token: step.token.clone(),
                message: address.clone(),
                part: Some(part),
                whole: Some(whole),
            });
        }
        let mut inner = self.world.inner();
        inner.by.insert(STACK.to_owned(), step.token.clone());
        inner.keep();
        Ok(made)
    }

    async fn sweep(&self, _design: &str, _environment: &str) -> Result<Vec<Leftover>, DriverError> {
        Ok(self.world.leftovers())
    }
}
