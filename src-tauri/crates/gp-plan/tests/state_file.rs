//! The state file: older ones are brought up to date, newer ones left alone, damaged ones told and saved.

use gp_model::Value;
use gp_plan::{
    Event, Plan, Store,
    plan::{Action, Known, Step},
    store::{KEPT, Origin, StoreError, VERSION, repair},
};
use rusqlite::Connection;
use std::{
    fs,
    io::{Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
};

/// As version 1 wrote it, with one thing made and a run in its middle.
const VERSION_1: &str = r#"
create table resource (
  design text not null, environment text not null, address text not null,
  known text not null, updated text not null,
  primary key (design, environment, address));
create table run (
  id integer primary key autoincrement, design text not null, environment text not null,
  kind text not null, plan text not null, started text not null, ended text, outcome text);
create index run_of on run (design, environment);
create table step (
  run integer not null references run (id) on delete cascade, token text not null,
  state text not null, message text, updated text not null,
  primary key (run, token));
create table event (
  run integer not null references run (id) on delete cascade, sequence integer not null,
  at text not null, event text not null,
  primary key (run, sequence));
create table lease (
  design text not null, environment text not null, holder text not null, until text not null,
  primary key (design, environment));
create table origin (
  design text primary key, file text, name text not null, updated text not null);
insert into resource values ('d', 'test', 'net', '{"address":"net","resource":"net","kind":"network","provider-id":"n-1","attributes":{"cidr":"10.0.0.0/16"},"depends-on":[],"keeps-data":false}', '2026-11-01T10:00:00Z');
insert into run values (7, 'd', 'test', 'deploy', '{"design":"d","environment":"test","wanted":"w","changes":[{"address":"net","resource":"net","kind":"network","action":"create","differences":[],"reason":"new in the drawing","depends-on":[],"disturbs":[],"moved-from":null},{"address":"app","resource":"app","kind":"server","action":"create","differences":[],"reason":"new in the drawing","depends-on":["net"],"disturbs":[],"moved-from":null}],"steps":[{"token":"t1","action":"create","changes":["net"],"after":[]},{"token":"t2","action":"create","changes":["app"],"after":["t1"]}],"fingerprint":"f"}', '2026-11-01T10:00:00Z', null, null);
insert into step values (7, 't1', 'done', null, '2026-11-01T10:00:01Z');
insert into step values (7, 't2', 'intended', null, '2026-11-01T10:00:01Z');
insert into event values (7, 1, '2026-11-01T10:00:00Z', '{"event":"started","token":"t1","what":"create net"}');
insert into event values (7, 2, '2026-11-01T10:00:01Z', '{"event":"finished","token":"t1","milliseconds":12}');
insert into lease values ('d', 'test', 'Groundplan (process 1, run 1)', '2026-11-01T10:15:00Z');
insert into origin values ('d', '/home/me/shop.gplan', 'Shop', '2026-11-01T10:00:00Z');
pragma user_version = 1;
"#;

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("deep/state.db");
    (folder, path)
}

fn version_1() -> (tempfile::TempDir, PathBuf) {
    let (folder, path) = folder();
    fs::create_dir_all(path.parent().expect("one")).expect("writable");
    Connection::open(&path).expect("opened").execute_batch(VERSION_1).expect("as it was written");
    (folder, path)
}

fn names(path: &Path) -> Vec<String> {
    let files = fs::read_dir(path.parent().expect("one")).expect("readable");
    let mut names: Vec<String> =
        files.map(|file| file.expect("one").file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| !name.ends_with("-wal") && !name.ends_with("-shm"));
    names.sort();
    names
}

fn said(opened: Result<Store, StoreError>) -> String {
    opened.expect_err("it is of no use").to_string()
}

#[test]
fn a_file_of_version_1_is_brought_up_to_date_with_all_that_is_in_it() {
    let (_folder, path) = version_1();
    let store = Store::open(&path).expect("brought up to date");
    let resources = store.resources("d", "test").expect("readable");
    assert_eq!(resources[0].attributes["cidr"], Value::from("10.0.0.0/16"));
    let left = store.interrupted("d", "test").expect("readable").expect("it has no end");
    assert_eq!((left.id, left.plan.steps.len()), (7, 2));
    assert_eq!(store.done_steps(7).expect("readable"), ["t1"]);
    let runs = store.runs("d", "test").expect("readable");
    assert_eq!((&*runs[0].summary, runs[0].steps, runs[0].done), ("2 to create", 2, 1));
    let events = store.events_at(7).expect("readable");
    assert_eq!(events[1].0, "2026-11-01T10:00:01Z");
    assert_eq!(events[1].1, Event::Finished { token: "t1".into(), milliseconds: 12 });
    let file = Some(PathBuf::from("/home/me/shop.gplan"));
    let origin = Some(Origin { file, name: "Shop".into() });
    assert_eq!(store.origin("d").expect("readable"), origin);
    let version: i32 = Connection::open(&path)
        .and_then(|raw| raw.query_row("pragma user_version", [], |row| row.get(0)))
        .expect("readable");
    assert_eq!(version, VERSION);
}

#[test]
fn as_it_was_before_it_was_brought_up_to_date_it_lies_beside() {
    let (_folder, path) = version_1();
    drop(Store::open(&path).expect("brought up to date"));
    drop(Store::open(&path).expect("nothing to do any more"));
    assert_eq!(names(&path), ["state.db", "state.db.format-1"]);
    let copy = Connection::open(path.with_extension("db.format-1")).expect("opened");
    let one =
        |query: &str| copy.query_row(query, [], |row| row.get::<_, i64>(0)).expect("readable");
    assert_eq!(one("select count(*) from event"), 2);
    assert_eq!(one("select count(*) from pragma_table_info('run') where name = 'summary'"), 0);
    // Somebody goes back to it, and forward again: no copy is written over.
    drop(copy);
    fs::copy(path.with_extension("db.format-1"), &path).expect("writable");
    drop(Store::open(&path).expect("brought up to date again"));
    assert_eq!(names(&path), ["state.db", "state.db.format-1", "state.db.format-1-2"]);
}

/// An older program that still runs writes the tables as it knows them.
#[test]
fn a_program_that_was_started_before_goes_on_writing() {
    let (_folder, path) = version_1();
    let older = Connection::open(&path).expect("opened");
    let store = Store::open(&path).expect("brought up to date");
    older
        .execute_batch(
            "insert or replace into step values (7, 't2', 'done', null, 'later');
             insert into event values (7, 3, 'later', '{\"event\":\"log\",\"message\":\"hm\"}');
             update run set ended = 'later', outcome = 'done' where id = 7;
             insert into run (design, environment, kind, plan, started) values ('d', 'test', 'deploy', '{}', 'later');
             insert or replace into lease values ('d', 'test', 'it', '2026-11-01T10:30:00Z');
             insert or replace into resource values ('d', 'test', 'app', '{}', 'later');",
        )
        .expect("it writes as ever");
    assert_eq!(store.runs("d", "test").expect("readable").len(), 2);
}

#[test]
fn a_newer_file_is_left_alone_and_said_what_to_do_about() {
    let (_folder, path) = version_1();
    Connection::open(&path)
        .expect("opened")
        .pragma_update(None, "user_version", 99)
        .expect("writable");
    let before = fs::read(&path).expect("readable");
    let refused = said(Store::open(&path));
    for word in ["newer version", "format 99", "move the file away", "groundplan labs"] {
        assert!(refused.contains(word), "{refused}");
    }
    assert!(refused.contains(&*path.to_string_lossy()), "{refused}");
    assert!(fs::read(&path).expect("readable") == before, "not a byte of it");
    assert!(matches!(repair(&path), Err(StoreError::Newer { .. })), "it is not repaired either");
    assert_eq!(names(&path), ["state.db"]);
}

#[test]
fn the_state_outlives_the_program() {
    let (_folder, path) = folder();
    let empty = Plan { design: "d".into(), environment: "test".into(), ..Plan::default() };
    let run = Store::open(&path).expect("made").begin("deploy", &empty).expect("writable");
    let again = Store::open(&path).expect("opened");
    let found = again.interrupted("d", "test").expect("readable").map(|found| found.id);
    assert_eq!(found, Some(run));
}

fn thing(number: usize) -> Known {
    Known {
        address: format!("thing-{number:04}"),
        resource: "thing".into(),
        kind: "server".into(),
        provider_id: "x".repeat(200),
        attributes: std::collections::BTreeMap::new(),
        depends_on: Vec::new(),
        formerly: Vec::new(),
        keeps_data: false,
    }
}

/// A file of some hundred pages; nothing of it waits in a log.
fn filled() -> (tempfile::TempDir, PathBuf) {
    let (folder, path) = folder();
    let store = Store::open(&path).expect("made");
    let plan = Plan { design: "d".into(), environment: "test".into(), ..Plan::default() };
    let run = store.begin("deploy", &plan).expect("writable");
    for number in 0..10 {
        let token = number.to_string();
        let step = Step { token, action: Action::Create, changes: vec![], after: vec![] };
        let made: Vec<Known> = (number * 50..number * 50 + 50).map(thing).collect();
        store.done(run, &plan, &step, &[], &made).expect("writable");
    }
    drop(store);
    let raw = Connection::open(&path).expect("opened");
    raw.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).expect("written");
    (folder, path)
}

fn overwrite(path: &Path, at: u64, length: usize) {
    let mut file = fs::OpenOptions::new().write(true).open(path).expect("opened");
    file.seek(SeekFrom::Start(at)).expect("within");
    file.write_all(&vec![0x5a; length]).expect("writable");
}

/// What reading everything says.
fn read_all(path: &Path) -> Result<usize, StoreError> {
    let store = Store::open(path)?;
    store.runs("d", "test")?;
    let resources = store.resources("d", "test")?;
    store.check()?;
    Ok(resources.len())
}

#[test]
fn a_damaged_file_is_told_with_its_path_and_the_way_out() {
    type Harm = fn(&Path);
    let harms: [(&str, Harm); 4] = [
        ("garbage", |path| fs::write(path, "no database at all ".repeat(500)).expect("writable")),
        ("truncated", |path| {
            let file = fs::OpenOptions::new().write(true).open(path).expect("opened");
            file.set_len(4096 * 20 + 100).expect("writable");
        }),
        ("half a page", |path| overwrite(path, 4096 * 30, 2048)),
        ("the first page", |path| overwrite(path, 100, 2048)),
    ];
    for (name, harm) in harms {
        let (_folder, path) = filled();
        harm(&path);
        let refused = read_all(&path).expect_err(name).to_string();
        for word in
            ["is damaged", &path.to_string_lossy(), "groundplan state repair", "groundplan labs"]
        {
            assert!(refused.contains(word), "{name}: {refused}");
        }
        let harmed = fs::read(&path).expect("readable");
        let repaired = repair(&path).expect(name).expect("it needed it");
        assert!(fs::read(&repaired.kept).expect("it is kept") == harmed, "{name}");
        let saved = read_all(&path).expect("it is of use again");
        assert_eq!(saved, repaired.resources(), "{name}");
        assert!(!repaired.incomplete.contains(&"resource") || saved < 500, "{name}: {repaired:?}");
        if name == "half a page" {
            assert!(saved > 450, "{saved} of 500");
        }
        assert_eq!(repair(&path).expect("readable"), None, "once is enough");
    }
}

#[test]
fn what_is_no_json_is_damage_too() {
    let (_folder, path) = filled();
    let raw = Connection::open(&path).expect("opened");
    raw.execute("update resource set known = 'x' where address = 'thing-0007'", []).expect("set");
    let refused = Store::open(&path).expect("opened").resources("d", "test").expect_err("damaged");
    assert!(matches!(refused, StoreError::Broken { .. }), "{refused}");
    let repaired = repair(&path).expect("writable").expect("it needed it");
    assert_eq!((repaired.resources(), repaired.incomplete), (499, vec!["resource"]));
    assert_eq!(read_all(&path).expect("it is of use again"), 499);
}

#[test]
fn the_oldest_runs_go_and_one_without_an_end_never() {
    let store = Store::in_memory().expect("SQLite works in memory");
    let plan = |environment: &str| Plan {
        design: "d".into(),
        environment: environment.into(),
        ..Plan::default()
    };
    let other = store.begin("deploy", &plan("other")).expect("writable");
    let first = store.begin("deploy", &plan("test")).expect("writable");
    store.event(first, &Event::Log { message: "hm".into() }).expect("writable");
    store.end(first, "done").expect("writable");
    let mut last = first;
    for _ in 0..KEPT + 5 {
        last = store.begin("deploy", &plan("test")).expect("writable");
        store.end(last, "done").expect("writable");
    }
    let runs = store.runs("d", "test").expect("readable");
    assert_eq!((runs.len(), runs[0].id), (KEPT as usize, last));
    assert!(store.events(first).expect("readable").is_empty(), "events go with their run");
    assert_eq!(store.interrupted("d", "other").expect("readable").map(|run| run.id), Some(other));
}
