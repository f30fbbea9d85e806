//! Power feed of a rack that cannot carry what hangs on it.
//!
//! Bad: 6 kW on both feeds of a rack whose feeds deliver 4 kW each.
//!
//! Good: what is plugged into both draws no more than one feed delivers alone: each is at most half
//! loaded.
//!
//! Why: when one feed fails, the other takes over all of it, trips as well, and the whole rack is dark.

use super::prelude::*;
use gp_analysis::physical::racks::{self, Feed};

pub(crate) static RULE: Rule = Rule {
    id: "power-feed-overloaded",
    severity: Severity::Error,
    source: include_str!("power_feed_overloaded.rs"),
    reads: Reads {
        kinds: &["hypervisor", "physical-server", "rack", "router", "storage-array", "switch"],
        attributes: &["power", "feeds", "feed-a", "feed-b", "height"],
        near: &[],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r"
site hall
  rack r1 feed-a=4 feed-b=4
    hypervisor one power=3000
    hypervisor two power=3000
",
            r"
site hall
  rack r1 feed-b=0
    switch leaf feeds=b
",
        ],
        silent: &[r"
site hall
  rack r1 feed-a=4 feed-b=4
    hypervisor one power=1900
    hypervisor two power=1900
    switch leaf feeds=b
  rack r2 feed-a=4 feed-b=0
    hypervisor three power=3900
"],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for rack in racks::all(facts.resolved) {
        let Some(resource) = facts.resource(&rack.rack) else { continue };
        for feed in rack.feeds.iter().filter(|feed| feed.alone > feed.capacity) {
            let message = said(called(resource), feed);
            let attribute = if feed.name == 'A' { "feed-a" } else { "feed-b" };
            found.push(RULE.at(Place::attribute(&rack.rack, attribute), message));
        }
    }
}

fn said(rack: &str, feed: &Feed) -> String {
    let (name, other) = (feed.name, if feed.name == 'A' { 'B' } else { 'A' });
    let (alone, capacity) = (kilowatts(feed.alone), kilowatts(feed.capacity));
    if feed.capacity <= 0.0 {
        return format!(
            "“{rack}” has no feed {name}, but {alone} hangs on it: plug that into feed {other}"
        );
    }
    if feed.load > feed.capacity {
        let load = kilowatts(feed.load);
        return format!(
            "feed {name} of “{rack}” delivers {capacity}, but {load} is drawn from it: take something out, or ask for more power"
        );
    }
    format!(
        "feed {name} of “{rack}” delivers {capacity}, but has to carry {alone} when feed {other} fails: take something out, or ask for more power"
    )
}

/// To the last ten watts.
fn kilowatts(watts: f64) -> String {
    format!("{} kW", (watts / 10.0).round() / 100.0)
}
