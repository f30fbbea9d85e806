//! Programs that die, one after another: what the next one offers, and what it keeps.

use crate::{
    dto::{AppEvent, ErrorCode, RecoveryDto},
    events::Events,
    places::Places,
    session::Session,
};
use gp_model::{Edit, Value};
use std::{
    fs,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

const DESIGN: &str = "# mine\nformat = 1\n\
    [resource.one]\nkind = \"bucket\"\n[resource.two]\nkind = \"bucket\"\n[resource.three]\nkind = \"bucket\"\n";

struct Machine {
    folder: tempfile::TempDir,
    places: Places,
    events: Arc<Events>,
}

impl Machine {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let places = Places::below(folder.path());
        let machine = Self { folder, places, events: Arc::default() };
        fs::write(machine.design(), DESIGN).expect("written");
        machine
    }

    fn design(&self) -> PathBuf {
        self.folder.path().join("a.gplan")
    }

    /// A program that opens the design; dropped, it dies.
    fn open(&self) -> Arc<Session> {
        Session::open(1, &self.design(), &self.events, &self.places, Duration::ZERO)
            .expect("readable")
    }

    /// What lies in the folder of journals with this ending.
    fn journals(&self, ending: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.places.journals()).into_iter().flatten().flatten();
        let paths = entries.map(|entry| entry.path());
        paths.filter(|path| path.extension().is_some_and(|it| it == ending)).collect()
    }
}

fn titled(session: &Session, resource: &str, title: &str) {
    let edit = Edit::SetAttribute {
        resource: resource.into(),
        path: vec!["title".to_owned()],
        value: Value::from(title),
    };
    session.edit(&edit).expect("a good edit");
}

/// Titles of the three resources; `-` where there is none.
fn titles(session: &Session) -> String {
    let design = session.snapshot().design;
    let title = |id: &str| design.resources[id].title.clone().unwrap_or_else(|| "-".to_owned());
    ["one", "two", "three"].map(title).join(" ")
}

fn question(session: &Session) -> RecoveryDto {
    session.dto().recovery.expect("edits are offered")
}

#[test]
fn a_record_cut_anywhere_costs_only_itself_and_a_second_crash_costs_nothing() {
    let machine = Machine::new();
    let session = machine.open();
    titled(&session, "one", "A");
    titled(&session, "two", "B");
    drop(session);
    let [path] = &machine.journals("jsonl")[..] else { panic!("one journal") };
    let whole = fs::read(path).expect("readable");
    let last = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').expect("lines") + 1;
    for cut in last..=whole.len() {
        for journal in machine.journals("jsonl") {
            fs::remove_file(journal).expect("removed");
        }
        fs::write(path, &whole[..cut]).expect("written");
        let before = if cut == whole.len() { "A B" } else { "A -" };
        let second = machine.open();
        assert_eq!(question(&second).lost, 0, "nobody was told that it was kept");
        second.recover(true).expect("recovered");
        assert_eq!(titles(&second), format!("{before} -"), "cut at {cut}");
        titled(&second, "three", "C");
        drop(second);
        let third = machine.open();
        third.recover(true).expect("recovered");
        assert_eq!(titles(&third), format!("{before} C"), "cut at {cut}");
        assert_eq!(machine.journals("jsonl").len(), 1);
    }
}

/// Whatever is done before and after saves, a crash loses nothing of it and brings nothing back.
#[test]
fn undo_and_redo_across_saves_are_recovered_as_they_were() {
    for seed in 0..60_u64 {
        let machine = Machine::new();
        let mut session = machine.open();
        let mut dice = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        for step in 0..40 {
            dice = dice
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            match (dice >> 33) % 10 {
                0..=3 => titled(
                    &session,
                    ["one", "two", "three"][(dice >> 50) as usize % 3],
                    &step.to_string(),
                ),
                4..=6 => drop(session.undo().expect("undone")),
                7..=8 => drop(session.redo().expect("done again")),
                _ => drop(session.save(None, true).expect("saved")),
            }
            if step % 13 == 12 {
                let (now, unsaved) = (titles(&session), session.unsaved());
                drop(session);
                session = machine.open();
                if session.dto().recovery.is_some() {
                    session.recover(true).expect("recovered");
                } else {
                    assert!(!unsaved, "seed {seed}, step {step}: nothing is offered");
                }
                assert_eq!(titles(&session), now, "seed {seed}, step {step}");
            }
        }
    }
}

#[test]
fn damage_in_the_middle_is_said_and_the_journal_is_kept_aside() {
    let machine = Machine::new();
    let session = machine.open();
    for (resource, title) in [("one", "A"), ("two", "B"), ("three", "C")] {
        titled(&session, resource, title);
    }
    drop(session);
    let path = machine.journals("jsonl").remove(0);
    let text = fs::read_to_string(&path).expect("readable");
    fs::write(&path, text.replace("\"B\"", "\"X\"")).expect("written");
    let session = machine.open();
    assert_eq!((question(&session).edits, question(&session).lost), (1, 2));
    session.recover(true).expect("recovered");
    titled(&session, "three", "D");
    drop(session);
    let again = machine.open();
    assert_eq!((question(&again).edits, question(&again).lost), (2, 0));
    again.recover(true).expect("recovered");
    assert_eq!(titles(&again), "A - D");
    assert_eq!(machine.journals("damaged").len(), 1);
}

#[test]
fn edits_of_a_file_that_was_changed_since_are_offered_beside_it() {
    let machine = Machine::new();
    let session = machine.open();
    titled(&session, "one", "Mine");
    drop(session);
    let theirs = DESIGN.replace("[resource.three]\nkind = \"bucket\"\n", "");
    fs::write(machine.design(), &theirs).expect("written");
    let session = machine.open();
    let asked = question(&session);
    assert!(asked.changed);
    assert_eq!((asked.saved.resources, asked.recovered.resources), (2, 3));
    session.recover(true).expect("recovered");
    assert_eq!(titles(&session), "Mine - -");
    let refused = session.save(None, false).expect_err("theirs is not written over unasked");
    assert_eq!(refused.code, ErrorCode::ChangedOnDisk);
    let elsewhere = machine.folder.path().join("mine.gplan");
    session.save(Some(&elsewhere), false).expect("saved");
    let mine = fs::read_to_string(elsewhere).expect("readable");
    assert!(mine.starts_with("# mine\n") && mine.contains("title = \"Mine\""), "{mine}");
    assert_eq!(fs::read_to_string(machine.design()).expect("readable"), theirs);
    assert!(machine.journals("jsonl").is_empty(), "what is saved needs no journal");
}

#[test]
fn what_nobody_decided_on_is_asked_again() {
    let machine = Machine::new();
    let session = machine.open();
    titled(&session, "one", "A");
    drop(session);
    let session = machine.open();
    for _ in 0..2 {
        assert_eq!(question(&session).edits, 1);
    }
    for refused in [session.save(None, false).err(), session.reload().err()] {
        assert_eq!(refused.expect("refused").code, ErrorCode::Refused);
    }
    session.close();
    drop(session);
    let session = machine.open();
    session.recover(true).expect("recovered");
    assert_eq!(titles(&session), "A - -");
    titled(&session, "two", "B");
    session.recover(false).expect("nothing is left to decide on");
    drop(session);
    assert_eq!(question(&machine.open()).edits, 2, "another window's late answer takes nothing");
}

#[test]
fn edits_of_a_program_that_lives_are_not_offered() {
    let machine = Machine::new();
    let (first, second) = (machine.open(), machine.open());
    titled(&first, "one", "A");
    titled(&second, "two", "B");
    assert!(machine.open().dto().recovery.is_none());
    second.close();
    drop(first);
    let third = machine.open();
    third.recover(true).expect("recovered");
    assert_eq!(titles(&third), "A - -");
}

#[test]
fn journals_of_two_programs_are_offered_one_after_the_other() {
    let machine = Machine::new();
    let (first, second) = (machine.open(), machine.open());
    titled(&first, "one", "A");
    drop(first);
    titled(&second, "two", "B");
    drop(second);
    let mut seen = Vec::new();
    for _ in 0..2 {
        let session = machine.open();
        session.recover(true).expect("recovered");
        seen.push(titles(&session));
        session.save(None, true).expect("saved");
    }
    seen.sort();
    assert_eq!(seen, ["- B -", "A - -"]);
    assert!(machine.open().dto().recovery.is_none());
}

#[test]
fn a_design_without_a_file_goes_by_the_same_id_after_a_crash() {
    let machine = Machine::new();
    let session = Session::untitled(1, DESIGN, &machine.events, &machine.places);
    let id = session.snapshot().design.id;
    titled(&session, "one", "A");
    assert!(super::lost(&machine.places).is_empty(), "its program lives");
    drop(session);
    for _ in 0..2 {
        let [lost] = &super::lost(&machine.places)[..] else { panic!("one is lost") };
        assert_eq!(lost.design.resources["one"].title.as_deref(), Some("A"));
        let session = Session::open_lost(1, &lost.path, &machine.events, &machine.places);
        let session = session.expect("readable");
        assert!(super::lost(&machine.places).is_empty(), "it is open");
        assert_eq!(session.snapshot().design.id, id);
        let dto = session.recover(true).expect("recovered");
        assert!(dto.history.dirty && dto.path.is_none());
        assert_eq!(session.snapshot().design.id, id);
    }
}

#[test]
fn edits_of_a_file_that_is_gone_are_offered_as_a_design_without_one() {
    let machine = Machine::new();
    let session = machine.open();
    titled(&session, "one", "A");
    drop(session);
    assert!(super::lost(&machine.places).is_empty(), "its file is there");
    fs::remove_file(machine.design()).expect("removed");
    let [lost] = &super::lost(&machine.places)[..] else { panic!("one is lost") };
    let session = Session::open_lost(1, &lost.path, &machine.events, &machine.places);
    let session = session.expect("readable");
    session.recover(true).expect("recovered");
    session.save(Some(&machine.design()), false).expect("saved");
    assert!(fs::read_to_string(machine.design()).expect("readable").contains("title = \"A\""));
}

#[test]
fn a_journal_that_cannot_be_written_is_said_once_and_tried_again() {
    let machine = Machine::new();
    let mut heard = machine.events.subscribe();
    let mut failures = || {
        let mut found = Vec::new();
        while let Ok(event) = heard.try_recv() {
            if let AppEvent::JournalFailed { message, .. } = event {
                found.push(message);
            }
        }
        found
    };
    fs::create_dir_all(&machine.places.state).expect("made");
    fs::write(machine.places.journals(), "in the way").expect("written");
    let session = machine.open();
    titled(&session, "one", "A");
    titled(&session, "two", "B");
    let said = failures();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("journals") && said[0].contains("save often"), "{said:?}");
    fs::remove_file(machine.places.journals()).expect("removed");
    let began = Instant::now();
    while machine.journals("jsonl").is_empty() {
        assert!(began.elapsed() < Duration::from_mins(1), "waited in vain");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert_eq!(failures(), Vec::<String>::new());
    drop(session);
    assert_eq!(question(&machine.open()).edits, 2);
}

/// What the other program makes of the design.
fn theirs() -> String {
    DESIGN.replace("# mine", "# theirs").replace("[resource.two]", "[resource.two]\ntitle = \"B\"")
}

fn merge(session: &Session) {
    let seen = session.merge_preview().expect("both are readable").seen;
    session.merge(&seen, &gp_model::merge::Choices::new()).expect("merged");
}

#[test]
fn what_another_program_did_is_merged_as_one_act_in_its_own_text() {
    let machine = Machine::new();
    let session = machine.open();
    titled(&session, "one", "A");
    fs::write(machine.design(), theirs()).expect("written");
    let refused = session.save(None, false).expect_err("not unasked");
    assert_eq!(refused.code, ErrorCode::ChangedOnDisk);
    let shown = session.merge_preview().expect("both are readable");
    assert_eq!((shown.conflicts.len(), shown.mine.changed, shown.theirs.changed), (0, 1, 1));
    assert_eq!(shown.theirs.words, ["B: title nothing → B"]);
    let refused = session.merge("another", &gp_model::merge::Choices::new()).expect_err("not seen");
    assert_eq!(refused.code, ErrorCode::ChangedOnDisk);
    merge(&session);
    assert_eq!(titles(&session), "A B -");
    assert_eq!(session.dto().history.undo.as_deref(), Some("Merge the changes on disk"));
    session.undo().expect("one act");
    assert_eq!(titles(&session), "A - -");
    session.redo().expect("again");
    session.save(None, false).expect("theirs is in it");
    let text = fs::read_to_string(machine.design()).expect("readable");
    assert!(text.starts_with("# theirs\n"), "{text}");
    session.undo().expect("after the save, too");
    assert!(session.unsaved());
}

#[test]
fn a_merge_survives_a_crash_and_what_follows_it_too() {
    let machine = Machine::new();
    let session = machine.open();
    titled(&session, "one", "A");
    titled(&session, "three", "C");
    fs::write(machine.design(), theirs()).expect("written");
    merge(&session);
    session.undo().expect("the merge");
    session.undo().expect("the edit before it");
    session.redo().expect("again");
    session.redo().expect("again");
    titled(&session, "three", "D");
    drop(session);
    let session = machine.open();
    assert!(!question(&session).changed, "it was merged already");
    assert_eq!(question(&session).differences, ["A: title nothing → A", "D: title nothing → D"]);
    session.recover(true).expect("recovered");
    assert_eq!(titles(&session), "A B D");
    session.save(None, false).expect("nobody changed it since");
    assert!(fs::read_to_string(machine.design()).expect("readable").starts_with("# theirs\n"));
}

#[test]
fn what_cannot_be_read_is_not_merged() {
    let machine = Machine::new();
    let session = machine.open();
    titled(&session, "one", "A");
    fs::write(machine.design(), "format = 1\n[resource").expect("written");
    let refused = session.merge_preview().expect_err("damaged");
    assert!(refused.message.contains("cannot be merged"), "{refused}");
    assert_eq!(titles(&session), "A - -");
}
