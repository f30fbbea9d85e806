//! Labs in a real Docker: the contract of all targets, and packets beside the proof. Needs `dockerd`, root, and the agent
//! image that `cargo xtask agent` builds; where something is missing it says so by name.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test program: a surprise should stop it")]

mod daemon;

use async_trait::async_trait;
use bollard::{
    API_DEFAULT_VERSION, Docker, body_full,
    query_parameters::{
        KillContainerOptions, ListContainersOptionsBuilder, UploadToContainerOptionsBuilder,
    },
};
use daemon::Daemon;
use gp_analysis::reach::World;
use gp_catalog::Resolved;
use gp_drivers::docker::{DockerConfig, driver};
use gp_lab::{LabDriver, Verdict};
use gp_model::{Id, Provider};
use gp_plan::{
    Cancel, Desired, Driver, Store,
    difference::{Inputs, plan},
    walk::Walk,
};
use gp_testkit::{
    contract::{Broken, Contract, Drawings, LAB_DRAWINGS, Promise, contract},
    skip,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

/// Beside the programs of this build, or where the variable says.
fn image() -> Option<PathBuf> {
    let said = std::env::var_os("GROUNDPLAN_AGENT").map(PathBuf::from);
    let program = std::env::current_exe().ok()?;
    let built = program.ancestors().nth(2)?.join("groundplan-agent.tar");
    said.or(Some(built)).filter(|path| path.is_file())
}

struct Bench {
    daemon: Daemon,
    image: PathBuf,
}

impl Bench {
    fn new() -> Result<Self, String> {
        let image = image().ok_or("there is no agent image: `cargo xtask agent` builds it")?;
        Ok(Self { daemon: Daemon::start()?, image })
    }

    fn driver(&self) -> LabDriver {
        let (host, image) = (Some(self.daemon.host()), Some(self.image.clone()));
        driver(DockerConfig { host, image })
    }

    /// Docker as the tests see it, past the driver.
    async fn docker(&self) -> Docker {
        let host = self.daemon.host();
        let socket = host.trim_start_matches("unix://");
        let docker = Docker::connect_with_unix(socket, 30, API_DEFAULT_VERSION).unwrap();
        docker.negotiate_version().await.unwrap()
    }

    /// Names of all containers there are, running or not.
    async fn containers(&self) -> Vec<String> {
        let all = ListContainersOptionsBuilder::default().all(true).build();
        let all = self.docker().await.list_containers(Some(all)).await.unwrap();
        all.into_iter().flat_map(|one| one.names.unwrap_or_default()).collect()
    }

    async fn the_container(&self) -> String {
        let containers = self.containers().await;
        assert_eq!(containers.len(), 1, "{containers:?}");
        containers[0].trim_start_matches('/').to_owned()
    }

    /// Puts a file of this name among the lab's volumes, or an empty folder.
    async fn put(&self, name: &str, is_file: bool) {
        let folder = tempfile::tempdir().unwrap();
        if is_file {
            std::fs::write(folder.path().join(name), "in the way").unwrap();
        } else {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let packed = std::process::Command::new("tar")
            .arg("--directory")
            .arg(folder.path())
            .args(["--create", "--file", "-", name])
            .output()
            .unwrap();
        let options =
            UploadToContainerOptionsBuilder::default().path("/run/groundplan/lab.d").build();
        let container = self.the_container().await;
        let docker = self.docker().await;
        let body = body_full(packed.stdout.into());
        docker.upload_to_container(&container, Some(options), body).await.unwrap();
    }
}

#[async_trait]
impl Contract for Bench {
    fn driver(&self) -> Arc<dyn Driver> {
        Arc::new(Self::driver(self))
    }

    fn drawings(&self) -> Drawings {
        LAB_DRAWINGS
    }

    async fn things(&self) -> Vec<String> {
        self.containers().await
    }

    /// Where the volume's folder has to be, there is a file.
    async fn break_one(&self) -> Broken {
        self.put("scratch", true).await;
        Broken { fails: "scratch", skipped: &[], goes_on: &["more"] }
    }

    async fn mend(&self) {
        self.put("scratch", false).await;
    }

    /// The lab's container is killed.
    async fn take_one_away(&self) -> String {
        let container = self.the_container().await;
        let docker = self.docker().await;
        docker.kill_container(&container, None::<KillContainerOptions>).await.unwrap();
        while !self.containers().await.is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        "back".to_owned()
    }

    async fn change_one(&self) -> String {
        unreachable!("excused")
    }

    async fn quote_the_secret(&self) -> String {
        unreachable!("excused")
    }

    fn excuse(&self, promise: Promise) -> Option<&'static str> {
        match promise {
            Promise::SeenWhenChanged => {
                Some("what is read is what the holder knows it made, not what the kernel shows")
            }
            Promise::DependentsSkipped => {
                Some("a lab's steps depend on its fabric only: without it nothing at all can stand")
            }
            Promise::KeptSecret => Some("Docker's socket asks for none, and a lab is told none"),
            _ => None,
        }
    }
}

#[test]
fn a_docker_of_our_own_keeps_every_promise_and_agrees_with_the_proof() {
    let bench = match Bench::new() {
        Ok(bench) => bench,
        Err(why) => return skip("labs in Docker", &why),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        for promise in Promise::ALL {
            let began = Instant::now();
            if let Some(reason) = contract(&bench, promise).await {
                skip(&format!("the contract of labs in Docker, {promise:?}"), reason);
            }
            eprintln!("{promise:?}: {:.1} s", began.elapsed().as_secs_f32());
        }
        the_template_runs_as_it_is_proven(&bench).await;
        hostile_names_stay_names(&bench).await;
        two_labs_of_one_drawing_run_side_by_side(&bench).await;
        a_lab_is_gone_when_its_time_is_over(&bench).await;
    });
}

fn template() -> Resolved {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../../templates/three-tier-web-shop/design.gplan");
    let mut design = gp_model::file::parse(&std::fs::read(path).unwrap()).design;
    let test = Id::new("test");
    Arc::make_mut(design.environments.get_mut(&test).unwrap()).provider = Provider::Docker;
    let mut resolved = gp_catalog::resolve(&design, gp_catalog::builtin(), Some(&test));
    resolved.design.id = "template".into();
    resolved
}

/// Deploys everything of a meaning.
async fn deploy(driver: &LabDriver, resolved: &Resolved) {
    let (id, environment) = (&resolved.design.id, &resolved.environment.id);
    let resources = driver.desired(resolved);
    let desired = Desired { resolved: Arc::new(resolved.clone()), resources, artifact: None };
    let store = Store::in_memory().unwrap();
    let live = driver.live(id, environment).await.unwrap();
    let inputs = Inputs { desired: &desired.resources, state: &[], live: &live };
    let plan = plan(id, environment, inputs, driver);
    let run = store.begin("deploy", &plan).unwrap();
    let (report, cancel): (gp_plan::driver::Report, _) = (Arc::new(|_| ()), Cancel::default());
    let walk = Walk { plan: &plan, desired: &desired, driver, store: &store, run, report, cancel };
    let outcome = gp_plan::walk(&walk).await.unwrap();
    assert!(outcome.is_complete(), "{outcome:#?}");
}

async fn the_template_runs_as_it_is_proven(bench: &Bench) {
    let (driver, resolved) = (Bench::driver(bench), template());
    let began = Instant::now();
    deploy(&driver, &resolved).await;
    eprintln!("the template stands in Docker after {:.1} s", began.elapsed().as_secs_f32());
    let tried = driver.verify(&resolved).await.unwrap();
    let world = World::new(&resolved);
    let matrix = world.matrix();
    let packets: BTreeMap<(&str, &str, String), Verdict> = tried
        .cells
        .iter()
        .map(|cell| ((&*cell.from, &*cell.to, cell.service.to_string()), cell.verdict))
        .collect();
    assert_eq!(matrix.cells.len(), packets.len(), "both try the same");
    let mut open = 0;
    for (row, cell) in matrix.rows() {
        let verdict = packets[&(&*row.from, &*row.to, row.service.clone())];
        let arrived = matches!(verdict, Verdict::Open | Verdict::NoListener);
        assert_eq!(arrived, cell.allowed, "{row:?}: {verdict} although {cell:?}");
        open += usize::from(verdict == Verdict::Open);
    }
    assert!(tried.cells.iter().filter(|cell| cell.drawn).all(|cell| cell.verdict == Verdict::Open));
    eprintln!("{} cells agree, {open} of them open, in {} ms", packets.len(), tried.milliseconds);
    the_entry_is_at_a_door(bench, &tried.notes);
    driver.lab(&resolved.design.id, &resolved.environment.id).destroy().await.unwrap();
    assert_eq!(driver.sweep(&resolved.design.id, &resolved.environment.id).await.unwrap(), []);
    assert_eq!(bench.containers().await, Vec::<String>::new());
}

/// What faces the internet answers on loopback, and says who it is.
fn the_entry_is_at_a_door(bench: &Bench, notes: &[String]) {
    let doors: Vec<(&str, &str)> =
        notes.iter().filter_map(|note| note.split_once(" can be reached at ")).collect();
    let (_, place) = doors.iter().find(|(what, _)| what.ends_with("tcp/80")).expect("a door");
    assert!(place.starts_with("127.0.0.1:"), "{place}");
    let answer =
        bench.daemon.fetch(place.parse().unwrap(), "GET / HTTP/1.1\\r\\nHost: shop\\r\\n\\r\\n");
    assert!(answer.starts_with("HTTP/1.1 301"), "{answer:?} of {doors:?}");
}

async fn hostile_names_stay_names(bench: &Bench) {
    let driver = Bench::driver(bench);
    for name in ["../../etc", "a b\"; rm -rf /", "$(reboot)", "ü,=x"] {
        let lab = driver.lab(name, name);
        lab.start(None).await.unwrap();
        let info = lab.info().await.unwrap().expect("it runs");
        assert_eq!((&*info.design, &*info.environment), (name, name));
        assert_eq!(driver.list().await, [info]);
        lab.destroy().await.unwrap();
        assert_eq!(driver.sweep(name, name).await.unwrap(), []);
    }
    assert_eq!(bench.containers().await, Vec::<String>::new());
}

async fn two_labs_of_one_drawing_run_side_by_side(bench: &Bench) {
    let driver = Bench::driver(bench);
    let mut resolved = template();
    for id in ["one", "two"] {
        resolved.design.id = id.into();
        driver.converge(&resolved).await.unwrap();
    }
    let running: BTreeSet<String> = driver.list().await.into_iter().map(|lab| lab.design).collect();
    assert_eq!(running, BTreeSet::from(["one".to_owned(), "two".to_owned()]));
    driver.lab("one", &resolved.environment.id).destroy().await.unwrap();
    let tried = driver.verify(&resolved).await.unwrap();
    assert!(tried.cells.iter().filter(|cell| cell.drawn).all(|cell| cell.verdict == Verdict::Open));
    driver.lab("two", &resolved.environment.id).destroy().await.unwrap();
    assert_eq!(bench.containers().await, Vec::<String>::new());
}

async fn a_lab_is_gone_when_its_time_is_over(bench: &Bench) {
    let driver = Bench::driver(bench);
    driver.lab("short", "test").start(Some(3)).await.unwrap();
    let ends_in = driver.lab("short", "test").info().await.unwrap().expect("it runs").ends_in;
    assert!(ends_in.is_some_and(|seconds| seconds <= 3), "{ends_in:?}");
    let began = Instant::now();
    while !bench.containers().await.is_empty() {
        assert!(began.elapsed() < Duration::from_secs(30), "it stays");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(driver.sweep("short", "test").await.unwrap(), []);
}

/// What a driver of this host says before a deploy.
async fn said_of(host: String) -> Vec<String> {
    let driver = driver(DockerConfig { host: Some(host), image: None });
    let resolved = Arc::new(template());
    let desired = Desired { resolved, resources: Vec::new(), artifact: None };
    driver.preflight(&desired).await.into_iter().map(|found| found.message).collect()
}

#[tokio::test]
async fn a_docker_that_does_not_run_is_named_with_the_way_out() {
    let folder = tempfile::tempdir().unwrap();
    let said = said_of(format!("unix://{}", folder.path().join("docker.sock").display())).await;
    assert!(said[0].contains("does not run here") && said[0].contains("DOCKER_HOST"), "{said:?}");
}

#[tokio::test]
async fn a_host_with_a_password_is_named_without_it() {
    for host in ["tcp://me:correct-horse@127.0.0.1:1", "ssh://me:correct-horse@127.0.0.1"] {
        let said = said_of(host.to_owned()).await;
        assert!(said[0].contains("127.0.0.1"), "{said:?}");
        assert!(!said.concat().contains("correct-horse"), "{said:?}");
    }
}
