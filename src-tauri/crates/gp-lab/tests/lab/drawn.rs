//! Random drawings with every kind of hop, as labs: proof and packets must say the same of every cell,
//! and proof and name servers of every name. `GP_CASES` says how many, `GP_SEED` the first. What fails is
//! made smaller as long as it fails, and left as a file that can be opened.

use super::{Bench, agreement::disagreements, bench, coverage::Coverage};
use gp_analysis::{names::lookup, reach::World};
use gp_catalog::Resolved;
use gp_lab::{
    Verification,
    protocol::{Reply, Request},
};
use gp_testkit::skip;
use std::fmt::Write as _;
use std::{
    collections::{BTreeSet, HashSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Labs side by side.
const AT_ONCE: u64 = 3;
/// Attempts to make what fails smaller.
const SMALLER: usize = 30;

#[test]
fn proof_and_packets_agree_on_every_kind_of_drawing() {
    let name = "proof_and_packets_agree_on_every_kind_of_drawing";
    if let Err(unavailable) = gp_lab::available() {
        return skip(name, &unavailable.to_string());
    }
    let number = |name, or| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(or);
    let (first, cases): (u64, u64) = (number("GP_SEED", 0), number("GP_CASES", 200));
    let (next, begun) = (AtomicU64::new(first), Instant::now());
    let (failed, seen) = (Mutex::new(Vec::new()), Mutex::new(Coverage::default()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE.min(cases) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + cases {
                        break;
                    }
                    let sketch = gp_testkit::drawn(seed);
                    let mut own = Coverage::default();
                    let lines = differences(seed, &sketch, &mut own);
                    seen.lock().unwrap().add(own);
                    if !lines.is_empty() {
                        println!(
                            "seed {seed}: {} differ, {:?}: {}",
                            lines.len(),
                            begun.elapsed(),
                            lines.join("\n   ")
                        );
                        failed.lock().unwrap().push(report(seed, &sketch, &lines));
                    }
                }
            });
        }
    });
    let (failed, seen) = (failed.into_inner().unwrap(), seen.into_inner().unwrap());
    println!("{seen}{} designs in {:?}", cases, begun.elapsed());
    assert!(failed.is_empty(), "{} designs differ\n{}", failed.len(), failed.join("\n"));
    if cases >= 200 {
        assert_eq!(seen.too_rare(), Vec::<&str>::new(), "{seen}");
    }
}

fn meaning(sketch: &str, seed: u64) -> Resolved {
    let mut design = gp_testkit::sketch(sketch);
    design.id = Some(format!("drawn-{seed}"));
    gp_catalog::resolve(&design, gp_catalog::builtin(), None)
}

/// Deploys a drawing and says in which cells and names proof and packets differ.
fn differences(seed: u64, sketch: &str, seen: &mut Coverage) -> Vec<String> {
    let resolved = meaning(sketch, seed);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let bench = bench();
    runtime.block_on(async {
        if let Err(error) = bench.driver.converge(&resolved).await {
            return vec![format!("it cannot be deployed: {error}")];
        }
        let tried = tried(&bench, &resolved).await;
        seen.count(&resolved, &tried);
        let mut lines = disagreements(&resolved, &tried);
        for line in lines.iter_mut().take(3) {
            line.push_str(&way_of(&bench, &resolved, &tried, line).await);
        }
        lines.extend(names_that_differ(&bench, &resolved, seen).await);
        if seed.is_multiple_of(4) {
            lines.extend(without_a_target(&bench, &resolved, seen).await);
        }
        lines
    })
}

/// Where the packets of a cell that disagrees were seen, and which rules counted there.
async fn way_of(bench: &Bench, resolved: &Resolved, tried: &Verification, line: &str) -> String {
    let is_it = |cell: &&gp_lab::Cell| {
        line.starts_with(&format!("{} → {} {}: ", cell.from, cell.to, cell.service))
    };
    let Some(cell) = tried.cells.iter().find(is_it) else { return String::new() };
    let traced = bench.driver.trace(resolved, cell).await.unwrap();
    let mut text = format!("\n    alone at {}: {}", cell.address, traced.tried.verdict);
    for seen in traced.way {
        let by = seen.device.map(|device| format!(" by {device}")).unwrap_or_default();
        let rules: Vec<String> = seen
            .rules
            .iter()
            .map(|counted| format!("{} {}", counted.packets, counted.rule))
            .collect();
        let taken = if seen.taken { ", taken" } else { "" };
        let _ = write!(text, "\n      {}{by}{taken} [{}]", seen.space, rules.join(", "));
    }
    text
}

/// Tries everything; waits for what the proof says will open.
async fn tried(bench: &Bench, resolved: &Resolved) -> Verification {
    let matrix = World::new(resolved).matrix();
    let open = matrix.rows().filter(|(_, cell)| cell.directly && cell.answered);
    let open: HashSet<(String, String, String)> =
        open.map(|(row, _)| (row.from, row.to, row.service)).collect();
    let opens = |cell: &gp_lab::cells::Planned| {
        open.contains(&(cell.from.clone(), cell.to.clone(), cell.service.to_string()))
    };
    bench.driver.verify_expecting(resolved, opens).await.unwrap()
}

/// Every machine asks for every name that is drawn, and for one that is not.
async fn names_that_differ(bench: &Bench, resolved: &Resolved, seen: &mut Coverage) -> Vec<String> {
    let names: BTreeSet<&str> = resolved.records.iter().map(|record| &*record.name).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let world = World::new(resolved);
    let machines = resolved.resources.values().filter(|it| {
        matches!(it.kind.as_str(), "server" | "server-group" | "internet")
            && !it.instances.is_empty()
    });
    let mut lines = Vec::new();
    for machine in machines {
        for name in names.iter().copied().chain(["nobody.cloud.example.com"]) {
            let mut proven = lookup(resolved, &world, &machine.id, name).addresses;
            proven.sort();
            let (from, begun) = (&machine.instances[0].address, Instant::now());
            let answered = loop {
                let asked = bench.driver.ask(resolved, from, name).await.unwrap();
                let mut answered: Vec<String> =
                    asked.addresses().into_iter().map(str::to_owned).collect();
                answered.sort();
                if answered == proven || begun.elapsed() > Duration::from_secs(2) {
                    break answered;
                }
            };
            seen.name(!proven.is_empty());
            if answered != proven {
                lines.push(format!(
                    "{from} asks for {name}: proof {proven:?}, packets {answered:?}"
                ));
            }
        }
    }
    lines
}

/// With one of a balancer's targets unplugged, everything else is as in a drawing without it.
async fn without_a_target(bench: &Bench, resolved: &Resolved, seen: &mut Coverage) -> Vec<String> {
    let listeners = resolved.resources.values().flat_map(|resource| resource.listeners.iter());
    let targets: BTreeSet<_> =
        listeners.flat_map(|l| l.targets.iter().map(|target| target.resource.clone())).collect();
    let several = targets.iter().filter_map(|id| resolved.resource(id));
    let Some(target) = several.into_iter().find(|it| it.instances.len() > 1) else {
        return Vec::new();
    };
    let mut less = resolved.clone();
    let mut changed = target.clone();
    let gone = Arc::make_mut(&mut changed.instances).remove(0).address;
    less.resources.insert(target.id.clone(), changed.into());
    let lab = bench.driver.lab(&resolved.design.id, &resolved.environment.id);
    let off = lab.call(Request::Switch { space: gone.clone(), on: false }).await.unwrap();
    assert!(matches!(off, Reply::Done), "{off:?}");
    // Until the balancers have noticed.
    tokio::time::sleep(Duration::from_millis(1600)).await;
    let tried = tried(bench, &less).await;
    seen.target_down(&less, &tried);
    let lines = disagreements(&less, &tried);
    lines.into_iter().map(|line| format!("without {gone}: {line}")).collect()
}

/// What differs, the smallest drawing in which anything does, and where it lies as a file.
fn report(seed: u64, sketch: &str, lines: &[String]) -> String {
    let (small, lines) = smaller(seed, sketch, lines);
    let file = std::env::temp_dir().join(format!("groundplan-drawn-{seed}.gplan"));
    let left = std::fs::write(&file, gp_testkit::sketch_text(&small));
    let place = left.map_or_else(|error| error.to_string(), |()| file.display().to_string());
    format!(
        "GP_SEED={seed} GP_CASES=1 ({place})\n  {}\n{small}",
        lines.iter().take(12).cloned().collect::<Vec<_>>().join("\n  ")
    )
}

/// Takes out one line after another, with what stands in it, while anything still differs.
fn smaller(seed: u64, sketch: &str, lines: &[String]) -> (String, Vec<String>) {
    let (mut best, mut found) = (sketch.to_owned(), lines.to_vec());
    let (mut at, mut attempts) = (0, 0);
    while at < best.lines().count() && attempts < SMALLER {
        let less = without_line(&best, at);
        attempts += 1;
        let still = differences(seed, &less, &mut Coverage::default());
        if still.is_empty() {
            at += 1;
        } else {
            (best, found) = (less, still);
        }
    }
    (best, found)
}

/// Without a line, what is indented below it, and links of what goes.
fn without_line(sketch: &str, at: usize) -> String {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let lines: Vec<&str> = sketch.lines().collect();
    let below = lines[at + 1..].iter().take_while(|line| depth(line) > depth(lines[at])).count();
    let gone = &lines[at..=at + below];
    let ids: BTreeSet<&str> = gone.iter().filter_map(|l| l.split_whitespace().nth(1)).collect();
    let names_one = |line: &str| {
        let ends: Vec<&str> = line.split_whitespace().collect();
        ends.get(1) == Some(&"->") && (ids.contains(ends[0]) || ids.contains(ends[2]))
    };
    let kept = lines
        .iter()
        .enumerate()
        .filter(|(number, line)| !(at..=at + below).contains(number) && !names_one(line));
    kept.map(|(_, line)| format!("{line}\n")).collect()
}
