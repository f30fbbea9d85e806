//! What the lab is made of: namespaces, bridges, cables, routes, rules, listeners. Made from
//! [`gp_catalog::Resolved`] by a pure function; the holder makes the kernel agree with it. Touches
//! no kernel itself.

mod appliance;
mod balance;
mod build;
mod crossing;
mod filter;
mod listeners;
mod names;
mod naming;
mod router;
mod text;

pub(crate) use balance::spread_rules;
pub use build::blueprint;
pub(crate) use build::is_outside;
pub(crate) use crossing::{Crossing, crossings};
pub use names::device_name;
pub(crate) use names::short_name;
pub use naming::{Asks, Entry, Names, RESOLVER_ADDRESS, Row, Then, Tried};
pub(crate) use router::space_name;

use crate::nft::Rule;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
};

/// Address of the internet's core router on every cable that leads to it.
pub const CORE_ADDRESS: Ipv4Addr = Ipv4Addr::new(169, 254, 0, 1);
/// Address of the router in front of regional services.
pub const SERVICES_ADDRESS: Ipv4Addr = Ipv4Addr::new(169, 254, 0, 2);
/// Name of the internet's core router.
pub const CORE: &str = "core";
/// Name of the router in front of regional services.
pub const SERVICES: &str = "services";

/// Everything that should exist. Every part names its owner: the address of the planned thing it
/// is made and removed with; an empty owner means the lab itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Blueprint {
    /// Namespaces by name: `core`, `services`, `router:NETWORK`, or an instance's address.
    pub spaces: BTreeMap<String, Space>,
    /// Bridges by segment id. They live in a namespace of their own, without addresses or rules.
    pub bridges: BTreeMap<String, Bridge>,
    /// Cables by name.
    pub cables: BTreeMap<String, Cable>,
    /// Folders by the volume's address.
    pub volumes: BTreeMap<String, Volume>,
}

/// A network namespace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Space {
    /// Whom it is made and removed with.
    pub owner: String,
    /// Whether it forwards packets.
    pub forwards: bool,
    /// Addresses on its loopback device.
    pub addresses: Vec<Ipv4Addr>,
    /// Its routes, apart from those that addresses imply.
    pub routes: BTreeSet<RouteLine>,
    /// Which packets look into which table.
    pub selectors: BTreeSet<Selector>,
    /// Its nftables rules, in order.
    pub rules: Vec<Rule>,
    /// What listens in it.
    pub listeners: Vec<Listener>,
    /// Sends what it takes on to others.
    pub balancer: Option<Balancer>,
    /// What it answers that is asked for names.
    pub names: Option<Names>,
    /// Whom it asks for names itself.
    pub asks: Vec<Asks>,
}

/// One route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RouteLine {
    /// Table number; 254 is the main one.
    pub table: u32,
    /// Where to.
    pub destination: ipnet::Ipv4Net,
    /// Through which device; none: nowhere, and the sender is told.
    pub device: Option<String>,
    /// By which neighbour; none: directly.
    pub gateway: Option<Ipv4Addr>,
}

/// A policy routing rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Selector {
    /// Packets that came in by this device.
    From {
        /// The device.
        device: String,
        /// The table.
        table: u32,
    },
    /// Packets of a range that came in by this device, before others that did.
    Source {
        /// The device.
        device: String,
        /// Where they come from.
        source: ipnet::Ipv4Net,
        /// The table.
        table: u32,
    },
    /// Packets with this mark, before any other.
    Mark {
        /// The mark.
        mark: u32,
        /// The table.
        table: u32,
    },
}

/// A bridge: one per segment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bridge {
    /// Whom it is made and removed with.
    pub owner: String,
    /// Its device name.
    pub device: String,
}

/// A pair of virtual interfaces.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cable {
    /// Whom it is made and removed with.
    pub owner: String,
    /// The end in a namespace.
    pub end: End,
    /// The other end.
    pub to: Far,
}

/// The other end of a cable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Far {
    /// A port of a segment's bridge.
    Bridge {
        /// The segment.
        segment: String,
        /// The port's device name.
        device: String,
    },
    /// Another namespace.
    Space(End),
}

/// An end of a cable in a namespace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// Which namespace.
    pub space: String,
    /// The device's name there.
    pub device: String,
    /// Its address with the prefix of the segment, where it has one.
    pub address: Option<ipnet::Ipv4Net>,
    /// A fixed hardware address, where rules must know it.
    pub hardware: Option<[u8; 6]>,
    /// What is reached through it without a gateway.
    pub reaches: Vec<ipnet::Ipv4Net>,
}

/// What answers on a port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listener {
    /// `tcp` or `udp` port.
    pub ports: gp_model::PortSpec,
    /// How it answers.
    pub answer: Answer,
}

/// Of a longer range only the first and the last port are served.
const LONGEST_RANGE: u16 = 32;

impl Listener {
    /// The ports that really answer.
    pub(crate) fn served(&self) -> Vec<u16> {
        let (low, high) = (self.ports.low, self.ports.high);
        if high - low < LONGEST_RANGE { (low..=high).collect() } else { vec![low, high] }
    }
}

/// How a listener answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// HTTP 200 with the name of the server.
    Http,
    /// A line with the name of the server and the service.
    Banner {
        /// The service's name.
        service: String,
    },
    /// The wire protocol's own refusal: a responder, not the database itself.
    Postgres,
    /// HTTP 301 to another port.
    Redirect {
        /// To which port.
        port: u16,
    },
    /// Passed on to a target of the space's balancer.
    Proxy {
        /// Number of the pool in [`Balancer::pools`].
        pool: usize,
    },
    /// The same datagram back.
    Echo,
    /// As a name server, out of the space's [`Names`].
    Names,
}

/// A load balancer's node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Balancer {
    /// Terminates connections (proxy) or only rewrites the destination (pass-through).
    pub proxy: bool,
    /// One per listener.
    pub pools: Vec<Pool>,
    /// How targets are judged.
    pub check: HealthCheck,
}

/// Targets of one listener.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pool {
    /// What it listens on.
    pub ports: gp_model::PortSpec,
    /// Address and port of each target.
    pub targets: Vec<(Ipv4Addr, u16)>,
}

/// How a load balancer asks its targets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HealthCheck {
    /// Asks `GET path` and wants 2xx or 3xx; none: a connection is enough.
    pub path: Option<String>,
    /// Another port than the traffic's.
    pub port: Option<u16>,
}

/// A folder with the drawn size.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Volume {
    /// Whom it is made and removed with.
    pub owner: String,
    /// As drawn.
    pub size: String,
}

impl Blueprint {
    /// The parts that belong to these owners, and those of the lab itself.
    #[must_use]
    pub fn parts_of(&self, owners: &BTreeSet<&str>) -> Self {
        let mine = |owner: &str| owner.is_empty() || owners.contains(owner);
        Self {
            spaces: picked(&self.spaces, |space| mine(&space.owner)),
            bridges: picked(&self.bridges, |bridge| mine(&bridge.owner)),
            cables: picked(&self.cables, |cable| mine(&cable.owner)),
            volumes: picked(&self.volumes, |volume| mine(&volume.owner)),
        }
    }

    /// Puts the other's parts into this one.
    pub fn put(&mut self, other: Self) {
        self.spaces.extend(other.spaces);
        self.bridges.extend(other.bridges);
        self.cables.extend(other.cables);
        self.volumes.extend(other.volumes);
    }

    /// Takes out everything of an owner.
    pub fn remove_owner(&mut self, owner: &str) {
        self.spaces.retain(|_, space| space.owner != owner);
        self.bridges.retain(|_, bridge| bridge.owner != owner);
        self.cables.retain(|_, cable| cable.owner != owner);
        self.volumes.retain(|_, volume| volume.owner != owner);
    }
}

fn picked<T: Clone>(all: &BTreeMap<String, T>, wanted: impl Fn(&T) -> bool) -> BTreeMap<String, T> {
    let some = all.iter().filter(|(_, part)| wanted(part));
    some.map(|(name, part)| (name.clone(), part.clone())).collect()
}

impl Cable {
    /// Its ends that stand in namespaces.
    pub fn ends(&self) -> impl Iterator<Item = &End> {
        let far = match &self.to {
            Far::Space(end) => Some(end),
            Far::Bridge { .. } => None,
        };
        std::iter::once(&self.end).chain(far)
    }
}
