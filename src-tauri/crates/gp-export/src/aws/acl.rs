//! Entries of a network ACL. ACLs forget connections: where the drawn filter remembers them, the
//! answers get entries of their own (ephemeral ports), which is what AWS asks of everybody.

use super::{Facts, rule};
use gp_catalog::resolved::{Filter, FilterRule, Peer};
use ipnet::Ipv4Net;
use std::collections::BTreeSet;

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its place; lower ones are asked first.
    pub number: i64,
    /// Leaves the subnet.
    pub egress: bool,
    /// Allow or deny.
    pub allow: bool,
    /// `tcp`, `udp`, `icmp`, `-1`.
    pub protocol: &'static str,
    /// Source of ingress, destination of egress.
    pub range: Ipv4Net,
    /// First and last port, for TCP and UDP.
    pub ports: Option<(i64, i64)>,
}

/// Where answers arrive.
const EPHEMERAL: (i64, i64) = (1024, 65535);

/// The entries of a filter: its rules in order, then answers.
pub fn entries(facts: &Facts<'_>, filter: &Filter) -> Vec<Entry> {
    let mut all = Vec::new();
    for (egress, rules) in [(false, &filter.ingress), (true, &filter.egress)] {
        let mut number = 100;
        for rule in rules {
            push(facts, filter, &mut all, rule, egress, &mut number);
        }
        if filter.stateful {
            let opposite = if egress { &filter.ingress } else { &filter.egress };
            answers(facts, filter, &mut all, opposite, egress, &mut number);
        }
    }
    all
}

fn push(
    facts: &Facts<'_>,
    filter: &Filter,
    all: &mut Vec<Entry>,
    rule: &FilterRule,
    egress: bool,
    number: &mut i64,
) {
    if !concerns(facts, filter, rule) {
        return;
    }
    let (protocol, ports) = rule::protocol(rule.ports);
    let ports = ports.filter(|_| matches!(protocol, "tcp" | "udp"));
    for range in ranges(facts, &rule.peer) {
        all.push(Entry { number: *number, egress, allow: rule.allow, protocol, range, ports });
        *number += 10;
    }
}

fn answers(
    facts: &Facts<'_>,
    filter: &Filter,
    all: &mut Vec<Entry>,
    asked: &[FilterRule],
    egress: bool,
    number: &mut i64,
) {
    let mut seen = BTreeSet::new();
    for rule in asked.iter().filter(|rule| rule.allow && concerns(facts, filter, rule)) {
        let (protocol, _) = rule::protocol(rule.ports);
        for range in ranges(facts, &rule.peer) {
            if seen.insert((protocol, range)) {
                let ports = matches!(protocol, "tcp" | "udp").then_some(EPHEMERAL);
                all.push(Entry { number: *number, egress, allow: true, protocol, range, ports });
                *number += 10;
            }
        }
    }
}

/// Whether a row's near end touches what the filter stands before. An ACL always means all of it.
fn concerns(facts: &Facts<'_>, filter: &Filter, rule: &FilterRule) -> bool {
    let Some(near) = near_end(rule) else {
        return true;
    };
    let near = ranges(facts, near);
    own(facts, filter)
        .any(|own| near.iter().any(|range| range.contains(&own) || own.contains(range)))
}

/// Whether some row's near end is narrower than what the ACL stands before: it will mean more.
pub fn widens(facts: &Facts<'_>, filter: &Filter) -> bool {
    let rules =
        filter.ingress.iter().chain(&filter.egress).filter(|rule| concerns(facts, filter, rule));
    rules.filter_map(near_end).any(|near| {
        let near = ranges(facts, near);
        own(facts, filter).any(|own| !near.iter().any(|range| range.contains(&own)))
    })
}

fn near_end(rule: &FilterRule) -> Option<&Peer> {
    rule.destination.as_ref().or(rule.source.as_ref())
}

fn own<'f>(facts: &'f Facts<'_>, filter: &'f Filter) -> impl Iterator<Item = Ipv4Net> + 'f {
    filter
        .applies_to
        .iter()
        .filter_map(|id| facts.resolved.segments.get(id))
        .map(|segment| segment.cidr)
}

fn ranges(facts: &Facts<'_>, peer: &Peer) -> Vec<Ipv4Net> {
    match peer {
        Peer::Any | Peer::Service { .. } => vec![rule::EVERYBODY],
        Peer::Cidr { cidr } => vec![*cidr],
        Peer::Resource { id } => {
            facts.resource(id).map_or_else(Vec::new, |other| rule::addresses(facts, other))
        }
    }
}
