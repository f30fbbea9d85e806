//! Every template: opens, is clean everywhere, exports everywhere, and runs as a lab.

use crate::place::{Place, lab_or_skip};
use gp_app::templates;
use serde_json::Value;

#[test]
fn every_template_is_clean_and_exports_everywhere() {
    assert!(!templates::all().is_empty());
    for template in templates::all() {
        let place = Place::new();
        place.fine(&format!("new a.gplan --template {}", template.id));
        let found = place.run("check a.gplan --json");
        found.check(0, &[]);
        let found = found.json();
        assert_eq!(
            found["errors"].as_u64().unwrap() + found["warnings"].as_u64().unwrap(),
            0,
            "{found:#}"
        );
        let environments: Vec<Value> = found["environments"].as_array().unwrap().clone();
        for environment in environments.iter().filter_map(Value::as_str) {
            for format in gp_app::export::formats() {
                let id = format.id;
                let ran = place.run(&format!("export a.gplan --format {id} --environment {environment} --out {environment}-{id} --json"));
                let fits = format.providers.is_empty()
                    || provider(template, environment)
                        .is_some_and(|p| format.providers.contains(&&*p));
                if fits {
                    ran.check(0, &[]);
                    assert!(
                        !ran.json()["written"].as_array().unwrap().is_empty(),
                        "{}",
                        ran.text()
                    );
                } else {
                    assert!(ran.code == Some(0) || ran.code == Some(1), "{}", ran.text());
                }
            }
        }
    }
}

fn provider(template: &templates::Embedded, environment: &str) -> Option<String> {
    let design = template.open();
    design.environments.get(environment).map(|environment| environment.provider.to_string())
}

#[test]
fn every_template_runs_in_its_lab_as_it_was_proven() {
    if !lab_or_skip("every_template_runs_in_its_lab_as_it_was_proven") {
        return;
    }
    for template in templates::all() {
        let design = template.open();
        for id in design.environments.keys() {
            if provider(template, id.as_str()).as_deref() != Some("lab") {
                continue;
            }
            let place = Place::new();
            place.fine(&format!("new a.gplan --template {}", template.id));
            place
                .run(&format!("deploy a.gplan --environment {id} --approve"))
                .check(0, &["proof and packets agree"]);
            place.fine(&format!("destroy a.gplan --environment {id} --approve"));
            place.check_nothing_runs();
        }
    }
}

/// A question that comes from the data centre crosses the tunnel, and the answer is that of the drawing.
#[test]
fn names_resolve_both_ways_in_the_lab_of_the_data_centre() {
    if !lab_or_skip("names_resolve_both_ways_in_the_lab_of_the_data_centre") {
        return;
    }
    let place = Place::new();
    place.fine("new a.gplan --template hybrid-data-centre");
    let question = "lookup a.gplan desk app.cloud.example.com --environment lab";
    place.fine(question).check(
        0,
        &[
            "Desk asks Site name server",
            "Site name server passes cloud.example.com on to Resolver",
            "✓ app.cloud.example.com: 10.80.",
        ],
    );
    place.run(&format!("{question} --packets")).check(2, &["deploy it first"]);
    place.fine("deploy a.gplan --environment lab --approve");
    place
        .fine(&format!("{question} --packets"))
        .check(0, &["✓ with packets: 10.80.", "172.20.20.53"]);
    let back = "lookup a.gplan app stock.site.example.com --environment lab --packets --json";
    let back = place.fine(back).json();
    assert_eq!(back["lookup"]["addresses"][0], "172.20.20.20");
    assert_eq!(back["packets"]["records"][0], "A 172.20.20.20");
    place
        .run("lookup a.gplan app nobody.site.example.com --environment lab")
        .check(1, &["✗ no address", "holds no name"]);
    place.fine("destroy a.gplan --environment lab --approve");
    place.check_nothing_runs();
}
