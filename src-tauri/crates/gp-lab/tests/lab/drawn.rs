//! Random drawings with every kind of hop, as labs: proof and packets must say the same of every cell.

use super::{agreement::disagreements, bench};
use gp_catalog::Resolved;
use std::{sync::atomic::{AtomicU64, Ordering}, time::Instant};

fn meaning(sketch: &str, seed: u64) -> Resolved {
    let mut design = gp_testkit::sketch(sketch);
    design.id = Some(format!("drawn-{seed}"));
    gp_catalog::resolve(&design, gp_catalog::builtin(), None)
}

#[test]
fn proof_and_packets_agree_on_drawn_designs() {
    let number = |name: &str, or: u64| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(or);
    let (first, cases) = (number("GP_SEED", 0), number("GP_CASES", 200));
    let next = AtomicU64::new(first);
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..number("GP_AT_ONCE", 3) {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + cases { break; }
                    let sketch = gp_testkit::drawn(seed);
                    let resolved = meaning(&sketch, seed);
                    let bench = bench();
                    runtime.block_on(async {
                        let t0 = Instant::now();
                        if let Err(error) = bench.driver.converge(&resolved).await {
                            println!("== seed {seed}: {error}\n{sketch}");
                            return;
                        }
                        let t1 = Instant::now();
                        let world = gp_analysis::reach::World::new(&resolved);
                        let matrix = world.matrix();
                        let open: std::collections::HashSet<(String, String, String)> = matrix.rows().filter(|(_, c)| c.directly && c.answered).map(|(r, _)| (r.from, r.to, r.service)).collect();
                        let tried = bench.driver.verify_expecting(&resolved, |c| open.contains(&(c.from.clone(), c.to.clone(), c.service.to_string()))).await.unwrap();
                        let t2 = Instant::now();
                        let lines = disagreements(&resolved, &tried);
                        println!("seed {seed}: {} cells, {} open, up {:?}, probed {:?}, {:?}; {} differ", tried.cells.len(),
                            tried.cells.iter().filter(|c| c.verdict <= gp_lab::Verdict::NoListener).count(), t1-t0, t2-t1, t2.elapsed(), lines.len());
                        for c in tried.cells.iter().filter(|c| c.verdict == gp_lab::Verdict::Timeout).take(2) { println!("seed {seed}: timeout {} → {} {} {}", c.from, c.to, c.service, c.address); }
                        if !lines.is_empty() {
                            let cells = gp_lab::cells::cells(&resolved);
                            let lab = bench.driver.lab(&resolved.design.id, &resolved.environment.id);
                            for line in lines.iter().take(3) {
                                let Some(cell) = cells.iter().find(|c| line.starts_with(&format!("{} → {} {}: ", c.from, c.to, c.service))) else { continue };
                                let probe = gp_lab::protocol::Probe { from: cell.from.clone(), addresses: cell.addresses.clone(), ports: cell.service, clients: vec![], drawn: false };
                                if let gp_lab::protocol::Reply::Probed(p) = lab.call(gp_lab::protocol::Request::Probe { probes: vec![probe] }).await.unwrap() {
                                    println!("seed {seed}: {line}\n   alone {:?} {:?} {:#?}", p.results[0].verdict, cell.addresses, p.counted);
                                }
                            }
                            println!("{sketch}");
                            println!("== seed {seed}\n{}", lines.iter().take(8).map(|l| format!("  {l}\n")).collect::<String>());
                        }
                    });
                }
            });
        }
    });
    println!("{:?}", start.elapsed());
}
