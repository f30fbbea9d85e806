//! `cargo xtask tidy`: what the compiler does not check. Directions between crates, file sizes,
//! module heads, templates, and that a list and its folder say the same.

use crate::{
    process::{cargo, command, output, root},
    words::{Command, Outcome, Words},
};
use anyhow::Result;
use serde_json::Value;
use std::{collections::BTreeMap, fs, path::Path};

/// Which crates of ours a crate may use. The heart of the architecture: see ARCHITECTURE.md.
const DIRECTIONS: [(&str, &[&str]); 15] = [
    ("gp-model", &[]),
    ("gp-catalog", &["gp-model"]),
    ("gp-layout", &["gp-catalog", "gp-model"]),
    ("gp-analysis", &["gp-catalog", "gp-model"]),
    ("gp-reach-twin", &["gp-catalog", "gp-model"]),
    ("gp-rules", &["gp-analysis", "gp-catalog", "gp-model"]),
    ("gp-plan", &["gp-catalog", "gp-model"]),
    ("gp-export", &["gp-catalog", "gp-layout", "gp-model", "gp-plan"]),
    ("gp-lab", &["gp-catalog", "gp-model", "gp-plan"]),
    ("gp-drivers", &["gp-catalog", "gp-lab", "gp-model", "gp-plan"]),
    ("gp-testkit", &["gp-catalog", "gp-model", "gp-plan"]),
    (
        "gp-app",
        &[
            "gp-analysis",
            "gp-catalog",
            "gp-drivers",
            "gp-export",
            "gp-lab",
            "gp-layout",
            "gp-model",
            "gp-plan",
            "gp-rules",
        ],
    ),
    ("gp-cli", &["gp-app", "gp-lab"]),
    ("groundplan-desktop", &["gp-app", "gp-lab"]),
    ("xtask", &[]),
];

/// The packages that hold tests only may use anything.
const FREE: [&str; 1] = ["groundplan-tests"];

const WARN_LINES: usize = 400;
const FAIL_LINES: usize = 600;

pub const COMMAND: Command = Command {
    usage: "tidy",
    about: "check the layout, the directions between crates, and file sizes",
    flags: &[],
    count: (0, 0),
    examples: &["tidy"],
    run: |_: &Words| tidy(),
};

/// Runs every check and prints all complaints.
pub fn tidy() -> Result<Outcome> {
    let mut complaints = Vec::new();
    directions(&mut complaints)?;
    files(&mut complaints)?;
    templates(&mut complaints)?;
    for complaint in &complaints {
        eprintln!("tidy: {complaint}");
    }
    if complaints.is_empty() {
        println!("tidy: nothing to say");
    }
    Ok(Outcome::findings_if(!complaints.is_empty()))
}

fn directions(complaints: &mut Vec<String>) -> Result<()> {
    let text = output(cargo().args(["metadata", "--format-version", "1", "--no-deps"]))?;
    let metadata: Value = serde_json::from_str(&text)?;
    let allowed: BTreeMap<&str, &[&str]> = DIRECTIONS.into_iter().collect();
    for package in metadata["packages"].as_array().into_iter().flatten() {
        let name = package["name"].as_str().unwrap_or_default();
        if FREE.contains(&name) {
            continue;
        }
        let Some(allowed) = allowed.get(name) else {
            complaints.push(format!(
                "{name} is not in the table of directions (src-tauri/xtask/src/tidy.rs)"
            ));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let other = dependency["name"].as_str().unwrap_or_default();
            let ours = other.starts_with("gp-") || other.starts_with("groundplan");
            if ours && dependency["kind"].is_null() && !allowed.contains(&other) {
                complaints.push(format!("{name} must not use {other}"));
            }
        }
    }
    Ok(())
}

fn files(complaints: &mut Vec<String>) -> Result<()> {
    let listed = output(command("git", "").args(["ls-files", "*.rs", "*.ts", "*.tsx"]))?;
    for path in listed.lines().filter(|path| !path.contains("/generated/")) {
        let Ok(text) = fs::read_to_string(root().join(path)) else { continue };
        let lines = lines_without_tests(&text);
        let is_test =
            path.starts_with("tests/") || path.contains("/tests/") || path.contains(".test.");
        if lines > FAIL_LINES && !is_test {
            complaints.push(format!("{path} has {lines} lines: split it ({FAIL_LINES} at most)"));
        } else if lines > WARN_LINES && !is_test {
            eprintln!("tidy: note: {path} has {lines} lines");
        }
        if Path::new(path).extension().is_some_and(|e| e == "rs") && !text.starts_with("//!") {
            complaints.push(format!(
                "{path} does not open with `//!`: say what it is and what it does not do"
            ));
        }
    }
    Ok(())
}

fn lines_without_tests(text: &str) -> usize {
    text.lines().take_while(|line| !line.starts_with("#[cfg(test)]")).count()
}

fn templates(complaints: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(root().join("templates"))? {
        let folder = entry?.path();
        for file in ["design.gplan", "template.toml", "README.md"] {
            if folder.is_dir() && !folder.join(file).is_file() {
                complaints.push(format!("{} has no {file}", relative(&folder)));
            }
        }
    }
    Ok(())
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
