//! The window: plugins, the state that commands take, what a second start does, and what closing asks.

use crate::{commands, interface};
use gp_app::App;
use std::path::Path;
use tauri::{
    AppHandle, DragDropEvent, Manager, Url, WebviewWindow, WebviewWindowBuilder, Window,
    WindowEvent,
};

/// Runs until the window is closed.
pub fn run(app: App) -> tauri::Result<()> {
    let mut context = tauri::generate_context!();
    interface::choose(&mut context);
    tauri::Builder::default()
        // First, so that a second start ends before it does anything. Without a session bus it
        // says so in the log, and every start is a first one.
        .plugin(tauri_plugin_single_instance::init(|handle, words, folder| {
            again(handle, &words, &folder);
        }))
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .plugin(tauri_plugin_dialog::init())
        .manage(app)
        .invoke_handler(commands::handler())
        .on_window_event(at_event)
        .setup(|shell| Ok(open(shell)?))
        .run(context)
}

/// The one window, as `tauri.conf.json` describes it. It shows our own pages and no others, and its
/// title follows the page's.
fn open(shell: &mut tauri::App) -> tauri::Result<()> {
    let config =
        shell.config().app.windows.first().expect("tauri.conf.json has one window").clone();
    WebviewWindowBuilder::from_config(shell, &config)?
        .on_navigation(is_ours)
        // Else what other programs copied cannot be pasted on the drawing.
        .enable_clipboard_access()
        .on_document_title_changed(|window, title| follow_title(&window, &title))
        .build()?;
    Ok(())
}

fn is_ours(url: &Url) -> bool {
    url.scheme() == "tauri" || matches!(url.host_str(), Some("tauri.localhost"))
}

fn follow_title(window: &WebviewWindow, title: &str) {
    if let Err(error) = window.set_title(title) {
        tracing::debug!(%error, "the window keeps its old title");
    }
}

/// Opens what is dropped on it. Closes at once where nothing would be lost; else the user interface asks, and calls `window_close`.
fn at_event(window: &Window, event: &WindowEvent) {
    let app = window.state::<App>();
    if let WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) = event {
        paths.iter().take(1).for_each(|path| app.request_open(&path.display().to_string()));
    }
    let WindowEvent::CloseRequested { api, .. } = event else { return };
    if app.must_ask() {
        api.prevent_close();
        app.request_close();
    }
}

/// What the command line asks to open: a path, or `template:ID`. Paths are meant from `folder`.
pub fn wanted(words: &[String], folder: &Path) -> Option<String> {
    match words {
        [flag, template, ..] if flag == "--template" => Some(format!("template:{template}")),
        [path, ..] if !path.starts_with('-') => Some(folder.join(path).display().to_string()),
        _ => None,
    }
}

/// A second start brings the window to the front and opens there what it was given.
fn again(handle: &AppHandle, words: &[String], folder: &str) {
    if let Some(window) = handle.get_webview_window("main") {
        // A window manager may refuse either; the design is opened all the same.
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
    let words = words.get(1..).unwrap_or_default();
    if let Some(wanted) = wanted(words, Path::new(folder)) {
        handle.state::<App>().request_open(&wanted);
    }
}

#[cfg(test)]
mod tests {
    use super::{is_ours, wanted};
    use std::path::Path;

    #[test]
    fn the_command_line_names_a_file_or_a_template() {
        let cases: [(&[&str], Option<&str>); 6] = [
            (&[], None),
            (&["shop.gplan"], Some("/home/ann/shop.gplan")),
            (&["/tmp/shop.gplan"], Some("/tmp/shop.gplan")),
            (&["--template", "three-tier-web-shop"], Some("template:three-tier-web-shop")),
            (&["--template"], None),
            (&["--unknown", "shop.gplan"], None),
        ];
        for (words, expected) in cases {
            let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
            assert_eq!(wanted(&words, Path::new("/home/ann")).as_deref(), expected, "{words:?}");
        }
    }

    #[test]
    fn a_file_manager_hands_a_design_over() {
        let starter = include_str!("../linux/groundplan.desktop");
        assert!(starter.lines().any(|line| line == "Exec={{exec}} %f"), "{starter}");
        let config: serde_json::Value =
            serde_json::from_str(include_str!("../tauri.conf.json")).expect("it is json");
        for format in ["deb", "rpm"] {
            let template = &config["bundle"]["linux"][format]["desktopTemplate"];
            assert_eq!(template, "linux/groundplan.desktop", "{format}");
        }
        assert_eq!(config["bundle"]["fileAssociations"][0]["ext"][0], "gplan");
    }

    #[test]
    fn the_window_shows_no_foreign_page() {
        let cases = [
            ("tauri://localhost/index.html", true),
            ("http://tauri.localhost/", true),
            ("https://example.com/", false),
            ("file:///etc/passwd", false),
            ("https://tauri.localhost.example.com/", false),
        ];
        for (url, expected) in cases {
            assert_eq!(is_ours(&url.parse().expect("a url")), expected, "{url}");
        }
    }
}
