//! Terminals in servers of running labs, for windows. What a program shows is read no faster than a window
//! takes it; a terminal ends when its window closes it, says nothing of it for minutes, or the program ends.

use crate::{
    deploy::lab_error,
    dto::{AppError, AppEvent, TerminalDto},
    events::Events,
};
use gp_lab::{
    Lab,
    program::{Program, Running, Size, Terminal},
};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::Notify,
    time::{Instant, sleep, timeout},
};

/// So much is on its way to a window before it says that it has shown some of it.
const AHEAD: u64 = 256 * 1024;
/// What is read at once.
const CHUNK: usize = 16 * 1024;
/// A window that has not spoken of a terminal for so long is gone; one that lives does every minute.
const FORGOTTEN: Duration = Duration::from_mins(4);
/// How long the end of a program is waited for once its screen is.
const FAREWELL: Duration = Duration::from_secs(2);

/// Those of all windows.
pub struct Terminals {
    events: Arc<Events>,
    next: AtomicU32,
    open: Mutex<BTreeMap<u32, Arc<Open>>>,
}

/// One of them.
struct Open {
    terminal: Terminal,
    sent: AtomicU64,
    taken: AtomicU64,
    heard: Mutex<Instant>,
    /// Something was taken, or it is to end.
    changed: Notify,
    closed: Notify,
}

impl Terminals {
    /// None is open.
    pub fn new(events: Arc<Events>) -> Self {
        Self { events, next: AtomicU32::new(1), open: Mutex::default() }
    }

    /// Opens a shell in a server; what it shows comes as events. Must run inside a Tokio runtime.
    pub async fn open(
        self: &Arc<Self>,
        lab: &Lab,
        server: &str,
        size: Size,
    ) -> Result<TerminalDto, AppError> {
        let mut program = Program::here(server, Vec::new());
        program.environment.insert("TERM".to_owned(), "xterm-256color".to_owned());
        program.environment.insert("COLORTERM".to_owned(), "truecolor".to_owned());
        program.environment.remove("NO_COLOR");
        let (terminal, running) = Terminal::open(lab, &program, size).await.map_err(lab_error)?;
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let open = Arc::new(Open {
            terminal,
            sent: AtomicU64::new(0),
            taken: AtomicU64::new(0),
            heard: Mutex::new(Instant::now()),
            changed: Notify::new(),
            closed: Notify::new(),
        });
        let server = running.server.clone();
        self.all().insert(number, Arc::clone(&open));
        tokio::spawn(Arc::clone(self).show(number, open, running));
        Ok(TerminalDto { terminal: number, server })
    }

    /// Types a text.
    pub async fn write(&self, terminal: u32, text: &str) -> Result<(), AppError> {
        let open = self.find(terminal)?;
        open.terminal
            .write(text.as_bytes())
            .await
            .map_err(|error| AppError::failed(error.to_string()))
    }

    /// The window has another size.
    pub fn resize(&self, terminal: u32, size: Size) -> Result<(), AppError> {
        self.find(terminal)?.terminal.resize(size);
        Ok(())
    }

    /// The window has shown so many bytes more. None: it is still there.
    pub fn take(&self, terminal: u32, bytes: u32) -> Result<(), AppError> {
        let open = self.find(terminal)?;
        open.taken.fetch_add(u64::from(bytes), Ordering::Relaxed);
        open.changed.notify_one();
        Ok(())
    }

    /// Ends the shell and all that it started. One that has ended stays so.
    pub fn close(&self, terminal: u32) {
        if let Some(open) = self.all().remove(&terminal) {
            open.closed.notify_one();
        }
    }

    /// Tells what is on the screen until the end, and then that.
    async fn show(self: Arc<Self>, number: u32, open: Arc<Open>, mut running: Running) {
        let told = tokio::select! {
            () = self.shown(number, &open) => true,
            () = open.closed.notified() => false,
            () = open.forgotten() => false,
        };
        let ended = if told { timeout(FAREWELL, running.ended()).await.ok() } else { None };
        self.all().remove(&number);
        let (code, text) = match ended {
            Some(Ok(code)) => (Some(code), format!("ended with exit code {code}")),
            Some(Err(error)) => (None, error.to_string()),
            None => (None, "closed".to_owned()),
        };
        self.events.tell(&AppEvent::TerminalEnded { terminal: number, code, text });
    }

    async fn shown(&self, number: u32, open: &Open) {
        let mut bytes = vec![0; CHUNK];
        loop {
            while open.is_ahead() {
                open.changed.notified().await;
            }
            let Ok(length @ 1..) = open.terminal.read(&mut bytes).await else { return };
            open.sent.fetch_add(length as u64, Ordering::Relaxed);
            let bytes = bytes[..length].to_vec();
            self.events.tell(&AppEvent::TerminalOutput { terminal: number, bytes });
        }
    }

    fn find(&self, terminal: u32) -> Result<Arc<Open>, AppError> {
        let found = self.all().get(&terminal).cloned();
        let open =
            found.ok_or_else(|| AppError::not_found("this terminal has ended: open another"))?;
        *open.heard.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        Ok(open)
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<u32, Arc<Open>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    fn is_ahead(&self) -> bool {
        let [sent, taken] = [&self.sent, &self.taken].map(|count| count.load(Ordering::Relaxed));
        sent.saturating_sub(taken) >= AHEAD
    }

    /// Comes back when no window speaks of it any more.
    async fn forgotten(&self) {
        loop {
            let heard = *self.heard.lock().unwrap_or_else(PoisonError::into_inner);
            let Some(left) = FORGOTTEN.checked_sub(heard.elapsed()) else { return };
            sleep(left).await;
        }
    }
}
