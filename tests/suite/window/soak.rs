//! The window as the app sets it up on a machine without a GPU: opened, drawn on and closed again, many times.
//!
//! With the same variable, web views were once seen to stall for good. `GP_SOAK_ROUNDS` makes it as long as wanted.

use super::{hand::Window, stage::Stage};
use std::env;

/// Frames of one pan across the drawing.
const FRAMES: u64 = 60;

/// Pans by a step a frame; answers how long the longest frame took, in milliseconds. A web view that stalls never does.
async fn pan(window: &Window) -> f64 {
    let started = format!(
        "(() => {{ const {{ editor }} = window.__gp; const times = (window.panned = []); let last = performance.now();
           const step = (now) => {{ times.push(now - last); last = now;
             const c = editor.camera.get();
             editor.setCamera({{ ...c, x: c.x + (times.length % 40 < 20 ? 9 : -9) / c.zoom }});
             if (times.length < {FRAMES}) requestAnimationFrame(step); }};
           requestAnimationFrame(step); return true; }})()"
    );
    window.value(&started).await;
    window.until("every frame is shown", &format!("window.panned.length >= {FRAMES}")).await;
    window.value("Math.max(...window.panned.slice(1))").await.as_f64().unwrap_or_default()
}

async fn round(window: &Window, number: usize) {
    window.click("[data-template='three-tier-web-shop']").await;
    window.drawn("app").await;
    let frames = window.value("window.__gp.stats().frames").await;
    let slowest = pan(window).await;
    println!("round {number}: slowest frame {slowest:.0} ms");
    window.rests().await;
    window.value("window.__gp.editor.run('zoom-fit')").await;
    window.rests().await;
    let from = window.grip("app").await;
    window.drag(from, (from.0 - 24.0, from.1 + 8.0)).await;
    window.until("the edit is here", "document.title.startsWith('•')").await;
    window.rests().await;
    window.control('z').await;
    window.until("and undone", "!document.title.startsWith('•')").await;
    window
        .until("frames go on", &format!("window.__gp.stats().frames > {frames} + {FRAMES}"))
        .await;
    window.control('k').await;
    window.click("[role=dialog] input").await;
    window.write("close design").await;
    window.until("the start screen shows", "document.querySelector('.start')").await;
    window.until("nothing is left", "!window.__gp.rectOf('app')").await;
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask test window"]
async fn window_without_a_gpu_never_stalls() {
    let rounds = env::var("GP_SOAK_ROUNDS").map_or(3, |rounds| rounds.parse().expect("a number"));
    let mut stage = Stage::new().saying("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
    let window = stage.open(&[]).await;
    for number in 1..=rounds {
        round(&window, number).await;
    }
    println!("{}", window.value("JSON.stringify(window.__gp.stats())").await);
    window.leave().await;
    stage.app_is_gone();
}
