//! `cargo xtask test`: installs what the tests need, runs everything, says how long each stage took,
//! and ends with one plain line of counts. A tool that cannot be had is a named skip.

use crate::{
    agent, browser, node,
    process::{cargo, check, command, has, root, target},
    run::build_ui,
    system, tidy,
    words::{self, Outcome, Words},
};
use anyhow::{Context, Result, bail};
use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

type Stage = fn(&mut Report) -> Result<()>;

/// In order: each needs what the ones before it built.
const STAGES: [(&str, Stage); 9] = [
    ("setup", setup),
    ("tidy", tidy),
    ("ui", ui),
    ("format", format),
    ("lint", lint),
    ("tools", tools),
    ("rust", rust),
    ("browser", in_browser),
    ("window", window),
];

/// Stages that the interface's tools take part in.
const WITH_NODE: [&str; 3] = ["ui", "browser", "window"];

pub const COMMAND: words::Command = words::Command {
    usage: "test [STAGE …]",
    about: "install what the tests need, run everything or the stages that are named",
    flags: &[("--list", "print the stages, run nothing")],
    count: (0, STAGES.len()),
    examples: &["test", "test rust tidy", "test window", "test --list"],
    run: test,
};

/// What happened so far.
#[derive(Default)]
struct Report {
    passed: u32,
    failed: u32,
    skipped: Vec<String>,
    times: Vec<(&'static str, Duration)>,
    has_webkit: bool,
}

/// Runs all stages, or those that are named.
fn test(words: &Words) -> Result<Outcome> {
    if words.has("--list") {
        for (name, _) in STAGES {
            println!("{name}");
        }
        return Ok(Outcome::Fine);
    }
    let wanted = &words.plain;
    if let Some(unknown) = wanted.iter().find(|word| STAGES.iter().all(|(name, _)| name != *word)) {
        bail!("“{unknown}” is not a stage; see `cargo xtask test --list`");
    }
    if wanted.is_empty() || WITH_NODE.iter().any(|stage| wanted.contains(stage)) {
        node::ready()?;
    }
    let skips = target().join("skips.txt");
    std::fs::create_dir_all(target())?;
    std::fs::write(&skips, "")?;
    let mut report = Report { has_webkit: has_webkit(), ..Report::default() };
    for (name, stage) in STAGES {
        if !wanted.is_empty() && !wanted.contains(&name) {
            continue;
        }
        println!("\n── {name}");
        let began = Instant::now();
        let result = stage(&mut report);
        report.times.push((name, began.elapsed()));
        if let Err(error) = result {
            eprintln!("{name}: {error:#}");
            report.failed += 1;
        }
    }
    report.skipped.extend(std::fs::read_to_string(&skips)?.lines().map(str::to_owned));
    finish(&report)
}

fn finish(report: &Report) -> Result<Outcome> {
    println!("\ntime per stage");
    for (name, time) in &report.times {
        println!("  {name:8} {:>7.1} s", time.as_secs_f32());
    }
    for skip in &report.skipped {
        println!("skipped: {skip}");
    }
    println!(
        "\n{} passed, {} failed, {} skipped",
        report.passed,
        report.failed,
        report.skipped.len()
    );
    if report.failed == 0 && report.passed == 0 && !report.skipped.is_empty() {
        bail!("no test ran");
    }
    Ok(Outcome::findings_if(report.failed > 0))
}

fn tidy(_: &mut Report) -> Result<()> {
    match tidy::tidy()? {
        Outcome::Fine => Ok(()),
        Outcome::Findings => bail!("not everything is tidy"),
    }
}

fn setup(report: &mut Report) -> Result<()> {
    let mut wanted = [&system::BUILD[..], &system::LAB[..], &system::TESTS[..]].concat();
    if browser::is_worth_installing() {
        wanted.push(system::BROWSER);
    }
    if !has("dockerd") {
        wanted.push(system::DOCKER);
    }
    for package in system::install(&wanted)? {
        // The browser's stage says itself what it is skipped for.
        if package != system::BROWSER {
            report.skipped.push(format!("{package}: not installed, and we cannot install it"));
        }
    }
    report.has_webkit = has_webkit();
    Ok(())
}

fn has_webkit() -> bool {
    Command::new("pkg-config")
        .args(["--exists", "webkit2gtk-4.1"])
        .status()
        .is_ok_and(|status| status.success())
}

fn ui(report: &mut Report) -> Result<()> {
    check(command("npm", "ui").args(["ci", "--no-audit", "--no-fund"]))?;
    check(command("npm", "ui").args(["run", "--silent", "check"]))?;
    counted(report, command("npm", "ui").args(["run", "--silent", "test"]))?;
    build_ui()
}

fn format(_: &mut Report) -> Result<()> {
    check(cargo().args(["fmt", "--all", "--check"]))
}

/// One set of features for every cargo call of a test run: another set would compile everything again.
fn everything(report: &Report) -> Vec<&'static str> {
    if report.has_webkit {
        vec!["--workspace", "--features", "groundplan-desktop/custom-protocol"]
    } else {
        vec!["--workspace", "--exclude", "groundplan-desktop"]
    }
}

fn lint(report: &mut Report) -> Result<()> {
    prepare_dist()?;
    check(cargo().arg("clippy").args(everything(report)).args([
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

/// The shell embeds the built user interface: the folder must exist even where only Rust is tested.
fn prepare_dist() -> Result<()> {
    Ok(std::fs::create_dir_all(root().join("ui/dist"))?)
}

/// Python judges (cfn-lint, the AWS emulator) in one environment, pinned with hashes.
fn tools(report: &mut Report) -> Result<()> {
    let requirements = root().join("tests/tools/requirements.txt");
    let venv = venv();
    if !has("python3") {
        report.skipped.push("python judges: python3 is not installed".to_owned());
        return Ok(());
    }
    let stamp = venv.join("requirements.txt");
    let wanted = std::fs::read_to_string(&requirements).context("tests/tools/requirements.txt")?;
    // Its programs name the place where they were installed: moved, they do not start.
    let wanted = format!("# {}\n{wanted}", venv.display());
    if std::fs::read_to_string(&stamp).is_ok_and(|have| have == wanted) {
        return Ok(());
    }
    check(command("python3", "").args(["-m", "venv", "--clear"]).arg(&venv))?;
    let pip = venv.join(if cfg!(windows) { "Scripts/pip" } else { "bin/pip" });
    check(
        Command::new(pip)
            .args(["install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r"])
            .arg(&requirements),
    )?;
    Ok(std::fs::write(stamp, wanted)?)
}

/// Where the tests' Python tools are.
pub fn venv() -> PathBuf {
    target().join("venv")
}

fn rust(report: &mut Report) -> Result<()> {
    prepare_dist()?;
    // Programs and tests in one call: alone, the programs would be built with fewer features of what
    // they share with the tests, and everything twice.
    check(cargo().arg("build").args(everything(report)).args(["--bins", "--tests"]))?;
    if let Err(error) = agent::build(false) {
        report.skipped.push(format!("labs in Docker: no agent image: {error:#}"));
    }
    let features = everything(report);
    counted(report, cargo().arg("test").args(features).args(["--no-fail-fast"]))
}

fn in_browser(report: &mut Report) -> Result<()> {
    let Some(browser) = browser::path() else {
        report.skipped.push(format!("browser tests: {}", browser::MISSING));
        return Ok(());
    };
    let npm = |folder: &str, script: &str| {
        let mut npm = command("npm", folder);
        npm.args(["run", "--silent", script]).env(browser::VARIABLE, browser);
        npm
    };
    counted(report, &mut npm("ui", "test:canvas"))?;
    check(cargo().arg("build").args(everything(report)).args(["--bins", "--tests"]))?;
    // A build of its own: with the bridge that says where things are on the screen, which releases lack.
    check(&mut npm("ui", "build:test"))?;
    check(command("npm", "tests/e2e/browser").args(["ci", "--no-audit", "--no-fund"]))?;
    counted(report, &mut npm("tests/e2e/browser", "test"))
}

/// Tests of the true app in a window of its own, under a display of its own.
fn window(report: &mut Report) -> Result<()> {
    for (tool, there) in [
        ("webkit2gtk-4.1", report.has_webkit),
        ("Xvfb", has("Xvfb")),
        ("WebKitWebDriver", has("WebKitWebDriver")),
    ] {
        if !there {
            report.skipped.push(format!("window tests: {tool} is not installed"));
            return Ok(());
        }
    }
    // The embedded interface is the product's; the tests bring the build that has their bridge.
    build_ui()?;
    check(command("npm", "ui").args(["run", "--silent", "build:test"]))?;
    check(cargo().arg("build").args(everything(report)).args(["--bins", "--tests"]))?;
    let features = everything(report);
    counted(
        report,
        cargo().arg("test").args(features).args([
            "--test",
            "suite",
            "--",
            "--ignored",
            "--test-threads=1",
            "window",
        ]),
    )
}

/// Runs a test runner, passes its output on, and adds up its closing lines.
fn counted(report: &mut Report, command: &mut Command) -> Result<()> {
    let debug = target().join("debug");
    command
        .env("INSTA_UPDATE", "no")
        .env("GP_SKIPS", target().join("skips.txt"))
        .env("GP_BIN", &debug)
        .env("GP_VENV", venv())
        .env("TF_CLI_CONFIG_FILE", empty_file()?)
        .env("CHECKPOINT_DISABLE", "1")
        .stdout(Stdio::piped());
    let mut child = command.spawn().context("cannot start the tests")?;
    let output = child.stdout.take().expect("standard output is piped");
    let (mut passed, mut failed) = (0, 0);
    for line in BufReader::new(output).lines() {
        let line = line?;
        println!("{line}");
        if let Some((p, f)) = counts(&line) {
            passed += p;
            failed += f;
        }
    }
    report.passed += passed;
    report.failed += failed;
    let status = child.wait()?;
    if !status.success() && failed == 0 {
        bail!("the test runner ended with {status}");
    }
    if status.success() && passed == 0 {
        bail!("the test runner ran no test");
    }
    Ok(())
}

fn empty_file() -> Result<PathBuf> {
    let path = target().join("empty.tfrc");
    if !Path::new(&path).exists() {
        std::fs::write(&path, "")?;
    }
    Ok(path)
}

/// Passed and failed of a closing line: cargo's `test result: ok. 3 passed; 0 failed; …`, vitest's
/// `Tests  1 failed | 3 passed (4)`, node's `# pass 3` and `# fail 1`.
fn counts(line: &str) -> Option<(u32, u32)> {
    let plain = without_colour(line);
    let plain = plain.trim();
    let before = |word: &str| {
        let words: Vec<&str> =
            plain.split([' ', ';', '|', '.']).filter(|part| !part.is_empty()).collect();
        let at = words.iter().position(|part| *part == word)?;
        words.get(at.checked_sub(1)?)?.parse().ok()
    };
    if plain.starts_with("test result:") || plain.starts_with("Tests ") {
        return Some((before("passed").unwrap_or(0), before("failed").unwrap_or(0)));
    }
    let number =
        |prefix: [&str; 2]| prefix.iter().find_map(|p| plain.strip_prefix(p)?.trim().parse().ok());
    number(["# pass ", "ℹ pass "])
        .map(|passed| (passed, 0))
        .or_else(|| number(["# fail ", "ℹ fail "]).map(|failed| (0, failed)))
}

fn without_colour(line: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for character in line.chars() {
        match (inside, character) {
            (false, '\u{1b}') => inside = true,
            (true, 'm') => inside = false,
            (false, _) => plain.push(character),
            (true, _) => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::counts;

    #[test]
    fn closing_lines_of_all_three_runners_are_counted() {
        let cases = [
            ("test result: ok. 20 passed; 0 failed; 1 ignored; 0 measured", Some((20, 0))),
            ("test result: FAILED. 2 passed; 3 failed; 0 ignored", Some((2, 3))),
            ("      Tests  1 failed | 34 passed (35)", Some((34, 1))),
            (
                "\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m\u{1b}[32m34 passed\u{1b}[39m\u{1b}[22m (34)",
                Some((34, 0)),
            ),
            (" Test Files  4 passed (4)", None),
            ("# pass 7", Some((7, 0))),
            ("ℹ fail 2", Some((0, 2))),
            ("12 passed in a sentence", None),
        ];
        for (line, expected) in cases {
            assert_eq!(counts(line), expected, "{line}");
        }
    }
}
