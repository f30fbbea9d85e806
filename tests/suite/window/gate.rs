//! What the page may not do: foreign code, foreign addresses, commands that nobody granted.

use super::stage::Stage;
use serde_json::json;

#[tokio::test]
#[ignore = "needs a display: cargo xtask test window"]
async fn window_keeps_to_its_policy_and_its_permissions() {
    let mut stage = Stage::new();
    let window = stage.open(&[]).await;
    let watch = "(window.broken = [], document.addEventListener('securitypolicyviolation',
        (e) => window.broken.push(`${e.effectiveDirective} ${e.blockedURI} ${e.sourceFile}`)), true)";
    window.until("violations are watched", watch).await;
    window.click("[data-template='three-tier-web-shop']").await;
    window.drawn("app").await;
    window.control('k').await;
    window.until("the palette shows", "document.querySelector('[role=dialog]')").await;
    assert_eq!(window.value("window.broken").await, json!([]), "our own page keeps to the policy");

    window
        .value(
            "(() => { const s = document.createElement('script'); s.textContent = 'window.inline = 1';
               document.body.append(s); fetch('https://example.com/').catch(() => 0); return true; })()",
        )
        .await;
    window.until("both are reported", "window.broken.length >= 2").await;
    assert_eq!(window.value("window.inline ?? null").await, json!(null));

    for foreign in ["plugin:dialog|open", "plugin:window|close", "plugin:fs|read_text_file"] {
        let answer = window.invoke(foreign, json!({})).await;
        let refused = answer.expect_err(foreign).to_string();
        assert!(refused.contains("not allowed"), "{foreign}: {refused}");
    }
    window.ask("app_info", json!({})).await.expect("our own commands are allowed");
    window.leave().await;
    stage.app_is_gone();
}
