//! Sets of packets by protocol and destination port. ICMP carries no port: it is in or out.

use super::IntervalSet;
use gp_model::{PortSpec, Protocol};
use serde::{Serialize, Serializer};
use std::fmt;

/// Ports that clients send from, and so the ports that answers go to.
pub const EPHEMERAL: (u16, u16) = gp_catalog::borders::CLIENT_PORTS;

/// The smallest port that exists.
pub const FIRST_PORT: u16 = 1;

/// A set of packets.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PacketSet {
    tcp: IntervalSet<u16>,
    udp: IntervalSet<u16>,
    icmp: bool,
}

impl PacketSet {
    /// No packet.
    pub fn none() -> Self {
        Self::default()
    }

    /// Every packet.
    pub fn all() -> Self {
        let ports = IntervalSet::range(FIRST_PORT, u16::MAX);
        Self { tcp: ports.clone(), udp: ports, icmp: true }
    }

    /// Those of one specification.
    pub fn of(spec: PortSpec) -> Self {
        Self::from_specs([spec])
    }

    /// Those of several.
    pub fn from_specs(specs: impl IntoIterator<Item = PortSpec>) -> Self {
        let (mut tcp, mut udp, mut icmp) = (Vec::new(), Vec::new(), false);
        for spec in specs {
            match spec.protocol {
                Protocol::Tcp => tcp.push((spec.low.max(FIRST_PORT), spec.high)),
                Protocol::Udp => udp.push((spec.low.max(FIRST_PORT), spec.high)),
                Protocol::Icmp => icmp = true,
            }
        }
        Self { tcp: IntervalSet::from_ranges(tcp), udp: IntervalSet::from_ranges(udp), icmp }
    }

    /// Every packet of one protocol.
    pub fn protocol(protocol: Protocol) -> Self {
        Self::of(PortSpec { protocol, low: FIRST_PORT, high: u16::MAX })
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tcp.is_empty() && self.udp.is_empty() && !self.icmp
    }

    /// Whether this packet is in it; ICMP has no port.
    pub fn contains(&self, protocol: Protocol, port: u16) -> bool {
        match protocol {
            Protocol::Tcp => self.tcp.contains(port),
            Protocol::Udp => self.udp.contains(port),
            Protocol::Icmp => self.icmp,
        }
    }

    /// Whether all packets of the specification are in it.
    pub fn contains_spec(&self, spec: PortSpec) -> bool {
        Self::of(spec).is_subset(self)
    }

    /// What is in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        Self {
            tcp: self.tcp.intersection(&other.tcp),
            udp: self.udp.intersection(&other.udp),
            icmp: self.icmp && other.icmp,
        }
    }

    /// What is in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self {
            tcp: self.tcp.union(&other.tcp),
            udp: self.udp.union(&other.udp),
            icmp: self.icmp || other.icmp,
        }
    }

    /// What is in this one only.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        Self {
            tcp: self.tcp.difference(&other.tcp),
            udp: self.udp.difference(&other.udp),
            icmp: self.icmp && !other.icmp,
        }
    }

    /// Whether all of this is in `other`.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.tcp.is_subset(&other.tcp)
            && self.udp.is_subset(&other.udp)
            && (!self.icmp || other.icmp)
    }

    /// Its packets as specifications: TCP, UDP, ICMP; each in order of port.
    pub fn specs(&self) -> Vec<PortSpec> {
        let of = |protocol, ports: &IntervalSet<u16>| -> Vec<PortSpec> {
            ports.ranges().iter().map(|&(low, high)| PortSpec { protocol, low, high }).collect()
        };
        let mut specs = of(Protocol::Tcp, &self.tcp);
        specs.extend(of(Protocol::Udp, &self.udp));
        if self.icmp {
            specs.push(PortSpec { protocol: Protocol::Icmp, low: 0, high: 0 });
        }
        specs
    }

    /// One packet of it, the first.
    pub fn example(&self) -> Option<(Protocol, u16)> {
        self.specs().first().map(|spec| (spec.protocol, spec.low))
    }

    /// Its packets of `from` as packets of `to`: by offset where both have the same length, else
    /// all to `to`'s first port. Another protocol takes none.
    #[must_use]
    pub fn mapped(&self, from: PortSpec, to: PortSpec) -> Self {
        if from.protocol != to.protocol {
            return Self::none();
        }
        let by_offset = from.high - from.low == to.high - to.low;
        let place = |port: u16| if by_offset { to.low + (port - from.low) } else { to.low };
        let matching = self.intersection(&Self::of(from)).specs().into_iter();
        Self::from_specs(matching.map(|spec| match spec.protocol {
            Protocol::Icmp => spec,
            protocol => PortSpec { protocol, low: place(spec.low), high: place(spec.high) },
        }))
    }
}

impl fmt::Display for PacketSet {
    /// `tcp/443, udp/53`; `everything`; `nothing`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("nothing");
        }
        if *self == Self::all() {
            return f.write_str("everything");
        }
        for (number, spec) in self.specs().into_iter().enumerate() {
            if number > 0 {
                f.write_str(", ")?;
            }
            if (spec.low, spec.high) == (FIRST_PORT, u16::MAX) {
                write!(f, "all {}", spec.protocol)?;
            } else {
                write!(f, "{spec}")?;
            }
        }
        Ok(())
    }
}

impl Serialize for PacketSet {
    /// A list of texts: `["tcp/443", "icmp"]`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.specs().iter().map(ToString::to_string))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn specs() -> impl Strategy<Value = Vec<PortSpec>> {
        let protocol = prop_oneof![Just(Protocol::Tcp), Just(Protocol::Udp), Just(Protocol::Icmp)];
        let one =
            (protocol, 1u16..40, 0u16..10).prop_map(|(protocol, low, length)| match protocol {
                Protocol::Icmp => PortSpec { protocol, low: 0, high: 0 },
                _ => PortSpec { protocol, low, high: low + length },
            });
        proptest::collection::vec(one, 0..5)
    }

    fn universe() -> impl Iterator<Item = (Protocol, u16)> {
        (1..60).flat_map(|p| [(Protocol::Tcp, p), (Protocol::Udp, p)]).chain([(Protocol::Icmp, 0)])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(crate::reach::cases(256)))]
        #[test]
        fn packets_follow_the_laws_of_sets(a in specs(), b in specs()) {
            let (x, y) = (PacketSet::from_specs(a), PacketSet::from_specs(b));
            let (or, and, not) = (x.union(&y), x.intersection(&y), x.difference(&y));
            for (protocol, port) in universe() {
                let (in_x, in_y) = (x.contains(protocol, port), y.contains(protocol, port));
                prop_assert_eq!(or.contains(protocol, port), in_x || in_y);
                prop_assert_eq!(and.contains(protocol, port), in_x && in_y);
                prop_assert_eq!(not.contains(protocol, port), in_x && !in_y);
            }
            prop_assert_eq!(PacketSet::from_specs(x.specs()), x.clone());
            prop_assert_eq!(not.is_empty(), x.is_subset(&y));
        }
    }

    #[test]
    fn ranges_of_the_same_length_move_by_offset_and_others_to_the_first_port() {
        let spec = |text: &str| text.parse::<PortSpec>().unwrap();
        let moved = |set: &str, from: &str, to: &str| {
            PacketSet::of(spec(set)).mapped(spec(from), spec(to)).to_string()
        };
        assert_eq!(moved("tcp/81-90", "tcp/80-89", "tcp/8080-8089"), "tcp/8081-8089");
        assert_eq!(moved("tcp/80-89", "tcp/80-89", "tcp/8080"), "tcp/8080");
        assert_eq!(moved("udp/80", "tcp/80", "tcp/8080"), "nothing");
    }

    #[test]
    fn sets_read_well() {
        let all_but_ssh = PacketSet::all().difference(&PacketSet::of(PortSpec::tcp(22)));
        assert_eq!(all_but_ssh.to_string(), "tcp/1-21, tcp/23-65535, all udp, icmp");
        assert_eq!(PacketSet::all().to_string(), "everything");
    }
}
