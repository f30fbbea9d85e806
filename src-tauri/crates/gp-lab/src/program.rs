//! A program in a server of a running lab, from outside: started with streams of the caller's or with a
//! terminal of its own, and over when it ends, when these values are dropped, or with the lab.

use crate::{
    lab::{Lab, LabError},
    passing,
    protocol::{Call, Reply, Request, Started, VERSION},
    socket::is_gone,
};
use nix::{
    errno::Errno,
    fcntl::{FcntlArg, FdFlag, OFlag, fcntl},
    libc,
    pty::{Winsize, openpty},
    sys::termios::{SetArg, Termios, cfmakeraw, tcgetattr, tcsetattr},
};
use std::{
    collections::BTreeMap,
    env,
    ffi::OsString,
    io::{self, IsTerminal as _, Read as _, Write as _},
    os::fd::{AsFd as _, AsRawFd as _, BorrowedFd, OwnedFd},
    thread,
};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Interest, unix::AsyncFd},
    net::{UnixStream, unix::OwnedReadHalf, unix::OwnedWriteHalf},
    signal::unix::{SignalKind, signal},
    sync::mpsc,
};

nix::ioctl_write_ptr_bad!(
    /// Sets a terminal's size.
    set_size,
    libc::TIOCSWINSZ,
    Winsize
);
nix::ioctl_read_bad!(
    /// Asks for a terminal's size.
    get_size,
    libc::TIOCGWINSZ,
    Winsize
);

/// What is read at once.
const CHUNK: usize = 16 * 1024;

/// Variables that go along.
const TOLD: [&str; 7] = ["COLORTERM", "EDITOR", "LANG", "NO_COLOR", "PAGER", "TERM", "TZ"];

/// Which program, where.
#[derive(Clone, Debug)]
pub struct Program {
    /// The instance's address; of a resource with one instance its id will do.
    pub server: String,
    /// The program and its arguments; none: the user's shell.
    pub command: Vec<String>,
    /// What it is told beside what a program in a server always is: the kind of terminal, the language.
    pub environment: BTreeMap<String, String>,
}

impl Program {
    /// Told what this process was told of its terminal, its language and its user's taste: nothing else of the
    /// user's own goes into a lab.
    pub fn here(server: &str, command: Vec<String>) -> Self {
        let told = |name: &str| TOLD.contains(&name) || name.starts_with("LC_");
        let text = |(name, value): (OsString, OsString)| {
            let name = name.into_string().ok().filter(|name| told(name))?;
            Some((name, value.into_string().ok()?))
        };
        let environment = env::vars_os().filter_map(text).collect();
        Self { server: server.to_owned(), command, environment }
    }

    fn request(&self, terminal: bool) -> Request {
        let command = match &self.command[..] {
            [] => vec![shell()],
            words => words.to_vec(),
        };
        let mut environment = self.environment.clone();
        // What a shell's own settings do not say otherwise.
        environment.entry("PS1".to_owned()).or_insert_with(|| r"\u@\h:\w\$ ".to_owned());
        Request::Start(Started { space: self.server.clone(), command, environment, terminal })
    }
}

/// The user's own, unless it is kept where a server sees nothing.
fn shell() -> String {
    let own = env::var("SHELL").ok().filter(|shell| !shell.starts_with("/home"));
    let usual = ["/bin/bash", "/bin/sh"].map(str::to_owned);
    let found = own.into_iter().chain(usual).find(|shell| is_there(shell));
    found.unwrap_or_else(|| "sh".to_owned())
}

fn is_there(program: &str) -> bool {
    std::path::Path::new(program).is_file()
}

/// A program that was started. Dropped, it ends.
#[derive(Debug)]
pub struct Running {
    /// The instance that it runs in.
    pub server: String,
    said: BufReader<OwnedReadHalf>,
    _hold: OwnedWriteHalf,
}

impl Lab {
    /// Starts a program whose streams are these files: input, output, errors.
    pub async fn run(
        &self,
        program: &Program,
        streams: [BorrowedFd<'_>; 3],
    ) -> Result<Running, LabError> {
        self.begin(program, streams, false).await
    }

    async fn begin(
        &self,
        program: &Program,
        streams: [BorrowedFd<'_>; 3],
        terminal: bool,
    ) -> Result<Running, LabError> {
        let mut stream = match UnixStream::connect(self.socket()).await {
            Ok(stream) => stream,
            Err(error) if is_gone(&error) => return Err(LabError::NotRunning),
            Err(error) => return Err(LabError::Lost(error)),
        };
        let call = Call { version: VERSION, request: program.request(terminal) };
        let mut text =
            serde_json::to_string(&call).map_err(|error| LabError::Lost(error.into()))?;
        text.push('\n');
        passing::send(&mut stream, text.as_bytes(), &streams).await.map_err(LabError::Lost)?;
        let (read, hold) = stream.into_split();
        let server = String::new();
        let mut running = Running { server, said: BufReader::new(read), _hold: hold };
        match running.hear().await? {
            Reply::Started { space } => running.server = space,
            _ => return Err(nonsense()),
        }
        Ok(running)
    }
}

impl Running {
    async fn hear(&mut self) -> Result<Reply, LabError> {
        let mut line = String::new();
        self.said.read_line(&mut line).await.map_err(LabError::Lost)?;
        if line.is_empty() {
            return Err(LabError::Refused("the lab has ended".into()));
        }
        match serde_json::from_str(&line) {
            Ok(Reply::Failed(message)) => Err(LabError::Refused(message)),
            Ok(reply) => Ok(reply),
            Err(_) => Err(nonsense()),
        }
    }

    /// Waits for its end: its exit code, or why there is none.
    pub async fn ended(&mut self) -> Result<i32, LabError> {
        match self.hear().await? {
            Reply::Ended { code } => Ok(code),
            _ => Err(nonsense()),
        }
    }
}

fn nonsense() -> LabError {
    LabError::Refused("the lab's holder answered nonsense".into())
}

/// Columns and rows.
pub type Size = (u16, u16);

/// A terminal that a program in a server has as its own, seen from the other side.
#[derive(Debug)]
pub struct Terminal {
    master: AsyncFd<OwnedFd>,
}

impl Terminal {
    /// Starts a program with a terminal of this size.
    pub async fn open(
        lab: &Lab,
        program: &Program,
        size: Size,
    ) -> Result<(Self, Running), LabError> {
        let cannot =
            |errno: Errno| LabError::Unavailable(format!("cannot open a terminal: {errno}"));
        let pair = openpty(&window(size), None).map_err(cannot)?;
        for end in [&pair.master, &pair.slave] {
            fcntl(end, FcntlArg::F_SETFD(FdFlag::FD_CLOEXEC)).map_err(cannot)?;
        }
        fcntl(&pair.master, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).map_err(cannot)?;
        let slave = pair.slave.as_fd();
        let running = lab.begin(program, [slave; 3], true).await?;
        Ok((Self { master: watched(pair.master)? }, running))
    }

    /// What is on the screen next; nothing: the program has ended.
    pub async fn read(&self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = |master: &OwnedFd| Ok(nix::unistd::read(master, bytes)?);
        match self.master.async_io(Interest::READABLE, read).await {
            // Nobody has the other side open any more.
            Err(error) if error.raw_os_error() == Some(libc::EIO) => Ok(0),
            other => other,
        }
    }

    /// Types all of this.
    pub async fn write(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let write = |master: &OwnedFd| Ok(nix::unistd::write(master, bytes)?);
            let written = self.master.async_io(Interest::WRITABLE, write).await?;
            bytes = &bytes[written..];
        }
        Ok(())
    }

    /// The window has another size now; the program is told.
    #[allow(unsafe_code, reason = "a call of the kernel's that nothing wraps")]
    pub fn resize(&self, size: Size) {
        // SAFETY: the descriptor is open, the structure is one.
        let _ = unsafe { set_size(self.master.as_raw_fd(), &window(size)) };
    }
}

#[allow(unsafe_code, reason = "the runtime must be told that the descriptor stays the same")]
fn watched(master: OwnedFd) -> Result<AsyncFd<OwnedFd>, LabError> {
    // SAFETY: it is ours alone, and open as long as it is watched.
    unsafe { AsyncFd::register(master) }.map_err(|error| LabError::Lost(error.into()))
}

fn window((columns, rows): Size) -> Winsize {
    Winsize { ws_row: rows.max(1), ws_col: columns.max(1), ws_xpixel: 0, ws_ypixel: 0 }
}

/// Runs a program as if it had been started in this process's own terminal, or with its streams where it
/// has none, and gives its exit code back.
pub async fn attach(lab: &Lab, program: &Program) -> Result<i32, LabError> {
    let (input, output, errors) = (io::stdin(), io::stdout(), io::stderr());
    if !(input.is_terminal() && output.is_terminal()) {
        let streams = [input.as_fd(), output.as_fd(), errors.as_fd()];
        let mut running = lab.run(program, streams).await?;
        return until_told(async { running.ended().await }).await;
    }
    let (terminal, mut running) = Terminal::open(lab, program, own_size()).await?;
    let raw = Raw::set();
    let shown = async {
        let (mut bytes, mut screen) = (vec![0; CHUNK], io::stdout());
        loop {
            match terminal.read(&mut bytes).await {
                Ok(0) | Err(_) => break,
                Ok(length) => {
                    let _ = screen.write_all(&bytes[..length]).and_then(|()| screen.flush());
                }
            }
        }
        running.ended().await
    };
    let ended = tokio::select! {
        ended = until_told(shown) => ended,
        never = typed(&terminal) => never,
    };
    drop(raw);
    ended
}

/// Passes on what is typed and every new size of the window.
async fn typed<T>(terminal: &Terminal) -> T {
    let (sender, mut keys) = mpsc::channel::<Vec<u8>>(16);
    // A thread of its own, which nobody waits for: a read of a terminal cannot be taken back.
    thread::spawn(move || {
        let (mut bytes, mut keyboard) = (vec![0; CHUNK], io::stdin());
        while let Ok(length @ 1..) = keyboard.read(&mut bytes) {
            if sender.blocking_send(bytes[..length].to_vec()).is_err() {
                break;
            }
        }
    });
    let sizes = async {
        let Ok(mut changed) = signal(SignalKind::window_change()) else { return };
        while changed.recv().await.is_some() {
            terminal.resize(own_size());
        }
    };
    let keys = async {
        while let Some(bytes) = keys.recv().await {
            // It has ended: whoever shows its screen says so.
            if terminal.write(&bytes).await.is_err() {
                break;
            }
        }
    };
    tokio::join!(keys, sizes);
    std::future::pending().await
}

/// The end of this process, where somebody asks for it, comes after its terminal was put right.
async fn until_told(work: impl Future<Output = Result<i32, LabError>>) -> Result<i32, LabError> {
    let asked = async |kind: SignalKind| {
        match signal(kind) {
            Ok(mut told) => told.recv().await,
            Err(_) => std::future::pending().await,
        };
        128 + kind.as_raw_value()
    };
    tokio::select! {
        ended = work => ended,
        code = asked(SignalKind::terminate()) => Ok(code),
        code = asked(SignalKind::hangup()) => Ok(code),
        code = asked(SignalKind::interrupt()) => Ok(code),
    }
}

#[allow(unsafe_code, reason = "a call of the kernel's that nothing wraps")]
fn own_size() -> Size {
    let mut size = window((80, 24));
    // SAFETY: the structure is one, and stays as it is where this is no terminal.
    let _ = unsafe { get_size(io::stdout().as_raw_fd(), &raw mut size) };
    // A terminal that nobody has told its size.
    if size.ws_col == 0 || size.ws_row == 0 { (80, 24) } else { (size.ws_col, size.ws_row) }
}

/// Every key goes to the program as it is, until this is dropped.
struct Raw(Option<Termios>);

impl Raw {
    fn set() -> Self {
        let before = tcgetattr(io::stdin()).ok();
        if let Some(mut settings) = before.clone() {
            cfmakeraw(&mut settings);
            let _ = tcsetattr(io::stdin(), SetArg::TCSANOW, &settings);
        }
        Self(before)
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        if let Some(before) = &self.0 {
            let _ = tcsetattr(io::stdin(), SetArg::TCSADRAIN, before);
        }
    }
}
