//! When an environment's time is over: remembered when a deploy ends, put off by `extend`.

use super::{Deployments, Prepared, driver_error, store_error};
use crate::{
    dto::{AppError, DeployStatusDto, ErrorCode},
    session::Session,
};
use gp_plan::{clock::Moment, store::Ending};

/// Seconds of "2 hours" or 45min.
pub fn seconds_of(text: &str) -> Result<u64, AppError> {
    gp_catalog::units::duration(text).map_err(|message| AppError::new(ErrorCode::Refused, message))
}

impl Deployments {
    /// A deploy gives an environment its whole time to live again, and never less than somebody gave it since. One without
    /// a time to live does not end by itself any more.
    pub(super) async fn remember_end(&self, prepared: &Prepared) -> Result<(), AppError> {
        let (design, environment) = (&prepared.plan.design, &prepared.plan.environment);
        let store = self.store()?;
        if prepared.destroy {
            store.clear_ending(design, environment).map_err(|error| store_error(&error))?;
            return store.heed_all(design, environment).map_err(|error| store_error(&error));
        }
        let now = Moment::now();
        let drawn = prepared.judged.resolved.environment.ttl_seconds;
        let given = store.ending(design, environment).map_err(|error| store_error(&error))?;
        let given = given.map_or(0, |ending| ending.left(&now).max(0).unsigned_abs());
        self.end_in(prepared, drawn.map(|seconds| seconds.max(given))).await
    }

    /// What runs ends in so many seconds from now, whatever the drawing says of the next deploy.
    pub async fn extend(
        &self,
        session: &Session,
        environment: &str,
        seconds: u64,
    ) -> Result<DeployStatusDto, AppError> {
        if seconds == 0 {
            let message = "it would end at once: destroy it instead, by a plan";
            return Err(AppError::new(ErrorCode::Refused, message));
        }
        let prepared = self.prepare(session, environment, true).await?;
        if !super::status::stands(&prepared) {
            let message = format!("nothing of this design runs in {environment}: deploy it first");
            return Err(AppError::not_found(message));
        }
        self.end_in(&prepared, Some(seconds)).await?;
        let dto = self.status(session, environment).await?;
        self.events.tell(&crate::dto::AppEvent::Deploy(dto.clone()));
        Ok(dto)
    }

    async fn end_in(&self, prepared: &Prepared, seconds: Option<u64>) -> Result<(), AppError> {
        let (design, environment) = (&prepared.plan.design, &prepared.plan.environment);
        let told = prepared.target.driver.end_in(design, environment, seconds).await;
        told.map_err(|error| driver_error(&error))?;
        let provider = prepared.judged.resolved.environment.provider.to_string();
        let store = self.store()?;
        let written = match seconds {
            Some(seconds) => {
                let end = Ending::after(&Moment::now(), seconds, design, environment, &provider);
                store.set_ending(&end)
            }
            None => store.clear_ending(design, environment),
        };
        written.map_err(|error| store_error(&error))
    }

    /// Seconds until it ends: by its holder's account where it has one, else by ours.
    pub(super) async fn ends_in(&self, prepared: &Prepared) -> Result<Option<u64>, AppError> {
        let (design, environment) = (&prepared.plan.design, &prepared.plan.environment);
        if prepared.target.lab.is_some() {
            return Ok(prepared.target.ends_in(design, environment).await);
        }
        let ending = self.store()?.ending(design, environment);
        let ending = ending.map_err(|error| store_error(&error))?;
        Ok(ending.map(|ending| ending.left(&Moment::now()).max(0).unsigned_abs()))
    }
}
