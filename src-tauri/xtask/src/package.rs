//! `cargo xtask package`: an installable package of the app, by Tauri's own packager.

use crate::{
    process::{check, command, target},
    system,
};
use anyhow::{Result, bail};

/// The packager comes prebuilt from npm; only this command needs it.
const PACKAGER: &str = "@tauri-apps/cli@2.12.5";

/// Builds for release and packs: `deb` where nothing is named. AppImage needs the network.
pub fn package(words: &[&str]) -> Result<()> {
    if let Some(flag) = words.iter().find(|word| word.starts_with('-')) {
        bail!("“{flag}” is not understood: name formats, as in `cargo xtask package deb rpm`");
    }
    let missing = system::install(&system::BUILD)?;
    if !missing.is_empty() {
        bail!(
            "{} is missing; type this, then try again:\n  {}",
            missing.join(", "),
            system::line(&missing)
        );
    }
    check(command("npm", "ui").args(["ci", "--no-audit", "--no-fund"]))?;
    let formats = if words.is_empty() { "deb".to_owned() } else { words.join(",") };
    let packager = format!("--package={PACKAGER}");
    check(command("npx", "src-tauri").args([
        "--yes",
        &packager,
        "tauri",
        "build",
        "--bundles",
        &formats,
    ]))?;
    println!("the packages are in {}", target().join("release/bundle").display());
    Ok(())
}
