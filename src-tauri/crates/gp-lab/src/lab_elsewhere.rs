//! The same interface where there is no Linux: every call says so.

use crate::{
    protocol::{LabInfo, Reply, Request},
    running::Running,
};
use std::path::PathBuf;

const MESSAGE: &str = crate::available::NOT_LINUX;

/// How holders would be started.
#[derive(Clone, Debug, Default)]
pub struct LabConfig {
    /// The program that becomes a holder.
    pub program: PathBuf,
    /// Its first arguments.
    pub arguments: Vec<String>,
    /// The folder of the sockets.
    pub folder: PathBuf,
}

/// What can go wrong with a lab.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// There can be none here.
    #[error("{0}")]
    Unavailable(String),
    /// The holder refused.
    #[error("{0}")]
    Refused(String),
    /// Nobody holds such a lab.
    #[error("no lab of this design and environment runs; deploy it first")]
    NotRunning,
    /// The connection to the holder broke.
    #[error("lost the lab: {0}")]
    Lost(#[source] std::io::Error),
}

/// One design in one environment as a lab.
#[derive(Clone, Debug)]
pub struct Lab;

impl Lab {
    /// The lab of a design's environment.
    pub fn new(_config: LabConfig, _design: &str, _environment: &str) -> Self {
        Self
    }

    /// Never runs.
    pub async fn info(&self) -> Result<Option<LabInfo>, LabError> {
        Ok(None)
    }

    /// Nobody holds it.
    pub async fn is_foreign(&self) -> bool {
        false
    }

    /// Says that there is none here.
    pub async fn start(&self, _ttl: Option<u64>) -> Result<(), LabError> {
        Err(LabError::Unavailable(MESSAGE.into()))
    }

    /// Nobody is there to ask.
    pub async fn call(&self, _request: Request) -> Result<Reply, LabError> {
        Err(LabError::NotRunning)
    }

    /// None does.
    pub async fn running(&self) -> Result<Vec<Running>, LabError> {
        Err(LabError::NotRunning)
    }

    /// Nobody has said anything.
    pub async fn log(&self, _space: &str) -> Result<String, LabError> {
        Err(LabError::NotRunning)
    }

    /// Nothing to end.
    pub async fn destroy(&self) -> Result<(), LabError> {
        Ok(())
    }
}

/// None.
pub async fn list(_config: &LabConfig) -> Vec<LabInfo> {
    Vec::new()
}
