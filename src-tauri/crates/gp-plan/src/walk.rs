//! Carries out an approved plan: independent steps side by side, dependents of a failure skipped,
//! state written before and after every step.

use crate::{
    driver::{Desired, Driver, DriverError, Report},
    event::Event,
    plan::{Action, Known, Plan, PlannedChange, Step, short_hash},
    point::Point,
    queue::Queue,
    store::{Store, StoreError},
};
use futures::{
    Stream, StreamExt,
    channel::mpsc::{self, UnboundedReceiver},
    stream::FuturesUnordered,
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    future::poll_fn,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
    time::{Duration, Instant},
};

/// How often a transient fault is tried again before the step counts as failed.
const ATTEMPTS: u32 = 5;
const FIRST_WAIT: Duration = Duration::from_millis(200);

/// Stops a walk: no further step starts, running ones end. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks for the stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it was asked for.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// How a walk ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Tokens of steps that are done, earlier ones included when resumed.
    pub done: BTreeSet<String>,
    /// Token → why it failed.
    pub failed: BTreeMap<String, String>,
    /// Token → why it was not tried.
    pub skipped: BTreeMap<String, String>,
}

impl Outcome {
    /// Whether every step is done.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty() && self.skipped.is_empty()
    }

    /// The word in the history.
    pub fn word(&self, cancel: &Cancel) -> &'static str {
        match (self.is_complete(), cancel.is_cancelled()) {
            (true, _) => "done",
            (false, true) => "cancelled",
            (false, false) => "failed",
        }
    }
}

/// Everything a walk works with.
pub struct Walk<'a> {
    /// What was approved.
    pub plan: &'a Plan,
    /// What should be, with the artifact for stack drivers.
    pub desired: &'a Desired,
    /// Who does it.
    pub driver: &'a dyn Driver,
    /// Where it is written down.
    pub store: &'a Store,
    /// The run in the store ([`Store::begin`]).
    pub run: i64,
    /// Who hears of it.
    pub report: Report,
    /// How it is stopped.
    pub cancel: Cancel,
}

/// What became of a step.
type Taken<'a> = (&'a Step, Result<Vec<Known>, DriverError>);

/// What is waited for.
enum Next<'a> {
    /// A driver says something on its way.
    Heard(Event),
    /// A step ended, one way or the other.
    Taken(Taken<'a>),
}

/// A walk under way: what drivers say goes into the history like all else, in the order in which it was said.
struct Going<'w, 'a> {
    walk: &'w Walk<'a>,
    heard: Mutex<UnboundedReceiver<Event>>,
    /// What drivers get.
    report: Report,
}

/// Walks the plan. Steps that the run has done already (after a crash) are not done again.
///
/// `Err` only where the state file cannot be written: then nothing more is started, because what
/// is not written down must not be done. What runs already ends, and is written down if it can be; the
/// run itself is left without an end, so that it is found and gone on with.
pub async fn walk(walk: &Walk<'_>) -> Result<Outcome, StoreError> {
    let mut outcome = Outcome {
        done: walk.store.done_steps(walk.run)?.into_iter().collect(),
        ..Outcome::default()
    };
    let going = Going::new(walk);
    let changes: HashMap<&str, &PlannedChange> =
        walk.plan.changes.iter().map(|change| (&*change.address, change)).collect();
    let mut queue = Queue::new(&walk.plan.steps, &outcome.done);
    let mut running = FuturesUnordered::new();
    let mut unwritten: Vec<Taken<'_>> = Vec::new();
    let mut broken = None;
    loop {
        if walk.cancel.is_cancelled() {
            going.skip(queue.rest(), "cancelled", &mut outcome);
        }
        while broken.is_none() && running.len() < walk.driver.parallelism().max(1) {
            let Some(step) = queue.next() else { break };
            match walk.store.intend(walk.run, step) {
                Ok(()) => {
                    let going = &going;
                    running.push(async move { (step, going.take(step).await) });
                }
                Err(error) => broken = Some(error),
            }
        }
        let taken = match going.next(&mut running).await {
            Some(Next::Heard(event)) => {
                going.tell(event);
                continue;
            }
            Some(Next::Taken(taken)) => taken,
            None => break,
        };
        match written(walk, &changes, &taken) {
            Ok(()) => going.note(taken, &mut queue, &mut outcome),
            Err(error) => {
                broken.get_or_insert(error);
                unwritten.push(taken);
            }
        }
    }
    if let Some(error) = broken {
        // What was in the way, such as another program's lock, may be gone by now.
        unwritten.retain(|taken| written(walk, &changes, taken).is_err());
        tracing::error!(%error, unwritten = unwritten.len(), "the state cannot be written");
        return Err(error);
    }
    going.skip(queue.rest(), "it waits for a step that is not in the plan", &mut outcome);
    walk.store.end(walk.run, outcome.word(&walk.cancel))?;
    Ok(outcome)
}

fn written(
    walk: &Walk<'_>,
    changes: &HashMap<&str, &PlannedChange>,
    (step, result): &Taken<'_>,
) -> Result<(), StoreError> {
    let made = match result {
        Ok(made) => made,
        Err(error) => return walk.store.failed(walk.run, step, &error.to_string()),
    };
    let before = |address: &String| {
        let change = *changes.get(address.as_str())?;
        Some([Some(change.address.as_str()), change.moved_from.as_deref()])
    };
    let gone: Vec<&str> = step.changes.iter().filter_map(before).flatten().flatten().collect();
    walk.store.done(walk.run, walk.plan, step, &gone, made)
}

impl<'w, 'a> Going<'w, 'a> {
    fn new(walk: &'w Walk<'a>) -> Self {
        let (sender, heard) = mpsc::unbounded();
        // Who says something after the end is not heard any more.
        let report: Report = Arc::new(move |event| drop(sender.unbounded_send(event)));
        Self { walk, heard: Mutex::new(heard), report }
    }

    fn heard(&self) -> MutexGuard<'_, UnboundedReceiver<Event>> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What happens next; none where nothing runs.
    async fn next<'s>(
        &self,
        running: &mut (impl Stream<Item = Taken<'s>> + Unpin),
    ) -> Option<Next<'s>> {
        poll_fn(|context| {
            if let Poll::Ready(Some(event)) = self.heard().poll_next_unpin(context) {
                return Poll::Ready(Some(Next::Heard(event)));
            }
            running.poll_next_unpin(context).map(|taken| taken.map(Next::Taken))
        })
        .await
    }

    fn note(&self, (step, result): Taken<'_>, queue: &mut Queue<'_>, outcome: &mut Outcome) {
        let token = step.token.clone();
        match result {
            Ok(_) => {
                queue.done(&token);
                outcome.done.insert(token);
            }
            Err(error) => {
                let behind = queue.failed(&token);
                outcome.failed.insert(token, error.to_string());
                self.skip(behind, "something it depends on failed", outcome);
            }
        }
    }

    fn skip(&self, steps: Vec<&Step>, because: &str, outcome: &mut Outcome) {
        for step in steps {
            self.tell(Event::Skipped { token: step.token.clone(), because: because.to_owned() });
            outcome.skipped.insert(step.token.clone(), because.to_owned());
        }
    }

    /// One step with its retries.
    async fn take(&self, step: &Step) -> Result<Vec<Known>, DriverError> {
        let Walk { driver, plan, desired, store, cancel, .. } = self.walk;
        let token = || step.token.clone();
        self.tell(Event::Started { token: token(), what: step.words() });
        let began = Instant::now();
        let mut attempt = 1;
        if step.action == Action::Forget {
            // Nothing is there: only our own account changes.
            self.tell(Event::Finished { token: token(), milliseconds: 0 });
            return Ok(Vec::new());
        }
        loop {
            let error = match driver.execute(step, plan, desired, &self.report).await {
                Ok(made) => {
                    store.reached(Point::Called);
                    let milliseconds = began.elapsed().as_millis() as u32;
                    self.tell(Event::Finished { token: token(), milliseconds });
                    return Ok(made);
                }
                Err(error) => error,
            };
            let retryable = error.is_retryable();
            if !retryable || attempt >= ATTEMPTS || cancel.is_cancelled() {
                let message = error.to_string();
                self.tell(Event::Failed { token: token(), message, retryable });
                return Err(error);
            }
            let wait = pause(&step.token, attempt);
            let message = format!("{error}; trying again in {:.1} s", wait.as_secs_f32());
            self.tell(Event::Progress { token: token(), message, part: None, whole: None });
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    /// To the history, and to whoever looks on; after what a driver said before.
    fn tell(&self, event: Event) {
        let earlier = std::iter::from_fn(|| self.heard().try_recv().ok());
        for event in earlier.chain([event]) {
            if let Err(error) = self.walk.store.event(self.walk.run, &event) {
                // The history is for people; losing a line of it must not stop the run.
                tracing::warn!(%error, "an event could not be written to the history");
            }
            (self.walk.report)(event);
        }
    }
}

/// Exponential, with a jitter of ±25 % that comes from the token: no randomness, no stampede.
fn pause(token: &str, attempt: u32) -> Duration {
    let digits = short_hash(&[token, &attempt.to_string()]);
    let spread = u32::from_str_radix(&digits[..4], 16).unwrap_or(0) % 512;
    FIRST_WAIT * 2u32.pow(attempt - 1) * (768 + spread) / 1024
}
