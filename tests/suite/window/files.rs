//! Files that are not as they should be.

use super::stage::Stage;
use std::fs;

#[tokio::test]
#[ignore = "needs a display: cargo xtask test window"]
async fn window_a_damaged_file_opens_read_only_and_keeps_its_bytes() {
    let mut stage = Stage::new();
    let file = stage.home().join("damaged.gplan");
    let text = "format = 1\n\n[design]\nname = \"Half\"\n\n[resource.app]\nkind = \"server\"\n\n[resource.broken\nkind = \n";
    fs::write(&file, text).expect("the file is written");
    let window = stage.open(&["damaged.gplan"]).await;
    window.drawn("app").await;
    window
        .until("it says why", "document.querySelector('.banner')?.innerText.includes('Read-only')")
        .await;
    window
        .until("parts cannot be added", "document.querySelector('[data-kind=server]')?.disabled")
        .await;
    let document = window.document().await;
    assert!(document["readOnly"].is_string(), "{document:#}");
    assert!(document["diagnostics"].as_array().is_some_and(|all| !all.is_empty()));
    window.leave().await;
    stage.app_is_gone();
    assert_eq!(fs::read_to_string(&file).expect("the file is there"), text);
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask test window"]
async fn window_a_file_that_is_not_there_is_named_on_the_start_screen() {
    let mut stage = Stage::new();
    let window = stage.open(&["nowhere.gplan"]).await;
    window.until("it is named", "document.body.innerText.includes('nowhere.gplan')").await;
    window.until("the start screen shows", "document.querySelector('.start')").await;
    window.leave().await;
    stage.app_is_gone();
}
