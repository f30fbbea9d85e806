//! Somebody goes into a lab's namespaces behind our back: what they did is named exactly, and put back.

use super::{Bench, SHOP, text, with_lab};
use caps::{CapSet, Capability, CapsHashSet};
use gp_catalog::Resolved;
use gp_lab::protocol::Request;
use gp_plan::{
    Desired, Driver, PutBack,
    difference::Inputs,
    drift::{self, Part},
    plan::Known,
};
use nix::sched::{CloneFlags, setns};
use std::{
    collections::BTreeSet,
    fs::{self, File},
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Command, Output},
    sync::Arc,
    time::Duration,
};

/// A running lab, from the inside.
struct Inside<'a> {
    bench: &'a Bench,
    resolved: &'a Resolved,
    pid: u32,
    made: Vec<Known>,
}

impl<'a> Inside<'a> {
    async fn of(bench: &'a Bench, resolved: &'a Resolved) -> Self {
        let (design, environment) = (&*resolved.design.id, &*resolved.environment.id);
        let info = bench.driver.lab(design, environment).info().await.unwrap();
        let made = bench.driver.live(design, environment).await.unwrap();
        Self { bench, resolved, pid: info.unwrap().pid, made }
    }

    /// A command in a namespace of the holder, whoever runs the test.
    #[allow(unsafe_code, reason = "nothing else runs between the fork and the program")]
    fn enter(&self, namespace: &PathBuf, command: &str) -> Output {
        let user = File::open(format!("/proc/{}/ns/user", self.pid)).unwrap();
        let network = File::open(namespace).unwrap();
        let needed: CapsHashSet = [Capability::CAP_NET_ADMIN, Capability::CAP_NET_RAW].into();
        let go = move || {
            // Nobody enters where he is: root's labs are in no user namespace of their own.
            let _ = setns(&user, CloneFlags::CLONE_NEWUSER);
            setns(&network, CloneFlags::CLONE_NEWNET)?;
            // Capabilities of somebody who is not root outlive the start of a program only so.
            let _ = caps::set(None, CapSet::Inheritable, &needed);
            for capability in [Capability::CAP_NET_ADMIN, Capability::CAP_NET_RAW] {
                let _ = caps::raise(None, CapSet::Ambient, capability);
            }
            Ok(())
        };
        let mut enter = Command::new("sh");
        enter.args(["-c", &format!("PATH=$PATH:/usr/sbin:/sbin; {command}")]);
        // SAFETY: between fork and exec it makes system calls and takes no lock.
        unsafe { enter.pre_exec(go) };
        enter.output().unwrap()
    }

    /// In the namespace in which a command says something.
    fn does(&self, where_: &str, command: &str) {
        let folder = format!("/proc/{}/fd", self.pid);
        let mut seen = BTreeSet::new();
        let namespaces = fs::read_dir(folder).unwrap().flatten().filter_map(|entry| {
            let target = fs::read_link(entry.path()).ok()?;
            target.to_string_lossy().starts_with("net:").then_some((entry.path(), target))
        });
        let mut found = namespaces
            .filter(|(_, target)| seen.insert(target.clone()))
            .filter(|it| !self.enter(&it.0, where_).stdout.is_empty());
        let (place, _) = found.next().unwrap_or_else(|| panic!("nowhere is {where_}"));
        let done = self.enter(&place, command);
        assert!(done.status.success(), "{command}: {}", String::from_utf8_lossy(&done.stderr));
    }

    async fn things(&self) -> Vec<drift::Thing> {
        let (design, environment) = (&*self.resolved.design.id, &*self.resolved.environment.id);
        let live = self.bench.driver.look(design, environment).await.unwrap();
        drift::drift(self.inputs(&live), &[], &self.bench.driver)
    }

    fn inputs<'b>(&'b self, live: &'b [Known]) -> Inputs<'b> {
        Inputs { desired: &self.made, state: &self.made, live }
    }

    /// `app[0].routes` and so on.
    async fn drifted(&self) -> Vec<String> {
        let things = self.things().await;
        let attributes = things.iter().flat_map(|thing| {
            thing.attributes.iter().map(|one| format!("{}.{}", thing.address, one.attribute))
        });
        attributes.collect()
    }

    async fn put_back(&self, texts: &[String]) {
        let (design, environment) = (&*self.resolved.design.id, &*self.resolved.environment.id);
        let things = self.things().await;
        let parts: Vec<Part> =
            texts.iter().map(|text| Part::find(text, &things).unwrap()).collect();
        let live = self.bench.driver.look(design, environment).await.unwrap();
        let inputs = self.inputs(&live);
        let driver = PutBack::new(Arc::new(self.bench.driver.clone()), &self.made);
        let plan = drift::put_back(design, environment, inputs, &parts, &driver);
        let resources = drift::wanted(inputs, &parts);
        let resolved = Arc::new(self.resolved.clone());
        let desired = Desired { resolved, resources, artifact: None };
        for step in &plan.steps {
            driver.execute(step, &plan, &desired, &(Arc::new(|_| {}) as _)).await.unwrap();
        }
    }
}

const APP: &str = "ip -4 -o addr show to 10.20.1.10";
const ROUTER: &str = "ip -4 -o addr show to 10.20.1.1; ip -4 -o addr show to 10.20.2.1";
const BRIDGES: &str = "ip -o link show type bridge";

/// Does something inside a lab, and wants just this to be named, and put back.
fn check(name: &str, acts: &[(&str, &str)], expected: &[&str]) {
    with_lab(name, SHOP, async |resolved, bench| {
        let before = text(&bench.driver.verify(&resolved).await.unwrap());
        let inside = Inside::of(bench, &resolved).await;
        assert_eq!(inside.drifted().await, Vec::<String>::new(), "before anybody did anything");
        for (place, act) in acts {
            inside.does(place, act);
        }
        let things = inside.things().await;
        let found = inside.drifted().await;
        assert_eq!(found, expected, "{things:#?}");
        inside.put_back(&found).await;
        assert_eq!(inside.drifted().await, Vec::<String>::new(), "after it was put back");
        assert_eq!(text(&bench.driver.verify(&resolved).await.unwrap()), before);
    });
}

#[test]
fn a_lab_that_nobody_touched_has_not_drifted() {
    check("untouched", &[], &[]);
}

#[test]
fn a_server_that_lost_its_address_lost_its_routes_with_it() {
    check(
        "address",
        &[(APP, "ip addr del 10.20.1.10/26 dev eth0")],
        &["app[0].cables", "app[0].routes"],
    );
}

#[test]
fn an_address_more_is_no_less_a_difference() {
    check("another", &[(APP, "ip addr add 10.20.1.33/26 dev eth0")], &["app[0].cables"]);
}

#[test]
fn routes_that_went_and_came_are_named() {
    let acts = [
        (APP, "ip route del default"),
        (APP, "ip route add 192.0.2.0/24 via 10.20.1.1"),
        (APP, "ip route add unreachable 192.0.3.0/24"),
    ];
    check("routes", &acts, &["app[0].routes"]);
}

#[test]
fn flushed_rules_are_loaded_again() {
    check("flushed", &[(APP, "nft flush ruleset")], &["app[0].rules"]);
}

#[test]
fn a_rule_more_and_a_table_of_somebody_elses_are_named_and_go() {
    let acts = [
        (APP, "nft insert rule inet gp gp_in tcp dport 8080 drop"),
        (
            APP,
            "nft add table ip odd; nft add chain ip odd x '{ type filter hook input priority 5; policy drop; }'",
        ),
    ];
    check("one-more", &acts, &["app[0].rules"]);
}

#[test]
fn a_link_that_is_down_comes_up_with_its_routes() {
    check("down", &[(APP, "ip link set eth0 down")], &["app[0].cables", "app[0].routes"]);
}

#[test]
fn a_cable_that_was_cut_is_laid_anew() {
    check("cut", &[(APP, "ip link del eth0")], &["app[0].cables", "app[0].routes"]);
}

#[test]
fn a_whole_segment_without_its_bridge_is_plugged_in_again() {
    with_lab("bridge", SHOP, async |resolved, bench| {
        let before = text(&bench.driver.verify(&resolved).await.unwrap());
        let inside = Inside::of(bench, &resolved).await;
        let bridges = "for b in $(ls /sys/class/net); do :; done; ip -o link show type bridge | cut -d: -f2 | while read b; do ip link del $b; done";
        inside.does(BRIDGES, bridges);
        let found = inside.drifted().await;
        assert!(found.iter().all(|one| one.ends_with(".cables")), "{found:?}");
        for owner in ["app[0].cables", "orders[0].cables", "entry[0].cables"] {
            assert!(found.iter().any(|one| one == owner), "{owner} in {found:?}");
        }
        inside.put_back(&found).await;
        assert_eq!(inside.drifted().await, Vec::<String>::new());
        assert_eq!(text(&bench.driver.verify(&resolved).await.unwrap()), before);
    });
}

#[test]
fn a_router_is_looked_at_too() {
    let acts = [(ROUTER, "ip route flush table main proto static; nft flush ruleset")];
    let found = ["shop.routes", "shop.rules"];
    with_lab("router", SHOP, async |resolved, bench| {
        let before = text(&bench.driver.verify(&resolved).await.unwrap());
        let inside = Inside::of(bench, &resolved).await;
        for (place, act) in acts {
            inside.does(place, act);
        }
        let named = inside.drifted().await;
        for one in &named {
            assert!(one.starts_with("shop.") || one.ends_with(".cables"), "{named:?}");
        }
        assert!(found.iter().all(|one| named.iter().any(|it| it == one)), "{named:?}");
        inside.put_back(&named).await;
        assert_eq!(inside.drifted().await, Vec::<String>::new());
        assert_eq!(text(&bench.driver.verify(&resolved).await.unwrap()), before);
    });
}

#[test]
fn of_two_attributes_one_is_put_back() {
    with_lab("one-of-two", SHOP, async |resolved, bench| {
        let inside = Inside::of(bench, &resolved).await;
        inside.does(APP, "ip route del default; nft flush ruleset");
        assert_eq!(inside.drifted().await, ["app[0].routes", "app[0].rules"]);
        inside.put_back(&["app[0].rules".to_owned()]).await;
        assert_eq!(inside.drifted().await, ["app[0].routes"]);
    });
}

#[test]
fn what_was_switched_off_has_not_drifted() {
    with_lab("off", SHOP, async |resolved, bench| {
        let inside = Inside::of(bench, &resolved).await;
        let lab = bench.driver.lab(&resolved.design.id, &resolved.environment.id);
        let switch = |on| Request::Switch { space: "app[0]".into(), on };
        lab.call(switch(false)).await.unwrap();
        assert_eq!(inside.drifted().await, Vec::<String>::new());
        inside.does(APP, "nft flush ruleset");
        inside.put_back(&["app[0].rules".to_owned()]).await;
        assert_eq!(inside.drifted().await, Vec::<String>::new());
        lab.call(switch(true)).await.unwrap();
        assert_eq!(inside.drifted().await, Vec::<String>::new());
    });
}

#[test]
fn a_lab_ends_at_its_new_time_and_not_before() {
    with_lab("later", SHOP, async |resolved, bench| {
        let (design, environment) = (&*resolved.design.id, &*resolved.environment.id);
        let lab = bench.driver.lab(design, environment);
        let left = async || lab.info().await.unwrap().and_then(|info| info.ends_in);
        assert_eq!(left().await, None);
        bench.driver.end_in(design, environment, Some(3600)).await.unwrap();
        assert!(left().await.is_some_and(|seconds| (3590..=3600).contains(&seconds)));
        bench.driver.end_in(design, environment, Some(1)).await.unwrap();
        bench.driver.end_in(design, environment, None).await.unwrap();
        tokio::time::sleep(Duration::from_millis(1300)).await;
        assert!(lab.info().await.unwrap().is_some(), "it has no end any more");
        bench.driver.end_in(design, environment, Some(0)).await.unwrap();
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert!(lab.info().await.unwrap().is_none(), "its time is over");
    });
}
