//! Closing the window: asked for by the window manager, answered by the user.

use super::{hand::Window, screen::Screen, stage::Stage};
use std::fs;

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
        Screen::of(&stage).close_windows();
        stage.app_is_gone();
        window.leave().await;
    }
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask test window"]
async fn window_with_unsaved_edits_asks_and_cancel_keeps_it() {
    let mut stage = Stage::new();
    let window = open_and_change(&mut stage).await;
    Screen::of(&stage).close_windows();
    window.press("Cancel").await;
    window.until("the question is gone", "!document.querySelector('[role=alertdialog]')").await;
    assert!(!window.document().await["design"]["resources"]["server"].is_null());
    Screen::of(&stage).close_windows();
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
    Screen::of(&stage).close_windows();
    window.press("Save").await;
    stage.app_is_gone();
    window.leave().await;
    let text = fs::read_to_string(&file).expect("the file is there");
    assert!(text.contains("[resource.server]"), "{text}");
}
