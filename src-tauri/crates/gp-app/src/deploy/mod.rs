//! Deployments: plan, approve, walk, verify, destroy, sweep. One run at a time per environment.

mod disturbed;
mod drift;
mod ending;
mod heard;
mod history;
mod identity;
mod inside;
mod interrupted;
mod labs;
mod lease;
mod live;
mod machine;
mod packets;
mod reap;
mod report;
mod run;
mod state;
mod status;
mod target;
mod traces;
mod verify;

use crate::{
    dto::{AppError, AppEvent, DeployStatusDto, ErrorCode, PlanDto},
    events::Events,
    judged::{Judged, judge},
    own_kinds::program,
    places::Places,
    session::Session,
};
pub use drift::Settle;
pub use ending::seconds_of;
use gp_lab::Asked;
use gp_model::{Design, Id, Provider, Severity};
pub use gp_plan::Event;
use gp_plan::{
    Action, Cancel, Desired, Plan, Store,
    difference::{Inputs, plan},
    driver::Leftover,
    store::Origin,
};
pub use heard::{Heard, Listener};
use identity::Identity;
pub use identity::SAME_ID;
pub use inside::lab_error;
use interrupted::Interrupted;
use lease::Lease;
pub use machine::ThisMachine;
pub use packets::PacketsOf;
pub use reap::Which;
pub use report::{Format as ReportFormat, Report};
use status::Elsewhere;
pub use status::{Status, Tried};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
pub use target::Target;
use tokio::runtime::Handle;
pub use verify::{Compared, compare};

/// A session's number and an environment.
type Key = (u32, String);

/// Everything that is deployed from here, and the state file.
pub struct Deployments {
    places: Places,
    events: Arc<Events>,
    store: Mutex<Option<Arc<Store>>>,
    running: Mutex<BTreeMap<Key, Running>>,
    /// Stands in for the provider's own target, in tests of everything above a driver.
    instead: Mutex<Option<Target>>,
    /// Whose labs are looked at, second by second.
    watches: live::Watches,
    listeners: Mutex<Vec<Listener>>,
    /// How often leases are renewed.
    renewed_every: Mutex<Duration>,
}

/// What goes on in one environment.
#[derive(Clone)]
struct Running {
    status: Arc<Mutex<Status>>,
    cancel: Cancel,
    /// What was approved last, for Retry.
    approved: Option<(Arc<Prepared>, i64)>,
    /// What was found at the last look, to notice what others do.
    found: Option<Found>,
}

/// Whether something stood, and whom to ask whether it still does.
#[derive(Clone)]
struct Found {
    target: Target,
    design: String,
    stands: bool,
}

impl Running {
    fn new() -> Self {
        Self { status: Arc::default(), cancel: Cancel::default(), approved: None, found: None }
    }
}

/// A plan with everything that carrying it out needs.
pub struct Prepared {
    /// What will happen.
    pub plan: Plan,
    /// What should be.
    pub desired: Desired,
    /// The meaning and the proof it was made from.
    pub judged: Judged,
    /// Who does it.
    pub target: Target,
    /// Whether everything goes.
    pub destroy: bool,
    /// Whether it only puts back what drifted.
    pub puts_back: bool,
    /// What stands in the way.
    pub problems: Vec<gp_model::Diagnostic>,
}

/// A plan that the user approved, and the run that carries it out.
pub struct Approved {
    prepared: Arc<Prepared>,
    run: i64,
    /// Whether the run is an earlier one that was interrupted.
    pub goes_on: bool,
    lease: Lease,
}

impl Prepared {
    /// What keeps it from being carried out.
    fn refuse(&self, allow_data_loss: bool) -> Result<(), AppError> {
        if self.plan.loses_data() && !allow_data_loss {
            let message = "this plan deletes data: allow that explicitly, or take the resource out of the plan";
            return Err(AppError::new(ErrorCode::DataLoss, message));
        }
        let mut errors = self.problems.iter().filter(|it| it.severity == Severity::Error);
        let Some(first) = errors.next() else { return Ok(()) };
        let message = match errors.count() {
            0 => first.message.clone(),
            1 => format!("{} (and one more error)", first.message),
            more => format!("{} (and {more} more errors)", first.message),
        };
        Err(AppError::new(ErrorCode::Unavailable, message))
    }
}

impl Deployments {
    /// Opens nothing yet: the state file is made by the first plan.
    pub fn new(places: &Places, events: Arc<Events>) -> Self {
        Self {
            places: places.clone(),
            events,
            store: Mutex::default(),
            running: Mutex::default(),
            instead: Mutex::default(),
            watches: live::Watches::default(),
            listeners: Mutex::default(),
            renewed_every: Mutex::new(lease::RENEWED_EVERY),
        }
    }

    /// Has leases renewed more often than is needed, in tests of what happens then.
    pub fn renew_leases_every(&self, pause: Duration) {
        *lock(&self.renewed_every) = pause;
    }

    fn lease(&self, design: &str, environment: &str) -> Result<Lease, AppError> {
        Lease::take(self.store()?, design, environment, *lock(&self.renewed_every))
    }

    /// From now on everything goes to this target, whatever the provider.
    pub fn deploy_to(&self, target: Target) {
        *lock(&self.instead) = Some(target);
    }

    /// The state file.
    pub fn store(&self) -> Result<Arc<Store>, AppError> {
        let mut store = lock(&self.store);
        if let Some(store) = &*store {
            return Ok(Arc::clone(store));
        }
        let path = self.places.database();
        let opened = Store::open(&path).map_err(|error| store_error(&error))?;
        Ok(Arc::clone(store.insert(Arc::new(opened))))
    }

    /// Where something of a design stands, as the state says. None is made for the question.
    /// A lab that ended by itself stands no more, whatever the state says. Must run where a Tokio runtime is.
    pub fn of_design(&self, id: &str, file: Option<&Path>, design: &Design) -> Vec<String> {
        if !self.places.database().is_file() {
            return Vec::new();
        }
        let known = self.store().and_then(|store| {
            let Identity { id, .. } = Identity::of(&store, id, file)?;
            let known = store.environments(&id).map_err(|error| store_error(&error))?;
            Ok(known.into_iter().filter(|it| self.stands(&id, design, it)).collect())
        });
        known.unwrap_or_else(|error| {
            tracing::warn!(error = error.message, "what is deployed is not known");
            Vec::new()
        })
    }

    /// Whether a lab is there; of what is elsewhere, only the state is asked.
    fn stands(&self, id: &str, design: &Design, environment: &str) -> bool {
        let environment = Id::from(environment);
        let is_lab = design.environments.get(&environment).map(|it| it.provider);
        if is_lab.is_some_and(|it| !matches!(it, Provider::Lab | Provider::Docker)) {
            return true;
        }
        let Ok(target) = self.target(&judge(design, &program(), Some(&environment), 0)) else {
            return true;
        };
        let live = target.driver.live(id, &environment);
        Handle::current().block_on(live).is_ok_and(|live| !live.is_empty())
    }

    /// By what id the state knows an open design.
    fn identity(&self, session: &Session) -> Result<Identity, AppError> {
        let (path, id) = {
            let document = session.document();
            (document.path.clone(), document.design.id.clone().unwrap_or_default())
        };
        Identity::of(&*self.store()?, &id, path.as_deref())
    }

    /// Writes down from which file this is deployed.
    fn remember(&self, session: &Session, id: &str) -> Result<(), AppError> {
        let origin = {
            let document = session.document();
            Origin { file: document.path.clone(), name: document.design.title().to_owned() }
        };
        self.store()?.set_origin(id, &origin).map_err(|error| store_error(&error))
    }

    fn target(&self, judged: &Judged) -> Result<Target, AppError> {
        match &*lock(&self.instead) {
            Some(target) => Ok(target.clone()),
            None => Target::of(judged),
        }
    }

    /// Compares drawing, state and world as it was told. Changes nothing.
    pub async fn prepare(
        &self,
        session: &Session,
        environment: &str,
        destroy: bool,
    ) -> Result<Prepared, AppError> {
        self.prepare_from(session, environment, destroy, false).await
    }

    /// The same; `really`: with the world as it really is, so that the plan undoes what others did.
    async fn prepare_from(
        &self,
        session: &Session,
        environment: &str,
        destroy: bool,
        really: bool,
    ) -> Result<Prepared, AppError> {
        let snapshot = session.snapshot();
        let environment: Id = environment.into();
        let mut judged =
            judge(&snapshot.design, &snapshot.catalog, Some(&environment), snapshot.revision);
        let target = self.target(&judged)?;
        let identity = self.identity(session)?;
        Arc::make_mut(&mut judged.resolved).design.id.clone_from(&identity.id);
        let resources = if destroy { Vec::new() } else { target.driver.desired(&judged.resolved) };
        let desired = Desired { resolved: Arc::clone(&judged.resolved), resources, artifact: None };
        let (design, environment) = (&judged.resolved.design.id, judged.environment.as_str());
        let state =
            self.store()?.resources(design, environment).map_err(|error| store_error(&error))?;
        let live = if really && !destroy {
            self.really(&target, design, environment, &state).await?
        } else {
            target.driver.live(design, environment).await.map_err(|error| driver_error(&error))?
        };
        let inputs = Inputs { desired: &desired.resources, state: &state, live: &live };
        let mut plan = plan(design, environment, inputs, &*target.driver);
        if destroy {
            // Where nothing is drawn both plans are the same, and only one of them asks what could not be read.
            plan.fingerprint.push_str("-destroy");
        }
        let mut problems =
            if destroy { Vec::new() } else { target.driver.preflight(&desired).await };
        problems.extend(identity.note());
        if !destroy {
            problems.extend(session.file_errors());
            problems.extend(errors_of(&judged));
        }
        let puts_back = false;
        Ok(Prepared { plan, desired, judged, target, destroy, puts_back, problems })
    }

    /// The plan as the user reads it.
    pub async fn plan(
        &self,
        session: &Session,
        environment: &str,
        destroy: bool,
    ) -> Result<PlanDto, AppError> {
        let prepared = self.prepare_from(session, environment, destroy, true).await?;
        let text = session.document().text.shared_text();
        let interrupted = Interrupted::find(&*self.store()?, &prepared.plan.design, environment)?;
        Ok(status::plan_dto(&prepared, &text, interrupted.map(|left| left.words())))
    }

    /// Approves the plan with this fingerprint, if it still is the plan. The lease comes first: what is
    /// compared under it cannot be changed by another run any more.
    pub async fn approve(
        &self,
        session: &Session,
        environment: &str,
        fingerprint: &str,
        allow_data_loss: bool,
    ) -> Result<Approved, AppError> {
        let lease = self.lease(&self.identity(session)?.id, environment)?;
        for destroy in [false, true] {
            let mut prepared = self.prepare_from(session, environment, destroy, true).await?;
            if prepared.plan.fingerprint == fingerprint {
                prepared.refuse(allow_data_loss)?;
                // Where nothing is drawn, and nothing could not be read, to deploy that is to destroy everything.
                prepared.destroy |= prepared.desired.resources.is_empty();
                if !prepared.destroy {
                    self.remember(session, &prepared.plan.design)?;
                }
                return self.begin(prepared, lease);
            }
        }
        Err(AppError::new(
            ErrorCode::StalePlan,
            "the drawing or the world changed since this plan was made: look at the new plan",
        ))
    }

    /// Goes on with an interrupted run that has just this left to do; else begins a new one.
    fn begin(&self, mut prepared: Prepared, lease: Lease) -> Result<Approved, AppError> {
        let kind = run::kind_of(&prepared);
        let (store, plan) = (self.store()?, &prepared.plan);
        let left = Interrupted::newest(&store, &plan.design, &plan.environment)?;
        let (run, goes_on) = match left.and_then(|left| left.rest(kind, plan)) {
            Some((earlier, run)) => {
                prepared.plan = earlier;
                (run, true)
            }
            None => (store.begin(kind, plan).map_err(|error| store_error(&error))?, false),
        };
        Ok(Approved { prepared: Arc::new(prepared), run, goes_on, lease })
    }

    /// The last run from here once more: its failed and skipped steps are tried again.
    pub fn again(&self, session: u32, environment: &str) -> Result<Approved, AppError> {
        let approved = self.running(session, environment).approved;
        let (prepared, run) = approved
            .ok_or_else(|| AppError::not_found("there is no run to try again: make a new plan"))?;
        let (store, design) = (self.store()?, &prepared.plan.design);
        let lease = self.lease(design, environment)?;
        let history = store.history(design, environment, 1).map_err(|error| store_error(&error))?;
        if history.first().is_none_or(|newest| newest.id != run) {
            let message = "another run came after this one: look at the new plan";
            return Err(AppError::new(ErrorCode::StalePlan, message));
        }
        Ok(Approved { prepared, run, goes_on: true, lease })
    }

    /// Asks for a name in the running lab, as one of its machines.
    pub async fn ask(
        &self,
        session: &Session,
        environment: &str,
        from: &str,
        name: &str,
    ) -> Result<Asked, AppError> {
        let prepared = self.prepare(session, environment, false).await?;
        verify::ask(&prepared, from, name).await
    }

    /// Tries every connection for real and sets the result against the proof.
    pub async fn verify(&self, session: &Session, environment: &str) -> Result<Compared, AppError> {
        let prepared = self.prepare(session, environment, false).await?;
        self.refuse_older(&prepared)?;
        let mut before = "running";
        self.tell(session.id, environment, |status| {
            before = std::mem::replace(&mut status.state, "verifying");
        });
        let result = verify::verify(&prepared).await;
        self.tell(session.id, environment, |status| match &result {
            Ok(compared) => {
                status.state = "running";
                status.verified(compared);
            }
            Err(_) => status.state = before,
        });
        result
    }

    /// What is drawn now says nothing of a lab that was made of something else. What went wrong with a lab since is another
    /// matter: that is tried.
    fn refuse_older(&self, prepared: &Prepared) -> Result<(), AppError> {
        let Plan { design, environment, .. } = &prepared.plan;
        let store = self.store()?;
        let made = store.resources(design, environment).map_err(|error| store_error(&error))?;
        let inputs = Inputs { desired: &prepared.desired.resources, state: &made, live: &made };
        let since = plan(design, environment, inputs, &*prepared.target.driver);
        let same = since.changes.iter().all(|change| change.action == Action::NoOp);
        if same || made.is_empty() || !status::stands(prepared) {
            return Ok(());
        }
        let run = store.history(design, environment, 1).map_err(|error| store_error(&error))?;
        let of = run.first().map(|run| format!(" of {}", interrupted::moment(&run.started)));
        let message = format!(
            "the lab is that of a deploy{} and not what is drawn now ({}): deploy first, then verify",
            of.unwrap_or_default(),
            since.summary()
        );
        Err(AppError::new(ErrorCode::Refused, message))
    }

    /// What is still there, by the target's own account. Under a lease: what looks empty may be what
    /// another program begins to fill.
    pub async fn sweep(
        &self,
        session: &Session,
        environment: &str,
    ) -> Result<Vec<Leftover>, AppError> {
        let _lease = self.lease(&self.identity(session)?.id, environment)?;
        let prepared = self.prepare(session, environment, true).await?;
        let left = prepared.target.driver.sweep(&prepared.plan.design, environment).await;
        left.map_err(|error| driver_error(&error))
    }

    /// Asks the run to stop; steps that are under way end.
    pub fn cancel(&self, session: u32, environment: &str) {
        self.running(session, environment).cancel.cancel();
    }

    /// What runs, also when another program started it.
    pub async fn status(
        &self,
        session: &Session,
        environment: &str,
    ) -> Result<DeployStatusDto, AppError> {
        let running = self.running(session.id, environment);
        let idle = lock(&running.status).is_idle();
        if idle && let Ok(prepared) = self.prepare(session, environment, false).await {
            let ends_in = self.ends_in(&prepared).await?;
            let (store, design) = (self.store()?, &prepared.plan.design);
            let elsewhere = match lease::worker(&store, design, environment)? {
                Some(worker) => Elsewhere::Works(worker),
                None => Interrupted::find(&store, design, environment)?
                    .map_or(Elsewhere::Nothing, |left| Elsewhere::Died(left.words())),
            };
            let stands = status::stands(&prepared);
            // Saved elsewhere, it may be a design of its own: what was said is of the other file's lab.
            if running.found.as_ref().is_some_and(|found| found.design != *design) {
                *lock(&running.status) = Status::default();
            }
            lock(&running.status).found(&prepared, ends_in, &elsewhere);
            let off = prepared.target.off(&prepared.plan.design, environment).await;
            lock(&running.status).off = live::off_dtos(&prepared.judged.resolved, &off);
            let (target, design) = (prepared.target, prepared.plan.design);
            if let Some(known) = lock(&self.running).get_mut(&(session.id, environment.to_owned()))
            {
                known.found = Some(Found { target, design, stands });
            }
        }
        Ok(lock(&running.status).dto(session.id, environment))
    }

    /// Asks the world, cheaply, whether something came or went that was not done from here, in every
    /// environment that was looked at; tells the windows.
    pub async fn watch(&self, session: &Session) {
        for (environment, Found { target, design, stands }) in self.idle(session.id) {
            let Ok(live) = target.driver.live(&design, &environment).await else { continue };
            let off = target.off(&design, &environment).await;
            let known = self.running(session.id, &environment);
            let same = lock(&known.status).off.iter().map(|one| &one.name).eq(&off);
            if live.is_empty() != stands && same {
                continue;
            }
            if let Ok(dto) = self.status(session, &environment).await {
                tracing::info!(environment, state = dto.state, "something was done elsewhere");
                self.events.tell(&AppEvent::Deploy(dto));
            }
        }
    }

    fn idle(&self, session: u32) -> Vec<(String, Found)> {
        let all = lock(&self.running);
        let of_session = all.iter().filter(|((of, _), _)| *of == session);
        of_session
            .filter(|(_, running)| lock(&running.status).is_idle())
            .filter_map(|((_, environment), it)| Some((environment.clone(), it.found.clone()?)))
            .collect()
    }

    /// What packets said of each cell when the running lab was verified last.
    pub fn said_by_packets(&self, session: u32, environment: &str) -> Tried {
        lock(&self.running(session, environment).status).tried()
    }

    /// A run that could not even begin, or lost its state file on the way.
    pub fn failed(&self, session: u32, environment: &str, error: &AppError) {
        self.tell(session, environment, |status| status.failed(error));
    }

    /// Whether a run or a verification of this session is in its middle.
    pub fn under_way(&self, session: u32) -> bool {
        self.any_status(session, |status| !status.is_idle())
    }

    /// Whether something of this session stands, whole or in parts.
    pub fn something_runs(&self, session: u32) -> bool {
        self.any_status(session, |status| status.state != "nothing")
    }

    fn any_status(&self, session: u32, holds: impl Fn(&Status) -> bool) -> bool {
        let all = lock(&self.running);
        all.iter().any(|((of, _), running)| *of == session && holds(&lock(&running.status)))
    }

    fn running(&self, session: u32, environment: &str) -> Running {
        lock(&self.running)
            .entry((session, environment.to_owned()))
            .or_insert_with(Running::new)
            .clone()
    }

    /// Changes the status and tells the windows.
    fn tell(&self, session: u32, environment: &str, change: impl FnOnce(&mut Status)) {
        let running = self.running(session, environment);
        let dto = {
            let mut status = lock(&running.status);
            change(&mut status);
            status.dto(session, environment)
        };
        self.events.tell(&AppEvent::Deploy(dto));
    }
}

/// What is drawn must make sense before it is built.
fn errors_of(judged: &Judged) -> Vec<gp_model::Diagnostic> {
    judged
        .diagnostics
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .cloned()
        .collect()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// State errors as the UI branches on them.
pub(crate) fn store_error(error: &gp_plan::store::StoreError) -> AppError {
    let code = match error {
        gp_plan::store::StoreError::Leased { .. } => ErrorCode::Busy,
        _ => ErrorCode::Failed,
    };
    AppError::new(code, error.to_string())
}

/// Driver errors as the UI branches on them.
pub(crate) fn driver_error(error: &gp_plan::DriverError) -> AppError {
    let code = match error {
        gp_plan::DriverError::Unavailable(_) => ErrorCode::Unavailable,
        _ => ErrorCode::Failed,
    };
    AppError::new(code, error.to_string())
}
