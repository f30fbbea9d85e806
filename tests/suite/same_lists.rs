//! The commands of the facade: the list, the page about them, the window's and its permissions say
//! the same, and every one answers.

use crate::desk::Desk;
use gp_app::{commands::COMMANDS, dto::ErrorCode};
use serde_json::json;
use std::{collections::BTreeSet, fs, path::Path};

const FACADE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../src-tauri/crates/gp-app/COMMANDS.md");
const SHELL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../src-tauri");

/// What only a shell can answer.
const OF_THE_SHELL: [&str; 3] = ["events_open", "path_pick", "window_close"];

fn read(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path.as_ref())
        .unwrap_or_else(|error| panic!("{}: {error}", path.as_ref().display()))
}

/// Words in back ticks of the first column of the page's table.
fn on_the_page() -> BTreeSet<String> {
    let page = read(FACADE);
    let cells = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('|').next());
    cells
        .flat_map(|cell| cell.split('/'))
        .map(|word| word.trim().trim_matches('`').to_owned())
        .collect()
}

fn facade() -> BTreeSet<String> {
    COMMANDS.iter().map(|&name| name.to_owned()).collect()
}

fn with_shell() -> BTreeSet<String> {
    let shell = OF_THE_SHELL.iter().map(|&name| name.to_owned());
    facade().into_iter().chain(shell).collect()
}

#[test]
fn the_page_about_commands_lists_what_is_there() {
    let page = on_the_page();
    let mut known = with_shell();
    // Not a command of the page, but how the desktop hands over its channel.
    known.remove("events_open");
    assert_eq!(page, known);
    assert!(COMMANDS.is_sorted(), "{COMMANDS:?}");
}

#[test]
fn the_window_has_a_command_and_a_permission_for_each() {
    let quoted = |text: &str| -> BTreeSet<String> {
        let words = text.split('"').skip(1).step_by(2);
        words
            .filter(|word| {
                word.contains('_') && word.chars().all(|c| c.is_ascii_lowercase() || c == '_')
            })
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(quoted(&read(format!("{SHELL}/build.rs"))), with_shell(), "build.rs");
    let handler = read(format!("{SHELL}/src/commands/mod.rs"));
    let handled = handler.split("generate_handler![").nth(1).unwrap().split(']').next().unwrap();
    let handled: BTreeSet<String> = handled
        .split(',')
        .filter_map(|path| Some(path.trim().split("::").nth(1)?.to_owned()))
        .collect();
    assert_eq!(handled, with_shell(), "the window's handler");
    let allowed = read(format!("{SHELL}/capabilities/main.json"));
    let allowed: BTreeSet<String> = allowed
        .split("\"allow-")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().replace('-', "_"))
        .collect();
    assert_eq!(allowed, with_shell(), "the capability");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_answers_and_bad_arguments_are_said_not_panicked() {
    let desk = Desk::with_shop().await;
    for name in COMMANDS {
        for args in [
            json!(null),
            json!([]),
            json!({}),
            json!({ "session": "x" }),
            json!({ "session": 99, "path": 7 }),
        ] {
            if let Err(error) = desk.app.call(name, args).await {
                assert!(!error.message.contains("has a fault"), "{name}: {error:?}");
                assert!(!error.message.contains("there is no command"), "{name}: {error:?}");
            }
        }
    }
    desk.refused("design_fly", json!({}), ErrorCode::NotFound, "there is no command “design_fly”")
        .await;
    desk.refused(
        "design_snapshot",
        json!({ "session": 99 }),
        ErrorCode::NotFound,
        "not open any more",
    )
    .await;
    desk.refused(
        "design_edit",
        json!({ "edit": { "edit": "fly" } }),
        ErrorCode::Failed,
        "arguments are off",
    )
    .await;
}

/// Written by `cargo xtask codegen`.
#[test]
fn the_reference_page_is_what_the_program_says() {
    let page = read(concat!(env!("CARGO_MANIFEST_DIR"), "/../.github/reference.md"));
    assert_eq!(page.trim_end(), gp_app::reference().trim_end(), "run `cargo xtask codegen`");
}
