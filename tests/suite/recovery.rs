//! The program killed with edits that are in no file: what the next start offers, and that two
//! programs on one file do not take each other's edits. Real processes, SIGKILL.

use crate::{
    browser::Server,
    place::{Place, wait_until},
};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

fn titled(resource: &str, title: &str) -> Value {
    json!({ "edit": "set-attribute", "resource": resource, "path": ["title"], "value": title })
}

impl Server {
    fn open(&self) -> Value {
        self.call("design_open", &json!({ "path": "shop.gplan" }))
    }

    fn edit(&self, opened: &Value, edit: &Value) {
        self.call("design_edit", &json!({ "session": opened["session"], "edit": edit }));
    }

    /// The design with the edits that were offered.
    fn recovered(&self, opened: &Value) -> Value {
        assert!(opened["recovery"].is_object(), "{opened}");
        let args = json!({ "session": opened["session"], "keep": true });
        self.call("design_recover", &args)["design"].clone()
    }
}

#[test]
fn every_edit_that_was_answered_survives_a_kill_in_the_middle_of_them() {
    let name = "every_edit_that_was_answered_survives_a_kill_in_the_middle_of_them";
    let place = Place::with_shop();
    let before = place.read("shop.gplan");
    // A second life on top of the first: its edits follow those that the first one left.
    let mut known = 0;
    for after in [25, 40] {
        let Some(server) = Server::start(&place, name) else { return };
        let opened = server.open();
        if known > 0 {
            server.recovered(&opened);
        }
        let answered = AtomicU32::new(known);
        let pid = server.child.id().to_string();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                wait_until("some edits are answered", || {
                    answered.load(Ordering::SeqCst) >= known + after
                });
                let killed = std::process::Command::new("kill").args(["-9", &pid]).status();
                assert!(killed.unwrap().success());
            });
            let args = |count: u32| {
                let cpu = json!({ "edit": "set-attribute", "resource": "app", "path": ["cpu"], "value": count });
                json!({ "session": opened["session"], "edit": cpu }).to_string()
            };
            while server.try_call("design_edit", &args(answered.load(Ordering::SeqCst) + 1)) {
                answered.fetch_add(1, Ordering::SeqCst);
            }
        });
        known = answered.into_inner();
        server.kill();
        let server = Server::start(&place, name).unwrap();
        let opened = server.open();
        assert_eq!(opened["recovery"]["lost"], 0, "{opened}");
        let cpu = server.recovered(&opened)["resources"]["app"]["attributes"]["cpu"].clone();
        // One may have been written when nobody heard the answer any more.
        let cpu = cpu.as_u64().unwrap() as u32;
        assert!(cpu == known || cpu == known + 1, "{cpu} is there, {known} were answered");
        known = cpu;
        server.kill();
    }
    assert_eq!(place.read("shop.gplan"), before);
}

#[test]
fn edits_of_a_killed_program_are_offered_again() {
    let name = "edits_of_a_killed_program_are_offered_again";
    let place = Place::with_shop();
    let Some(server) = Server::start(&place, name) else { return };
    let before = place.read("shop.gplan");
    server.edit(&server.open(), &titled("app", "Half done"));
    server.kill();
    assert_eq!(place.read("shop.gplan"), before);
    place.fine("check shop.gplan");
    let server = Server::start(&place, name).unwrap();
    let opened = server.open();
    assert_eq!(
        opened["recovery"]["edits"], 1,
        "looking at it from the command line took nothing away: {opened}"
    );
    let session = json!({ "session": opened["session"] });
    let again = server.call("design_snapshot", &session);
    assert_eq!(again["recovery"], opened["recovery"], "a page that is loaded again asks again");
    server.call("design_close", &session);
    let opened = server.open();
    assert_eq!(server.recovered(&opened)["resources"]["app"]["title"], "Half done");
    server.call("design_save", &json!({ "session": opened["session"] }));
    assert!(place.read("shop.gplan").contains("Half done"));
    server.kill();
}

#[test]
fn edits_on_a_file_that_the_command_line_changed_since_are_offered_beside_it() {
    let name = "edits_on_a_file_that_the_command_line_changed_since_are_offered_beside_it";
    let place = Place::with_shop();
    let Some(server) = Server::start(&place, name) else { return };
    server.edit(&server.open(), &titled("app", "Half done"));
    server.kill();
    place.run_with("edit shop.gplan", &titled("orders", "Theirs").to_string()).check(0, &[]);
    let theirs = place.read("shop.gplan");
    let server = Server::start(&place, name).unwrap();
    let opened = server.open();
    assert_eq!(opened["recovery"]["changed"], true, "{opened}");
    assert_eq!(opened["design"]["resources"]["orders"]["title"], "Theirs", "the file is shown");
    let design = server.recovered(&opened);
    assert_eq!(design["resources"]["app"]["title"], "Half done");
    let session = opened["session"].clone();
    server.refused("design_save", &json!({ "session": session }), "changed-on-disk");
    server.call("design_save", &json!({ "session": session, "path": "mine.gplan" }));
    server.kill();
    assert_eq!(place.read("shop.gplan"), theirs);
    assert!(place.read("mine.gplan").contains("Half done"));
}

#[test]
fn two_programs_on_one_file_keep_their_edits_apart() {
    let name = "two_programs_on_one_file_keep_their_edits_apart";
    let place = Place::with_shop();
    let Some(first) = Server::start(&place, name) else { return };
    let second = Server::start(&place, name).unwrap();
    first.edit(&first.open(), &titled("app", "First"));
    let opened = second.open();
    assert_eq!(opened["recovery"], Value::Null, "the first one lives: {opened}");
    second.edit(&opened, &titled("app", "Second"));
    second.call("design_close", &json!({ "session": opened["session"] }));
    second.kill();
    first.kill();
    let third = Server::start(&place, name).unwrap();
    let opened = third.open();
    assert_eq!(third.recovered(&opened)["resources"]["app"]["title"], "First");
    third.kill();
}

#[test]
fn a_design_that_never_had_a_file_survives_a_killed_program() {
    let name = "a_design_that_never_had_a_file_survives_a_killed_program";
    let place = Place::with_shop();
    let Some(server) = Server::start(&place, name) else { return };
    let template = json!({ "template": "three-tier-web-shop" });
    let opened = server.call("design_from_template", &template);
    server.edit(&opened, &titled("app", "Half done"));
    let journals = place.path("home/state/groundplan/journals");
    let kept = || std::fs::read_dir(&journals).into_iter().flatten().count();
    let offered = server.call("start_page", &json!({}))["recent"].clone();
    assert_eq!(offered, json!([]), "a program that lives loses nothing");
    server.kill();
    let server = Server::start(&place, name).unwrap();
    let offered = server.call("start_page", &json!({}))["recent"][0].clone();
    assert_eq!((&offered["name"], &offered["saved"]), (&json!("Web shop"), &json!(false)));
    let found = server.call("design_open", &json!({ "path": offered["path"] }));
    assert_eq!((&found["recovery"]["edits"], &found["path"]), (&json!(1), &Value::Null));
    let design = server.recovered(&found);
    assert_eq!(design["resources"]["app"]["title"], "Half done");
    assert_eq!(design["id"], opened["design"]["id"], "what it deployed goes by this id");
    server.call("design_save", &json!({ "session": found["session"], "path": "found.gplan" }));
    assert!(place.read("found.gplan").contains("Half done"));
    assert_eq!(kept(), 0, "what is saved needs no journal");
    server.kill();
}
