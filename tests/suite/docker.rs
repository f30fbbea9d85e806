//! A lab in Docker from the command line, and what is said where there is no Docker.

#[path = "../../src-tauri/crates/gp-drivers/tests/docker/daemon.rs"]
#[allow(dead_code, reason = "the tests of the driver ask it for more")]
mod daemon;

use crate::place::{Place, programs};
use daemon::Daemon;
use gp_testkit::skip;

/// The shop, with Docker in the place of namespaces.
fn shop() -> Place {
    let place = Place::with_shop();
    let text = place.read("shop.gplan");
    let changed = text.replace("provider = \"lab\"", "provider = \"docker\"");
    assert_ne!(text, changed);
    place.write("shop.gplan", changed);
    place
}

#[test]
fn without_docker_a_deploy_says_what_to_do_and_does_nothing() {
    let place = shop();
    place
        .run("deploy shop.gplan -e test --approve")
        .check(2, &["Docker does not run here", "DOCKER_HOST"]);
    place.fine("labs").check(0, &["no lab runs"]);
}

#[test]
fn the_shop_runs_in_docker_is_verified_listed_and_gone() {
    let name = "the shop in Docker";
    let image = programs().join("groundplan-agent.tar");
    if !image.is_file() {
        return skip(name, "there is no agent image: `cargo xtask agent` builds it");
    }
    let daemon = match Daemon::start() {
        Ok(daemon) => daemon,
        Err(why) => return skip(name, &why),
    };
    let place = shop();
    std::os::unix::fs::symlink(daemon.socket(), place.path("run/docker.sock")).unwrap();
    place.fine("deploy shop.gplan -e test --approve");
    let verified = place.fine("verify shop.gplan -e test");
    verified.check(0, &["can be reached at 127.0.0.1:"]);
    let labs = place.fine("labs --json").json();
    assert_eq!((labs[0]["provider"].as_str(), labs[1].as_str()), (Some("docker"), None), "{labs}");
    place.fine("labs").check(0, &["in Docker, ends in"]);
    let id = labs[0]["id"].as_str().unwrap();
    place.fine(&format!("destroy --lab {id} --approve"));
    place.fine("labs").check(0, &["no lab runs"]);
}
