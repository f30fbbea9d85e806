//! `cargo xtask run`: from a fresh checkout to the app on the screen, or, without a screen, to the
//! same job done in the terminal.

use crate::{
    display, node,
    process::{cargo, check, command, root, target},
    system, terminal,
    words::{Command, Outcome, Words},
};
use anyhow::{Result, bail};
use std::{
    env,
    path::{Path, PathBuf},
    process,
};

pub const COMMAND: Command = Command {
    usage: "run [DESIGN]",
    about: "build the app and open it (without a display: do its job in the terminal)",
    flags: &[("--debug", "without optimisation, built sooner")],
    count: (0, 1),
    examples: &["run", "run --debug", "run designs/shop.gplan"],
    run,
};

/// What is opened where nothing is named.
pub const TEMPLATE: &str = "three-tier-web-shop";

fn run(words: &Words) -> Result<Outcome> {
    let debug = words.has("--debug");
    let design = words.plain.first().map(|path| existing(path)).transpose()?;
    match display::missing() {
        None => window(debug, design.as_deref()),
        Some(reason) => {
            println!("{reason}: doing the same job in the terminal");
            terminal::run(debug, design.as_deref())
        }
    }
}

/// The path from the current folder, before a build of minutes is in vain.
fn existing(path: &str) -> Result<PathBuf> {
    let absolute = env::current_dir()?.join(path);
    if !absolute.is_file() {
        bail!("there is no file {}", absolute.display());
    }
    Ok(absolute)
}

fn window(debug: bool, design: Option<&Path>) -> Result<Outcome> {
    node::ready()?;
    let missing = system::install(&[&system::BUILD[..], &system::LAB[..]].concat())?;
    system::need(&system::BUILD, &missing)?;
    build_ui()?;
    build(
        debug,
        &["--package", "groundplan-desktop", "--features", "groundplan-desktop/custom-protocol"],
    )?;
    let mut app = process::Command::new(binary(debug, "groundplan-desktop"));
    match design {
        Some(path) => app.arg(path),
        None => app.args(["--template", TEMPLATE]),
    };
    check(&mut app)?;
    Ok(Outcome::Fine)
}

/// Installs the user interface's packages where needed and builds it.
pub fn build_ui() -> Result<()> {
    let modules = root().join("ui/node_modules/.package-lock.json");
    let lock = root().join("ui/package-lock.json");
    let newer = |a: &PathBuf, b: &PathBuf| {
        let time = |path: &PathBuf| path.metadata().and_then(|m| m.modified()).ok();
        time(a) > time(b)
    };
    if !modules.exists() || newer(&lock, &modules) {
        check(command("npm", "ui").args(["ci", "--no-audit", "--no-fund"]))?;
    }
    check(command("npm", "ui").args(["run", "--silent", "build"]))
}

/// Cargo's build, in release unless it is for debugging.
pub fn build(debug: bool, arguments: &[&str]) -> Result<()> {
    let mut command = cargo();
    command.arg("build").args(arguments);
    if !debug {
        command.arg("--release");
    }
    check(&mut command)
}

/// Where that build leaves a program.
pub fn binary(debug: bool, name: &str) -> PathBuf {
    target()
        .join(if debug { "debug" } else { "release" })
        .join(name)
        .with_extension(env::consts::EXE_EXTENSION)
}
