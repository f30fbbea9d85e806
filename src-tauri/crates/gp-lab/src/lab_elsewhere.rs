//! The same interface where there is no Linux: labs live in a house, and without one every call says so.

use crate::{
    house::{self, House},
    protocol::{LabInfo, Reply, Request, VERSION},
    running::Running,
};
use std::{path::PathBuf, sync::Arc};

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
pub struct Lab {
    design: String,
    environment: String,
    house: Option<Arc<dyn House>>,
}

impl Lab {
    /// The lab of a design's environment.
    pub fn new(_config: LabConfig, design: &str, environment: &str) -> Self {
        Self { design: design.to_owned(), environment: environment.to_owned(), house: None }
    }

    /// The same, where it lives somewhere else.
    #[must_use]
    pub fn in_house(self, house: Option<Arc<dyn House>>) -> Self {
        Self { house, ..self }
    }

    /// Who holds it, if anybody does.
    pub async fn info(&self) -> Result<Option<LabInfo>, LabError> {
        match self.call(Request::Hello).await {
            Ok(Reply::Hello(info)) => Ok(Some(info)),
            Ok(_) => Err(LabError::Refused("the lab's holder answered nonsense".into())),
            Err(LabError::NotRunning) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether another version of this program holds it, which can only be asked to end it.
    pub async fn is_foreign(&self) -> bool {
        self.info().await.is_ok_and(|info| info.is_some_and(|info| info.version != VERSION))
    }

    /// Starts a holder in its house unless one runs; without a house there can be none here.
    pub async fn start(&self, ttl: Option<u64>) -> Result<(), LabError> {
        let Some(house) = &self.house else { return Err(LabError::Unavailable(MESSAGE.into())) };
        match self.info().await? {
            Some(_) => Ok(()),
            None => house.start(&self.design, &self.environment, ttl).await,
        }
    }

    /// Asks the holder; without a house nobody is there to ask.
    pub async fn call(&self, request: Request) -> Result<Reply, LabError> {
        let Some(house) = &self.house else { return Err(LabError::NotRunning) };
        house::call(&**house, &self.design, &self.environment, request).await
    }

    /// None does.
    pub async fn running(&self) -> Result<Vec<Running>, LabError> {
        Err(LabError::NotRunning)
    }

    /// Nobody has said anything.
    pub async fn log(&self, _space: &str) -> Result<String, LabError> {
        Err(LabError::NotRunning)
    }

    /// Ends it.
    pub async fn destroy(&self) -> Result<(), LabError> {
        let Some(house) = &self.house else { return Ok(()) };
        house.end(&self.design, &self.environment).await
    }
}

/// None.
pub async fn list(_config: &LabConfig) -> Vec<LabInfo> {
    Vec::new()
}
