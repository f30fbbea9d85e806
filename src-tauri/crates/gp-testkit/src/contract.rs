//! What every target promises, asked of each in the same words: created, read, changed, replaced, seen when it
//! drifts, failed in parts, cancelled, crashed and gone on with, deleted and swept, and never a secret in anything
//! that is written. A target that cannot be asked for something says why.

mod dying;
mod labs;

pub use labs::LAB_DRAWINGS;

use async_trait::async_trait;
use dying::Dying;
use gp_catalog::Resolved;
use gp_model::Diagnostic;
use gp_plan::{
    Action, Cancel, Desired, Driver, Event, Outcome, Plan, Store,
    difference::{Inputs, plan},
    driver::{Leftover, Report},
    plan::{Disturbance, Known, PlannedChange},
    walk::{Walk, walk},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

/// A target under test: a world of its own, and ways to meddle with it that the driver does not know.
#[async_trait]
pub trait Contract: Send + Sync {
    /// The driver as a program that has just started has it: another one each time, of the same world.
    fn driver(&self) -> Arc<dyn Driver>;

    /// What is drawn.
    fn drawings(&self) -> Drawings;

    /// The real things of this world, counted by other means than the driver's.
    async fn things(&self) -> Vec<String>;

    /// From now on the widened drawing cannot be built whole.
    async fn break_one(&self) -> Broken;

    /// What was broken works again.
    async fn mend(&self);

    /// Something that was made goes away behind our back; gives back an address that is missed.
    async fn take_one_away(&self) -> String;

    /// An attribute of something that was made changes behind our back; gives back its address.
    async fn change_one(&self) -> String;

    /// What the driver must know and nobody may read, and the target quotes it in what it says from now on.
    async fn quote_the_secret(&self) -> String;

    /// Why a promise cannot be asked for here.
    fn excuse(&self, promise: Promise) -> Option<&'static str>;
}

/// One design in four states, as sketches with an environment `test`.
#[derive(Clone, Copy, Debug)]
pub struct Drawings {
    /// To begin with.
    pub first: &'static str,
    /// The same, but for what can be changed in place.
    pub changed: &'static str,
    /// The same, but for what has to be made anew.
    pub replaced: &'static str,
    /// The first one and more, part of which can be broken.
    pub widened: &'static str,
}

/// What becomes of the widened drawing while something is broken.
#[derive(Clone, Debug, Default)]
pub struct Broken {
    /// The address that cannot be made.
    pub fails: &'static str,
    /// Addresses that are not tried because of it.
    pub skipped: &'static [&'static str],
    /// Addresses that stand all the same.
    pub goes_on: &'static [&'static str],
}

/// What is promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Promise {
    /// What is drawn stands, and is read as it was drawn.
    Created,
    /// What can be changed in place is, and nothing else.
    Updated,
    /// What cannot be changed is made anew.
    Replaced,
    /// What went away behind our back is missed, and comes back.
    MissedWhenGone,
    /// What was changed behind our back is seen, and put back.
    SeenWhenChanged,
    /// What fails does not keep the rest from being made.
    RestGoesOn,
    /// What depends on a failure is not tried.
    DependentsSkipped,
    /// A cancelled run starts nothing more, and can be done again.
    Cancelled,
    /// After a crash the same steps go on, and nothing is made twice.
    GoneOnWith,
    /// Everything goes, nothing is read any more, the sweep says zero.
    Deleted,
    /// No secret in plan, state, event or error.
    KeptSecret,
}

impl Promise {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Created,
        Self::Updated,
        Self::Replaced,
        Self::MissedWhenGone,
        Self::SeenWhenChanged,
        Self::RestGoesOn,
        Self::DependentsSkipped,
        Self::Cancelled,
        Self::GoneOnWith,
        Self::Deleted,
        Self::KeptSecret,
    ];
}

/// Asks a target for one promise, in a world of its own. Gives back why it was not asked, where it was excused.
///
/// # Panics
/// Where the promise is not kept.
pub async fn contract(target: &dyn Contract, promise: Promise) -> Option<&'static str> {
    if let Some(reason) = target.excuse(promise) {
        return Some(reason);
    }
    let bench = Bench::new(target, promise);
    match promise {
        Promise::Created => bench.created().await,
        Promise::Updated => bench.updated().await,
        Promise::Replaced => bench.replaced().await,
        Promise::MissedWhenGone => bench.missed_when_gone().await,
        Promise::SeenWhenChanged => bench.seen_when_changed().await,
        Promise::RestGoesOn => bench.rest_goes_on().await,
        Promise::DependentsSkipped => bench.dependents_skipped().await,
        Promise::Cancelled => bench.cancelled().await,
        Promise::GoneOnWith => bench.gone_on_with().await,
        Promise::Deleted => bench.deleted().await,
        Promise::KeptSecret => bench.kept_secret().await,
    }
    bench.end().await;
    None
}

/// What a sketch means, as the design with this id.
fn resolved(design: &str, sketch: &str) -> Resolved {
    let drawn = crate::sketch(sketch);
    let environment = "test".into();
    let mut resolved =
        gp_catalog::resolve::resolve(&drawn, gp_catalog::builtin(), Some(&environment));
    design.clone_into(&mut resolved.design.id);
    resolved
}

struct Bench<'a> {
    target: &'a dyn Contract,
    design: String,
    drawings: Drawings,
    folder: tempfile::TempDir,
    store: Store,
    events: Arc<Mutex<Vec<Event>>>,
}

impl<'a> Bench<'a> {
    fn new(target: &'a dyn Contract, promise: Promise) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("state.db")).expect("a state file");
        let design = format!("contract-{promise:?}");
        let drawings = target.drawings();
        Self { target, design, drawings, folder, store, events: Arc::default() }
    }

    /// What is desired, by a driver.
    fn desired(&self, driver: &dyn Driver, sketch: &str) -> Desired {
        let resolved = Arc::new(resolved(&self.design, sketch));
        Desired { resources: driver.desired(&resolved), resolved, artifact: None }
    }

    fn nothing(&self) -> Desired {
        let resolved = Arc::new(resolved(&self.design, self.drawings.first));
        Desired { resources: Vec::new(), resolved, artifact: None }
    }

    fn state(&self) -> Vec<Known> {
        self.store.resources(&self.design, "test").expect("the state can be read")
    }

    async fn live(&self, driver: &dyn Driver) -> Vec<Known> {
        driver.live(&self.design, "test").await.expect("the target answers")
    }

    async fn plan(&self, driver: &dyn Driver, desired: &Desired) -> Plan {
        let (state, live) = (self.state(), self.live(driver).await);
        let inputs = Inputs { desired: &desired.resources, state: &state, live: &live };
        plan(&self.design, "test", inputs, driver)
    }

    async fn walk(
        &self,
        driver: &dyn Driver,
        plan: &Plan,
        desired: &Desired,
        run: i64,
        cancel_at_first: bool,
    ) -> Outcome {
        let cancel = Cancel::default();
        let report: Report = Arc::new({
            let (events, cancel) = (Arc::clone(&self.events), cancel.clone());
            move |event| {
                if cancel_at_first && matches!(event, Event::Finished { .. }) {
                    cancel.cancel();
                }
                events.lock().expect("nobody panics here").push(event);
            }
        });
        let store = &self.store;
        walk(&Walk { plan, desired, driver, store, run, report, cancel })
            .await
            .expect("the state can be written")
    }

    fn begin(&self, kind: &str, plan: &Plan) -> i64 {
        self.store.begin(kind, plan).expect("the state can be written")
    }

    /// By a program that starts for it.
    async fn deploy(&self, sketch: &str) -> (Plan, Outcome) {
        let driver = self.target.driver();
        let desired = self.desired(&*driver, sketch);
        let refused: Vec<Diagnostic> = driver.preflight(&desired).await;
        let refused: Vec<_> =
            refused.iter().filter(|found| found.severity == gp_model::Severity::Error).collect();
        assert!(refused.is_empty(), "the target takes no deploys: {refused:#?}");
        let plan = self.plan(&*driver, &desired).await;
        let run = self.begin("deploy", &plan);
        let outcome = self.walk(&*driver, &plan, &desired, run, false).await;
        (plan, outcome)
    }

    /// The same, and everything has to work and to be read as it was drawn.
    async fn deploy_whole(&self, sketch: &str) -> Plan {
        let (plan, outcome) = self.deploy(sketch).await;
        assert!(outcome.is_complete(), "{outcome:#?}");
        self.check_stands(sketch).await;
        plan
    }

    /// World and state say what is drawn, and a plan has nothing to do.
    async fn check_stands(&self, sketch: &str) {
        let driver = self.target.driver();
        let desired = self.desired(&*driver, sketch);
        assert_eq!(addresses(&self.live(&*driver).await), addresses(&desired.resources));
        assert_eq!(addresses(&self.state()), addresses(&desired.resources));
        let plan = self.plan(&*driver, &desired).await;
        assert!(plan.is_empty(), "{:#?}", plan.changes);
    }

    async fn destroy(&self) {
        let driver = self.target.driver();
        let nothing = self.nothing();
        let plan = self.plan(&*driver, &nothing).await;
        let run = self.begin("destroy", &plan);
        let outcome = self.walk(&*driver, &plan, &nothing, run, false).await;
        assert!(outcome.is_complete(), "{outcome:#?}");
    }

    /// However a promise ended, nothing is left of it.
    async fn end(&self) {
        self.destroy().await;
        let driver = self.target.driver();
        let left: Vec<Leftover> =
            driver.sweep(&self.design, "test").await.expect("the sweep can look");
        assert_eq!(left, []);
        assert_eq!(addresses(&self.live(&*driver).await), BTreeSet::new());
        assert_eq!(addresses(&self.state()), BTreeSet::new());
        assert_eq!(self.target.things().await, Vec::<String>::new());
    }

    async fn created(&self) {
        assert_eq!(self.target.things().await, Vec::<String>::new());
        let plan = self.deploy_whole(self.drawings.first).await;
        assert!(plan.changes.iter().all(|change| change.action == Action::Create));
        assert!(!self.target.things().await.is_empty());
        let driver = self.target.driver();
        let desired = by_address(self.desired(&*driver, self.drawings.first).resources);
        for (address, live) in by_address(self.live(&*driver).await) {
            assert_eq!(live.attributes, desired[&address].attributes, "{address}");
            assert!(!live.provider_id.is_empty(), "{address} has no id of the provider's");
        }
    }

    async fn updated(&self) {
        self.deploy_whole(self.drawings.first).await;
        let things = self.target.things().await;
        let plan = self.deploy_whole(self.drawings.changed).await;
        let acts = acts(&plan);
        assert_eq!(acts, BTreeSet::from([Action::Update]), "{:#?}", plan.changes);
        assert_eq!(self.target.things().await, things);
    }

    async fn replaced(&self) {
        self.deploy_whole(self.drawings.first).await;
        let plan = self.deploy_whole(self.drawings.replaced).await;
        assert!(acts(&plan).contains(&Action::Replace), "{:#?}", plan.changes);
        let disturbed =
            |change: &PlannedChange| change.disturbs.contains(&Disturbance::ConnectionLoss);
        let replaced = plan.changes.iter().filter(|change| change.action == Action::Replace);
        for change in replaced {
            assert!(disturbed(change), "{change:#?}");
        }
    }

    async fn missed_when_gone(&self) {
        self.deploy_whole(self.drawings.first).await;
        let gone = self.target.take_one_away().await;
        let plan = self.deploy_whole(self.drawings.first).await;
        let missed = plan.change(&gone).map(|change| change.action);
        assert_eq!(missed, Some(Action::Create), "{gone} is not missed: {:#?}", plan.changes);
    }

    async fn seen_when_changed(&self) {
        self.deploy_whole(self.drawings.first).await;
        let changed = self.target.change_one().await;
        let plan = self.deploy_whole(self.drawings.first).await;
        let seen = plan.change(&changed).map(|change| change.action);
        assert!(
            matches!(seen, Some(Action::Update | Action::Replace)),
            "{changed} looks as it was: {:#?}",
            plan.changes
        );
    }

    async fn rest_goes_on(&self) {
        let (_, outcome, broken) = self.widen_while_broken().await;
        assert!(!outcome.failed.is_empty(), "{outcome:#?}");
        let (live, state) = (self.live(&*self.target.driver()).await, self.state());
        let (live, state) = (addresses(&live), addresses(&state));
        assert!(!live.contains(broken.fails) && !state.contains(broken.fails));
        assert!(!broken.goes_on.is_empty(), "nothing is said to go on");
        for address in broken.goes_on {
            assert!(live.contains(*address) && state.contains(*address), "{address}: {live:?}");
        }
        self.target.mend().await;
        self.deploy_whole(self.drawings.widened).await;
    }

    async fn dependents_skipped(&self) {
        let (plan, outcome, broken) = self.widen_while_broken().await;
        assert!(!broken.skipped.is_empty(), "nothing is said to be skipped");
        for address in broken.skipped {
            let of = plan.steps.iter().filter(|step| step.changes.iter().any(|it| it == address));
            for step in of {
                assert!(outcome.skipped.contains_key(&step.token), "{address}: {outcome:#?}");
            }
        }
        self.target.mend().await;
        self.deploy_whole(self.drawings.widened).await;
    }

    async fn widen_while_broken(&self) -> (Plan, Outcome, Broken) {
        self.deploy_whole(self.drawings.first).await;
        let broken = self.target.break_one().await;
        let (plan, outcome) = self.deploy(self.drawings.widened).await;
        (plan, outcome, broken)
    }

    async fn cancelled(&self) {
        let driver = self.target.driver();
        let desired = self.desired(&*driver, self.drawings.first);
        let plan = self.plan(&*driver, &desired).await;
        let run = self.begin("deploy", &plan);
        let outcome = self.walk(&*driver, &plan, &desired, run, true).await;
        assert!(!outcome.done.is_empty() && !outcome.skipped.is_empty(), "{outcome:#?}");
        assert_eq!(outcome.failed, BTreeMap::new());
        assert_eq!(addresses(&self.live(&*driver).await), addresses(&self.state()));
        self.deploy_whole(self.drawings.first).await;
    }

    async fn gone_on_with(&self) {
        self.deploy_whole(self.drawings.first).await;
        let things = self.target.things().await.len();
        self.end().await;
        let steps = self.crash_after(1).await;
        for done in 2..=steps {
            self.go_on(things).await;
            self.end().await;
            self.crash_after(done).await;
        }
        self.go_on(things).await;
    }

    /// Deploys and dies when the world has done this many steps, of which it never heard of the last.
    async fn crash_after(&self, steps: usize) -> usize {
        let dying = Dying::new(self.target.driver(), steps);
        let desired = self.desired(&dying, self.drawings.first);
        let plan = self.plan(&dying, &desired).await;
        let run = self.begin("deploy", &plan);
        tokio::select! {
            outcome = self.walk(&dying, &plan, &desired, run, false) => panic!("it lives: {outcome:#?}"),
            () = dying.dead() => {}
        }
        plan.steps.len()
    }

    /// As the next start does.
    async fn go_on(&self, things: usize) {
        let driver = Dying::new(self.target.driver(), usize::MAX);
        let found = self.store.interrupted(&self.design, "test").expect("the state can be read");
        let run = found.expect("the run is found that has no end");
        let done = self.store.done_steps(run.id).expect("the state can be read");
        let desired = self.desired(&driver, self.drawings.first);
        let now = self.plan(&driver, &desired).await;
        assert!(now.is_rest_of(&run.plan, &done), "{:#?}", now.changes);
        let outcome = self.walk(&driver, &run.plan, &desired, run.id, false).await;
        assert!(outcome.is_complete(), "{outcome:#?}");
        let again = driver.tokens();
        let left = run.plan.steps.iter().map(|step| &step.token).filter(|t| !done.contains(t));
        assert_eq!(again, left.cloned().collect::<BTreeSet<_>>(), "other steps than the open ones");
        self.check_stands(self.drawings.first).await;
        assert_eq!(self.target.things().await.len(), things, "something was made twice");
    }

    async fn deleted(&self) {
        self.deploy_whole(self.drawings.first).await;
        self.end().await;
        // Once more, of nothing.
        self.end().await;
        self.deploy_whole(self.drawings.first).await;
    }

    async fn kept_secret(&self) {
        self.deploy_whole(self.drawings.first).await;
        let secret = self.target.quote_the_secret().await;
        assert!(secret.len() >= 8, "too short to be looked for");
        let (plan, outcome) = self.deploy(self.drawings.widened).await;
        assert!(!outcome.failed.is_empty(), "nothing was said that could hold it: {outcome:#?}");
        let events = format!("{:?}", self.events.lock().expect("nobody panics here"));
        let live = format!("{:?}", self.live(&*self.target.driver()).await);
        let mut written = vec![
            ("plan", format!("{plan:?}")),
            ("outcome", format!("{outcome:?}")),
            ("events", events),
            ("live", live),
        ];
        for entry in std::fs::read_dir(self.folder.path()).expect("readable").flatten() {
            let bytes = std::fs::read(entry.path()).expect("readable");
            written.push(("state file", String::from_utf8_lossy(&bytes).into_owned()));
        }
        for (what, text) in written {
            assert!(!text.contains(&secret), "the {what} holds the secret");
        }
        self.target.mend().await;
        self.deploy_whole(self.drawings.widened).await;
    }
}

fn addresses(known: &[Known]) -> BTreeSet<&str> {
    known.iter().map(|known| &*known.address).collect()
}

fn by_address(known: Vec<Known>) -> BTreeMap<String, Known> {
    known.into_iter().map(|known| (known.address.clone(), known)).collect()
}

fn acts(plan: &Plan) -> BTreeSet<Action> {
    let acts = plan.changes.iter().map(|change| change.action);
    acts.filter(|action| *action != Action::NoOp).collect()
}
