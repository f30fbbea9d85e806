//! The journal on disk: every edit since the last save. Its form is `gp_model::journal`'s; here it
//! is named, written ([`writer`]), found again after a crash ([`left`]) and taken away.
//!
//! Each open design has a journal of its own, locked as long as its program lives: who can lock it
//! knows that nobody works with it any more. Two programs on one file never share one.

mod left;
mod writer;

pub use left::{Recovered, is_journal, lost, unsaved};

use crate::{disk, dto::AppEvent, events::Events, places::Places};
use gp_model::journal::{self, Act, Header, Record};
use jiff::Timestamp;
use std::{
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};
use writer::Writer;

/// How journals of designs without a file are named, followed by a number of their own.
const UNTITLED: &str = "untitled";

/// The ending of a journal's name.
const ENDING: &str = "jsonl";

/// Whose journal it is: who hears that it cannot be written, and where it lies.
#[derive(Clone)]
pub struct Owner {
    /// The session's number.
    pub session: u32,
    /// Who hears of trouble.
    pub events: Arc<Events>,
    /// The program's folders.
    pub places: Places,
    /// Trouble was told, and is not over.
    told: Arc<AtomicBool>,
}

/// The journal of one open design. Writes nothing before the first act.
pub struct Journal {
    path: PathBuf,
    header: Header,
    owner: Owner,
    writer: Option<Writer>,
    /// Whether acts are written at all.
    kept: bool,
}

impl Owner {
    /// The session with this number.
    pub fn new(session: u32, events: &Arc<Events>, places: &Places) -> Self {
        let (events, places) = (Arc::clone(events), places.clone());
        Self { session, events, places, told: Arc::default() }
    }

    /// Tells the windows that edits are not kept: once until they are again.
    fn failed(&self, error: &io::Error) {
        if self.told.swap(true, Ordering::Relaxed) {
            return;
        }
        let folder = self.places.journals();
        let message = format!(
            "unsaved edits are not kept in case the program dies: “{}” cannot be written: {}; save often",
            folder.display(),
            disk::reason(error)
        );
        tracing::error!("{message}");
        self.events.tell(&AppEvent::JournalFailed { session: self.session, message });
    }

    fn succeeded(&self) {
        if self.told.swap(false, Ordering::Relaxed) {
            tracing::info!("unsaved edits are kept again in case the program dies");
        }
    }
}

impl Journal {
    /// The journal of a design whose edits start from this text; `id`: what the design goes by.
    pub fn new(owner: &Owner, design: Option<&Path>, id: Option<&str>, text: &str) -> Self {
        let of = design.map_or_else(|| UNTITLED.to_owned(), key);
        let name = format!("{of}-{}.{ENDING}", uuid::Uuid::new_v4());
        let path = design.map(|path| path.display().to_string());
        Self {
            path: owner.places.journals().join(name),
            header: Header::new(text.to_owned(), path, id.map(str::to_owned)),
            owner: owner.clone(),
            writer: None,
            kept: true,
        }
    }

    /// For one command that saves or fails before anybody could lose anything.
    pub fn none(owner: &Owner) -> Self {
        Self { kept: false, ..Self::new(owner, None, None, "") }
    }

    /// Adds an act.
    pub fn append(&mut self, act: Act) {
        self.record(&Record { at: Timestamp::now().to_string(), act });
    }

    /// Adds an act of some time. It is written when this returns, so that a program that dies loses
    /// nothing; it is synced a moment later, for a machine that dies. Where it cannot be written,
    /// the windows hear so once, and it is tried again.
    pub fn record(&mut self, record: &Record) {
        if !self.kept {
            return;
        }
        let writer = self.writer.get_or_insert_with(|| {
            Writer::start(&self.path, journal::encode_header(&self.header), &self.owner)
        });
        writer.write(&journal::encode(record));
    }

    /// Waits until everything in it is on disk.
    pub fn sync(&self) -> io::Result<()> {
        self.writer.as_ref().map_or(Ok(()), Writer::sync)
    }

    /// Takes the journal away: everything in it is saved, or not wanted.
    pub fn discard(&mut self) {
        if let Some(writer) = self.writer.take() {
            writer.remove();
        }
    }
}

/// One for all spellings of a path.
fn key(path: &Path) -> String {
    disk::key(&path.canonicalize().unwrap_or_else(|_| path.to_owned()))
}

#[cfg(test)]
mod tests;
