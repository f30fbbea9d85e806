//! `cargo xtask bench`: measurements, in release, never in a test. Each is an example program of
//! the crate that it measures; the canvas has its own page and script.

use crate::process::{cargo, check, command};
use anyhow::{Result, bail};

/// Name, crate, example.
const BENCHES: [(&str, &str, &str); 8] = [
    ("model", "gp-model", "bench_model"),
    ("resolve", "gp-catalog", "bench_resolve"),
    ("reach", "gp-analysis", "bench_reach"),
    ("rules", "gp-rules", "bench_rules"),
    ("layout", "gp-layout", "bench_layout"),
    ("export", "gp-export", "bench_export"),
    ("lab", "gp-lab", "bench_lab"),
    ("check", "gp-app", "bench_check"),
];

/// Runs all of them, or the one that is named.
pub fn bench(words: &[&str]) -> Result<()> {
    if words.contains(&"--list") {
        for (name, ..) in BENCHES {
            println!("{name}");
        }
        println!("canvas");
        return Ok(());
    }
    let json = words.contains(&"--json");
    let name = words.iter().find(|word| !word.starts_with("--"));
    if name == Some(&"canvas") {
        return check(command("npm", "ui").args(["run", "--silent", "bench"]));
    }
    let chosen: Vec<_> =
        BENCHES.iter().filter(|(bench, ..)| name.is_none_or(|name| bench == name)).collect();
    if chosen.is_empty() {
        bail!("no such bench; see `cargo xtask bench --list`");
    }
    for (_, package, example) in chosen {
        let mut run = cargo();
        run.args(["run", "--release", "--quiet", "--package", package, "--example", example, "--"]);
        if json {
            run.arg("--json");
        }
        check(&mut run)?;
    }
    Ok(())
}
