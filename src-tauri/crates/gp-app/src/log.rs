//! The log: a file in the state folder, and the newest lines for the log panel. Secrets never get
//! here, because nothing that logs has one.

use crate::{
    dto::{AppEvent, LogLineDto},
    events::Events,
};
use jiff::Timestamp;
use std::{
    collections::VecDeque,
    fmt::Write as _,
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};
use tracing::{
    Event, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{
    EnvFilter, Layer,
    layer::{Context, SubscriberExt},
    util::SubscriberInitExt,
};

const KEPT: usize = 1000;
/// Past this size the log starts anew at the next start; the old one stays as `.old`.
const LARGEST: u64 = 4 * 1024 * 1024;

/// The newest lines. Shared with the layer that collects them.
#[derive(Clone, Default)]
pub struct Log {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    lines: VecDeque<LogLineDto>,
    file: Option<File>,
    events: Option<Arc<Events>>,
}

impl Log {
    /// Starts logging to `path` (and nowhere else). Once per process; a second call keeps the first.
    /// `GROUNDPLAN_LOG` holds a filter such as `gp_lab=debug`.
    pub fn start(path: &Path) -> Self {
        let log = Self::default();
        log.lock().file = open(path);
        let filter =
            EnvFilter::try_from_env("GROUNDPLAN_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
        // Somebody who embeds us may have a subscriber of their own: theirs wins.
        let _ = tracing_subscriber::registry().with(filter).with(Collect(log.clone())).try_init();
        log
    }

    /// From now on every line is also an event.
    pub fn tell(&self, events: Arc<Events>) {
        self.lock().events = Some(events);
    }

    /// The newest lines, oldest first.
    pub fn tail(&self, count: usize) -> Vec<LogLineDto> {
        let inner = self.lock();
        inner.lines.iter().skip(inner.lines.len().saturating_sub(count)).cloned().collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, line: LogLineDto) {
        let mut inner = self.lock();
        if let Some(file) = &mut inner.file {
            // A full disk must not stop the program from saying so elsewhere.
            let _ = writeln!(file, "{} {:5} {} {}", line.at, line.level, line.target, line.message);
        }
        if inner.lines.len() == KEPT {
            inner.lines.pop_front();
        }
        inner.lines.push_back(line.clone());
        let events = inner.events.clone();
        drop(inner);
        if let Some(events) = events {
            events.tell(&AppEvent::Log(line));
        }
    }
}

fn open(path: &Path) -> Option<File> {
    fs::create_dir_all(path.parent()?).ok()?;
    if fs::metadata(path).is_ok_and(|metadata| metadata.len() > LARGEST) {
        let _ = fs::rename(path, path.with_extension("log.old"));
    }
    OpenOptions::new().create(true).append(true).open(path).ok()
}

struct Collect(Log);

impl<S: Subscriber> Layer<S> for Collect {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut message = Message::default();
        event.record(&mut message);
        self.0.add(LogLineDto {
            at: Timestamp::now().to_string(),
            level: event.metadata().level().as_str().to_lowercase(),
            target: event.metadata().target().to_owned(),
            message: message.0,
        });
    }
}

/// The message first, then the fields.
#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let written = if field.name() == "message" {
            let rest = std::mem::take(&mut self.0);
            write!(self.0, "{value:?}{rest}")
        } else {
            write!(self.0, " {}={value:?}", field.name())
        };
        written.expect("writing to a string");
    }
}
