//! `cargo xtask agent`: the image in which labs live in Docker, as one tarball: our agent, which needs no library, and `nft`
//! with what it needs. Made of what this machine has; downloads nothing.

use crate::{
    process::{cargo, check, command, find, output, target},
    words::{Command, Outcome, Words},
};
use anyhow::{Context as _, Result, bail};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Also the name by which programs look for it beside them.
const TARBALL: &str = "groundplan-agent.tar";
const PROGRAM: &str = "gp-lab-agent";
/// Empty folders that Docker or the holder needs.
const FOLDERS: [&str; 6] = ["dev", "etc", "proc", "run/groundplan", "sys", "tmp"];

pub const COMMAND: Command = Command {
    usage: "agent",
    about: "build the image for labs in Docker, as a tarball",
    flags: &[("--release", "with optimisation, as packages have it")],
    count: (0, 0),
    examples: &["agent", "agent --release"],
    run: agent,
};

fn agent(words: &Words) -> Result<Outcome> {
    println!("{}", build(words.has("--release"))?.display());
    Ok(Outcome::Fine)
}

/// Builds the tarball beside the programs and says where it is.
pub fn build(release: bool) -> Result<PathBuf> {
    if !cfg!(target_os = "linux") {
        bail!("the agent image is built on Linux: its programs are Linux programs");
    }
    let nft =
        find("nft").context("the image needs nft: install it with `sudo apt install nftables`")?;
    let folder = target().join("agent");
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{}", folder.display()))?;
    }
    for inside in FOLDERS {
        fs::create_dir_all(folder.join(inside))?;
    }
    let agent = folder.join("groundplan-agent");
    fs::copy(program(release)?, &agent)?;
    // Its symbols are most of it.
    check(command("strip", "").arg(&agent))?;
    copy_with_libraries(&nft, &folder)?;
    let tarball = target().join(if release { "release" } else { "debug" }).join(TARBALL);
    // The same content is the same image: no times, no users.
    check(
        command("tar", "")
            .args(["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"])
            .arg("--directory")
            .arg(&folder)
            .arg("--create")
            .arg("--file")
            .arg(&tarball)
            .arg("."),
    )?;
    fs::remove_dir_all(&folder)?;
    Ok(tarball)
}

/// The agent with the C library inside. Its target is named, so that the flags are its own and not those of build scripts.
fn program(release: bool) -> Result<PathBuf> {
    let machine = output(command("rustc", "").arg("-vV"))?;
    let machine = machine.lines().find_map(|line| line.strip_prefix("host: "));
    let machine = machine.context("`rustc -vV` names no host")?;
    let mut building = cargo();
    building.args(["build", "--package", "gp-lab", "--bin", PROGRAM, "--target", machine]);
    if release {
        building.arg("--release");
    }
    check(building.env("RUSTFLAGS", "-C target-feature=+crt-static"))?;
    let kind = if release { "release" } else { "debug" };
    Ok(target().join(machine).join(kind).join(PROGRAM))
}

/// A program of this machine, where it is, and the libraries that it is linked to, where it looks for them.
fn copy_with_libraries(program: &Path, folder: &Path) -> Result<()> {
    let needed = output(command("ldd", "").arg(program))?;
    for path in libraries(&needed).into_iter().chain([program.to_owned()]) {
        let inside = folder.join(path.strip_prefix("/").unwrap_or(&path));
        fs::create_dir_all(inside.parent().unwrap_or(folder))?;
        fs::copy(&path, inside).with_context(|| format!("cannot copy {}", path.display()))?;
    }
    Ok(())
}

/// What `ldd` found: `libc.so.6 => /lib/libc.so.6 (0x7f…)`, and the loader without an arrow.
fn libraries(said: &str) -> Vec<PathBuf> {
    let path = |line: &str| {
        let found = line.split("=>").last()?.split_whitespace().next()?;
        found.starts_with('/').then(|| PathBuf::from(found))
    };
    said.lines().filter_map(path).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_and_the_loader_are_found_and_what_the_kernel_brings_is_not() {
        let said = "\tlinux-vdso.so.1 (0x00007ffd)\n\tlibnftables.so.1 => /lib/x86_64-linux-gnu/libnftables.so.1 (0x00007f1)\n\t/lib64/ld-linux-x86-64.so.2 (0x00007f2)\n";
        let expected = ["/lib/x86_64-linux-gnu/libnftables.so.1", "/lib64/ld-linux-x86-64.so.2"];
        assert_eq!(libraries(said), expected.map(PathBuf::from));
    }
}
