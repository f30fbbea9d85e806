//! The app's job without a screen: check, export, picture, deploy, verify, destroy; the files stay,
//! the lab does not.

use crate::{
    process::root,
    run::{TEMPLATE, binary, build},
    system,
    words::Outcome,
};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::{
    cell::Cell,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The formats that are written, and the provider that each is for.
const FORMATS: [(&str, &str); 2] = [("terraform", "aws"), ("cloudformation", "aws")];

/// Builds the command line and does it.
pub fn run(debug: bool, design: Option<&Path>) -> Result<Outcome> {
    let missing = system::install(&[&system::BUILD[..1], &system::LAB[..]].concat())?;
    system::need(&system::BUILD[..1], &missing)?;
    build(debug, &["--package", "gp-cli"])?;
    let folder = root().join("target").join("first-run");
    std::fs::create_dir_all(&folder)?;
    let shell =
        Shell { groundplan: binary(debug, "groundplan"), folder, findings: Cell::default() };
    let design = match design {
        Some(path) => path.display().to_string(),
        None => shell.template()?,
    };
    shell.job(&design)?;
    println!("\nThe design, its exports and its picture are in {}", shell.folder.display());
    Ok(Outcome::findings_if(shell.findings.get()))
}

/// Where commands are typed, and whether one of them had something to say.
struct Shell {
    groundplan: PathBuf,
    folder: PathBuf,
    findings: Cell<bool>,
}

impl Shell {
    /// The template's file, made where it is not there yet.
    fn template(&self) -> Result<String> {
        let name = "web-shop.gplan";
        if !self.folder.join(name).exists() {
            self.say(&["new", name, "--template", TEMPLATE])?;
        }
        Ok(name.to_owned())
    }

    fn job(&self, design: &str) -> Result<()> {
        self.say(&["check", design])?;
        let environments = self.environments(design)?;
        for (format, provider) in FORMATS {
            let Some(environment) = first(&environments, provider) else {
                println!("\nno {format}: the design has no environment for {provider}");
                continue;
            };
            let to = ["--environment", environment, "--out", format];
            self.say(&[&["export", design, "--format", format], &to[..]].concat())?;
        }
        let lab = first(&environments, "lab");
        let shown = lab.or_else(|| Some(environments.first()?.0.as_str())).unwrap_or("lab");
        let picture = ["--format", "svg", "--environment", shown, "--out", "picture"];
        self.say(&[&["export", design], &picture[..]].concat())?;
        if let Some(lab) = lab {
            return self.lab(design, lab);
        }
        println!("\nnothing is deployed: the design has no lab");
        Ok(())
    }

    /// Up, tried, and down again, whatever the trial says.
    fn lab(&self, design: &str, environment: &str) -> Result<()> {
        let place = [design, "--environment", environment];
        let on =
            |command, more: &[&'static str]| self.say(&[&[command], &place[..], more].concat());
        let tried = if on("deploy", &["--approve"])? { on("verify", &[]) } else { Ok(false) };
        on("destroy", &["--approve", "--allow-data-loss"])?;
        on("sweep", &[])?;
        tried.map(drop)
    }

    /// Environments and their providers, in the design's order.
    fn environments(&self, design: &str) -> Result<Vec<(String, String)>> {
        let checked = self.ask(&["check", design, "--json"])?;
        let ids = checked["environments"].as_array().context("no list of environments")?;
        let with_provider = |id: &Value| {
            let id = id.as_str().unwrap_or_default();
            let meaning = self.ask(&["resolve", design, "--environment", id])?;
            let provider = meaning["environment"]["provider"].as_str().unwrap_or_default();
            Ok((id.to_owned(), provider.to_owned()))
        };
        ids.iter().map(with_provider).collect()
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.groundplan);
        command.args(arguments).current_dir(&self.folder);
        command
    }

    /// Runs it before the user's eyes. Whether it had nothing to complain of; an error if it could not run.
    fn say(&self, arguments: &[&str]) -> Result<bool> {
        println!("\n$ groundplan {}", arguments.join(" "));
        let status = self.command(arguments).status().context("cannot start groundplan")?;
        match status.code() {
            Some(0) => Ok(true),
            Some(1) => {
                self.findings.set(true);
                Ok(false)
            }
            _ => bail!("`groundplan {}` could not run ({status})", arguments.join(" ")),
        }
    }

    /// Runs it and reads its answer. Findings are an answer.
    fn ask(&self, arguments: &[&str]) -> Result<Value> {
        let output = self.command(arguments).stderr(Stdio::inherit()).output();
        let text = output.context("cannot start groundplan")?.stdout;
        serde_json::from_slice(&text)
            .with_context(|| format!("`groundplan {}` gave no answer", arguments.join(" ")))
    }
}

/// The first environment of a provider.
fn first<'a>(environments: &'a [(String, String)], provider: &str) -> Option<&'a str> {
    environments.iter().find(|(_, of)| of == provider).map(|(id, _)| id.as_str())
}

#[cfg(test)]
mod tests {
    use super::first;

    #[test]
    fn environments_are_chosen_by_provider() {
        let environments = [("prod", "aws"), ("try", "lab"), ("staging", "aws")]
            .map(|(id, provider)| (id.to_owned(), provider.to_owned()));
        assert_eq!(first(&environments, "aws"), Some("prod"));
        assert_eq!(first(&environments, "lab"), Some("try"));
        assert_eq!(first(&environments, "azure"), None);
    }
}
