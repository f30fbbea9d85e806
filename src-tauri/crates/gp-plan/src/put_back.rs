//! A driver that puts things back as they were made: it does only that, and our account of what was made stays.

use crate::{
    driver::{Desired, Driver, DriverError, Leftover, Report},
    plan::{Disturbance, Known, Plan, PlannedChange, Step},
};
use async_trait::async_trait;
use gp_catalog::Resolved;
use gp_model::Diagnostic;
use std::{collections::BTreeMap, sync::Arc};

/// See the module.
pub struct PutBack {
    driver: Arc<dyn Driver>,
    made: BTreeMap<String, Known>,
}

impl PutBack {
    /// `made`: our account.
    pub fn new(driver: Arc<dyn Driver>, made: &[Known]) -> Self {
        let made = made.iter().map(|known| (known.address.clone(), known.clone())).collect();
        Self { driver, made }
    }

    /// What was not put back has drifted as before: that it was made otherwise must not be forgotten.
    fn as_made(&self, known: Known) -> Known {
        match self.made.get(&known.address) {
            Some(made) => Known { provider_id: known.provider_id, ..made.clone() },
            None => known,
        }
    }
}

#[async_trait]
impl Driver for PutBack {
    fn name(&self) -> &'static str {
        self.driver.name()
    }

    fn parallelism(&self) -> usize {
        self.driver.parallelism()
    }

    fn desired(&self, resolved: &Resolved) -> Vec<Known> {
        self.driver.desired(resolved)
    }

    fn replaces(&self, kind: &str, attribute: &str) -> bool {
        !self.driver.mends(kind, attribute)
    }

    fn disturbs(&self, change: &PlannedChange, keeps_data: bool) -> Vec<Disturbance> {
        self.driver.disturbs(change, keeps_data)
    }

    fn steps(&self, plan: &Plan) -> Vec<Step> {
        self.driver.steps(plan)
    }

    async fn preflight(&self, desired: &Desired) -> Vec<Diagnostic> {
        self.driver.preflight(desired).await
    }

    async fn live(&self, design: &str, environment: &str) -> Result<Vec<Known>, DriverError> {
        self.driver.look(design, environment).await
    }

    async fn execute(
        &self,
        step: &Step,
        plan: &Plan,
        desired: &Desired,
        report: &Report,
    ) -> Result<Vec<Known>, DriverError> {
        let known = self.driver.put_back(step, plan, desired, report).await?;
        Ok(known.into_iter().map(|known| self.as_made(known)).collect())
    }

    async fn sweep(&self, design: &str, environment: &str) -> Result<Vec<Leftover>, DriverError> {
        self.driver.sweep(design, environment).await
    }
}
