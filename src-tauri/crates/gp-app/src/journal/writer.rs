//! Writing one journal: each line at once, synced within [`SYNC_EVERY`] by a thread of its own,
//! tried again where the disk refuses.

use super::Owner;
use crate::disk;
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

/// A line is on disk this long after it was written, whatever happens to the machine.
const SYNC_EVERY: Duration = Duration::from_millis(100);

/// How long a disk that refused is left alone.
const RETRY_EVERY: Duration = Duration::from_secs(1);

/// A journal that is written. When it goes, what it has is synced; the file stays.
pub(super) struct Writer {
    out: Arc<Mutex<Out>>,
    /// Wakes the thread; none: it is to end.
    wake: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

struct Out {
    path: PathBuf,
    owner: Owner,
    /// Made with the first line, so that a journal never stands without one.
    file: Option<Arc<File>>,
    /// What is not in the file yet.
    pending: Vec<u8>,
    /// Length of what is.
    good: u64,
    /// A write ended in its middle: what is past `good` goes first.
    torn: bool,
}

impl Writer {
    pub fn start(path: &Path, header: String, owner: &Owner) -> Self {
        let out = Arc::new(Mutex::new(Out {
            path: path.to_owned(),
            owner: owner.clone(),
            file: None,
            pending: header.into_bytes(),
            good: 0,
            torn: false,
        }));
        let (wake, wakes) = channel();
        let of_thread = Arc::clone(&out);
        let thread = std::thread::Builder::new()
            .name("journal".to_owned())
            .spawn(move || keep_synced(&of_thread, &wakes));
        if let Err(error) = &thread {
            owner.failed(error);
        }
        Self { out, wake: Some(wake), thread: thread.ok() }
    }

    pub fn write(&self, line: &str) {
        let mut out = lock(&self.out);
        out.pending.extend_from_slice(line.as_bytes());
        if let Err(error) = out.flush() {
            out.owner.failed(&error);
        }
        drop(out);
        if let Some(wake) = &self.wake {
            // Without a thread, which was said, it is written all the same.
            let _ = wake.send(());
        }
    }

    pub fn sync(&self) -> io::Result<()> {
        sync(&self.out)
    }

    /// Ends it and takes the file away, while it is still locked: nobody finds it in between.
    pub fn remove(mut self) {
        self.end();
        let out = lock(&self.out);
        if out.file.is_some()
            && let Err(error) = fs::remove_file(&out.path)
        {
            tracing::warn!(%error, path = %out.path.display(), "the journal was not removed");
        }
    }

    fn end(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has nothing more to sync.
            let _ = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.end();
    }
}

impl Out {
    /// Writes what is not written yet. After a failure it is as if nothing of it had been.
    fn flush(&mut self) -> io::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        match &self.file {
            None => self.file = Some(Arc::new(create(&self.path, &self.pending)?)),
            Some(file) => {
                let mut file = file.as_ref();
                if self.torn {
                    file.set_len(self.good)?;
                    file.seek(SeekFrom::Start(self.good))?;
                }
                self.torn = true;
                file.write_all(&self.pending)?;
                self.torn = false;
            }
        }
        self.good += self.pending.len() as u64;
        self.pending.clear();
        Ok(())
    }
}

fn lock(out: &Mutex<Out>) -> MutexGuard<'_, Out> {
    out.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The file is not locked meanwhile: nobody who edits waits for the disk.
fn sync(out: &Mutex<Out>) -> io::Result<()> {
    let (file, path) = {
        let mut out = lock(out);
        out.flush()?;
        (out.file.clone(), out.path.clone())
    };
    let Some(file) = file else { return Ok(()) };
    file.sync_data()?;
    disk::sync_folder(path.parent().unwrap_or(&path))
}

/// Until the sender is gone.
fn keep_synced(out: &Mutex<Out>, wakes: &Receiver<()>) {
    while wakes.recv().is_ok() {
        let mut wait = SYNC_EVERY;
        loop {
            let ended = ends_within(wakes, wait);
            let synced = sync(out);
            let owner = lock(out).owner.clone();
            let Err(error) = synced else {
                owner.succeeded();
                break;
            };
            owner.failed(&error);
            if ended {
                return;
            }
            wait = RETRY_EVERY;
        }
    }
}

/// Lets the time pass; true as soon as the sender is gone.
fn ends_within(wakes: &Receiver<()>, wait: Duration) -> bool {
    let until = Instant::now() + wait;
    loop {
        match wakes.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout) => return false,
            Err(RecvTimeoutError::Disconnected) => return true,
        }
    }
}

/// A new file that holds these bytes and is locked before anybody can find it.
fn create(path: &Path, bytes: &[u8]) -> io::Result<File> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let making = path.with_extension("making");
    let made = make(&making, bytes).and_then(|file| fs::rename(&making, path).map(|()| file));
    if made.is_err() {
        // What is there of it is of no use; the error that matters is the first one.
        let _ = fs::remove_file(&making);
    }
    made
}

fn make(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(true).open(path)?;
    match file.try_lock() {
        // A file system without locks: then two programs may offer each other's edits, no more.
        Ok(()) | Err(TryLockError::Error(_)) => {}
        Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::WouldBlock.into()),
    }
    file.write_all(bytes)?;
    Ok(file)
}
