//! The whole story in the terminal, as whoever runs the tests and as an ordinary user.

use crate::place::{Place, User, groundplan, is_root, lab_or_skip, works};
use gp_testkit::skip;

const WORKER: &str = r#"[
    {"edit": "add-resource", "id": "worker", "kind": "server", "parent": "app-tier",
     "attributes": {"services": [{"name": "metrics", "protocol": "tcp", "port": 9100}]}},
    {"edit": "add-link", "id": "app-worker", "link": {"from": "app", "to": "worker", "allow": ["tcp/9100"]}}
]"#;

#[test]
fn from_the_template_to_a_proven_lab_and_back_to_nothing() {
    if lab_or_skip("from_the_template_to_a_proven_lab_and_back_to_nothing") {
        tell(&Place::with_shop());
    }
}

/// Ports that overlap, a part of a range, a filter that forgets connections, a flow out of a function.
const PORTS: &str = r#"
format = 1
[design]
id = "5b0c6c1e-0000-4000-8000-000000000002"
name = "Ports"
[resource.here]
kind = "region"
location = "frankfurt"
zones = ["a"]
[resource.net]
kind = "network"
parent = "here"
cidr = "10.0.0.0/16"
[resource.near]
kind = "subnet"
parent = "net"
exposure = "isolated"
[resource.far]
kind = "subnet"
parent = "net"
exposure = "isolated"
[resource.app]
kind = "server"
parent = "near"
[resource.store]
kind = "server"
parent = "far"
services = [
  { name = "store", protocol = "tcp", port = 5000, high = 5010 },
  { name = "http", protocol = "tcp", port = 8080, high = 8090 },
]
[resource.guard]
kind = "firewall"
parent = "far"
stateful = false
rules = [
  { action = "allow", source = "app", destination = "store", protocol = "tcp", ports = "5000-9000" },
  { action = "allow", source = "store", destination = "app", protocol = "tcp", ports = "1024-65535" },
]
[resource.images]
kind = "bucket"
parent = "here"
[resource.worker]
kind = "function"
parent = "here"
[link.app-store]
from = "app"
to = "store"
allow = ["tcp/5005", "tcp/8080", "tcp/8080-8090"]
[link.worker-images]
from = "worker"
to = "images"
allow = ["tcp/443"]
[environment.test]
provider = "lab"
"#;

#[test]
fn every_port_and_every_source_that_can_be_drawn_is_tried() {
    if !lab_or_skip("every_port_and_every_source_that_can_be_drawn_is_tried") {
        return;
    }
    let place = Place::new();
    place.write("ports.gplan", PORTS);
    let deployed = place.run("deploy ports.gplan --approve");
    deployed.check(0, &["Every drawn flow tried: 4 of 4 answer", "proof and packets agree"]);
    let ran = place.run("verify ports.gplan --json");
    ran.check(0, &[]);
    let tried: Vec<String> = ran.json()["cells"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|cell| cell["tried"] == "open")
        .map(|cell| format!("{} {} {}", cell["from"], cell["to"], cell["service"]).replace('"', ""))
        .collect();
    for open in ["app store tcp/5005", "app store tcp/8081-8090", "worker images tcp/443"] {
        assert!(tried.contains(&open.to_owned()), "{open} is not in {tried:?}");
    }
    assert!(!tried.contains(&"app store tcp/5000-5004".to_owned()), "{tried:?}");
    place.fine("destroy ports.gplan --approve");
    place.check_nothing_runs();
}

#[test]
fn an_ordinary_user_can_do_it_all() {
    let name = "an_ordinary_user_can_do_it_all";
    if !is_root() {
        return skip(name, "the tests run as an ordinary user anyway");
    }
    let program = groundplan();
    let program = program.to_str().unwrap();
    if !works(
        "setpriv",
        &["--reuid", "65534", "--regid", "65534", "--clear-groups", program, "--version"],
    ) {
        return skip(name, "user 65534 cannot be taken on, or may not read the built program");
    }
    let user = ["--reuid", "65534", "--regid", "65534", "--clear-groups"];
    if !lab_or_skip(name) || !works("setpriv", &[&user[..], &["unshare", "-rn", "true"]].concat()) {
        return skip(name, "this machine forbids user namespaces");
    }
    let place = Place::of(User::Nobody);
    place.fine("new shop.gplan --template three-tier-web-shop");
    tell(&place);
}

/// Every cell of the agreement matrix agrees, and every drawn flow answers.
fn check_proven(place: &Place) -> u64 {
    let ran = place.run("verify shop.gplan --json");
    ran.check(0, &[]);
    let summary = ran.json()["summary"].clone();
    assert_eq!(summary["flows"][0], summary["flows"][1], "{summary}");
    assert_eq!(summary["blocked"][0], summary["blocked"][1], "{summary}");
    assert_eq!(summary["agree"][0], summary["agree"][1], "{summary}");
    assert!(summary["disagreements"].as_array().unwrap().is_empty(), "{summary}");
    assert!(summary["flows"][1].as_u64().unwrap() > 0, "{summary}");
    summary["agree"][1].as_u64().unwrap()
}

fn tell(place: &Place) {
    place.fine("check shop.gplan");
    place.run_with("edit shop.gplan", WORKER).check(0, &[]);
    place.fine("check shop.gplan");
    for (format, environment) in
        [("terraform", "production"), ("cloudformation", "production"), ("svg", "test")]
    {
        place.fine(&format!(
            "export shop.gplan --format {format} --environment {environment} --out {format}"
        ));
        assert!(place.files().iter().any(|file| file.starts_with(&format!("{format}/"))));
    }
    let deployed = place.run("deploy shop.gplan --environment test --approve");
    deployed.check(0, &["Lab up", "Every drawn flow tried", "proof and packets agree"]);
    let cells = check_proven(place);

    let undrawn = r#"[{"edit": "remove-links", "ids": ["app-worker"]},
        {"edit": "set-attribute", "resource": "app", "path": ["count"], "value": 3}]"#;
    place.run_with("edit shop.gplan", undrawn).check(0, &[]);
    place.fine("plan shop.gplan").check(0, &["+ app[2]"]);
    let changed = place.run("deploy shop.gplan --environment test --approve");
    changed.check(0, &["proof and packets agree"]);
    assert!(check_proven(place) > cells, "another server is another row");
    place.run("reach shop.gplan app worker --service tcp/9100").check(1, &["cannot reach"]);

    let gone = place.run("destroy shop.gplan --environment test --approve");
    gone.check(0, &["Everything is destroyed", "nothing is left"]);
    place.fine("sweep shop.gplan").check(0, &["nothing is left"]);
    place.check_nothing_runs();
}
