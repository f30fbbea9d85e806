//! The one browser that all browser tests drive: Chromium, or what is made of it.

use crate::process::find;
use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
    thread,
    time::{Duration, Instant},
};

/// The variable that tells tests where it is; a user who sets it has chosen.
pub const VARIABLE: &str = "GP_CHROMIUM";

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// For a loaded machine; a wrapper that waits for something is no browser for us.
const PATIENCE: Duration = Duration::from_mins(1);

/// What a skip says where there is none.
pub const MISSING: &str = "no Chromium that runs (tried chromium, chromium-browser, google-chrome): \
    install Debian's chromium or Google's Chrome, or set GP_CHROMIUM to one; Ubuntu's is a snap";

/// Its path. Found once, and tried: Ubuntu's `chromium-browser` is a script that asks for a snap.
pub fn path() -> Option<&'static Path> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOUND.get_or_init(search).as_deref()
}

/// Whether apt may be asked for one: none is there, and none was chosen.
pub fn is_worth_installing() -> bool {
    env::var_os(VARIABLE).is_none() && NAMES.iter().all(|name| find(name).is_none())
}

fn search() -> Option<PathBuf> {
    match env::var_os(VARIABLE) {
        Some(chosen) => Some(chosen.into()),
        None => NAMES.iter().filter_map(|name| find(name)).find(|path| shows_a_page(path)),
    }
}

fn shows_a_page(program: &Path) -> bool {
    let mut command = Command::new(program);
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "about:blank"]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let Ok(mut child) = command.spawn() else { return false };
    let began = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return status.success(),
            Ok(None) if began.elapsed() < PATIENCE => thread::sleep(Duration::from_millis(50)),
            _ => {
                // Ours, and of no use.
                let _ = child.kill();
                let _ = child.wait();
                return false;
            }
        }
    }
}
