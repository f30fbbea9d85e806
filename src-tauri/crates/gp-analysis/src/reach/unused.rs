//! Firewall lines that never decide about a packet, because earlier lines of the table have
//! taken all of theirs. Exact: what is left of a line after subtracting the earlier ones.

use super::{
    World,
    filter::{Addresses, Direction, Rule},
};
use crate::sets::{AddressSet, PacketSet};
use gp_catalog::resolved::{FilterKind, FilterRule};
use gp_model::Id;
use serde::Serialize;

/// A line that is never used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UnusedRule {
    /// The filter.
    pub filter: String,
    /// The drawn thing that holds it.
    pub owner: Id,
    /// The rule's id.
    pub rule: String,
    /// Earlier lines that take its packets; none: it names no address or port at all.
    pub hidden_by: Vec<String>,
}

/// Packets by source, destination and port.
#[derive(Clone)]
struct Part {
    source: AddressSet,
    destination: AddressSet,
    ports: PacketSet,
}

/// A line broken into more parts than this is taken as used: nobody reads such a table.
const MOST_PARTS: usize = 4096;

impl World {
    /// Lines of firewall tables and network ACLs that no packet ever reaches.
    pub fn unused_rules(&self) -> Vec<UnusedRule> {
        let mut unused = self.unused(|rule| !is_over_six(rule));
        // What is about IPv6 alone has its packets there.
        unused.extend(self.six.iter().flat_map(|six| six.unused(is_over_six)));
        unused
    }

    fn unused(&self, asked: impl Fn(&FilterRule) -> bool) -> Vec<UnusedRule> {
        let mut unused = Vec::new();
        for gate in self.gates.iter().filter(|g| g.source.kind != FilterKind::SecurityGroup) {
            for way in [Direction::In, Direction::Out] {
                let (compiled, written) = (gate.rules(way), gate.written(way));
                for number in (0..compiled.list.len()).filter(|n| asked(&written[*n])) {
                    let Some(hiding) = hidden(&compiled.list[..=number], way) else { continue };
                    unused.push(UnusedRule {
                        filter: gate.source.id.clone(),
                        owner: gate.source.owner.clone(),
                        rule: written[number].id.clone(),
                        hidden_by: hiding.into_iter().map(|n| written[n].id.clone()).collect(),
                    });
                }
            }
        }
        unused
    }
}

fn is_over_six(rule: &FilterRule) -> bool {
    rule.id.ends_with("/ipv6")
}

/// Whether the last rule has nothing left, and by which earlier ones.
fn hidden(rules: &[Rule], way: Direction) -> Option<Vec<usize>> {
    let (last, earlier) = rules.split_last()?;
    let mut parts = vec![part(last, way)];
    parts.retain(|part| !part.is_empty());
    let mut hiding = Vec::new();
    for (number, rule) in earlier.iter().enumerate() {
        let taken = part(rule, way);
        let touches = parts.iter().any(|p| !p.intersection(&taken).is_empty());
        if touches {
            hiding.push(number);
            parts = parts.iter().flat_map(|p| p.without(&taken)).collect();
        }
        if parts.is_empty() || parts.len() > MOST_PARTS {
            break;
        }
    }
    parts.is_empty().then_some(hiding)
}

fn part(rule: &Rule, way: Direction) -> Part {
    let set = |addresses: &Addresses| match addresses {
        Addresses::Any => AddressSet::full(),
        Addresses::Set(set) => (**set).clone(),
    };
    let both = |peer: bool, named: &Option<Addresses>| {
        let of_peer = if peer { set(&rule.peer) } else { AddressSet::full() };
        named.as_ref().map_or(of_peer.clone(), |named| of_peer.intersection(&set(named)))
    };
    Part {
        source: both(way == Direction::In, &rule.source),
        destination: both(way == Direction::Out, &rule.destination),
        ports: rule.ports.clone(),
    }
}

impl Part {
    fn is_empty(&self) -> bool {
        self.source.is_empty() || self.destination.is_empty() || self.ports.is_empty()
    }

    fn intersection(&self, other: &Self) -> Self {
        Self {
            source: self.source.intersection(&other.source),
            destination: self.destination.intersection(&other.destination),
            ports: self.ports.intersection(&other.ports),
        }
    }

    /// What is left without `other`: disjoint parts, one per dimension.
    fn without(&self, other: &Self) -> Vec<Self> {
        let both = self.intersection(other);
        if both.is_empty() {
            return vec![self.clone()];
        }
        let rest = [
            Self { source: self.source.difference(&both.source), ..self.clone() },
            Self {
                source: both.source.clone(),
                destination: self.destination.difference(&both.destination),
                ports: self.ports.clone(),
            },
            Self {
                source: both.source,
                destination: both.destination,
                ports: self.ports.difference(&both.ports),
            },
        ];
        rest.into_iter().filter(|part| !part.is_empty()).collect()
    }
}
