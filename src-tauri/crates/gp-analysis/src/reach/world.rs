//! The compiled form of a resolved design: names become numbers, peers become address sets.
//! Holds shared parts of [`Resolved`] for its words; answers live in the other files.

use super::{filter::Gate, routes::Table};
use crate::sets::PacketSet;
use gp_catalog::resolved::{ResolvedResource, Segment};
use gp_model::{Id, PortSpec};
use ipnet::{Ipv4Net, Ipv6Net};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Range,
    sync::Arc,
};

/// Number of an instance in [`World::hosts`].
pub(crate) type HostNumber = u32;

/// Where regional services have their addresses: 198.19.0.0/16.
const REGIONAL: (u32, u32) = (0xC613_0000, 0xC613_FFFF);

/// A design ready for questions. Building it is linear in the size of the design.
#[derive(Debug, Default)]
pub struct World {
    pub(crate) things: Vec<Thing>,
    pub(crate) hosts: Vec<Host>,
    pub(crate) areas: Vec<Area>,
    pub(crate) networks: Vec<Id>,
    pub(crate) network_titles: Vec<String>,
    pub(crate) tables: Vec<Table>,
    pub(crate) gates: Vec<Gate>,
    /// Who has a private address, per network.
    pub(crate) inside: HashMap<(u32, u32), HostNumber>,
    /// Who has a public address.
    pub(crate) public: HashMap<u32, HostNumber>,
    pub(crate) by_name: HashMap<String, HostNumber>,
    pub(crate) by_id: HashMap<Id, u32>,
    /// Target resource → the pass-through listeners that forward to it.
    pub(crate) forwards: HashMap<u32, Vec<Forward>>,
    /// One outside address per set that no rule and no route tells apart.
    pub(crate) outside: Vec<u32>,
    /// Every address of every NAT gateway, sorted: sources that others may appear under.
    pub(crate) nat_addresses: Vec<u32>,
    /// The same over IPv6, where a network has that.
    pub(crate) six: Option<Box<World>>,
    /// In such a world: what ranges and addresses are in truth.
    pub(crate) real: BTreeMap<Ipv4Net, Ipv6Net>,
    pub(crate) index: std::sync::OnceLock<super::candidates::Index>,
    #[cfg(test)]
    pub(crate) bug: Option<super::bugs::Bug>,
}

/// A resource.
#[derive(Debug)]
pub(crate) struct Thing {
    pub source: Arc<ResolvedResource>,
    pub hosts: Range<HostNumber>,
    /// What the matrix asks of it: its services, and the ports of links to it.
    pub asked: BTreeSet<PortSpec>,
    /// What it answers by itself.
    pub listens: PacketSet,
    pub pass_through: bool,
    /// Takes part in the matrix: not a mere hop.
    pub end_point: bool,
    pub is_internet: bool,
}

/// An instance.
#[derive(Debug)]
pub(crate) struct Host {
    pub name: String,
    pub thing: u32,
    pub area: Option<u32>,
    pub ip: Option<u32>,
    pub public: Option<u32>,
    /// Filters that name it.
    pub gates: Vec<u32>,
}

/// A real subnet.
#[derive(Debug)]
pub(crate) struct Area {
    pub source: Arc<Segment>,
    pub network: u32,
    pub range: (u32, u32),
    pub table: Option<u32>,
    pub gates: Vec<u32>,
    pub title: String,
}

/// A pass-through listener's way to one target resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Forward {
    pub balancer: u32,
    pub listener: u32,
    pub target: u32,
}

impl Host {
    /// The address that it has where it stands.
    pub(crate) fn own(&self) -> Option<u32> {
        if self.area.is_some() { self.ip } else { self.public.or(self.ip) }
    }
}

impl Area {
    pub(crate) fn holds(&self, address: u32) -> bool {
        self.range.0 <= address && address <= self.range.1
    }
}

impl World {
    pub(crate) fn host(&self, number: HostNumber) -> &Host {
        &self.hosts[number as usize]
    }

    pub(crate) fn thing(&self, number: u32) -> &Thing {
        &self.things[number as usize]
    }

    pub(crate) fn thing_of(&self, host: HostNumber) -> &Thing {
        self.thing(self.host(host).thing)
    }

    pub(crate) fn area(&self, number: u32) -> &Area {
        &self.areas[number as usize]
    }

    /// Title of a host: "App server", or "App server [1]" for one of several.
    pub(crate) fn title(&self, host: HostNumber) -> String {
        let thing = self.thing_of(host);
        if thing.hosts.len() == 1 {
            return thing.source.title.clone();
        }
        let name = &self.host(host).name;
        let index = name.find('[').map_or(String::new(), |at| format!(" {}", &name[at..]));
        format!("{}{index}", thing.source.title)
    }

    /// Regional services answer and start nothing, functions and gateways aside.
    pub(crate) fn starts_connections(&self, host: HostNumber) -> bool {
        let thing = self.thing_of(host);
        let host = self.host(host);
        let regional = host.area.is_none()
            && host.own().is_some_and(|address| REGIONAL.0 <= address && address <= REGIONAL.1);
        !regional || matches!(thing.source.kind.as_str(), "api-gateway" | "cdn" | "function")
    }

    /// Every instance of the matrix, in order of address.
    pub(crate) fn end_points(&self) -> impl Iterator<Item = HostNumber> {
        let is_one = |host: &Host| self.thing(host.thing).end_point && host.own().is_some();
        (0..self.hosts.len() as u32).filter(move |number| is_one(self.host(*number)))
    }

    /// Names of all end points: what [`World::reach`] takes.
    pub fn end_point_names(&self) -> Vec<&str> {
        self.end_points().map(|host| self.host(host).name.as_str()).collect()
    }

    /// The end points of these resources.
    pub(crate) fn hosts_of(&self, resources: &[Id]) -> Vec<HostNumber> {
        let numbers = resources.iter().filter_map(|id| self.by_id.get(id));
        let hosts = numbers.flat_map(|number| self.thing(*number).hosts.clone());
        hosts.filter(|h| self.thing_of(*h).end_point && self.host(*h).own().is_some()).collect()
    }
}
