//! The one trait that every target implements.

use crate::{
    FileSet,
    event::Event,
    plan::{Action, Disturbance, Known, Plan, PlannedChange, Step},
};
use async_trait::async_trait;
use gp_catalog::Resolved;
use gp_model::{Diagnostic, Edit, Value};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What should be.
#[derive(Clone, Debug)]
pub struct Desired {
    /// The meaning of the drawing in this environment.
    pub resolved: Arc<Resolved>,
    /// One entry per real thing, in the driver's own grain ([`Driver::desired`] makes them).
    pub resources: Vec<Known>,
    /// The exported template, for stack drivers. Filled by `gp-app`.
    pub artifact: Option<FileSet>,
}

/// Why the world did not do what we asked.
#[derive(Debug, thiserror::Error)]
pub enum DriverError {
    /// The target is not usable here; the message says what to do.
    #[error("{0}")]
    Unavailable(String),
    /// The target refused; will not change by itself.
    #[error("{0}")]
    Refused(String),
    /// A passing fault: time-out, throttling, 5xx.
    #[error("{0}")]
    Transient(String),
    /// Stopped by the user.
    #[error("cancelled")]
    Cancelled,
}

impl DriverError {
    /// Whether trying again may help.
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Transient(_))
    }
}

/// What is still there after a destroy, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Leftover {
    /// What.
    pub what: String,
    /// `vanishes on DATE`, `left on purpose: …`, `left, because …`.
    pub why: String,
    /// Whether it counts as left behind.
    pub counts: bool,
}

/// Where a driver reports to. Cheap to clone.
pub type Report = Arc<dyn Fn(Event) + Send + Sync>;

/// A target that things can be deployed to. Implementations hold their own connection.
#[async_trait]
pub trait Driver: Send + Sync {
    /// Its word: `lab`, `docker`, `aws`.
    fn name(&self) -> &'static str;

    /// How many steps may run side by side.
    fn parallelism(&self) -> usize {
        1
    }

    /// What real things the meaning asks for, with the attributes that plans compare.
    fn desired(&self, resolved: &Resolved) -> Vec<Known>;

    /// Whether a changed attribute of a kind forces a replacement.
    fn replaces(&self, kind: &str, attribute: &str) -> bool;

    /// What a change does to those who use the thing.
    fn disturbs(&self, change: &PlannedChange, keeps_data: bool) -> Vec<Disturbance> {
        match change.action {
            Action::Delete | Action::Replace if keeps_data => {
                vec![Disturbance::ConnectionLoss, Disturbance::DataLoss]
            }
            Action::Delete | Action::Replace => vec![Disturbance::ConnectionLoss],
            _ => Vec::new(),
        }
    }

    /// Groups the changes of a plan into steps. One per act unless the driver is a stack driver.
    fn steps(&self, plan: &Plan) -> Vec<Step> {
        crate::plan::step_per_act(plan)
    }

    /// Whether it can work here and now; each problem a diagnostic with the way out.
    async fn preflight(&self, desired: &Desired) -> Vec<Diagnostic>;

    /// What is really there, found by token, tag or name; never by our state alone.
    async fn live(&self, design: &str, environment: &str) -> Result<Vec<Known>, DriverError>;

    /// The same as the world shows it, however long that takes: what drift is found by. For drivers whose `live` is
    /// only what was told.
    async fn look(&self, design: &str, environment: &str) -> Result<Vec<Known>, DriverError> {
        self.live(design, environment).await
    }

    /// Whether an attribute that drifted can be put back in place.
    fn mends(&self, kind: &str, attribute: &str) -> bool {
        !self.replaces(kind, attribute)
    }

    /// How the design follows an attribute that drifted, or (no attribute) that a thing vanished; empty where it
    /// maps back onto nothing that is drawn.
    fn accepts(&self, _made: &Known, _attribute: Option<&str>, _is: Option<&Value>) -> Vec<Edit> {
        Vec::new()
    }

    /// Does one step of a plan that puts things back as they were made ([`crate::drift::put_back`]): what `desired`
    /// says is not what is drawn.
    async fn put_back(
        &self,
        step: &Step,
        plan: &Plan,
        desired: &Desired,
        report: &Report,
    ) -> Result<Vec<Known>, DriverError> {
        self.execute(step, plan, desired, report).await
    }

    /// What ends by itself does so in so many seconds from now, or (`None`) not at all. For drivers whose things
    /// know nothing of an end, our state does.
    async fn end_in(
        &self,
        _design: &str,
        _environment: &str,
        _seconds: Option<u64>,
    ) -> Result<(), DriverError> {
        Ok(())
    }

    /// Does one step. Called again with the same token after a crash: must be idempotent.
    async fn execute(
        &self,
        step: &Step,
        plan: &Plan,
        desired: &Desired,
        report: &Report,
    ) -> Result<Vec<Known>, DriverError>;

    /// After everything is destroyed: what is still there. May end what holds nothing any more, so only
    /// whoever has the lease on the environment asks.
    async fn sweep(&self, design: &str, environment: &str) -> Result<Vec<Leftover>, DriverError>;
}
