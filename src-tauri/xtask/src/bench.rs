//! `cargo xtask bench`: measurements, in release, never in a test. Each is an example program of
//! the crate that it measures; the canvas has its own page and script.

use crate::{
    browser, node,
    process::{cargo, check, command},
    words::{Command, Outcome, Words},
};
use anyhow::{Context as _, Result, bail};

pub const COMMAND: Command = Command {
    usage: "bench [NAME]",
    about: "measure, in release: everything, or what is named",
    flags: &[("--list", "print the names, measure nothing"), ("--json", "figures for machines")],
    count: (0, 1),
    examples: &["bench --list", "bench layout", "bench resolve --json"],
    run: bench,
};

/// The one that is no program of ours: a page in a browser.
const CANVAS: &str = "canvas";

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

fn bench(words: &Words) -> Result<Outcome> {
    let names = || BENCHES.iter().map(|(name, ..)| *name).chain([CANVAS]);
    if words.has("--list") {
        for name in names() {
            println!("{name}");
        }
        return Ok(Outcome::Fine);
    }
    let chosen = words.plain.first();
    if let Some(name) = chosen.filter(|chosen| !names().any(|name| name == **chosen)) {
        bail!("there is no bench “{name}”; see `cargo xtask bench --list`");
    }
    let wanted = |name: &str| chosen.is_none_or(|chosen| *chosen == name);
    for (_, package, example) in BENCHES.iter().filter(|(name, ..)| wanted(name)) {
        let mut run = cargo();
        run.args(["run", "--release", "--quiet", "--package", package, "--example", example, "--"]);
        if words.has("--json") {
            run.arg("--json");
        }
        check(&mut run)?;
    }
    if wanted(CANVAS) {
        canvas(words.has("--json"))?;
    }
    Ok(Outcome::Fine)
}

fn canvas(json: bool) -> Result<()> {
    node::ready()?;
    let browser = browser::path().context(browser::MISSING)?;
    let mut run = command("npm", "ui");
    run.args(["run", "--silent", "bench"]).env(browser::VARIABLE, browser);
    if json {
        run.env("GP_BENCH_JSON", "1");
    }
    check(&mut run)
}
