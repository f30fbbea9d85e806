//! Measures `groundplan check` on a generated design of 10,000 resources and 12,000 links in one
//! environment, step by step: `cargo run --release -p gp-app --example bench_check [-- --json]`.
//! Asserts nothing.

use gp_analysis::reach::World;
use gp_app::{judged::judge, own_kinds::program};
use gp_catalog::{builtin, resolve::resolve};
use gp_model::file;
use gp_rules::{Date, Proof};
use std::time::Instant;

fn main() {
    let json = std::env::args().any(|word| word == "--json");
    let text = gp_testkit::generate(10_000, 12_000, 1);
    let (opened, parse) = timed(|| file::parse(text.as_bytes()));
    let design = opened.design;
    let (resolved, resolving) = timed(|| resolve(&design, builtin(), None));
    let (world, building) = timed(|| World::new(&resolved));
    let (proof, proving) = timed(|| Proof::from_world(&world, &resolved));
    let today = Date::new(2026, 6, 15).expect("a day of the calendar");
    let (found, rules) = timed(|| gp_rules::judge(&resolved, &proof, today));
    let (_, total) = timed(|| judge(&file::parse(text.as_bytes()).design, &program(), None, 1));
    let figures = [
        ("parse", parse),
        ("resolve", resolving),
        ("who can reach whom", building),
        ("links and intents", proving),
        ("rules", rules),
        ("parse and judge in all", total),
    ];
    if json {
        let pairs: Vec<String> =
            figures.iter().map(|(name, ms)| format!("{name:?}: {ms:.1}")).collect();
        println!("{{{}}}", pairs.join(", "));
        return;
    }
    println!(
        "{} resources, {} links, {} findings",
        design.resources.len(),
        design.links.len(),
        found.open.len()
    );
    for (name, ms) in figures {
        println!("{name:24} {ms:8.1} ms");
    }
}

/// The best of five, in milliseconds: the machine is shared.
fn timed<T>(run: impl Fn() -> T) -> (T, f64) {
    let (mut best, mut last) = (f64::MAX, None);
    for _ in 0..5 {
        let begun = Instant::now();
        last = Some(run());
        best = best.min(begun.elapsed().as_secs_f64() * 1000.0);
    }
    (last.expect("it ran five times"), best)
}
