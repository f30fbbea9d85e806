//! Figures through the facade: who reaches a thing, what is counted, what a month costs.

use crate::desk::Desk;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn who_reaches_a_thing_is_listed_and_figures_are_counted() {
    let desk = Desk::with_shop().await;
    let ends = desk.call("proof_ends", json!({ "id": "data-tier", "way": "to" })).await;
    assert_eq!(ends, json!([{ "id": "app", "title": "App server", "ports": ["5432"] }]));
    let ends = desk.call("proof_ends", json!({ "id": "internet", "way": "from" })).await;
    assert_eq!(ends[0]["id"], "entry", "{ends}");
    let figures = desk.call("design_figures", json!({})).await;
    let cores = figures["sums"].as_array().unwrap().iter().find(|sum| sum["what"] == "cpu");
    assert!(cores.unwrap()["amount"].as_f64().unwrap() >= 4.0, "{figures:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_month_costs_what_its_bills_say_and_nothing_in_a_lab() {
    let desk = Desk::with_shop().await;
    assert_eq!(desk.call("design_cost", json!({})).await["billed"], false, "a lab costs nothing");
    desk.call("environment_choose", json!({ "environment": "production" })).await;
    let cost = desk.call("design_cost", json!({})).await;
    let items = cost["items"].as_array().unwrap();
    let sum: f64 = items.iter().map(|item| item["month"].as_f64().unwrap()).sum();
    assert!(sum > 100.0 && (sum - cost["month"].as_f64().unwrap()).abs() < 0.01, "{cost:#}");
    let bill = desk.call("design_bill", json!({ "id": "way-out" })).await;
    assert_eq!(bill["lines"][0]["what"], "NAT gateway", "{bill:#}");
    assert_eq!(bill["lines"][0]["quantity"], 2.0);
    let sources = cost["sources"].as_array().unwrap();
    assert!(sources.iter().any(|source| source["id"] == bill["lines"][0]["source"]), "{cost:#}");
    let none = desk.call("design_bill", json!({ "id": "shop" })).await;
    assert_eq!(none, json!({ "month": 0.0, "lines": [], "unpriced": [] }));
}
