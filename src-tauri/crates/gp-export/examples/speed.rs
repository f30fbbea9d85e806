//! How long a generated design of 10,000 resources takes in each format:
//! `cargo run --release -p gp-export --example speed`, or of another size: `… speed -- 2500`.
#![allow(clippy::disallowed_methods, reason = "a measurement, not the crate")]

use gp_export::{Drawing, Options};
use gp_model::Id;
use std::time::Instant;

fn main() {
    let text = gp_testkit::generate(size(), size() * 6 / 5, 1);
    let text = format!("{text}\n[environment.measured]\nprovider = \"aws\"\n");
    let opened = gp_model::file::parse(text.as_bytes());
    let resolved =
        gp_catalog::resolve(&opened.design, gp_catalog::builtin(), Some(&Id::new("measured")));
    let boxes =
        opened.design.layout.resources.iter().map(|(id, rect)| (id.clone(), *rect)).collect();
    let drawing = Drawing { boxes, source: Some(text), ..Drawing::default() };
    println!("{} resources, {} links", resolved.resources.len(), resolved.links.len());
    for format in gp_export::formats() {
        let begun = Instant::now();
        let files = gp_export::export(format, &resolved, Some(&drawing), Options::default());
        let bytes: usize = files.files.values().map(Vec::len).sum();
        println!("{}: {} ms, {bytes} bytes", format.id, begun.elapsed().as_millis());
    }
}

/// How many resources: the first word, else 10,000.
fn size() -> usize {
    std::env::args().nth(1).and_then(|word| word.parse().ok()).unwrap_or(10_000)
}
