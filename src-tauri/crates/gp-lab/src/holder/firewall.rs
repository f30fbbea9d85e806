//! Runs `nft` in namespaces: several at once, each with its whole rule set on standard input.

use super::space::Netns;
use crate::nft::{Rule, batch, counters};
use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

/// How many run side by side.
const AT_ONCE: usize = 8;

/// Replaces the rules of each of these namespaces.
pub fn load(home: &Netns, sets: &[(String, Netns, Vec<Rule>)]) -> Result<(), String> {
    for group in sets.chunks(AT_ONCE) {
        let mut running = Vec::new();
        for (name, netns, rules) in group {
            let input = batch(rules).to_string();
            let child = start(home, netns, &["-j", "-f", "-"]).map_err(|e| cannot_run(&e))?;
            running.push((name, child, input));
        }
        for (name, child, input) in running {
            let output = feed(child, &input).map_err(|e| cannot_run(&e))?;
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stderr);
                return Err(format!("nft refused the rules of {name}: {}", said.trim()));
            }
        }
    }
    Ok(())
}

/// Packets per rule in each of these namespaces.
pub fn read(home: &Netns, spaces: &[(String, Netns)]) -> BTreeMap<String, BTreeMap<String, u64>> {
    let mut counts = BTreeMap::new();
    for group in spaces.chunks(AT_ONCE) {
        let running: Vec<_> = group
            .iter()
            .filter_map(|(name, netns)| {
                Some((name, start(home, netns, &["-j", "list", "ruleset"]).ok()?))
            })
            .collect();
        for (name, child) in running {
            let Ok(output) = feed(child, "") else { continue };
            let Ok(listing) = serde_json::from_slice(&output.stdout) else { continue };
            counts.insert(name.clone(), counters(&listing));
        }
    }
    counts
}

pub fn start(home: &Netns, netns: &Netns, arguments: &[&str]) -> io::Result<Child> {
    let program = crate::available::find_nft().unwrap_or_else(|| PathBuf::from("nft"));
    netns.within(home, || {
        Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
    })?
}

pub fn feed(mut child: Child, input: &str) -> io::Result<std::process::Output> {
    if let Some(mut pipe) = child.stdin.take() {
        // A program that ended early says why on standard error.
        let _ = pipe.write_all(input.as_bytes());
    }
    child.wait_with_output()
}

fn cannot_run(error: &io::Error) -> String {
    format!("cannot run nft: {error}; install it with `sudo apt install nftables`")
}
