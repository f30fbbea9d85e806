//! `cargo xtask run`: from a fresh checkout to the app on the screen, or, without a screen, to the
//! same job done in the terminal.

use crate::{
    process::{cargo, check, command, root, target},
    system,
};
use anyhow::{Result, bail};
use std::{env, path::PathBuf, process::Command};

const TEMPLATE: &str = "three-tier-web-shop";

/// Builds and opens the app on a design, the template where none is named.
pub fn run(words: &[&str]) -> Result<()> {
    let debug = words.contains(&"--debug");
    let design = words.iter().find(|word| !word.starts_with("--")).map(|word| (*word).to_owned());
    if has_display() { window(debug, design) } else { terminal(debug, design) }
}

fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| env::var_os(name).is_some_and(|v| !v.is_empty()))
}

fn window(debug: bool, design: Option<String>) -> Result<()> {
    let missing = system::install(&[&system::BUILD[..], &system::LAB[..]].concat())?;
    if let Some(package) = missing.iter().find(|package| system::BUILD.contains(&package.as_str()))
    {
        bail!("{package} is missing; type this, then try again:\n  {}", system::line(&missing));
    }
    build_ui()?;
    build(
        debug,
        &["--package", "groundplan-desktop", "--features", "groundplan-desktop/custom-protocol"],
    )?;
    let mut app = Command::new(binary(debug, "groundplan-desktop"));
    match design {
        Some(path) => app.arg(path),
        None => app.args(["--template", TEMPLATE]),
    };
    check(&mut app)
}

/// Check, export, picture, deploy, verify, destroy; the files stay, the lab does not.
fn terminal(debug: bool, design: Option<String>) -> Result<()> {
    println!("no display: doing the same job in the terminal");
    system::install(&[&system::BUILD[..1], &system::LAB[..]].concat())?;
    build(debug, &["--package", "gp-cli"])?;
    let folder = root().join("target").join("first-run");
    std::fs::create_dir_all(&folder)?;
    let groundplan = binary(debug, "groundplan");
    let say = |arguments: &[&str]| {
        println!("\n$ groundplan {}", arguments.join(" "));
        check(Command::new(&groundplan).args(arguments).current_dir(&folder))
    };
    let design = design.map_or_else(
        || "web-shop.gplan".to_owned(),
        |path| root().join(path).display().to_string(),
    );
    if design == "web-shop.gplan" && !folder.join(&design).exists() {
        say(&["new", &design, "--template", TEMPLATE])?;
    }
    say(&["check", &design])?;
    for format in ["terraform", "cloudformation"] {
        say(&[
            "export",
            &design,
            "--format",
            format,
            "--environment",
            "production",
            "--out",
            format,
        ])?;
    }
    say(&["export", &design, "--format", "svg", "--environment", "test", "--out", "picture"])?;
    say(&["deploy", &design, "--environment", "test", "--approve"])?;
    let verified = say(&["verify", &design, "--environment", "test"]);
    say(&["destroy", &design, "--environment", "test", "--approve", "--allow-data-loss"])?;
    say(&["sweep", &design, "--environment", "test"])?;
    verified?;
    println!("\nThe design, its exports and its picture are in {}", folder.display());
    Ok(())
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

fn build(debug: bool, arguments: &[&str]) -> Result<()> {
    let mut command = cargo();
    command.arg("build").args(arguments);
    if !debug {
        command.arg("--release");
    }
    check(&mut command)
}

fn binary(debug: bool, name: &str) -> PathBuf {
    target()
        .join(if debug { "debug" } else { "release" })
        .join(name)
        .with_extension(env::consts::EXE_EXTENSION)
}
