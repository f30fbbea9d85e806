//! The engine from drawing to sweep, on fakes of both grains. A world is a table of lines:
//! `address attribute=value … < dependency …`, `(was OLD)` after a rename, `!` where it keeps data.

use gp_catalog::Resolved;
use gp_model::Value;
use gp_plan::{
    Action, Cancel, Desired, Driver, Event, Outcome, Plan, Store,
    difference::{Inputs, plan},
    plan::Known,
    store::StoreError,
    walk::{Walk, walk},
};
use gp_testkit::fake_driver::{FakeDriver, FakeStackDriver, Fault, World};
use proptest::prelude::*;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

const DESIGN: &str = "design-1";

fn known(table: &str) -> Vec<Known> {
    table.lines().map(str::trim).filter(|line| !line.is_empty()).map(known_line).collect()
}

fn known_line(line: &str) -> Known {
    let (head, was) =
        line.split_once("(was ").map_or((line, None), |(h, w)| (h, Some(w.trim_end_matches(')'))));
    let (left, right) = head.split_once('<').unwrap_or((head, ""));
    let mut words = left.split_whitespace();
    let address = words.next().expect("every line starts with an address");
    let rest: Vec<&str> = words.collect();
    Known {
        address: address.to_owned(),
        resource: address.split('[').next().expect("split gives one").into(),
        kind: "server".to_owned(),
        provider_id: String::new(),
        attributes: rest
            .iter()
            .filter_map(|word| word.split_once('='))
            .map(|(name, value)| (name.to_owned(), Value::from(value)))
            .collect(),
        depends_on: right.split_whitespace().map(str::to_owned).collect(),
        formerly: was.into_iter().map(str::to_owned).collect(),
        keeps_data: rest.contains(&"!"),
    }
}

/// One environment: a driver, our state, and what was reported.
struct Bench {
    driver: Box<dyn Driver>,
    world: World,
    store: Store,
    events: Arc<Mutex<Vec<Event>>>,
    cancel: Cancel,
}

impl Bench {
    fn new(driver: Box<dyn Driver>, world: World) -> Self {
        let store = Store::in_memory().expect("SQLite works in memory");
        Self { driver, world, store, events: Arc::default(), cancel: Cancel::default() }
    }

    fn per_resource() -> Self {
        let world = World::default();
        Self::new(Box::new(FakeDriver { world: world.clone() }), world)
    }

    fn stack() -> Self {
        let world = World::default();
        Self::new(Box::new(FakeStackDriver { world: world.clone() }), world)
    }

    async fn plan(&self, desired: &[Known]) -> Plan {
        let state = self.store.resources(DESIGN, "test").expect("the state can be read");
        let live = self.driver.live(DESIGN, "test").await.expect("the fake answers");
        plan(DESIGN, "test", Inputs { desired, state: &state, live: &live }, &*self.driver)
    }

    async fn walk_run(&self, plan: &Plan, desired: Vec<Known>, run: i64) -> Outcome {
        self.try_walk(plan, desired, run).await.expect("the state can be written")
    }

    async fn try_walk(
        &self,
        plan: &Plan,
        desired: Vec<Known>,
        run: i64,
    ) -> Result<Outcome, StoreError> {
        let desired =
            Desired { resolved: Arc::new(Resolved::default()), resources: desired, artifact: None };
        let events = Arc::clone(&self.events);
        walk(&Walk {
            plan,
            desired: &desired,
            driver: &*self.driver,
            store: &self.store,
            run,
            report: Arc::new(move |event| events.lock().expect("no test panics here").push(event)),
            cancel: self.cancel.clone(),
        })
        .await
    }

    async fn deploy(&self, table: &str) -> Outcome {
        let desired = known(table);
        let plan = self.plan(&desired).await;
        let run = self.store.begin("deploy", &plan).expect("the state can be written");
        self.walk_run(&plan, desired, run).await
    }

    fn state(&self) -> Vec<String> {
        let known = self.store.resources(DESIGN, "test").expect("the state can be read");
        known.into_iter().map(|known| known.address).collect()
    }
}

fn printed(plan: &Plan) -> String {
    let line = |c: &gp_plan::plan::PlannedChange| {
        let moved = c.moved_from.as_ref().map(|old| format!(" (was {old})")).unwrap_or_default();
        let disturbs =
            if c.disturbs.is_empty() { String::new() } else { format!(" {:?}", c.disturbs) };
        format!("{} {}{moved}: {}{disturbs}", c.action.symbol(), c.address, c.reason)
    };
    plan.changes.iter().map(line).collect::<Vec<_>>().join("\n")
}

const SHOP: &str = "
    net cidr=10.0.0.0/16
    app cpu=2 < net
    db engine=postgresql ! < net
    entry < app";

#[tokio::test]
async fn a_first_deploy_creates_everything_in_order_of_dependency() {
    let bench = Bench::per_resource();
    assert!(bench.deploy(SHOP).await.is_complete());
    let calls = bench.world.calls();
    let at = |what: &str| calls.iter().position(|call| call == what).expect("it was called");
    assert!(at("+ net") < at("+ app") && at("+ net") < at("+ db") && at("+ app") < at("+ entry"));
    assert_eq!(bench.state(), bench.world.addresses());
}

#[tokio::test]
async fn a_plan_of_what_is_already_there_is_empty() {
    for bench in [Bench::per_resource(), Bench::stack()] {
        bench.deploy(SHOP).await;
        let plan = bench.plan(&known(SHOP)).await;
        assert!(plan.is_empty() && plan.steps.is_empty(), "{}", printed(&plan));
        assert_eq!(plan.summary(), "nothing to do");
    }
}

#[tokio::test]
async fn a_plan_says_what_changes_and_why_and_whom_it_disturbs() {
    let bench = Bench::per_resource();
    bench.deploy(SHOP).await;
    bench.world.drift("app", "cpu", Value::from("8"));
    let plan = bench
        .plan(&known(
            "net cidr=10.0.0.0/16 note=ours
             app cpu=2 < net
             orders engine=postgresql < net (was db)
             cache < net",
        ))
        .await;
    assert_eq!(
        printed(&plan),
        "~ net: changed in the drawing\n\
         ~ app: it was changed outside\n\
         \u{20} orders (was db): as drawn\n\
         + cache: new in the drawing\n\
         - entry: not in the drawing any more [ConnectionLoss]"
    );
    assert_eq!(plan.summary(), "1 to create, 2 to change, 1 to delete");
    assert!(!plan.loses_data());
}

#[tokio::test]
async fn what_stands_on_a_replaced_thing_is_replaced_with_it() {
    for bench in [Bench::per_resource(), Bench::stack()] {
        bench.deploy(SHOP).await;
        let moved = SHOP.replace("10.0.0.0/16", "10.9.0.0/16");
        let plan = bench.plan(&known(&moved)).await;
        assert_eq!(
            printed(&plan),
            "∓ net: cidr cannot be changed in place [ConnectionLoss]\n\
             ∓ app: net goes first, and this depends on it [ConnectionLoss]\n\
             ∓ db: net goes first, and this depends on it [ConnectionLoss, DataLoss]\n\
             ∓ entry: app goes first, and this depends on it [ConnectionLoss]"
        );
        assert!(bench.deploy(&moved).await.is_complete());
        assert!(bench.plan(&known(&moved)).await.is_empty());
    }
}

#[tokio::test]
async fn a_thing_goes_after_those_that_used_it_let_go() {
    for bench in [Bench::per_resource(), Bench::stack()] {
        bench.deploy("sg\n app cpu=2 < sg\n old < sg").await;
        let outcome = bench.deploy("app cpu=4").await;
        assert_eq!(outcome.failed.values().collect::<Vec<_>>(), Vec::<&String>::new());
        let calls = bench.world.calls();
        let last = &calls[calls.len() - 3..];
        assert!(last[2] == "- sg" && last.contains(&"~ app".to_owned()), "{calls:?}");
    }
}

#[tokio::test]
async fn what_hangs_on_something_else_is_changed_although_it_looks_the_same() {
    let bench = Bench::per_resource();
    bench.deploy("sg\n app cpu=2 < sg").await;
    let plan = bench.plan(&known("cache\n app cpu=2 < cache")).await;
    assert_eq!(
        printed(&plan),
        "+ cache: new in the drawing\n\
         ~ app: it does not depend on sg any more\n\
         - sg: not in the drawing any more [ConnectionLoss]"
    );
    bench.deploy("sg\n app cpu=2 < sg\n").await;
    let renamed = bench.plan(&known("group (was sg)\n app cpu=2 < group")).await;
    assert!(renamed.is_empty(), "another name is no other thing: {}", printed(&renamed));
}

/// `x` goes before `w` is made anew, `y` lets go of `x` first, and needs the new `w`.
#[tokio::test]
async fn a_change_that_needs_what_it_is_in_the_way_of_is_a_replacement() {
    let bench = Bench::per_resource();
    bench.deploy("w cidr=1\n x < w\n y < x").await;
    let turned = "w cidr=2\n y < w";
    assert_eq!(
        printed(&bench.plan(&known(turned)).await),
        "∓ w: cidr cannot be changed in place [ConnectionLoss]\n\
         ∓ y: x goes first, and this depends on it [ConnectionLoss]\n\
         - x: not in the drawing any more [ConnectionLoss]"
    );
    assert!(bench.deploy(turned).await.is_complete());
}

#[tokio::test]
async fn deleting_what_keeps_data_is_said_to_lose_data() {
    let bench = Bench::per_resource();
    bench.deploy(SHOP).await;
    assert!(bench.plan(&[]).await.loses_data());
}

#[tokio::test]
async fn a_fingerprint_changes_with_the_plan_and_with_the_world() {
    let bench = Bench::per_resource();
    let first = bench.plan(&known(SHOP)).await.fingerprint;
    assert_eq!(first, bench.plan(&known(SHOP)).await.fingerprint);
    assert_ne!(first, bench.plan(&known("net")).await.fingerprint);
    bench.deploy("other").await;
    assert_ne!(first, bench.plan(&known(SHOP)).await.fingerprint);
}

#[tokio::test]
async fn destroying_goes_in_reverse_and_leaves_nothing() {
    for bench in [Bench::per_resource(), Bench::stack()] {
        bench.deploy(SHOP).await;
        assert!(bench.deploy("").await.is_complete());
        assert!(bench.driver.sweep(DESIGN, "test").await.expect("the fake answers").is_empty());
        assert!(bench.state().is_empty());
    }
}

#[tokio::test]
async fn dependents_of_a_failed_step_are_skipped_and_everything_else_goes_on() {
    let bench = Bench::per_resource();
    bench.world.plan_fault("app", Fault::Refused("no such size".to_owned()));
    let outcome = bench.deploy(SHOP).await;
    assert_eq!(outcome.failed.values().collect::<Vec<_>>(), ["no such size"]);
    assert_eq!(outcome.skipped.len(), 1);
    assert_eq!(bench.state(), ["db", "net"]);
    assert_eq!(
        bench.store.history(DESIGN, "test", 1).expect("readable")[0].outcome.as_deref(),
        Some("failed")
    );
    assert!(bench.deploy(SHOP).await.is_complete(), "a second deploy does the rest");
    assert_eq!(bench.state().len(), 4);
}

#[tokio::test]
async fn a_failing_stack_leaves_the_world_as_it_was() {
    let bench = Bench::stack();
    bench.deploy("net").await;
    bench.world.plan_fault("db", Fault::Refused("quota".to_owned()));
    assert!(!bench.deploy(SHOP).await.is_complete());
    assert_eq!(bench.world.addresses(), ["net"]);
    assert_eq!(bench.state(), ["net"]);
}

#[tokio::test(start_paused = true)]
async fn transient_faults_are_tried_again_and_refusals_are_not() {
    let bench = Bench::per_resource();
    for _ in 0..3 {
        bench.world.plan_fault("net", Fault::Transient("throttled".to_owned()));
    }
    assert!(bench.deploy(SHOP).await.is_complete());
    let events = bench.events.lock().expect("no test panics here");
    let waits = events.iter().filter(|event| matches!(event, Event::Progress { message, .. } if message.contains("trying again")));
    assert_eq!(waits.count(), 3);
}

#[tokio::test]
async fn what_a_driver_says_on_its_way_is_in_the_history_in_its_order() {
    let bench = Bench::stack();
    bench.deploy("a\nb < a").await;
    let run = bench.store.history(DESIGN, "test", 1).expect("readable")[0].id;
    let kept = bench.store.events(run).expect("readable");
    assert_eq!(
        kept,
        *bench.events.lock().expect("no test panics here"),
        "as who looks on heard it"
    );
    let said = kept.iter().map(|event| match event {
        Event::Started { what, .. } => what.clone(),
        Event::Progress { message, .. } => message.clone(),
        Event::Finished { .. } => "finished".to_owned(),
        other => format!("{other:?}"),
    });
    assert_eq!(said.collect::<Vec<_>>(), ["create a, b", "a", "b", "finished"]);
}

#[tokio::test(start_paused = true)]
async fn a_fault_that_never_passes_is_given_up() {
    let bench = Bench::per_resource();
    for _ in 0..20 {
        bench.world.plan_fault("net", Fault::Transient("throttled".to_owned()));
    }
    assert_eq!(bench.deploy(SHOP).await.failed.len(), 1);
}

/// The state file refuses to write down that `a` was done before so many others are.
#[tokio::test]
async fn where_the_state_cannot_be_written_what_runs_ends_and_is_written_down() {
    for (others, written) in [(2, "a b c"), (9, "b c")] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("state.db");
        let bench =
            Bench { store: Store::open(&path).expect("a state file"), ..Bench::per_resource() };
        let desired = known("a\nb\nc\nd < a\ne < b");
        let plan = bench.plan(&desired).await;
        let run = bench.store.begin("deploy", &plan).expect("writable");
        let first = &plan.steps.iter().find(|step| step.changes == ["a"]).expect("a step").token;
        let raw = rusqlite::Connection::open(&path).expect("opened");
        raw.execute_batch(&format!(
            "create trigger no before insert on step when new.state = 'done'
               and new.token = '{first}'
               and (select count(*) from step where state = 'done') < {others}
             begin select raise(abort, 'disk full'); end;"
        ))
        .expect("a trigger");
        let refused = bench.try_walk(&plan, desired.clone(), run).await.expect_err("it is full");
        assert!(refused.to_string().contains("disk full"), "{refused}");
        assert_eq!(bench.world.addresses(), ["a", "b", "c"], "nothing was started after that");
        assert_eq!(bench.state().join(" "), written);
        let left = bench.store.interrupted(DESIGN, "test").expect("readable").expect("no end");
        raw.execute_batch("drop trigger no").expect("room again");
        assert!(bench.walk_run(&left.plan, desired, left.id).await.is_complete());
        assert_eq!(bench.state().join(" "), "a b c d e");
    }
}

#[tokio::test]
async fn cancelling_starts_nothing_more() {
    let bench = Bench::per_resource();
    bench.cancel.cancel();
    let outcome = bench.deploy(SHOP).await;
    assert_eq!((outcome.done.len(), outcome.skipped.len()), (0, 4));
    assert!(bench.world.addresses().is_empty());
    assert_eq!(
        bench.store.history(DESIGN, "test", 1).expect("readable")[0].outcome.as_deref(),
        Some("cancelled")
    );
}

#[tokio::test]
async fn independent_steps_run_side_by_side() {
    let bench = Bench::per_resource();
    let table: String = (0..20).map(|n| format!("s{n}\n")).collect();
    bench.deploy(&table).await;
    assert_eq!(bench.world.most_at_once(), 4);
}

/// Dies between "done by the provider" and "written down": the step is intended, the thing exists.
#[tokio::test(start_paused = true)]
async fn a_run_that_died_in_the_middle_is_found_and_goes_on_without_doing_anything_twice() {
    let bench = Bench::per_resource();
    let desired = known(SHOP);
    let plan = bench.plan(&desired).await;
    let run = bench.store.begin("deploy", &plan).expect("writable");
    let net = plan.steps.iter().find(|step| step.changes == ["net"]).expect("it is in the plan");
    bench.store.intend(run, net).expect("writable");
    let made = Desired {
        resolved: Arc::new(Resolved::default()),
        resources: desired.clone(),
        artifact: None,
    };
    let silent: gp_plan::driver::Report = Arc::new(|_| {});
    bench.driver.execute(net, &plan, &made, &silent).await.expect("the fake does it");
    let found = bench.store.interrupted(DESIGN, "test").expect("readable").expect("it did not end");
    assert_eq!((found.id, &found.plan), (run, &plan));
    assert!(bench.walk_run(&found.plan, desired, found.id).await.is_complete());
    assert_eq!(bench.world.addresses(), ["app", "db", "entry", "net"]);
    assert!(bench.store.interrupted(DESIGN, "test").expect("readable").is_none());
}

#[tokio::test(start_paused = true)]
async fn cleaning_up_after_a_crash_removes_what_was_made_but_never_written_down() {
    let bench = Bench::per_resource();
    for _ in 0..5 {
        bench.world.plan_fault("net", Fault::DoneButUnheard);
    }
    bench.deploy("net").await;
    assert!(bench.state().is_empty() && bench.world.addresses() == ["net"]);
    let plan = bench.plan(&[]).await;
    assert_eq!(printed(&plan), "- net: not in the drawing any more [ConnectionLoss]");
    bench.deploy("").await;
    assert!(bench.world.addresses().is_empty());
}

#[tokio::test]
async fn what_vanished_is_made_again_or_forgotten() {
    let bench = Bench::per_resource();
    bench.deploy("a\nb").await;
    bench.world.vanish("a");
    bench.world.vanish("b");
    let plan = bench.plan(&known("a")).await;
    assert_eq!(printed(&plan), "+ a: it was made and is gone\n« b: it was made and is gone");
    bench.deploy("a").await;
    assert_eq!(
        (bench.state(), bench.world.addresses()),
        (vec!["a".to_owned()], vec!["a".to_owned()])
    );
}

#[tokio::test]
async fn what_is_there_but_not_in_our_state_is_adopted() {
    let bench = Bench::per_resource();
    bench.deploy("a cpu=1").await;
    let other =
        Bench::new(Box::new(FakeDriver { world: bench.world.clone() }), bench.world.clone());
    assert_eq!(
        printed(&other.plan(&known("a cpu=1")).await),
        "» a: it is there and not in our state"
    );
}

/// Random little worlds: up to six things in any order, each may depend on earlier ones, and has one
/// attribute that changes in place and one that does not.
fn worlds() -> impl Strategy<Value = Vec<Known>> {
    let thing = (any::<bool>(), 0..3u8, 0..2u8, proptest::collection::vec(any::<bool>(), 6));
    let order = Just((0..6).collect::<Vec<usize>>()).prop_shuffle();
    (proptest::collection::vec(thing, 6), order).prop_map(|(things, order)| {
        let mut world: Vec<Known> = Vec::new();
        for (number, (exists, cpu, cidr, depends)) in order.into_iter().zip(things) {
            if exists {
                let mut one = known_line(&format!("t{number} cpu={cpu} cidr={cidr}"));
                one.depends_on = world
                    .iter()
                    .zip(depends)
                    .filter(|(_, yes)| *yes)
                    .map(|(k, _)| k.address.clone())
                    .collect();
                world.push(one);
            }
        }
        world
    })
}

fn cases() -> ProptestConfig {
    let count = std::env::var("GP_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(128);
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(count) }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn after_any_deploy_the_plan_is_empty_and_the_world_is_as_desired(first in worlds(), second in worlds()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
        runtime.block_on(async {
            for bench in [Bench::per_resource(), Bench::stack()] {
                for desired in [&first, &second] {
                    let plan = bench.plan(desired).await;
                    let run = bench.store.begin("deploy", &plan).expect("writable");
                    let outcome = bench.walk_run(&plan, desired.clone(), run).await;
                    prop_assert!(outcome.is_complete(), "{}\n{:?}", printed(&plan), outcome.failed);
                    let wanted: BTreeSet<String> = desired.iter().map(|k| k.address.clone()).collect();
                    prop_assert_eq!(bench.world.addresses().into_iter().collect::<BTreeSet<_>>(), wanted);
                    prop_assert!(bench.plan(desired).await.is_empty());
                }
            }
            Ok(())
        })?;
    }

    /// In the world as it is and in the world as drawn: what an act needs is done before it.
    #[test]
    fn acts_respect_both_worlds(state in worlds(), desired in worlds()) {
        let driver = FakeDriver::default();
        let plan = plan(DESIGN, "test", Inputs { desired: &desired, state: &state, live: &state }, &driver);
        let place = |address: &str, removes: bool| {
            plan.steps.iter().position(|s| s.changes == [address] && (s.action == Action::Delete) == removes)
        };
        for (number, step) in plan.steps.iter().enumerate() {
            let before = |token: &String| plan.steps[..number].iter().any(|earlier| earlier.token == *token);
            prop_assert!(step.after.iter().all(before), "what a step waits for comes before it");
        }
        for known in &desired {
            for dependency in &known.depends_on {
                if let (Some(first), Some(then)) = (place(dependency, false), place(&known.address, false)) {
                    prop_assert!(first < then, "{}", printed(&plan));
                }
            }
        }
        for known in &state {
            let lets_go = place(&known.address, true).or(place(&known.address, false));
            for removed in known.depends_on.iter().filter_map(|on| place(on, true)) {
                prop_assert!(lets_go.is_some_and(|earlier| earlier < removed), "{}", printed(&plan));
            }
        }
    }

    #[test]
    fn steps_respect_dependencies(world in worlds()) {
        let driver = FakeDriver::default();
        let up = plan(DESIGN, "test", Inputs { desired: &world, state: &[], live: &[] }, &driver);
        let down = plan(DESIGN, "test", Inputs { desired: &[], state: &world, live: &world }, &driver);
        for known in &world {
            for dependency in &known.depends_on {
                let step = |plan: &Plan, address: &str| plan.steps.iter().find(|s| s.changes == [address]).cloned().expect("a step each");
                prop_assert!(step(&up, &known.address).after.contains(&step(&up, dependency).token));
                prop_assert!(step(&down, dependency).after.contains(&step(&down, &known.address).token));
            }
        }
        prop_assert!(down.changes.iter().all(|change| change.action == Action::Delete));
    }
}
