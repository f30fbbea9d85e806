//! Measures all checks on a large design, whole and after one edit: `cargo run --release
//! -p gp-rules --example bench_rules [-- --json]`. Asserts nothing.

use gp_catalog::{builtin, resolve::Resolution};
use gp_model::{Edit, Id, edit, file};
use gp_rules::{Date, Judge, Proof};
use std::time::Instant;

fn main() {
    let json = std::env::args().any(|word| word == "--json");
    let text = gp_testkit::generate(10_000, 12_000, 7);
    let mut design = file::parse(text.as_bytes()).design;
    let (mut resolution, resolving) = timed(|| Resolution::new(&design, builtin(), None));
    let (proof, proving) = timed(|| Proof::of(&resolution.resolved));
    let today = Date::new(2026, 6, 15).expect("a day of the calendar");
    let mut judge = Judge::default();
    let (found, all) = timed(|| judge.judge(&resolution.resolved, &proof, today));
    let servers: Vec<Id> = design
        .resources
        .iter()
        .filter(|(_, r)| r.kind == "server")
        .map(|(id, _)| id.clone())
        .take(9)
        .collect();
    let (mut resolved_again, mut judged_again) = (Vec::new(), Vec::new());
    for (number, id) in servers.into_iter().enumerate() {
        let cpu = 3 + i64::try_from(number).expect("a bench counts in thousands");
        let edit =
            Edit::SetAttribute { resource: id, path: vec!["cpu".to_owned()], value: cpu.into() };
        let Ok(patch) = edit::apply(&design, &edit) else { continue };
        patch.apply(&mut design);
        let (after, time) = timed(|| resolution.after(&design, builtin(), &patch));
        resolution = after;
        resolved_again.push(time);
        judged_again.push(timed(|| judge.judge(&resolution.resolved, &proof, today)).1);
    }
    let figures = [
        ("resolve", resolving),
        ("proof", proving),
        ("all checks", all),
        ("resolve after one edit", median(resolved_again)),
        ("checks after one edit", median(judged_again)),
    ];
    if json {
        let pairs: Vec<String> =
            figures.iter().map(|(name, ms)| format!("{name:?}: {ms:.2}")).collect();
        println!("{{{}}}", pairs.join(", "));
        return;
    }
    for (name, ms) in figures {
        println!("{name:24} {ms:9.2} ms");
    }
    println!("({} findings)", found.open.len());
}

/// How long something takes, in milliseconds.
fn timed<T>(run: impl FnOnce() -> T) -> (T, f64) {
    let begun = Instant::now();
    let made = run();
    (made, begun.elapsed().as_secs_f64() * 1000.0)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}
