//! Drift three ways, on fakes of both grains. A world is a table of lines: `address attribute=value …`.

use gp_catalog::Resolved;
use gp_model::Value;
use gp_plan::{
    Cancel, Desired, Driver, Plan, PutBack, Store,
    difference::{Inputs, plan},
    drift::{self, Part, Thing, What},
    plan::Known,
    walk::{Walk, walk},
};
use gp_testkit::fake_driver::{FakeDriver, FakeStackDriver, World};
use proptest::prelude::*;
use std::sync::Arc;

const DESIGN: &str = "design-1";

fn known(table: &str) -> Vec<Known> {
    table.lines().map(str::trim).filter(|line| !line.is_empty()).map(known_line).collect()
}

fn known_line(line: &str) -> Known {
    let mut words = line.split_whitespace();
    let address = words.next().expect("every line starts with an address");
    let pairs = words.filter_map(|word| word.split_once('='));
    Known {
        address: address.to_owned(),
        resource: address.split('[').next().expect("split gives one").into(),
        kind: "server".to_owned(),
        provider_id: String::new(),
        attributes: pairs.map(|(name, value)| (name.to_owned(), Value::from(value))).collect(),
        depends_on: Vec::new(),
        formerly: Vec::new(),
        keeps_data: false,
    }
}

fn printed(things: &[Thing]) -> String {
    let value =
        |value: &Option<Value>| value.as_ref().and_then(Value::as_str).unwrap_or("-").to_owned();
    let mut lines = Vec::new();
    for thing in things {
        let (address, choices) = (&thing.address, &thing.choices);
        match thing.what {
            What::Changed => lines.extend(thing.attributes.iter().map(|one| {
                let [made, is, drawn] = [&one.made, &one.is, &one.drawn].map(value);
                let name = &one.attribute;
                format!("{address}.{name}: made {made}, is {is}, drawn {drawn} {:?}", one.choices)
            })),
            what => lines.push(format!("{address}: {what:?} {choices:?}")),
        }
    }
    lines.join("\n")
}

fn check(made: &str, is: &str, drawn: &str, expected: &str) {
    let [state, live, desired] = [made, is, drawn].map(known);
    let inputs = Inputs { desired: &desired, state: &state, live: &live };
    let things = drift::drift(inputs, &[], &FakeDriver::default());
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    assert_eq!(printed(&things), expected.join("\n"));
}

#[test]
fn what_is_as_it_was_made_has_not_drifted_whatever_is_drawn_since() {
    check("app cpu=2", "app cpu=2", "app cpu=4\ndb", "");
}

#[test]
fn an_attribute_is_shown_as_made_as_it_is_and_as_drawn() {
    check(
        "app cpu=2 image=a",
        "app cpu=8 image=a note=x",
        "app cpu=4 image=a",
        "app.cpu: made 2, is 8, drawn 4 [Accept, PutBack, Ignore]
         app.note: made -, is x, drawn - [Accept, PutBack, Ignore]",
    );
}

#[test]
fn whole_things_come_and_go() {
    check(
        "app[0] cpu=2\ndb",
        "stranger",
        "app[0] cpu=2\ndb",
        "app[0]: Vanished [PutBack, Ignore]
         db: Vanished [Accept, PutBack, Ignore]
         stranger: Foreign [PutBack, Ignore]",
    );
}

/// One environment that was deployed, with its driver, our state and the real world.
struct Bench {
    driver: Arc<dyn Driver>,
    world: World,
    store: Store,
    drawn: Vec<Known>,
}

impl Bench {
    async fn deployed(stack: bool, table: &str) -> Self {
        let world = World::default();
        let driver: Arc<dyn Driver> = if stack {
            Arc::new(FakeStackDriver { world: world.clone() })
        } else {
            Arc::new(FakeDriver { world: world.clone() })
        };
        let store = Store::in_memory().expect("SQLite works in memory");
        let bench = Self { driver, world, store, drawn: known(table) };
        let plan = bench.plan().await;
        bench.walk(&*bench.driver, &plan, bench.drawn.clone()).await;
        bench
    }

    fn state(&self) -> Vec<Known> {
        self.store.resources(DESIGN, "test").expect("the state can be read")
    }

    async fn live(&self) -> Vec<Known> {
        self.driver.look(DESIGN, "test").await.expect("the fake answers")
    }

    /// The plan of the drawing; what is ignored is not in it.
    async fn plan(&self) -> Plan {
        let (state, live) = (self.state(), self.live().await);
        let ignored = self.store.ignored(DESIGN, "test").expect("the state can be read");
        let live = drift::heeded(&state, &live, &ignored);
        let inputs = Inputs { desired: &self.drawn, state: &state, live: &live };
        plan(DESIGN, "test", inputs, &*self.driver)
    }

    async fn drift(&self) -> Vec<Thing> {
        let (state, live) = (self.state(), self.live().await);
        let ignored = self.store.ignored(DESIGN, "test").expect("the state can be read");
        let inputs = Inputs { desired: &self.drawn, state: &state, live: &live };
        drift::drift(inputs, &ignored, &*self.driver)
    }

    async fn put_back(&self, parts: &[Part]) -> Plan {
        let (state, live) = (self.state(), self.live().await);
        let inputs = Inputs { desired: &self.drawn, state: &state, live: &live };
        let driver = PutBack::new(Arc::clone(&self.driver), &state);
        let plan = drift::put_back(DESIGN, "test", inputs, parts, &driver);
        self.walk(&driver, &plan, drift::wanted(inputs, parts)).await;
        plan
    }

    async fn walk(&self, driver: &dyn Driver, plan: &Plan, resources: Vec<Known>) {
        let desired =
            Desired { resolved: Arc::new(Resolved::default()), resources, artifact: None };
        let run = self.store.begin("deploy", plan).expect("the state can be written");
        let outcome = walk(&Walk {
            plan,
            desired: &desired,
            driver,
            store: &self.store,
            run,
            report: Arc::new(|_| {}),
            cancel: Cancel::default(),
        })
        .await
        .expect("the state can be written");
        assert!(outcome.is_complete(), "{outcome:?}");
    }

    async fn ignore(&self, text: &str) {
        let things = self.drift().await;
        let part = Part::find(text, &things).expect("it drifted");
        let thing = things.iter().find(|thing| thing.address == part.address).expect("found");
        for ignored in thing.meant(&part) {
            self.store.ignore(DESIGN, "test", &ignored).expect("the state can be written");
        }
    }

    async fn counting(&self) -> Vec<String> {
        let drift = self.drift().await;
        let counting = drift.into_iter().filter(Thing::counts);
        let lines = counting.flat_map(|thing| {
            let named = thing.attributes.iter().filter(|one| !one.ignored);
            let named = named.map(|one| format!("{}.{}", thing.address, one.attribute));
            let named: Vec<String> = named.collect();
            if thing.what == What::Changed { named } else { vec![thing.address.clone()] }
        });
        lines.collect()
    }
}

fn part(address: &str, attribute: Option<&str>) -> Part {
    Part { address: address.to_owned(), attribute: attribute.map(str::to_owned) }
}

#[tokio::test]
async fn one_attribute_is_put_back_and_the_others_stay_drifted() {
    for stack in [false, true] {
        let bench = Bench::deployed(stack, "app cpu=2 image=a\ndb size=1").await;
        bench.world.drift("app", "cpu", "8".into());
        bench.world.drift("app", "image", "evil".into());
        bench.world.drift("db", "size", "9".into());
        let plan = bench.put_back(&[part("app", Some("cpu"))]).await;
        assert_eq!(plan.summary(), "1 to change");
        assert_eq!(bench.counting().await, ["app.image", "db.size"], "stack: {stack}");
    }
}

#[tokio::test]
async fn a_changed_drawing_is_not_deployed_by_putting_back() {
    let mut bench = Bench::deployed(false, "app cpu=2 image=a").await;
    bench.drawn = known("app cpu=4 image=b\nnew");
    bench.world.drift("app", "cpu", "8".into());
    bench.put_back(&[part("app", None)]).await;
    assert_eq!(bench.counting().await, Vec::<String>::new());
    assert_eq!(bench.live().await[0].attributes["cpu"], "2".into());
    assert_eq!(bench.plan().await.summary(), "1 to create, 1 to change");
}

#[tokio::test]
async fn what_vanished_comes_back_and_what_is_foreign_goes() {
    let bench = Bench::deployed(false, "app cpu=2\ndb size=1").await;
    bench.world.vanish("db");
    bench.world.appear(known_line("stranger"));
    assert_eq!(bench.counting().await, ["db", "stranger"]);
    let plan = bench.put_back(&[part("db", None), part("stranger", None)]).await;
    assert_eq!(plan.summary(), "1 to create, 1 to delete");
    assert_eq!(bench.world.addresses(), ["app", "db"]);
    assert_eq!(bench.counting().await, Vec::<String>::new());
}

#[tokio::test]
async fn what_is_ignored_is_in_no_plan_until_it_changes_again() {
    let bench = Bench::deployed(false, "app cpu=2 image=a").await;
    bench.world.drift("app", "cpu", "8".into());
    bench.ignore("app.cpu").await;
    assert!(bench.plan().await.is_empty() && bench.counting().await.is_empty());
    bench.world.drift("app", "cpu", "16".into());
    assert_eq!(bench.counting().await, ["app.cpu"]);
    assert_eq!(bench.plan().await.summary(), "1 to change");
}

#[tokio::test]
async fn whole_things_are_ignored_and_heeded_again() {
    let bench = Bench::deployed(false, "app cpu=2\ndb").await;
    bench.world.vanish("db");
    bench.world.appear(known_line("stranger"));
    bench.ignore("db").await;
    bench.ignore("stranger").await;
    assert!(bench.plan().await.is_empty() && bench.counting().await.is_empty());
    bench.store.heed(DESIGN, "test", "db", None).expect("the state can be written");
    assert_eq!(bench.counting().await, ["db"]);
    assert_eq!(bench.plan().await.summary(), "1 to create");
}

#[tokio::test]
async fn accepting_says_how_the_design_follows() {
    let bench = Bench::deployed(false, "app cpu=2\ndb").await;
    bench.world.drift("app", "cpu", "8".into());
    bench.world.vanish("db");
    bench.world.appear(known_line("stranger"));
    let (state, live) = (bench.state(), bench.live().await);
    let inputs = Inputs { desired: &bench.drawn, state: &state, live: &live };
    let edits = |parts: &[Part]| {
        let edits = drift::accept(inputs, parts, &*bench.driver);
        serde_json::to_string(&edits).expect("edits are plain data")
    };
    assert_eq!(
        edits(&[part("app", Some("cpu")), part("db", None)]),
        r#"[{"edit":"set-attribute","resource":"app","path":["cpu"],"value":"8"},{"edit":"remove-resources","ids":["db"]}]"#
    );
    assert_eq!(edits(&[part("app", Some("cpu")), part("stranger", None)]), "[]");
}

#[derive(Clone, Debug)]
enum Mishap {
    Change(usize, usize, u8),
    Vanish(usize),
    Appear(usize),
}

const NAMES: [&str; 3] = ["image", "size", "note"];

fn mishap() -> impl Strategy<Value = Mishap> {
    prop_oneof![
        (0..5usize, 0..3usize, 5..9u8).prop_map(|(a, b, c)| Mishap::Change(a, b, c)),
        (0..5usize).prop_map(Mishap::Vanish),
        (0..3usize).prop_map(Mishap::Appear),
    ]
}

async fn after(stack: bool, mishaps: &[Mishap]) -> Bench {
    let table: String = (0..5).map(|n| format!("app[{n}] image={n} size=1\n")).collect();
    let bench = Bench::deployed(stack, &table).await;
    for mishap in mishaps {
        match mishap {
            Mishap::Change(thing, name, value) => {
                let value = Value::from(value.to_string());
                bench.world.drift(&format!("app[{thing}]"), NAMES[*name], value);
            }
            Mishap::Vanish(thing) => bench.world.vanish(&format!("app[{thing}]")),
            Mishap::Appear(thing) => bench.world.appear(known_line(&format!("odd[{thing}] x=1"))),
        }
    }
    bench
}

fn with_bench<T>(test: impl Future<Output = T>) -> T {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    let runtime = builder.enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(test)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn after_putting_back_some_only_the_others_are_drifted(
        stack: bool,
        mishaps in prop::collection::vec(mishap(), 1..8),
        chosen in prop::collection::vec(any::<bool>(), 24),
    ) {
        with_bench(async {
            let bench = after(stack, &mishaps).await;
            let (things, before) = (bench.drift().await, bench.counting().await);
            let (mut back, mut stay) = (Vec::new(), Vec::new());
            for (number, text) in before.iter().enumerate() {
                let part = Part::find(text, &things).expect("it drifted");
                if chosen[number] { back.push(part) } else { stay.push(text.clone()) }
            }
            bench.put_back(&back).await;
            assert_eq!(bench.counting().await, stay, "{before:?}");
        });
    }

    #[test]
    fn ignoring_hides_exactly_one(
        mishaps in prop::collection::vec(mishap(), 1..8),
        which: prop::sample::Index,
    ) {
        with_bench(async {
            let bench = after(false, &mishaps).await;
            let mut before = bench.counting().await;
            if before.is_empty() {
                return;
            }
            let hidden = before.remove(which.index(before.len()));
            bench.ignore(&hidden).await;
            assert_eq!(bench.counting().await, before, "without {hidden}");
        });
    }
}
