//! Native dialogs behind a port: window tests cannot drive them, so they answer for them.

use std::path::{Path, PathBuf};
use tauri::WebviewWindow;
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

/// Asks for a path, beginning with the suggestion; none when the user thinks better of it. Waits: never
/// on the main thread. In debug builds a file with one path a line may answer instead.
pub fn pick(window: &WebviewWindow, mode: Mode, title: &str, suggestion: &Path) -> Option<PathBuf> {
    #[cfg(debug_assertions)]
    if let Some(answer) = answered_by_a_test() {
        return (!answer.is_empty()).then(|| answer.into());
    }
    let dialog = window.dialog().file().set_parent(window).set_title(title);
    let mut dialog = dialog.add_filter("Groundplan design", &["gplan"]);
    if matches!(mode, Mode::Open) {
        dialog = dialog.add_filter("Picture with a design inside", &["svg", "png"]);
    }
    let (folder, name) = begin(mode, suggestion);
    if let Some(folder) = folder {
        dialog = dialog.set_directory(folder);
    }
    if let Some(name) = name {
        dialog = dialog.set_file_name(name);
    }
    let picked = match mode {
        Mode::Open => dialog.blocking_pick_file(),
        Mode::Save => dialog.blocking_save_file(),
        Mode::Folder => dialog.blocking_pick_folder(),
    };
    picked.and_then(|path| path.into_path().ok())
}

/// Folder and name that a dialog begins with: a file to save has both, the other dialogs are about a
/// folder.
fn begin(mode: Mode, suggestion: &Path) -> (Option<&Path>, Option<&str>) {
    let named = |path: &&Path| !path.as_os_str().is_empty();
    match mode {
        Mode::Save => (
            suggestion.parent().filter(named),
            suggestion.file_name().and_then(|name| name.to_str()),
        ),
        Mode::Open | Mode::Folder => (Some(suggestion).filter(named), None),
    }
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

#[cfg(test)]
mod tests {
    use super::{Mode, begin};
    use std::path::Path;

    #[test]
    fn a_dialog_begins_in_the_folder_and_with_the_name_that_are_suggested() {
        let cases = [
            (Mode::Save, "/home/ann/shop.gplan", Some("/home/ann"), Some("shop.gplan")),
            (Mode::Save, "web-shop.gplan", None, Some("web-shop.gplan")),
            (Mode::Save, "", None, None),
            (Mode::Open, "/home/ann/Documents", Some("/home/ann/Documents"), None),
            (Mode::Folder, "/home/ann/infra", Some("/home/ann/infra"), None),
            (Mode::Open, "", None, None),
        ];
        for (mode, suggestion, folder, name) in cases {
            let expected = (folder.map(Path::new), name);
            assert_eq!(begin(mode, Path::new(suggestion)), expected, "{mode:?} {suggestion}");
        }
    }
}
