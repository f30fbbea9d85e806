//! Where ranges of ports are cut, so that within a piece all packets meet with the same rules: then
//! one packet speaks for the whole piece, and a proof and a probe speak of the same set.

use crate::resolved::{Filter, FilterRule, Resolved};
use gp_model::{PortSpec, Protocol};
use std::collections::BTreeSet;

/// Ports that clients send from, whatever their system: answers must come back to all of them.
pub const CLIENT_PORTS: (u16, u16) = (1024, 65535);

/// First ports of pieces.
#[derive(Clone, Debug, Default)]
pub struct Borders(BTreeSet<(Protocol, u16)>);

impl Borders {
    /// The borders of every rule of every filter.
    pub fn of_rules(resolved: &Resolved) -> Self {
        Self::of_filters(resolved.filters.values().map(|filter| &**filter))
    }

    /// Those of filters that forget connections: they tell the ports of clients apart, too.
    pub fn of_forgetful_rules(resolved: &Resolved) -> Self {
        let filters = resolved.filters.values().map(|filter| &**filter);
        Self::of_filters(filters.filter(|filter| !filter.stateful))
    }

    fn of_filters<'a>(filters: impl Iterator<Item = &'a Filter>) -> Self {
        let rules = filters.flat_map(|filter| filter.ingress.iter().chain(&filter.egress));
        Self::of_specs(rules.filter_map(|rule: &FilterRule| rule.ports))
    }

    fn of_specs(specs: impl Iterator<Item = PortSpec>) -> Self {
        let firsts = |spec: PortSpec| {
            let behind = spec.high.checked_add(1).map(|port| (spec.protocol, port));
            [Some((spec.protocol, spec.low)), behind].into_iter().flatten()
        };
        Self(specs.flat_map(firsts).collect())
    }

    /// What is asked of one destination, cut at these borders and at each other's: no two overlap
    /// unless they are the same.
    pub fn cut(&self, asked: &BTreeSet<PortSpec>) -> BTreeSet<PortSpec> {
        if asked.iter().all(|spec| spec.low == spec.high) {
            return asked.clone();
        }
        let each_other = Self::of_specs(asked.iter().copied());
        asked.iter().flat_map(|spec| self.pieces(&each_other, *spec)).collect()
    }

    /// The pieces of one range.
    pub fn pieces_of(&self, spec: PortSpec) -> Vec<PortSpec> {
        self.pieces(&Self::default(), spec)
    }

    fn pieces(&self, others: &Self, spec: PortSpec) -> Vec<PortSpec> {
        let Some(second) = spec.low.checked_add(1).filter(|port| *port <= spec.high) else {
            return vec![spec];
        };
        let inside = (spec.protocol, second)..=(spec.protocol, spec.high);
        let mut firsts: BTreeSet<u16> =
            self.0.range(inside.clone()).chain(others.0.range(inside)).map(|at| at.1).collect();
        firsts.insert(spec.low);
        let lasts = firsts.iter().skip(1).map(|first| first - 1).chain([spec.high]);
        firsts.iter().zip(lasts).map(|(low, high)| PortSpec { low: *low, high, ..spec }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_cut(rules: &str, asked: &str, pieces: &str) {
        let specs = |text: &str| -> BTreeSet<PortSpec> {
            text.split_whitespace().map(|word| word.parse().unwrap()).collect()
        };
        let cut = Borders::of_specs(specs(rules).into_iter()).cut(&specs(asked));
        let cut: Vec<String> = cut.iter().map(ToString::to_string).collect();
        assert_eq!(cut.join(" "), pieces);
    }

    #[test]
    fn ranges_are_cut_where_a_rule_or_another_question_ends() {
        check_cut("tcp/5000", "tcp/5000-5010", "tcp/5000 tcp/5001-5010");
        check_cut("tcp/5003-5004", "tcp/5000-5010", "tcp/5000-5002 tcp/5003-5004 tcp/5005-5010");
        check_cut("", "tcp/5000-5010 tcp/5005", "tcp/5000-5004 tcp/5005 tcp/5006-5010");
        check_cut("", "tcp/8080 tcp/8080-8090", "tcp/8080 tcp/8081-8090");
        check_cut("tcp/1-65535", "tcp/60000-65535", "tcp/60000-65535");
        check_cut("udp/5003", "tcp/5000-5010 icmp", "tcp/5000-5010 icmp");
        check_cut("tcp/443", "tcp/443 udp/53", "tcp/443 udp/53");
    }
}
