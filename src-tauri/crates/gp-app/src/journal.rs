//! The journal on disk: every edit since the last save, synced within [`SYNC_EVERY`]. Its form is
//! `gp_model::journal`'s; here it is written, found again after a crash, and taken away.

use crate::{
    disk,
    dto::{RecoveryDto, VersionDto},
    places::Places,
};
use gp_model::{
    Design,
    journal::{self, Act, Header, Record},
};
use jiff::Timestamp;
use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread::JoinHandle,
    time::Duration,
};

/// An edit is on disk this long after it was made, whatever happens to the program or the machine.
const SYNC_EVERY: Duration = Duration::from_millis(150);

/// So many edits are named to somebody who is to choose between two versions.
const MOST_NAMES: usize = 10;

/// How the text of a design without a file is named, followed by the number of its process.
const UNTITLED: &str = "untitled-";

/// The journal of one open design. Writes nothing before the first act.
pub struct Journal {
    path: PathBuf,
    header: Header,
    /// The thread that owns the file; started by the first act.
    writer: Option<Writer>,
    /// Whether acts are written at all.
    kept: bool,
    /// A design without a file: what it started from is kept beside its journal, or after a crash
    /// there would be nothing to apply the edits to.
    untitled: Option<Untitled>,
}

struct Untitled {
    path: PathBuf,
    text: Vec<u8>,
}

struct Writer {
    lines: Sender<String>,
    thread: Option<JoinHandle<()>>,
}

/// Edits found after a crash.
pub struct Recovered {
    /// What was done, in order.
    pub records: Vec<Record>,
    /// As the window asks about it.
    pub dto: RecoveryDto,
}

impl Journal {
    /// The journal of a design whose edits start from these bytes.
    pub fn new(places: &Places, design: Option<&Path>, base: &[u8]) -> Self {
        let Some(path) = design else {
            let name = format!("{UNTITLED}{}-{}.gplan", std::process::id(), uuid::Uuid::new_v4());
            return Self::untitled(places, &places.journals().join(name), base);
        };
        Self {
            path: places.journals().join(format!("{}.jsonl", disk::key(path))),
            header: Header::new(base, Some(path.display().to_string())),
            writer: None,
            kept: true,
            untitled: None,
        }
    }

    /// The journal of a design that has no file: it started from `base`, kept at `path`.
    pub fn untitled(places: &Places, path: &Path, base: &[u8]) -> Self {
        let untitled = Untitled { path: path.to_owned(), text: base.to_vec() };
        Self { untitled: Some(untitled), ..Self::new(places, Some(path), base) }
    }

    /// Designs that had no file yet when their program died, newest first.
    pub fn orphans(places: &Places) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(places.journals()) else { return Vec::new() };
        let mut found: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| is_orphan(path))
            .collect();
        found.sort_by_key(|path| {
            std::cmp::Reverse(fs::metadata(path).and_then(|m| m.modified()).ok())
        });
        found
    }

    /// For one command that saves or fails before anybody could lose anything. The journal that a
    /// window keeps of the same file is not touched.
    pub fn none() -> Self {
        Self {
            path: PathBuf::new(),
            header: Header::new(b"", None),
            writer: None,
            kept: false,
            untitled: None,
        }
    }

    /// Adds an act. Returns at once; a journal that cannot be written is said in the log, once.
    pub fn append(&mut self, act: Act) {
        if !self.kept {
            return;
        }
        if let (Some(Untitled { path, text }), None) = (&self.untitled, &self.writer)
            && !path.exists()
            && let Err(error) = fs::create_dir_all(path.parent().unwrap_or(path))
                .and_then(|()| fs::write(path, text))
        {
            tracing::error!(%error, "a design without a file is not kept: save it soon");
        }
        let writer = self.writer.get_or_insert_with(|| start(&self.path, &self.header));
        let record = Record { at: Timestamp::now().to_string(), act };
        // The thread ends only when its disk fails, and says so then.
        let _ = writer.lines.send(journal::encode(&record));
    }

    /// Takes the journal away: everything in it is saved, or not wanted.
    pub fn discard(&mut self) {
        if let Some(Writer { lines, thread }) = self.writer.take() {
            drop(lines);
            // It may be about to make the file: what is removed before that would come back.
            let _ = thread.map(JoinHandle::join);
        }
        if !self.kept {
            return;
        }
        let base = self.untitled.as_ref().map(|untitled| untitled.path.as_path());
        for path in [Some(self.path.as_path()), base].into_iter().flatten() {
            if let Err(error) = fs::remove_file(path)
                && error.kind() != std::io::ErrorKind::NotFound
            {
                tracing::warn!(%error, "the journal was not removed");
            }
        }
    }

    /// From now on edits start from these bytes.
    pub fn rebase(&mut self, base: &[u8]) {
        self.discard();
        self.header = Header::new(base, self.header.path.clone());
    }

    /// What a program that died left unsaved of this file. A journal of another version of the file
    /// is kept aside, not applied to what it was not made for.
    pub fn recover(places: &Places, path: &Path, base: &[u8]) -> Option<Recovered> {
        let file = places.journals().join(format!("{}.jsonl", disk::key(path)));
        let found = journal::decode(&fs::read(&file).ok()?);
        if found.records.is_empty() {
            return None;
        }
        if found.header.as_ref().is_none_or(|header| header.base != journal::hash(base)) {
            let aside = file.with_extension("old.jsonl");
            tracing::warn!(journal = %aside.display(), "unsaved edits of an older version of the file are kept here");
            let _ = fs::rename(&file, aside);
            return None;
        }
        let design = gp_model::file::parse(base).design;
        let again = journal::replay(&design, &found.records);
        let was_file = !path.starts_with(places.journals());
        let last = found.records.last().map(|record| record.at.clone());
        let dto = RecoveryDto {
            edits: again.history.names().count() as u32,
            names: again.history.names().take(MOST_NAMES).map(str::to_owned).collect(),
            saved: version(&design, was_file.then(|| disk::modified(path)).flatten()),
            recovered: version(&again.design, last),
        };
        Some(Recovered { records: found.records, dto })
    }
}

fn version(design: &Design, at: Option<String>) -> VersionDto {
    let (resources, links) = (design.resources.len() as u32, design.links.len() as u32);
    VersionDto { at, resources, links }
}

/// Kept by a process that is gone; where the system does not show its processes, by any but ours.
fn is_orphan(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let process = name.strip_prefix(UNTITLED).and_then(|rest| rest.split('-').next());
    let is_text = path.extension().is_some_and(|extension| extension == "gplan");
    let own = std::process::id().to_string();
    let lives = |process: &str| process == own || Path::new("/proc").join(process).exists();
    is_text && process.is_some_and(|process| !lives(process))
}

fn start(path: &Path, header: &Header) -> Writer {
    let (sender, receiver) = channel();
    let (path, first) = (path.to_owned(), journal::encode_header(header));
    let spawned = std::thread::Builder::new().name("journal".to_owned()).spawn(move || {
        if let Err(error) = write(&path, &first, &receiver) {
            tracing::error!(%error, path = %path.display(), "unsaved edits are not journalled: save often");
        }
    });
    if let Err(error) = &spawned {
        tracing::error!(%error, "unsaved edits are not journalled: save often");
    }
    Writer { lines: sender, thread: spawned.ok() }
}

/// Until the sender is gone: lines into the file, synced after the first quiet moment or [`SYNC_EVERY`].
fn write(path: &Path, header: &str, lines: &Receiver<String>) -> std::io::Result<()> {
    let Ok(mut line) = lines.recv() else { return Ok(()) };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = open(path, header)?;
    loop {
        file.write_all(line.as_bytes())?;
        loop {
            match lines.recv_timeout(SYNC_EVERY) {
                Ok(next) => file.write_all(next.as_bytes())?,
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return file.sync_data(),
            }
            file.sync_data()?;
        }
        file.sync_data()?;
        match lines.recv() {
            Ok(next) => line = next,
            Err(_) => return Ok(()),
        }
    }
}

/// A journal that is there already goes on: after a recovery the acts in it still hold.
fn open(path: &Path, header: &str) -> std::io::Result<File> {
    let fresh = fs::metadata(path).map_or(true, |metadata| metadata.len() == 0);
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    if fresh {
        file.write_all(header.as_bytes())?;
    }
    Ok(file)
}
