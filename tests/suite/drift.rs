//! What others do to a running lab is named, put back or left; and what is over is found and ended, whatever became of
//! its file.

use crate::place::{Place, is_root, lab_or_skip, wait_until, works};
use std::{collections::BTreeSet, fs, process::Command, time::Duration};

/// Goes into the namespace of the lab that has this address, and does something there.
fn inside(place: &Place, address: &str, act: &str) {
    let labs = place.fine("labs --json").json();
    let pid = labs[0]["pid"].as_u64().unwrap();
    let user = |pid: &str| fs::read_link(format!("/proc/{pid}/ns/user")).unwrap();
    let elsewhere = user("self") != user(&pid.to_string());
    let enter = |namespace: &str, command: &str| {
        let mut enter = Command::new("nsenter");
        if elsewhere {
            enter.arg(format!("--user=/proc/{pid}/ns/user")).arg("--preserve-credentials");
        }
        let command = format!("PATH=$PATH:/usr/sbin:/sbin; {command}");
        enter.arg(format!("--net={namespace}")).args(["sh", "-c", &command]).output().unwrap()
    };
    let mut seen = BTreeSet::new();
    for entry in fs::read_dir(format!("/proc/{pid}/fd")).unwrap().flatten() {
        let target = fs::read_link(entry.path()).unwrap_or_default();
        if !target.to_string_lossy().starts_with("net:") || !seen.insert(target) {
            continue;
        }
        let namespace = entry.path().display().to_string();
        let has = enter(&namespace, &format!("ip -4 -o addr show to {address}"));
        if !has.stdout.is_empty() {
            let done = enter(&namespace, act);
            assert!(done.status.success(), "{act}: {}", String::from_utf8_lossy(&done.stderr));
            return;
        }
    }
    panic!("nothing has the address {address}");
}

/// An address of a server of the shop, as it was made.
fn address_of(place: &Place, server: &str) -> String {
    let meaning = place.fine("resolve shop.gplan --environment test").json();
    let text = meaning["resources"]["app"]["instances"].to_string();
    let instances: serde_json::Value = serde_json::from_str(&text).unwrap();
    let one = instances.as_array().unwrap().iter().find(|one| one["address"] == server).unwrap();
    one["ip"].as_str().unwrap_or_else(|| panic!("{one}")).to_owned()
}

fn can_enter(name: &str) -> bool {
    // What somebody else starts in a namespace of his own loses its capabilities on the way.
    if !is_root() || !works("nsenter", &["--version"]) {
        gp_testkit::skip(name, "only root goes into a lab's namespaces by nsenter");
        return false;
    }
    lab_or_skip(name)
}

#[test]
fn what_somebody_did_to_a_lab_is_named_and_put_back() {
    if !can_enter("what_somebody_did_to_a_lab_is_named_and_put_back") {
        return;
    }
    let place = Place::with_shop();
    place.run("drift shop.gplan").check(0, &["test: nothing runs here"]);
    place.fine("deploy shop.gplan --approve");
    place.run("drift shop.gplan").check(0, &["test: as it was made"]);
    let app = address_of(&place, "app[0]");
    inside(&place, &app, "ip route del default; nft flush ruleset");
    place.run("drift shop.gplan").check(
        1,
        &["app[0].routes", "app[0].rules", "as made   route 0.0.0.0/0", "2 parts drifted"],
    );
    place.run("plan shop.gplan").check(0, &["1 to change", "it was changed outside"]);
    place
        .run("drift shop.gplan --put-back app[0].rules")
        .check(2, &["app[0]", "as it was made", "nothing was done"]);
    place
        .run("drift shop.gplan --put-back app[0].rules --approve")
        .check(1, &["Put back as it was made", "1 part drifted"]);
    place.run("drift shop.gplan --put-back all --approve").check(0, &["test: as it was made"]);
    place.fine("verify shop.gplan");
    place.run("drift shop.gplan --put-back app[0].rules").check(2, &["has not drifted"]);
    place.fine("destroy shop.gplan --approve");
    place.check_nothing_runs();
}

#[test]
fn what_is_ignored_is_in_no_plan_until_it_changes_again() {
    if !can_enter("what_is_ignored_is_in_no_plan_until_it_changes_again") {
        return;
    }
    let place = Place::with_shop();
    place.fine("deploy shop.gplan --approve");
    let app = address_of(&place, "app[0]");
    inside(&place, &app, "ip route add 192.0.2.0/24 dev eth0");
    place.run("plan shop.gplan").check(0, &["1 to change"]);
    place.run("drift shop.gplan --ignore app[0].routes").check(2, &["nothing was done"]);
    place
        .run("drift shop.gplan --ignore app[0].routes --approve")
        .check(0, &["app[0].routes (ignored)", "as it was made"]);
    place.run("plan shop.gplan").check(0, &["nothing to do"]);
    place
        .run("drift shop.gplan --accept app[0].routes --approve")
        .check(2, &["the design has no place for this"]);
    inside(&place, &app, "ip route add 192.0.3.0/24 dev eth0");
    place.run("plan shop.gplan").check(0, &["1 to change"]);
    // To deploy what is drawn undoes what others did, too.
    place.fine("deploy shop.gplan --approve");
    place.run("drift shop.gplan").check(0, &["test: as it was made"]);
    place.fine("destroy shop.gplan --approve");
    place.check_nothing_runs();
}

#[test]
fn what_runs_ends_later_when_somebody_wants_it_to() {
    if !lab_or_skip("what_runs_ends_later_when_somebody_wants_it_to") {
        return;
    }
    let place = Place::with_shop();
    place.run("extend shop.gplan 2h").check(2, &["nothing of this design runs in test"]);
    place.fine("deploy shop.gplan --approve");
    place.run("extend shop.gplan soon").check(2, &["is not a stretch of time"]);
    let ends = |place: &Place| place.fine("labs --json").json()[0]["ends_in"].as_u64().unwrap();
    place.fine("extend shop.gplan '3 hours'");
    assert!((10_700..=10_800).contains(&ends(&place)), "{}", ends(&place));
    // A deploy gives it its time again, and takes nothing of what it was given.
    place.fine("deploy shop.gplan --approve");
    assert!((10_700..=10_800).contains(&ends(&place)), "{}", ends(&place));
    place.fine("reap").check(0, &["nothing is over"]);
    place.fine("destroy shop.gplan --approve");
    place.check_nothing_runs();
}

#[test]
fn what_is_over_is_forgotten_by_reap_though_its_file_is_gone() {
    if !lab_or_skip("what_is_over_is_forgotten_by_reap_though_its_file_is_gone") {
        return;
    }
    let place = Place::with_shop();
    place.fine("deploy shop.gplan --approve");
    place.fine("extend shop.gplan 1s");
    fs::remove_file(place.file("shop.gplan")).unwrap();
    place.check_nothing_runs();
    std::thread::sleep(Duration::from_millis(1100));
    place
        .run("reap")
        .check(2, &["test of Web shop: it ended by itself", "18 to forget", "nothing was done"]);
    place.run("reap --approve").check(0, &["ended: test of Web shop"]);
    place.run("reap").check(0, &["nothing is over"]);
}

#[test]
fn a_lab_whose_state_is_lost_is_found_and_ended() {
    if !lab_or_skip("a_lab_whose_state_is_lost_is_found_and_ended") {
        return;
    }
    let place = Place::with_shop();
    place.fine("deploy shop.gplan --approve");
    fs::remove_dir_all(place.path("home/state")).unwrap();
    place
        .run("reap")
        .check(2, &["it runs, and the state does not know what was made", "18 to delete"]);
    assert!(!place.processes().is_empty(), "to look ends nothing");
    place.run("reap --approve").check(0, &["ended: test of"]);
    wait_until("its process is gone", || place.processes().is_empty());
    place.run("reap").check(0, &["nothing is over"]);
}
