//! A driver of a program that dies in the middle of a run.

use async_trait::async_trait;
use gp_catalog::Resolved;
use gp_model::Diagnostic;
use gp_plan::{
    Desired, Driver, DriverError, Plan,
    driver::{Leftover, Report},
    plan::{Disturbance, Known, PlannedChange, Step},
};
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

/// A driver whose program dies after a number of steps: the last one is done, and nobody hears of it.
pub struct Dying {
    inner: Arc<dyn Driver>,
    left: Mutex<usize>,
    tokens: Mutex<BTreeSet<String>>,
}

impl Dying {
    pub fn new(inner: Arc<dyn Driver>, left: usize) -> Self {
        Self { inner, left: Mutex::new(left), tokens: Mutex::default() }
    }

    /// Of the steps that were taken.
    pub fn tokens(&self) -> BTreeSet<String> {
        self.tokens.lock().expect("nobody panics here").clone()
    }

    /// Waits for it.
    pub async fn dead(&self) {
        while *self.left.lock().expect("nobody panics here") > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

#[async_trait]
impl Driver for Dying {
    fn name(&self) -> &'static str {
        self.inner.name()
    }

    /// One after the other, so that it is known what was under way.
    fn parallelism(&self) -> usize {
        1
    }

    fn desired(&self, resolved: &Resolved) -> Vec<Known> {
        self.inner.desired(resolved)
    }

    fn replaces(&self, kind: &str, attribute: &str) -> bool {
        self.inner.replaces(kind, attribute)
    }

    fn disturbs(&self, change: &PlannedChange, keeps_data: bool) -> Vec<Disturbance> {
        self.inner.disturbs(change, keeps_data)
    }

    fn steps(&self, plan: &Plan) -> Vec<Step> {
        self.inner.steps(plan)
    }

    async fn preflight(&self, desired: &Desired) -> Vec<Diagnostic> {
        self.inner.preflight(desired).await
    }

    async fn live(&self, design: &str, environment: &str) -> Result<Vec<Known>, DriverError> {
        self.inner.live(design, environment).await
    }

    async fn execute(
        &self,
        step: &Step,
        plan: &Plan,
        desired: &Desired,
        report: &Report,
    ) -> Result<Vec<Known>, DriverError> {
        self.tokens.lock().expect("nobody panics here").insert(step.token.clone());
        let made = self.inner.execute(step, plan, desired, report).await?;
        let dies = {
            let mut left = self.left.lock().expect("nobody panics here");
            *left -= 1;
            *left == 0
        };
        if dies {
            std::future::pending::<()>().await;
        }
        Ok(made)
    }

    async fn sweep(&self, design: &str, environment: &str) -> Result<Vec<Leftover>, DriverError> {
        self.inner.sweep(design, environment).await
    }
}
