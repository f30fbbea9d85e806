//! How a lab lives in Docker: a container with marks, started, found, asked and taken away.

use super::{
    DESIGN, DockerHouse, ENVIRONMENT, PATIENCE, container, line::Session, refused, status,
};
use async_trait::async_trait;
use bollard::{
    Docker,
    errors::Error,
    models::{
        ContainerCreateBody, ContainerSummary, HealthConfig, HostConfig, PortBinding, PortMap,
    },
    query_parameters::{
        AttachContainerOptionsBuilder, CreateContainerOptionsBuilder, InspectContainerOptions,
        ListContainersOptionsBuilder, RemoveContainerOptionsBuilder, StartContainerOptions,
    },
};
use futures::StreamExt;
use gp_lab::{
    House, LabError, LabInfo, Unavailable,
    house::{DOORS, DOORS_VARIABLE, FIRST_DOOR},
    protocol::{Call, Reply, Request, VERSION, lab_id},
};
use gp_plan::driver::Leftover;
use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::Mutex,
    time::{sleep, timeout},
};

const AGENT: &str = "/groundplan-agent";
/// In the container; its folder is in the image.
const SOCKET: &str = "/run/groundplan/lab.sock";
const SECOND: i64 = 1_000_000_000;
/// Longest wait for a holder to take calls, or for a container to be gone.
const TURN: Duration = Duration::from_secs(PATIENCE);

#[async_trait]
impl House for DockerHouse {
    fn name(&self) -> &'static str {
        "docker"
    }

    async fn available(&self) -> Result<(), Unavailable> {
        let said = |error: LabError| Unavailable { message: error.to_string() };
        let client = self.client().await.map_err(said)?;
        let about =
            client.version().await.map_err(|error| said(refused("say its version", &error)))?;
        if about.os.as_deref().is_some_and(|system| system != "linux") {
            let message = "this Docker runs Windows containers: switch it to Linux containers";
            return Err(Unavailable { message: message.to_owned() });
        }
        self.tarball().map(|_| ()).map_err(said)
    }

    async fn start(
        &self,
        design: &str,
        environment: &str,
        ttl: Option<u64>,
    ) -> Result<(), LabError> {
        let client = self.client().await?;
        let image = self.image(client).await?;
        let name = container(design, environment);
        remove(client, &name).await?;
        let options = CreateContainerOptionsBuilder::default().name(&name).build();
        let body = body(image, design, environment, ttl);
        client
            .create_container(Some(options), body)
            .await
            .map_err(|error| refused("make the lab's container", &error))?;
        let started = begin(client, &name).await;
        if started.is_err() {
            // One that does not hold a lab is nobody's.
            remove(client, &name).await?;
        }
        started
    }

    async fn ask(&self, design: &str, environment: &str, call: &str) -> Result<String, LabError> {
        let id = lab_id(design, environment);
        let open = self.lines.lock().await.get(&id).cloned();
        if let Some(line) = open {
            match line.lock().await.ask(call).await {
                // It may have been closed since; all that is asked of a holder may be asked again.
                Err(LabError::Lost(_)) => {}
                answer => return answer,
            }
            self.lines.lock().await.remove(&id);
        }
        let name = container(design, environment);
        let line = Session::open(self.client().await?, &name, &[AGENT, "relay", SOCKET]).await?;
        let line = Arc::new(Mutex::new(line));
        self.lines.lock().await.insert(id, Arc::clone(&line));
        line.lock().await.ask(call).await
    }

    async fn doors(&self, design: &str, environment: &str) -> Result<Vec<SocketAddr>, LabError> {
        let name = container(design, environment);
        let client = self.client().await?;
        let found = client.inspect_container(&name, None::<InspectContainerOptions>).await;
        let found = found.map_err(|error| refused("look at the lab's container", &error))?;
        let ports = found.network_settings.and_then(|settings| settings.ports).unwrap_or_default();
        let place = |number: u16| {
            let bound = ports.get(&format!("{}/tcp", FIRST_DOOR + number))?.as_ref()?.first()?;
            let port = bound.host_port.as_ref()?.parse().ok()?;
            Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port))
        };
        Ok((0..DOORS).map_while(place).collect())
    }

    async fn end(&self, design: &str, environment: &str) -> Result<(), LabError> {
        self.lines.lock().await.remove(&lab_id(design, environment));
        let client = self.client().await?;
        for found in marked(client, Some((design, environment))).await? {
            remove(client, found.id.as_deref().unwrap_or_default()).await?;
        }
        Ok(())
    }

    async fn list(&self) -> Vec<LabInfo> {
        let Ok(client) = self.client().await else { return Vec::new() };
        let mut labs = Vec::new();
        for found in marked(client, None).await.unwrap_or_default() {
            let labels = found.labels.unwrap_or_default();
            let (Some(design), Some(environment)) = (labels.get(DESIGN), labels.get(ENVIRONMENT))
            else {
                continue;
            };
            let hello = Call { version: VERSION, request: Request::Hello };
            let Ok(call) = serde_json::to_string(&hello) else { continue };
            let asked = timeout(TURN, self.ask(design, environment, &call)).await;
            if let Ok(Ok(line)) = asked
                && let Ok(Reply::Hello(info)) = serde_json::from_str(&line)
            {
                labs.push(info);
            }
        }
        labs.sort_by(|a, b| (&a.design, &a.environment).cmp(&(&b.design, &b.environment)));
        labs
    }

    async fn left(&self, design: &str, environment: &str) -> Result<Vec<Leftover>, LabError> {
        let left = marked(self.client().await?, Some((design, environment))).await?;
        let leftover = |found: ContainerSummary| Leftover {
            what: format!("the container {}", found.names.unwrap_or_default().join(" ")),
            why: "left, because it was not destroyed".to_owned(),
            counts: true,
        };
        Ok(left.into_iter().map(leftover).collect())
    }
}

/// A lab's container: what the holder needs to make namespaces, links and filters, and no more of the machine.
fn body(image: String, design: &str, environment: &str, ttl: Option<u64>) -> ContainerCreateBody {
    let words = |words: &[&str]| Some(words.iter().map(|word| (*word).to_owned()).collect());
    let mut command = vec![AGENT, "hold", SOCKET, design, environment];
    let seconds = ttl.map(|seconds| seconds.to_string());
    command.extend(seconds.as_deref());
    let labels = [(DESIGN, design), (ENVIRONMENT, environment)];
    let doors: Vec<String> = (0..DOORS).map(|door| format!("{}/tcp", FIRST_DOOR + door)).collect();
    // Loopback only, on a port that Docker finds free.
    let bound = PortBinding { host_ip: Some("127.0.0.1".to_owned()), host_port: None };
    let ports: PortMap = doors.iter().map(|d| (d.clone(), Some(vec![bound.clone()]))).collect();
    ContainerCreateBody {
        image: Some(image),
        cmd: words(&command),
        env: Some(vec![format!("{DOORS_VARIABLE}={DOORS}")]),
        labels: Some(labels.map(|(key, value)| (key.to_owned(), value.to_owned())).into()),
        attach_stdout: Some(true),
        exposed_ports: Some(doors),
        healthcheck: Some(HealthConfig {
            test: words(&["CMD", AGENT, "health", SOCKET]),
            interval: Some(10 * SECOND),
            timeout: Some(5 * SECOND),
            retries: Some(3),
            ..HealthConfig::default()
        }),
        host_config: Some(HostConfig {
            cap_add: words(&["NET_ADMIN", "SYS_ADMIN"]),
            // Each namespace has switches of its own below /proc/sys/net, which Docker shows read-only.
            readonly_paths: Some(Vec::new()),
            security_opt: words(&["apparmor=unconfined", "label=disable"]),
            port_bindings: Some(ports),
            // It goes when the holder ends: destroyed, out of time, or killed.
            auto_remove: Some(true),
            ..HostConfig::default()
        }),
        ..ContainerCreateBody::default()
    }
}

/// Starts a container and waits for the holder's word: `ready`, or why not.
async fn begin(client: &Docker, name: &str) -> Result<(), LabError> {
    let options = AttachContainerOptionsBuilder::default().stdout(true).stream(true).build();
    let attached = client.attach_container(name, Some(options)).await;
    let mut said = attached.map_err(|error| refused("hear of the lab", &error))?.output;
    let started = client.start_container(name, None::<StartContainerOptions>).await;
    started.map_err(|error| refused("start the lab's container", &error))?;
    let mut text = String::new();
    let listening = async {
        while let Some(Ok(output)) = said.next().await {
            text.push_str(&String::from_utf8_lossy(&output.into_bytes()));
            if text.contains('\n') {
                break;
            }
        }
    };
    let heard = timeout(TURN, listening).await;
    match (heard, text.trim()) {
        (_, "ready") => Ok(()),
        (Err(_), _) => {
            Err(LabError::Unavailable("the lab's holder does not start in Docker".into()))
        }
        (_, "") => Err(LabError::Unavailable("the lab's holder ended at once in Docker".into())),
        (_, why) => Err(LabError::Unavailable(format!("in Docker: {why}"))),
    }
}

/// Containers with the marks of one lab, or of any.
async fn marked(
    client: &Docker,
    lab: Option<(&str, &str)>,
) -> Result<Vec<ContainerSummary>, LabError> {
    let labels = match lab {
        None => vec![DESIGN.to_owned()],
        Some((design, environment)) => {
            vec![format!("{DESIGN}={design}"), format!("{ENVIRONMENT}={environment}")]
        }
    };
    let filters = HashMap::from([("label".to_owned(), labels)]);
    let options = ListContainersOptionsBuilder::default().all(true).filters(&filters).build();
    client.list_containers(Some(options)).await.map_err(|e| refused("list its containers", &e))
}

/// Takes a container away and waits until it is gone. None there: nothing happens.
async fn remove(client: &Docker, name: &str) -> Result<(), LabError> {
    let options = RemoveContainerOptionsBuilder::default().force(true).v(true).build();
    let gone = |error: &Error| status(error) == Some(404);
    match client.remove_container(name, Some(options)).await {
        Ok(()) => {}
        Err(error) if gone(&error) => return Ok(()),
        // It is on its way out already.
        Err(error) if status(&error) == Some(409) => {}
        Err(error) => return Err(refused("take the lab's container away", &error)),
    }
    let going = async {
        while client.inspect_container(name, None::<InspectContainerOptions>).await.is_ok() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    let message = format!("the container {name} does not go within {PATIENCE} s");
    timeout(TURN, going).await.map_err(|_| LabError::Refused(message))
}
