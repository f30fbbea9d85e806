//! Who works on an environment: one run at a time, in all programs of this machine.

use super::{machine::ThisMachine, store_error};
use crate::dto::AppError;
use gp_plan::Store;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    thread,
    time::Duration,
};

/// How long a lease lasts where nobody renews it and nobody sees its process.
const SECONDS: i64 = 900;

/// How often it is renewed while the run goes on: two may be missed.
pub(super) const RENEWED_EVERY: Duration = Duration::from_secs(SECONDS as u64 / 3);

/// Runs of this process, so that two of its windows do not take each other for one.
static RUNS: AtomicU32 = AtomicU32::new(1);

/// The lease on one environment; renewed as long as it is there, given back when it is dropped.
pub(super) struct Lease {
    what: Leased,
    /// Who renews it hears by this that it is over.
    renewing: Option<Sender<()>>,
}

/// A lease that somebody has.
#[derive(Clone)]
struct Leased {
    store: Arc<Store>,
    design: String,
    environment: String,
    holder: String,
}

impl Lease {
    /// Takes it. Refused while another run goes on; a holder that died does not keep it.
    pub fn take(
        store: Arc<Store>,
        design: &str,
        environment: &str,
        renewed_every: Duration,
    ) -> Result<Self, AppError> {
        let run = RUNS.fetch_add(1, Ordering::Relaxed);
        let name = format!("Groundplan (process {}, run {run})", std::process::id());
        let holder = ThisMachine::holder(name);
        store
            .lease(design, environment, &holder, SECONDS, &ThisMachine)
            .map_err(|error| store_error(&error))?;
        let what = Leased {
            store,
            design: design.to_owned(),
            environment: environment.to_owned(),
            holder: holder.name,
        };
        let renewing = what.clone().renewed(renewed_every);
        Ok(Self { what, renewing })
    }
}

impl Leased {
    /// From a thread of its own: a run that keeps everybody else waiting must not lose its lease by that.
    fn renewed(self, every: Duration) -> Option<Sender<()>> {
        let (renewing, over) = channel();
        let renew = move || {
            while over.recv_timeout(every) == Err(RecvTimeoutError::Timeout) {
                self.renew();
            }
        };
        let thread = thread::Builder::new().name("lease".into()).spawn(renew);
        thread.is_ok().then_some(renewing)
    }

    fn renew(&self) {
        let Self { store, design, environment, holder } = self;
        match store.renew(design, environment, holder, SECONDS, &ThisMachine) {
            Ok(true) => {}
            Ok(false) => tracing::warn!(environment, "the lease is not ours any more"),
            Err(error) => tracing::warn!(%error, environment, "the lease could not be renewed"),
        }
    }
}

/// Who works on an environment, if somebody does who lives.
pub(super) fn worker(
    store: &Store,
    design: &str,
    environment: &str,
) -> Result<Option<String>, AppError> {
    store.leased(design, environment, &ThisMachine).map_err(|error| store_error(&error))
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.renewing = None;
        let Leased { store, design, environment, holder } = &self.what;
        if let Err(error) = store.release(design, environment, holder) {
            tracing::warn!(%error, "the lease is over when this program is");
        }
    }
}
