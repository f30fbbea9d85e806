//! A test that this machine cannot run says so by name, and never passes in silence.

use std::{env, fs, io::Write as _};

/// Says that a test is skipped and why: to people, and to the file of `GP_SKIPS`, whose lines
/// `cargo xtask test` prints and counts at its end.
pub fn skip(test: &str, why: &str) {
    eprintln!("skipped: {test}: {why}");
    let Some(list) = env::var_os("GP_SKIPS") else { return };
    let list = fs::OpenOptions::new().create(true).append(true).open(list);
    writeln!(list.expect("the list of skips"), "{test}: {why}")
        .expect("the list of skips can be written");
}
