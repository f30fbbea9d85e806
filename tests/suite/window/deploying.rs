//! The template as a lab with real packets, from the button to the last trace gone.

use super::stage::{Stage, wait_for};

#[tokio::test]
#[ignore = "needs a display: cargo xtask test window"]
async fn window_the_template_runs_as_a_lab_is_verified_and_leaves_nothing() {
    if let Err(reason) = gp_lab::available() {
        gp_testkit::skip("the_template_runs_as_a_lab_from_the_window", &reason.to_string());
        return;
    }
    let mut stage = Stage::new();
    let file = stage.home().join("Documents/shop.gplan");
    stage.answer_dialogs(&[&file]);
    let window = stage.open(&["--template", "three-tier-web-shop"]).await;
    window.drawn("app").await;
    window.control('s').await;
    window.until("it is saved", "document.title === 'Web shop – Groundplan'").await;

    window.press("Deploy").await;
    window.press("Approve and deploy").await;
    window.until("it runs", "document.querySelector('.environment .dot.on')").await;
    let lines = window
        .until(
            "verification has spoken",
            "(() => { const t = document.querySelector('[role=log]')?.innerText ?? '';
               return /tried: (\\d+) of \\1 answer/.test(t) && /proof and packets agree/.test(t) ? t : null; })()",
        )
        .await;
    assert!(!lines.as_str().unwrap_or_default().to_lowercase().contains("failed"), "{lines}");
    assert!(!stage.holders().is_empty(), "a lab has a holder");

    window.press("Destroy").await;
    window.click(".plan .button.danger").await;
    window
        .until("nothing runs", "document.querySelector('.environment .dot:not(.on):not(.busy)')")
        .await;
    wait_for("the lab's holder has ended", || stage.holders().is_empty());
    window.leave().await;
    stage.app_is_gone();
}
