//! Editing through the facade: patches, judgements, routes; undo, save, paste, fixes, exports, proof.

use crate::{
    desk::{Desk, number},
    place::Place,
};
use gp_app::dto::{AppEvent, ErrorCode};
use serde_json::{Value, json};

const OPEN_BUCKET: &str = r#"# kept
format = 1
[design]
name = "Buckets"
[resource.here]
kind = "region"
location = "frankfurt"
[resource.one]
kind = "bucket"
colour = "red"
parent = "here"
[resource.two]
kind = "bucket"
colour = "blue"
parent = "here"
[environment.test]
provider = "lab"
[environment.production]
provider = "aws"
regions = { here = "eu-central-1" }
"#;

fn cpu(value: u32) -> Value {
    json!({ "edit": "set-attribute", "resource": "app", "path": ["cpu"], "value": value })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edit_is_patched_judged_and_routed_in_that_order() {
    let mut desk = Desk::with_shop().await;
    desk.judged(1).await;
    let thief =
        json!({ "edit": "add-resource", "id": "thief", "kind": "server", "parent": "data-tier" });
    let link = json!({ "edit": "add-link", "id": "thief-orders", "link": { "from": "thief", "to": "orders", "allow": ["tcp/5432"] } });
    let edit = json!({ "edit": "batch", "name": "Let a thief in", "edits": [thief, link] });
    let revision = desk.edit(edit).await;
    let patch = desk
        .event("the patch", |event| match event {
            AppEvent::DocumentPatched { revision: r, patch, history, .. } if r == revision => {
                Some((patch, history))
            }
            AppEvent::Judged(judged) => {
                assert!(judged.revision < revision, "judged before it was patched");
                None
            }
            _ => None,
        })
        .await;
    assert!(patch.0.to_string().contains("thief-orders"), "{}", patch.0);
    assert!(patch.1.dirty && patch.1.undo.is_some());
    let judged = desk.judged(revision).await;
    let broken = judged["intents"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|intent| intent["holds"] == false)
        .count();
    assert!(broken > 0, "only app may reach orders: {judged:#}");
    assert_eq!(judged["links"]["thief-orders"]["state"], "forbidden", "{judged:#}");
    let found = judged["diagnostics"].as_array().unwrap();
    let found = found.iter().find(|one| one["rule"] == "broken-intent").unwrap();
    assert!(found["related"].as_array().unwrap().contains(&json!("thief-orders")), "{found:#}");
    assert_eq!(found["fixes"][0], "Remove the link thief → Orders", "{found:#}");
    desk.event("the route of the new link", |event| match event {
        AppEvent::Routed { revision: r, routes, .. } if r >= revision => {
            routes.get("thief-orders").map(|route| assert!(route.len() >= 2))
        }
        _ => None,
    })
    .await;
    let revision = number(&desk.call("design_undo", json!({})).await["revision"]);
    let judged = desk.judged(revision).await;
    assert!(
        judged["intents"].as_array().unwrap().iter().all(|intent| intent["holds"] == true),
        "{judged:#}"
    );
}

/// A window that comes later asks for its environment, and knows everything.
#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_comes_later_is_told_all_and_nothing_is_judged_twice() {
    let mut desk = Desk::with_shop().await;
    let first = desk.judged(1).await;
    assert_eq!(first["partial"], false);
    desk.call("environment_choose", json!({ "environment": "test" })).await;
    let again = desk.judged(1).await;
    assert_eq!(again["milliseconds"], 0, "it was judged anew");
    assert_eq!(again["partial"], false);
    for part in ["summaries", "facts", "links", "intents", "diagnostics"] {
        assert_eq!(again[part], first[part]);
    }
    let told = desk.event("all routes", |event| match event {
        AppEvent::Routed { partial: false, routes, pills, .. } => Some((routes, pills)),
        _ => None,
    });
    let (routes, pills) = told.await;
    assert_eq!(routes.len(), 5);
    assert_eq!(pills["app-orders"].len(), 2);
    desk.call("environment_choose", json!({ "environment": "production" })).await;
    assert_eq!(desk.judged(1).await["environment"], "production");
}

/// What is put back where it was has the lines that it had, whatever they would be now.
#[tokio::test(flavor = "multi_thread")]
async fn an_undo_brings_back_the_lines_of_links_as_they_were() {
    let mut desk = Desk::with_shop().await;
    let routed = |at: u32| {
        move |event| match event {
            AppEvent::Routed { revision, routes, .. } if revision == at => Some(routes),
            _ => None,
        }
    };
    let before = desk.event("the first lines", routed(1)).await;
    let moved = json!({ "edit": "set-layout", "resources": { "app": [360, 440, 160, 56] } });
    let revision = desk.edit(moved).await;
    let aside = desk.event("lines of what moved", routed(revision)).await;
    assert_ne!(aside["app-orders"], before["app-orders"]);
    let revision = number(&desk.call("design_undo", json!({})).await["revision"]);
    let again = desk.event("lines after undo", routed(revision)).await;
    for (link, line) in &again {
        assert_eq!(line, &before[link], "{link}");
    }
    assert!(again.contains_key("app-orders"));
    let bent = json!({ "edit": "set-layout", "links": { "app-orders": [[340, 380]] } });
    let revision = desk.edit(bent).await;
    let bent = desk.event("a line through the way-point", routed(revision)).await;
    assert_ne!(bent["app-orders"], before["app-orders"]);
    let revision = number(&desk.call("design_undo", json!({})).await["revision"]);
    let straight = desk.event("the line without it", routed(revision)).await;
    assert_eq!(straight["app-orders"], before["app-orders"]);
    let gone = json!({ "edit": "remove-resources", "ids": ["frankfurt"] });
    desk.edit(gone).await;
    let revision = number(&desk.call("design_undo", json!({})).await["revision"]);
    let again = desk.event("lines after undo", routed(revision)).await;
    assert_eq!(again, before);
}

/// A picture of a large design takes seconds: the windows hear how far it is, and may stop it.
#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_takes_long_is_stopped_and_the_next_one_is_not() {
    let mut desk = Desk::with_text(&gp_testkit::generate(400, 480, 1)).await;
    let picture = json!({ "format": "png", "environment": "test", "picture": {} });
    let long = desk.try_call("export_picture", picture.clone());
    let stop = async {
        let far = desk.event("how far it is", |event| match event {
            AppEvent::Exporting { done, of, .. } => Some((done, of)),
            _ => None,
        });
        let (done, of) = far.await;
        assert!(0 < done && done < of, "{done} of {of}");
        desk.call("export_cancel", json!({})).await;
    };
    let (long, ()) = tokio::join!(long, stop);
    assert_eq!(long.unwrap_err().code, ErrorCode::Stopped);
    let svg = json!({ "format": "svg", "environment": "test", "picture": {} });
    assert!(desk.call("export_picture", svg).await["base64"].is_string());
}

/// The design that the program is started with is open before a window asks, once.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_program_is_started_with_is_opened_once() {
    let place = Place::new();
    place.write("a.gplan", "format = 1\n[resource.app]\nkind = \"server\"\n");
    let path = place.file("a.gplan").display().to_string();
    let mut desk = Desk::start_with(place, Some(path));
    for _ in 0..2 {
        assert_eq!(desk.open("a.gplan").await["session"], 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn undo_and_redo_go_all_the_way_and_stop_there() {
    let desk = Desk::with_shop().await;
    let at_first = desk.snapshot().await["design"].clone();
    desk.edit(cpu(4)).await;
    desk.edit(json!({ "edit": "rename-resource", "from": "app", "to": "web" })).await;
    desk.edit(json!({ "edit": "remove-resources", "ids": ["data-tier"] })).await;
    let at_last = desk.snapshot().await["design"].clone();
    for _ in 0..5 {
        desk.call("design_undo", json!({})).await;
    }
    assert_eq!(desk.snapshot().await["design"], at_first);
    for _ in 0..5 {
        desk.call("design_redo", json!({})).await;
    }
    assert_eq!(desk.snapshot().await["design"], at_last);
    desk.refused(
        "design_edit",
        json!({ "edit": cpu(8) }),
        ErrorCode::Refused,
        "there is no resource “app”",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn saving_keeps_the_file_as_it_was_but_for_what_was_changed() {
    let mut desk = Desk::with_text(OPEN_BUCKET).await;
    desk.call("design_save", json!({})).await;
    assert_eq!(desk.place.read("a.gplan"), OPEN_BUCKET, "nothing was done, nothing is written");
    let title = json!({ "edit": "set-attribute", "resource": "one", "path": ["title"], "value": "Pictures" });
    desk.edit(title).await;
    let saved = desk.call("design_save", json!({})).await;
    assert_eq!(saved["path"], desk.file("a.gplan").display().to_string());
    let saved = desk.event("the word of it", |event| match event {
        AppEvent::DocumentSaved { history, .. } if !history.dirty => Some(()),
        _ => None,
    });
    saved.await;
    let text = desk.place.read("a.gplan");
    assert!(text.starts_with("# kept\n") && text.contains("title = \"Pictures\""), "{text}");
    assert!(desk.snapshot().await["history"]["dirty"] == false);
    assert!(
        desk.call("start_page", json!({})).await["recent"][0]["path"]
            .as_str()
            .unwrap()
            .ends_with("a.gplan")
    );

    desk.call("design_save", json!({ "path": "b.gplan" })).await;
    assert_eq!(desk.place.files(), ["a.gplan", "b.gplan"]);
    assert!(desk.snapshot().await["path"].as_str().unwrap().ends_with("b.gplan"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_somebody_else_changed_is_not_written_over_unasked() {
    let mut desk = Desk::with_text(OPEN_BUCKET).await;
    let title =
        json!({ "edit": "set-attribute", "resource": "one", "path": ["title"], "value": "Mine" });
    desk.edit(title.clone()).await;
    let theirs = OPEN_BUCKET.replace("Buckets", "Theirs");
    desk.place.write("a.gplan", &theirs);
    desk.event("the word of the change", |event| {
        matches!(event, AppEvent::FileChanged { .. }).then_some(())
    })
    .await;
    desk.refused(
        "design_save",
        json!({}),
        ErrorCode::ChangedOnDisk,
        "was changed by somebody else",
    )
    .await;
    assert_eq!(desk.place.read("a.gplan"), theirs);
    let reloaded = desk.call("design_reload", json!({})).await;
    assert_eq!(reloaded["design"]["name"], "Theirs");
    assert_eq!(reloaded["history"]["dirty"], false);

    desk.edit(title).await;
    desk.place.write("a.gplan", OPEN_BUCKET);
    desk.refused("design_save", json!({}), ErrorCode::ChangedOnDisk, "reload it, keep yours").await;
    desk.call("design_save", json!({ "overwrite": true })).await;
    assert!(desk.place.read("a.gplan").contains("Mine"));
    let kept: Vec<_> =
        std::fs::read_dir(desk.place.path("home/state/previous")).unwrap().flatten().collect();
    let kept = std::fs::read_to_string(kept[0].path()).unwrap();
    assert_eq!(kept, OPEN_BUCKET, "what was written over is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_copied_can_be_pasted_and_taken_back() {
    let desk = Desk::with_shop().await;
    let text = desk.call("design_copy", json!({ "ids": ["app", "orders"] })).await["text"].clone();
    assert!(text.as_str().unwrap().contains("[resource.app]"), "{text}");
    let before = desk.snapshot().await["design"].clone();
    let pasted = desk
        .call(
            "design_paste",
            json!({ "text": text, "parent": "app-tier", "at": [400, 300], "outerLinks": false }),
        )
        .await;
    assert_eq!(pasted["ids"].as_array().unwrap().len(), 2, "{pasted}");
    desk.call("design_undo", json!({})).await;
    assert_eq!(desk.snapshot().await["design"], before);
    desk.refused(
        "design_paste",
        json!({ "text": "= = =", "at": [0, 0], "outerLinks": true }),
        ErrorCode::Failed,
        "",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn layout_is_one_act_and_places_everything() {
    let desk = Desk::with_shop().await;
    let before = desk.snapshot().await["design"].clone();
    desk.call("design_layout", json!({})).await;
    let after = desk.snapshot().await;
    assert_eq!(after["history"]["undo"], "Lay out everything");
    let placed = after["design"]["layout"]["resources"].as_object().unwrap().len();
    assert_eq!(placed, after["design"]["resources"].as_object().unwrap().len());
    assert_eq!(after["design"]["resources"], before["resources"], "layout is never topology");
    desk.call("design_undo", json!({})).await;
    assert_eq!(desk.snapshot().await["design"], before);
    desk.call("design_layout", json!({ "ids": ["app", "scratch"] })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thing_is_offered_the_place_where_it_can_live() {
    let desk = Desk::with_shop().await;
    let offer = desk.call("nest_offer", json!({ "kind": "bucket", "parent": "app-tier" })).await;
    assert_eq!(
        (&offer["allowed"], &offer["parent"]),
        (&json!(true), &json!("frankfurt")),
        "{offer}"
    );
    assert!(!offer["because"].as_str().unwrap().is_empty());
    let offer = desk.call("nest_offer", json!({ "kind": "server", "parent": "app-tier" })).await;
    assert_eq!(offer["parent"], "app-tier");
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_are_fixed_one_by_one_or_all_at_once_or_accepted() {
    let mut desk = Desk::with_text(OPEN_BUCKET).await;
    let of = |judged: &Value, rule: &str| -> Vec<Value> {
        judged["diagnostics"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|found| found["rule"] == rule)
            .cloned()
            .collect()
    };
    let judged = desk.judged(1).await;
    let fixable = judged["diagnostics"].as_array().unwrap().iter().find(|found| {
        !found["fixes"].as_array().unwrap().is_empty()
            && of(&judged, found["rule"].as_str().unwrap()).len() == 2
    });
    let rule = fixable.unwrap_or_else(|| panic!("{judged:#}"))["rule"].as_str().unwrap().to_owned();
    let first = of(&judged, &rule)[0].clone();
    let fixed = desk.call("finding_fix", json!({ "key": first["key"], "fix": 0 })).await;
    let judged = desk.judged(number(&fixed["revision"])).await;
    assert_eq!(of(&judged, &rule).len(), 1, "{judged:#}");
    desk.refused(
        "finding_fix",
        json!({ "key": first["key"], "fix": 0 }),
        ErrorCode::NotFound,
        "gone already",
    )
    .await;

    desk.call("design_undo", json!({})).await;
    let all = desk.call("finding_fix_all", json!({ "rule": rule })).await;
    assert_eq!(all["fixed"], 2);
    let judged = desk.judged(number(&all["revision"])).await;
    assert!(of(&judged, &rule).is_empty(), "{judged:#}");
    desk.call("design_undo", json!({})).await;

    let waived = desk.call("finding_waive", json!({ "key": first["key"], "reason": "rebuilt every night", "owner": "me", "expires": "2999-01-01" })).await;
    let judged = desk.judged(number(&waived["revision"])).await;
    assert_eq!(of(&judged, &rule).len(), 1, "{judged:#}");
    assert_eq!(judged["waived"][0]["finding"]["key"], first["key"], "{judged:#}");
    assert_eq!(judged["waived"][0]["waiver"], 0);
    desk.call("design_save", json!({})).await;
    assert!(desk.place.read("a.gplan").contains("rebuilt every night"));
}

#[tokio::test(flavor = "multi_thread")]
async fn fixing_all_of_a_kind_never_makes_a_design_worse() {
    let mut desk = Desk::with_shop().await;
    let errors = |judged: &Value| {
        let found = judged["diagnostics"].as_array().unwrap();
        found.iter().filter(|it| it["severity"] == "error").count()
    };
    // One subnet as large as many networks: the fixes of its neighbours would take their ranges away.
    let wide = json!({ "edit": "set-attribute", "resource": "data-tier", "path": ["cidr"], "value": "10.20.0.0/8" });
    let revision = desk.edit(wide).await;
    let mut before = errors(&desk.judged(revision).await);
    assert!(before > 0);
    for rule in ["overlapping-cidrs", "cidr-outside-parent"] {
        let fixed = desk.call("finding_fix_all", json!({ "rule": rule })).await;
        if fixed["fixed"] != 0 {
            let after = errors(&desk.judged(number(&fixed["revision"])).await);
            assert!(after <= before, "{rule}: {after} errors after {before}");
            before = after;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn exports_are_shown_beside_what_is_there_before_they_are_written() {
    let desk = Desk::with_shop().await;
    let formats = desk.call("export_formats", json!({})).await;
    for format in formats.as_array().unwrap() {
        let args = json!({ "format": format["id"], "environment": "production", "folder": "out" });
        let shown = desk.call("export_run", args.clone()).await;
        assert!(
            shown["files"].as_array().unwrap().iter().all(|file| file["state"] == "new"),
            "{format}"
        );
        let written = desk.call("export_write", args.clone()).await;
        assert_eq!(
            written["written"].as_array().unwrap().len(),
            shown["files"].as_array().unwrap().len()
        );
        let shown = desk.call("export_run", args).await;
        assert!(
            shown["files"].as_array().unwrap().iter().all(|file| file["state"] == "same"),
            "{format}"
        );
    }
    let args = json!({ "format": "terraform", "environment": "production", "folder": "out" });
    let stale = desk.place.read("out/data.tf");
    desk.place.write("out/old.tf", &stale);
    let shown = desk.call("export_run", args.clone()).await;
    let states = |shown: &serde_json::Value| {
        let files = shown["files"].as_array().unwrap();
        let old = files.iter().find(|file| file["path"] == "old.tf");
        old.map_or_else(String::new, |file| file["state"].as_str().unwrap().to_owned())
    };
    assert_eq!(states(&shown), "removed");
    desk.place.write("out/old.tf", format!("{stale}# mine\n"));
    assert_eq!(states(&desk.call("export_run", args.clone()).await), "edited");
    desk.place.write("out/old.tf", &stale);
    let done = desk.call("export_write", args.clone()).await;
    assert_eq!(done["removed"].as_array().unwrap().len(), 1, "{done}");
    let file = "out/compute.tf";
    desk.place.write(file, "# mine\n");
    desk.refused("export_write", args, ErrorCode::CannotWrite, "was not written by this program")
        .await;
    let args = json!({ "format": "terraform", "environment": "production" });
    desk.refused("export_write", args, ErrorCode::Failed, "choose a folder").await;
    desk.refused(
        "export_run",
        json!({ "format": "visio", "environment": "test" }),
        ErrorCode::NotFound,
        "there is no format “visio”",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proof_answers_in_words_and_in_cells() {
    let desk = Desk::with_shop().await;
    let yes = desk.call("proof_ask", json!({ "from": "app", "to": "orders" })).await;
    assert_eq!(yes["reachable"], json!(["tcp/5432"]), "{yes}");
    let no = desk
        .call("proof_ask", json!({ "from": "internet", "to": "orders", "service": "tcp/5432" }))
        .await;
    assert!(no["answer"].as_str().unwrap().contains("cannot reach"), "{no}");
    let hops = no["traces"][0]["hops"].as_array().unwrap();
    assert!(hops.iter().any(|hop| hop["passes"] == false), "the blocking hop is named: {no}");
    let cells = desk.call("proof_matrix", json!({})).await;
    let open = |from: &str, to: &str| {
        let cell =
            cells.as_array().unwrap().iter().find(|cell| {
                cell["from"] == from && cell["to"] == to && cell["service"] == "tcp/5432"
            });
        cell.unwrap_or_else(|| panic!("no cell {from} → {to}"))["proven"].clone()
    };
    assert_eq!(open("app[0]", "orders"), true);
    desk.refused(
        "proof_ask",
        json!({ "from": "ghost", "to": "orders" }),
        ErrorCode::NotFound,
        "“ghost”",
    )
    .await;
    let facts = desk.call("resource_facts", json!({ "id": "app" })).await;
    assert_eq!(facts["instances"].as_array().unwrap().len(), 2, "{facts}");
    assert_eq!(facts["attributes"]["cpu"]["origin"], "set");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_differs_from_an_earlier_version_is_said() {
    let desk = Desk::with_text(OPEN_BUCKET).await;
    let changes = async |version: Value| {
        let answer = desk.call("design_changes", json!({ "version": version })).await;
        answer["patch"]["changes"].as_array().unwrap().clone()
    };
    assert_eq!(changes(json!({ "is": "saved" })).await, Vec::<Value>::new());
    let title = |text: &str| json!({ "edit": "set-attribute", "resource": "one", "path": ["title"], "value": text });
    desk.edit(title("First")).await;
    desk.call("design_save", json!({})).await;
    desk.edit(
        json!({ "edit": "add-resource", "id": "three", "kind": "bucket", "at": [0, 0, 10, 10] }),
    )
    .await;
    let versions = desk.call("design_versions", json!({})).await;
    let kinds: Vec<&str> =
        versions.as_array().unwrap().iter().map(|one| one["is"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["before", "before", "saved", "previous"], "{versions:#}");
    let resources = |changes: Vec<Value>| {
        let of = changes.iter().filter(|change| change["of"] == "resource");
        of.map(|change| change["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(resources(changes(json!({ "is": "saved" })).await), ["three"]);
    assert_eq!(resources(changes(json!({ "is": "before", "acts": 1 })).await), ["three"]);
    assert_eq!(resources(changes(json!({ "is": "previous" })).await), ["one", "three"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_explained_by_its_page() {
    let desk = Desk::with_shop().await;
    let page = desk.call("finding_explain", json!({ "rule": "empty-container" })).await;
    assert!(page["text"].as_str().unwrap().starts_with("## empty-container"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_environment_is_judged_as_soon_as_it_is_chosen() {
    let mut desk = Desk::with_shop().await;
    assert_eq!(desk.judged(1).await["environment"], "test");
    desk.call("environment_choose", json!({ "environment": "production" })).await;
    assert_eq!(desk.judged(1).await["environment"], "production");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_log_folders_and_catalog_answer() {
    let desk = Desk::with_text(OPEN_BUCKET).await;
    assert_eq!(desk.call("settings_get", json!({})).await, json!({}));
    desk.call("settings_set", json!({ "settings": { "theme": "dark" } })).await;
    assert_eq!(desk.call("settings_get", json!({})).await["theme"], "dark");
    assert!(desk.call("log_tail", json!({ "lines": 10 })).await.is_array());
    let folder = desk.call("folder_list", json!({})).await;
    assert_eq!(folder["entries"][0]["name"], "a.gplan", "{folder}");
    assert!(desk.call("catalog_get", json!({})).await["kinds"].as_array().unwrap().len() > 20);
    let start = desk.call("start_page", json!({})).await;
    assert!(start["templates"][0]["pictureDark"].as_str().unwrap().contains("<svg"), "{start}");
    assert_eq!(desk.call("app_info", json!({})).await["shell"], "browser");
    desk.call("design_close", json!({})).await;
    desk.refused("design_snapshot", json!({}), ErrorCode::NotFound, "not open any more").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_that_were_found_can_be_kept_or_thrown_away() {
    for keep in [true, false] {
        let mut desk = Desk::with_text(OPEN_BUCKET).await;
        let title = |text: &str| json!({ "edit": "set-attribute", "resource": "one", "path": ["title"], "value": text });
        desk.edit(title("First")).await;
        desk.edit(title("Second")).await;
        desk = desk.restart();
        let start = desk.call("start_page", json!({})).await;
        assert_eq!(
            start["recent"][0]["unsaved"], 2,
            "the start page says so beforehand: {start:#}"
        );
        let opened = desk.open("a.gplan").await;
        assert!(opened["recovery"]["edits"].as_u64().unwrap() >= 1, "{opened:#}");
        let after = desk.call("design_recover", json!({ "keep": keep })).await;
        let expected = if keep { json!("Second") } else { Value::Null };
        assert_eq!(after["design"]["resources"]["one"]["title"], expected, "{after:#}");
        assert_eq!(after["history"]["dirty"], keep);
        assert_eq!(desk.place.read("a.gplan"), OPEN_BUCKET, "the file itself was never touched");
        desk.call("design_close", json!({})).await;
        let journals = std::fs::read_dir(desk.place.path("home/state/journals")).unwrap();
        assert_eq!(journals.count(), 0, "no journal is left behind");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_design_is_not_written_over_unasked() {
    let desk = Desk::with_text(OPEN_BUCKET).await;
    desk.place.write("b.gplan", "# theirs\n");
    let there = "is there already: replace it, or save under another name";
    desk.refused("design_save", json!({ "path": "b.gplan" }), ErrorCode::Exists, there).await;
    assert_eq!(desk.place.read("b.gplan"), "# theirs\n");
    desk.call("design_save", json!({ "path": "b.gplan", "overwrite": true })).await;
    assert_eq!(desk.place.read("b.gplan"), OPEN_BUCKET);
    let previous = std::fs::read_dir(desk.place.path("home/state/previous")).unwrap();
    let kept: Vec<_> =
        previous.flatten().map(|file| std::fs::read_to_string(file.path()).unwrap()).collect();
    assert_eq!(kept, ["# theirs\n"], "what was written over is kept");
    desk.call("design_save", json!({ "path": "./b.gplan" })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn saving_at_once_leaves_no_journal_behind() {
    let desk = Desk::with_text(OPEN_BUCKET).await;
    for round in 0..20 {
        desk.edit(json!({ "edit": "set-attribute", "resource": "one", "path": ["title"], "value": format!("{round}") })).await;
        desk.call("design_save", json!({})).await;
    }
    let journals = std::fs::read_dir(desk.place.path("home/state/journals"));
    assert_eq!(journals.map_or(0, Iterator::count), 0);
}
