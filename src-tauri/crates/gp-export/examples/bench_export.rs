//! Measures every format on a generated design of 10,000 resources and 12,000 links:
//! `cargo run --release -p gp-export --example bench_export [-- --json]`. Asserts nothing.
#![allow(clippy::disallowed_methods, reason = "a measurement, not the crate")]

use gp_export::{Format, Options};
use gp_model::Id;
use std::time::Instant;

#[allow(dead_code, clippy::unwrap_used, reason = "of the tests")]
#[path = "../tests/judges/support.rs"]
mod support;

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let json = std::env::args().any(|word| word == "--json");
    let text = gp_testkit::generate(10_000, 12_000, 1);
    let text = format!("{text}\n[environment.measured]\nprovider = \"aws\"\n");
    let opened = gp_model::file::parse(text.as_bytes());
    let resolved =
        gp_catalog::resolve(&opened.design, gp_catalog::builtin(), Some(&Id::new("measured")));
    let drawing = support::drawing(&text);
    let run = |format: &Format| {
        let begun = Instant::now();
        let files = gp_export::export(format, &resolved, Some(&drawing), Options::default());
        let ms = begun.elapsed().as_secs_f64() * 1000.0;
        (ms, files.files.values().map(Vec::len).sum::<usize>())
    };
    // The best of five: the machine is shared.
    let best = |format| (0..5).map(|_| run(format)).min_by(|a, b| a.0.total_cmp(&b.0));
    let figures = gp_export::formats()
        .iter()
        .filter_map(|format| best(format).map(|(ms, bytes)| (format.id, ms, bytes)));
    if json {
        let pairs: Vec<String> =
            figures.map(|(name, ms, _)| format!("{name:?}: {ms:.3}")).collect();
        println!("{{{}}}", pairs.join(", "));
        return;
    }
    println!("{} resources, {} links", resolved.resources.len(), resolved.links.len());
    for (name, ms, bytes) in figures {
        println!("{name:24} {ms:10.3} ms {bytes:10} bytes");
    }
}
