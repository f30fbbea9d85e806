//! Carries out an approved plan: independent steps side by side, dependents of a failure skipped,
//! state written before and after every step.

use crate::{
    driver::{Desired, Driver, DriverError, Report},
    event::Event,
    plan::{Action, Known, Plan, Step, short_hash},
    store::{Store, StoreError},
};
use futures::{StreamExt, stream::FuturesUnordered};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
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
    let mut waiting: Vec<&Step> =
        walk.plan.steps.iter().filter(|step| !outcome.done.contains(&step.token)).collect();
    let mut running = FuturesUnordered::new();
    let mut unwritten: Vec<Taken<'_>> = Vec::new();
    let mut broken = None;
    loop {
        skip_hopeless(walk, &mut waiting, &mut outcome);
        while broken.is_none() && running.len() < walk.driver.parallelism().max(1) {
            let Some(step) = next(&mut waiting, &outcome) else { break };
            match walk.store.intend(walk.run, step) {
                Ok(()) => running.push(async move { (step, take(walk, step).await) }),
                Err(error) => broken = Some(error),
            }
        }
        let Some(taken) = running.next().await else { break };
        match written(walk, &taken) {
            Ok(()) => note(taken, &mut outcome),
            Err(error) => {
                broken.get_or_insert(error);
                unwritten.push(taken);
            }
        }
    }
    if let Some(error) = broken {
        // What was in the way, such as another program's lock, may be gone by now.
        unwritten.retain(|taken| written(walk, taken).is_err());
        tracing::error!(%error, unwritten = unwritten.len(), "the state cannot be written");
        return Err(error);
    }
    for step in waiting {
        skip(walk, step, "it waits for a step that is not in the plan", &mut outcome);
    }
    walk.store.end(walk.run, outcome.word(&walk.cancel))?;
    Ok(outcome)
}

/// Takes the next step out of the queue that waits for nothing.
fn next<'a>(waiting: &mut Vec<&'a Step>, outcome: &Outcome) -> Option<&'a Step> {
    let ready = |step: &&Step| step.after.iter().all(|token| outcome.done.contains(token));
    let index = waiting.iter().position(ready)?;
    Some(waiting.remove(index))
}

fn written(walk: &Walk<'_>, (step, result): &Taken<'_>) -> Result<(), StoreError> {
    match result {
        Ok(made) => walk.store.done(walk.run, walk.plan, step, made),
        Err(error) => walk.store.failed(walk.run, step, &error.to_string()),
    }
}

fn note((step, result): Taken<'_>, outcome: &mut Outcome) {
    let token = step.token.clone();
    match result {
        Ok(_) => {
            outcome.done.insert(token);
        }
        Err(error) => {
            outcome.failed.insert(token, error.to_string());
        }
    }
}

/// Takes steps out of the queue that will never run: cancelled, or behind a failure.
fn skip_hopeless(walk: &Walk<'_>, waiting: &mut Vec<&Step>, outcome: &mut Outcome) {
    loop {
        let hopeless = waiting.iter().position(|step| {
            walk.cancel.is_cancelled()
                || step
                    .after
                    .iter()
                    .any(|t| outcome.failed.contains_key(t) || outcome.skipped.contains_key(t))
        });
        let Some(index) = hopeless else { return };
        let step = waiting.remove(index);
        let because =
            if walk.cancel.is_cancelled() { "cancelled" } else { "something it depends on failed" };
        skip(walk, step, because, outcome);
    }
}

fn skip(walk: &Walk<'_>, step: &Step, because: &str, outcome: &mut Outcome) {
    tell(walk, Event::Skipped { token: step.token.clone(), because: because.to_owned() });
    outcome.skipped.insert(step.token.clone(), because.to_owned());
}

/// One step with its retries.
async fn take(walk: &Walk<'_>, step: &Step) -> Result<Vec<Known>, DriverError> {
    let token = &step.token;
    tell(walk, Event::Started { token: token.clone(), what: words(step) });
    let began = Instant::now();
    let mut attempt = 1;
    if step.action == Action::Forget {
        // Nothing is there: only our own account changes.
        tell(walk, Event::Finished { token: token.clone(), milliseconds: 0 });
        return Ok(Vec::new());
    }
    loop {
        let error = match walk.driver.execute(step, walk.plan, walk.desired, &walk.report).await {
            Ok(made) => {
                let milliseconds = began.elapsed().as_millis() as u32;
                tell(walk, Event::Finished { token: token.clone(), milliseconds });
                return Ok(made);
            }
            Err(error) => error,
        };
        let retryable = error.is_retryable();
        if !retryable || attempt >= ATTEMPTS || walk.cancel.is_cancelled() {
            tell(
                walk,
                Event::Failed { token: token.clone(), message: error.to_string(), retryable },
            );
            return Err(error);
        }
        let wait = pause(token, attempt);
        let message = format!("{error}; trying again in {:.1} s", wait.as_secs_f32());
        tell(walk, Event::Progress { token: token.clone(), message, part: None, whole: None });
        tokio::time::sleep(wait).await;
        attempt += 1;
    }
}

/// Exponential, with a jitter of ±25 % that comes from the token: no randomness, no stampede.
fn pause(token: &str, attempt: u32) -> Duration {
    let digits = short_hash(&[token, &attempt.to_string()]);
    let spread = u32::from_str_radix(&digits[..4], 16).unwrap_or(0) % 512;
    FIRST_WAIT * 2u32.pow(attempt - 1) * (768 + spread) / 1024
}

fn words(step: &Step) -> String {
    let verb = match step.action {
        Action::Create => "create",
        Action::Update => "change",
        Action::Replace => "replace",
        Action::Delete => "delete",
        Action::Adopt => "adopt",
        Action::Forget => "forget",
        Action::NoOp => "keep",
    };
    format!("{verb} {}", step.changes.join(", "))
}

fn tell(walk: &Walk<'_>, event: Event) {
    if let Err(error) = walk.store.event(walk.run, &event) {
        // The history is for people; losing a line of it must not stop the run.
        tracing::warn!(%error, "an event could not be written to the history");
    }
    (walk.report)(event);
}
