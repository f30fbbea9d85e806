//! What the engine says while a run goes on, word for word: for whoever writes it down elsewhere.

use super::{Deployments, lock};
use gp_plan::Event;
use jiff::Timestamp;
use serde::Serialize;
use std::sync::Arc;

/// One event of a run, as the history has it.
#[derive(Clone, Debug, Serialize)]
pub struct Heard {
    /// RFC 3339.
    pub at: String,
    /// The run's number.
    pub run: i64,
    /// Its environment.
    pub environment: String,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// Hears of every event.
pub type Listener = Arc<dyn Fn(&Heard) + Send + Sync>;

impl Deployments {
    /// Has every event of every run told to this listener from now on.
    pub fn listen(&self, listener: Listener) {
        lock(&self.listeners).push(listener);
    }

    pub(super) fn heard(&self, run: i64, environment: &str) -> impl Fn(&Event) + use<> {
        let listeners = lock(&self.listeners).clone();
        let environment = environment.to_owned();
        move |event| {
            if listeners.is_empty() {
                return;
            }
            let at = Timestamp::now().to_string();
            let heard = Heard { at, run, environment: environment.clone(), event: event.clone() };
            for listener in &listeners {
                listener(&heard);
            }
        }
    }
}
