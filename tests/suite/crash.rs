//! The program killed in the middle of a deployment: the next command cleans up, nothing is left.
//! And the proof against a world that was changed behind its back: exactly those cells differ.
#![cfg(target_os = "linux")]

use crate::{
    desk::{Desk, lab},
    place::{Place, lab_or_skip, wait_until},
};
use gp_app::{deploy::compare, judged::judge};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    io::{BufRead as _, BufReader},
    process::Child,
};

/// When the program is killed.
type Moment = fn(&Place, &mut Child);

fn at_the_first_word(_: &Place, child: &mut Child) {
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("Deploying: "), "{line}");
}

fn when_the_holder_starts(place: &Place, child: &mut Child) {
    let own = child.id();
    wait_until("a holder runs", || place.processes().iter().any(|pid| *pid != own));
}

fn when_its_socket_is_there(place: &Place, _: &mut Child) {
    let folder = place.path("run/groundplan");
    wait_until("the lab's socket is there", || {
        let mut files = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        files.any(|file| file.path().extension().is_some_and(|extension| extension == "sock"))
    });
}

fn killed(moment: Moment) -> Place {
    let place = Place::with_shop();
    let mut child = place.start("deploy shop.gplan --environment test --approve");
    moment(&place, &mut child);
    // It may have been faster than we are: then there is a whole lab, which must go as well.
    let _ = child.kill();
    child.wait().unwrap();
    place
}

#[test]
fn a_deploy_that_was_killed_goes_on_with_the_next_one() {
    if !lab_or_skip("a_deploy_that_was_killed_goes_on_with_the_next_one") {
        return;
    }
    for moment in [at_the_first_word as Moment, when_its_socket_is_there] {
        let place = killed(moment);
        place
            .run("deploy shop.gplan --environment test --approve")
            .check(0, &["proof and packets agree"]);
        place.fine("verify shop.gplan");
        place.fine("destroy shop.gplan --environment test --approve");
        place.fine("sweep shop.gplan");
        place.check_nothing_runs();
    }
}

/// Where the deploy was over before we were, we try again.
#[test]
fn a_deploy_that_was_killed_is_told_with_both_ways_on() {
    if !lab_or_skip("a_deploy_that_was_killed_is_told_with_both_ways_on") {
        return;
    }
    let (place, plan) = (0..10)
        .map(|_| killed(at_the_first_word))
        .map(|place| (place.run("plan shop.gplan"), place))
        .find_map(|(plan, place)| plan.err.contains("did not end").then_some((place, plan)))
        .expect("one was killed in its middle");
    plan.check(
        0,
        &[
            "a deploy that began",
            "groundplan deploy shop.gplan --environment test --approve",
            "groundplan destroy shop.gplan --environment test --approve",
        ],
    );
    place.run("destroy shop.gplan").check(2, &["did not end", "to clean up"]);
    place.run("deploy shop.gplan --approve").check(0, &["did not end", "going on with it"]);
    assert!(!place.fine("plan shop.gplan").text().contains("did not end"));
    place.fine("destroy shop.gplan --approve");
    place.check_nothing_runs();
}

#[test]
fn a_deploy_that_was_killed_can_be_destroyed() {
    if !lab_or_skip("a_deploy_that_was_killed_can_be_destroyed") {
        return;
    }
    for moment in [at_the_first_word as Moment, when_the_holder_starts, when_its_socket_is_there] {
        let place = killed(moment);
        place.run("destroy shop.gplan --environment test --approve").check(0, &["nothing is left"]);
        place.fine("sweep shop.gplan").check(0, &["nothing is left"]);
        place.check_nothing_runs();
    }
}

#[test]
fn a_holder_that_was_killed_leaves_a_plan_that_makes_everything_anew() {
    if !lab_or_skip("a_holder_that_was_killed_leaves_a_plan_that_makes_everything_anew") {
        return;
    }
    let place = Place::with_shop();
    place.fine("deploy shop.gplan --approve");
    for pid in place.processes() {
        let killed = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status();
        assert!(killed.unwrap().success());
    }
    wait_until("the holder is gone", || place.processes().is_empty());
    place.run("verify shop.gplan").check(2, &["deploy it first"]);
    place.fine("plan shop.gplan").check(0, &["+ app[0]"]);
    place.run("deploy shop.gplan --approve").check(0, &["proof and packets agree"]);
    place.fine("destroy shop.gplan --approve");
    place.check_nothing_runs();
}

/// `from → to service` of the cells that are open in the proof.
async fn open_cells(desk: &Desk) -> BTreeSet<String> {
    let cells = desk.call("proof_matrix", json!({})).await;
    let open = cells.as_array().unwrap().iter().filter(|cell| cell["proven"] == true);
    open.map(name).collect()
}

fn name(cell: &Value) -> String {
    format!(
        "{} → {} {}",
        cell["from"].as_str().unwrap(),
        cell["to"].as_str().unwrap(),
        cell["service"].as_str().unwrap()
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn one_rule_more_or_less_in_the_drawing_is_found_in_exactly_its_cells() {
    if !lab_or_skip("one_rule_more_or_less_in_the_drawing_is_found_in_exactly_its_cells") {
        return;
    }
    let mut desk = Desk::with_shop().await;
    let worker =
        json!({ "edit": "add-resource", "id": "worker", "kind": "server", "parent": "app-tier" });
    desk.edit(worker).await;
    let plan = desk.plan(false).await;
    desk.apply(&plan).await.unwrap();
    desk.event("the verification", |event| match event {
        gp_app::dto::AppEvent::Deploy(status) if status.state == "running" => {
            status.verification.map(|v| assert!(v.disagreements.is_empty(), "{v:?}"))
        }
        _ => None,
    })
    .await;
    let before = open_cells(&desk).await;
    let mutations = [
        json!({ "edit": "set-link", "id": "app-orders", "allow": [] , "to": "images" }),
        json!({ "edit": "add-link", "id": "more", "link": { "from": "worker", "to": "orders", "allow": ["tcp/5432"] } }),
        json!({ "edit": "remove-links", "ids": ["entry-app"] }),
    ];
    for mutation in mutations {
        desk.edit(mutation.clone()).await;
        let after = open_cells(&desk).await;
        let expected: BTreeSet<String> = before.symmetric_difference(&after).cloned().collect();
        assert!(!expected.is_empty(), "{mutation} changes nothing");
        let session = desk.app.session(desk.session).unwrap();
        let refused = desk.app.deployments().verify(&session, "test").await.unwrap_err();
        assert!(refused.message.contains("deploy first, then verify"), "{refused:?}");
        // What it would have said: the drawing as it is now, the packets of the lab as it was made.
        let snapshot = session.snapshot();
        let judged = judge(&snapshot.design, &snapshot.catalog, Some(&"test".into()), 0);
        let tried = lab(&desk.place).verify(&judged.resolved).await.unwrap();
        let compared = compare(&judged, &tried);
        let cells = serde_json::to_value(&compared.cells).unwrap();
        let differing: BTreeSet<String> = cells
            .as_array()
            .unwrap()
            .iter()
            .filter(|cell| {
                cell["proven"].as_bool().unwrap()
                    != matches!(cell["tried"].as_str(), Some("open" | "no-listener"))
            })
            .map(name)
            .collect();
        assert_eq!(differing, expected, "{mutation}");
        let [agree, all] = compared.summary.agree;
        assert_eq!((all - agree) as usize, expected.len(), "{mutation}");
        desk.call("design_undo", json!({})).await;
    }
    let plan = desk.plan(true).await;
    desk.apply(&plan).await.unwrap();
    desk.event("the sweep", |event| match event {
        gp_app::dto::AppEvent::Deploy(status)
            if status.lines.iter().any(|line| line.text == "Swept: nothing is left") =>
        {
            Some(())
        }
        _ => None,
    })
    .await;
    desk.place.check_nothing_runs();
}
