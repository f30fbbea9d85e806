//! Firewalls in the way: their lines as stateful rules of a Network Firewall, where they stand, what
//! they write down. Routes through them stand with their tables.

use super::{Facts, acl, is_managed, logs, unsupported};
use gp_catalog::resolved::{Cause, Filter, FilterRule, Instance, Peer, ResolvedResource, Segment};
use gp_model::{Diagnostic, PortSpec, Protocol};
use ipnet::Ipv4Net;

/// One stateful rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// `PASS` or `DROP`.
    pub action: &'static str,
    /// `IP`, `TCP`, `UDP`, `ICMP`.
    pub protocol: &'static str,
    /// A range, a list of them, or `ANY`.
    pub source: String,
    /// The same for where a packet goes.
    pub destination: String,
    /// A port, a range `80:90`, or `ANY`.
    pub port: String,
    /// Its number, from 1.
    pub sid: i64,
    /// What is written down when it is met.
    pub message: String,
}

/// What AWS calls the default of a policy that lets nothing pass without a line. The first packet of a
/// connection is dropped already: what answers a handshake looks open.
pub const DEFAULTS: [&str; 2] = ["aws:drop_strict", "aws:alert_strict"];
/// Every packet goes on to the stateful rules.
pub const STATELESS: &str = "aws:forward_to_sfe";
/// At most this many ranges in one rule: AWS takes 1,024 letters.
const MOST_RANGES: usize = 40;

/// Whether a firewall is one.
pub fn is_one(resource: &ResolvedResource) -> bool {
    resource.kind == "firewall" && resource.text("mode") == Some("appliance")
}

/// Its instances, each with the subnet that it stands in.
pub fn places<'a>(
    facts: &Facts<'a>,
    firewall: &'a ResolvedResource,
) -> Vec<(&'a Instance, &'a Segment)> {
    let all = firewall.instances.iter();
    all.filter_map(|one| Some((one, facts.segment_of(one)?))).collect()
}

/// The firewall and the instance that a route names.
pub fn of_route<'a>(
    facts: &Facts<'a>,
    instance: &str,
) -> Option<(&'a ResolvedResource, &'a Instance)> {
    let firewall = facts.resource(instance.split('[').next()?)?;
    Some((firewall, firewall.instances.iter().find(|one| one.address == instance)?))
}

/// Its rules, in order.
pub fn lines(facts: &Facts<'_>, filter: &Filter) -> Vec<Line> {
    let mut lines = Vec::new();
    for rule in &filter.ingress {
        let destination = rule.destination.as_ref().unwrap_or(&Peer::Any);
        for source in lists(facts, &rule.peer) {
            for destination in lists(facts, destination) {
                lines.push(line(rule, source.clone(), destination));
            }
        }
    }
    for (sid, line) in (1..).zip(&mut lines) {
        line.sid = sid;
    }
    lines
}

fn line(rule: &FilterRule, source: String, destination: String) -> Line {
    let (protocol, port) = match rule.ports {
        None => ("IP", "ANY".to_owned()),
        Some(PortSpec { protocol: Protocol::Icmp, .. }) => ("ICMP", "ANY".to_owned()),
        Some(PortSpec { protocol, low, high }) => {
            let name = if protocol == Protocol::Tcp { "TCP" } else { "UDP" };
            let all = (low, high) == (1, u16::MAX);
            let one = if low == high { low.to_string() } else { format!("{low}:{high}") };
            (name, if all { "ANY".to_owned() } else { one })
        }
    };
    let row = match rule.cause {
        Cause::Row { row, .. } => row + 1,
        _ => 0,
    };
    let action = if rule.allow { "PASS" } else { "DROP" };
    let message = message(row, &rule.comment);
    Line { action, protocol, source, destination, port, sid: 0, message }
}

/// `line 2: payments may be called`, in letters that end nothing in a rule of Suricata.
fn message(row: u32, comment: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || " .,/_-()".contains(c) { c } else { '_' };
    let comment: String = comment.trim().chars().take(120).map(plain).collect();
    if comment.is_empty() { format!("line {row}") } else { format!("line {row} - {comment}") }
}

/// The ranges of a peer as AWS takes them, a few at a time; nothing for one that has no address.
fn lists(facts: &Facts<'_>, peer: &Peer) -> Vec<String> {
    let mut ranges = acl::ranges(facts, peer);
    if ranges.iter().any(|range| range.prefix_len() == 0) {
        return vec!["ANY".to_owned()];
    }
    ranges.sort();
    ranges.dedup();
    let text = |ranges: &[Ipv4Net]| {
        let all: Vec<String> = ranges.iter().map(ToString::to_string).collect();
        if let [one] = all.as_slice() { one.clone() } else { format!("[{}]", all.join(",")) }
    };
    ranges.chunks(MOST_RANGES).map(text).collect()
}

/// Room for its rules, for AWS makes a group anew to give it more.
pub fn capacity(lines: &[Line]) -> i64 {
    let count = lines.last().map_or(0, |line| line.sid);
    (count * 2 / 100 + 1) * 100
}

/// The log store that is linked to it.
pub fn log_store<'a>(
    facts: &Facts<'a>,
    firewall: &ResolvedResource,
) -> Option<&'a ResolvedResource> {
    logs::of(facts, firewall).filter(|store| is_managed(store))
}

/// What a Network Firewall cannot say, or needs beside it.
pub fn notes(filter: &Filter, firewall: &ResolvedResource) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for rule in &filter.ingress {
        let Cause::Row { row, .. } = rule.cause else { continue };
        let ends = [Some(&rule.peer), rule.destination.as_ref()];
        if ends.into_iter().flatten().any(|end| matches!(end, Peer::Service { .. })) {
            let text = format!(
                "line {} of “{}” names a service, which a Network Firewall knows by no address: there it means everybody; name a range, or draw a private end point for the service",
                row + 1,
                firewall.title
            );
            found.push(unsupported(&firewall.id, Some("rules"), text));
        }
    }
    found
}
