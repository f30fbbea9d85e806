//! Closing the window: asked for by the window manager, answered by the user.

use super::{hand::Window, stage::Stage};
use std::fs;
use x11rb::{
    connection::Connection,
    protocol::xproto::{ClientMessageEvent, ConnectionExt, EventMask, Window as Id},
};

/// Says "close" to every window that wants to be told, as a window manager does.
fn close_windows(display: &str) {
    let (connection, screen) = x11rb::connect(Some(display)).expect("the display answers");
    let atom = |name: &str| {
        let cookie = connection.intern_atom(false, name.as_bytes()).expect("sent");
        cookie.reply().expect("an atom").atom
    };
    let (protocols, delete) = (atom("WM_PROTOCOLS"), atom("WM_DELETE_WINDOW"));
    let wants = |window: Id| {
        let cookie = connection.get_property(false, window, protocols, 4_u32, 0, 32).expect("sent");
        cookie.reply().ok().and_then(|reply| Some(reply.value32()?.any(|one| one == delete)))
    };
    let root = connection.setup().roots[screen].root;
    let tree = connection.query_tree(root).expect("sent").reply().expect("the tree");
    for window in tree.children.into_iter().filter(|&window| wants(window) == Some(true)) {
        let event = ClientMessageEvent::new(32, window, protocols, [delete, 0, 0, 0, 0]);
        connection.send_event(false, window, EventMask::NO_EVENT, event).expect("sent");
    }
    connection.flush().expect("sent");
}

async fn open_and_change(stage: &mut Stage) -> Window {
    let window = stage.open(&["--template", "three-tier-web-shop"]).await;
    window.drawn("app").await;
    let part = window.middle("document.querySelector('[data-kind=server]')").await;
    window.drag(part, window.free_place("app-tier").await).await;
    window.until_design("it is changed", |design| !design["resources"]["server"].is_null()).await;
    window
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask test window"]
async fn window_with_nothing_to_save_closes_at_once() {
    for words in [&[][..], &["--template", "three-tier-web-shop"]] {
        let mut stage = Stage::new();
        let window = stage.open(words).await;
        if !words.is_empty() {
            window.drawn("app").await;
        }
        close_windows(&stage.display_name);
        stage.app_is_gone();
        window.leave().await;
    }
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask test window"]
async fn window_with_unsaved_edits_asks_and_cancel_keeps_it() {
    let mut stage = Stage::new();
    let window = open_and_change(&mut stage).await;
    close_windows(&stage.display_name);
    window.press("Cancel").await;
    window.until("the question is gone", "!document.querySelector('[role=alertdialog]')").await;
    assert!(!window.document().await["design"]["resources"]["server"].is_null());
    close_windows(&stage.display_name);
    window.press("Don’t save").await;
    stage.app_is_gone();
    window.leave().await;
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask test window"]
async fn window_with_unsaved_edits_saves_them_before_it_goes() {
    let mut stage = Stage::new();
    let file = stage.home().join("kept.gplan");
    stage.answer_dialogs(&[&file]);
    let window = open_and_change(&mut stage).await;
    close_windows(&stage.display_name);
    window.press("Save").await;
    stage.app_is_gone();
    window.leave().await;
    let text = fs::read_to_string(&file).expect("the file is there");
    assert!(text.contains("[resource.server]"), "{text}");
}
