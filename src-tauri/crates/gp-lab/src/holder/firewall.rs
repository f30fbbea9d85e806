//! Runs `nft` in namespaces: several at once, each with its whole rule set on standard input.

use super::space::Netns;
use crate::nft::{Rule, batch};
use std::{
    io::{self, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

/// How many run side by side.
const AT_ONCE: usize = 8;

/// Replaces the rules of each of these namespaces.
pub fn load(home: &Netns, sets: &[(String, Netns, Vec<Rule>)]) -> Result<(), String> {
    let text = |(name, netns, rules): &(String, Netns, Vec<Rule>)| {
        (name.clone(), netns.clone(), batch(rules).to_string())
    };
    run(home, &sets.iter().map(text).collect::<Vec<_>>())
}

/// Gives `nft` in each of these namespaces what is written for it.
pub fn run(home: &Netns, sets: &[(String, Netns, String)]) -> Result<(), String> {
    for group in sets.chunks(AT_ONCE) {
        let mut running = Vec::new();
        for (name, netns, input) in group {
            let child = start(home, netns, &["-j", "-f", "-"]).map_err(|e| cannot_run(&e))?;
            running.push((name, child, input));
        }
        for (name, child, input) in running {
            let output = feed(child, input).map_err(|e| cannot_run(&e))?;
            if !output.status.success() {
                let said = String::from_utf8_lossy(&output.stderr);
                return Err(format!("nft refused the rules of {name}: {}", said.trim()));
            }
        }
    }
    Ok(())
}

fn start(home: &Netns, netns: &Netns, arguments: &[&str]) -> io::Result<Child> {
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

fn feed(mut child: Child, input: &str) -> io::Result<std::process::Output> {
    if let Some(mut pipe) = child.stdin.take() {
        // A program that ended early says why on standard error.
        let _ = pipe.write_all(input.as_bytes());
    }
    child.wait_with_output()
}

fn cannot_run(error: &io::Error) -> String {
    format!("cannot run nft: {error}; install it with `sudo apt install nftables`")
}
