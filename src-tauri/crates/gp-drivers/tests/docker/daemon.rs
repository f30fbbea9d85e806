//! A Docker of the tests' own: a daemon in a network namespace of its own, with folders of its own. It touches nothing of the
//! machine, and everything of it goes when it is dropped.

use std::{
    fs,
    io::Read as _,
    net::SocketAddr,
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_mins(1);

pub struct Daemon {
    process: Child,
    namespace: String,
    folder: tempfile::TempDir,
}

impl Daemon {
    /// None with a reason where there can be none.
    pub fn start() -> Result<Self, String> {
        for program in ["dockerd", "iptables", "ip", "nsenter"] {
            if find(program).is_none() {
                return Err(format!("{program} is not installed"));
            }
        }
        if !gp_lab::available::facts().root {
            return Err("only root can start a Docker of its own".to_owned());
        }
        let namespace = format!("gp-docker-{}", std::process::id());
        run("ip", &["netns", "add", &namespace])?;
        run("ip", &["-n", &namespace, "link", "set", "lo", "up"])?;
        // Sockets below it must have short names.
        let folder = tempfile::Builder::new().prefix("gpd").tempdir().map_err(|e| e.to_string())?;
        let at = |name: &str| folder.path().join(name).display().to_string();
        let log = fs::File::create(folder.path().join("log")).map_err(|e| e.to_string())?;
        // Not `ip netns exec`: it would hide the control groups.
        let started = Command::new("nsenter")
            .arg(format!("--net=/run/netns/{namespace}"))
            .args(["dockerd", "--data-root", &at("data"), "--exec-root", &at("exec")])
            .args(["--host", &format!("unix://{}", at("docker.sock")), "--pidfile", &at("pid")])
            .env("PATH", path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().map_err(|e| e.to_string())?)
            .stderr(log)
            .spawn();
        let process = started.map_err(|error| format!("dockerd does not start: {error}"))?;
        let mut daemon = Self { process, namespace, folder };
        let began = Instant::now();
        while UnixStream::connect(daemon.socket()).is_err() {
            let ended = daemon.process.try_wait().is_ok_and(|status| status.is_some());
            if ended || began.elapsed() > PATIENCE {
                let log = fs::read_to_string(daemon.folder.path().join("log")).unwrap_or_default();
                let last: Vec<&str> = log.lines().rev().take(3).collect();
                return Err(format!("dockerd does not run here: {}", last.join("; ")));
            }
            sleep(Duration::from_millis(50));
        }
        Ok(daemon)
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("docker.sock")
    }

    pub fn host(&self) -> String {
        format!("unix://{}", self.socket().display())
    }

    /// The answer to a text of something on the daemon's own loopback, which is not this machine's.
    pub fn fetch(&self, place: SocketAddr, text: &str) -> String {
        let (address, port) = (place.ip(), place.port());
        let script =
            format!("exec 3<>/dev/tcp/{address}/{port}; printf '{text}' >&3; timeout 5 cat <&3");
        let output = Command::new("nsenter")
            .arg(format!("--net=/run/netns/{}", self.namespace))
            .args(["bash", "-c", &script])
            .output()
            .expect("bash starts");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = run("kill", &[&self.process.id().to_string()]);
        let began = Instant::now();
        while self.process.try_wait().is_ok_and(|status| status.is_none()) {
            if began.elapsed() > PATIENCE {
                let _ = self.process.kill();
                break;
            }
            sleep(Duration::from_millis(20));
        }
        let _ = self.process.wait();
        unmount_below(self.folder.path());
        let _ = run("ip", &["netns", "del", &self.namespace]);
    }
}

/// A killed daemon leaves its mounts.
fn unmount_below(folder: &Path) {
    let mut mounts = String::new();
    let read = fs::File::open("/proc/self/mounts").and_then(|mut f| f.read_to_string(&mut mounts));
    if read.is_err() {
        return;
    }
    let inside = mounts.lines().filter_map(|line| line.split(' ').nth(1));
    let inside: Vec<&str> = inside.filter(|place| Path::new(place).starts_with(folder)).collect();
    for place in inside.into_iter().rev() {
        let _ = run("umount", &["--lazy", place]);
    }
}

/// Daemons are where not everybody looks.
fn path() -> String {
    format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default())
}

fn find(program: &str) -> Option<PathBuf> {
    let path = path();
    let folders = path.split(':').map(|folder| Path::new(folder).join(program));
    folders.into_iter().find(|file| file.is_file())
}

fn run(program: &str, words: &[&str]) -> Result<(), String> {
    let output = Command::new(program).args(words).env("PATH", path()).output();
    let output = output.map_err(|error| format!("cannot start {program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(format!("`{program} {}` failed: {said}", words.join(" ")))
}
