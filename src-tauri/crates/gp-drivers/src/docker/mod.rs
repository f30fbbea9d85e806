//! Labs in Docker, for machines whose own kernel gives no namespaces: macOS, Windows, a Linux that forbids them. A lab is
//! one container of the agent image, with the holder of `gp-lab` as its only process: the same drawing, the same packets,
//! the same verdicts. It goes with its container, and nothing else is made.

mod image;
mod line;
mod lives;

use bollard::{API_DEFAULT_VERSION, Docker, errors::Error};
use gp_lab::{LabDriver, LabError, protocol::lab_id};
use line::Session;
use std::{
    collections::BTreeMap,
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::sync::{Mutex, OnceCell};

/// Seconds until Docker is said not to answer.
const PATIENCE: u64 = 30;

/// The mark with the design's id.
pub const DESIGN: &str = "groundplan-design";
/// The mark with the environment.
pub const ENVIRONMENT: &str = "groundplan-environment";

/// Which Docker, and which image.
#[derive(Clone, Debug, Default)]
pub struct DockerConfig {
    /// `unix:///var/run/docker.sock`; none: what `DOCKER_HOST` says, or the usual places.
    pub host: Option<String>,
    /// The agent image's tarball; none: beside the program.
    pub image: Option<PathBuf>,
}

/// A Docker in which labs live.
pub struct DockerHouse {
    config: DockerConfig,
    client: OnceCell<Docker>,
    /// Lines that are open, by the lab's id.
    lines: Mutex<BTreeMap<String, Arc<Mutex<Session>>>>,
}

impl fmt::Debug for DockerHouse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("DockerHouse").field(&self.config).finish()
    }
}

/// The driver of environments whose provider is `docker`.
pub fn driver(config: DockerConfig) -> LabDriver {
    let (client, lines) = (OnceCell::new(), Mutex::default());
    LabDriver::in_house(Arc::new(DockerHouse { config, client, lines }))
}

impl DockerHouse {
    fn host(&self) -> String {
        let said = || std::env::var("DOCKER_HOST").ok().filter(|host| !host.is_empty());
        self.config.host.clone().or_else(said).unwrap_or_else(usual_host)
    }

    /// A client that has spoken to Docker once.
    async fn client(&self) -> Result<&Docker, LabError> {
        let connect = async || {
            let host = self.host();
            let client = reach(&host).map_err(|error| unreachable(&host, &error))?;
            client.negotiate_version().await.map_err(|error| unreachable(&host, &error))
        };
        self.client.get_or_try_init(connect).await
    }
}

fn reach(host: &str) -> Result<Docker, Error> {
    match host.strip_prefix("unix://") {
        #[cfg(unix)]
        Some(socket) => Docker::connect_with_unix(socket, PATIENCE, API_DEFAULT_VERSION),
        _ => Docker::connect_with_host(host),
    }
}

/// Docker's own socket, or that of Docker Desktop or Podman of this user.
#[cfg(unix)]
fn usual_host() -> String {
    let own = |variable: &str, rest: &str| {
        std::env::var_os(variable).map(|folder| Path::new(&folder).join(rest))
    };
    let places = [
        Some(PathBuf::from("/var/run/docker.sock")),
        own("HOME", ".docker/run/docker.sock"),
        own("XDG_RUNTIME_DIR", "docker.sock"),
        own("XDG_RUNTIME_DIR", "podman/podman.sock"),
    ];
    let there = places.iter().flatten().find(|place| place.exists());
    let place = there.cloned().unwrap_or_else(|| PathBuf::from("/var/run/docker.sock"));
    format!("unix://{}", place.display())
}

#[cfg(not(unix))]
fn usual_host() -> String {
    "npipe:////./pipe/docker_engine".to_owned()
}

/// Where a lab's container is found by name; the marks say whose it is.
fn container(design: &str, environment: &str) -> String {
    format!("groundplan-lab-{}", lab_id(design, environment))
}

fn unreachable(host: &str, error: &Error) -> LabError {
    let socket = host.strip_prefix("unix://").map(Path::new);
    let message = match socket.map(|socket| (socket, socket.exists())) {
        Some((socket, true)) if is_forbidden(socket) => format!(
            "you may not use Docker's socket {}: add yourself to the group docker (`sudo usermod -aG docker $USER`) and log in again",
            socket.display()
        ),
        Some((socket, false)) => format!(
            "Docker does not run here (there is no {}): start it, or say in DOCKER_HOST where it is",
            socket.display()
        ),
        _ => {
            let (told, error) = (without_password(host), error.to_string().replace(host, "it"));
            format!(
                "Docker does not answer at {told} ({error}): start it, or say in DOCKER_HOST where it is"
            )
        }
    };
    LabError::Unavailable(message)
}

/// A host may be written with a user and a password.
fn without_password(host: &str) -> String {
    match (host.split_once("://"), host.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, place))) => format!("{scheme}://{place}"),
        _ => host.to_owned(),
    }
}

#[cfg(unix)]
fn is_forbidden(socket: &Path) -> bool {
    let tried = std::os::unix::net::UnixStream::connect(socket);
    tried.is_err_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied)
}

#[cfg(not(unix))]
fn is_forbidden(_socket: &Path) -> bool {
    false
}

/// The HTTP status with which Docker refused.
fn status(error: &Error) -> Option<u16> {
    match error {
        Error::DockerResponseServerError { status_code, .. } => Some(*status_code),
        _ => None,
    }
}

/// What Docker said, in its words.
fn refused(doing: &str, error: &Error) -> LabError {
    match error {
        Error::DockerResponseServerError { message, .. } => {
            LabError::Refused(format!("Docker cannot {doing}: {message}"))
        }
        other => LabError::Lost(std::io::Error::other(format!("cannot {doing}: {other}"))),
    }
}
