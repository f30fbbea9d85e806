//! One packet's way, as every namespace counts it: the client's port tells it from all others, on the
//! way there and back. The counters stand beside the drawn rules, in a table of their own, for a moment.

use super::{firewall, look, prober::Prober, space::Netns};
use crate::{
    blueprint::{Blueprint, Cable, Far},
    protocol::{Counted, Probe, Seen, Traced},
};
use gp_model::{PortSpec, Protocol};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicU16, Ordering},
};

/// The table's name.
const TABLE: &str = "gp_watch";
/// Ports that nothing else sends from: above those that Linux gives out.
const FIRST_PORT: u16 = 61_100;
const PORTS: u16 = 3_900;
/// No packet of a drawing passes more namespaces.
const LONGEST: usize = 24;

/// What one namespace counted.
#[derive(Default)]
struct Count {
    /// By device: packets that came in on their way there.
    came: BTreeMap<String, u64>,
    /// Handed to somebody in the namespace.
    taken: u64,
    /// Answers that came by.
    answers: u64,
}

/// Sends one connection's packets and says where they were seen, in order.
pub async fn trace(prober: &Prober, blueprint: &Blueprint, probe: &Probe) -> Traced {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let port = FIRST_PORT + NEXT.fetch_add(1, Ordering::Relaxed) % PORTS;
    let all: Vec<(String, Netns)> =
        prober.spaces.iter().map(|(name, netns)| (name.clone(), netns.clone())).collect();
    let scripts: Vec<(String, Netns, String)> = all
        .iter()
        .map(|(name, netns)| {
            let script = script(probe.ports.protocol, port, &devices(blueprint, name));
            (name.clone(), netns.clone(), script)
        })
        .collect();
    let watched = firewall::feed_all(&prober.home, &scripts).await;
    let sender = PortSpec { protocol: probe.ports.protocol, low: port, high: port };
    let probe = Probe { clients: vec![sender], drawn: false, ..probe.clone() };
    let probed = prober.one(&probe).await;
    let listing = look::rules_in(&prober.home, &all, TABLE);
    let gone = format!("delete table inet {TABLE}\n");
    let ends: Vec<_> =
        scripts.into_iter().map(|(name, netns, _)| (name, netns, gone.clone())).collect();
    let _ = firewall::feed_all(&prober.home, &ends).await;
    let counts: BTreeMap<String, Count> =
        listing.iter().map(|(name, rules)| (name.clone(), count(rules))).collect();
    let mut way = way(blueprint, &probe.from, &counts);
    for seen in &mut way {
        let rules = probed.counted.get(&seen.space).into_iter().flatten();
        let rules = rules.filter(|(rule, _)| !is_ours(rule));
        seen.rules = rules
            .map(|(rule, packets)| Counted { rule: rule.clone(), packets: *packets })
            .collect();
    }
    Traced { tried: probed.results[0], way, unwatched: watched.err() }
}

/// The devices of a namespace.
fn devices(blueprint: &Blueprint, space: &str) -> BTreeSet<String> {
    let ends = blueprint.cables.values().flat_map(Cable::ends);
    ends.filter(|end| end.space == space).map(|end| end.device.clone()).collect()
}

/// Counters before anything is rewritten, and after all that may refuse.
fn script(protocol: Protocol, port: u16, devices: &BTreeSet<String>) -> String {
    let (there, back) = match protocol {
        Protocol::Icmp => ("icmp type echo-request".to_owned(), "icmp type echo-reply".to_owned()),
        other => (format!("{other} sport {port}"), format!("{other} dport {port}")),
    };
    let mut lines = vec![
        format!("table inet {TABLE} {{"),
        " chain gp_came { type filter hook prerouting priority -400;".to_owned(),
    ];
    for device in devices {
        lines.push(format!("  iifname \"{device}\" {there} counter comment \"came {device}\""));
    }
    lines.push(format!("  {back} counter comment \"answer\""));
    lines.push(" }".to_owned());
    lines.push(" chain gp_taken { type filter hook input priority 400;".to_owned());
    lines.push(format!("  {there} counter comment \"taken\""));
    lines.push(" }\n}\n".to_owned());
    lines.join("\n")
}

/// Whether a counter is one of the watching table.
fn is_ours(rule: &str) -> bool {
    matches!(rule, "taken" | "answer") || rule.starts_with("came ")
}

fn count(rules: &BTreeMap<String, u64>) -> Count {
    let mut count = Count::default();
    for (rule, packets) in rules.iter().filter(|(_, packets)| **packets > 0) {
        match rule.split_once(' ') {
            Some(("came", device)) => drop(count.came.insert(device.to_owned(), *packets)),
            None if rule == "taken" => count.taken = *packets,
            None if rule == "answer" => count.answers = *packets,
            _ => {}
        }
    }
    count
}

/// The namespaces in the order in which a packet can have come through them: each next one has a cable
/// to the one before, or stands at the same bridge.
fn way(blueprint: &Blueprint, from: &str, counts: &BTreeMap<String, Count>) -> Vec<Seen> {
    let seen = |space: &str, device: Option<String>| Seen {
        space: space.to_owned(),
        device,
        taken: counts.get(space).is_some_and(|count| count.taken > 0),
        answered: counts.get(space).is_some_and(|count| count.answers > 0),
        rules: Vec::new(),
    };
    let mut way = vec![seen(from, None)];
    let mut left: BTreeMap<(&str, &str), u64> = counts
        .iter()
        .flat_map(|(space, count)| {
            count.came.iter().map(|(device, packets)| ((space.as_str(), device.as_str()), *packets))
        })
        .collect();
    // A packet that was sent again is one more everywhere: the least of them is one way.
    let again = left.values().copied().min().unwrap_or(1).max(1);
    for packets in left.values_mut() {
        *packets = packets.div_ceil(again);
    }
    let (mut so_far, mut best) = (Vec::new(), Vec::new());
    longest(blueprint, from, &mut left, &mut so_far, &mut best);
    way.extend(best.into_iter().map(|(space, device)| seen(space, Some(device.to_owned()))));
    way
}

/// The place and device of something that was counted.
type At<'a> = (&'a str, &'a str);

/// The way that goes by the most of what was counted: from a router a packet may seem to go on in several
/// directions, and only one of them leaves nothing over.
fn longest<'a>(
    blueprint: &Blueprint,
    at: &str,
    left: &mut BTreeMap<At<'a>, u64>,
    so_far: &mut Vec<At<'a>>,
    best: &mut Vec<At<'a>>,
) {
    if so_far.len() > best.len() {
        best.clone_from(so_far);
    }
    let over: u64 = left.values().sum();
    if over == 0 || so_far.len() >= LONGEST {
        return;
    }
    let goes_on =
        |(space, device): At<'_>| space != at && are_neighbours(blueprint, at, space, device);
    let open = left.iter().filter(|(_, packets)| **packets > 0).map(|(next, _)| *next);
    let next: Vec<At<'a>> = open.filter(|next| goes_on(*next)).collect();
    for next in next {
        *left.entry(next).or_default() -= 1;
        so_far.push(next);
        longest(blueprint, next.0, left, so_far, best);
        so_far.pop();
        *left.entry(next).or_default() += 1;
        if best.len() as u64 == so_far.len() as u64 + over {
            return;
        }
    }
}

/// Whether what leaves one namespace can come into another by this device.
fn are_neighbours(blueprint: &Blueprint, one: &str, other: &str, device: &str) -> bool {
    let is = |end: &crate::blueprint::End| end.space == other && end.device == device;
    blueprint.cables.values().filter(|cable| cable.ends().any(is)).any(|cable| match &cable.to {
        Far::Space(_) => cable.ends().any(|end| end.space == one),
        Far::Bridge { segment, .. } => blueprint.cables.values().any(|beside| {
            let here = matches!(&beside.to, Far::Bridge { segment: at, .. } if at == segment);
            here && beside.end.space == one
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blueprint::End;

    fn cable(space: &str, device: &str, to: Far) -> Cable {
        let end = End { space: space.into(), device: device.into(), ..End::default() };
        Cable { owner: String::new(), end, to }
    }

    #[test]
    fn a_way_goes_through_a_router_twice_where_a_hop_stands_beside_it() {
        let bridge = |segment: &str| Far::Bridge { segment: segment.into(), device: String::new() };
        let mut blueprint = Blueprint::default();
        let core = End { space: "core".into(), device: "n".into(), ..End::default() };
        for (name, cable) in [
            ("app", cable("app", "eth0", bridge("one"))),
            ("one", cable("router", "s-one", bridge("one"))),
            ("nat", cable("nat", "eth0", bridge("two"))),
            ("two", cable("router", "s-two", bridge("two"))),
            ("up", cable("router", "up", Far::Space(core))),
        ] {
            blueprint.cables.insert(name.into(), cable);
        }
        let came = |all: &[&str]| Count {
            came: all.iter().map(|device| ((*device).to_owned(), 2)).collect(),
            ..Count::default()
        };
        let counts = BTreeMap::from([
            ("router".to_owned(), came(&["s-one", "s-two"])),
            ("nat".to_owned(), came(&["eth0"])),
            ("core".to_owned(), came(&["n"])),
        ]);
        let way = way(&blueprint, "app", &counts);
        let spaces: Vec<&str> = way.iter().map(|seen| &*seen.space).collect();
        assert_eq!(spaces, ["app", "router", "nat", "router", "core"]);
    }
}
