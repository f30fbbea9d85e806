//! Measures resolve on a generated design of 10,000 resources and 12,000 links: whole, and after
//! one edit. `cargo run --release -p gp-catalog --example bench_resolve [-- --json]`. Asserts
//! nothing.

use gp_catalog::{Resolution, builtin};
use gp_model::{Design, Edit, Id, Value, edit};
use std::time::Instant;

/// The one that every program with the facade in it has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let json = std::env::args().any(|word| word == "--json");
    let text = gp_testkit::generate::generate(10_000, 12_000, 1);
    let mut design = gp_model::file::parse(text.as_bytes()).design;
    let (mut known, whole) = whole(&design);
    let mut figures = vec![("whole", whole)];
    for (path, values) in [("cpu", [2, 4]), ("count", [2, 1])] {
        let (median, slowest) = edits(&mut design, &mut known, path, values);
        let names = match path {
            "cpu" => ["one edit of cpu", "slowest edit of cpu"],
            _ => ["one edit of count", "slowest edit of count"],
        };
        figures.extend(names.into_iter().zip([median, slowest]));
    }
    if json {
        let pairs: Vec<String> =
            figures.iter().map(|(name, ms)| format!("{name:?}: {ms:.3}")).collect();
        println!("{{{}}}", pairs.join(", "));
        return;
    }
    println!("{} resources, {} links", design.resources.len(), design.links.len());
    for (name, ms) in figures {
        println!("{name:24} {ms:10.3} ms");
    }
}

/// The best of five: the machine is shared.
fn whole(design: &Design) -> (Resolution, f64) {
    let (mut best, mut known) = (f64::MAX, None);
    for _ in 0..5 {
        let start = Instant::now();
        let resolution = Resolution::new(design, builtin(), None);
        best = best.min(start.elapsed().as_secs_f64() * 1000.0);
        known = Some(resolution);
    }
    (known.expect("it ran five times"), best)
}

fn edits(design: &mut Design, known: &mut Resolution, path: &str, values: [i64; 2]) -> (f64, f64) {
    let mut times = Vec::new();
    for n in 0..40 {
        let resource = Id::new(format!("srv-{}-{}", n * 3, n % 20));
        for value in values {
            let (path, value) = (vec![path.to_owned()], Value::Integer(value));
            let edit = Edit::SetAttribute { resource: resource.clone(), path, value };
            let Ok(patch) = edit::apply(design, &edit) else { continue };
            patch.apply(design);
            let start = Instant::now();
            *known = known.after(design, builtin(), &patch);
            times.push(start.elapsed().as_secs_f64() * 1000.0);
        }
    }
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() - 1])
}
