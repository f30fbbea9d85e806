//! What can be counted in a design: kinds, addresses, cores, bytes, zones. What providers ask for it is
//! in `cost.rs`; what they promise is not told: nothing in the catalog says it.

use crate::{
    dto::{FiguresDto, KindCountDto, RoomDto, SpreadDto, SumDto},
    judged::Judged,
};
use gp_catalog::{
    Resolved,
    resolve::tables,
    resolved::{ResolvedResource, Segment},
    units,
};
use gp_model::{Lifecycle, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Attributes that say a size of something, and what it is counted as.
const SUMS: [(&str, &[&str]); 3] =
    [("cpu", &["cpu"]), ("memory", &["memory"]), ("disk", &["disk", "storage", "size"])];

/// The figures of a design in the judged environment.
pub fn of(judged: &Judged) -> FiguresDto {
    let resolved = &*judged.resolved;
    FiguresDto {
        environment: judged.environment.to_string(),
        kinds: kinds(resolved),
        networks: networks(resolved),
        subnets: resolved.segments.values().map(|segment| subnet(resolved, segment)).collect(),
        sums: SUMS.iter().filter_map(|(what, names)| sum(resolved, what, names)).collect(),
    }
}

/// In which zones what stands that stands in zones at all: what is in one alone fails with it.
pub fn spread(judged: &Judged) -> Vec<SpreadDto> {
    let ours = judged.resolved.resources.values();
    ours.filter(|it| it.lifecycle == Lifecycle::Managed)
        .filter_map(|it| {
            let stands = it.instances.iter().filter_map(|one| one.zone.as_ref());
            // A standby is no instance of its own: it has one's address when that one fails.
            let standby = it.zones.iter().filter(|_| it.flag("standby"));
            let zones: BTreeSet<&String> = stands.chain(standby).collect();
            let zones: Vec<String> = zones.into_iter().cloned().collect();
            let scopes = &judged.resolved.scopes;
            let region = it.ancestors.iter().find(|above| scopes.contains_key(*above));
            let region = region.map(ToString::to_string);
            (!zones.is_empty()).then(|| SpreadDto { id: it.id.to_string(), zones, region })
        })
        .collect()
}

fn kinds(resolved: &Resolved) -> Vec<KindCountDto> {
    let mut counts: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for resource in resolved.resources.values() {
        let count = counts.entry(&resource.kind).or_default();
        count.0 += 1;
        count.1 += resource.instances.len() as u32;
    }
    let one =
        |(kind, (drawn, real)): (&str, _)| KindCountDto { kind: kind.to_owned(), drawn, real };
    counts.into_iter().map(one).collect()
}

fn networks(resolved: &Resolved) -> Vec<RoomDto> {
    let networks = resolved.resources.values().filter(|resource| resource.kind == "network");
    networks
        .filter_map(|network| {
            let cidr: ipnet::Ipv4Net = text(network, "cidr")?.parse().ok()?;
            let tiers = resolved.resources.values().filter(|tier| {
                tier.kind == "subnet" && tier.ancestors.first() == Some(&network.id)
            });
            let tiers = tiers.filter_map(|tier| text(tier, "cidr")?.parse().ok()).map(size);
            let beside = resolved.companions.iter().filter(|range| range.network == network.id);
            Some(RoomDto {
                id: network.id.to_string(),
                title: network.title.clone(),
                zone: None,
                cidr: cidr.to_string(),
                size: size(cidr),
                kept: 0,
                used: tiers.sum::<u64>() + beside.map(|range| size(range.cidr)).sum::<u64>(),
            })
        })
        .collect()
}

fn subnet(resolved: &Resolved, segment: &Segment) -> RoomDto {
    let (first, last) = tables::reserved_anywhere();
    let instances = resolved.instances().map(|(_, instance)| instance);
    let here = instances.filter(|one| one.segment.as_ref() == Some(&segment.id));
    RoomDto {
        id: segment.subnet.to_string(),
        title: resolved.resource(&segment.subnet).map_or_else(String::new, |r| r.title.clone()),
        zone: segment.zone.clone(),
        cidr: segment.cidr.to_string(),
        size: size(segment.cidr),
        kept: u64::from(first + last).min(size(segment.cidr)),
        used: here.filter(|one| one.ip.is_some()).count() as u64,
    }
}

fn size(cidr: ipnet::Ipv4Net) -> u64 {
    1 << (32 - cidr.prefix_len())
}

fn text<'r>(resource: &'r ResolvedResource, name: &str) -> Option<&'r str> {
    match &resource.attributes.get(name)?.value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// Over what is ours to make; `None` where nothing says it.
fn sum(resolved: &Resolved, what: &str, names: &[&str]) -> Option<SumDto> {
    let mut sum = SumDto { what: what.to_owned(), amount: 0.0, over: 0 };
    for resource in resolved.resources.values() {
        if resource.lifecycle != Lifecycle::Managed {
            continue;
        }
        let Some(amount) = names.iter().find_map(|name| amount(resource, name)) else { continue };
        sum.amount += amount * resource.instances.len() as f64;
        sum.over += resource.instances.len() as u32;
    }
    (sum.over > 0).then_some(sum)
}

fn amount(resource: &ResolvedResource, name: &str) -> Option<f64> {
    match &resource.attributes.get(name)?.value {
        Value::Integer(number) => Some(*number as f64),
        Value::Float(number) => Some(*number),
        Value::String(text) => units::size(text).ok().map(|bytes| bytes as f64),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SKETCH: &str = "region r zones a,b location=frankfurt\n  network n 10.20.0.0/16\n    subnet s 10.20.1.0/24\n      server app x3 cpu=2\n";

    #[test]
    fn used_addresses_are_those_of_instances_and_a_network_is_used_by_its_subnets() {
        let figures = of(&crate::judged::judge(
            &gp_testkit::sketch(SKETCH),
            &crate::own_kinds::program(),
            None,
            1,
        ));
        let used: u64 = figures.subnets.iter().map(|subnet| subnet.used).sum();
        assert_eq!(used, 3);
        assert!(figures.subnets.iter().all(|subnet| subnet.kept == 6), "{:?}", figures.subnets);
        assert_eq!((figures.networks[0].size, figures.networks[0].used), (65_536, 256));
        let server = figures.kinds.iter().find(|count| count.kind == "server").unwrap();
        assert_eq!((server.drawn, server.real), (1, 3));
        let cores = figures.sums.iter().find(|sum| sum.what == "cpu").unwrap();
        assert_eq!((cores.amount, cores.over), (6.0, 3));
    }

    #[test]
    fn what_has_one_zone_is_told_from_what_has_several_and_from_what_has_none() {
        let text = "region r zones a,b location=frankfurt\n  bucket pictures\n  network n 10.20.0.0/16\n    \
            subnet s 10.20.1.0/24\n      server app x3\n      server one\n    subnet t 10.20.2.0/24 zones b\n      server two x2\n";
        let all = spread(&crate::judged::judge(
            &gp_testkit::sketch(text),
            &crate::own_kinds::program(),
            None,
            1,
        ));
        let said: Vec<String> =
            all.iter().map(|it| format!("{} {}", it.id, it.zones.join(","))).collect();
        assert_eq!(said, ["app a,b", "one a", "two b"]);
        assert!(all.iter().all(|it| it.region.as_deref() == Some("r")), "{all:?}");
    }

    #[test]
    fn a_standby_stands_in_another_zone_without_an_instance_of_its_own() {
        let text = "region r zones a,b location=frankfurt\n  network n 10.20.0.0/16\n    \
            subnet s 10.20.1.0/24\n      database orders standby=true\n      database notes\n";
        let all = spread(&crate::judged::judge(
            &gp_testkit::sketch(text),
            &crate::own_kinds::program(),
            None,
            1,
        ));
        let said: Vec<String> =
            all.iter().map(|it| format!("{} {}", it.id, it.zones.join(","))).collect();
        assert_eq!(said, ["notes a", "orders a,b"]);
    }
}
