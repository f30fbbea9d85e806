//! Measures plans of 10,000 things against state and world, and runs of as many steps: `cargo run --release
//! -p gp-plan --example bench_plan [-- --json]`. Asserts nothing.

use async_trait::async_trait;
use gp_catalog::Resolved;
use gp_model::{Diagnostic, Value};
use gp_plan::{
    Action, Cancel, Desired, Driver, DriverError, Plan, Store,
    difference::{Inputs, plan},
    driver::{Leftover, Report},
    plan::{Known, Step},
    walk::{Walk, walk},
};
use std::{collections::HashMap, sync::Arc, time::Instant};

/// The one that every program with the facade in it has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A target that does everything at once.
struct Quick(HashMap<String, Known>);

#[async_trait]
impl Driver for Quick {
    fn name(&self) -> &'static str {
        "quick"
    }

    fn parallelism(&self) -> usize {
        16
    }

    fn desired(&self, _resolved: &Resolved) -> Vec<Known> {
        Vec::new()
    }

    fn replaces(&self, _kind: &str, attribute: &str) -> bool {
        attribute == "cidr"
    }

    async fn preflight(&self, _desired: &Desired) -> Vec<Diagnostic> {
        Vec::new()
    }

    async fn live(&self, _design: &str, _environment: &str) -> Result<Vec<Known>, DriverError> {
        Ok(Vec::new())
    }

    async fn execute(
        &self,
        step: &Step,
        _plan: &Plan,
        _desired: &Desired,
        _report: &Report,
    ) -> Result<Vec<Known>, DriverError> {
        Ok(step.changes.iter().filter_map(|address| self.0.get(address).cloned()).collect())
    }

    async fn sweep(&self, _design: &str, _environment: &str) -> Result<Vec<Leftover>, DriverError> {
        Ok(Vec::new())
    }
}

/// One network for 250 things, a tier for 25, the rest servers with what servers have.
fn things(count: usize) -> Vec<Known> {
    let network = |number: usize| format!("net-{}", number / 250);
    let tier = |number: usize| format!("tier-{}", number / 25);
    (0..count)
        .map(|number| match number {
            _ if number % 250 == 0 => {
                thing(&network(number), "network", &[("cidr", format!("10.{number}.0.0/16"))], None)
            }
            _ if number % 25 == 1 => thing(&tier(number), "subnet", &[], Some(network(number))),
            _ => {
                let values = ["image", "cpu", "memory", "addresses", "zone", "listens"];
                let values = values.map(|name| (name, format!("{name} of {number}")));
                let on = if number % 25 == 0 { network(number) } else { tier(number) };
                thing(&format!("server-{number}"), "server", &values, Some(on))
            }
        })
        .collect()
}

fn thing(address: &str, kind: &str, values: &[(&str, String)], on: Option<String>) -> Known {
    let attributes =
        values.iter().map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())));
    Known {
        address: address.to_owned(),
        resource: address.into(),
        kind: kind.to_owned(),
        provider_id: format!("i-{address}"),
        attributes: attributes.collect(),
        depends_on: on.into_iter().collect(),
        formerly: Vec::new(),
        keeps_data: false,
    }
}

/// How long something takes, in milliseconds: the best of three, for the machine is shared.
fn timed<T>(mut run: impl FnMut() -> T) -> (T, f64) {
    let mut once = || {
        let begun = Instant::now();
        let made = run();
        (made, begun.elapsed().as_secs_f64() * 1000.0)
    };
    let (mut made, mut best) = once();
    for _ in 0..2 {
        let (again, milliseconds) = once();
        if milliseconds < best {
            (made, best) = (again, milliseconds);
        }
    }
    (made, best)
}

/// A whole run, everything written down, in a file or in memory.
async fn run(driver: &Quick, plan: &Plan, store: &Store) -> f64 {
    let desired =
        Desired { resolved: Arc::new(Resolved::default()), resources: Vec::new(), artifact: None };
    let begun = Instant::now();
    let run = store.begin("deploy", plan).expect("writable");
    let outcome = walk(&Walk {
        plan,
        desired: &desired,
        driver,
        store,
        run,
        report: Arc::new(|_| {}),
        cancel: Cancel::default(),
    })
    .await
    .expect("writable");
    assert!(outcome.is_complete(), "{} failed", outcome.failed.len());
    begun.elapsed().as_secs_f64() * 1000.0
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let json = std::env::args().any(|word| word == "--json");
    let made = things(10_000);
    let driver = Quick(made.iter().map(|one| (one.address.clone(), one.clone())).collect());
    let planned = |desired: &[Known], state: &[Known]| {
        plan("bench", "test", Inputs { desired, state, live: state }, &driver)
    };
    let (first, making) = timed(|| planned(&made, &[]));
    let (_, same) = timed(|| planned(&made, &made));
    let mut drawn = made.clone();
    for one in drawn.iter_mut().filter(|one| one.kind == "server").step_by(100) {
        one.attributes.insert("cpu".to_owned(), Value::from("8"));
    }
    let (_, some) = timed(|| planned(&drawn, &made));
    drawn[0].attributes.insert("cidr".to_owned(), Value::from("10.99.0.0/16"));
    let (replaced, replacing) = timed(|| planned(&drawn, &made));
    let (_, destroying) = timed(|| planned(&[], &made));
    let half: Vec<String> = first.steps[..5_000].iter().map(|step| step.token.clone()).collect();
    let (_, resuming) = timed(|| first.is_rest_of(&first, &half));
    let replacements = replaced.changes.iter().filter(|change| change.action == Action::Replace);
    let replacements = replacements.count();
    let thousand = planned(&made[..1_000], &[]);
    let memory = || Store::in_memory().expect("SQLite works in memory");
    let walked_1 = run(&driver, &thousand, &memory()).await;
    let walked_10 = run(&driver, &first, &memory()).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = Store::open(&folder.path().join("state.db")).expect("a state file");
    let on_disk = run(&driver, &thousand, &store).await;
    let kept = memory();
    run(&driver, &first, &kept).await;
    let (_, reading) = timed(|| kept.resources("bench", "test").expect("readable"));
    let (_, listing) = timed(|| kept.runs("bench", "test").expect("readable"));
    let figures = [
        ("plan: make 10,000", making),
        ("plan: nothing to do", same),
        ("plan: 1 in 100 changed", some),
        ("plan: a network replaced", replacing),
        ("plan: destroy 10,000", destroying),
        ("goes on with 5,000 steps", resuming),
        ("read the state", reading),
        ("list the history", listing),
        ("run of 1,000 steps", walked_1),
        ("run of 10,000 steps", walked_10),
        ("run of 1,000 on disk", on_disk),
    ];
    if json {
        let pairs: Vec<String> =
            figures.iter().map(|(name, ms)| format!("{name:?}: {ms:.2}")).collect();
        println!("{{{}}}", pairs.join(", "));
        return;
    }
    for (name, ms) in figures {
        println!("{name:26} {ms:10.2} ms");
    }
    println!("({replacements} replaced with that network)");
}
