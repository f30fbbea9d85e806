//! Drawings that really run: every verdict here is a real packet's. Needs namespaces and `nft`;
//! where the machine forbids them each test says so by name.

#![expect(clippy::unwrap_used, reason = "a test program: a surprise should stop it")]

mod agreement;
mod changing;
mod contract;
mod coverage;
mod drawn;
mod drift;
mod naming;
mod programs;
mod shell;
mod sketch;
mod switched;
mod tracing;

use gp_catalog::Resolved;
use gp_lab::{
    HOLDER_ARGUMENT, LabConfig, LabDriver, Verdict, Verification,
    blueprint::Blueprint,
    list,
    protocol::{Call, Probe, Reply, Request, VERSION},
};
use gp_model::PortSpec;
use gp_plan::Driver;
use gp_plan::{Cancel, Event};
use gp_testkit::skip;
use std::{
    collections::{BTreeMap, BTreeSet},
    future::Future,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};

const SHOP: &str = "
    network shop
    segment web/a shop 10.20.0.0/26 0.0.0.0/0=igw
    segment web/b shop 10.20.0.64/26 0.0.0.0/0=igw
    segment app/a shop 10.20.1.0/26 0.0.0.0/0=nat:nat[0] 198.19.1.0/24=endpoint:door
    segment app/b shop 10.20.1.64/26 0.0.0.0/0=nat:nat[1] 198.19.1.0/24=endpoint:door
    segment data/a shop 10.20.2.0/26
    segment data/b shop 10.20.2.64/26
    internet internet - 203.0.113.10
    load-balancer entry[0] web/a 10.20.0.10 public=198.18.0.1
    load-balancer entry[1] web/b 10.20.0.74 public=198.18.0.2
    nat-gateway nat[0] web/a 10.20.0.11 public=198.18.0.3
    nat-gateway nat[1] web/b 10.20.0.75 public=198.18.0.4
    server app[0] app/a 10.20.1.10 tcp/8080
    server app[1] app/b 10.20.1.74 tcp/8080
    database orders[0] data/a 10.20.2.10 tcp/5432
    database orders[1] data/b 10.20.2.74 tcp/5432
    bucket images - 198.19.1.1 tcp/443
    volume scratch - -
    set scratch size 50GiB
    check entry /health 8080
    listener entry 443 app 8080
    listener entry 80 redirect 443
    flow visitors internet entry tcp/80 tcp/443
    flow entry-app entry app tcp/8080
    flow app-orders app orders tcp/5432
    flow app-images app images tcp/443
";

/// A driver with a folder of its own; nothing is left when it is dropped.
struct Bench {
    driver: LabDriver,
    config: LabConfig,
    _folder: tempfile::TempDir,
}

impl Drop for Bench {
    /// On a thread of its own: the test's runtime may be the one that panicked.
    fn drop(&mut self) {
        let (driver, config) = (self.driver.clone(), self.config.clone());
        let ending = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                for lab in list(&config).await {
                    driver.lab(&lab.design, &lab.environment).destroy().await.unwrap();
                }
            });
        });
        let _ = ending.join();
    }
}

/// Where the holder's program is when the build folder cannot be read by who runs the test.
const HOLDER: &str = "GP_LAB_HOLDER";

fn holder() -> PathBuf {
    std::env::var_os(HOLDER).unwrap_or_else(|| env!("CARGO_BIN_EXE_gp-lab-holder").into()).into()
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let config = LabConfig {
        program: holder(),
        arguments: vec![HOLDER_ARGUMENT.into()],
        folder: folder.path().join("run"),
    };
    Bench { driver: LabDriver::new(config.clone()), config, _folder: folder }
}

/// Runs a test with a lab of this sketch, and ends the lab however the test ends.
fn with_lab(name: &str, sketch: &str, test: impl AsyncFnOnce(Resolved, &Bench)) {
    with_resolved(name, sketch::resolved(name, sketch), test);
}

/// The same for a design that is resolved already.
fn with_resolved(name: &str, resolved: Resolved, test: impl AsyncFnOnce(Resolved, &Bench)) {
    if let Err(unavailable) = gp_lab::available() {
        return skip(name, &unavailable.to_string());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let bench = bench();
    runtime.block_on(async {
        bench.driver.converge(&resolved).await.unwrap();
        test(resolved, &bench).await;
    });
}

/// One line per pair: `from → to: service verdict, …`.
fn text(verification: &Verification) -> String {
    let mut lines: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for cell in &verification.cells {
        let drawn = if cell.drawn { "!" } else { "" };
        let words = format!("{}{drawn} {}", cell.service, cell.verdict);
        lines.entry((&cell.from, &cell.to)).or_default().push(words);
    }
    lines
        .iter()
        .map(|((from, to), cells)| format!("{from} → {to}: {}\n", cells.join(", ")))
        .collect()
}

async fn fetch(
    bench: &Bench,
    design: &Resolved,
    from: &str,
    address: &str,
    port: u16,
) -> Result<String, String> {
    let lab = bench.driver.lab(&design.design.id, &design.environment.id);
    let text = "GET / HTTP/1.1\r\nHost: shop.example.com\r\n\r\n".to_owned();
    let address = address.parse().unwrap();
    match lab.call(Request::Fetch { from: from.into(), address, port, text }).await {
        Ok(Reply::Fetched(answer)) => Ok(answer),
        Ok(other) => panic!("unexpected {other:?}"),
        Err(error) => Err(error.to_string()),
    }
}

async fn probe(
    bench: &Bench,
    design: &Resolved,
    from: &str,
    address: &str,
    ports: &str,
) -> Verdict {
    let lab = bench.driver.lab(&design.design.id, &design.environment.id);
    let ports: PortSpec = ports.parse().unwrap();
    let addresses = vec![address.parse().unwrap()];
    let clients = Vec::new();
    let probe = Probe { from: from.into(), addresses, ports, clients, drawn: false };
    match lab.call(Request::Probe { probes: vec![probe] }).await.unwrap() {
        Reply::Probed(probed) => probed.results[0].verdict,
        other => panic!("unexpected {other:?}"),
    }
}

#[test]
fn a_blueprint_says_what_will_stand() {
    let resolved = sketch::resolved("blueprint", SHOP);
    insta::assert_snapshot!(gp_lab::blueprint::blueprint(&resolved).to_string());
}

#[test]
fn the_most_senseless_design_has_a_blueprint() {
    for seed in 0..64 {
        let design = gp_testkit::senseless(seed, 1 + seed as usize % 16);
        for environment in design.environments.keys() {
            let resolved =
                gp_catalog::resolve::resolve(&design, gp_catalog::builtin(), Some(environment));
            let built = gp_lab::blueprint::blueprint(&resolved);
            assert_eq!(
                built,
                gp_lab::blueprint::blueprint(&resolved),
                "seed {seed}, {environment}"
            );
        }
    }
}

#[test]
fn the_shop_lets_through_what_is_drawn_and_nothing_else() {
    with_lab("shop", SHOP, async |resolved, bench| {
        let verification = bench.driver.verify(&resolved).await.unwrap();
        insta::assert_snapshot!("shop_matrix", text(&verification));
        let open = |verdict| matches!(verdict, Verdict::Open | Verdict::NoListener);
        for cell in &verification.cells {
            // Anybody on the internet may knock at a regional service: grants decide there.
            let public = cell.from == "internet" && cell.to == "images";
            assert_eq!(open(cell.verdict), cell.drawn || public, "{cell:?}");
            assert_ne!(cell.verdict, Verdict::Timeout, "{cell:?}");
        }
    });
}

/// `from → to: service verdict` of cells that are open in one and not in the other.
fn differences(before: &Verification, after: &Verification) -> BTreeSet<String> {
    let cells = |verification: &Verification| -> BTreeMap<String, Verdict> {
        let key = |cell: &gp_lab::Cell| format!("{} → {}: {}", cell.from, cell.to, cell.service);
        verification.cells.iter().map(|cell| (key(cell), cell.verdict)).collect()
    };
    let (before, after) = (cells(before), cells(after));
    after
        .iter()
        .filter(|(cell, verdict)| before.get(*cell).is_some_and(|earlier| earlier != *verdict))
        .map(|(cell, verdict)| format!("{cell} {verdict}"))
        .collect()
}

/// Tries until it holds, for ten seconds.
async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let start = Instant::now();
    while !holds().await {
        assert!(start.elapsed() < Duration::from_secs(10), "still not: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[test]
fn removing_one_rule_and_adding_one_changes_exactly_their_cells() {
    with_lab("mutation", SHOP, async |resolved, bench| {
        let before = bench.driver.verify(&resolved).await.unwrap();
        let changed = SHOP.replace("flow app-orders app orders tcp/5432", "").replace(
            "flow app-images",
            "flow entry-orders entry orders tcp/5432\n flow app-images",
        );
        let changed = sketch::resolved("mutation", &changed);
        bench.driver.converge(&changed).await.unwrap();
        let after = bench.driver.verify(&changed).await.unwrap();
        let expected = [
            "app[0] → orders[0]: tcp/5432 rejected",
            "app[0] → orders[1]: tcp/5432 rejected",
            "app[1] → orders[0]: tcp/5432 rejected",
            "app[1] → orders[1]: tcp/5432 rejected",
            "entry[0] → orders[0]: tcp/5432 open",
            "entry[0] → orders[1]: tcp/5432 open",
            "entry[1] → orders[0]: tcp/5432 open",
            "entry[1] → orders[1]: tcp/5432 open",
        ];
        let expected: BTreeSet<String> = expected.map(str::to_owned).into();
        assert_eq!(differences(&before, &after), expected);
    });
}

#[test]
fn every_verdict_names_the_rule_whose_counter_moved() {
    with_lab("evidence", SHOP, async |resolved, bench| {
        let verification = bench.driver.verify(&resolved).await.unwrap();
        let rule = |from: &str, to: &str, port: u16| {
            let cell = verification
                .cells
                .iter()
                .find(|cell| cell.from == from && cell.to == to && cell.service.low == port);
            cell.unwrap().evidence.clone().map(|evidence| (evidence.space, evidence.rule))
        };
        let is = |space: &str, rule: &str| Some((space.to_owned(), rule.to_owned()));
        assert_eq!(
            rule("app[0]", "orders[0]", 5432),
            is("orders[0]", "link:app-orders/in/tcp/5432")
        );
        assert_eq!(rule("app[0]", "images", 443), is("app[0]", "link:app-images/out/tcp/443"));
        assert_eq!(rule("orders[0]", "app[0]", 8080), is("orders[0]", "default:sg:orders/out"));
        assert_eq!(rule("internet", "entry[0]", 22), is("entry[0]", "default:sg:entry/in"));
    });
}

#[test]
fn a_load_balancer_takes_turns_and_drops_a_dead_target() {
    with_lab("balance", SHOP, async |resolved, bench| {
        bench.driver.verify(&resolved).await.unwrap();
        let resolved = &resolved;
        let servers = |rounds: usize| async move {
            let mut names = BTreeSet::new();
            for _ in 0..rounds {
                let answer = fetch(bench, resolved, "internet", "198.18.0.1", 443).await.unwrap();
                let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
                names.insert(body.lines().next().unwrap_or_default().to_owned());
            }
            names
        };
        let set = |names: &[&str]| names.iter().map(ToString::to_string).collect::<BTreeSet<_>>();
        assert_eq!(servers(6).await, set(&["app[0]", "app[1]"]));
        let lab = bench.driver.lab("balance", "test");
        let switch = |space: &str, on: bool| lab.call(Request::Switch { space: space.into(), on });
        switch("app[0]", false).await.unwrap();
        eventually("only app[1] answers", || async { servers(4).await == set(&["app[1]"]) }).await;
        switch("app[1]", false).await.unwrap();
        eventually("nobody answers", || async {
            servers(1).await == set(&["no target takes connections"])
        })
        .await;
        switch("app[0]", true).await.unwrap();
        switch("app[1]", true).await.unwrap();
        let both = set(&["app[0]", "app[1]"]);
        eventually("both answer", || async { servers(6).await == both }).await;
    });
}

#[test]
fn a_redirect_listener_answers_itself() {
    with_lab("redirect", SHOP, async |resolved, bench| {
        bench.driver.verify(&resolved).await.unwrap();
        let answer = fetch(bench, &resolved, "internet", "198.18.0.2", 80).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 301 "), "{answer}");
        assert!(answer.contains("Location: https://shop.example.com/\r\n"), "{answer}");
        let seen = fetch(bench, &resolved, "internet", "198.18.0.1", 443).await.unwrap();
        assert!(seen.contains("client 10.20.0.10\n"), "a proxy hides the client: {seen}");
    });
}

#[test]
fn a_pass_through_balancer_keeps_the_clients_address() {
    let sketch = "
        network shop
        segment web shop 10.20.0.0/24 0.0.0.0/0=igw
        segment app shop 10.20.1.0/24 0.0.0.0/0=igw
        internet internet - 203.0.113.10
        load-balancer entry web 10.20.0.10 public=198.18.0.1
        set entry mode pass-through
        server app[0] app 10.20.1.10 tcp/8080
        server app[1] app 10.20.1.11 tcp/8080
        server near web 10.20.0.20
        server beside app 10.20.1.20
        listener entry 80 app 8080
        flow visitors internet entry tcp/80
        flow near-entry near entry tcp/80
        flow beside-entry beside entry tcp/80
        flow entry-app entry app tcp/8080
        flow visitors-app internet app tcp/8080
        flow near-app near app tcp/8080
        flow beside-app beside app tcp/8080
        open entry
    ";
    with_lab("pass", sketch, async |resolved, bench| {
        let clients = [
            ("internet", "198.18.0.1", "203.0.113.10"),
            ("near", "10.20.0.10", "10.20.0.20"),
            ("beside", "10.20.0.10", "10.20.1.20"),
        ];
        bench.driver.verify(&resolved).await.unwrap();
        for (from, address, seen) in clients {
            let mut servers = BTreeSet::new();
            for _ in 0..6 {
                let answer = fetch(bench, &resolved, from, address, 80).await;
                let answer = answer.unwrap_or_else(|error| panic!("{from}: {error}"));
                assert!(answer.contains(&format!("client {seen}\n")), "{from}: {answer}");
                servers.insert(answer.contains("app[0]"));
            }
            assert_eq!(servers.len(), 2, "{from} met only one server");
        }
        let lab = bench.driver.lab("pass", "test");
        lab.call(Request::Switch { space: "app[1]".into(), on: false }).await.unwrap();
        let resolved = &resolved;
        eventually("only app[0] takes traffic", || async {
            for _ in 0..4 {
                match fetch(bench, resolved, "internet", "198.18.0.1", 80).await {
                    Ok(answer) if answer.contains("app[0]") => {}
                    _ => return false,
                }
            }
            true
        })
        .await;
    });
}

#[test]
fn nat_lets_out_and_not_in() {
    let sketch = "
        network shop
        segment web shop 10.20.0.0/24 0.0.0.0/0=igw
        segment app shop 10.20.1.0/24 0.0.0.0/0=nat:nat
        segment data shop 10.20.2.0/24
        internet internet - 203.0.113.10
        bucket images - 198.19.1.1 tcp/443
        nat-gateway nat web 10.20.0.11 public=198.18.0.3
        server app app 10.20.1.10 tcp/8080
        server shy web 10.20.0.12 tcp/8080
        server data data 10.20.2.10 tcp/5432
        open app
        open data
        open shy
        flow app-internet app internet tcp/443
    ";
    with_lab("nat", sketch, async |resolved, bench| {
        bench.driver.verify(&resolved).await.unwrap();
        let answer = fetch(bench, &resolved, "app", "203.0.113.10", 443).await.unwrap();
        assert!(answer.contains("client 198.18.0.3\n"), "{answer}");
        let tries = [
            ("app", "198.19.1.1", "tcp/443", Verdict::Open),
            ("internet", "198.18.0.3", "tcp/8080", Verdict::Rejected),
            ("internet", "198.18.0.3", "tcp/443", Verdict::Rejected),
            ("internet", "10.20.1.10", "tcp/8080", Verdict::Rejected),
            // A public route without a public address leads nowhere.
            ("shy", "203.0.113.10", "tcp/443", Verdict::Rejected),
            ("data", "203.0.113.10", "tcp/443", Verdict::Rejected),
            ("data", "198.19.1.1", "tcp/443", Verdict::Rejected),
            // Nothing filters inside: it arrives, and nobody listens.
            ("app", "10.20.2.10", "tcp/22", Verdict::NoListener),
            ("app", "10.20.2.10", "tcp/5432", Verdict::Open),
        ];
        for (from, address, ports, verdict) in tries {
            assert_eq!(
                probe(bench, &resolved, from, address, ports).await,
                verdict,
                "{from} → {address} {ports}"
            );
        }
    });
}

#[test]
fn peering_is_not_transitive() {
    let sketch = "
        network alpha
        network beta
        network gamma
        segment a alpha 10.1.0.0/24 10.2.0.0/16=peer:ab:beta 10.3.0.0/16=peer:ab:beta
        segment b beta 10.2.0.0/24 10.1.0.0/16=peer:ab:alpha 10.3.0.0/16=peer:bc:gamma
        segment c gamma 10.3.0.0/24 10.2.0.0/16=peer:bc:beta 10.1.0.0/16=peer:bc:beta
        server left a 10.1.0.10 tcp/80
        server middle b 10.2.0.10 tcp/80
        server right c 10.3.0.10 tcp/80
        open left
        open middle
        open right
        peering ab alpha beta
        peering bc beta gamma
    ";
    with_lab("peering", sketch, async |resolved, bench| {
        let verification = bench.driver.verify(&resolved).await.unwrap();
        insta::assert_snapshot!(text(&verification), @"
        left → middle: tcp/80 open, tcp/22 no-listener
        left → right: tcp/80 rejected, tcp/22 rejected
        middle → left: tcp/80 open, tcp/22 no-listener
        middle → right: tcp/80 open, tcp/22 no-listener
        right → left: tcp/80 rejected, tcp/22 rejected
        right → middle: tcp/80 open, tcp/22 no-listener
        ");
    });
}

#[test]
fn a_firewall_table_takes_the_first_row_that_matches() {
    let sketch = "
        network shop
        segment app shop 10.20.1.0/24
        segment data shop 10.20.2.0/24
        server app app 10.20.1.10 tcp/8080
        server trusted app 10.20.1.20
        server data data 10.20.2.10 tcp/5432 tcp/9999
        server other data 10.20.2.11
        open app
        open trusted
        open data
        open other
        table edge data | allow 10.20.1.20/32 tcp/5432 | deny 10.20.1.0/24 tcp/5432 | allow any tcp/9999
    ";
    with_lab("table", sketch, async |resolved, bench| {
        let verification = bench.driver.verify(&resolved).await.unwrap();
        let mut lines = text(&verification);
        lines =
            lines.lines().filter(|line| line.contains("→ data:")).collect::<Vec<_>>().join("\n");
        insta::assert_snapshot!(lines, @"
        app → data: tcp/5432 rejected, tcp/9999 open, tcp/22 rejected
        other → data: tcp/5432 open, tcp/9999 open, tcp/22 no-listener
        trusted → data: tcp/5432 open, tcp/9999 open, tcp/22 rejected
        ");
    });
}

#[test]
fn datagrams_and_pings_are_tried_too() {
    let sketch = "
        network shop
        segment app shop 10.20.1.0/24
        segment data shop 10.20.2.0/24
        server app app 10.20.1.10
        server names data 10.20.2.10 udp/53 udp/5000-5002
        flow ask app names udp/53 icmp
    ";
    with_lab("datagrams", sketch, async |resolved, bench| {
        let verification = bench.driver.verify(&resolved).await.unwrap();
        let lines = text(&verification);
        assert!(
            lines.contains(
                "app → names: udp/53! open, udp/5000-5002 rejected, icmp! open, tcp/22 rejected"
            ),
            "{lines}"
        );
    });
}

#[test]
fn an_interface_end_point_leads_to_its_service() {
    let sketch = "
        network shop
        segment app shop 10.20.1.0/24
        server app app 10.20.1.10
        queue jobs - 198.19.2.1 tcp/443
        private-endpoint door app 10.20.1.20
        set door target jobs
        flow app-door app door tcp/443
    ";
    with_lab("endpoint", sketch, async |resolved, bench| {
        bench.driver.verify(&resolved).await.unwrap();
        let answer = fetch(bench, &resolved, "app", "10.20.1.20", 443).await.unwrap();
        assert!(answer.contains("jobs\n"), "{answer}");
        assert_eq!(
            probe(bench, &resolved, "app", "198.19.2.1", "tcp/443").await,
            Verdict::Rejected
        );
    });
}

#[test]
fn a_server_comes_and_goes_without_touching_the_rest() {
    with_lab("grow", SHOP, async |resolved, bench| {
        let lab = bench.driver.lab("grow", "test");
        let before = bench.driver.verify(&resolved).await.unwrap();
        let pid = lab.info().await.unwrap().unwrap().pid;
        let grown = SHOP.replace(
            "database orders[0]",
            "server app[2] app/a 10.20.1.12 tcp/8080\n database orders[0]",
        );
        let grown = sketch::resolved("grow", &grown);
        bench.driver.converge(&grown).await.unwrap();
        let after = bench.driver.verify(&grown).await.unwrap();
        assert_eq!(differences(&before, &after), BTreeSet::new());
        assert!(text(&after).contains("app[2] → orders[1]: tcp/5432! open"), "{}", text(&after));
        assert!(text(&after).contains("entry[0] → app[2]: tcp/8080! open"));
        bench.driver.converge(&resolved).await.unwrap();
        let again = bench.driver.verify(&resolved).await.unwrap();
        assert_eq!(text(&again), text(&before));
        assert_eq!(lab.info().await.unwrap().unwrap().pid, pid);
    });
}

/// Whether any thread of a process runs: the first may be gone while another holds what the process has.
fn alive(pid: u32) -> bool {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    tasks.map(|task| std::fs::read_to_string(task.path().join("stat")).unwrap_or_default()).any(
        |stat| {
            let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
            !matches!(state, None | Some('Z' | 'X'))
        },
    )
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn a_killed_holder_leaves_nothing() {
    with_lab("killed", SHOP, async |_, bench| {
        let lab = bench.driver.lab("killed", "test");
        let pid = lab.info().await.unwrap().unwrap().pid;
        assert_eq!(files(&bench.config.folder).len(), 2, "socket and folder");
        assert!(Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap().success());
        eventually("the process is gone", || async { !alive(pid) }).await;
        assert_eq!(list(&bench.config).await, []);
        assert_eq!(files(&bench.config.folder), Vec::<String>::new());
        assert_eq!(bench.driver.live("killed", "test").await.unwrap(), []);
        assert_eq!(bench.driver.sweep("killed", "test").await.unwrap(), []);
    });
}

#[test]
fn a_change_whose_caller_died_goes_before_the_next_question() {
    with_lab("orphan", SHOP, async |resolved, bench| {
        let lab = bench.driver.lab("orphan", "test");
        let known = bench.driver.desired(&resolved);
        let last = known.iter().find(|known| known.address == "app[1]").unwrap().clone();
        let remove = vec![last.address.clone()];
        let gone =
            Request::Apply { parts: Blueprint::default(), put: vec![], remove, known: vec![] };
        let call = serde_json::to_string(&Call { version: VERSION, request: gone }).unwrap();
        let mut dying = std::os::unix::net::UnixStream::connect(lab.socket()).unwrap();
        writeln!(dying, "{call}").unwrap();
        drop(dying);
        let live = bench.driver.live("orphan", "test").await.unwrap();
        assert_eq!(live.len(), known.len() - 1);
        assert!(!live.iter().any(|known| known.address == last.address));
    });
}

#[test]
fn a_holder_whose_starter_died_meanwhile_leaves_nothing() {
    if let Err(why) = gp_lab::available() {
        return skip("a_holder_whose_starter_died_meanwhile_leaves_nothing", &why.to_string());
    }
    let bench = bench();
    std::fs::create_dir_all(&bench.config.folder).unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut holder = Command::new(&bench.config.program)
        .args(&bench.config.arguments)
        .arg(bench.driver.lab("unborn", "test").socket())
        .args(["unborn", "test"])
        .stdout(writer)
        .spawn()
        .unwrap();
    assert!(holder.wait().unwrap().success());
    assert_eq!(files(&bench.config.folder), Vec::<String>::new());
}

#[test]
fn a_lab_ends_at_its_time() {
    if let Err(why) = gp_lab::available() {
        return skip("a_lab_ends_at_its_time", &why.to_string());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let bench = bench();
        let lab = bench.driver.lab("short", "test");
        lab.start(Some(1)).await.unwrap();
        // On a busy machine its second may be over before it is asked.
        if let Some(info) = lab.info().await.unwrap() {
            assert!(info.ends_in.unwrap() <= 1);
            eventually("the lab ended", || async { !alive(info.pid) }).await;
        }
        assert_eq!(files(&bench.config.folder), Vec::<String>::new());
    });
}

#[test]
fn the_host_sees_nothing_of_a_lab() {
    let devices = || std::fs::read_to_string("/proc/net/dev").unwrap().lines().count();
    let before = devices();
    with_lab("hidden", SHOP, async |_, bench| {
        assert_eq!(devices(), before);
        assert_eq!(list(&bench.config).await.len(), 1);
        let mode = std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(&bench.config.folder).unwrap().permissions(),
        );
        assert_eq!(mode & 0o777, 0o700);
    });
}

/// Plans against what stands, walks the plan, and gives back its changes.
async fn deploy(bench: &Bench, resolved: &Resolved, empty: bool) -> Vec<String> {
    let store = gp_plan::Store::open(Path::new(":memory:")).unwrap();
    let (design, environment) = (&*resolved.design.id, &*resolved.environment.id);
    let live = bench.driver.live(design, environment).await.unwrap();
    let resources = if empty { Vec::new() } else { bench.driver.desired(resolved) };
    let inputs = gp_plan::difference::Inputs { desired: &resources, state: &live, live: &live };
    let plan = gp_plan::plan(design, environment, inputs, &bench.driver);
    let desired =
        gp_plan::Desired { resolved: Arc::new(resolved.clone()), resources, artifact: None };
    let _ = (&store, &desired, Cancel::default(), Event::Log { message: String::new() });
    for step in &plan.steps {
        let report: gp_plan::driver::Report = Arc::new(|_| {});
        let first = bench.driver.execute(step, &plan, &desired, &report).await.unwrap();
        if step.action != gp_plan::Action::Delete {
            let again = bench.driver.execute(step, &plan, &desired, &report).await.unwrap();
            assert_eq!(first, again, "a step done twice changes nothing");
        }
    }
    let acting = plan.changes.iter().filter(|change| change.action != gp_plan::Action::NoOp);
    acting.map(|change| format!("{:?} {}", change.action, change.address)).collect()
}

#[test]
fn a_plan_builds_changes_and_ends_a_lab() {
    if let Err(why) = gp_lab::available() {
        return skip("a_plan_builds_changes_and_ends_a_lab", &why.to_string());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let bench = bench();
        let resolved = sketch::resolved("planned", SHOP);
        let created = deploy(&bench, &resolved, false).await;
        assert_eq!(created.len(), 18, "{created:#?}");
        let by_plan = bench.driver.verify(&resolved).await.unwrap();
        assert!(by_plan.cells.iter().all(|cell| !cell.drawn || cell.verdict == Verdict::Open));
        assert_eq!(deploy(&bench, &resolved, false).await, Vec::<String>::new());
        let fewer =
            sketch::resolved("planned", &SHOP.replace("flow app-orders app orders tcp/5432", ""));
        let changed = deploy(&bench, &fewer, false).await;
        let expected = ["Update app[0]", "Update app[1]", "Update orders[0]", "Update orders[1]"];
        assert_eq!(changed.iter().map(String::as_str).collect::<BTreeSet<_>>(), expected.into());
        let after = bench.driver.verify(&fewer).await.unwrap();
        assert!(text(&after).contains("app[0] → orders[0]: tcp/5432 rejected"), "{}", text(&after));
        deploy(&bench, &fewer, true).await;
        assert_eq!(bench.driver.live("planned", "test").await.unwrap(), []);
        assert_eq!(bench.driver.sweep("planned", "test").await.unwrap(), []);
        assert_eq!(files(&bench.config.folder), Vec::<String>::new());
    });
}

#[test]
fn a_replaced_segment_takes_what_stands_in_it_along() {
    let name = "a_replaced_segment_takes_what_stands_in_it_along";
    if let Err(why) = gp_lab::available() {
        return skip(name, &why.to_string());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let bench = bench();
        deploy(&bench, &sketch::resolved("smaller", SHOP), false).await;
        let smaller = SHOP.replace("data/a shop 10.20.2.0/26", "data/a shop 10.20.2.0/27");
        let smaller = sketch::resolved("smaller", &smaller);
        let changed = deploy(&bench, &smaller, false).await;
        for replaced in ["Replace data/a", "Replace orders[0]"] {
            assert!(changed.iter().any(|change| change == replaced), "{changed:#?}");
        }
        let verification = bench.driver.verify(&smaller).await.unwrap();
        assert!(verification.cells.iter().all(|cell| !cell.drawn || cell.verdict == Verdict::Open));
        assert_eq!(deploy(&bench, &smaller, false).await, Vec::<String>::new());
    });
}

#[test]
fn an_ordinary_user_gets_the_same_lab() {
    let name = "an_ordinary_user_gets_the_same_lab";
    let id = Command::new("id").arg("-u").output().unwrap();
    if String::from_utf8_lossy(&id.stdout).trim() != "0" {
        return skip(name, "every test here ran as an ordinary user already");
    }
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../..");
    let tests = [
        "the_shop_lets_through_what_is_drawn_and_nothing_else",
        "nat_lets_out_and_not_in",
        "a_pass_through_balancer_keeps_the_clients_address",
        "datagrams_and_pings_are_tried_too",
        "a_killed_holder_leaves_nothing",
    ];
    // The build folder may lie where only root can look.
    let folder = tempfile::tempdir().unwrap();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(folder.path(), open).unwrap();
    let (program, holder_copy) = (folder.path().join("tests"), folder.path().join("holder"));
    std::fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    std::fs::copy(holder(), &holder_copy).unwrap();
    let as_nobody = |command: &Path, arguments: &[&str]| {
        Command::new("setpriv")
            .args(["--reuid", "65534", "--regid", "65534", "--clear-groups"])
            .arg(command)
            .args(arguments)
            .env_remove("XDG_RUNTIME_DIR")
            .env(HOLDER, &holder_copy)
            // As the app's, which links a web view: there is a thread before it begins.
            .env("GP_LAB_HOLDER_THREADED", "yes")
            .env("INSTA_WORKSPACE_ROOT", root)
            .env("INSTA_UPDATE", "no")
            .output()
    };
    if !as_nobody(&program, &["--list"]).is_ok_and(|output| output.status.success()) {
        return skip(name, "another user cannot run this test program here");
    }
    let mut arguments = vec!["--exact", "--nocapture"];
    arguments.extend(tests);
    let output = as_nobody(&program, &arguments).unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(!said.contains("skipped") && !words.contains("skipped"), "{said}\n{words}");
    assert!(said.contains("5 passed"), "{said}");
}
