//! Runs `nft` in namespaces: several at once, each with its whole rule set on standard input. Meanwhile
//! everything else in the lab goes on.

use super::space::Netns;
use crate::nft::{Rule, batch, counters};
use futures::{StreamExt, TryStreamExt, stream};
use std::{
    collections::BTreeMap,
    io,
    path::PathBuf,
    process::{Output, Stdio},
};
use tokio::{io::AsyncWriteExt, process::Command};

/// How many run side by side.
const AT_ONCE: usize = 8;

/// Replaces the rules of each of these namespaces.
pub async fn load(home: &Netns, sets: &[(String, Netns, Vec<Rule>)]) -> Result<(), String> {
    let loads = sets.iter().map(|(name, netns, rules)| async move {
        let output = run(home, netns, &["-j", "-f", "-"], &batch(rules).to_string()).await;
        let output = output.map_err(|e| cannot_run(&e))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        Err(format!("nft refused the rules of {name}: {}", said.trim()))
    });
    stream::iter(loads).buffer_unordered(AT_ONCE).try_collect().await
}

/// Packets per rule in each of these namespaces.
pub async fn read(
    home: &Netns,
    spaces: &[(String, Netns)],
) -> BTreeMap<String, BTreeMap<String, u64>> {
    let lists = spaces.iter().map(|(name, netns)| async move {
        let output = run(home, netns, &["-j", "list", "ruleset"], "").await.ok()?;
        let listing = serde_json::from_slice(&output.stdout).ok()?;
        Some((name.clone(), counters(&listing)))
    });
    let counts = stream::iter(lists).buffer_unordered(AT_ONCE);
    counts.filter_map(async |counted| counted).collect().await
}

pub async fn run(
    home: &Netns,
    netns: &Netns,
    arguments: &[&str],
    input: &str,
) -> io::Result<Output> {
    let program = crate::available::find_nft().unwrap_or_else(|| PathBuf::from("nft"));
    let mut child = netns.within(home, || {
        Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
    })??;
    if let Some(mut pipe) = child.stdin.take() {
        // A program that ended early says why on standard error.
        let _ = pipe.write_all(input.as_bytes()).await;
    }
    child.wait_with_output().await
}

fn cannot_run(error: &io::Error) -> String {
    format!("cannot run nft: {error}; install it with `sudo apt install nftables`")
}
