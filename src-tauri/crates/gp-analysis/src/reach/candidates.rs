//! Which pairs are worth a walk: all but those whose security groups cannot let anything pass.
//! Always a superset of the pairs that reach each other, so that nothing is lost.

use super::{
    World,
    filter::{Addresses, Direction},
    world::HostNumber,
};
use crate::sets::AddressSet;
use std::collections::HashMap;

/// Addresses that an instance's groups speak of in one direction.
#[derive(Debug)]
enum Opening {
    Anywhere,
    To(AddressSet),
}

/// What all instances' groups speak of, and who has which address. Made when first asked for.
#[derive(Debug)]
pub(crate) struct Index {
    into: Vec<Opening>,
    out: Vec<Opening>,
    by_address: HashMap<u32, Vec<HostNumber>>,
    /// The internet: it may come from anywhere.
    anywhere: Vec<HostNumber>,
}

impl Opening {
    fn has(&self, address: Option<u32>) -> bool {
        match self {
            Self::Anywhere => true,
            Self::To(set) => address.is_some_and(|address| set.contains(address)),
        }
    }
}

impl World {
    /// Pairs of these that may reach each other, in order of destination, then source.
    pub(crate) fn candidates(
        &self,
        sources: &[HostNumber],
        destinations: &[HostNumber],
    ) -> Vec<(HostNumber, HostNumber)> {
        let mut wanted = vec![false; self.hosts.len()];
        let starting: Vec<HostNumber> =
            sources.iter().copied().filter(|host| self.starts_connections(*host)).collect();
        for host in &starting {
            wanted[*host as usize] = true;
        }
        let mut pairs = Vec::new();
        for &to in destinations {
            let mut found = self.that_may_enter(to, &starting, &wanted);
            found.sort_unstable();
            found.dedup();
            pairs.extend(found.into_iter().filter(|from| *from != to).map(|from| (from, to)));
        }
        pairs
    }

    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let hosts = 0..self.hosts.len() as u32;
            let mut by_address: HashMap<u32, Vec<HostNumber>> = HashMap::new();
            for (number, host) in hosts.clone().zip(&self.hosts) {
                for address in [host.ip, host.public].into_iter().flatten() {
                    by_address.entry(address).or_default().push(number);
                }
            }
            let openings = |way| hosts.clone().map(|host| self.opening(host, way)).collect();
            Index {
                into: openings(Direction::In),
                out: openings(Direction::Out),
                by_address,
                anywhere: hosts.clone().filter(|host| self.thing_of(*host).is_internet).collect(),
            }
        })
    }

    fn opening(&self, host: HostNumber, way: Direction) -> Opening {
        let gates = self.host(host).gates.iter().map(|gate| &self.gates[*gate as usize]);
        let groups: Vec<_> = gates.filter(|gate| gate.is_group()).collect();
        if groups.is_empty() {
            return Opening::Anywhere;
        }
        let mut ranges = Vec::new();
        for rule in groups.iter().flat_map(|gate| &gate.rules(way).list).filter(|rule| rule.allow) {
            match &rule.peer {
                Addresses::Any => return Opening::Anywhere,
                Addresses::Set(set) => ranges.extend_from_slice(set.ranges()),
            }
        }
        Opening::To(AddressSet::from_ranges(ranges))
    }

    fn that_may_enter(
        &self,
        to: HostNumber,
        sources: &[HostNumber],
        wanted: &[bool],
    ) -> Vec<HostNumber> {
        let index = self.index();
        let leaves = |from: &HostNumber| self.may_leave(index, *from, to);
        let all = || sources.iter().copied();
        let opening = &index.into[to as usize];
        let few = match opening {
            Opening::To(set) if !self.nat_addresses.iter().any(|nat| set.contains(*nat)) => set,
            _ => return all().filter(leaves).collect(),
        };
        let size: u64 = few.ranges().iter().map(|(low, high)| u64::from(high - low) + 1).sum();
        if size > sources.len() as u64 {
            let enters = |from: &HostNumber| {
                let host = self.host(*from);
                opening.has(host.ip) || opening.has(host.public) || index.anywhere.contains(from)
            };
            return all().filter(enters).filter(leaves).collect();
        }
        let addresses = few.ranges().iter().flat_map(|&(low, high)| low..=high);
        let named = addresses.filter_map(|address| index.by_address.get(&address)).flatten();
        let named = named.chain(&index.anywhere).copied();
        named.filter(|from| wanted[*from as usize]).filter(leaves).collect()
    }

    fn may_leave(&self, index: &Index, from: HostNumber, to: HostNumber) -> bool {
        let (out, host) = (&index.out[from as usize], self.host(to));
        out.has(host.ip)
            || out.has(host.public)
            || self.thing(host.thing).is_internet
            || self.forwards.contains_key(&host.thing)
    }
}
