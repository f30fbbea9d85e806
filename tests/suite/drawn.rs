//! Where things are drawn: views with places of their own, ways that come free again, pictures of what is shown.

use crate::desk::Desk;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use gp_app::dto::AppEvent;
use serde_json::{Value, json};

/// The places of a resource: in the drawing, and in the view.
async fn both(desk: &Desk, id: &str) -> [Value; 2] {
    let design = &desk.call("design_snapshot", json!({ "session": desk.session })).await["design"];
    [&design["layout"], &design["layouts"]["audit"]].map(|it| it["resources"][id].clone())
}

fn is_within(inner: &Value, outer: &Value) -> bool {
    let [a, b] = [inner, outer].map(|it| [0, 1, 2, 3].map(|k| it[k].as_i64().unwrap()));
    a[0] >= b[0] && a[1] >= b[1] && a[0] + a[2] <= b[0] + b[2] && a[1] + a[3] <= b[1] + b[3]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_view_with_places_of_its_own_is_edited_apart_and_keeps_up_with_the_design() {
    let mut desk = Desk::with_shop().await;
    let session = desk.session;
    let look = |view: Value| json!({ "session": session, "view": view });
    desk.edit(json!({ "edit": "set-view", "id": "audit", "view": { "title": "Audit" } })).await;
    desk.edit(json!({ "edit": "set-own-places", "view": "audit", "own": true })).await;
    desk.call("design_view", look("audit".into())).await;

    // Routed where it is looked at; the drawing stays.
    let [drawn, _] = both(&desk, "orders").await;
    let aside = json!([drawn[0].as_i64().unwrap() + 60, drawn[1], drawn[2], drawn[3]]);
    let place = json!({ "edit": "set-layout", "resources": { "orders": aside } });
    desk.edit(place).await;
    assert_eq!(both(&desk, "orders").await, [drawn.clone(), aside.clone()]);
    let left = aside[0].as_i64().unwrap() as i32;
    desk.event("its line goes there", |event| match event {
        AppEvent::Routed { routes, .. } => {
            let line = routes.get("app-orders")?;
            (line[line.len() - 2] >= left).then_some(())
        }
        _ => None,
    })
    .await;
    let history = desk.call("design_snapshot", json!({ "session": session })).await;
    assert_eq!(history["history"]["undo"], "Place Orders in view Audit");

    // What goes into another container in the view follows it in the drawing.
    let tier = both(&desk, "data-tier").await[1].clone();
    let into = json!([tier[0].as_i64().unwrap() + 20, tier[1].as_i64().unwrap() + 40, 184, 56]);
    let move_it = json!({ "edit": "move-to-parent", "ids": ["app"], "parent": "data-tier" });
    let place = json!({ "edit": "set-layout", "resources": { "app": into } });
    desk.edit(json!({ "edit": "batch", "name": "Move app", "edits": [move_it, place] })).await;
    let (app, tier) = (both(&desk, "app").await, both(&desk, "data-tier").await);
    assert_eq!(app[1], into);
    assert!(is_within(&app[0], &tier[0]), "{} in {}", app[0], tier[0]);

    // And what does so in the drawing follows it in the view, once somebody looks.
    desk.call("design_view", look(Value::Null)).await;
    let tier = both(&desk, "web-tier").await[0].clone();
    let into = json!([tier[0].as_i64().unwrap() + 20, tier[1].as_i64().unwrap() + 40, 184, 56]);
    let move_it = json!({ "edit": "move-to-parent", "ids": ["app"], "parent": "web-tier" });
    let place = json!({ "edit": "set-layout", "resources": { "app": into } });
    desk.edit(json!({ "edit": "batch", "name": "Move app", "edits": [move_it, place] })).await;
    desk.call("design_view", look("audit".into())).await;
    desk.event("its place in the view", |event| match event {
        AppEvent::ViewChosen { places: Some(places), .. } => {
            let [app, tier] = ["app", "web-tier"].map(|id| &places["resources"][id]);
            is_within(app, tier).then_some(())
        }
        _ => None,
    })
    .await;
    assert_eq!(both(&desk, "app").await[1], Value::Null, "looking changes nothing");
    desk.edit(json!({ "edit": "set-layout", "resources": { "orders": aside } })).await;
    let (app, tier) = (both(&desk, "app").await, both(&desk, "web-tier").await);
    assert!(is_within(&app[1], &tier[1]), "{} in {}", app[1], tier[1]);

    // What lies in the view alone is laid out as if there were nothing else.
    let before = both(&desk, "images").await;
    let shown = json!(["frankfurt", "shop", "data-tier", "orders"]);
    let view = json!({ "session": session, "view": "audit", "shown": shown });
    desk.call("design_view", view).await;
    desk.call("design_layout", json!({ "session": session })).await;
    assert_ne!(both(&desk, "orders").await[1], aside);
    assert_eq!(both(&desk, "images").await, [before[0].clone(), Value::Null]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_has_what_is_shown_and_no_more() {
    let desk = Desk::with_shop().await;
    let picture =
        json!({ "theme": "light", "withoutDesign": true, "shown": ["frankfurt", "images"] });
    let args = json!({ "session": desk.session, "format": "svg", "environment": "test", "picture": picture });
    let answer = desk.call("export_picture", args).await;
    let svg = STANDARD.decode(answer["base64"].as_str().unwrap()).unwrap();
    let svg = String::from_utf8(svg).unwrap();
    assert!(svg.contains("Images") && svg.contains("Frankfurt"));
    assert!(!svg.contains("Orders") && !svg.contains("App server"), "{svg}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_went_round_what_is_gone_goes_as_before() {
    let mut desk = Desk::with_shop().await;
    let line = |event: AppEvent| match event {
        AppEvent::Routed { routes, .. } => routes.get("app-images").cloned(),
        _ => None,
    };
    let before = desk.event("the line", line).await;
    let at = json!([600, 280, 100, 56]);
    desk.edit(json!({ "edit": "add-resource", "id": "x", "kind": "server", "parent": "app-tier", "at": at })).await;
    let round = desk.event("the way round", line).await;
    assert_ne!(round, before);
    desk.edit(json!({ "edit": "remove-resources", "ids": ["x"] })).await;
    let after = desk.event("the way back", line).await;
    assert_eq!(after, before, "{round:?}");
}
