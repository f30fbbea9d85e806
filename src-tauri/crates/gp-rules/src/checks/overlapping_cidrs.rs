//! Two ranges that share addresses and are connected.
//!
//! Bad: two subnets 10.20.1.0/24 and 10.20.1.128/25 in one network, or two peered networks that overlap.
//!
//! Good: ranges that lie apart, or no ranges: they are allocated apart.
//!
//! Why: for the shared addresses nobody can say where a packet goes.

use super::prelude::*;
use ipnet::IpNet;
use std::{collections::BTreeMap, sync::Arc};

pub(crate) static RULE: Rule = Rule {
    id: "overlapping-cidrs",
    severity: Severity::Error,
    source: include_str!("overlapping_cidrs.rs"),
    reads: Reads {
        kinds: &["network", "subnet"],
        attributes: &["cidr", "ipv6-cidr"],
        near: &[Near::Links, Near::Others],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private 10.20.1.0/24
    subnet data isolated 10.20.1.128/25
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16 ipv6-cidr=fd12:3456:789a:100::/56
  network office 10.30.0.0/16 ipv6-cidr=fd12:3456:789a:100::/56
shop -> office
",
        ],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private 10.20.1.0/24
    subnet data isolated 10.20.2.0/24
"],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for attribute in RANGES {
        check_family(facts, attribute, found);
    }
}

fn check_family(facts: &Facts<'_>, attribute: &str, found: &mut Vec<Diagnostic>) {
    let mut within: BTreeMap<&Id, Vec<Ranged<'_>>> = BTreeMap::new();
    for subnet in facts.of_kind("subnet") {
        let range = range(subnet, attribute);
        if let (Some(net), Some(network)) = (range, facts.above(subnet, "network")) {
            within.entry(&network.id).or_default().push((net, subnet));
        }
    }
    for ranges in within.values_mut() {
        overlaps(ranges, |a, b| found.push(finding(attribute, a, b)));
    }
    // One with itself is said as what it is.
    let joins = |link: &&Arc<ResolvedLink>| link.kind == LinkKind::Peering && link.from != link.to;
    for link in facts.resolved.links.values().filter(joins) {
        let ends = [&link.from, &link.to]
            .map(|id| facts.resource(id).and_then(|r| Some((range(r, attribute)?, r))));
        if let [Some(a), Some(b)] = ends
            && (a.0.contains(&b.0) || b.0.contains(&a.0))
        {
            found.push(finding(attribute, a, b).and_at(Place::link(&link.id)));
        }
    }
}

type Ranged<'a> = (IpNet, &'a ResolvedResource);

/// Sorted by start, ranges nest or lie apart: one look back per range finds every overlap.
fn overlaps<'a>(ranges: &mut [Ranged<'a>], mut report: impl FnMut(Ranged<'a>, Ranged<'a>)) {
    ranges.sort_by_key(|(net, r)| (net.network(), net.prefix_len(), &r.id));
    let mut open: Vec<Ranged<'_>> = Vec::new();
    for range in ranges.iter() {
        while open.last().is_some_and(|(net, _)| net.broadcast() < range.0.network()) {
            open.pop();
        }
        if let Some(outer) = open.last() {
            report(*outer, *range);
        }
        open.push(*range);
    }
}

fn finding(attribute: &str, a: Ranged<'_>, b: Ranged<'_>) -> Diagnostic {
    // Say it where somebody wrote a range, so that leaving it out helps.
    let (a, b) = if is_set(b.1, attribute) { (a, b) } else { (b, a) };
    let [one, other] = both(b.1, a.1);
    let message = format!(
        "{} of “{one}” overlaps {} of “{other}”: leave it out, or choose another",
        b.0, a.0
    );
    let said = RULE
        .at(Place::attribute(&b.1.id, attribute), message)
        .and_at(Place::attribute(&a.1.id, attribute));
    if is_set(b.1, attribute) {
        said.fixed_by("Allocate the range", unset(&b.1.id, attribute))
    } else {
        said
    }
}
