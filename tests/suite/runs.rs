//! The account of what was deployed: its history, what a program says while it works, and what becomes of labs
//! where the account is lost.

use crate::place::{Place, lab_or_skip};
use rusqlite::Connection;
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};

fn state_file(place: &Place) -> PathBuf {
    place.path("home/state/groundplan/state.db")
}

/// Every line of standard error that is JSON.
fn lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}")))
        .collect()
}

#[test]
fn the_history_tells_every_run_and_what_happened_in_it() {
    if !lab_or_skip("the_history_tells_every_run_and_what_happened_in_it") {
        return;
    }
    let place = Place::with_shop();
    place.fine("history shop.gplan").check(0, &["nothing was deployed to test yet"]);
    place.fine("deploy shop.gplan --approve");
    place.fine("destroy shop.gplan --approve");
    let runs = place.fine("history shop.gplan --json").json();
    let kinds: Vec<&str> =
        runs.as_array().unwrap().iter().map(|run| run["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["destroy", "deploy"], "the newest is first");
    let deploy = &runs[1];
    assert_eq!((&deploy["outcome"], &deploy["done"]), (&"done".into(), &deploy["steps"]));
    assert!(deploy["summary"].as_str().unwrap().contains("to create"), "{deploy}");
    assert!(deploy["seconds"].as_f64().unwrap() > 0.0, "{deploy}");
    let number = deploy["number"].as_u64().unwrap();
    place.fine("history shop.gplan").check(0, &["deploy", "destroy", "done"]);
    place.fine(&format!("history shop.gplan --run {number}")).check(0, &["▸ create", "✓ create"]);
    let story = place.fine(&format!("history shop.gplan --run {number} --json")).json();
    let events = story["events"].as_array().unwrap();
    let of = |state: &str| events.iter().filter(|event| event["state"] == state).count() as u64;
    assert_eq!(of("finished"), deploy["steps"].as_u64().unwrap());
    assert_eq!(of("started"), of("finished"));
    assert_eq!(story["open"], serde_json::json!([]));
    place.run("history shop.gplan --run 999").check(2, &["has no run 999", "groundplan history"]);
    place.check_nothing_runs();
}

#[test]
fn with_json_every_event_of_the_engine_is_a_line() {
    if !lab_or_skip("with_json_every_event_of_the_engine_is_a_line") {
        return;
    }
    let place = Place::with_shop();
    let deploy = place.fine("deploy shop.gplan --approve --json");
    let said = lines(&deploy.err);
    let events: Vec<&Value> = said.iter().filter(|line| line["event"].is_string()).collect();
    assert!(
        events.iter().all(|line| line["environment"] == "test" && line["run"].is_i64()),
        "{events:?}"
    );
    assert!(events.iter().all(|line| line["at"].as_str().is_some_and(|at| at.ends_with('Z'))));
    let run = &events[0]["run"];
    let story = place.fine(&format!("history shop.gplan --run {run} --json")).json();
    let told = |event: &&Value| event["event"].as_str().unwrap().to_owned();
    let kept = story["events"].as_array().unwrap().iter();
    let kept: Vec<String> = kept.map(|event| event["state"].as_str().unwrap().to_owned()).collect();
    assert_eq!(events.iter().map(told).collect::<Vec<_>>(), kept, "the history has the same");
    let stages = said.iter().filter_map(|line| line["state"].as_str());
    assert_eq!(stages.collect::<Vec<_>>(), ["deploying", "running", "verifying", "running"]);
    let destroy = place.fine("destroy shop.gplan --approve --json");
    assert!(lines(&destroy.err).iter().any(|line| line["event"] == "finished"));
    place.check_nothing_runs();
}

#[test]
fn a_lab_is_ended_without_the_account_of_it() {
    if !lab_or_skip("a_lab_is_ended_without_the_account_of_it") {
        return;
    }
    type Harm = fn(&Path);
    let harms: [(&str, Harm); 2] = [
        ("is damaged", |file| fs::write(file, "no database at all ".repeat(500)).unwrap()),
        ("newer version", |file| {
            Connection::open(file).unwrap().pragma_update(None, "user_version", 99).unwrap();
        }),
    ];
    for (says, harm) in harms {
        let place = Place::with_shop();
        place.fine("deploy shop.gplan --approve");
        let file = state_file(&place);
        // Everything into the file itself: what is beside it would heal it.
        let all = Connection::open(&file).unwrap();
        all.pragma_update(None, "journal_mode", "DELETE").unwrap();
        drop(all);
        harm(&file);
        let bytes = fs::read(&file).unwrap();
        let path = file.display().to_string();
        place.run("plan shop.gplan").check(2, &[says, &path, "groundplan labs"]);
        place.run("history shop.gplan").check(2, &[says, &path]);
        let labs = place.fine("labs --json");
        assert!(labs.err.contains(says), "{}", labs.text());
        let id = labs.json()[0]["id"].as_str().unwrap().to_owned();
        place.fine(&format!("destroy --lab {id} --approve")).check(0, &[says, "nothing is left"]);
        place.check_nothing_runs();
        assert!(fs::read(&file).unwrap() == bytes, "not a byte of it was touched");
        if says == "is damaged" {
            place.run("state check").check(2, &[says, &path, "groundplan state repair"]);
            place.fine("state repair").check(0, &["state.db.damaged"]);
            place.fine("state check").check(0, &["fine"]);
            place.fine("state repair").check(0, &["nothing to repair"]);
            place.fine("deploy shop.gplan --approve");
            place.fine("destroy shop.gplan --approve");
        } else {
            place.run("state repair").check(2, &[says]);
        }
        place.check_nothing_runs();
    }
}
