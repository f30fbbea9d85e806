//! Ways into a running lab: programs in its servers.

use super::{Deployments, driver_error};
use crate::{dto::AppError, session::Session};
use gp_lab::{Lab, LabError};

impl Deployments {
    /// The lab of an open design's environment, running or not.
    pub fn lab_inside(&self, session: &Session, environment: &str) -> Result<Lab, AppError> {
        Ok(self.lab_driver().lab(&self.identity(session)?.id, environment))
    }

    /// The lab that runs on this machine, if it is the only one.
    pub async fn only_lab(&self) -> Result<Lab, AppError> {
        match &self.lab_driver().list().await[..] {
            [] => Err(AppError::not_found("no lab runs; deploy a design first")),
            [one] => Ok(self.lab_driver().lab(&one.design, &one.environment)),
            _ => Err(AppError::not_found(
                "several labs run (`groundplan labs` lists them): name the design, too",
            )),
        }
    }
}

/// What went wrong with a lab, as the interface branches on it.
pub fn lab_error(error: LabError) -> AppError {
    driver_error(&error.into())
}
