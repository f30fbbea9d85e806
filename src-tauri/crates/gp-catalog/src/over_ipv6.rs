//! A design as its IPv6 packets see it, in an address space of 32 bits: what judges reachability knows
//! addresses of that width only, and asks nothing of them but which range holds which. So every IPv6
//! range and address becomes an IPv4 one that lies in the same ranges, and nothing else is changed:
//! what speaks IPv4 only has no address here, and a rule about IPv4 addresses is about nobody.
//!
//! Where AWS's semantics apply an address in a tier with a route to the internet is a public one;
//! elsewhere one that asks for a public address.

use crate::ordered::Ordered;
use crate::{
    Resolved,
    resolved::{
        Filter, FilterRule, Instance, Peer, ResolvedResource, Route, RouteTable, Segment, Via,
    },
};
use gp_model::Provider;
use ipnet::{Ipv4Net, Ipv6Net};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
    sync::Arc,
};

/// Where the ranges are put: nothing outside is there.
const SPACE: Ipv4Net = Ipv4Net::new_assert(Ipv4Addr::new(10, 0, 0, 0), 8);

/// A design over IPv6, and what its addresses stand for.
#[derive(Clone, Debug)]
pub struct OverIpv6 {
    /// The design.
    pub resolved: Resolved,
    /// What each range in it is in truth; an address is a range of one.
    pub real: BTreeMap<Ipv4Net, Ipv6Net>,
}

impl Resolved {
    /// The design as IPv6 packets see it; `None` where no network has IPv6.
    pub fn over_ipv6(&self) -> Option<OverIpv6> {
        if self.segments.values().all(|segment| segment.cidr6.is_none()) {
            return None;
        }
        let space = Space::new(named(self))?;
        let mut resolved = self.clone();
        resolved.segments = segments(self, &space);
        resolved.route_tables = tables(self, &space);
        resolved.filters =
            self.filters.iter().map(|(id, f)| (id.clone(), filter(f, &space))).collect();
        resolved.resources =
            self.resources.iter().map(|(id, r)| (id.clone(), resource(self, r, &space))).collect();
        Some(OverIpv6 {
            resolved,
            real: space.0.into_iter().map(|(six, four)| (four, six)).collect(),
        })
    }
}

/// Every range and address that is in use.
fn named(resolved: &Resolved) -> BTreeSet<Ipv6Net> {
    let segments = resolved.segments.values().filter_map(|segment| segment.cidr6);
    let routes = resolved.route_tables.values().flat_map(|table| &table.routes6);
    let instances = resolved.instances().filter_map(|(_, instance)| instance.ip6);
    let filters = resolved.filters.values();
    let rules = filters.flat_map(|filter| filter.ingress.iter().chain(&filter.egress));
    let ends = rules.flat_map(ends_of).filter_map(|peer| match peer {
        Peer::Range6 { cidr, .. } => Some(*cidr),
        _ => None,
    });
    let ranges = segments.chain(routes.map(|route| route.destination)).chain(ends);
    ranges.chain(instances.map(Ipv6Net::from)).filter(|range| range.prefix_len() > 0).collect()
}

/// Where each range is.
struct Space(BTreeMap<Ipv6Net, Ipv4Net>);

impl Space {
    /// Ranges in ranges, each as large as what is in it; `None` where they are too many.
    fn new(ranges: BTreeSet<Ipv6Net>) -> Option<Self> {
        let ranges: Vec<Ipv6Net> = ranges.into_iter().collect();
        // In order a range comes before what is in it.
        let mut inside: Vec<Vec<usize>> = vec![Vec::new(); ranges.len()];
        let (mut open, mut top): (Vec<usize>, Vec<usize>) = (Vec::new(), Vec::new());
        for (at, range) in ranges.iter().enumerate() {
            while open.last().is_some_and(|last| !ranges[*last].contains(range)) {
                open.pop();
            }
            open.last().map_or(&mut top, |outer| &mut inside[*outer]).push(at);
            open.push(at);
        }
        let mut bits = vec![0_u8; ranges.len()];
        for at in (0..ranges.len()).rev() {
            if ranges[at].prefix_len() < 128 {
                bits[at] = bits_for(inside[at].iter().map(|one| bits[*one]), 1)?;
            }
        }
        bits_for(top.iter().map(|one| bits[*one]), 0).filter(|all| *all <= 24)?;
        let mut space = BTreeMap::new();
        let mut left = vec![(u32::from(SPACE.network()), top)];
        while let Some((mut start, mut here)) = left.pop() {
            // The largest first: each then begins at a multiple of its size.
            here.sort_by_key(|at| std::cmp::Reverse(bits[*at]));
            for at in here {
                space.insert(ranges[at], Ipv4Net::new(start.into(), 32 - bits[at]).ok()?);
                left.push((start, std::mem::take(&mut inside[at])));
                start += 1 << bits[at];
            }
        }
        Some(Self(space))
    }

    fn range(&self, range: Ipv6Net) -> Ipv4Net {
        self.0.get(&range).copied().unwrap_or_default()
    }
}

/// How many bits have room for ranges of these, and for some addresses of none.
fn bits_for(parts: impl Iterator<Item = u8>, spare: u64) -> Option<u8> {
    let size: u64 = parts.map(|bits| 1_u64 << bits).sum::<u64>() + spare;
    let bits = size.next_power_of_two().trailing_zeros() as u8;
    (bits <= 24).then_some(bits)
}

fn segments(resolved: &Resolved, space: &Space) -> Ordered<String, Arc<Segment>> {
    let all = resolved.segments.iter();
    let with = all.filter_map(|(id, segment)| Some((id, segment, segment.cidr6?)));
    with.map(|(id, segment, cidr6)| {
        let cidr = space.range(cidr6);
        (id.clone(), Arc::new(Segment { cidr, ..Segment::clone(segment) }))
    })
    .collect()
}

fn tables(resolved: &Resolved, space: &Space) -> Ordered<String, Arc<RouteTable>> {
    let one = |table: &RouteTable| RouteTable {
        routes: table
            .routes6
            .iter()
            .map(|route| Route {
                destination: space.range(route.destination),
                via: route.via.clone(),
                from: route.from.clone(),
            })
            .collect(),
        ..table.clone()
    };
    resolved.route_tables.iter().map(|(id, table)| (id.clone(), Arc::new(one(table)))).collect()
}

fn ends_of(rule: &FilterRule) -> impl Iterator<Item = &Peer> {
    std::iter::once(&rule.peer).chain(&rule.source).chain(&rule.destination)
}

fn filter(filter: &Arc<Filter>, space: &Space) -> Arc<Filter> {
    let is_any = |peer: &Peer| matches!(peer, Peer::Any | Peer::Resource { .. });
    let stays = |rule: &FilterRule| ends_of(rule).all(is_any);
    if filter.ingress.iter().chain(&filter.egress).all(stays) {
        return Arc::clone(filter);
    }
    let mut own = Filter::clone(filter);
    for rules in [&mut own.ingress, &mut own.egress] {
        let is_four = |peer: &Peer| matches!(peer, Peer::Cidr { .. } | Peer::Service { .. });
        rules.retain(|rule| !ends_of(rule).any(is_four));
        for rule in rules {
            let ends = std::iter::once(&mut rule.peer).chain(&mut rule.source);
            for end in ends.chain(&mut rule.destination) {
                if let Peer::Range6 { cidr, .. } = end {
                    *end = Peer::Cidr { cidr: space.range(*cidr) };
                }
            }
        }
    }
    Arc::new(own)
}

fn resource(
    resolved: &Resolved,
    resource: &Arc<ResolvedResource>,
    space: &Space,
) -> Arc<ResolvedResource> {
    if resource.instances.is_empty() {
        return Arc::clone(resource);
    }
    let mut own = ResolvedResource::clone(resource);
    for instance in Arc::make_mut(&mut own.instances) {
        let public = is_public(resolved, resource, instance);
        let ip = instance.ip6.map(|ip| space.range(ip.into()).network());
        instance.public_ip = match &instance.segment {
            Some(_) => ip.filter(|_| public),
            // Whoever is outside speaks both, unless an address is known of them.
            None => instance.public_ip.filter(|_| is_anybody(resource)),
        };
        instance.ip = ip;
    }
    Arc::new(own)
}

fn is_anybody(resource: &ResolvedResource) -> bool {
    matches!(resource.kind.as_str(), "internet" | "user" | "external-system")
        && ["cidr", "address"].iter().all(|name| resource.value(name).is_none())
}

fn is_public(resolved: &Resolved, resource: &ResolvedResource, instance: &Instance) -> bool {
    let segment = instance.segment.as_ref().and_then(|id| resolved.segments.get(id));
    let table = segment.and_then(|segment| resolved.route_tables.get(&segment.route_table));
    let mut routes = table.into_iter().flat_map(|table| &table.routes6);
    if !routes.any(|route| route.via == Via::InternetGateway) {
        return false;
    }
    // An internal load balancer is not reached from there, whatever leads to it.
    let asks = resolved.environment.semantics != Provider::Aws || resource.kind == "load-balancer";
    !asks || instance.public_ip.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_range() -> impl Strategy<Value = Ipv6Net> {
        // Close together, so that many lie in each other.
        let address = (0_u128..4, 0_u128..4, 0_u128..4)
            .prop_map(|(a, b, c)| (0xfd_u128 << 120) | (a << 80) | (b << 64) | c);
        let prefix = prop_oneof![Just(40_u8), Just(48), Just(56), Just(64), Just(128)];
        (address, prefix).prop_map(|(a, p)| Ipv6Net::new(a.into(), p).unwrap().trunc())
    }

    proptest! {
        #![proptest_config(crate::cases())]
        #[test]
        fn what_lies_in_a_range_lies_in_it_still(
            ranges in proptest::collection::btree_set(any_range(), 1..60)
        ) {
            let space = Space::new(ranges.clone()).unwrap();
            for a in &ranges {
                let own = space.range(*a);
                prop_assert!(SPACE.contains(&own) && own.trunc() == own, "{a} is {own}");
                for b in ranges.iter().filter(|b| *b != a) {
                    prop_assert_eq!(own.contains(&space.range(*b)), a.contains(b), "{} {}", a, b);
                }
            }
        }
    }
}
