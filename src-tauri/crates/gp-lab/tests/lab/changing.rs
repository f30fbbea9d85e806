//! A running lab is changed: only the difference is touched, and whoever is not in it notices nothing.

use super::{Bench, bench, deploy};
use gp_catalog::{Resolved, builtin, resolve::resolve, resolved::Instance};
use gp_lab::{
    Cell, Verdict,
    protocol::{Pulse, Pulsed, Reply, Request},
};
use gp_model::{LinkKind, Protocol};
use gp_testkit::{sketch, skip};
use std::{collections::BTreeSet, time::Duration};

/// Datagrams between servers of one tier, of two tiers, of two networks, out by a NAT gateway, and through a
/// load balancer.
const DRAWN: &str = r#"
    internet internet
    region here location=frankfurt zones a,b
      network shop 10.20.0.0/16
        subnet web-tier 10.20.0.0/24 public
          load-balancer entry mode=pass-through internal listeners=[{protocol="udp",port=4000}]
          nat-gateway way-out
        subnet app-tier 10.20.1.0/24 private
          server app x3 udp/4000
          server other udp/4001
        subnet data-tier 10.20.2.0/24 isolated
          server orders udp/4002
      network office 10.30.0.0/16
        subnet desks 10.30.0.0/24 private
          server desk udp/4003
    shop -> office kind=peering id=together
    other -> entry udp/4000
    entry -> app kind=target udp/4000 id=behind
    app -> other udp/4001
    app -> orders udp/4002
    other -> orders udp/4002 id=reports
    desk -> other udp/4001
    app -> desk udp/4003
    env lab lab
"#;

fn drawn(text: &str) -> Resolved {
    let mut resolved = resolve(&sketch(text), builtin(), Some(&"lab".into()));
    "changing".clone_into(&mut resolved.design.id);
    assert!(resolved.diagnostics.is_empty(), "{:#?}", resolved.diagnostics);
    resolved
}

/// Every flow between single instances whose two ends are the same in both drawings.
fn pulses(before: &Resolved, after: &Resolved) -> Vec<Pulse> {
    let mut found = Vec::new();
    for link in before.links.values().filter(|link| link.kind == LinkKind::Flow) {
        let (Some(from), Some(to)) = (before.resource(&link.from), before.resource(&link.to))
        else {
            continue;
        };
        let port = link.ports.iter().find(|ports| ports.protocol == Protocol::Udp);
        let (Some(port), false) = (port, to.kind == "load-balancer") else { continue };
        if !after.links.contains_key(&link.id) {
            continue;
        }
        for a in from.instances.iter() {
            for b in to.instances.iter() {
                let stays = |one: &Instance| after.instances().any(|(_, other)| other == one);
                let Some(address) = b.ip.filter(|_| stays(a) && stays(b)) else { continue };
                let (from, to) = (a.address.clone(), b.address.clone());
                found.push(Pulse { from, to, address, port: port.low });
            }
        }
    }
    found
}

/// What arrives of a thousand datagrams a second on every flow that is in both drawings, while the one
/// becomes the other; the changes that were made.
async fn change(
    bench: &Bench,
    before: &Resolved,
    after: &Resolved,
) -> (Vec<(Pulse, Pulsed)>, Vec<String>) {
    let pulses = pulses(before, after);
    assert!(pulses.len() >= 2, "{pulses:?}");
    let lab = bench.driver.lab(&before.design.id, &before.environment.id);
    let request = Request::Pulse { pulses: pulses.clone(), per_second: 1000, milliseconds: 1500 };
    let changing = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        deploy(bench, after, false).await
    };
    let (reply, changes) = tokio::join!(lab.call(request), changing);
    let Ok(Reply::Pulsed(pulsed)) = reply else { panic!("{reply:?}") };
    (pulses.into_iter().zip(pulsed).collect(), changes)
}

fn check_undisturbed(name: &str, what: &str, changed: &str, expected: &str) {
    if let Err(why) = gp_lab::available() {
        return skip(name, &why.to_string());
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let bench = bench();
        let (before, after) = (drawn(DRAWN), drawn(changed));
        deploy(&bench, &before, false).await;
        let (pulsed, changes) = change(&bench, &before, &after).await;
        let changes: BTreeSet<&str> = changes.iter().map(String::as_str).collect();
        let changes: Vec<&str> = changes.into_iter().collect();
        assert_eq!(changes.join(", "), expected, "{what}");
        for (Pulse { from, to, .. }, pulsed) in &pulsed {
            let Pulsed { sent, taken, late, longest_hole, .. } = *pulsed;
            assert_eq!(sent, 1500, "{what}: {from} → {to}");
            assert_eq!((taken, late, longest_hole), (sent, 0, 0), "{what}: {from} → {to}");
        }
        let verification = bench.driver.verify(&after).await.unwrap();
        let closed = |cell: &&Cell| cell.drawn && cell.verdict != Verdict::Open;
        let closed: Vec<&Cell> = verification.cells.iter().filter(closed).collect();
        assert!(closed.is_empty(), "{what}: {closed:#?}");
    });
}

/// The drawing with these lines behind the one that ends so.
fn with(behind: &str, lines: &str) -> String {
    let at = DRAWN.find(behind).expect("it is drawn") + behind.len();
    format!("{}\n{lines}{}", &DRAWN[..at], &DRAWN[at..])
}

#[test]
fn what_comes_disturbs_nobody_that_is_there() {
    let name = "what_comes_disturbs_nobody_that_is_there";
    let server = with("server other udp/4001", "          server late udp/4005");
    let more = DRAWN.replace("server app x3", "server app x5");
    let tier = with(
        "server orders udp/4002",
        "        subnet more-tier 10.20.3.0/24 private\n          server more udp/4006",
    );
    let network = with(
        "server desk udp/4003",
        "      network far 10.40.0.0/16\n        subnet far-tier 10.40.0.0/24 private\n          server away udp/4007\n    far -> shop kind=peering id=too",
    );
    let target = with("server other udp/4001", "          server late udp/4000");
    let target = target
        .replace("    app -> other", "    entry -> late kind=target udp/4000\n    app -> other");
    let flow = DRAWN.replace("    env lab", "    desk -> orders udp/4002 id=newer\n    env lab");
    let cases: [(&str, &str, &str); 6] = [
        ("a server", &server, "Create late"),
        (
            "two instances",
            &more,
            "Create app[3], Create app[4], Update desk, Update entry[0], Update entry[1], Update orders, Update other",
        ),
        (
            "a tier",
            &tier,
            "Create more, Create more-tier/a, Create more-tier/b, Update office, Update shop",
        ),
        (
            "a network",
            &network,
            "Create away, Create far, Create far-tier/a, Create far-tier/b, Create too, Update shop",
        ),
        ("a target", &target, "Create late, Update entry[0], Update entry[1]"),
        ("a flow", &flow, "Update desk, Update orders"),
    ];
    for (what, changed, expected) in cases {
        check_undisturbed(name, what, changed, expected);
    }
}

#[test]
fn what_goes_disturbs_nobody_that_stays() {
    let name = "what_goes_disturbs_nobody_that_stays";
    let fewer = DRAWN.replace("server app x3", "server app x2");
    let server = DRAWN
        .replace("          server desk udp/4003\n", "")
        .replace("    desk -> other udp/4001\n", "")
        .replace("    app -> desk udp/4003\n", "");
    let flow = DRAWN.replace("    other -> orders udp/4002 id=reports\n", "");
    let replaced = DRAWN.replace("server desk udp/4003", "server desk udp/4003 address=10.30.0.99");
    let cases: [(&str, &str, &str); 4] = [
        (
            "an instance",
            &fewer,
            "Delete app[2], Update desk, Update entry[0], Update entry[1], Update orders, Update other",
        ),
        (
            "a server",
            &server,
            "Delete desk, Update app[0], Update app[1], Update app[2], Update other",
        ),
        ("a flow", &flow, "Update orders, Update other"),
        (
            "an address",
            &replaced,
            "Replace desk, Update app[0], Update app[1], Update app[2], Update other",
        ),
    ];
    for (what, changed, expected) in cases {
        check_undisturbed(name, what, changed, expected);
    }
}
