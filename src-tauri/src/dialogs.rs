//! Native dialogs behind a port: window tests cannot drive them, so they answer for them.

use std::path::PathBuf;
use tauri::AppHandle;
use tauri_plugin_dialog::DialogExt;

/// Which dialog.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// A design to open.
    Open,
    /// A file to save to.
    Save,
    /// A folder to write into.
    Folder,
}

/// Asks for a path; none when the user thinks better of it. Waits: never on the main thread. In debug
/// builds a file with one path a line may answer instead.
pub fn pick(
    handle: &AppHandle,
    mode: Mode,
    title: &str,
    suggestion: Option<&str>,
) -> Option<PathBuf> {
    #[cfg(debug_assertions)]
    if let Some(answer) = answered_by_a_test() {
        return (!answer.is_empty()).then(|| answer.into());
    }
    let mut dialog =
        handle.dialog().file().set_title(title).add_filter("Groundplan design", &["gplan"]);
    if let Some(suggestion) = suggestion {
        dialog = dialog.set_file_name(suggestion);
    }
    let picked = match mode {
        Mode::Open => dialog.blocking_pick_file(),
        Mode::Save => dialog.blocking_save_file(),
        Mode::Folder => dialog.blocking_pick_folder(),
    };
    picked.and_then(|path| path.into_path().ok())
}

/// Takes the first line of the file that `GROUNDPLAN_DIALOGS` names; an empty line is "cancel".
#[cfg(debug_assertions)]
fn answered_by_a_test() -> Option<String> {
    let file = std::env::var_os("GROUNDPLAN_DIALOGS")?;
    let text = std::fs::read_to_string(&file).ok()?;
    let (first, rest) = text.split_once('\n')?;
    std::fs::write(&file, rest).ok()?;
    Some(first.to_owned())
}
