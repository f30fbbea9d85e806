//! Who may work on an environment, whatever the clock says and whatever number a process has.

use gp_plan::{
    Store,
    store::{Holder, Life, Machine, StoreError},
};
use jiff::{SignedDuration, Timestamp};
use std::{collections::BTreeSet, sync::Mutex};

/// A machine that is told what time it is and who lives.
struct Told {
    now: Mutex<Timestamp>,
    /// Processes that live, by number and start; none: they cannot be seen.
    living: Option<Mutex<BTreeSet<(u32, u64)>>>,
    boot: Mutex<&'static str>,
}

impl Machine for Told {
    fn now(&self) -> Timestamp {
        *self.now.lock().expect("no test panics here")
    }

    fn lives(&self, life: &Life) -> Option<bool> {
        if life.machine != "here" {
            return None;
        }
        let living = self.living.as_ref()?.lock().expect("no test panics here");
        let boot = life.boot == *self.boot.lock().expect("no test panics here");
        Some(boot && living.contains(&(life.process, life.started)))
    }
}

/// A store, a machine, and apps by a letter: `a` is process 1, started at 10.
struct Bench {
    store: Store,
    machine: Told,
    has_processes: bool,
}

impl Bench {
    fn new(has_processes: bool) -> Self {
        let living = has_processes.then(|| Mutex::new(BTreeSet::from([(1, 10), (2, 20)])));
        let now = Mutex::new("2026-11-28T03:00:00Z".parse().expect("a time"));
        let machine = Told { now, living, boot: Mutex::new("first") };
        Self { store: Store::in_memory().expect("SQLite works in memory"), machine, has_processes }
    }

    fn holder(&self, app: char) -> Holder {
        let process = app as u32 - 'a' as u32 + 1;
        let life = Life {
            machine: "here".into(),
            boot: "first".into(),
            space: String::new(),
            process,
            started: u64::from(process) * 10,
        };
        Holder { name: format!("app {app}"), life: self.has_processes.then_some(life) }
    }

    /// "yes", or who has it.
    fn takes(&self, app: char) -> String {
        match self.store.lease("d", "test", &self.holder(app), 900, &self.machine) {
            Ok(()) => "yes".to_owned(),
            Err(StoreError::Leased { holder, .. }) => holder,
            Err(other) => other.to_string(),
        }
    }

    fn renews(&self, app: char) -> bool {
        let name = format!("app {app}");
        self.store.renew("d", "test", &name, 900, &self.machine).expect("writable")
    }

    fn seconds_pass(&self, seconds: i64) {
        *self.machine.now.lock().expect("no test panics here") +=
            SignedDuration::from_secs(seconds);
    }

    fn dies(&self, app: char) {
        let process = app as u32 - 'a' as u32 + 1;
        let living = self.machine.living.as_ref().expect("processes are seen");
        living.lock().expect("no test panics here").remove(&(process, u64::from(process) * 10));
    }
}

const DAY: i64 = 86_400;

#[test]
fn two_programs_cannot_work_on_one_environment() {
    for bench in [Bench::new(true), Bench::new(false)] {
        assert_eq!((bench.takes('a'), bench.takes('a')), ("yes".into(), "yes".into()));
        assert_eq!(bench.takes('b'), "app a");
        let other = bench.store.lease("d", "production", &bench.holder('b'), 60, &bench.machine);
        other.expect("another environment");
        let refused = bench
            .store
            .lease("d", "test", &bench.holder('b'), 60, &bench.machine)
            .expect_err("taken")
            .to_string();
        let says = "app a is working on this environment until 2026-11-28T03:15:00Z: ";
        assert!(refused.starts_with(says), "{refused}");
        bench.store.release("d", "test", "app a").expect("writable");
        assert_eq!(bench.takes('b'), "yes");
    }
}

#[test]
fn a_run_that_takes_longer_than_a_lease_keeps_it_as_long_as_it_renews() {
    for bench in [Bench::new(true), Bench::new(false)] {
        bench.takes('a');
        for _ in 0..10 {
            bench.seconds_pass(600);
            assert!(bench.renews('a'));
            assert_eq!(bench.takes('b'), "app a");
        }
        bench.store.release("d", "test", "app a").expect("writable");
        assert!(!bench.renews('a'), "what was given back is not renewed");
        assert_eq!(bench.takes('b'), "yes");
    }
}

#[test]
fn a_clock_that_jumps_forward_steals_no_lease_of_a_process_that_lives() {
    let bench = Bench::new(true);
    bench.takes('a');
    bench.seconds_pass(30 * DAY);
    assert_eq!(bench.takes('b'), "app a");
    bench.dies('a');
    assert_eq!(bench.takes('b'), "yes");
}

#[test]
fn a_clock_that_is_set_back_keeps_no_lease_of_a_process_that_died() {
    let bench = Bench::new(true);
    bench.takes('a');
    bench.seconds_pass(-30 * DAY);
    assert_eq!(bench.takes('b'), "app a");
    bench.dies('a');
    assert_eq!(bench.takes('b'), "yes");
}

#[test]
fn where_no_process_is_seen_a_clock_that_is_set_back_keeps_a_lease_no_longer_than_one_lasts() {
    let bench = Bench::new(false);
    bench.takes('a');
    bench.seconds_pass(-30 * DAY);
    assert_eq!(bench.takes('b'), "app a", "it may live");
    bench.seconds_pass(600);
    assert!(bench.renews('a'), "it does");
    bench.seconds_pass(600);
    assert_eq!(bench.takes('b'), "app a");
    bench.seconds_pass(301);
    assert_eq!(bench.takes('b'), "yes", "it does not any more");
}

#[test]
fn where_no_process_is_seen_a_lease_runs_out() {
    let bench = Bench::new(false);
    bench.takes('a');
    bench.seconds_pass(899);
    assert_eq!(bench.takes('b'), "app a");
    bench.seconds_pass(1);
    assert_eq!(bench.takes('b'), "yes");
}

#[test]
fn another_process_with_the_same_number_does_not_keep_a_lease() {
    let bench = Bench::new(true);
    bench.takes('a');
    bench.dies('a');
    let living = bench.machine.living.as_ref().expect("processes are seen");
    living.lock().expect("no test panics here").insert((1, 999));
    assert_eq!(bench.takes('b'), "yes");
}

#[test]
fn a_machine_that_was_started_anew_keeps_no_lease() {
    let bench = Bench::new(true);
    bench.takes('a');
    *bench.machine.boot.lock().expect("no test panics here") = "second";
    assert_eq!(bench.takes('b'), "yes");
}

#[test]
fn whom_another_machine_sees_time_decides() {
    let bench = Bench::new(true);
    let mut elsewhere = bench.holder('a');
    elsewhere.life.as_mut().expect("one").machine = "there".into();
    bench.store.lease("d", "test", &elsewhere, 900, &bench.machine).expect("free");
    assert_eq!(bench.takes('b'), "app a");
    bench.seconds_pass(900);
    assert_eq!(bench.takes('b'), "yes");
}
