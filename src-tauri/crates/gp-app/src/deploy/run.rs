//! One run: the lease, the walk, the verification, and every line of the Deploy panel on the way.

use super::{
    Approved, Deployments, Found, Prepared, Running, Status, driver_error, lease::Lease, lock,
    store_error, verify,
};
use crate::dto::{AppError, DeployStatusDto};
use gp_plan::{
    Cancel, Event, Outcome,
    walk::{Walk, walk},
};
use std::{sync::Arc, time::Instant};

impl Deployments {
    /// Walks an approved plan under a lease, then verifies what it deployed or sweeps what it destroyed.
    pub async fn carry_out(
        &self,
        session: u32,
        approved: Approved,
    ) -> Result<DeployStatusDto, AppError> {
        let Approved { prepared, run, lease, .. } = approved;
        let environment = prepared.plan.environment.clone();
        self.walk_and_look(session, &environment, &prepared, run, lease).await?;
        Ok(lock(&self.running(session, &environment).status).dto(session, &environment))
    }

    /// The lease is given back before the last word of the run: whoever hears it may begin another.
    async fn walk_and_look(
        &self,
        session: u32,
        environment: &str,
        prepared: &Arc<Prepared>,
        run: i64,
        lease: Lease,
    ) -> Result<(), AppError> {
        let cancel = self.start(session, environment, prepared, run);
        let began = Instant::now();
        let outcome = self.walk(session, environment, prepared, run, cancel).await?;
        let seconds = began.elapsed().as_secs_f32();
        let (kind, complete) = (kind_of(prepared), outcome.is_complete());
        tracing::info!(environment, run, complete, seconds, "{kind} ended");
        let walked = |status: &mut Status| status.walked(prepared, &outcome, seconds);
        if complete && !prepared.puts_back {
            self.remember_end(prepared).await?;
        }
        if !outcome.is_complete() || !(prepared.destroy || prepared.target.lab.is_some()) {
            drop(lease);
            self.tell(session, environment, walked);
            return Ok(());
        }
        self.tell(session, environment, walked);
        if prepared.destroy {
            self.swept(session, environment, prepared, lease).await
        } else {
            self.tried(session, environment, prepared, lease).await
        }
    }

    fn start(&self, session: u32, environment: &str, prepared: &Arc<Prepared>, run: i64) -> Cancel {
        let cancel = Cancel::default();
        {
            let mut all = lock(&self.running);
            let running = all.entry((session, environment.to_owned())).or_insert_with(Running::new);
            running.cancel = cancel.clone();
            running.approved = Some((Arc::clone(prepared), run));
            let (target, design) = (prepared.target.clone(), prepared.plan.design.clone());
            running.found = Some(Found { target, design, stands: !prepared.destroy });
        }
        let steps = prepared.plan.steps.len();
        tracing::info!(environment, run, steps, "{} begins", kind_of(prepared));
        let done = self.store().ok().and_then(|store| store.done_steps(run).ok());
        let done = done.map_or(0, |steps| steps.len() as u32);
        self.tell(session, environment, |status| status.start(prepared, done));
        cancel
    }

    async fn walk(
        &self,
        session: u32,
        environment: &str,
        prepared: &Prepared,
        run: i64,
        cancel: Cancel,
    ) -> Result<Outcome, AppError> {
        let status = self.running(session, environment).status;
        let events = Arc::clone(&self.events);
        let place = environment.to_owned();
        let heard = self.heard(run, environment);
        let report = Arc::new(move |event: Event| {
            heard(&event);
            let dto = {
                let mut status = lock(&status);
                status.heard(&event);
                status.dto(session, &place)
            };
            events.tell(&crate::dto::AppEvent::Deploy(dto));
        });
        let store = self.store()?;
        walk(&Walk {
            plan: &prepared.plan,
            desired: &prepared.desired,
            driver: &*prepared.target.driver,
            store: &store,
            run,
            report,
            cancel,
        })
        .await
        .map_err(|error| store_error(&error))
    }

    async fn tried(
        &self,
        session: u32,
        environment: &str,
        prepared: &Prepared,
        lease: Lease,
    ) -> Result<(), AppError> {
        self.tell(session, environment, |status| status.state = "verifying");
        let result = verify::verify(prepared).await;
        let ends_in = self.ends_in(prepared).await?;
        drop(lease);
        self.tell(session, environment, |status| {
            status.state = "running";
            status.ends_in(ends_in);
            match &result {
                Ok(compared) => status.verified(compared),
                Err(error) => status.could_not_verify(error),
            }
        });
        result.map(|_| ())
    }

    async fn swept(
        &self,
        session: u32,
        environment: &str,
        prepared: &Prepared,
        lease: Lease,
    ) -> Result<(), AppError> {
        let left = prepared.target.driver.sweep(&prepared.plan.design, environment).await;
        let left = left.map_err(|error| driver_error(&error))?;
        drop(lease);
        self.tell(session, environment, |status| status.swept(&left));
        Ok(())
    }
}

/// What a run is called in the state and in the log.
pub(super) fn kind_of(prepared: &Prepared) -> &'static str {
    match (prepared.destroy, prepared.puts_back) {
        (true, _) => "destroy",
        (false, true) => "put-back",
        (false, false) => "deploy",
    }
}
