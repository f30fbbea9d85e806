//! Entries of a network ACL. ACLs forget connections: where the drawn filter remembers them, the
//! answers get entries of their own (ephemeral ports), which is what AWS asks of everybody. What
//! that cannot say is a diagnostic: see `acl_notes.rs`.

use super::{
    Facts, rule,
    six::{self, Six},
};
use gp_catalog::resolved::{Filter, FilterKind, FilterRule, Peer, Segment};
use gp_model::Protocol;
use ipnet::Ipv4Net;
use std::collections::BTreeSet;

/// One entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<'a> {
    /// Its place; lower ones are asked first.
    pub number: i64,
    /// Leaves the subnet.
    pub egress: bool,
    /// Allow or deny.
    pub allow: bool,
    /// `tcp`, `udp`, `icmp`, `icmpv6`, `-1`.
    pub protocol: &'static str,
    /// Source of ingress, destination of egress.
    pub range: End<'a>,
    /// First and last port, for TCP and UDP.
    pub ports: Option<(i64, i64)>,
}

/// The other end of an entry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum End<'a> {
    /// A range.
    Four(Ipv4Net),
    /// The same over IPv6.
    Six(Six<'a>),
}

/// Where answers arrive.
pub(super) const EPHEMERAL: (i64, i64) = (1024, 65535);

/// The entries of a filter: its rules in order, then answers. Rows at the end that deny everything
/// come last of all, for before the answers they would deny those as well.
pub fn entries<'a>(facts: &Facts<'a>, filter: &Filter) -> Vec<Entry<'a>> {
    let mut all = Vec::new();
    for egress in [false, true] {
        let rules = rules(filter, egress);
        let end = rules.iter().rposition(|rule| !denies_all(rule)).map_or(0, |last| last + 1);
        let mut number = 100;
        for rule in &rules[..end] {
            push(facts, filter, &mut all, rule, egress, &mut number);
        }
        if filter.stateful {
            let four = answers(facts, filter, egress).into_iter();
            let four = four.map(|(protocol, range)| (protocol, End::Four(range)));
            for (protocol, range) in four.chain(answers6(facts, filter, egress)) {
                let ports = matches!(protocol, "tcp" | "udp").then_some(EPHEMERAL);
                all.push(Entry { number, egress, allow: true, protocol, range, ports });
                number += 10;
            }
        }
        for rule in &rules[end..] {
            push(facts, filter, &mut all, rule, egress, &mut number);
        }
    }
    all
}

fn rules(filter: &Filter, egress: bool) -> &[FilterRule] {
    if egress { &filter.egress } else { &filter.ingress }
}

fn denies_all(rule: &FilterRule) -> bool {
    !rule.allow && rule.ports.is_none() && rule.peer == Peer::Any
}

fn push<'a>(
    facts: &Facts<'a>,
    filter: &Filter,
    all: &mut Vec<Entry<'a>>,
    rule: &FilterRule,
    egress: bool,
    number: &mut i64,
) {
    if !concerns(facts, filter, rule) {
        return;
    }
    let (protocol, ports) = rule::protocol(rule.ports);
    let ports = ports.filter(|_| matches!(protocol, "tcp" | "udp"));
    let four = ranges(facts, &rule.peer).into_iter().map(|range| (protocol, End::Four(range)));
    let six = ranges6(facts, filter, rule).into_iter();
    let six = six.map(|end| (over_ipv6(protocol), End::Six(end)));
    for (protocol, range) in four.chain(six) {
        all.push(Entry { number: *number, egress, allow: rule.allow, protocol, range, ports });
        *number += 10;
    }
}

/// Who a rule means over IPv6, where what the filter stands before has that.
fn ranges6<'a>(facts: &Facts<'a>, filter: &Filter, rule: &FilterRule) -> Vec<Six<'a>> {
    let segments = filter.applies_to.iter().filter_map(|id| facts.resolved.segments.get(id));
    let has_six = segments.into_iter().any(|segment| six::number(facts, segment).is_some());
    // A near end that is an IPv4 range is nobody there.
    let near = !matches!(near_end(rule), Some(Peer::Cidr { .. } | Peer::Service { .. }));
    if has_six && near { six::ranges(facts, &rule.peer) } else { Vec::new() }
}

fn over_ipv6(protocol: &'static str) -> &'static str {
    if protocol == "icmp" { "icmpv6" } else { protocol }
}

/// The same as [`answers`], over IPv6.
fn answers6<'a>(facts: &Facts<'a>, filter: &Filter, egress: bool) -> Vec<(&'static str, End<'a>)> {
    let mut found = Vec::new();
    let asked = rules(filter, !egress).iter().filter(|rule| rule.allow);
    for rule in asked.filter(|rule| concerns(facts, filter, rule)) {
        for end in ranges6(facts, filter, rule) {
            for protocol in protocols(rule) {
                let one = (over_ipv6(protocol), End::Six(end));
                if !found.contains(&one) {
                    found.push(one);
                }
            }
        }
    }
    found
}

/// The protocols of what a rule lets pass.
fn protocols(rule: &FilterRule) -> &'static [&'static str] {
    match rule.ports.map(|ports| ports.protocol) {
        // Everything would be more than answers.
        None => &["icmp", "tcp", "udp"],
        Some(Protocol::Icmp) => &["icmp"],
        Some(Protocol::Tcp) => &["tcp"],
        Some(Protocol::Udp) => &["udp"],
    }
}

/// Protocols and peers of the answers that pass one way: those to what is allowed the other way.
pub(super) fn answers(
    facts: &Facts<'_>,
    filter: &Filter,
    egress: bool,
) -> BTreeSet<(&'static str, Ipv4Net)> {
    let asked = rules(filter, !egress).iter().filter(|rule| rule.allow);
    let asked = asked.filter(|rule| concerns(facts, filter, rule));
    let all = asked.flat_map(|rule| {
        let pairs = |range| protocols(rule).iter().map(move |protocol| (*protocol, range));
        ranges(facts, &rule.peer).into_iter().flat_map(pairs).collect::<Vec<_>>()
    });
    all.collect()
}

/// The subnets that a filter's ACL is for. AWS gives a subnet one ACL: of several firewalls before
/// it, the one drawn nearest to it has it.
pub fn subnets<'a>(facts: &Facts<'a>, filter: &Filter) -> Vec<&'a Segment> {
    let own = filter.applies_to.iter().filter_map(|id| facts.resolved.segments.get(id));
    own.map(|segment| &**segment)
        .filter(|segment| before(facts, segment).is_some_and(|first| first.id == filter.id))
        .collect()
}

/// The firewall whose ACL a subnet has.
pub(super) fn before<'a>(facts: &Facts<'a>, segment: &Segment) -> Option<&'a Filter> {
    let filters = facts.resolved.filters.values().map(|filter| &**filter);
    let far = |filter: &Filter| {
        facts.resource(&filter.owner).is_none_or(|owner| facts.within(owner, "subnet").is_none())
    };
    filters
        .filter(|f| f.kind != FilterKind::SecurityGroup && f.applies_to.contains(&segment.id))
        .min_by_key(|f| (far(f), f.id.as_str()))
}

/// Whether a row says something of packets at what the filter stands before: of its own, or of those
/// that pass on their way to a NAT gateway there.
pub(super) fn concerns(facts: &Facts<'_>, filter: &Filter, rule: &FilterRule) -> bool {
    touches(facts, filter, rule) || lets_others_pass(facts, filter)
}

/// Whether a NAT gateway stands there, which carries what others send.
fn lets_others_pass(facts: &Facts<'_>, filter: &Filter) -> bool {
    let nats = facts.resolved.resources.values().filter(|it| it.kind == "nat-gateway");
    let mut places =
        nats.flat_map(|nat| nat.instances.iter()).filter_map(|nat| nat.segment.as_ref());
    places.any(|segment| filter.applies_to.contains(segment))
}

/// Whether a row's near end touches what the filter stands before. An ACL always means all of it.
fn touches(facts: &Facts<'_>, filter: &Filter, rule: &FilterRule) -> bool {
    let Some(near) = near_end(rule) else {
        return true;
    };
    if let Peer::Range6 { cidr, .. } = near {
        let segments = filter.applies_to.iter().filter_map(|id| facts.resolved.segments.get(id));
        let mut own = segments.filter_map(|segment| segment.cidr6);
        return own.any(|own| cidr.contains(&own) || own.contains(cidr));
    }
    let near = ranges(facts, near);
    own(facts, filter)
        .any(|own| near.iter().any(|range| range.contains(&own) || own.contains(range)))
}

/// Whether some row's near end is narrower than what the ACL stands before: it will mean more.
pub(super) fn widens(facts: &Facts<'_>, filter: &Filter) -> bool {
    let rules =
        filter.ingress.iter().chain(&filter.egress).filter(|rule| touches(facts, filter, rule));
    let four = rules.filter_map(near_end).filter(|near| !matches!(near, Peer::Range6 { .. }));
    four.into_iter().any(|near| {
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

pub(super) fn ranges(facts: &Facts<'_>, peer: &Peer) -> Vec<Ipv4Net> {
    match peer {
        Peer::Any | Peer::Service { .. } => vec![rule::EVERYBODY],
        Peer::Cidr { cidr } => vec![*cidr],
        Peer::Range6 { .. } => Vec::new(),
        Peer::Resource { id } => {
            facts.resource(id).map_or_else(Vec::new, |other| rule::addresses(facts, other))
        }
    }
}
