//! Drawn filters as nftables rules: security groups at the instance, tables and access lists at
//! the edge of segments. Invents no permission: what no rule allows is refused, with an answer.

use super::{
    Space,
    build::{Plot, host},
    names::device_name,
};
use crate::nft::{Action, Chain, Match, Rule};
use gp_catalog::resolved::{Filter, FilterKind, FilterRule, Peer, Resolved, Segment};
use ipnet::Ipv4Net;
use std::collections::{BTreeMap, BTreeSet};

/// Name of the refusal at the end of a filter.
pub(crate) fn default_id(filter: &str, direction: &str) -> String {
    format!("default:{filter}/{direction}")
}

/// Every instance's security groups, in their order.
pub(super) fn groups(resolved: &Resolved) -> BTreeMap<&str, Vec<&Filter>> {
    let mut found: BTreeMap<&str, Vec<&Filter>> = BTreeMap::new();
    for group in resolved.filters.values().filter(|f| f.kind == FilterKind::SecurityGroup) {
        let addresses: BTreeSet<&str> = group.applies_to.iter().map(String::as_str).collect();
        addresses.into_iter().for_each(|address| found.entry(address).or_default().push(group));
    }
    found
}

/// The security groups of an instance, for its own namespace. None: nothing is filtered.
pub(super) fn group_rules(plot: &Plot<'_>, address: &str) -> Vec<Rule> {
    let groups = plot.groups.get(address).map(Vec::as_slice).unwrap_or_default();
    let Some(last) = groups.last() else { return Vec::new() };
    let mut rules = Vec::new();
    let ways = [(Chain::Input, true, "in"), (Chain::Output, false, "out")];
    for (chain, ingress, word) in ways {
        let inside = if ingress { Match::In("lo".into()) } else { Match::Out("lo".into()) };
        rules.push(Rule::plain(chain.clone(), vec![Match::Known], Action::Accept));
        rules.push(Rule::plain(chain.clone(), vec![inside], Action::Accept));
        for rule in groups.iter().flat_map(|g| if ingress { &g.ingress } else { &g.egress }) {
            let Some(when) = conditions(plot.resolved, rule, ingress) else { continue };
            let then = if rule.allow { Action::Accept } else { Action::Reject };
            rules.push(Rule::counted(chain.clone(), when, then, &*rule.id));
        }
        let id = default_id(&last.id, word);
        rules.push(Rule::counted(chain, vec![], Action::Reject, id));
    }
    rules
}

/// Tables and access lists that stand at these segments, for their router.
pub(super) fn edge_rules(resolved: &Resolved, segments: &[&Segment], space: &mut Space) {
    let tables = resolved.filters.values().filter(|f| f.kind != FilterKind::SecurityGroup);
    let mut number = 0;
    let mut jumps = Vec::new();
    let mut own = Vec::new();
    for table in tables {
        let devices: Vec<String> = segments
            .iter()
            .filter(|segment| table.applies_to.contains(&segment.id))
            .map(|segment| device_name('s', &segment.id))
            .collect();
        if devices.is_empty() {
            continue;
        }
        for (ingress, word) in [(true, "in"), (false, "out")] {
            for device in &devices {
                let at = device.clone();
                let at = if ingress { Match::Out(at) } else { Match::In(at) };
                jumps.push(Rule::plain(Chain::Forward, vec![at], Action::Jump(number)));
            }
            own.extend(table_rules(resolved, table, ingress, word, number));
            number += 1;
        }
    }
    if jumps.is_empty() {
        return;
    }
    for segment in segments {
        let device = device_name('s', &segment.id);
        let within = vec![Match::In(device.clone()), Match::Out(device)];
        space.rules.push(Rule::plain(Chain::Forward, within, Action::Accept));
    }
    space.rules.extend(own);
    space.rules.extend(jumps);
}

pub(super) fn table_rules(
    resolved: &Resolved,
    table: &Filter,
    ingress: bool,
    word: &str,
    number: u32,
) -> Vec<Rule> {
    let chain = Chain::Own(number);
    let mut rules = Vec::new();
    if table.stateful {
        rules.push(Rule::plain(chain.clone(), vec![Match::Known], Action::Return));
    }
    for rule in if ingress { &table.ingress } else { &table.egress } {
        let Some(when) = conditions(resolved, rule, ingress) else { continue };
        let then = if rule.allow { Action::Return } else { Action::Reject };
        rules.push(Rule::counted(chain.clone(), when, then, &*rule.id));
    }
    let id = default_id(&table.id, word);
    rules.push(Rule::counted(chain, vec![], Action::Reject, id));
    rules
}

/// What must hold for a rule; none: it can never hold.
fn conditions(resolved: &Resolved, rule: &FilterRule, ingress: bool) -> Option<Vec<Match>> {
    let mut when = Vec::new();
    let peer = peers(resolved, &rule.peer);
    let second = if ingress { &rule.destination } else { &rule.source };
    let second = second.as_ref().map(|peer| peers(resolved, peer));
    for (side, is_source) in [(Some(peer), ingress), (second, !ingress)] {
        match side {
            None | Some(Who::Everybody) => {}
            Some(Who::These(nets)) if nets.is_empty() => return None,
            Some(Who::These(nets)) if is_source => when.push(Match::Source(nets)),
            Some(Who::These(nets)) => when.push(Match::Destination(nets)),
        }
    }
    when.extend(rule.ports.map(Match::Ports));
    Some(when)
}

/// Whom a rule means.
pub(crate) enum Who {
    /// Any address.
    Everybody,
    /// These ranges.
    These(Vec<Ipv4Net>),
}

pub(crate) fn peers(resolved: &Resolved, peer: &Peer) -> Who {
    match peer {
        Peer::Any => Who::Everybody,
        Peer::Cidr { cidr } if cidr.prefix_len() == 0 => Who::Everybody,
        Peer::Cidr { cidr } => Who::These(vec![*cidr]),
        Peer::Range6 { .. } => Who::These(vec![]),
        Peer::Resource { id } | Peer::Service { id } => {
            let Some(resource) = resolved.resource(id) else { return Who::These(vec![]) };
            if resource.kind == "internet" {
                return Who::Everybody;
            }
            let addresses = resource.instances.iter().flat_map(|i| [i.ip, i.public_ip]);
            Who::These(addresses.flatten().map(host).collect())
        }
    }
}
