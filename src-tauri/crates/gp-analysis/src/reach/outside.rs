//! The internet as a set: every address that belongs to nothing drawn, cut into sets that no
//! rule and no route tells apart, and one address of each.

use super::World;
use crate::sets::{AddressSet, addresses};
use gp_catalog::resolved::{Peer, Resolved};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};

/// Ranges that no host on the internet has.
const RESERVED: [&str; 11] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
];

/// One address per set of outside addresses that are treated alike, in order of the sets.
pub(crate) fn representatives(world: &World, resolved: &Resolved) -> Vec<u32> {
    let told_apart = networks_named(resolved);
    let outside = outside(world);
    let mut cuts: BTreeSet<u32> = outside.ranges().iter().map(|(low, _)| *low).collect();
    for &(low, high) in &told_apart {
        cuts.extend([Some(low), high.checked_add(1)].into_iter().flatten());
    }
    let mut alike: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
    for cut in cuts.into_iter().filter(|cut| outside.contains(*cut)) {
        let holders =
            (0..).zip(&told_apart).filter(|(_, (low, high))| (*low..=*high).contains(&cut));
        alike.entry(holders.map(|(number, _)| number).collect()).or_insert(cut);
    }
    alike.into_values().collect()
}

fn outside(world: &World) -> AddressSet {
    let reserved = RESERVED.iter().filter_map(|text| text.parse::<Ipv4Net>().ok()).map(addresses);
    let drawn = world.areas.iter().map(|area| area.range);
    let known = world.public.keys().map(|address| (*address, *address));
    AddressSet::from_ranges(reserved.chain(drawn).chain(known)).complement()
}

/// Every network that a rule or a route names, once each; those within a drawn or reserved
/// range change nothing outside and cost little.
fn networks_named(resolved: &Resolved) -> Vec<(u32, u32)> {
    let mut named = BTreeSet::new();
    for filter in resolved.filters.values() {
        for rule in filter.ingress.iter().chain(&filter.egress) {
            for peer in std::iter::once(&rule.peer).chain(&rule.source).chain(&rule.destination) {
                if let Peer::Cidr { cidr } = peer {
                    named.insert(addresses(*cidr));
                }
            }
        }
    }
    for table in resolved.route_tables.values() {
        named.extend(table.routes.iter().map(|route| addresses(route.destination)));
    }
    let reserved: Vec<(u32, u32)> =
        RESERVED.iter().filter_map(|text| text.parse::<Ipv4Net>().ok()).map(addresses).collect();
    let inside = |(low, high): &(u32, u32)| reserved.iter().any(|(a, b)| a <= low && high <= b);
    named.into_iter().filter(|range| !inside(range)).collect()
}
