//! Node and npm: whether they are there and new enough for the interface's tools, said in words.

use crate::process::{command, has};
use anyhow::{Result, bail};

const WAY_OUT: &str = "install Node 20.19 (or a later 20), or 22.12 or newer, with its npm, from \
    https://nodejs.org or with a version manager; a distribution's own is often too old";

/// An error in words where the interface cannot be built here.
pub fn ready() -> Result<()> {
    let version = command("node", "").arg("--version").output().ok();
    let version = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    match version.as_deref().map(str::trim) {
        None | Some("") => bail!("Node is missing: {WAY_OUT}"),
        Some(version) if !is_enough(version) => bail!("Node {version} is too old: {WAY_OUT}"),
        Some(_) if !has(if cfg!(windows) { "npm.cmd" } else { "npm" }) => {
            bail!("npm is missing, Node is there: {WAY_OUT}")
        }
        Some(_) => Ok(()),
    }
}

/// As `engines` in ui/package.json: `^20.19.0 || >=22.12.0`.
fn is_enough(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').split('.').map(|part| part.parse().ok());
    let (Some(Some(major)), Some(Some(minor))) = (numbers.next(), numbers.next()) else {
        return false;
    };
    matches!((major, minor), (20, 19_u32..) | (22, 12..) | (23_u32.., _))
}

#[cfg(test)]
mod tests {
    use super::is_enough;

    #[test]
    fn versions_that_the_tools_run_on_are_enough() {
        let cases = [
            ("v18.20.4", false),
            ("v20.18.3", false),
            ("v20.19.0", true),
            ("v21.7.0", false),
            ("v22.11.0", false),
            ("v22.12.0", true),
            ("v24.1.0", true),
            ("garbage", false),
        ];
        for (version, expected) in cases {
            assert_eq!(is_enough(version), expected, "{version}");
        }
        let package = include_str!("../../../ui/package.json");
        assert!(package.contains("\"node\": \"^20.19.0 || >=22.12.0\""), "both say the same");
    }
}
