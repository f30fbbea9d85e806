//! `cargo xtask bench`: measurements, in release, never in a test. Each is an example program of
//! the crate that it measures; the canvas has its own page and script.

use crate::{
    browser, node,
    process::{cargo, check, command, target},
    words::{Command, Outcome, Words},
};
use anyhow::{Context as _, Result, bail};

pub const COMMAND: Command = Command {
    usage: "bench [NAME]",
    about: "measure, in release: everything, or what is named",
    flags: &[
        ("--list", "print the names, measure nothing"),
        ("--json", "figures for machines"),
        ("--sizes LIST", "canvas: numbers of resources; 500,2000,10000,50000 where left out"),
        (
            "--quick",
            "canvas: 500 and 10,000 resources, a third of the frames; lab: all pairs of 100 servers at most",
        ),
        ("--alone", "canvas: without React Flow beside it"),
        ("--free", "canvas: frames as fast as they can be, not at the 60 Hz of a display"),
        ("--check", "canvas: exit code 1 where a number is over its budget"),
    ],
    count: (0, 1),
    examples: &[
        "bench --list",
        "bench layout",
        "bench resolve --json",
        "bench canvas",
        "bench lab --quick",
        "bench canvas --quick --alone --check",
        "bench canvas --sizes 2000,10000 --json",
    ],
    run: bench,
};

/// The one that is no program of ours: a page in a browser.
const CANVAS: &str = "canvas";

/// Name, crate, example.
const BENCHES: [(&str, &str, &str); 9] = [
    ("model", "gp-model", "bench_model"),
    ("resolve", "gp-catalog", "bench_resolve"),
    ("reach", "gp-analysis", "bench_reach"),
    ("rules", "gp-rules", "bench_rules"),
    ("layout", "gp-layout", "bench_layout"),
    ("export", "gp-export", "bench_export"),
    ("plan", "gp-plan", "bench_plan"),
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
    let of_canvas =
        ["--quick", "--alone", "--free", "--check"].into_iter().find(|flag| words.has(flag));
    let of_canvas = of_canvas.or_else(|| words.value("--sizes").map(|_| "--sizes"));
    let knows = |flag: &str, name: &str| name == CANVAS || (flag, name) == ("--quick", "lab");
    if let (Some(flag), Some(name)) = (of_canvas, chosen)
        && !knows(flag, name)
    {
        bail!("{flag} is for `bench canvas`; “{name}” does not know it");
    }
    let wanted = |name: &str| chosen.is_none_or(|chosen| *chosen == name);
    for (_, package, example) in BENCHES.iter().filter(|(name, ..)| wanted(name)) {
        let mut run = cargo();
        run.args(["run", "--release", "--quiet", "--package", package, "--example", example, "--"]);
        let passed = ["--json", "--quick"].into_iter().filter(|flag| words.has(flag));
        check(run.args(passed))?;
    }
    if wanted(CANVAS) { canvas(words) } else { Ok(Outcome::Fine) }
}

/// The real interface in front of the real core, both as they are released, in Chromium.
fn canvas(words: &Words) -> Result<Outcome> {
    node::ready()?;
    let browser = browser::path().context(browser::MISSING)?;
    let release = ["build", "--release", "--quiet", "--package"];
    let serve = ["gp-cli", "--features", "gp-cli/any-interface"];
    check(cargo().args(release).args(serve))?;
    check(cargo().args(release).args(["gp-testkit", "--example", "generate"]))?;
    let mut run = command("npm", "ui");
    run.args(["run", "--silent", "bench", "--"])
        .args(
            ["--json", "--quick", "--alone", "--free", "--check"]
                .iter()
                .filter(|flag| words.has(flag)),
        )
        .args(words.value("--sizes").iter().flat_map(|sizes| ["--sizes", *sizes]))
        .env(browser::VARIABLE, browser)
        .env("GP_BIN", target().join("release"));
    let status = run.status().context("cannot start npm")?;
    match status.code() {
        Some(0) => Ok(Outcome::Fine),
        Some(1) if words.has("--check") => Ok(Outcome::Findings),
        _ => bail!("the measurement ended with {status}"),
    }
}
