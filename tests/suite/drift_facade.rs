//! Drift and time to live through the facade, against a fake target.

use crate::desk::Desk;
use gp_app::{deploy::Target, dto::ErrorCode};
use gp_testkit::fake_driver::{FakeDriver, World};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

const DESIGN: &str = r#"
format = 1
[design]
id = "5b0c6c1e-0000-4000-8000-000000000002"
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
[resource.orders]
kind = "database"
parent = "tier"
engine = "postgresql"
encrypted = true
backup = "14 days"
[environment.test]
provider = "lab"
"#;

async fn deployed(world: &World) -> Desk {
    let mut desk = Desk::with_text(DESIGN).await;
    let driver = Arc::new(FakeDriver { world: world.clone() });
    desk.app.deployments().deploy_to(Target { driver, lab: None });
    let plan = desk.plan(false).await;
    desk.apply(&plan).await.unwrap();
    desk.until_state("running").await;
    desk
}

/// `ADDRESS.ATTRIBUTE: CHOICES` of what is not ignored.
fn lines(drift: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for thing in drift["things"].as_array().unwrap() {
        let address = thing["address"].as_str().unwrap();
        let attributes = thing["attributes"].as_array().unwrap();
        let words = |one: &Value| {
            let choices = one["choices"].as_array().unwrap().iter();
            choices.map(|choice| choice.as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
        };
        if attributes.is_empty() && thing["ignored"] == false {
            found.push(format!("{address} {}: {}", thing["what"].as_str().unwrap(), words(thing)));
        }
        for one in attributes.iter().filter(|one| one["ignored"] == false) {
            let name = one["attribute"].as_str().unwrap();
            found.push(format!("{address}.{name}: {}", words(one)));
        }
    }
    found
}

async fn drift(desk: &Desk) -> Vec<String> {
    lines(&desk.call("deploy_drift", json!({ "environment": "test" })).await)
}

async fn settle(desk: &Desk, how: &str, part: &str) -> Vec<String> {
    let args = json!({ "environment": "test", "parts": [part], "how": how });
    lines(&desk.call("deploy_drift_settle", args).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_attribute_is_accepted_put_back_or_ignored() {
    let world = World::default();
    let mut desk = deployed(&world).await;
    assert!(drift(&desk).await.is_empty());
    world.drift("orders", "backup", "30 days".into());
    world.drift("app[0]", "cpu", 64.into());
    world.drift("app[1]", "cpu", 32.into());
    assert_eq!(
        drift(&desk).await,
        [
            "app[0].cpu: accept put-back ignore",
            "app[1].cpu: accept put-back ignore",
            "orders.backup: accept put-back ignore"
        ]
    );
    settle(&desk, "ignore", "app[1].cpu").await;
    let left = settle(&desk, "accept", "orders.backup").await;
    assert_eq!(left, ["app[0].cpu: accept put-back ignore"]);
    let snapshot = desk.snapshot().await.to_string();
    assert!(snapshot.contains(r#""backup":"30 days""#), "the design followed: {snapshot}");

    let parts = json!({ "environment": "test", "parts": ["app[0].cpu"] });
    let plan = desk.call("deploy_drift_plan", parts).await;
    assert_eq!(plan["summary"], "1 to change", "{plan:#}");
    world.drift("app[0]", "cpu", 128.into());
    let apply = |plan: &Value| {
        let fingerprint = &plan["fingerprint"];
        json!({ "environment": "test", "parts": ["app[0].cpu"], "fingerprint": fingerprint })
    };
    let stale = desk.try_call("deploy_drift_put_back", apply(&plan)).await.unwrap_err();
    assert_eq!(stale.code, ErrorCode::StalePlan);
    let parts = json!({ "environment": "test", "parts": ["app[0].cpu"] });
    let plan = desk.call("deploy_drift_plan", parts).await;
    desk.call("deploy_drift_put_back", apply(&plan)).await;
    desk.until_state("running").await;
    assert!(drift(&desk).await.is_empty());
    assert_eq!(desk.plan(false).await["summary"], "nothing to do", "what is ignored is left");
    assert_eq!(settle(&desk, "heed", "app[1].cpu").await, ["app[1].cpu: accept put-back ignore"]);
    assert_eq!(desk.plan(false).await["summary"], "1 to change");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thing_that_vanished_is_taken_out_of_the_design_or_made_again() {
    let world = World::default();
    let mut desk = deployed(&world).await;
    world.vanish("orders");
    world.vanish("app[0]");
    assert_eq!(
        drift(&desk).await,
        ["app[0] vanished: put-back ignore", "orders vanished: accept put-back ignore"]
    );
    assert_eq!(settle(&desk, "accept", "orders").await, ["app[0] vanished: put-back ignore"]);
    assert!(desk.snapshot().await["design"]["resources"].get("orders").is_none());
    let parts = json!({ "environment": "test", "parts": ["app[0]"] });
    let plan = desk.call("deploy_drift_plan", parts.clone()).await;
    let mut apply = parts;
    apply["fingerprint"] = plan["fingerprint"].clone();
    desk.call("deploy_drift_put_back", apply).await;
    desk.until_state("running").await;
    assert!(world.addresses().contains(&"app[0]".to_owned()));
    assert!(drift(&desk).await.is_empty());
    desk.refused(
        "deploy_drift_plan",
        json!({ "environment": "test", "parts": ["app[0].cpu"] }),
        ErrorCode::NotFound,
        "has not drifted",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_waits_for_a_word_where_data_would_be_lost() {
    let world = World::default();
    let desk = deployed(&world).await;
    let reap = async |args: Value| desk.call("deploy_reap", args).await;
    assert_eq!(reap(json!({})).await["due"], json!([]));
    let later = json!({ "environment": "test", "seconds": 3600 });
    let status = desk.call("deploy_extend", later).await;
    assert!(
        status["endsIn"].as_u64().is_some_and(|left| (3590..=3600).contains(&left)),
        "{status}"
    );
    assert_eq!(reap(json!({})).await["due"], json!([]));
    desk.call("deploy_extend", json!({ "environment": "test", "seconds": 1 })).await;
    tokio::time::sleep(Duration::from_millis(2100)).await;

    let due = reap(json!({})).await["due"][0].clone();
    assert_eq!((&due["name"], &due["dataLoss"]), (&json!("Shop"), &json!(true)), "{due:#}");
    assert!(due["why"].as_str().unwrap().starts_with("its time was over"), "{due:#}");
    assert!(!world.addresses().is_empty(), "to ask changes nothing");
    let one = json!({ "design": due["design"], "environment": "test" });
    let refused = reap(json!({ "one": one })).await["due"][0]["refused"].clone();
    assert!(refused.as_str().unwrap().contains("deletes data"), "{refused}");
    assert!(!world.addresses().is_empty());
    let ended = reap(json!({ "one": one, "allowDataLoss": true })).await;
    assert_eq!(ended["ended"][0]["environment"], "test", "{ended:#}");
    assert!(world.addresses().is_empty(), "{:?}", world.addresses());
    assert_eq!(reap(json!({})).await, json!({ "ended": [], "due": [] }));
}
