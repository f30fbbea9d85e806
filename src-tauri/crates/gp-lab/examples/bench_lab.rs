//! Measures labs as a deploy makes them, by an approved plan and with the state on disk: built, the
//! first connection, every pair, a change, the end; beside Mininet on the same networks where it is
//! installed and may run. Prints a table, or JSON with `--json`; `--quick` leaves out the largest pairs.
#![expect(clippy::unwrap_used, reason = "a measurement: a surprise should stop it")]

use gp_catalog::{Resolved, builtin, resolve::resolve};
use gp_lab::{
    LabConfig, LabDriver, Verdict,
    protocol::{Probe, Reply, Request},
};
use gp_model::{PortSpec, file};
use gp_plan::{
    Cancel, Desired, Driver, Store,
    difference::{Inputs, plan},
    walk::{Walk, walk},
};
use serde_json::{Value, json};
use std::{
    fmt::Write,
    net::Ipv4Addr,
    path::Path,
    process::{Command, ExitCode},
    sync::Arc,
    time::Instant,
};

/// Servers and networks.
const SIZES: [(usize, usize); 4] = [(20, 2), (100, 10), (500, 20), (1000, 40)];

/// Up to so many servers every pair is tried also with `--quick`.
const QUICK: usize = 100;

fn main() -> ExitCode {
    if let Some(code) = gp_lab::holder_if_asked() {
        return code;
    }
    if let Err(unavailable) = gp_lab::available() {
        println!("not measured: {unavailable}");
        return ExitCode::SUCCESS;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let [json, quick] = ["--json", "--quick"].map(|flag| std::env::args().any(|word| word == flag));
    if !json {
        println!("{HEAD}");
    }
    for (servers, networks) in SIZES {
        let pairs = !quick || servers <= QUICK;
        let own = runtime.block_on(measure(servers, networks, pairs));
        let peer = mininet(servers, networks);
        if json {
            let line = json!({ "bench": "lab", "servers": servers, "networks": networks, "groundplan": own, "mininet": peer.clone().unwrap_or_default(), "not-measured": peer.err() });
            println!("{line}");
        } else {
            print_lines(servers, networks, &own, peer);
        }
    }
    ExitCode::SUCCESS
}

const HEAD: &str =
    "servers/networks          built  first green    all pairs       change         gone";

const COLUMNS: [&str; 5] = ["built", "first", "pairs", "change", "gone"];

fn print_lines(servers: usize, networks: usize, own: &Value, peer: Result<Value, String>) {
    let shown = |of: &Value| {
        let cell = |name: &&str| {
            of[*name].as_f64().map_or_else(|| "–".to_owned(), |ms| format!("{ms:.0} ms"))
        };
        COLUMNS.iter().map(|name| format!("{:>13}", cell(name))).collect::<String>()
    };
    println!("{:16}{}", format!("{servers}/{networks}"), shown(own));
    if let Some(cells) = own["cells"].as_u64() {
        let (broken, plan) = (&own["broken"], &own["plan"]);
        println!("                {cells} tries, {broken} flows broken; plan in {plan:.0} ms");
    }
    match peer {
        Ok(peer) => {
            println!("  Mininet       {}", shown(&peer));
            let ratio = |name: &&str| {
                let (own, peer) = (own[*name].as_f64()?, peer[*name].as_f64()?);
                Some(format!("{:.1}×", peer / own))
            };
            let cell = |name| format!("{:>13}", ratio(&name).unwrap_or_else(|| "–".to_owned()));
            println!("  times slower  {}", COLUMNS.map(cell).concat());
        }
        Err(why) => println!("  Mininet is not measured: {why}"),
    }
}

/// Every server a resource of its own: nothing is alike, which is the harder case. One talks to the next
/// in its network, and the first to the first of the next network.
fn design(servers: usize, networks: usize) -> String {
    let mut text = String::from(
        "format = 1\n[design]\nid = \"bench-lab\"\n[resource.here]\nkind = \"region\"\nlocation = \"frankfurt\"\nzones = [\"a\"]\n",
    );
    let each = servers / networks;
    for n in 0..networks {
        write!(text, "[resource.n{n}]\nkind = \"network\"\nparent = \"here\"\ncidr = \"10.{n}.0.0/16\"\n[resource.t{n}]\nkind = \"subnet\"\nparent = \"n{n}\"\ncidr = \"10.{n}.0.0/24\"\nexposure = \"isolated\"\n").unwrap();
        for s in 0..each {
            write!(text, "[resource.s{n}-{s}]\nkind = \"server\"\nparent = \"t{n}\"\nservices = [\"http tcp/80\"]\n[link.f{n}-{s}]\nfrom = \"s{n}-{s}\"\nto = \"s{n}-{}\"\nallow = [\"tcp/80\"]\n", (s + 1) % each).unwrap();
        }
        let next = (n + 1) % networks;
        if networks > 2 || n == 0 {
            write!(text, "[link.p{n}]\nkind = \"peering\"\nfrom = \"n{n}\"\nto = \"n{next}\"\n[link.x{n}]\nfrom = \"s{n}-0\"\nto = \"s{next}-0\"\nallow = [\"tcp/80\"]\n").unwrap();
        }
    }
    text.push_str("[environment.test]\nprovider = \"lab\"\n");
    text
}

/// One server and its flow less, and another one more.
fn changed(text: &str) -> String {
    let text = text.replace("[resource.s0-1]", "[resource.new]");
    text.replace("\"s0-1\"", "\"new\"")
}

fn meaning(text: &str) -> Arc<Resolved> {
    let opened = file::parse(text.as_bytes());
    let mut resolved = resolve(&opened.design, builtin(), Some(&"test".into()));
    let errors: Vec<_> = opened.diagnostics.iter().chain(&resolved.diagnostics).collect();
    assert!(errors.is_empty(), "{errors:?}");
    resolved.design.id = format!("bench-{}", std::process::id());
    Arc::new(resolved)
}

struct Bench {
    driver: LabDriver,
    store: Store,
}

impl Bench {
    /// From the press of the button to everything standing; and how much of that was the plan.
    async fn deploy(&self, resolved: &Arc<Resolved>) -> (f64, f64) {
        let begun = Instant::now();
        let (design, environment) = (&resolved.design.id, resolved.environment.id.as_str());
        let resources = self.driver.desired(resolved);
        let desired = Desired { resolved: Arc::clone(resolved), resources, artifact: None };
        let state = self.store.resources(design, environment).unwrap();
        let live = self.driver.live(design, environment).await.unwrap();
        let inputs = Inputs { desired: &desired.resources, state: &state, live: &live };
        let plan = plan(design, environment, inputs, &self.driver);
        let planned = ms(begun);
        let run = self.store.begin("deploy", &plan).unwrap();
        let outcome = walk(&Walk {
            plan: &plan,
            desired: &desired,
            driver: &self.driver,
            store: &self.store,
            run,
            report: Arc::new(|_| {}),
            cancel: Cancel::default(),
        })
        .await
        .unwrap();
        assert!(outcome.is_complete(), "{outcome:?}");
        (ms(begun), planned)
    }
}

fn ms(begun: Instant) -> f64 {
    begun.elapsed().as_secs_f64() * 1000.0
}

async fn measure(servers: usize, networks: usize, pairs: bool) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let config = LabConfig { folder: folder.path().join("run"), ..LabConfig::default() };
    let store = Store::open(&folder.path().join("state.db")).unwrap();
    let bench = Bench { driver: LabDriver::new(config), store };
    let text = design(servers, networks);
    let resolved = meaning(&text);
    let begun = Instant::now();
    let (built, plan) = bench.deploy(&resolved).await;
    let lab = bench.driver.lab(&resolved.design.id, &resolved.environment.id);
    green(&lab, &resolved).await;
    let first = ms(begun);
    let mut found = json!({ "built": built, "plan": plan, "first": first });
    if pairs {
        let begun = Instant::now();
        let verification = bench.driver.verify(&resolved).await.unwrap();
        let broken = verification.cells.iter().filter(|c| c.drawn && c.verdict != Verdict::Open);
        found["broken"] = json!(broken.count());
        found["cells"] = json!(verification.cells.len());
        found["pairs"] = json!(ms(begun));
    }
    found["change"] = json!(bench.deploy(&meaning(&changed(&text))).await.0);
    let ending = Instant::now();
    lab.destroy().await.unwrap();
    let left = bench.driver.sweep(&resolved.design.id, &resolved.environment.id).await.unwrap();
    assert!(left.is_empty(), "{left:?}");
    found["gone"] = json!(ms(ending));
    found
}

/// The first connection that is drawn, from the first server.
async fn green(lab: &gp_lab::Lab, resolved: &Resolved) {
    let address = |id: &str| -> Vec<Ipv4Addr> {
        resolved.resource(id).unwrap().instances.iter().filter_map(|one| one.ip).collect()
    };
    let probe = Probe {
        from: "s0-0".to_owned(),
        addresses: address("s0-1"),
        ports: PortSpec::tcp(80),
        clients: Vec::new(),
        drawn: true,
    };
    let reply = lab.call(Request::Probe { probes: vec![probe] }).await.unwrap();
    let Reply::Probed(probed) = reply else { panic!("{reply:?}") };
    assert_eq!(probed.results[0].verdict, Verdict::Open);
}

/// The same networks and machines in Mininet, which needs root. Its words are in the script.
fn mininet(servers: usize, networks: usize) -> Result<Value, String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/bench_mininet.py");
    let output = Command::new("/usr/bin/python3")
        .arg(script)
        .args([servers, networks].map(|number| number.to_string()))
        .output()
        .map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout);
    let line = said.lines().last().unwrap_or_default();
    match output.status.code() {
        Some(0) => serde_json::from_str(line).map_err(|error| format!("{error}: {line}")),
        _ => Err(line.to_owned()),
    }
}
