//! Measures labs: up, all pairs probed, destroyed. Prints a table, or JSON with `--json`.
#![expect(clippy::unwrap_used, reason = "a measurement: a surprise should stop it")]

#[path = "../tests/lab/sketch.rs"]
mod sketch;

use gp_catalog::Resolved;
use gp_lab::{LabConfig, LabDriver, Verdict};
use std::{fmt::Write, process::ExitCode, time::Instant};

fn main() -> ExitCode {
    if let Some(code) = gp_lab::holder_if_asked() {
        return code;
    }
    if let Err(unavailable) = gp_lab::available() {
        println!("not measured: {unavailable}");
        return ExitCode::SUCCESS;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let template = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../templates/three-tier-web-shop");
    let designs = [
        ("three-tier web shop", shop(template)),
        ("100 servers, 10 networks", generated(10, 10)),
        ("500 servers, 20 networks", generated(20, 25)),
    ];
    let json = std::env::args().any(|word| word == "--json");
    for (name, resolved) in designs {
        // The largest probes a quarter of a million pairs: only up and down are measured.
        let probed = resolved.resources.len() < 20;
        println!("{}", runtime.block_on(measure(name, &resolved, probed, json)));
    }
    ExitCode::SUCCESS
}

fn shop(folder: &str) -> Resolved {
    let text = std::fs::read(format!("{folder}/design.gplan")).unwrap();
    let opened = gp_model::file::parse(&text);
    let environment = gp_model::Id::new("test");
    gp_catalog::resolve(&opened.design, gp_catalog::builtin(), Some(&environment))
}

/// Networks in a full mesh of peerings; a resource of so many servers in each; each resource may
/// talk to the next.
fn generated(networks: usize, servers: usize) -> Resolved {
    let mut text = String::new();
    for n in 0..networks {
        writeln!(text, "network n{n}").unwrap();
        write!(text, "segment s{n} n{n} 10.{n}.0.0/24").unwrap();
        for other in (0..networks).filter(|other| *other != n) {
            let (a, b) = (n.min(other), n.max(other));
            write!(text, " 10.{other}.0.0/16=peer:p{a}-{b}:n{other}").unwrap();
        }
        writeln!(text).unwrap();
        for server in 0..servers {
            writeln!(text, "server w{n}[{server}] s{n} 10.{n}.0.{} tcp/80", 10 + server).unwrap();
        }
        writeln!(text, "flow f{n} w{n} w{} tcp/80", (n + 1) % networks).unwrap();
        (n + 1..networks).for_each(|b| writeln!(text, "peering p{n}-{b} n{n} n{b}").unwrap());
    }
    sketch::resolved(&format!("bench-{networks}"), &text)
}

async fn measure(name: &str, resolved: &Resolved, probed: bool, json: bool) -> String {
    let folder = tempfile::tempdir().unwrap();
    let config = LabConfig { folder: folder.path().join("run"), ..LabConfig::default() };
    let driver = LabDriver::new(config);
    let begun = Instant::now();
    driver.converge(resolved).await.unwrap();
    let up = begun.elapsed().as_millis();
    let mut cells = 0;
    let mut broken = 0;
    if probed {
        let verification = driver.verify(resolved).await.unwrap();
        cells = verification.cells.len();
        let failed = |c: &&gp_lab::Cell| c.drawn && c.verdict != Verdict::Open;
        broken = verification.cells.iter().filter(failed).count();
    }
    let proven = begun.elapsed().as_millis() - up;
    let ending = Instant::now();
    driver.lab(&resolved.design.id, &resolved.environment.id).destroy().await.unwrap();
    let gone = ending.elapsed().as_millis();
    let all = begun.elapsed().as_millis();
    if json {
        return serde_json::json!({
            "bench": "lab", "design": name, "up-ms": up, "cells": cells, "broken": broken,
            "proven-ms": proven, "gone-ms": gone, "all-ms": all,
        })
        .to_string();
    }
    let probes =
        if probed { format!("{cells} cells probed in {proven} ms, ") } else { String::new() };
    format!(
        "{name}: up in {up} ms, {probes}gone in {gone} ms; {all} ms in all; {broken} flows broken"
    )
}
