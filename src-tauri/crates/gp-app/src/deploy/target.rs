//! Who deploys to an environment: its provider's driver, if this program has one.

use crate::{
    dto::{AppError, ErrorCode},
    judged::Judged,
};
use gp_drivers::docker;
use gp_lab::LabDriver;
use gp_model::Provider;
use gp_plan::Driver;
use std::sync::Arc;

/// A driver, and what only a lab can do.
#[derive(Clone)]
pub struct Target {
    /// Does the steps.
    pub driver: Arc<dyn Driver>,
    /// The same as a lab, where it is one.
    pub lab: Option<LabDriver>,
}

impl Target {
    /// The target of the judged environment.
    pub fn of(judged: &Judged) -> Result<Self, AppError> {
        match judged.resolved.environment.provider {
            Provider::Lab => Ok(Self::lab(LabDriver::default())),
            Provider::Docker => Ok(Self::lab(docker::driver(docker::DockerConfig::default()))),
            provider => Err(AppError::new(
                ErrorCode::Unavailable,
                format!(
                    "this version deploys to the lab only, here or in Docker; for {provider}, export “{}” as Terraform or CloudFormation and apply it with its own tool",
                    judged.environment
                ),
            )),
        }
    }

    /// A lab, wherever it lives.
    pub fn lab(driver: LabDriver) -> Self {
        Self { driver: Arc::new(driver.clone()), lab: Some(driver) }
    }

    /// What is switched off in it, where that can be.
    pub async fn off(&self, design: &str, environment: &str) -> Vec<String> {
        match &self.lab {
            Some(lab) => lab.off(design, environment).await.unwrap_or_default(),
            None => Vec::new(),
        }
    }

    /// Seconds until it ends by itself, where it runs and does.
    pub async fn ends_in(&self, design: &str, environment: &str) -> Option<u64> {
        let info = self.lab.as_ref()?.lab(design, environment).info().await.ok()??;
        info.ends_in
    }
}
