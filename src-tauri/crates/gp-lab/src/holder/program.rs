//! Starts a program in a server: in its network namespace, with processes, host name, temporary folders and
//! name resolution of its own. The host's files can be read and not written; its homes, its temporary folders and
//! its sockets (`/run`) are not there. Whatever the program leaves running ends with it, or with the holder,
//! however that ends. Knows nothing of what is drawn.
//!
//! Three processes: the *guard* is the holder's child and outside of the new process namespace; the *first* is
//! its process 1, which takes note of ends; the program itself has an ordinary number, so that Ctrl-C means to it
//! what it means everywhere.

use super::{raw, space::Netns};
use caps::{CapSet, Capability, CapsHashSet};
use nix::{
    fcntl::OFlag,
    libc,
    mount::{MsFlags, mount},
    sched::{CloneFlags, setns, unshare},
    sys::{
        prctl,
        signal::{Signal, kill},
        wait::{WaitStatus, wait, waitpid},
    },
    unistd::{
        ForkResult, Gid, Pid, Uid, chown, geteuid, getpid, getppid, pipe2, setgid, setgroups,
        setsid, setuid,
    },
};
use std::{
    collections::BTreeMap,
    fs, io,
    os::{
        fd::{AsFd, OwnedFd},
        unix::fs::{DirBuilderExt, PermissionsExt},
    },
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};
use tokio::{
    io::AsyncReadExt,
    net::unix::pipe,
    process::{Child, Command},
    time::timeout,
};

/// Where programs are looked for.
pub const PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// The program's home, as it sees it.
pub const HOME: &str = "/home/server";
/// Somebody who owns nothing: what runs in a lab of root's runs as this.
pub const NOBODY: u32 = 65_534;
/// How long an end may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// What to start.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// The program and its arguments; without a slash it is looked for in [`PATH`].
    pub words: Vec<String>,
    /// Its variables, beside `PATH`, `HOME`, `USER`, `TMPDIR` and `LANG`.
    pub environment: BTreeMap<String, String>,
    /// What the machine is called.
    pub hostname: String,
    /// What `/etc/hosts` says.
    pub hosts: String,
    /// What `/etc/resolv.conf` says.
    pub resolver: String,
    /// Its own files; made where it is missing. `home`, `tmp`, `run`, `log` below it are its home, `/tmp`, `/run`,
    /// `/var/log`.
    pub folder: PathBuf,
    /// What it may do beside what everybody may, within its namespaces.
    pub keeps: Vec<Capability>,
    /// Its standard input is a terminal that is to be its own.
    pub terminal: bool,
    /// What it started and left goes on after it.
    pub lingers: bool,
}

/// A program that was started. Dropped, it is ended.
pub struct Started {
    guard: Child,
    code: Option<pipe::Receiver>,
}

impl Program {
    /// Starts it. The error of a program that is not there is [`io::ErrorKind::NotFound`].
    pub fn start(
        &self,
        netns: &Netns,
        input: Stdio,
        output: Stdio,
        error: Stdio,
    ) -> io::Result<Started> {
        let user = whoever_runs();
        let (told, telling) = pipe2(OFlag::O_CLOEXEC | OFlag::O_NONBLOCK)?;
        let inside = Inside::prepare(self, netns, user, telling)?;
        let (program, arguments) = self.words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env_clear()
            .env("PATH", PATH)
            .env("HOME", HOME)
            .env("USER", if user.is_some() { "nobody".to_owned() } else { name_of_user() })
            .env("TMPDIR", "/tmp")
            .env("LANG", "C.UTF-8")
            .envs(&self.environment)
            .current_dir("/")
            .stdin(input)
            .stdout(output)
            .stderr(error)
            .kill_on_drop(true);
        before_it_runs(&mut command, inside);
        let guard = command.spawn()?;
        // What it was told with is the child's alone from here on: its end is to be seen.
        drop(command);
        Ok(Started { guard, code: Some(pipe::Receiver::from_owned_fd(told)?) })
    }
}

#[allow(
    unsafe_code,
    reason = "the holder has one thread: what is forked may do what any process may"
)]
fn before_it_runs(command: &mut Command, inside: Inside) {
    // SAFETY: the holder has no second thread that could hold a lock at the time of the fork.
    unsafe {
        command.pre_exec(move || inside.enter());
    }
}

impl Started {
    /// The end of the program itself, not of what it left: its code, 128 and the signal's number where one ended it.
    /// To be asked for once.
    pub fn leaving(&mut self) -> impl Future<Output = i32> + use<> {
        const UNKNOWN: i32 = 128 + libc::SIGKILL;
        let code = self.code.take();
        async move {
            match code {
                Some(mut code) => code.read_i32().await.unwrap_or(UNKNOWN),
                None => UNKNOWN,
            }
        }
    }

    /// Waits for its end. With `lingers`, when all that it started has ended.
    pub async fn ended(&mut self) -> io::Result<i32> {
        Ok(self.guard.wait().await?.code().unwrap_or(128 + libc::SIGKILL))
    }

    /// Ends it with all it started, and waits until nothing is left.
    pub async fn end(mut self) {
        if let Some(pid) = self.guard.id() {
            // The guard passes it on to the first, and ends when the kernel has cleared up behind it.
            let _ = kill(Pid::from_raw(pid.cast_signed()), Signal::SIGTERM);
        }
        let _ = timeout(PATIENCE, self.guard.wait()).await;
    }
}

fn name_of_user() -> String {
    let user = nix::unistd::User::from_uid(geteuid()).ok().flatten();
    user.map_or_else(|| geteuid().to_string(), |user| user.name)
}

/// What is needed between fork and program; all of it made before.
struct Inside {
    netns: OwnedFd,
    holder: Pid,
    user: Option<(Uid, Gid)>,
    hostname: String,
    /// Where the program's code is told.
    told: OwnedFd,
    /// What is put where, both as the host sees them.
    places: Vec<(PathBuf, PathBuf)>,
    keeps: Vec<Capability>,
    terminal: bool,
    lingers: bool,
}

/// Folders of the program's own, and what they take the place of. Whoever asks for a socket of the host's session in
/// `/run` or `/tmp` must find none: it would be a way out of the lab.
const OWN: [(&str, &[&str]); 4] = [
    ("home", &["/home", "/root"]),
    ("tmp", &["/tmp", "/var/tmp"]),
    ("run", &["/run"]),
    ("log", &["/var/log"]),
];

impl Inside {
    fn prepare(
        program: &Program,
        netns: &Netns,
        user: Option<(Uid, Gid)>,
        told: OwnedFd,
    ) -> io::Result<Self> {
        let folder = &program.folder;
        let mut places = Vec::new();
        let make = |path: &Path| {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(path)?;
            own(path, user)
        };
        make(folder)?;
        for (name, over) in OWN {
            let place = folder.join(name);
            make(&place)?;
            places.extend(over.iter().map(|over| (place.clone(), PathBuf::from(over))));
        }
        make(&folder.join("home/server"))?;
        if let Some(home) = std::env::var_os("HOME").map(PathBuf::from)
            && home.parent().is_some()
            // What lies below a place that is covered is not there any more.
            && !OWN.iter().any(|(_, over)| over.iter().any(|over| home.starts_with(over)))
        {
            places.push((folder.join("home"), home));
        }
        for (name, text) in [("hosts", &program.hosts), ("resolv.conf", &program.resolver)] {
            let file = folder.join(name);
            fs::write(&file, text)?;
            fs::set_permissions(&file, fs::Permissions::from_mode(0o644))?;
            if let Some(place) = etc(name, folder, &file)? {
                places.push((file, place));
            }
        }
        places.retain(|(_, place)| place.exists());
        Ok(Self {
            netns: netns.file().as_fd().try_clone_to_owned()?,
            holder: getpid(),
            user,
            told,
            hostname: program.hostname.clone(),
            places,
            keeps: program.keeps.clone(),
            terminal: program.terminal,
            lingers: program.lingers,
        })
    }

    /// From here on in the child of the holder. Comes back in the program's process only.
    fn enter(&self) -> io::Result<()> {
        raw::dies_with_parent()?;
        if getppid() != self.holder {
            raw::exit(128 + libc::SIGKILL);
        }
        raw::forget_signals()?;
        setns(&self.netns, CloneFlags::CLONE_NEWNET)?;
        unshare(
            CloneFlags::CLONE_NEWNS
                | CloneFlags::CLONE_NEWPID
                | CloneFlags::CLONE_NEWUTS
                | CloneFlags::CLONE_NEWIPC,
        )?;
        let guard_lives = raw::handle_of_myself()?;
        if let ForkResult::Parent { child } = raw::forked()? {
            guard(child);
        }
        raw::dies_with_parent()?;
        // It may have died before that held.
        if raw::has_ended(&guard_lives) {
            raw::exit(128 + libc::SIGKILL);
        }
        raw::call_machine(&self.hostname)?;
        self.set_the_stage()?;
        if let ForkResult::Parent { child } = raw::forked()? {
            first(child, &self.told, self.lingers);
        }
        self.become_the_program()
    }

    /// Mounts. What is seen of the host cannot be written.
    fn set_the_stage(&self) -> io::Result<()> {
        const NONE: Option<&str> = None;
        mount(NONE, "/", NONE, MsFlags::MS_REC | MsFlags::MS_PRIVATE, NONE)?;
        // All before any is covered: what one covers may hold another.
        let mut sources = Vec::new();
        for (source, _) in &self.places {
            sources.push(raw::copy_of_place(source)?);
        }
        raw::make_all_read_only()?;
        for (source, (_, place)) in sources.iter().zip(&self.places) {
            raw::put_over(source, place)?;
        }
        // Where the kernel shows only a part of /proc it allows no new one; numbers are the host's then.
        let _ = mount(Some("proc"), "/proc", Some("proc"), MsFlags::MS_NOSUID, NONE);
        let size = Some("size=256m,mode=1777");
        let _ = mount(Some("shm"), "/dev/shm", Some("tmpfs"), MsFlags::MS_NOSUID, size);
        Ok(())
    }

    fn become_the_program(&self) -> io::Result<()> {
        setsid()?;
        if self.terminal {
            raw::take_terminal()?;
        }
        prctl::set_no_new_privs()?;
        let kept: CapsHashSet = self.keeps.iter().copied().collect();
        if let Some((user, group)) = self.user {
            prctl::set_keepcaps(true)?;
            setgroups(&[])?;
            setgid(group)?;
            setuid(user)?;
        }
        keep_only(&kept).map_err(|error| io::Error::other(error.to_string()))?;
        let _ = std::env::set_current_dir(HOME);
        raw::close_with_the_program();
        Ok(())
    }
}

/// The holder's child: its end is the end of all, and its code the program's.
fn guard(first: Pid) -> ! {
    raw::close_from(3);
    raw::pass_termination_on(first);
    loop {
        match waitpid(first, None) {
            Ok(status) => raw::exit(code(status).unwrap_or(128 + libc::SIGKILL)),
            Err(nix::errno::Errno::EINTR) => {}
            Err(_) => raw::exit(128 + libc::SIGKILL),
        }
    }
}

/// Process 1: whatever ends is its child. When it ends, the kernel ends the others.
fn first(main: Pid, told: &OwnedFd, lingers: bool) -> ! {
    raw::close_from_but(3, told);
    let mut last = 128 + libc::SIGKILL;
    loop {
        match wait() {
            Ok(status) if status.pid() == Some(main) => {
                let Some(ended) = code(status) else { continue };
                last = ended;
                let _ = nix::unistd::write(told, &last.to_be_bytes());
                if !lingers {
                    raw::exit(last);
                }
            }
            Ok(_) | Err(nix::errno::Errno::EINTR) => {}
            Err(_) => raw::exit(last),
        }
    }
}

fn code(status: WaitStatus) -> Option<i32> {
    match status {
        WaitStatus::Exited(_, code) => Some(code),
        WaitStatus::Signaled(_, signal, _) => Some(128 + signal as i32),
        _ => None,
    }
}

/// What the program may do, and what it starts.
fn keep_only(kept: &CapsHashSet) -> Result<(), caps::errors::CapsError> {
    caps::clear(None, CapSet::Ambient)?;
    caps::set(None, CapSet::Effective, kept)?;
    caps::set(None, CapSet::Permitted, kept)?;
    caps::set(None, CapSet::Inheritable, kept)?;
    for capability in kept {
        caps::raise(None, CapSet::Ambient, *capability)?;
    }
    Ok(())
}

/// The file below `/etc`, or what it is a link to; a link into `/run` is followed into the program's own.
fn etc(name: &str, folder: &Path, file: &Path) -> io::Result<Option<PathBuf>> {
    let place = Path::new("/etc").join(name);
    let Ok(to) = fs::read_link(&place) else { return Ok(place.exists().then_some(place)) };
    let to = Path::new("/etc").join(to);
    let mut plain = PathBuf::new();
    for part in to.components() {
        match part {
            std::path::Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    let Ok(below) = plain.strip_prefix("/run") else {
        return Ok(plain.exists().then_some(plain));
    };
    let own = folder.join("run").join(below);
    if let Some(parent) = own.parent() {
        fs::create_dir_all(parent)?;
    }
    if fs::symlink_metadata(&own).is_err() {
        fs::copy(file, &own)?;
    }
    Ok(None)
}

fn own(path: &Path, user: Option<(Uid, Gid)>) -> io::Result<()> {
    if let Some((user, group)) = user {
        chown(path, Some(user), Some(group))?;
    }
    Ok(())
}

/// Puts a file into a program's folder, for the program to read.
pub fn put_file(folder: &Path, name: &str, text: &str, mode: u32) -> io::Result<()> {
    let path = folder.join(name);
    let made = path.parent().unwrap_or(folder);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(made)?;
    for above in made.ancestors().take_while(|above| above.starts_with(folder)) {
        own(above, whoever_runs())?;
    }
    fs::write(&path, text)?;
    fs::set_permissions(&path, fs::Permissions::from_mode(mode))?;
    own(&path, whoever_runs())
}

/// Root's programs run as nobody: a drawing from somewhere must not run as root.
fn whoever_runs() -> Option<(Uid, Gid)> {
    geteuid().is_root().then(|| (Uid::from_raw(NOBODY), Gid::from_raw(NOBODY)))
}
