//! System packages: what is missing, and installing it where we may. Debian and Ubuntu through apt;
//! elsewhere the missing things are named.

use crate::process::{check, has};
use anyhow::Result;
use std::process::{Command, Stdio};

/// Needed to build the app.
pub const BUILD: [&str; 3] = ["build-essential", "pkg-config", "libwebkit2gtk-4.1-dev"];
/// Needed to run the lab.
pub const LAB: [&str; 1] = ["nftables"];
/// Needed by the tests besides the above.
pub const TESTS: [&str; 10] = [
    "chromium",
    "dbus",
    "iproute2",
    "librsvg2-bin",
    "python3-venv",
    "util-linux",
    "webkit2gtk-driver",
    "xauth",
    "xdotool",
    "xvfb",
];

/// Installs what is missing, where we may. Returns what is still missing, ready for a message.
pub fn install(wanted: &[&str]) -> Result<Vec<String>> {
    let missing = missing(wanted);
    if missing.is_empty() || !has("apt-get") {
        return Ok(missing);
    }
    let Some(prefix) = privilege() else {
        eprintln!("missing system packages; as a user who may, type:\n  {}", line(&missing));
        return Ok(missing);
    };
    println!("installing {}", missing.join(" "));
    let apt = |arguments: &[&str]| {
        let mut words: Vec<&str> = prefix.clone();
        words.extend(["apt-get", "-o", "DPkg::Lock::Timeout=300", "-q"]);
        words.extend(arguments);
        let mut command = Command::new(words[0]);
        command.args(&words[1..]).env("DEBIAN_FRONTEND", "noninteractive").stdout(Stdio::null());
        check(&mut command)
    };
    let mut install = vec!["install", "-y", "--no-install-recommends"];
    install.extend(missing.iter().map(String::as_str));
    // Old lists are good enough where they are: only a failure makes it worth fetching new ones.
    if apt(&install).is_err() {
        apt(&["update"])?;
        apt(&install)?;
    }
    Ok(self::missing(wanted))
}

/// The one line that installs them.
pub fn line(packages: &[String]) -> String {
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
