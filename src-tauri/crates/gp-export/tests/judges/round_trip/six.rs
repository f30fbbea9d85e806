//! IPv6 in the way back, as lines that name subnets by their IPv4 range: what the drawing says, and how
//! the readers write what they found. AWS gives the ranges, so parts and places are compared.

use super::{
    cloud::{Cloud, Entry, plain},
    is_ours,
};
use gp_catalog::{
    Resolved,
    resolved::{FilterKind, FilterRule, Peer, Segment, Via},
};
use gp_model::PortSpec;
use ipnet::Ipv6Net;
use std::collections::BTreeSet;

/// How a line begins that no drawing says.
pub const ANSWERS: &str = "answers";

/// What the drawing says.
pub fn drawn(design: &Resolved) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    let text = |id: &str, name: &str| design.resource(id).and_then(|r| r.text(name)).unwrap();
    for segment in design.segments.values() {
        let Some(own) = segment.cidr6 else { continue };
        let network: Ipv6Net = text(&segment.network, "ipv6-cidr").parse().unwrap();
        let place = (u128::from(own.network()) - u128::from(network.network())) >> 64;
        lines.insert(format!("subnet {} is part {place}", segment.cidr));
        for route in &design.route_tables[&segment.route_table].routes6 {
            let way = match &route.via {
                Via::Local => continue,
                Via::InternetGateway => "everywhere by internet".to_owned(),
                Via::EgressOnly => "everywhere outwards".to_owned(),
                Via::Peering { network, .. } => format!("{} by peering", text(network, "cidr")),
                other => panic!("{other:?} carries no IPv6"),
            };
            lines.insert(format!("route {}: {way}", segment.cidr));
        }
    }
    for (resource, instance) in design.instances().filter(|(_, i)| i.ip6.is_some()) {
        let name = if resource.kind == "server" { &instance.address } else { &*resource.id };
        lines.insert(format!("{} speaks both", plain(name)));
    }
    for filter in design.filters.values() {
        for (egress, rules) in [(false, &filter.ingress), (true, &filter.egress)] {
            for rule in rules {
                lines.extend(rule_lines(design, filter, egress, rule));
            }
        }
    }
    lines
}

fn rule_lines(
    design: &Resolved,
    filter: &gp_catalog::resolved::Filter,
    egress: bool,
    rule: &FilterRule,
) -> Vec<String> {
    let Some(owner) = design.resource(&filter.owner) else { return Vec::new() };
    let way = if egress { "out" } else { "in" };
    let ports = words(rule.ports);
    if filter.kind == FilterKind::SecurityGroup {
        let both = owner.instances.iter().any(|i| i.ip6.is_some()) && is_ours(owner);
        let line = format!("group {} {way} {ports}", plain(&filter.owner));
        return (both && rule.peer == Peer::Any).then_some(line).into_iter().collect();
    }
    // What is in the way stands at no edge, and reads no IPv6.
    let stands = filter.applies_to.iter().filter_map(|id| design.segments.get(id));
    let before: Vec<&Segment> = stands.map(|segment| &**segment).collect();
    let near = rule.destination.as_ref().or(rule.source.as_ref());
    let touches = |peer: &Peer| {
        // An IPv4 range is nobody over IPv6.
        let (Peer::Resource { id } | Peer::Range6 { id, .. }) = peer else {
            return *peer == Peer::Any;
        };
        before.iter().any(|segment| segment.subnet == *id || segment.network == *id)
    };
    if before.iter().all(|s| s.cidr6.is_none()) || !near.is_none_or(touches) {
        return Vec::new();
    }
    let word = if rule.allow { "allow" } else { "deny" };
    let ends = ends(design, &rule.peer);
    // Answers to ICMP look like calls.
    let back = (ports == "icmp" && rule.allow && filter.stateful).then_some(["in", "out"]);
    let ways = back.map_or_else(|| vec![way], |both| both.to_vec());
    let pairs = before.iter().flat_map(|segment| ends.iter().map(move |end| (segment, end)));
    let lines = pairs.flat_map(|(segment, end)| {
        let line = |way: &&str| format!("edge {} {way} {word} {ports} {end}", segment.cidr);
        ways.iter().map(line).collect::<Vec<_>>()
    });
    lines.collect()
}

fn ends(design: &Resolved, peer: &Peer) -> BTreeSet<String> {
    match peer {
        Peer::Any => BTreeSet::from(["everybody".to_owned()]),
        Peer::Resource { id } | Peer::Range6 { id, .. } => {
            let here = |s: &&std::sync::Arc<Segment>| s.subnet == *id || s.network == *id;
            let whole = design.segments.values().filter(here).filter(|s| s.cidr6.is_some());
            let resource = design.resource(id).unwrap();
            let both = resource.instances.iter().filter(|i| i.ip6.is_some());
            let places = both.filter_map(|i| design.segments.get(i.segment.as_ref()?));
            whole.chain(places).map(|segment| segment.cidr.to_string()).collect()
        }
        _ => BTreeSet::new(),
    }
}

fn words(ports: Option<PortSpec>) -> String {
    ports.map_or_else(|| "all".to_owned(), |ports| ports.to_string())
}

impl Cloud {
    /// A subnet of a network that has a range, by its number there.
    pub fn part(&mut self, subnet: &str, number: i64) {
        self.six.insert(format!("subnet {} is part {number}", self.subnets[subnet].cidr));
    }

    /// A route of every subnet that uses a table.
    pub fn route6(&mut self, table: &str, way: &str) {
        let users = self.subnets.values().filter(|subnet| subnet.table.as_deref() == Some(table));
        let lines: Vec<String> = users.map(|s| format!("route {}: {way}", s.cidr)).collect();
        assert!(!lines.is_empty(), "nothing uses {table}");
        self.six.extend(lines);
    }

    /// Something with addresses of both families.
    pub fn speaks_both(&mut self, id: &str) {
        self.both.insert(id.to_owned());
    }

    /// Everything over IPv6, as [`drawn`] has it.
    pub fn over_ipv6(&self) -> BTreeSet<String> {
        let name = |id: &String| self.called(id, &self.things[id]);
        let both = self.both.iter().map(|id| format!("{} speaks both", name(id)));
        self.six.iter().cloned().chain(both).collect()
    }

    /// A rule of a group that means everybody.
    pub fn rule6(&mut self, group: &str, ingress: bool, protocol: &str, ports: Option<(i64, i64)>) {
        let way = if ingress { "in" } else { "out" };
        let ports = words(super::cloud::ports(four(protocol), ports));
        self.six.insert(format!("group {} {way} {ports}", super::cloud::owner(group)));
    }

    /// An entry of an ACL; answers are what no drawing says.
    pub fn entry6(&mut self, entry: &Entry, end: &str) {
        let what = if entry.ports == Some((1024, 65535)) { ANSWERS } else { "edge" };
        let way = if entry.egress { "out" } else { "in" };
        let word = if entry.allow { "allow" } else { "deny" };
        let ports = words(super::cloud::ports(four(&entry.protocol), entry.ports));
        let end = self.subnets.get(end).map_or_else(|| end.to_owned(), |s| s.cidr.to_string());
        for subnet in &self.acls[&entry.acl] {
            let cidr = self.subnets[subnet].cidr;
            self.six.insert(format!("{what} {cidr} {way} {word} {ports} {end}"));
        }
    }
}

fn four(protocol: &str) -> &str {
    match protocol {
        "icmpv6" | "58" => "icmp",
        same => same,
    }
}
