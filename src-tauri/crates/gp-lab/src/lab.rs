//! A lab from outside: finds its holder, starts one, talks to it. Holds no lab itself: dropping
//! these values ends nothing.

use crate::{
    HOLDER_ARGUMENT,
    holder::enter,
    house::{self, House},
    protocol::{Call, LabInfo, Reply, Request, VERSION, lab_id},
    running::Running,
    socket::{clean, is_gone},
};
use nix::unistd::geteuid;
use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::UnixStream,
    process::Command,
    time::{Instant, sleep, timeout},
};

/// Longest wait for a holder to start or to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// How holders are started and where they are found.
#[derive(Clone, Debug)]
pub struct LabConfig {
    /// The program that becomes a holder.
    pub program: PathBuf,
    /// Its first arguments.
    pub arguments: Vec<String>,
    /// The folder of the sockets; private to the user.
    pub folder: PathBuf,
}

/// What can go wrong with a lab.
#[derive(Debug, thiserror::Error)]
pub enum LabError {
    /// There can be none here; the message says what to do.
    #[error("{0}")]
    Unavailable(String),
    /// The holder refused.
    #[error("{0}")]
    Refused(String),
    /// Nobody holds such a lab.
    #[error("no lab of this design and environment runs; deploy it first")]
    NotRunning,
    /// The connection to the holder broke.
    #[error("lost the lab: {0}")]
    Lost(#[source] io::Error),
}

impl Default for LabConfig {
    /// This program, re-executed; sockets in the user's runtime folder.
    fn default() -> Self {
        Self {
            program: PathBuf::from("/proc/self/exe"),
            arguments: vec![HOLDER_ARGUMENT.to_owned()],
            folder: runtime_folder(),
        }
    }
}

/// `$XDG_RUNTIME_DIR/groundplan`, or a folder of the user's own among the temporary ones.
fn runtime_folder() -> PathBuf {
    let mine = |path: &Path| fs::metadata(path).is_ok_and(|data| data.uid() == geteuid().as_raw());
    match std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| mine(path)) {
        Some(path) => path.join("groundplan"),
        None => std::env::temp_dir().join(format!("groundplan-{}", geteuid())),
    }
}

/// One design in one environment as a lab.
#[derive(Clone, Debug)]
pub struct Lab {
    config: LabConfig,
    design: String,
    environment: String,
    house: Option<Arc<dyn House>>,
}

impl Lab {
    /// The lab of a design's environment, running or not.
    pub fn new(config: LabConfig, design: &str, environment: &str) -> Self {
        let (design, environment) = (design.to_owned(), environment.to_owned());
        Self { config, design, environment, house: None }
    }

    /// The same, where it lives somewhere else.
    #[must_use]
    pub fn in_house(self, house: Option<Arc<dyn House>>) -> Self {
        Self { house, ..self }
    }

    /// Its socket, there or not.
    pub fn socket(&self) -> PathBuf {
        let name = lab_id(&self.design, &self.environment);
        self.config.folder.join(format!("lab-{name}.sock"))
    }

    /// Who holds it, if anybody does.
    pub async fn info(&self) -> Result<Option<LabInfo>, LabError> {
        match self.call(Request::Hello).await {
            Ok(Reply::Hello(info)) => Ok(Some(info)),
            Ok(_) => Err(LabError::Refused("the lab's holder answered nonsense".into())),
            Err(LabError::NotRunning) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether another version of this program holds it, which can only be asked to end it.
    pub async fn is_foreign(&self) -> bool {
        self.info().await.is_ok_and(|info| info.is_some_and(|info| info.version != VERSION))
    }

    /// Starts a holder unless one runs.
    pub async fn start(&self, ttl: Option<u64>) -> Result<(), LabError> {
        if self.info().await?.is_some() {
            return Ok(());
        }
        if let Some(house) = &self.house {
            return house.start(&self.design, &self.environment, ttl).await;
        }
        crate::available().map_err(|error| LabError::Unavailable(error.message))?;
        private_folder(&self.config.folder)?;
        let mut command = Command::new(&self.config.program);
        command
            .args(&self.config.arguments)
            .arg(self.socket())
            .args([&self.design, &self.environment])
            .args(ttl.map(|seconds| seconds.to_string()))
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(false);
        enter::on_the_way(&mut command);
        let cannot = |error: &io::Error| {
            LabError::Unavailable(format!("cannot start the lab's holder: {error}"))
        };
        let mut child = command.spawn().map_err(|error| cannot(&error))?;
        let said = child.stdout.take().expect("its output is piped");
        let line = timeout(PATIENCE, BufReader::new(said).lines().next_line()).await;
        // Somebody must take note of its end, or it stays in the table of processes.
        tokio::spawn(async move { child.wait().await });
        match line {
            Ok(Ok(Some(line))) if line == "ready" => Ok(()),
            Ok(Ok(Some(line))) => Err(LabError::Unavailable(line)),
            Ok(Ok(None)) => Err(LabError::Unavailable("the lab's holder ended at once".into())),
            Ok(Err(error)) => Err(cannot(&error)),
            Err(_) => Err(LabError::Unavailable("the lab's holder does not start".into())),
        }
    }

    /// Asks the holder. A question that met its end is asked again: then nobody runs.
    pub async fn call(&self, request: Request) -> Result<Reply, LabError> {
        match &self.house {
            Some(house) => house::call(&**house, &self.design, &self.environment, request).await,
            None => call(&self.socket(), request).await,
        }
    }

    /// Which programs run in it.
    pub async fn running(&self) -> Result<Vec<Running>, LabError> {
        match self.call(Request::Running).await? {
            Reply::Running(running) => Ok(running),
            _ => Err(LabError::Refused("the lab's holder answered nonsense".into())),
        }
    }

    /// What the program of a server has said.
    pub async fn log(&self, space: &str) -> Result<String, LabError> {
        match self.call(Request::Log { space: space.to_owned() }).await? {
            Reply::Log(text) => Ok(text),
            _ => Err(LabError::Refused("the lab's holder answered nonsense".into())),
        }
    }

    /// Ends the lab and waits until its process is gone. Nothing runs: nothing happens.
    pub async fn destroy(&self) -> Result<(), LabError> {
        if let Some(house) = &self.house {
            return house.end(&self.design, &self.environment).await;
        }
        let Some(info) = self.info().await? else { return Ok(()) };
        match self.call(Request::Destroy).await {
            Ok(_) | Err(LabError::NotRunning | LabError::Lost(_)) => {}
            Err(error) => return Err(error),
        }
        let start = Instant::now();
        while is_alive(info.pid) {
            if start.elapsed() > PATIENCE {
                let message = format!("process {} of the lab does not end", info.pid);
                return Err(LabError::Refused(message));
            }
            sleep(Duration::from_millis(2)).await;
        }
        clean(&self.socket());
        Ok(())
    }
}

/// How often a question is asked again of a holder that is ending: it takes milliseconds.
const ENDINGS: u32 = 50;

/// Asks whoever has this socket; see [`Lab::call`].
async fn call(socket: &Path, request: Request) -> Result<Reply, LabError> {
    let is_question = matches!(request, Request::Hello | Request::Live | Request::LiveReally);
    for _ in 0..if is_question { ENDINGS } else { 0 } {
        match ask(socket, request.clone()).await {
            Err(LabError::Lost(error)) if is_ending(&error) => {
                sleep(Duration::from_millis(10)).await;
            }
            answer => return answer,
        }
    }
    ask(socket, request).await
}

async fn ask(socket: &Path, request: Request) -> Result<Reply, LabError> {
    let mut connected = UnixStream::connect(socket).await;
    if connected.as_ref().is_err_and(is_refused) && !clean(socket) {
        // It was about to listen.
        connected = UnixStream::connect(socket).await;
    }
    let stream = match connected {
        Ok(stream) => stream,
        Err(error) if is_gone(&error) => return Err(LabError::NotRunning),
        Err(error) => return Err(LabError::Lost(error)),
    };
    match converse(stream, request).await.map_err(LabError::Lost)? {
        Reply::Failed(message) => Err(LabError::Refused(message)),
        reply => Ok(reply),
    }
}

/// The holder closed the connection without an answer.
fn is_ending(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionReset | UnexpectedEof)
}

async fn converse(stream: UnixStream, request: Request) -> io::Result<Reply> {
    let (read, mut write) = stream.into_split();
    let mut text = serde_json::to_string(&Call { version: VERSION, request })?;
    text.push('\n');
    write.write_all(text.as_bytes()).await?;
    let line = BufReader::new(read).lines().next_line().await?;
    let line = line.ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(serde_json::from_str(&line)?)
}

/// All labs that run. Traces of dead ones are taken away.
pub async fn list(config: &LabConfig) -> Vec<LabInfo> {
    let mut labs = Vec::new();
    for entry in fs::read_dir(&config.folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "sock") {
            continue;
        }
        let asked = timeout(PATIENCE, call(&path, Request::Hello)).await;
        if let Ok(Ok(Reply::Hello(info))) = asked {
            labs.push(info);
        }
    }
    labs.sort_by(|a, b| (&a.design, &a.environment).cmp(&(&b.design, &b.environment)));
    labs
}

/// There is a name, and nobody listens.
fn is_refused(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::ConnectionRefused
}

/// Whether any of its threads runs: the first one may be gone while another still holds the sockets.
fn is_alive(pid: u32) -> bool {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    threads.map(|thread| thread.path().join("stat")).any(|stat| {
        let text = fs::read_to_string(stat).unwrap_or_default();
        // The name stands in parentheses and may hold anything.
        let state = text.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
        !matches!(state, None | Some('Z' | 'X'))
    })
}

fn private_folder(folder: &Path) -> Result<(), LabError> {
    let refused = |why: String| {
        let name = folder.display();
        LabError::Unavailable(format!("cannot use {name} for the lab's socket: {why}"))
    };
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|error| refused(error.to_string()))?;
    let data = fs::symlink_metadata(folder).map_err(|error| refused(error.to_string()))?;
    if !data.is_dir() || data.uid() != geteuid().as_raw() {
        return Err(refused("it belongs to somebody else; set XDG_RUNTIME_DIR".into()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;

    #[test]
    fn a_lab_stays_in_its_folder_whatever_it_is_called() {
        let config = LabConfig { folder: "/run/labs".into(), ..LabConfig::default() };
        let socket = |design: &str, environment: &str| {
            Lab::new(config.clone(), design, environment).socket()
        };
        for name in ["../../x", "/etc/x", "", ".", "two words", "a\nb\0c"] {
            for socket in [socket("shop", name), socket(name, "test")] {
                assert_eq!(socket.parent(), Some(Path::new("/run/labs")), "{name:?}");
                let file = socket.file_name().and_then(|name| name.to_str()).unwrap_or_default();
                assert!(file.starts_with("lab-") && !file.contains(".."), "{file}");
            }
        }
        assert_ne!(socket("shop", "../x"), socket("shop", "x"));
    }

    #[tokio::test]
    async fn a_holder_that_is_ending_is_waited_for_and_its_traces_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let config = LabConfig { folder: folder.path().to_owned(), ..LabConfig::default() };
        let socket = Lab::new(config.clone(), "shop", "test").socket();
        let listener = UnixListener::bind(&socket).expect("a socket");
        fs::create_dir(socket.with_extension("d")).expect("a folder");
        // A killed one whose last thread still has the socket: it takes calls and answers none.
        let ending = std::thread::spawn(move || {
            for call in listener.incoming().take(3) {
                drop(call);
            }
        });
        assert_eq!(list(&config).await, []);
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 0);
        ending.join().expect("it ends");
    }
}
