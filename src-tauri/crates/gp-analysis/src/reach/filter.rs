//! Filters: which packets pass between two addresses, and what decides it. Knows no routes.

use super::{World, bugs::Bug};
use crate::sets::{AddressSet, EPHEMERAL, PacketSet};
use gp_catalog::resolved::{Filter, FilterKind, FilterRule};
use gp_model::{PortSpec, Protocol};
use std::{collections::HashMap, sync::Arc};

/// Towards what is protected, or away from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Direction {
    In,
    Out,
}

impl Direction {
    pub(crate) fn back(self) -> Self {
        match self {
            Self::In => Self::Out,
            Self::Out => Self::In,
        }
    }
}

/// A compiled filter.
#[derive(Debug)]
pub(crate) struct Gate {
    pub source: Arc<Filter>,
    pub owner_title: String,
    pub ingress: Rules,
    pub egress: Rules,
}

/// Rules of one direction.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    pub list: Vec<Rule>,
    /// For long lists: rules whose peer is a few addresses, by address. Others: `broad`.
    by_address: HashMap<u32, Vec<u32>>,
    broad: Vec<u32>,
}

/// A compiled rule.
#[derive(Debug)]
pub(crate) struct Rule {
    pub allow: bool,
    pub peer: Addresses,
    pub source: Option<Addresses>,
    pub destination: Option<Addresses>,
    pub ports: PacketSet,
}

/// The addresses of a peer.
#[derive(Clone, Debug)]
pub(crate) enum Addresses {
    Any,
    Set(Arc<AddressSet>),
}

/// Lists longer than this are indexed by address.
const INDEX_FROM: usize = 12;
/// Peers of more addresses than this are not worth an index entry each.
const BROAD_FROM: u32 = 16;

impl Addresses {
    pub(crate) fn contains(&self, address: u32) -> bool {
        match self {
            Self::Any => true,
            Self::Set(set) => set.contains(address),
        }
    }

    fn few(&self) -> Option<Vec<u32>> {
        let Self::Set(set) = self else { return None };
        let ranges = set.ranges();
        if ranges.len() > BROAD_FROM as usize {
            return None;
        }
        let total: u64 = ranges.iter().map(|(low, high)| u64::from(high - low) + 1).sum();
        (total <= u64::from(BROAD_FROM))
            .then(|| ranges.iter().flat_map(|&(low, high)| low..=high).collect())
    }
}

impl Rule {
    /// Names one end only.
    fn is_plain(&self) -> bool {
        self.source.is_none() && self.destination.is_none()
    }

    /// Whether the rule speaks of packets between these two.
    fn matches(&self, direction: Direction, from: u32, to: u32) -> bool {
        let peer = if direction == Direction::In { from } else { to };
        self.peer.contains(peer)
            && self.source.as_ref().is_none_or(|set| set.contains(from))
            && self.destination.as_ref().is_none_or(|set| set.contains(to))
    }
}

impl Rules {
    pub(crate) fn new(list: Vec<Rule>) -> Self {
        let mut rules = Self { list, ..Self::default() };
        if rules.list.len() > INDEX_FROM && rules.list.iter().all(Rule::is_plain) {
            rules.index();
        }
        rules
    }

    fn index(&mut self) {
        for (number, rule) in self.list.iter().enumerate() {
            match rule.peer.few() {
                None => self.broad.push(number as u32),
                Some(few) => {
                    for address in few {
                        self.by_address.entry(address).or_default().push(number as u32);
                    }
                }
            }
        }
    }

    /// Rules that speak of these two, in order.
    pub(crate) fn matching(&self, direction: Direction, from: u32, to: u32) -> Vec<u32> {
        if self.by_address.is_empty() && self.broad.is_empty() {
            let all = self.list.iter().enumerate();
            let hits = all.filter(|(_, rule)| rule.matches(direction, from, to));
            return hits.map(|(number, _)| number as u32).collect();
        }
        let peer = if direction == Direction::In { from } else { to };
        let mut hits = self.by_address.get(&peer).cloned().unwrap_or_default();
        let broad = self.broad.iter().copied();
        hits.extend(broad.filter(|n| self.list[*n as usize].peer.contains(peer)));
        hits.sort_unstable();
        hits
    }
}

impl Gate {
    pub(crate) fn rules(&self, direction: Direction) -> &Rules {
        match direction {
            Direction::In => &self.ingress,
            Direction::Out => &self.egress,
        }
    }

    /// The rules as resolved: ids and words.
    pub(crate) fn written(&self, direction: Direction) -> &[FilterRule] {
        match direction {
            Direction::In => &self.source.ingress,
            Direction::Out => &self.source.egress,
        }
    }

    pub(crate) fn is_group(&self) -> bool {
        self.source.kind == FilterKind::SecurityGroup
    }

    /// What its rules let pass, answers aside.
    fn allowed(&self, direction: Direction, from: u32, to: u32, any_match: bool) -> PacketSet {
        let rules = self.rules(direction);
        let matching = rules.matching(direction, from, to);
        let of = |number: &u32| &rules.list[*number as usize];
        if any_match {
            let allowing = matching.iter().map(of).filter(|rule| rule.allow);
            return allowing.fold(PacketSet::none(), |all, rule| all.union(&rule.ports));
        }
        let (mut passed, mut open) = (PacketSet::none(), PacketSet::all());
        for rule in matching.iter().map(of) {
            if rule.allow {
                passed = passed.union(&open.intersection(&rule.ports));
            }
            open = open.difference(&rule.ports);
            if open.is_empty() {
                break;
            }
        }
        passed
    }
}

impl World {
    /// Packets that one filter lets pass from one address to another; where it forgets
    /// connections, only those whose answers pass as well.
    pub(crate) fn gate_allows(&self, gate: u32, way: Direction, from: u32, to: u32) -> PacketSet {
        let gate = &self.gates[gate as usize];
        if gate.is_group() {
            return gate.allowed(way, from, to, true);
        }
        let any_match = self.has(Bug::TablesAllowWhatAnyRuleAllows);
        let passed = gate.allowed(way, from, to, any_match);
        if gate.source.stateful || self.has(Bug::StatelessAnswersForgotten) {
            return passed;
        }
        let answers = gate.allowed(way.back(), to, from, any_match);
        passed.intersection(&self.answerable(&answers))
    }

    /// All packets of the protocols whose answers pass.
    fn answerable(&self, answers: &PacketSet) -> PacketSet {
        let first = if self.has(Bug::EphemeralPortsOfLinux) { 32768 } else { EPHEMERAL.0 };
        let whole = |protocol| PortSpec { protocol, low: first, high: EPHEMERAL.1 };
        let protocols = [Protocol::Tcp, Protocol::Udp, Protocol::Icmp].into_iter();
        let passing = protocols.filter(|protocol| answers.contains_spec(whole(*protocol)));
        passing.fold(PacketSet::none(), |all, p| all.union(&PacketSet::protocol(p)))
    }

    /// What passes all filters at one place: any group, and each of the others.
    pub(crate) fn gates_allow(
        &self,
        gates: &[u32],
        way: Direction,
        from: u32,
        to: u32,
    ) -> PacketSet {
        let mut grouped: Option<PacketSet> = None;
        let mut passed: Option<PacketSet> = None;
        for &gate in gates {
            let allows = self.gate_allows(gate, way, from, to);
            if self.gates[gate as usize].is_group() {
                grouped = Some(match grouped {
                    Some(so_far) if self.has(Bug::GroupsMustAgree) => so_far.intersection(&allows),
                    Some(so_far) => so_far.union(&allows),
                    None => allows,
                });
            } else {
                passed = Some(passed.map_or_else(|| allows.clone(), |p| p.intersection(&allows)));
            }
        }
        match (grouped, passed) {
            (None, None) => PacketSet::all(),
            (Some(one), None) | (None, Some(one)) => one,
            (Some(a), Some(b)) => a.intersection(&b),
        }
    }
}
