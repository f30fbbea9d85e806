//! Deployments through the facade against a fake target: plans, approvals, faults, crashes.

use crate::{desk::Desk, place::Place};
use gp_app::{
    deploy::{Target, ThisMachine},
    dto::ErrorCode,
};
use gp_model::Diagnostic;
use gp_plan::{
    Desired, Driver, DriverError, Plan,
    driver::{Leftover, Report},
    plan::{Known, Step},
};
use gp_testkit::fake_driver::{FakeDriver, FakeStackDriver, Fault, World};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};
use tokio::sync::Semaphore;

/// A fake target whose steps wait at a gate: each permit lets one pass.
struct Gated {
    inner: FakeDriver,
    gate: Arc<Semaphore>,
    /// Steps that came to the gate.
    came: Arc<AtomicUsize>,
}

#[async_trait::async_trait]
impl Driver for Gated {
    fn name(&self) -> &'static str {
        "gated"
    }
    fn desired(&self, resolved: &gp_catalog::Resolved) -> Vec<Known> {
        self.inner.desired(resolved)
    }
    fn replaces(&self, kind: &str, attribute: &str) -> bool {
        self.inner.replaces(kind, attribute)
    }
    async fn preflight(&self, desired: &Desired) -> Vec<Diagnostic> {
        self.inner.preflight(desired).await
    }
    async fn live(&self, design: &str, environment: &str) -> Result<Vec<Known>, DriverError> {
        self.inner.live(design, environment).await
    }
    async fn execute(
        &self,
        step: &Step,
        plan: &Plan,
        desired: &Desired,
        report: &Report,
    ) -> Result<Vec<Known>, DriverError> {
        self.came.fetch_add(1, Ordering::SeqCst);
        self.gate.acquire().await.unwrap().forget();
        self.inner.execute(step, plan, desired, report).await
    }
    async fn sweep(&self, design: &str, environment: &str) -> Result<Vec<Leftover>, DriverError> {
        self.inner.sweep(design, environment).await
    }
}

const DESIGN: &str = r#"
format = 1
[design]
id = "5b0c6c1e-0000-4000-8000-000000000001"
name = "Shop"
[resource.here]
kind = "region"
location = "frankfurt"
zones = ["a", "b"]
[resource.net]
kind = "network"
parent = "here"
cidr = "10.0.0.0/16"
[resource.tier]
kind = "subnet"
parent = "net"
exposure = "private"
[resource.app]
kind = "server"
parent = "tier"
count = 2
services = [{ name = "http", protocol = "tcp", port = 8080 }]
[resource.orders]
kind = "database"
parent = "tier"
engine = "postgresql"
encrypted = true
backup = "14 days"
[link.app-orders]
from = "app"
to = "orders"
allow = ["tcp/5432"]
[environment.test]
provider = "lab"
"#;

async fn desk(driver: impl Driver + 'static) -> Desk {
    let desk = Desk::with_text(DESIGN).await;
    desk.app.deployments().deploy_to(Target { driver: Arc::new(driver), lab: None });
    desk
}

fn fake(world: &World) -> FakeDriver {
    FakeDriver { world: world.clone() }
}

async fn deployed(desk: &mut Desk) {
    let plan = desk.plan(false).await;
    desk.apply(&plan).await.unwrap();
    desk.until_state("running").await;
}

fn actions(plan: &Value) -> Vec<String> {
    let changes = plan["changes"].as_array().unwrap().iter();
    let acting = changes.filter(|change| change["action"] != "no-op");
    acting
        .map(|change| {
            format!(
                "{} {}",
                change["action"].as_str().unwrap(),
                change["address"].as_str().unwrap()
            )
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_planned_is_made_and_nothing_else() {
    for stack in [false, true] {
        let world = World::default();
        let mut desk = if stack {
            desk(FakeStackDriver { world: world.clone() }).await
        } else {
            desk(fake(&world)).await
        };
        let plan = desk.plan(false).await;
        let created = actions(&plan);
        assert!(
            created.contains(&"create app[1]".to_owned())
                && created.iter().all(|action| action.starts_with("create ")),
            "{created:?}"
        );
        assert!(world.addresses().is_empty(), "a plan changes nothing");
        desk.apply(&plan).await.unwrap();
        let status = desk.until_state("running").await;
        assert_eq!(world.addresses().len(), created.len());
        assert!(status["lines"][0]["note"].as_str().unwrap().contains("created"), "{status:#}");
        assert!(actions(&desk.plan(false).await).is_empty());

        desk.edit(
            json!({ "edit": "set-attribute", "resource": "app", "path": ["cpu"], "value": 8 }),
        )
        .await;
        let plan = desk.plan(false).await;
        assert_eq!(actions(&plan), ["update app[0]", "update app[1]"]);
        let differences =
            plan["changes"].as_array().unwrap().iter().find(|c| c["address"] == "app[0]").unwrap()
                ["differences"]
                .clone();
        assert!(differences.to_string().contains("→ 8"), "{differences}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_not_the_approved_one_is_not_carried_out() {
    let world = World::default();
    let mut desk = desk(fake(&world)).await;
    let stale = desk.plan(false).await;
    desk.edit(json!({ "edit": "set-attribute", "resource": "app", "path": ["count"], "value": 3 }))
        .await;
    assert_eq!(desk.apply(&stale).await.unwrap_err().code, ErrorCode::StalePlan);
    assert!(world.addresses().is_empty());
    deployed(&mut desk).await;
    let plan = desk.plan(false).await;
    world.vanish("app[0]");
    assert_eq!(
        desk.apply(&plan).await.unwrap_err().code,
        ErrorCode::StalePlan,
        "the world counts, too"
    );
    assert_eq!(actions(&desk.plan(false).await), ["create app[0]"]);
}

/// What was found running is compared with the drawing of now, not with the one that was opened: a recovered version
/// comes after the first look.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_found_running_is_said_anew_when_the_drawing_changed() {
    let world = World::default();
    let mut desk = desk(fake(&world)).await;
    deployed(&mut desk).await;
    desk.call("design_close", json!({})).await;
    desk.open("a.gplan").await;
    let said = async |desk: &Desk| {
        let status = desk.call("deploy_status", json!({ "environment": "test" })).await;
        let lines = status["lines"].as_array().unwrap();
        assert_eq!(lines.len(), 1, "{status:#}");
        lines[0]["text"].as_str().unwrap().to_owned()
    };
    let text = said(&desk).await;
    assert!(text.starts_with("Lab up"), "{text}");
    desk.edit(json!({ "edit": "remove-resources", "ids": ["orders"] })).await;
    let text = said(&desk).await;
    assert!(text.starts_with("What runs is not what is drawn"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn data_is_not_deleted_unless_that_was_said() {
    let world = World::default();
    let mut desk = desk(fake(&world)).await;
    deployed(&mut desk).await;
    let start = desk.call("start_page", json!({})).await;
    assert_eq!(start["recent"][0]["deployed"], json!(["test"]), "{start:#}");
    desk.edit(json!({ "edit": "remove-resources", "ids": ["orders"] })).await;
    let plan = desk.plan(false).await;
    assert_eq!(plan["dataLoss"], true, "{plan:#}");
    let refused = desk.apply(&plan).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::DataLoss);
    assert!(refused.message.contains("deletes data"), "{refused:?}");
    assert!(world.addresses().iter().any(|address| address.starts_with("orders")));
    let args =
        json!({ "environment": "test", "fingerprint": plan["fingerprint"], "allowDataLoss": true });
    desk.call("deploy_apply", args).await;
    desk.until_state("running").await;
    assert!(!world.addresses().iter().any(|address| address.starts_with("orders")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_failed_is_named_and_tried_again() {
    let world = World::default();
    let mut desk = desk(fake(&world)).await;
    world.plan_fault("app[0]", Fault::Refused("no room in zone a".to_owned()));
    let plan = desk.plan(false).await;
    desk.apply(&plan).await.unwrap();
    let failed = desk.until_state("failed").await;
    let line = failed["lines"]
        .as_array()
        .unwrap()
        .iter()
        .find(|line| line["token"].is_string())
        .unwrap()
        .clone();
    assert!(
        line["text"].as_str().unwrap().contains("app[0]")
            && line["note"].as_str().unwrap().contains("no room in zone a"),
        "{failed:#}"
    );
    assert!(world.addresses().contains(&"app[1]".to_owned()), "everything else went on");
    desk.call("deploy_retry", json!({ "environment": "test", "token": line["token"] })).await;
    desk.until_state("running").await;
    assert!(world.addresses().contains(&"app[0]".to_owned()));
    let again = world.calls().iter().filter(|call| call.ends_with(" app[1]")).count();
    assert_eq!(again, 1, "what was done is not done again");
    desk.refused(
        "deploy_retry",
        json!({ "environment": "moon" }),
        ErrorCode::NotFound,
        "no run to try again",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passing_fault_is_waited_out() {
    let world = World::default();
    let mut desk = desk(fake(&world)).await;
    world.plan_fault("app[0]", Fault::Transient("throttled".to_owned()));
    deployed(&mut desk).await;
    assert!(world.addresses().contains(&"app[0]".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn cancel_lets_running_steps_end_and_starts_no_more() {
    let (world, gate) = (World::default(), Arc::new(Semaphore::new(1)));
    let came = Arc::new(AtomicUsize::new(0));
    let gated = Gated { inner: fake(&world), gate: Arc::clone(&gate), came: Arc::clone(&came) };
    let mut desk = desk(gated).await;
    let plan = desk.plan(false).await;
    desk.apply(&plan).await.unwrap();
    crate::place::wait_until("the second step has begun", || came.load(Ordering::SeqCst) == 2);
    desk.call("deploy_cancel", json!({ "environment": "test" })).await;
    gate.add_permits(1);
    let status = desk.until_state("interrupted").await;
    assert_eq!(world.addresses().len(), 2, "one ran, and was let end: {status:#}");
    assert!(
        status["lines"][0]["text"].as_str().unwrap().starts_with("Stopped: 2 of "),
        "{status:#}"
    );
    gate.add_permits(1000);
    deployed(&mut desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_runs_in_one_environment_are_refused_and_the_first_goes_on() {
    let (world, gate) = (World::default(), Arc::new(Semaphore::new(0)));
    let mut desk =
        desk(Gated { inner: fake(&world), gate: Arc::clone(&gate), came: Arc::default() }).await;
    let plan = desk.plan(false).await;
    desk.apply(&plan).await.unwrap();
    desk.until_state("deploying").await;
    let busy = desk.apply(&plan).await.unwrap_err();
    assert_eq!(busy.code, ErrorCode::Busy);
    assert!(busy.message.contains("is working on this environment"), "{busy:?}");
    gate.add_permits(1000);
    desk.until_state("running").await;
    let status = desk.call("deploy_status", json!({ "environment": "test" })).await;
    assert_eq!(status["state"], "running", "the refused run left no trace: {status:#}");
    deployed_again(&mut desk).await;
}

/// A fake target that another program wants to work on whenever it has just been read.
struct Raced {
    inner: FakeDriver,
    other: gp_plan::Store,
    armed: Arc<AtomicBool>,
}

#[async_trait::async_trait]
impl Driver for Raced {
    fn name(&self) -> &'static str {
        "raced"
    }
    fn desired(&self, resolved: &gp_catalog::Resolved) -> Vec<Known> {
        self.inner.desired(resolved)
    }
    fn replaces(&self, kind: &str, attribute: &str) -> bool {
        self.inner.replaces(kind, attribute)
    }
    async fn preflight(&self, desired: &Desired) -> Vec<Diagnostic> {
        self.inner.preflight(desired).await
    }
    async fn live(&self, design: &str, environment: &str) -> Result<Vec<Known>, DriverError> {
        let read = self.inner.live(design, environment).await;
        let another = ThisMachine::holder("another program".to_owned());
        if self.armed.load(Ordering::SeqCst)
            && self.other.lease(design, environment, &another, 60, &ThisMachine).is_ok()
        {
            self.inner.world.vanish("app[0]");
            self.other.release(design, environment, "another program").unwrap();
        }
        read
    }
    async fn execute(
        &self,
        step: &Step,
        plan: &Plan,
        desired: &Desired,
        report: &Report,
    ) -> Result<Vec<Known>, DriverError> {
        self.inner.execute(step, plan, desired, report).await
    }
    async fn sweep(&self, design: &str, environment: &str) -> Result<Vec<Leftover>, DriverError> {
        self.inner.sweep(design, environment).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_comes_between_the_comparison_of_a_plan_and_its_run() {
    let world = World::default();
    let mut desk = desk(fake(&world)).await;
    deployed(&mut desk).await;
    let places = gp_app::places::Places::below(&desk.place.path("home"));
    let armed = Arc::new(AtomicBool::new(false));
    let other = gp_plan::Store::open(&places.database()).unwrap();
    let raced = Raced { inner: fake(&world), other, armed: Arc::clone(&armed) };
    desk.app.deployments().deploy_to(Target { driver: Arc::new(raced), lab: None });
    desk.edit(json!({ "edit": "set-attribute", "resource": "app", "path": ["cpu"], "value": 4 }))
        .await;
    let plan = desk.plan(false).await;
    armed.store(true, Ordering::SeqCst);
    desk.apply(&plan).await.unwrap();
    desk.until_state("running").await;
    assert!(world.addresses().contains(&"app[0]".to_owned()), "{:?}", world.calls());
}

async fn deployed_again(desk: &mut Desk) {
    desk.edit(json!({ "edit": "set-attribute", "resource": "app", "path": ["cpu"], "value": 4 }))
        .await;
    deployed(desk).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_program_that_works_here_is_named_and_a_dead_one_is_not_waited_for() {
    let world = World::default();
    let mut desk = desk(fake(&world)).await;
    let plan = desk.plan(false).await;
    let store = desk.app.deployments().store().unwrap();
    let design = "5b0c6c1e-0000-4000-8000-000000000001";
    let alive = format!("Groundplan (process {}, run 0)", std::process::id());
    let lives = ThisMachine::holder(alive.clone());
    store.lease(design, "test", &lives, 600, &ThisMachine).unwrap();
    let busy = desk.apply(&plan).await.unwrap_err();
    assert!(busy.code == ErrorCode::Busy && busy.message.contains(&alive), "{busy:?}");
    let status = desk.call("deploy_status", json!({ "environment": "test" })).await;
    assert_eq!(status["state"], "nothing", "{status:#}");
    assert_eq!(status["text"], "Another program works on this environment");
    let unended = Plan { design: design.into(), environment: "test".into(), ..Plan::default() };
    let run = store.begin("deploy", &unended).unwrap();
    let status = desk.call("deploy_status", json!({ "environment": "test" })).await;
    assert_eq!(status["state"], "nothing", "its run is not over: {status:#}");
    assert_eq!(status["lines"][0]["note"], alive, "{status:#}");
    assert_eq!(desk.plan(false).await["interrupted"], Value::Null);
    let session = desk.app.session(desk.session).unwrap();
    let swept = desk.app.deployments().sweep(&session, "test").await.unwrap_err();
    assert_eq!(swept.code, ErrorCode::Busy, "what is empty now may be filled: {swept:?}");
    store.end(run, "done").unwrap();
    store.release(design, "test", &alive).unwrap();
    if std::path::Path::new("/proc/self").exists() {
        let mut dead = ThisMachine::holder("Groundplan (process 4194999, run 1)".to_owned());
        dead.life.as_mut().unwrap().process = 4_194_999;
        store.lease(design, "test", &dead, 600, &ThisMachine).unwrap();
    }
    deployed(&mut desk).await;
}

/// A program that dies in the middle of a deploy, after two steps and in the middle of others.
async fn died(world: &World) -> (Desk, Plan) {
    let gate = Arc::new(Semaphore::new(2));
    let desk = desk(Gated { inner: fake(world), gate, came: Arc::default() }).await;
    let plan = desk.plan(false).await;
    let session = desk.app.session(desk.session).unwrap();
    let fingerprint = plan["fingerprint"].as_str().unwrap();
    let approved =
        desk.app.deployments().approve(&session, "test", fingerprint, false).await.unwrap();
    assert!(!approved.goes_on);
    let app = desk.app.clone();
    let run = tokio::spawn(async move { app.deployments().carry_out(session.id, approved).await });
    crate::place::wait_until("two steps are done", || world.addresses().len() == 2);
    run.abort();
    let _ = run.await;
    let mut desk = desk.restart();
    desk.app.deployments().deploy_to(Target { driver: Arc::new(fake(world)), lab: None });
    desk.open("a.gplan").await;
    let plan = newest(&desk).plan;
    (desk, plan)
}

fn newest(desk: &Desk) -> gp_plan::store::Run {
    let store = desk.app.deployments().store().unwrap();
    store.history("5b0c6c1e-0000-4000-8000-000000000001", "test", 1).unwrap().remove(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_died_is_found_by_the_next_start_and_can_go_on_or_go() {
    for destroy in [false, true] {
        let world = World::default();
        let (mut desk, earlier) = died(&world).await;
        let status = desk.call("deploy_status", json!({ "environment": "test" })).await;
        assert_eq!(status["state"], "interrupted", "{status:#}");
        assert!(status["text"].as_str().unwrap().contains("go on, or clean up"), "{status:#}");
        let plan = desk.plan(destroy).await;
        let said = plan["interrupted"].as_str().unwrap();
        assert!(said.starts_with("a deploy that began ") && said.contains(" of 6 steps"), "{said}");
        let args = json!({ "environment": "test", "fingerprint": plan["fingerprint"], "allowDataLoss": true });
        desk.call("deploy_apply", args).await;
        if destroy {
            desk.until_state("nothing").await;
            assert_eq!(world.addresses(), Vec::<String>::new());
        } else {
            desk.until_state("running").await;
            let twice = world.calls().len() - world.addresses().len();
            assert!(twice <= 1, "what was done is not done again: {:?}", world.calls());
            assert_eq!(newest(&desk).plan.steps, earlier.steps, "the same run, the same tokens");
        }
        let status = desk.call("deploy_status", json!({ "environment": "test" })).await;
        assert_ne!(status["state"], "interrupted", "{status:#}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_died_is_not_gone_on_with_where_drawing_or_world_moved() {
    for drawing in [false, true] {
        let world = World::default();
        let (mut desk, earlier) = died(&world).await;
        if drawing {
            desk.edit(
                json!({ "edit": "set-attribute", "resource": "app", "path": ["cpu"], "value": 8 }),
            )
            .await;
        } else {
            world.vanish("here");
            world.vanish("net");
        }
        deployed(&mut desk).await;
        assert_ne!(newest(&desk).plan.fingerprint, earlier.fingerprint);
        assert!(actions(&desk.plan(false).await).is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn destroy_takes_everything_down_and_says_what_is_left() {
    let world = World::default();
    let mut desk = desk(fake(&world)).await;
    deployed(&mut desk).await;
    let plan = desk.plan(true).await;
    assert!(actions(&plan).iter().all(|action| action.starts_with("delete ")), "{plan:#}");
    assert_eq!(
        desk.apply(&plan).await.unwrap_err().code,
        ErrorCode::DataLoss,
        "there is a database"
    );
    let args =
        json!({ "environment": "test", "fingerprint": plan["fingerprint"], "allowDataLoss": true });
    desk.call("deploy_apply", args).await;
    let swept = desk.event("the sweep", |event| match event {
        gp_app::dto::AppEvent::Deploy(status)
            if status.state == "nothing" && status.lines.len() > 1 =>
        {
            Some(status)
        }
        _ => None,
    });
    let swept = swept.await;
    assert!(swept.lines.iter().any(|line| line.text == "Swept: nothing is left"), "{swept:?}");
    assert_eq!(world.addresses(), Vec::<String>::new());
    desk.refused(
        "deploy_verify",
        json!({ "environment": "test" }),
        ErrorCode::Unavailable,
        "only a lab",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_environment_of_a_provider_without_driver_says_the_way_out() {
    let mut desk = Desk::start(Place::with_shop());
    desk.open("shop.gplan").await;
    let places = gp_app::places::Places {
        designs: desk.place.path("work"),
        ..gp_app::places::Places::below(&desk.place.path("home"))
    };
    let app = gp_app::App::start(gp_app::app::Options {
        places,
        shell: "browser",
        only_below: None,
        open: None,
    });
    let session = app.open(&desk.file("shop.gplan")).unwrap().id;
    let refused = app
        .call("deploy_plan", json!({ "session": session, "environment": "production" }))
        .await
        .unwrap_err();
    assert_eq!(refused.code, ErrorCode::Unavailable);
    assert!(refused.message.contains("export “production” as Terraform"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_taken_away_or_made_elsewhere_is_noticed() {
    let world = World::default();
    let mut desk = desk(fake(&world)).await;
    deployed(&mut desk).await;
    let kept = world.clone();
    for address in world.addresses() {
        world.vanish(&address);
    }
    let status = desk.until_state("nothing").await;
    assert_eq!(status["text"], "Nothing runs here");
    // Another program with the same drawing makes it again.
    let mut other = self::desk(fake(&kept)).await;
    deployed(&mut other).await;
    desk.until_state("running").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_failed_at_its_start_is_cleaned_up_though_nothing_stands() {
    let world = World::default();
    let mut desk = desk(fake(&world)).await;
    let plan = desk.plan(false).await;
    for change in plan["changes"].as_array().unwrap() {
        let address = change["address"].as_str().unwrap();
        world.plan_fault(address, Fault::Refused("no room".to_owned()));
    }
    desk.apply(&plan).await.unwrap();
    desk.until_state("failed").await;
    assert_eq!(world.addresses(), Vec::<String>::new());
    let plan = desk.plan(true).await;
    assert_eq!(plan["changes"].as_array().map(Vec::len), Some(0), "{plan:#}");
    let status = desk.call("deploy_status", json!({ "environment": "test" })).await;
    assert_eq!(status["state"], "failed", "a plan alone ends nothing: {status:#}");
    desk.apply(&plan).await.unwrap();
    desk.until_state("nothing").await;
    let status = desk.call("deploy_status", json!({ "environment": "test" })).await;
    let lines = status["lines"].as_array().unwrap();
    assert!(lines.iter().all(|line| line["state"] != "failed"), "{status:#}");
}
