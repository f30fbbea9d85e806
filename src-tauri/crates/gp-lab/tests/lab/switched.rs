//! Playing with a running lab: what is switched off is off for packets, and for nothing else; what links carry is seen.

use super::{
    Bench, SHOP, agreement::template, differences, eventually, fetch, probe, sketch, with_lab,
    with_resolved,
};
use gp_catalog::Resolved;
use gp_lab::{
    Verdict,
    live::{Look, Seen, State, Watch},
};
use std::fmt::Write as _;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

async fn switch(bench: &Bench, design: &Resolved, things: &[&str], on: bool) -> Vec<String> {
    let names: Vec<String> = things.iter().map(ToString::to_string).collect();
    bench.driver.switch(design, &names, on).await.unwrap()
}

/// Who answers behind the load balancer.
async fn behind(bench: &Bench, design: &Resolved, rounds: usize) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for _ in 0..rounds {
        let answer = fetch(bench, design, "internet", "198.18.0.1", 443).await.unwrap();
        let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default();
        names.insert(body.lines().next().unwrap_or_default().to_owned());
    }
    names
}

/// One look, and how each link is then.
async fn look(
    bench: &Bench,
    design: &Resolved,
    watch: &mut Watch,
) -> (BTreeMap<String, State>, Seen) {
    let lab = (design.design.id.as_str(), design.environment.id.as_str());
    let seen = bench.driver.watch(lab, watch.look()).await.unwrap();
    let links = watch.saw(&seen, Instant::now());
    (links.into_iter().map(|link| (link.link.to_string(), link.state)).collect(), seen)
}

#[test]
fn a_server_that_is_switched_off_gets_no_more_traffic_within_a_second_and_a_half() {
    with_lab("off-server", SHOP, async |resolved, bench| {
        bench.driver.verify(&resolved).await.unwrap();
        let both = BTreeSet::from(["app[0]".to_owned(), "app[1]".to_owned()]);
        assert_eq!(behind(bench, &resolved, 6).await, both);
        assert_eq!(switch(bench, &resolved, &["app[0]"], false).await, ["app[0]"]);
        let begun = Instant::now();
        let out = |seen: &Seen| {
            let ill = seen.health.iter().filter(|health| !health.healthy);
            ill.map(|health| (health.space.clone(), health.address.to_string())).collect()
        };
        let expected = BTreeSet::from(
            ["entry[0]", "entry[1]"].map(|n| (n.to_owned(), "10.20.1.10".to_owned())),
        );
        loop {
            // A look that tries nothing is over at once.
            let seen = bench.driver.watch(("off-server", "test"), Look::default()).await.unwrap();
            let out: BTreeSet<(String, String)> = out(&seen);
            if out == expected {
                break;
            }
            assert!(begun.elapsed() < Duration::from_millis(1500), "out by now: {out:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert_eq!(behind(bench, &resolved, 4).await, ["app[1]".to_owned()].into());
        assert_eq!(switch(bench, &resolved, &["app[0]"], true).await, [""; 0]);
        let (resolved, both) = (&resolved, &both);
        eventually("both answer", || async { behind(bench, resolved, 6).await == *both }).await;
    });
}

#[test]
fn a_link_that_is_switched_off_refuses_its_own_packets_only() {
    with_lab("off-link", SHOP, async |resolved, bench| {
        let before = bench.driver.verify(&resolved).await.unwrap();
        switch(bench, &resolved, &["link:app-orders"], false).await;
        let after = bench.driver.verify(&resolved).await.unwrap();
        let mut expected = BTreeSet::new();
        for (from, to) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            expected.insert(format!("app[{from}] → orders[{to}]: tcp/5432 rejected"));
        }
        assert_eq!(differences(&before, &after), expected);
        switch(bench, &resolved, &["app-orders"], true).await;
        let again = bench.driver.verify(&resolved).await.unwrap();
        assert_eq!(differences(&before, &again), BTreeSet::new());
    });
}

#[test]
fn a_link_to_targets_that_is_switched_off_takes_them_out_of_the_balancer() {
    with_lab("off-target", SHOP, async |resolved, bench| {
        bench.driver.verify(&resolved).await.unwrap();
        switch(bench, &resolved, &["link:entry-app"], false).await;
        let (bench, resolved) = (&bench, &resolved);
        let nobody = BTreeSet::from(["no target takes connections".to_owned()]);
        eventually("nobody answers", || async { behind(bench, resolved, 1).await == nobody }).await;
        switch(bench, resolved, &["link:entry-app"], true).await;
        let both = BTreeSet::from(["app[0]".to_owned(), "app[1]".to_owned()]);
        eventually("both answer", || async { behind(bench, resolved, 6).await == both }).await;
    });
}

#[test]
fn a_peering_that_is_switched_off_parts_its_networks_and_no_others() {
    let text = "
        network alpha
        network beta
        network gamma
        segment a alpha 10.1.0.0/24 10.2.0.0/16=peer:ab:beta
        segment b beta 10.2.0.0/24 10.1.0.0/16=peer:ab:alpha 10.3.0.0/16=peer:bc:gamma
        segment c gamma 10.3.0.0/24 10.2.0.0/16=peer:bc:beta
        server one a 10.1.0.10 tcp/8080
        server two b 10.2.0.10 tcp/8080
        server three c 10.3.0.10 tcp/8080
        open one
        open two
        open three
        peering ab alpha beta
        peering bc beta gamma
        flow one-two one two tcp/8080
        flow two-three two three tcp/8080
    ";
    with_lab("off-peering", text, async |resolved, bench| {
        bench.driver.verify(&resolved).await.unwrap();
        let tries = async || {
            let there = probe(bench, &resolved, "one", "10.2.0.10", "tcp/8080").await;
            let back = probe(bench, &resolved, "two", "10.1.0.10", "tcp/8080").await;
            let beside = probe(bench, &resolved, "three", "10.2.0.10", "tcp/8080").await;
            [there, back, beside].map(|verdict| verdict == Verdict::Open)
        };
        assert_eq!(tries().await, [true, true, true]);
        switch(bench, &resolved, &["link:ab"], false).await;
        assert_eq!(tries().await, [false, false, true]);
        switch(bench, &resolved, &["link:ab"], true).await;
        eventually("the peering is back", || async { tries().await == [true, true, true] }).await;
    });
}

#[test]
fn a_zone_that_is_switched_off_takes_everything_in_it_and_nothing_else() {
    with_resolved("off-zone", template(), async |resolved, bench| {
        bench.driver.verify(&resolved).await.unwrap();
        let zone = |letter: &str| -> BTreeSet<String> {
            let stands = resolved.instances().filter(|(_, i)| i.zone.as_deref() == Some(letter));
            stands.map(|(_, instance)| instance.address.clone()).collect()
        };
        let (a, b) = (zone("a"), zone("b"));
        assert!(!a.is_empty() && !b.is_empty(), "{a:?} {b:?}");
        switch(bench, &resolved, &["zone:a"], false).await;
        let off = bench.driver.verify(&resolved).await.unwrap();
        for cell in &off.cells {
            let dark = a.contains(&cell.from) || a.contains(&cell.to);
            assert!(!dark || cell.verdict != Verdict::Open, "{cell:?}");
        }
        let lit = off.cells.iter().filter(|cell| cell.verdict == Verdict::Open);
        assert!(lit.count() > 0, "zone b goes on");
        switch(bench, &resolved, &[], true).await;
        let again = bench.driver.verify(&resolved).await.unwrap();
        let silent: Vec<_> =
            again.cells.iter().filter(|c| c.drawn && c.verdict != Verdict::Open).collect();
        assert!(silent.is_empty(), "{silent:?}");
    });
}

#[test]
fn what_is_off_stays_off_while_the_lab_changes_and_grows_with_it() {
    with_lab("off-stays", SHOP, async |resolved, bench| {
        bench.driver.verify(&resolved).await.unwrap();
        switch(bench, &resolved, &["app", "link:app-orders"], false).await;
        let grown = SHOP
            .replace(
                "database orders[0]",
                "server app[2] app/a 10.20.1.12 tcp/8080\n database orders[0]",
            )
            .replace(
                "flow app-orders app orders tcp/5432",
                "flow entry-orders entry orders tcp/5432",
            );
        let grown = sketch::resolved("off-stays", &grown);
        bench.driver.converge(&grown).await.unwrap();
        let off = bench.driver.off("off-stays", "test").await.unwrap();
        assert_eq!(off, ["app"], "a link that is not drawn any more is not off either");
        let verdicts = async || {
            let first = probe(bench, &grown, "entry[0]", "10.20.1.10", "tcp/8080").await;
            let new = probe(bench, &grown, "entry[0]", "10.20.1.12", "tcp/8080").await;
            [first, new].map(|verdict| verdict == Verdict::Open)
        };
        assert_eq!(verdicts().await, [false, false]);
        let refused = bench.driver.switch(&grown, &["app[2]".into()], true).await.unwrap_err();
        assert_eq!(refused.to_string(), "“app[2]” is off because “app” is: switch that on");
        switch(bench, &grown, &["app"], true).await;
        eventually("both answer", || async { verdicts().await == [true, true] }).await;
    });
}

#[test]
fn what_is_not_drawn_cannot_be_switched_and_says_what_can() {
    with_lab("off-nothing", SHOP, async |resolved, bench| {
        let refused = async |name: &str| {
            bench.driver.switch(&resolved, &[name.into()], false).await.unwrap_err().to_string()
        };
        assert_eq!(
            refused("nobody").await,
            "“nobody” is not drawn here: name a part, one of several (app[0]), link:ID, or zone:LETTER"
        );
        assert_eq!(
            refused("scratch").await,
            "“scratch” has nothing in a lab that could be switched off"
        );
    });
}

#[test]
fn off_and_on_of_anything_leaves_the_lab_as_it_was() {
    with_lab("off-random", SHOP, async |resolved, bench| {
        let before = bench.driver.verify(&resolved).await.unwrap();
        let things: Vec<String> = resolved
            .instances()
            .map(|(_, instance)| instance.address.clone())
            .chain(resolved.links.keys().map(|link| format!("link:{link}")))
            .chain(["app", "web", "data", "shop"].map(str::to_owned))
            .filter(|name| {
                let found = gp_lab::off::Thing::find(&resolved, name);
                found.is_some_and(|thing| !thing.parts(&resolved).is_empty())
            })
            .collect();
        let mut dice = 20_261_128_u64;
        let mut roll = |sides: usize| {
            dice = dice
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (dice >> 33) as usize % sides
        };
        for round in 0..12 {
            let some: Vec<&str> =
                (0..=roll(4)).map(|_| things[roll(things.len())].as_str()).collect();
            for thing in &some {
                switch(bench, &resolved, &[thing], false).await;
            }
            if round % 3 == 0 {
                // Also when something is applied meanwhile.
                bench.driver.converge(&resolved).await.unwrap();
            }
            switch(bench, &resolved, &[], true).await;
            let after = bench.driver.verify(&resolved).await.unwrap();
            assert_eq!(differences(&before, &after), BTreeSet::new(), "round {round}: {some:?}");
        }
    });
}

#[test]
fn a_link_says_whether_it_answers_and_what_it_carries() {
    with_lab("watch", SHOP, async |resolved, bench| {
        bench.driver.verify(&resolved).await.unwrap();
        let mut watch = Watch::new(&resolved);
        let (states, _) = look(bench, &resolved, &mut watch).await;
        let all = ["app-images", "app-orders", "entry-app", "visitors"];
        assert_eq!(states, all.map(|link| (link.to_owned(), State::Answers)).into());
        let carried = async |watch: &mut Watch| {
            let lab = ("watch", "test");
            let seen = bench.driver.watch(lab, watch.look()).await.unwrap();
            seen.flows.get("app-orders").copied().unwrap_or_default()
        };
        let idle = carried(&mut watch).await;
        assert_eq!(carried(&mut watch).await, idle, "looking is no traffic");
        for _ in 0..10 {
            let open = probe(bench, &resolved, "app[0]", "10.20.2.10", "tcp/5432").await;
            assert_eq!(open, Verdict::Open);
        }
        let busy = carried(&mut watch).await;
        let [out, out_bytes, back, back_bytes] = std::array::from_fn(|k| busy[k] - idle[k]);
        assert!(out >= 30 && back >= 10, "ten connections: {out} there, {back} back");
        assert!(out_bytes >= 40 * out && back_bytes >= 40 * back);
        switch(bench, &resolved, &["link:app-orders", "orders[1]", "images"], false).await;
        let (states, seen) = look(bench, &resolved, &mut watch).await;
        assert_eq!(seen.off, ["images", "link:app-orders", "orders[1]"]);
        assert_eq!((states["app-orders"], states["app-images"]), (State::Off, State::Silent));
        assert_eq!(states["visitors"], State::Answers);
    });
}

#[test]
fn rules_say_what_they_judged() {
    with_lab("counted", SHOP, async |resolved, bench| {
        bench.driver.verify(&resolved).await.unwrap();
        let count = async |space: &str, rule: &str| {
            let counts = bench.driver.counted(("counted", "test")).await.unwrap();
            counts[space].get(rule).copied().unwrap_or_default()
        };
        let rules =
            [("orders[0]", "link:app-orders/in/tcp/5432"), ("orders[0]", "default:sg:orders/in")];
        let before = [count(rules[0].0, rules[0].1).await, count(rules[1].0, rules[1].1).await];
        for _ in 0..3 {
            probe(bench, &resolved, "app[0]", "10.20.2.10", "tcp/5432").await;
        }
        let after = [count(rules[0].0, rules[0].1).await, count(rules[1].0, rules[1].1).await];
        assert_eq!(after[0] - before[0], 3, "one per connection");
        assert_eq!(after[1], before[1]);
    });
}

/// Processor time of a process so far.
fn processor_time(pid: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    // The name stands in parentheses and may hold anything.
    let numbers: Vec<&str> = stat.rsplit_once(") ").unwrap().1.split(' ').collect();
    let ticks: u64 = [11, 12].iter().map(|k| numbers[*k].parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}

/// Ten networks of ten servers, each of which calls the next one, and the first of the next network by a peering.
fn hundred() -> String {
    let mut text = String::new();
    for network in 0..10 {
        let next = (network + 1) % 10;
        let before = (network + 9) % 10;
        writeln!(text, "network n{network}\nsegment s{network} n{network} 10.{network}.0.0/24 10.{next}.0.0/16=peer:p{network}:n{next} 10.{before}.0.0/16=peer:p{before}:n{before}").unwrap();
        for server in 0..10 {
            writeln!(
                text,
                "server a{network}-{server} s{network} 10.{network}.0.{} tcp/8080",
                10 + server
            )
            .unwrap();
        }
    }
    for network in 0..10 {
        writeln!(text, "peering p{network} n{network} n{}", (network + 1) % 10).unwrap();
        for server in 0..9 {
            let to = server + 1;
            writeln!(text, "flow f{network}-{server} a{network}-{server} a{network}-{to} tcp/8080")
                .unwrap();
        }
        writeln!(text, "flow x{network} a{network}-9 a{}-0 tcp/8080", (network + 1) % 10).unwrap();
    }
    text
}

/// The budget is a twentieth of a core in a release build; this one is several times slower.
#[test]
fn looking_at_a_hundred_servers_every_second_is_cheap() {
    with_lab("hundred", &hundred(), async |resolved, bench| {
        bench.driver.verify(&resolved).await.unwrap();
        let mut watch = Watch::new(&resolved);
        // Namespaces begin to count some at a time.
        for _ in 0..8 {
            look(bench, &resolved, &mut watch).await;
        }
        let pid = bench.driver.list().await[0].pid;
        let (begun, before) = (Instant::now(), processor_time(pid));
        let mut answering = 0;
        for _ in 0..10 {
            let next = Instant::now() + Duration::from_secs(1);
            let (states, _) = look(bench, &resolved, &mut watch).await;
            answering = states.values().filter(|state| **state == State::Answers).count();
            tokio::time::sleep_until(next.into()).await;
        }
        let share = processor_time(pid).saturating_sub(before).as_secs_f64()
            / begun.elapsed().as_secs_f64();
        println!("100 servers, 100 links, once a second: {:.1} % of a core", 100.0 * share);
        assert_eq!(answering, 100);
        assert!(share < 0.2, "{:.1} % of a core", 100.0 * share);
    });
}

/// A peering that says how fast it is.
fn line(bandwidth: &str, latency: Option<&str>) -> Resolved {
    let text = "
        network alpha
        network beta
        segment a alpha 10.1.0.0/24 10.2.0.0/16=peer:ab:beta
        segment b beta 10.2.0.0/24 10.1.0.0/16=peer:ab:alpha
        server one a 10.1.0.10 tcp/8080
        server two b 10.2.0.10 tcp/8080
        peering ab alpha beta
        flow one-two one two tcp/8080
    ";
    let mut resolved = sketch::resolved("line", text);
    let mut link = (**resolved.links.get("ab").unwrap()).clone();
    link.attributes.insert("bandwidth".into(), bandwidth.into());
    if let Some(latency) = latency {
        link.attributes.insert("latency".into(), latency.into());
    }
    resolved.links.insert("ab".into(), std::sync::Arc::new(link));
    resolved
}

/// Bits per second of a real TCP transfer.
async fn transfer(bench: &Bench) -> f64 {
    use gp_lab::protocol::{Reply, Request};
    let lab = bench.driver.lab("line", "test");
    let text = "GET /bytes/60000 HTTP/1.1\r\nHost: two\r\n\r\n".to_owned();
    let (from, address) = ("one".to_owned(), "10.2.0.10".parse().unwrap());
    let begun = Instant::now();
    match lab.call(Request::Fetch { from, address, port: 8080, text }).await.unwrap() {
        Reply::Fetched(answer) => assert!(answer.len() > 60_000, "{} bytes", answer.len()),
        other => panic!("unexpected {other:?}"),
    }
    // Frames are somewhat larger than what they carry.
    60_000.0 * 8.0 * (1514.0 / 1448.0) / begun.elapsed().as_secs_f64()
}

#[test]
fn a_line_is_as_fast_as_it_is_drawn_and_changes_while_it_runs() {
    with_resolved("line", line("500 kbps", None), async |_, bench| {
        bench.driver.verify(&line("500 kbps", None)).await.unwrap();
        for (drawn, bits) in [("500 kbps", 500_000.0), ("1 Mbps", 1_000_000.0)] {
            bench.driver.converge(&line(drawn, None)).await.unwrap();
            let measured = transfer(bench).await;
            println!("{drawn}: {measured:.0} bits/s");
            assert!((measured - bits).abs() < 0.1 * bits, "{drawn}: {measured:.0} bits/s");
        }
        // What cannot be read slows nothing down.
        bench.driver.converge(&line("fast", None)).await.unwrap();
        assert!(transfer(bench).await > 2_000_000.0);
    });
}

#[test]
fn latency_is_imitated_or_it_is_said_that_it_is_not() {
    let resolved = line("100 Mbps", Some("30 ms"));
    with_resolved("latency", resolved.clone(), async |_, bench| {
        let verification = bench.driver.verify(&resolved).await.unwrap();
        let note = "ab: this kernel has no netem, so its latency and loss are not imitated";
        let said = verification.notes.iter().any(|said| said == note);
        let begun = Instant::now();
        assert_eq!(probe(bench, &resolved, "one", "10.2.0.10", "tcp/8080").await, Verdict::Open);
        // There and back.
        let slow = begun.elapsed() >= Duration::from_millis(60);
        assert_ne!(said, slow, "{:?}", verification.notes);
    });
}
