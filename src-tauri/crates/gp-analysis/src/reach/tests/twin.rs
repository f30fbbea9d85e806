//! The engine and its brute-force twin give the same answer to every question about random small
//! designs, and the twin finds every mistake that is planted into the engine.

use crate::reach::{World, bugs::Bug, cases};
use gp_catalog::Resolved;
use gp_model::{PortSpec, Protocol};
use gp_reach_twin::{Simulator, random};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
};

type Packet = (Protocol, u16);
/// Source and destination → packets that arrive, and those that are answered.
type Table = BTreeMap<(String, String), (BTreeSet<Packet>, BTreeSet<Packet>)>;

fn addresses(resolved: &Resolved, name: &str) -> Vec<Ipv4Addr> {
    let (_, instance) = resolved.instances().find(|(_, i)| i.address == name).unwrap();
    [instance.ip, instance.public_ip].into_iter().flatten().collect()
}

/// Sends everything from everywhere to everywhere.
fn simulated(resolved: &Resolved, hops: &mut BTreeMap<&'static str, u64>) -> Table {
    simulated_with(resolved, &random::packets(), hops)
}

fn simulated_with(
    resolved: &Resolved,
    packets: &[Packet],
    hops: &mut BTreeMap<&'static str, u64>,
) -> Table {
    let mut simulator = Simulator::new(resolved);
    let names: Vec<String> = resolved.instances().map(|(_, i)| i.address.clone()).collect();
    let mut table = Table::new();
    for from in &names {
        let others = names.iter().filter(|to| *to != from);
        let targets: Vec<Ipv4Addr> = others.flat_map(|to| addresses(resolved, to)).collect();
        for target in targets {
            for &(protocol, port) in packets {
                for arrival in simulator.send(from, None, target, protocol, port) {
                    let cell = table.entry((from.clone(), arrival.at)).or_default();
                    cell.0.insert((arrival.protocol, arrival.port));
                    if arrival.answered {
                        cell.1.insert((arrival.protocol, arrival.port));
                    }
                }
            }
        }
    }
    for (hop, count) in &simulator.hops {
        *hops.entry(hop).or_default() += count;
    }
    table
}

/// The first cell in which the engine says something else.
fn disagreement(resolved: &Resolved, world: &World, table: &Table) -> Option<String> {
    disagreement_in(resolved, world, table, &random::packets())
}

fn disagreement_in(
    resolved: &Resolved,
    world: &World,
    table: &Table,
    packets: &[Packet],
) -> Option<String> {
    let names: Vec<&str> = resolved.instances().map(|(_, i)| i.address.as_str()).collect();
    for from in &names {
        for to in names.iter().filter(|to| *to != from) {
            let numbers = (world.by_name[*from], world.by_name[*to]);
            let Some(origin) = world.origin(numbers.0) else { continue };
            let verdict = world.verdict(origin, numbers.1);
            let empty = Default::default();
            let (arrived, answered) =
                table.get(&((*from).to_owned(), (*to).to_owned())).unwrap_or(&empty);
            for &packet in packets {
                let proven = (
                    verdict.allowed.contains(packet.0, packet.1),
                    verdict.answered.contains(packet.0, packet.1),
                );
                let seen = (arrived.contains(&packet), answered.contains(&packet));
                if proven != seen {
                    return Some(format!(
                        "{from} → {to} {packet:?}: engine (allowed, answered) {proven:?}, twin {seen:?}"
                    ));
                }
            }
        }
    }
    None
}

#[test]
fn the_engine_agrees_with_its_twin_on_random_designs() {
    let cases = u64::from(cases(2000));
    let mut hops = BTreeMap::new();
    for number in 0..cases {
        let resolved = random::design(number);
        let table = simulated(&resolved, &mut hops);
        if let Some(wrong) = disagreement(&resolved, &World::new(&resolved), &table) {
            panic!("design {number}: {wrong}");
        }
    }
    let arrived = hops["arrived"];
    println!("{cases} designs, {arrived} packets arrived, by way of:");
    for (hop, count) in &hops {
        println!("  {hop:18} {count:9}  {:5.1} %", *count as f64 * 100.0 / arrived as f64);
        assert!(*count > cases / 2, "{hop} hardly occurs: {count}");
    }
    assert_eq!(hops.len(), 16, "every kind of hop occurs");
}

/// Sends these packets from everywhere to everywhere, and asks the engine the same.
pub fn agree(resolved: &Resolved, world: &World, packets: &[Packet]) {
    let table = simulated_with(resolved, packets, &mut BTreeMap::new());
    let wrong = disagreement_in(resolved, world, &table, packets);
    assert_eq!(wrong, None);
}

#[test]
fn the_twin_finds_every_planted_mistake() {
    let cases = u64::from(cases(2000));
    let mut missing: Vec<Bug> = Bug::ALL.to_vec();
    for number in 0..cases {
        if missing.is_empty() {
            break;
        }
        let resolved = random::design(number);
        let table = simulated(&resolved, &mut BTreeMap::new());
        missing.retain(|&bug| {
            let world = World { bug: Some(bug), ..World::new(&resolved) };
            let found = disagreement(&resolved, &world, &table);
            if let Some(wrong) = &found {
                println!("{bug:?} found by design {number}: {wrong}");
            }
            found.is_none()
        });
    }
    assert!(missing.is_empty(), "not found within {cases} designs: {missing:?}");
}

/// Everything the matrix, `connects` and the exposure say, against single packets.
#[test]
fn matrix_and_exposure_agree_with_single_packets() {
    let (mut cells, mut ranges, mut exposed) = (0, 0, 0);
    for number in 0..u64::from(cases(300)) {
        let resolved = random::design(number);
        let world = World::new(&resolved);
        let table = simulated(&resolved, &mut BTreeMap::new());
        let matrix = world.matrix();
        // A balancer that rewrites ports may tell apart what no rule does.
        let rewrites =
            resolved.resource("lb").is_some_and(|lb| lb.text("mode") == Some("pass-through"));
        let is_range = |service: PortSpec| service.low < service.high;
        for (row, cell) in matrix.rows().filter(|(_, cell)| !(rewrites && is_range(cell.service))) {
            // A range is cut so that its first packet speaks for all.
            let packet = (cell.service.protocol, cell.service.low);
            ranges += usize::from(is_range(cell.service));
            let pair = table.get(&(row.from.clone(), row.to.clone()));
            let seen = pair
                .map(|(arrived, answered)| (arrived.contains(&packet), answered.contains(&packet)));
            // Packets of ports that the twin does not send are not compared.
            if random::packets().contains(&packet) {
                let proven = (cell.allowed, cell.answered);
                assert_eq!(proven, seen.unwrap_or_default(), "design {number}: {row:?}");
                cells += 1;
            }
        }
        exposed += check_exposure(number, &resolved, &world);
    }
    assert!(
        cells > 2000 && ranges > 500 && exposed > 100,
        "{cells} cells, {ranges} of them ranges, {exposed} exposed end points"
    );
}

/// The internet as a set against packets from around every edge of every range in the design.
fn check_exposure(number: u64, resolved: &Resolved, world: &World) -> usize {
    if resolved.resource("internet").is_none() {
        return 0;
    }
    let mut simulator = Simulator::new(resolved);
    let edges = ["8.8.7.255", "8.8.8.0", "8.8.8.255", "8.8.9.0", "127.255.255.255", "128.0.0.1"];
    let mut sources: Vec<Ipv4Addr> = edges.iter().map(|text| text.parse().unwrap()).collect();
    sources.extend(
        ["1.1.1.1", "203.0.113.1", "11.0.0.0"].map(|text| text.parse::<Ipv4Addr>().unwrap()),
    );
    let mut seen: BTreeMap<String, BTreeSet<Packet>> = BTreeMap::new();
    let inside =
        |name: &str| resolved.instances().any(|(_, i)| i.address == name && i.segment.is_some());
    for target in resolved.instances().filter_map(|(_, i)| i.public_ip) {
        for (protocol, port) in random::packets() {
            for source in &sources {
                let arrivals = simulator.send("internet", Some(*source), target, protocol, port);
                for arrival in
                    arrivals.into_iter().filter(|a| inside(&a.at) && !a.at.starts_with("nat"))
                {
                    seen.entry(arrival.at).or_default().insert((arrival.protocol, arrival.port));
                }
            }
        }
    }
    let exposed = world.exposed_to_internet();
    let proven: BTreeMap<String, BTreeSet<Packet>> = exposed
        .iter()
        .map(|exposure| {
            let open = |(protocol, port): &Packet| exposure.allowed.contains(*protocol, *port);
            (exposure.instance.clone(), random::packets().into_iter().filter(open).collect())
        })
        .collect();
    assert_eq!(proven, seen, "design {number}");
    exposed.len()
}
