//! Who works on an environment: one run at a time, in all programs of this machine.

use super::store_error;
use crate::dto::AppError;
use gp_plan::{Store, store::StoreError};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

/// A run that takes longer renews its lease by ending and being tried again; labs take a second.
const SECONDS: i64 = 900;

/// How a holder names itself; the number in it tells whether it still lives.
const HOLDER: &str = "Groundplan (process ";

/// Runs of this process, so that two of its windows do not take each other for one.
static RUNS: AtomicU32 = AtomicU32::new(1);

/// The lease on one environment; given back when it is dropped.
pub(super) struct Lease {
    store: Arc<Store>,
    design: String,
    environment: String,
    holder: String,
}

impl Lease {
    /// Takes it. Refused while another run goes on; a holder that died does not keep it.
    pub fn take(store: Arc<Store>, design: &str, environment: &str) -> Result<Self, AppError> {
        let run = RUNS.fetch_add(1, Ordering::Relaxed);
        let holder = format!("{HOLDER}{}, run {run})", std::process::id());
        let taken = match store.lease(design, environment, &holder, SECONDS) {
            Err(StoreError::Leased { holder: dead, .. }) if is_dead(&dead) => store
                .release(design, environment, &dead)
                .and_then(|()| store.lease(design, environment, &holder, SECONDS)),
            taken => taken,
        };
        taken.map_err(|error| store_error(&error))?;
        Ok(Self { store, design: design.to_owned(), environment: environment.to_owned(), holder })
    }
}

/// Who works on an environment, if somebody does who lives.
pub(super) fn worker(
    store: &Store,
    design: &str,
    environment: &str,
) -> Result<Option<String>, AppError> {
    let holder = store.leased(design, environment).map_err(|error| store_error(&error))?;
    Ok(holder.filter(|holder| !is_dead(holder)))
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Err(error) = self.store.release(&self.design, &self.environment, &self.holder) {
            tracing::warn!(%error, "the lease runs out by itself");
        }
    }
}

/// Only where the system shows its processes; elsewhere a lease runs out by itself.
fn is_dead(holder: &str) -> bool {
    let process = holder.strip_prefix(HOLDER).and_then(|rest| rest.split([',', ')']).next());
    let shown = Path::new("/proc/self").exists();
    shown && process.is_some_and(|process| !Path::new("/proc").join(process).exists())
}
