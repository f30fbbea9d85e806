//! A place to try the command line in: a folder of its own, a home of its own, and whatever was
//! started there ended when it goes. Knows the program only by its name.

use gp_testkit::skip;
use serde_json::Value;
use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

/// Generous: machines that run tests are slow, and nothing here waits for a fixed time.
pub const PATIENCE: Duration = Duration::from_mins(2);

/// A folder with designs, and a home.
pub struct Place {
    folder: tempfile::TempDir,
    user: User,
}

/// Who runs the program.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum User {
    /// Whoever runs the tests.
    Same,
    /// `nobody`, in whose name root runs it.
    Nobody,
}

/// What a command did.
pub struct Ran {
    /// The command line.
    pub line: String,
    /// Exit code; none: killed by a signal.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// Where the built programs are.
pub fn programs() -> PathBuf {
    let beside = || Some(std::env::current_exe().ok()?.parent()?.parent()?.to_owned());
    std::env::var_os("GP_BIN").map(PathBuf::from).or_else(beside).unwrap()
}

/// The command line.
pub fn groundplan() -> PathBuf {
    let program = programs().join(format!("groundplan{}", std::env::consts::EXE_SUFFIX));
    assert!(program.is_file(), "{} is not built: cargo build -p gp-cli", program.display());
    program
}

/// Whether labs can run here; says so by name where they cannot.
pub fn lab_or_skip(name: &str) -> bool {
    let available = gp_lab::available();
    if let Err(why) = &available {
        skip(name, &why.to_string());
    }
    available.is_ok()
}

/// Whether the tests run as root.
pub fn is_root() -> bool {
    gp_lab::available::facts().root
}

/// Whether a program answers as it should, so that a test can be built on it.
pub fn works(program: &str, arguments: &[&str]) -> bool {
    let silent = |command: &mut Command| {
        command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null()).status()
    };
    silent(Command::new(program).args(arguments)).is_ok_and(|status| status.success())
}

/// Waits until `done`; panics with `what` where that does not come.
pub fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let began = Instant::now();
    while !done() {
        assert!(began.elapsed() < PATIENCE, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

impl Place {
    /// An empty one.
    pub fn new() -> Self {
        Self::of(User::Same)
    }

    /// One with `shop.gplan`, the template.
    pub fn with_shop() -> Self {
        let place = Self::new();
        place.fine("new shop.gplan --template three-tier-web-shop");
        place
    }

    /// One of another user.
    pub fn of(user: User) -> Self {
        let folder = tempfile::Builder::new().prefix("gp-suite-").tempdir().unwrap();
        for inner in ["home", "run", "work"] {
            fs::create_dir(folder.path().join(inner)).unwrap();
        }
        let place = Self { folder, user };
        #[cfg(unix)]
        place.hand_over();
        place
    }

    #[cfg(unix)]
    fn hand_over(&self) {
        use std::os::unix::fs::{PermissionsExt, chown};
        fs::set_permissions(self.path("run"), fs::Permissions::from_mode(0o700)).unwrap();
        if self.user == User::Nobody {
            for path in ["", "home", "run", "work"] {
                chown(self.path(path), Some(NOBODY), Some(NOBODY)).unwrap();
            }
        }
    }

    /// A path beside the folder that commands run in: `home`, `run`, `work`.
    pub fn path(&self, inside: &str) -> PathBuf {
        self.folder.path().join(inside)
    }

    /// A file of the folder that commands run in.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path("work").join(name)
    }

    /// Writes one.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.file(name), text).unwrap();
    }

    /// Reads one.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }

    /// Every file below the folder that commands run in.
    pub fn files(&self) -> Vec<String> {
        let mut found = Vec::new();
        collect(&self.path("work"), "", &mut found);
        found.sort();
        found
    }

    /// The program with its own home, not started yet.
    pub fn command(&self, program: impl AsRef<Path>) -> Command {
        let program = program.as_ref();
        let mut command = match self.user {
            User::Same => Command::new(program),
            User::Nobody => {
                let mut command = Command::new("setpriv");
                let id = NOBODY.to_string();
                command.args(["--reuid", &id, "--regid", &id, "--clear-groups", "--"]).arg(program);
                command
            }
        };
        self.at_home(&mut command);
        command
    }

    /// Gives a command this place as its home, and nothing of the tester's own.
    pub fn at_home(&self, command: &mut Command) {
        command.current_dir(self.path("work"));
        command.env("HOME", self.path("home")).env("XDG_RUNTIME_DIR", self.path("run"));
        command.env("XDG_STATE_HOME", self.path("home/state"));
        command.env("XDG_CONFIG_HOME", self.path("home/config")).env("NO_COLOR", "1");
        command.env("DOCKER_HOST", format!("unix://{}", self.path("run/docker.sock").display()));
    }

    /// Runs `groundplan` with these words.
    pub fn run(&self, line: &str) -> Ran {
        self.run_with(line, "")
    }

    /// The same with something on standard input.
    pub fn run_with(&self, line: &str, input: &str) -> Ran {
        let mut command = self.command(groundplan());
        command.args(words(line));
        finish(line, command, input)
    }

    /// Runs it and expects exit code 0.
    pub fn fine(&self, line: &str) -> Ran {
        let ran = self.run(line);
        ran.check(0, &[]);
        ran
    }

    /// Starts it and leaves it running.
    pub fn start(&self, line: &str) -> Child {
        let mut command = self.command(groundplan());
        command.args(words(line)).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Processes that were started here and still run: labs, mostly.
    pub fn processes(&self) -> Vec<u32> {
        let mine = self.folder.path().display().to_string();
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
        let of_this_place = |pid: &u32| {
            ["environ", "cmdline"].iter().any(|file| {
                let text = fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
                String::from_utf8_lossy(&text).contains(&mine)
            })
        };
        pids.filter(of_this_place).collect()
    }

    /// Nothing that was started here runs any more. A holder whose starter was killed while it was
    /// still starting ends a moment later, when nobody hears that it is ready.
    pub fn check_nothing_runs(&self) {
        wait_until("nothing that was started here runs", || self.processes().is_empty());
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        for pid in self.processes() {
            let _ = Command::new("kill").args(["-9", &pid.to_string()]).status();
        }
    }
}

const NOBODY: u32 = 65534;

fn collect(folder: &Path, prefix: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), found);
        } else {
            found.push(name);
        }
    }
}

/// Runs a command to its end.
pub fn finish(line: &str, mut command: Command, input: &str) -> Ran {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{line}: {error}"));
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || {
        // It may have ended without reading.
        let _ = stdin.write_all(input.as_bytes());
    });
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ran { line: line.to_owned(), code: status.code(), out: text(stdout), err: text(stderr) }
}

/// Words as a shell splits them; quotes keep spaces.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            other => words.last_mut().unwrap().push(other),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

impl Ran {
    /// Everything, to read in a failed test.
    pub fn text(&self) -> String {
        let mut text = format!("$ groundplan {}\n{}", self.line, self.out);
        for line in self.err.lines() {
            let _ = writeln!(text, "! {line}");
        }
        let _ =
            write!(text, "[{}]", self.code.map_or("killed".to_owned(), |code| code.to_string()));
        text
    }

    /// It ended with this code, said all of this, and did not panic.
    #[track_caller]
    pub fn check(&self, code: i32, says: &[&str]) {
        let all = format!("{}{}", self.out, self.err);
        assert!(!all.contains("panicked"), "a panic:\n{}", self.text());
        assert_eq!(self.code, Some(code), "{}", self.text());
        for words in says {
            assert!(all.contains(words), "does not say {words:?}:\n{}", self.text());
        }
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("standard output is no JSON: {error}\n{}", self.text()))
    }
}
