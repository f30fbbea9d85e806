//! A run in whose middle its program died: found, said in words, and gone on with where what is left
//! to do is what was approved then. Decides nothing about plans itself: see [`Plan::is_rest_of`].

use super::{lease, store_error};
use crate::dto::AppError;
use gp_plan::{Plan, Store, store::Run};
use jiff::Timestamp;

/// A run that has no end.
pub(super) struct Interrupted {
    run: Run,
    /// Tokens of its steps that are done.
    done: Vec<String>,
}

impl Interrupted {
    /// The newest run of an environment, if nobody is at it.
    pub fn find(store: &Store, design: &str, environment: &str) -> Result<Option<Self>, AppError> {
        let Some(seen) = Self::newest(store, design, environment)? else { return Ok(None) };
        if lease::worker(store, design, environment)?.is_some() {
            return Ok(None);
        }
        // It may have ended, and its lease with it, between the two questions.
        let again = Self::newest(store, design, environment)?;
        Ok(again.filter(|again| again.run.id == seen.run.id))
    }

    /// The newest run without an end, for whoever holds the lease.
    pub fn newest(
        store: &Store,
        design: &str,
        environment: &str,
    ) -> Result<Option<Self>, AppError> {
        let find = || {
            let Some(run) = store.interrupted(design, environment)? else { return Ok(None) };
            let done = store.done_steps(run.id)?;
            Ok(Some(Self { run, done }))
        };
        find().map_err(|error| store_error(&error))
    }

    /// "a deploy that began … did not end; 2 of 12 steps are done".
    pub fn words(&self) -> String {
        let Run { kind, started, plan, .. } = &self.run;
        let (done, all) = (self.done.len(), plan.steps.len());
        let began = moment(started);
        format!("a {kind} that began on {began} did not end; {done} of {all} steps are done")
    }

    /// The plan to go on with, and its run.
    pub fn rest(self, kind: &str, plan: &Plan) -> Option<(Plan, i64)> {
        let goes_on = self.run.kind == kind && plan.is_rest_of(&self.run.plan, &self.done);
        goes_on.then_some((self.run.plan, self.run.id))
    }
}

/// "2026-11-27 at 23:10 UTC", of a moment in the state.
pub(super) fn moment(written: &str) -> String {
    let at = written.parse::<Timestamp>();
    at.map_or_else(|_| written.to_owned(), |at| at.strftime("%Y-%m-%d at %H:%M UTC").to_string())
}
