//! What a test plays on: a display, a driver, the app and its folders. All of it is gone afterwards.

use super::hand::Window;
use fantoccini::ClientBuilder;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use std::{
    env, fs,
    io::{BufRead, BufReader},
    net::{TcpListener, TcpStream},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// How long anything may take on a slow machine.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Marks every process that belongs to one stage, so that none of another is ever ended.
const MARK: &str = "GROUNDPLAN_TEST_STAGE";

/// A display, a driver and folders; apps are started on it.
pub struct Stage {
    folder: TempDir,
    display: Child,
    /// As in `:7`.
    pub display_name: String,
    driver: Option<Child>,
    bus: Option<String>,
    /// Said to the app besides, as in a user's own environment.
    said: Vec<(&'static str, &'static str)>,
}

impl Stage {
    /// A display with nothing on it.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        for name in ["home/Documents", "config", "state", "data", "cache", "run"] {
            fs::create_dir_all(folder.path().join(name)).expect("its folders");
        }
        let private = fs::Permissions::from_mode(0o700);
        fs::set_permissions(folder.path().join("run"), private).expect("a private folder");
        fs::write(folder.path().join("dialogs"), "").expect("no answers yet");
        let (display, display_name) = display();
        Self { folder, display, display_name, driver: None, bus: None, said: Vec::new() }
    }

    /// Gives the apps a session bus of their own.
    pub fn with_bus(mut self) -> Self {
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--print-address"]).stdout(Stdio::piped());
        let mut child = self.dressed(&mut bus).spawn().expect("dbus-daemon starts");
        self.bus = Some(first_line(&mut child));
        self
    }

    /// Says something to the apps through their environment.
    pub fn saying(mut self, name: &'static str, value: &'static str) -> Self {
        self.said.push((name, value));
        self
    }

    /// The user's own folder.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Where the app keeps its state and log.
    pub fn state(&self) -> PathBuf {
        self.folder.path().join("state/groundplan")
    }

    /// What the next native dialogs answer, one path each.
    pub fn answer_dialogs(&self, paths: &[&Path]) {
        let lines: String = paths.iter().map(|path| format!("{}\n", path.display())).collect();
        fs::write(self.folder.path().join("dialogs"), lines).expect("answers are written");
    }

    /// Starts the app under the driver and waits for its page.
    pub async fn open(&mut self, words: &[&str]) -> Window {
        let port = free_port();
        let mut driver = Command::new("WebKitWebDriver");
        driver.arg(format!("--port={port}")).env("TAURI_WEBVIEW_AUTOMATION", "true");
        let log = fs::File::create(self.folder.path().join("driver.log")).expect("a log");
        driver.stdout(log.try_clone().expect("a log")).stderr(log);
        self.driver = Some(self.dressed(&mut driver).spawn().expect("WebKitWebDriver starts"));
        wait_for("the driver listens", || TcpStream::connect(("127.0.0.1", port)).is_ok());
        let browser = json!({ "binary": app(), "args": words });
        let mut capabilities = serde_json::Map::new();
        capabilities.insert("webkitgtk:browserOptions".to_owned(), browser);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .unwrap_or_else(|error| panic!("the app does not start: {error}\n{}", self.log()));
        let window = Window::new(client, self.folder.path());
        window.until("the page is drawn", "document.querySelector('#root > *')").await;
        window
    }

    /// The app itself, without a driver: for what it prints and how it ends.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(app());
        command.args(words);
        self.dressed(&mut command);
        command
    }

    /// Waits until no app of this stage is left, then lets go of the driver.
    pub fn app_is_gone(&mut self) {
        let holders = self.holders();
        wait_for("the app has ended", || {
            self.marked(&app()).iter().all(|pid| holders.contains(pid))
        });
        self.end_driver();
    }

    /// The app's log file.
    pub fn log(&self) -> String {
        fs::read_to_string(self.state().join("groundplan.log")).unwrap_or_default()
    }

    /// Processes that hold a lab which this stage's app has made.
    pub fn holders(&self) -> Vec<u32> {
        let holds = |pid: &u32| {
            let words = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            words.split(|&byte| byte == 0).nth(1) == Some(gp_lab::HOLDER_ARGUMENT.as_bytes())
        };
        self.marked(&app()).into_iter().filter(holds).collect()
    }

    /// Nothing but this stage's folders, display and bus.
    fn dressed<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let at = |name: &str| self.folder.path().join(name);
        for name in ["DBUS_SESSION_BUS_ADDRESS", "WAYLAND_DISPLAY", "GROUNDPLAN_LOG"] {
            command.env_remove(name);
        }
        if let Some(bus) = &self.bus {
            command.env("DBUS_SESSION_BUS_ADDRESS", bus);
        }
        command
            .env(MARK, self.folder.path())
            .env("DISPLAY", &self.display_name)
            .env("HOME", at("home"))
            .env("XDG_CONFIG_HOME", at("config"))
            .env("XDG_STATE_HOME", at("state"))
            .env("XDG_DATA_HOME", at("data"))
            .env("XDG_CACHE_HOME", at("cache"))
            .env("XDG_RUNTIME_DIR", at("run"))
            .env("GROUNDPLAN_DIALOGS", at("dialogs"))
            .env("GROUNDPLAN_INTERFACE", interface())
            .envs(self.said.iter().copied())
            .current_dir(at("home"))
            .stdin(Stdio::null())
    }

    /// Processes of this stage, of one program.
    fn marked(&self, program: &Path) -> Vec<u32> {
        let mark = format!("{MARK}={}", self.folder.path().display());
        let is_ours = |pid: &u32| {
            let there = |name| Path::new("/proc").join(pid.to_string()).join(name);
            fs::read_link(there("exe")).is_ok_and(|exe| exe == program)
                && fs::read(there("environ")).is_ok_and(|environ| {
                    environ.split(|&byte| byte == 0).any(|line| line == mark.as_bytes())
                })
        };
        let listed = fs::read_dir("/proc").into_iter().flatten().flatten();
        listed
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
            .filter(is_ours)
            .collect()
    }

    fn end_driver(&mut self) {
        if let Some(mut driver) = self.driver.take() {
            end(&mut driver);
        }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        for pid in self.marked(&app()) {
            kill(pid);
        }
        self.end_driver();
        for pid in self.marked(Path::new("/usr/bin/dbus-daemon")) {
            kill(pid);
        }
        end(&mut self.display);
    }
}

/// Polls until it holds.
pub fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < PATIENCE, "waited too long until {what}");
        thread::sleep(Duration::from_millis(50));
    }
}

/// A virtual display; the server itself picks a number that is free.
fn display() -> (Child, String) {
    let mut server = Command::new("Xvfb");
    server.args(["-displayfd", "1", "-screen", "0", "1440x900x24", "-nolisten", "tcp"]);
    server.stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = server.spawn().expect("Xvfb starts");
    let number = first_line(&mut child);
    (child, format!(":{number}"))
}

fn first_line(child: &mut Child) -> String {
    let output = child.stdout.take().expect("standard output is piped");
    let mut line = String::new();
    BufReader::new(output).read_line(&mut line).expect("it says where it is");
    line.trim().to_owned()
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("it has an address").port()
}

fn kill(pid: u32) {
    // It may have ended by itself: nothing to do then.
    let _ = Command::new("kill").args(["-KILL", &pid.to_string()]).stderr(Stdio::null()).status();
}

fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// Beside the test binary, or where `cargo xtask test` says.
fn app() -> PathBuf {
    let beside = || {
        let test = env::current_exe().expect("a test is a program");
        test.ancestors().nth(2).expect("target/debug/deps/suite").to_owned()
    };
    let folder = env::var_os("GP_BIN").map_or_else(beside, PathBuf::from);
    let app = folder.join("groundplan-desktop");
    assert!(app.is_file(), "{} is missing: cargo xtask test window builds it", app.display());
    app.canonicalize().expect("it is there")
}

/// The build of the user interface with the test bridge.
fn interface() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/dist-test");
    assert!(folder.is_dir(), "ui/dist-test is missing: cargo xtask test window builds it");
    folder.canonicalize().expect("it is there")
}
