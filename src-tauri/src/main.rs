//! The desktop shell: a window over the facade. The only code that names Tauri; no logic of its own.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod dialogs;
mod display;
#[cfg(target_os = "linux")]
mod graphics;
mod interface;
mod window;

use gp_app::{App, app::Options, places::Places};
use std::{env, process::ExitCode};

const HELP: &str = "\
groundplan-desktop [DESIGN | --template TEMPLATE]

Opens the editor on a design file, on a template, or on the start screen.
For the command line, see `groundplan --help`.

Examples
  groundplan-desktop shop.gplan
  groundplan-desktop --template three-tier-web-shop

Environment
  GROUNDPLAN_LOG   what the log file gets, for instance `info,gp_lab=debug`
  WEBKIT_DISABLE_DMABUF_RENDERER
                   on Linux without a GPU it is set to 1, which draws faster; a value of yours stays";

fn main() -> ExitCode {
    // A lab's holder is this program again; it must become one before any thread exists.
    if let Some(code) = gp_lab::holder_if_asked() {
        return code;
    }
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--help" | "-h", ..] => {
            println!("{HELP}");
            ExitCode::SUCCESS
        }
        ["--version" | "-V", ..] => {
            println!("groundplan-desktop {}", env!("CARGO_PKG_VERSION"));
            ExitCode::SUCCESS
        }
        [] | ["--template", _] => start(&arguments),
        [path] if !path.starts_with('-') => start(&arguments),
        _ => refuse(&format!("`{}` is not understood\n\n{HELP}", arguments.join(" "))),
    }
}

fn start(arguments: &[String]) -> ExitCode {
    if let Some(reason) = display::missing() {
        return refuse(&format!(
            "{reason}: use `groundplan serve` and a browser, or see `groundplan --help`"
        ));
    }
    #[cfg(target_os = "linux")]
    graphics::choose();
    let folder = env::current_dir().unwrap_or_default();
    let app = App::start(Options {
        places: Places::standard(),
        shell: "desktop",
        only_below: None,
        open: window::wanted(arguments, &folder),
    });
    tracing::info!(version = env!("CARGO_PKG_VERSION"), "the window opens");
    match window::run(app) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => refuse(&format!("the window cannot be opened: {error}")),
    }
}

fn refuse(message: &str) -> ExitCode {
    eprintln!("groundplan-desktop: {message}");
    ExitCode::from(2)
}
