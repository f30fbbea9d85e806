//! Drawing by mouse and keyboard, saving, and finding the same again.

use super::stage::Stage;
use serde_json::Value;
use std::fs;

fn links(design: &Value, from: &str, to: &str) -> usize {
    let links = design["links"].as_object().expect("links");
    links.values().filter(|link| link["from"] == from && link["to"] == to).count()
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask test window"]
async fn window_a_server_is_drawn_linked_undone_saved_and_found_again() {
    let mut stage = Stage::new();
    let file = stage.home().join("Documents/my shop.gplan");
    stage.answer_dialogs(&[&file, &file]);
    let window = stage.open(&[]).await;

    window.click("[data-template='three-tier-web-shop']").await;
    window.drawn("app").await;

    let part = window.middle("document.querySelector('[data-kind=server]')").await;
    let place = window.free_place("app-tier").await;
    window.drag(part, place).await;
    let design = window
        .until_design("the server is there", |design| !design["resources"]["server"].is_null())
        .await;
    assert_eq!(design["resources"]["server"]["parent"], "app-tier");
    window.drawn("server").await;

    window.take_tool("Draw links").await;
    window.drag(window.grip("server").await, window.grip("orders").await).await;
    window.until_design("the link is there", |design| links(design, "server", "orders") == 1).await;

    window.rests().await;
    window.control('z').await;
    window
        .until_design("the link is undone", |design| links(design, "server", "orders") == 0)
        .await;
    window.until("the title says so", "document.title.startsWith('• Web shop')").await;

    window.control('s').await;
    window.until("it is saved", "document.title === 'Web shop – Groundplan'").await;
    let text = fs::read_to_string(&file).expect("the file is there");
    assert!(text.contains("[resource.server]"), "{text}");
    assert!(text.starts_with("# A web shop in three tiers"), "comments stay: {text}");

    window.value("document.querySelector('.canvas-root canvas').dataset.made = 'once'").await;
    window.control('k').await;
    window.click("[role=dialog] input").await;
    window.write("close design").await;
    window.until("the start screen shows", "document.querySelector('.start')").await;
    window.until("nothing is left", "!window.__gp.rectOf('server')").await;
    window.press("Open…").await;
    window.drawn("server").await;
    let canvas = window.value("document.querySelector('.canvas-root canvas').dataset.made").await;
    assert_eq!(canvas, "once", "the web view stalls when a canvas is replaced");
    let document = window.document().await;
    assert_eq!(document["path"], file.display().to_string());
    assert_eq!(document["design"]["resources"]["server"]["parent"], "app-tier");
    assert_eq!(links(&document["design"], "server", "orders"), 0);
    window.leave().await;
    stage.app_is_gone();
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask test window"]
async fn window_copies_and_pastes_with_the_keyboard() {
    let mut stage = Stage::new();
    let window = stage.open(&["--template", "three-tier-web-shop"]).await;
    window.drawn("app").await;
    window.click_at(window.grip("app").await).await;
    window.until("it is selected", "window.__gp.selection().resources[0] === 'app'").await;
    window.control('c').await;
    window.point_at(window.free_place("app-tier").await).await;
    window.control('v').await;
    let servers = |design: &Value| {
        let all = design["resources"].as_object().expect("resources");
        all.values().filter(|one| one["kind"] == "server" && one["parent"] == "app-tier").count()
    };
    window.until_design("the copy is there", |design| servers(design) == 2).await;
    window.rests().await;
    window.control('z').await;
    window.until_design("and is undone", |design| servers(design) == 1).await;
    window.leave().await;
    stage.app_is_gone();
}
