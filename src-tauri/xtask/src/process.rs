//! Runs other programs, says which one failed, and knows where things are in this checkout.

use anyhow::{Context, Result, bail};
use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The top of the checkout.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("xtask lies two folders below the top").to_owned()
}

/// Where cargo puts what it builds.
pub fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// A program in a folder of the checkout (`""`: the top).
pub fn command(program: &str, folder: &str) -> Command {
    let is_script = cfg!(windows) && ["npm", "npx"].contains(&program);
    let program = if is_script { format!("{program}.cmd") } else { program.to_owned() };
    let mut command = Command::new(program);
    command.current_dir(root().join(folder));
    command
}

/// The cargo that runs us.
pub fn cargo() -> Command {
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    command(&cargo, "")
}

/// Runs it with our own standard streams; an error names the whole line.
pub fn check(command: &mut Command) -> Result<()> {
    let line = words(command);
    let status = command.status().with_context(|| format!("cannot start `{line}`"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}

/// Runs it and gives its standard output.
pub fn output(command: &mut Command) -> Result<String> {
    let line = words(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start `{line}`"))?;
    if !output.status.success() {
        bail!("`{line}` failed ({})", output.status);
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether a program of this name can be found.
pub fn has(program: &str) -> bool {
    find(program).is_some()
}

/// Where a program of this name is.
pub fn find(program: &str) -> Option<PathBuf> {
    let extra = [PathBuf::from("/usr/sbin"), PathBuf::from("/sbin")];
    let path = env::var_os("PATH").unwrap_or_default();
    let name = format!("{program}{}", env::consts::EXE_SUFFIX);
    let mut folders = env::split_paths(&path).chain(extra);
    folders.find_map(|folder| {
        [folder.join(program), folder.join(&name)].into_iter().find(|path| path.is_file())
    })
}

fn words(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}
