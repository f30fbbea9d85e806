//! The true app in a window of its own: every test has its own display, driver, port and folders.
//! Real pointer and key events; what came of them is read from the core, not from pixels.
//!
//! Needs Xvfb and WebKitWebDriver, the app built with `custom-protocol`, and the user interface
//! built by `npm run build:test` (it carries the bridge that says where things are on the screen).

mod closing;
mod deploying;
mod drawing;
mod files;
mod gate;
mod hand;
mod stage;
mod starting;

/// Names a test that this machine cannot run, for the last lines of `cargo xtask test`.
fn skip(why: &str) {
    eprintln!("skipped: {why}");
    let Some(file) = std::env::var_os("GP_SKIPS") else { return };
    let file = std::fs::OpenOptions::new().append(true).create(true).open(file);
    std::io::Write::write_all(&mut file.expect("the list of skips"), format!("{why}\n").as_bytes())
        .expect("the list of skips can be written");
}
