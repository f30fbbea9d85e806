//! The one ordered channel to every listening user interface.

use crate::dto::AppEvent;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Who listens. A listener that went away is forgotten at the next event.
#[derive(Debug, Default)]
pub struct Events {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    listeners: Vec<UnboundedSender<AppEvent>>,
    /// What was asked of a window before there was one.
    waiting: Vec<AppEvent>,
}

impl Inner {
    fn tell(&mut self, event: &AppEvent) {
        self.listeners.retain(|listener| listener.send(event.clone()).is_ok());
    }
}

impl Events {
    /// Every event from now on, in order; before them, what was asked while nobody listened.
    pub fn subscribe(&self) -> UnboundedReceiver<AppEvent> {
        let (sender, receiver) = unbounded_channel();
        let mut inner = self.inner();
        inner.listeners.push(sender);
        for event in std::mem::take(&mut inner.waiting) {
            inner.tell(&event);
        }
        receiver
    }

    /// Tells everybody. Never waits.
    pub fn tell(&self, event: &AppEvent) {
        self.inner().tell(event);
    }

    /// Tells everybody something that a window must do: where nobody listens yet, whoever does first.
    pub fn ask(&self, event: AppEvent) {
        let mut inner = self.inner();
        inner.tell(&event);
        if inner.listeners.is_empty() {
            inner.waiting.push(event);
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(receiver: &mut UnboundedReceiver<AppEvent>) -> Vec<String> {
        let mut paths = Vec::new();
        while let Ok(AppEvent::OpenRequested { path }) = receiver.try_recv() {
            paths.push(path);
        }
        paths
    }

    #[test]
    fn what_is_asked_before_a_window_listens_waits_for_the_first_one() {
        let events = Events::default();
        let open = |path: &str| events.ask(AppEvent::OpenRequested { path: path.to_owned() });
        drop(events.subscribe());
        open("a");
        open("b");
        events.tell(&AppEvent::DocumentClosed { session: 1 });
        let mut first = events.subscribe();
        let mut second = events.subscribe();
        open("c");
        assert_eq!(paths(&mut first), ["a", "b", "c"]);
        assert_eq!(paths(&mut second), ["c"], "asked once, done once");
    }
}
