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
