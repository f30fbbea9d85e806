//! Labs and the files that they are of: whatever becomes of a file, somebody can end what runs; and two copies of a file
//! share nothing.

use crate::place::{Place, lab_or_skip};
use serde_json::Value;

/// The shop as somebody wrote it by hand: nothing says by what id it is known.
fn without_id(place: &Place) {
    let text = place.read("shop.gplan");
    let lines = text.lines().filter(|line| !line.starts_with("id = "));
    place.write("shop.gplan", lines.map(|line| format!("{line}\n")).collect::<String>());
}

fn labs(place: &Place) -> Vec<Value> {
    place.fine("labs --json").json().as_array().unwrap().clone()
}

fn id(lab: &Value) -> String {
    lab["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_new_file_says_by_what_id_it_is_known_and_no_two_share_one() {
    let place = Place::new();
    let ids: Vec<String> = [
        "bare.gplan",
        "one.gplan --template three-tier-web-shop",
        "two.gplan --template three-tier-web-shop",
    ]
    .iter()
    .map(|line| {
        place.fine(&format!("new {line}"));
        let text = place.read(line.split(' ').next().unwrap());
        let named = text.lines().find(|line| line.starts_with("id = ")).map(str::to_owned);
        named.unwrap_or_else(|| panic!("no id in\n{text}"))
    })
    .collect();
    assert!(ids.iter().all(|id| id.len() == "id = \"\"".len() + 36), "{ids:?}");
    assert!(ids[0] != ids[1] && ids[1] != ids[2], "{ids:?}");
    assert!(place.read("one.gplan").starts_with("# A web shop in three tiers"), "comments stay");
}

#[test]
fn a_renamed_file_without_an_id_leaves_a_lab_that_can_be_ended() {
    if !lab_or_skip("a_renamed_file_without_an_id_leaves_a_lab_that_can_be_ended") {
        return;
    }
    let place = Place::with_shop();
    without_id(&place);
    let deployed = place.fine("deploy shop.gplan --approve");
    let [lab] = &labs(&place)[..] else { panic!("{:?}", labs(&place)) };
    let end = format!("destroy --lab {} --approve", id(lab));
    deployed.check(0, &["shop.gplan has no id", &end]);
    std::fs::rename(place.file("shop.gplan"), place.file("store.gplan")).unwrap();
    place.fine("labs").check(0, &["test of Web shop", "shop.gplan, which is not there any more"]);
    place
        .fine("destroy store.gplan --approve")
        .check(0, &["these labs run", &id(lab), "groundplan destroy --lab ID --approve"]);
    place
        .run(&format!("destroy --lab {}", id(lab)))
        .check(2, &["18 to delete", "nothing was done"]);
    assert_eq!(labs(&place).len(), 1);
    place.fine(&end).check(0, &["Destroying", "Everything is destroyed", "nothing is left"]);
    place.run(&end).check(2, &["runs; `groundplan labs` lists those that do"]);
    place.check_nothing_runs();
}

#[test]
fn a_renamed_file_with_an_id_finds_its_lab() {
    if !lab_or_skip("a_renamed_file_with_an_id_finds_its_lab") {
        return;
    }
    let place = Place::with_shop();
    let deployed = place.fine("deploy shop.gplan --approve");
    assert!(!deployed.err.contains("--lab"), "{}", deployed.text());
    std::fs::rename(place.file("shop.gplan"), place.file("store.gplan")).unwrap();
    place.fine("plan store.gplan").check(0, &["nothing to do"]);
    place.fine("destroy store.gplan --approve").check(0, &["18 deleted"]);
    place.check_nothing_runs();
}

#[test]
fn two_copies_of_a_file_have_a_lab_each() {
    if !lab_or_skip("two_copies_of_a_file_have_a_lab_each") {
        return;
    }
    let place = Place::with_shop();
    place.fine("deploy shop.gplan --approve");
    place.write("copy.gplan", place.read("shop.gplan"));
    let edit = r#"[{"edit": "remove-resources", "ids": ["orders"]}]"#;
    place.run_with("edit copy.gplan", edit).check(0, &[]);
    place.fine("plan copy.gplan").check(0, &["17 to create", "has the id of", "a lab of its own"]);
    place.fine("deploy copy.gplan --approve").check(0, &["17 created"]);
    assert_eq!(labs(&place).len(), 2);
    place.fine("plan shop.gplan").check(0, &["nothing to do"]);
    place.fine("plan copy.gplan").check(0, &["nothing to do"]);
    // Alone, it still finds what it deployed.
    std::fs::rename(place.file("shop.gplan"), place.path("shop.gplan")).unwrap();
    place.fine("plan copy.gplan").check(0, &["nothing to do"]);
    std::fs::rename(place.path("shop.gplan"), place.file("shop.gplan")).unwrap();
    place.fine("destroy copy.gplan --approve").check(0, &["17 deleted"]);
    place.fine("plan shop.gplan").check(0, &["nothing to do"]);
    place.fine("destroy shop.gplan --approve").check(0, &["18 deleted"]);
    place.check_nothing_runs();
}

#[test]
fn a_lab_of_an_environment_that_is_gone_is_shown_and_ended() {
    if !lab_or_skip("a_lab_of_an_environment_that_is_gone_is_shown_and_ended") {
        return;
    }
    let place = Place::with_shop();
    place.fine("deploy shop.gplan --approve");
    let text = place.read("shop.gplan");
    place.write("shop.gplan", text.replace("[environment.test]", "[environment.trial]"));
    place.fine("labs").check(0, &["which has no environment “test” any more"]);
    let lab = &labs(&place)[0];
    place
        .run("destroy shop.gplan --environment test --approve")
        .check(2, &["has no environment “test”", "these labs run", &id(lab)]);
    place.fine(&format!("destroy --lab {} --approve", id(lab))).check(0, &["18 deleted"]);
    place.check_nothing_runs();
}

#[test]
fn what_is_made_is_what_goes_and_a_second_deploy_changes_nothing() {
    if !lab_or_skip("what_is_made_is_what_goes_and_a_second_deploy_changes_nothing") {
        return;
    }
    let place = Place::new();
    place.fine("new both.gplan --template hybrid-data-centre");
    place.fine("deploy both.gplan --approve").check(0, &["27 created"]);
    place.fine("plan both.gplan").check(0, &["nothing to do"]);
    place.fine("destroy both.gplan --approve").check(0, &["27 deleted"]);
    place.check_nothing_runs();
}

#[test]
fn a_lab_that_is_older_than_the_drawing_is_not_set_against_it() {
    if !lab_or_skip("a_lab_that_is_older_than_the_drawing_is_not_set_against_it") {
        return;
    }
    let place = Place::with_shop();
    let deployed = place.fine("deploy shop.gplan --approve");
    let said: Vec<&str> = deployed.err.lines().collect();
    assert_eq!(said, ["Deploying: 18 to create", "Trying every connection"], "each thing once");
    let edit = r#"[{"edit": "remove-resources", "ids": ["orders"]}]"#;
    place.run_with("edit shop.gplan", edit).check(0, &[]);
    let older = place.run("verify shop.gplan");
    older.check(
        2,
        &["the lab is that of a deploy of 20", "1 to delete", "deploy first, then verify"],
    );
    place.fine("deploy shop.gplan --approve");
    place.fine("verify shop.gplan");
    place.fine("destroy shop.gplan --approve");
}

#[test]
fn a_name_is_looked_up_as_a_network_and_what_is_drawn_is_said_before_packets_fail() {
    let place = Place::new();
    place.fine("new both.gplan --template hybrid-data-centre");
    let name = "app.cloud.example.com";
    let drawn = format!("✓ {name}: 10.80.0.168, 10.80.1.87");
    let failed = place.run(&format!("lookup both.gplan cloud {name} --packets"));
    failed.check(2, &[&drawn, "no lab of this design and environment runs"]);
    for odd in ["'a b.example.com'", "a..example.com", ".", &"x".repeat(64)] {
        place
            .run(&format!("lookup both.gplan cloud {odd}"))
            .check(2, &["is no name that can be asked for"]);
    }
    if !lab_or_skip("a name asked for by a network, with packets") {
        return;
    }
    place.fine("deploy both.gplan --approve");
    place
        .fine(&format!("lookup both.gplan cloud {name} --packets"))
        .check(0, &[&drawn, "✓ with packets: 10.80.0.168, 10.80.1.87, by 169.254.169.253"]);
    place.fine("destroy both.gplan --approve");
}
