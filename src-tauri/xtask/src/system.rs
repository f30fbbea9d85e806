//! System packages: what is missing, and installing it where we may. Debian and Ubuntu through apt;
//! elsewhere the missing things are named.

use crate::process::has;
use anyhow::{Context as _, Result, bail};
use std::{
    ffi::OsStr,
    process::{Command, Stdio},
};

/// Needed to build the app.
pub const BUILD: [&str; 3] = ["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev"];
/// Needed to run the lab.
pub const LAB: [&str; 1] = ["nftables"];
/// The browser of the tests, where none is there yet.
pub const BROWSER: &str = "chromium";
/// The Docker of the tests, where none is there yet: it would push another one out.
pub const DOCKER: &str = "docker.io";
/// Needed by the tests besides the above.
pub const TESTS: [&str; 11] = [
    "dbus",
    "iptables",
    "iproute2",
    "librsvg2-bin",
    "python3-venv",
    "tcpdump",
    "util-linux",
    "webkit2gtk-driver",
    "xauth",
    "xdotool",
    "xvfb",
];

/// Installs what is missing, where we may and apt has it. Returns what is still missing, ready for a
/// message.
pub fn install(wanted: &[&str]) -> Result<Vec<String>> {
    let missing = missing(wanted);
    if missing.is_empty() || !has("apt-get") {
        return Ok(missing);
    }
    let Some(prefix) = privilege() else {
        eprintln!("missing system packages; as a user who may, type:\n  {}", line(&missing));
        return Ok(missing);
    };
    let apt = Apt { prefix };
    // Old lists are good enough where they are: only what they lack makes it worth fetching new ones.
    if candidates(&missing)?.len() < missing.len() {
        apt.run(&["update"])?;
    }
    let known = candidates(&missing)?;
    for package in missing.iter().filter(|package| !known.contains(*package)) {
        eprintln!("apt has no package {package} on this system");
    }
    println!("installing {}", known.join(" "));
    apt.install(&known)?;
    Ok(self::missing(wanted))
}

struct Apt {
    /// What comes before `apt-get`.
    prefix: Vec<&'static str>,
}

impl Apt {
    /// All at once; with new lists where that fails; then each alone, so that one that cannot be had
    /// takes no other with it.
    fn install(&self, packages: &[String]) -> Result<()> {
        let words = |packages: &[String]| -> Vec<String> {
            let fixed = ["install", "-y", "--no-install-recommends"].map(str::to_owned);
            fixed.into_iter().chain(packages.iter().cloned()).collect()
        };
        if packages.is_empty() || self.run(&words(packages)).is_ok() {
            return Ok(());
        }
        self.run(&["update"])?;
        if self.run(&words(packages)).is_ok() {
            return Ok(());
        }
        for package in packages {
            if let Err(error) = self.run(&words(std::slice::from_ref(package))) {
                eprintln!("{package} cannot be installed: {error:#}");
            }
        }
        Ok(())
    }

    /// What apt complains of is part of the error, and shown only where nothing else helps.
    fn run(&self, arguments: &[impl AsRef<OsStr>]) -> Result<()> {
        let words =
            self.prefix.iter().copied().chain(["apt-get", "-o", "DPkg::Lock::Timeout=300", "-q"]);
        let words: Vec<&str> = words.collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        let output = command.stdin(Stdio::null()).output().context("cannot start apt-get")?;
        if !output.status.success() {
            bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(())
    }
}

/// Those of them that apt can install.
fn candidates(packages: &[String]) -> Result<Vec<String>> {
    let mut command = Command::new("apt-cache");
    command.arg("policy").args(packages).env("LC_ALL", "C").stderr(Stdio::null());
    let output = command.output().context("cannot start apt-cache")?;
    Ok(with_candidate(&String::from_utf8_lossy(&output.stdout)))
}

/// The packages of an `apt-cache policy` that have a candidate.
fn with_candidate(policy: &str) -> Vec<String> {
    let mut package = "";
    let mut found = Vec::new();
    for line in policy.lines() {
        if let Some(name) = line.strip_suffix(':').filter(|name| !name.starts_with(' ')) {
            package = name;
        }
        if line.trim().strip_prefix("Candidate: ").is_some_and(|version| version != "(none)") {
            found.push(package.to_owned());
        }
    }
    found
}

/// An error with the line to type where one that we cannot do without is missing.
pub fn need(needed: &[&str], missing: &[String]) -> Result<()> {
    match missing.iter().find(|package| needed.contains(&package.as_str())) {
        Some(package) => {
            bail!("{package} is missing; type this, then try again:\n  {}", line(missing))
        }
        None => Ok(()),
    }
}

/// The one line that installs them.
fn line(packages: &[String]) -> String {
    format!("sudo apt-get install -y --no-install-recommends {}", packages.join(" "))
}

/// Root needs nothing before `apt-get`; others need a `sudo` that asks no password.
fn privilege() -> Option<Vec<&'static str>> {
    let quiet = |command: &mut Command| {
        command.stdout(Stdio::piped()).stderr(Stdio::null()).stdin(Stdio::null()).output().ok()
    };
    let id = quiet(Command::new("id").arg("-u"))?;
    if String::from_utf8_lossy(&id.stdout).trim() == "0" {
        return Some(Vec::new());
    }
    let sudo = quiet(Command::new("sudo").args(["-n", "true"]))?;
    sudo.status.success().then(|| vec!["sudo", "-n"])
}

/// Packages that dpkg does not know as installed; on systems without dpkg, none: builds say what they miss.
fn missing(wanted: &[&str]) -> Vec<String> {
    if !has("dpkg-query") {
        return Vec::new();
    }
    let installed = |package: &str| {
        Command::new("dpkg-query")
            .args(["-W", "-f=${db:Status-Status}", package])
            .stderr(Stdio::null())
            .output()
            .is_ok_and(|output| output.stdout == b"installed")
    };
    wanted
        .iter()
        .filter(|package| !installed(package))
        .map(|package| (*package).to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::with_candidate;

    #[test]
    fn packages_that_only_other_packages_name_cannot_be_installed() {
        // Ubuntu names chromium without having it.
        let policy = "chromium:\n  Installed: (none)\n  Candidate: (none)\n  Version table:\n\
            xvfb:\n  Installed: (none)\n  Candidate: 2:21.1.12-1ubuntu1\n  Version table:\n     \
            2:21.1.12-1ubuntu1 500\n        500 http://archive.ubuntu.com/ubuntu noble/universe\n";
        assert_eq!(with_candidate(policy), ["xvfb"]);
        assert_eq!(with_candidate(""), Vec::<String>::new());
    }
}
