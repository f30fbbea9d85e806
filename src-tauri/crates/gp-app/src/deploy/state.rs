//! A state file that is of no use: what runs can be found and ended without it, and it can be repaired.

use super::{Deployments, lock, store_error};
use crate::dto::{AppError, ErrorCode};
use gp_plan::{
    Store,
    store::{self, Origin, Repaired, StoreError},
};
use std::sync::Arc;

impl Deployments {
    /// Whether the state file can be read, all of it; none is made for the question.
    pub fn check_state(&self) -> Result<(), AppError> {
        self.checked().map_err(|error| store_error(&error))
    }

    fn checked(&self) -> Result<(), StoreError> {
        let path = self.places.database();
        if path.is_file() { Store::open(&path)?.check() } else { Ok(()) }
    }

    /// Goes on without a state file where it is damaged or a newer program's, and says so: a lab's holder knows what it
    /// holds, so that it can be ended without our account of it.
    pub fn without_useless_state(&self) -> Result<Option<AppError>, AppError> {
        let problem = match self.checked() {
            Err(error) if error.is_of_the_file() => error,
            Ok(()) | Err(_) => return Ok(None),
        };
        let store = Store::in_memory().map_err(|error| store_error(&error))?;
        *lock(&self.store) = Some(Arc::new(store));
        Ok(Some(store_error(&problem)))
    }

    /// Makes a new state file of what can be read of a damaged one, which stays beside it.
    pub fn repair_state(&self) -> Result<Option<Repaired>, AppError> {
        let path = self.places.database();
        if !path.is_file() {
            let message = format!("there is no state file yet ({})", path.display());
            return Err(AppError::new(ErrorCode::NotFound, message));
        }
        *lock(&self.store) = None;
        store::repair(&path).map_err(|error| store_error(&error))
    }

    /// From where a design was deployed, where that is known.
    pub(super) fn origin(&self, design: &str) -> Result<Option<Origin>, AppError> {
        if !self.places.database().is_file() {
            return Ok(None);
        }
        let path = self.places.database();
        let store = lock(&self.store).clone();
        let store = store.map_or_else(|| Store::open(&path).map(Arc::new), Ok);
        match store.and_then(|store| store.origin(design)) {
            // That it cannot be known is said by whoever needs it.
            Err(error) if error.is_of_the_file() => Ok(None),
            origin => origin.map_err(|error| store_error(&error)),
        }
    }
}
