//! The one ordered channel to every listening user interface.

use crate::dto::AppEvent;
use std::sync::{Mutex, PoisonError};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Who listens. A listener that went away is forgotten at the next event.
#[derive(Debug, Default)]
pub struct Events {
    listeners: Mutex<Vec<UnboundedSender<AppEvent>>>,
}

impl Events {
    /// Every event from now on, in order.
    pub fn subscribe(&self) -> UnboundedReceiver<AppEvent> {
        let (sender, receiver) = unbounded_channel();
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner).push(sender);
        receiver
    }

    /// Tells everybody. Never waits.
    pub fn tell(&self, event: &AppEvent) {
        self.listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|listener| listener.send(event.clone()).is_ok());
    }
}

/// First byte of a frame that carries an event in JSON. `0x02` is reserved for raw scene patches.
const JSON: u8 = 1;

/// An event as it travels to a window: one byte for the kind, then JSON.
pub fn frame(event: &AppEvent) -> Vec<u8> {
    let mut bytes = vec![JSON];
    serde_json::to_writer(&mut bytes, event).expect("events are plain data");
    bytes
}
