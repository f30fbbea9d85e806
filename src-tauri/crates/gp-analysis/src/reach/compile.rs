//! From [`Resolved`] to [`World`]: one pass per section, linear, total. What names nothing that
//! exists is left out; the drawing's problems are the checks' business.

use super::{
    World,
    filter::{Addresses, Gate, Rule, Rules},
    links, outside,
    routes::Table,
    world::{Area, Forward, Host, Thing},
};
use crate::sets::{AddressSet, PacketSet, addresses};
use gp_catalog::borders::Borders;
use gp_catalog::resolved::{Filter, FilterRule, Peer, Resolved, ResolvedResource};
use gp_model::{Id, PortSpec};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// Kinds that packets only pass through.
const HOPS: [&str; 3] = ["nat-gateway", "private-endpoint", "firewall"];

impl World {
    /// Compiles a design, for both families where it has both.
    pub fn new(resolved: &Resolved) -> Self {
        let six = resolved.over_ipv6().map(|over| {
            let world = Self::of_one_family(&over.resolved);
            Box::new(Self { real: over.real, ..world })
        });
        Self { six, ..Self::of_one_family(resolved) }
    }

    fn of_one_family(resolved: &Resolved) -> Self {
        let mut world = Self::default();
        world.add_areas(resolved);
        world.add_things(resolved);
        world.add_tables(resolved);
        world.add_gates(resolved);
        world.add_forwards();
        world.add_asked(resolved);
        world.outside = outside::representatives(&world, resolved);
        world
    }

    fn add_areas(&mut self, resolved: &Resolved) {
        let mut networks: HashMap<Id, u32> = HashMap::new();
        let title =
            |id: &Id| resolved.resource(id).map_or_else(|| id.to_string(), |r| r.title.clone());
        for segment in resolved.segments.values() {
            let network = *networks.entry(segment.network.clone()).or_insert_with(|| {
                self.networks.push(segment.network.clone());
                self.network_titles.push(title(&segment.network));
                self.networks.len() as u32 - 1
            });
            let zone =
                segment.zone.as_ref().map_or(String::new(), |zone| format!(" in zone {zone}"));
            self.areas.push(Area {
                source: Arc::clone(segment),
                network,
                range: addresses(segment.cidr),
                table: None,
                gates: Vec::new(),
                title: format!("{}{zone}", title(&segment.subnet)),
            });
        }
    }

    fn add_things(&mut self, resolved: &Resolved) {
        let areas: HashMap<&str, u32> =
            resolved.segments.keys().zip(0..).map(|(id, number)| (id.as_str(), number)).collect();
        for resource in resolved.resources.values() {
            let number = self.things.len() as u32;
            self.by_id.insert(resource.id.clone(), number);
            let first = self.hosts.len() as u32;
            for instance in resource.instances.iter() {
                let area = instance.segment.as_ref().and_then(|id| areas.get(id.as_str()).copied());
                self.add_host(Host {
                    name: instance.address.clone(),
                    thing: number,
                    area,
                    ip: instance.ip.map(u32::from),
                    public: instance.public_ip.map(u32::from),
                    gates: Vec::new(),
                });
            }
            self.things.push(thing(resource, first..self.hosts.len() as u32));
        }
    }

    fn add_host(&mut self, host: Host) {
        let number = self.hosts.len() as u32;
        if let (Some(area), Some(ip)) = (host.area, host.ip) {
            self.inside.entry((self.areas[area as usize].network, ip)).or_insert(number);
        }
        let public = if host.area.is_some() { host.public } else { host.own() };
        if let Some(address) = public {
            self.public.entry(address).or_insert(number);
        }
        self.by_name.entry(host.name.clone()).or_insert(number);
        self.hosts.push(host);
    }

    fn add_tables(&mut self, resolved: &Resolved) {
        let numbers: HashMap<&str, u32> =
            resolved.route_tables.keys().zip(0..).map(|(id, n)| (id.as_str(), n)).collect();
        let network = |id: &str| self.networks.iter().position(|n| **n == *id).map(|n| n as u32);
        let host = |name: &str| self.by_name.get(name).copied();
        let tables: Vec<Table> =
            resolved.route_tables.values().map(|t| Table::new(t, host, network)).collect();
        for area in &mut self.areas {
            area.table = numbers.get(area.source.route_table.as_str()).copied();
        }
        let nats = tables.iter().flat_map(|table| table.source.routes.iter()).filter_map(|route| {
            match &route.via {
                gp_catalog::resolved::Via::Nat { instance, .. } => self.by_name.get(instance),
                _ => None,
            }
        });
        let hosts = nats.map(|n| self.host(*n));
        let mut seen: Vec<u32> = hosts.flat_map(|host| [host.ip, host.public]).flatten().collect();
        seen.sort_unstable();
        seen.dedup();
        self.nat_addresses = seen;
        self.tables = tables;
    }

    fn add_gates(&mut self, resolved: &Resolved) {
        let areas: HashMap<&str, u32> =
            resolved.segments.keys().zip(0..).map(|(id, number)| (id.as_str(), number)).collect();
        let mut peers: HashMap<u32, Addresses> = HashMap::new();
        for (number, filter) in (0..).zip(resolved.filters.values()) {
            let gate = self.gate(filter, &mut peers);
            self.gates.push(gate);
            for place in &filter.applies_to {
                if let Some(&host) = self.by_name.get(place) {
                    self.hosts[host as usize].gates.push(number);
                }
                if let Some(&area) = areas.get(place.as_str()) {
                    self.areas[area as usize].gates.push(number);
                }
            }
        }
    }

    fn gate(&self, filter: &Arc<Filter>, peers: &mut HashMap<u32, Addresses>) -> Gate {
        let mut rules = |list: &[FilterRule]| {
            let rule = |rule: &FilterRule| Rule {
                allow: rule.allow,
                peer: self.addresses(&rule.peer, peers),
                source: rule.source.as_ref().map(|peer| self.addresses(peer, peers)),
                destination: rule.destination.as_ref().map(|peer| self.addresses(peer, peers)),
                ports: rule.ports.map_or_else(PacketSet::all, PacketSet::of),
            };
            Rules::new(list.iter().map(rule).collect())
        };
        let owner = self.by_id.get(&filter.owner).map(|n| self.thing(*n).source.title.clone());
        Gate {
            source: Arc::clone(filter),
            owner_title: owner.unwrap_or_else(|| filter.owner.to_string()),
            ingress: rules(&filter.ingress),
            egress: rules(&filter.egress),
        }
    }

    /// A resource as a peer is its instances, each by the address it has where it stands.
    fn addresses(&self, peer: &Peer, known: &mut HashMap<u32, Addresses>) -> Addresses {
        let one = |range| Addresses::Set(Arc::new(AddressSet::from_ranges([range])));
        match peer {
            Peer::Any => Addresses::Any,
            Peer::Cidr { cidr } if cidr.prefix_len() == 0 => Addresses::Any,
            Peer::Cidr { cidr } => one(addresses(*cidr)),
            // Nobody: over IPv6 it is a range of that world's.
            Peer::Range6 { .. } => Addresses::Set(Arc::default()),
            Peer::Resource { id } | Peer::Service { id } => {
                let Some(&number) = self.by_id.get(id) else {
                    return Addresses::Set(Arc::default());
                };
                let thing = self.thing(number);
                if thing.is_internet {
                    return Addresses::Any;
                }
                let make = || {
                    let hosts = thing.hosts.clone().filter_map(|host| self.host(host).own());
                    Addresses::Set(Arc::new(AddressSet::from_ranges(hosts.map(|a| (a, a)))))
                };
                known.entry(number).or_insert_with(make).clone()
            }
        }
    }

    /// Ports of links to a resource are asked too, and HTTPS of what is outside. Ranges are cut where
    /// anything tells their ports apart: a cell is open or closed as a whole.
    fn add_asked(&mut self, resolved: &Resolved) {
        for link in resolved.links.values().filter(|link| links::carries_packets(link)) {
            if let Some(&number) = self.by_id.get(&link.to) {
                self.things[number as usize].asked.extend(link.ports.iter().copied());
            }
        }
        for thing in &mut self.things {
            let outside = |host: u32| self.hosts[host as usize].area.is_none();
            if thing.hosts.clone().any(outside) {
                thing.asked.insert(PortSpec::tcp(443));
            }
        }
        let is_range = |spec: &PortSpec| spec.low < spec.high;
        if self.things.iter().any(|thing| thing.asked.iter().any(is_range)) {
            let borders = Borders::of_rules(resolved);
            for thing in &mut self.things {
                thing.asked = borders.cut(&thing.asked);
            }
        }
    }

    fn add_forwards(&mut self) {
        for (balancer, thing) in (0..).zip(&self.things) {
            if !thing.pass_through {
                continue;
            }
            for (listener, spec) in (0..).zip(&thing.source.listeners) {
                for (target, to) in (0..).zip(&spec.targets) {
                    if let (None, Some(&resource)) = (spec.redirect, self.by_id.get(&to.resource)) {
                        let forward = Forward { balancer, listener, target };
                        self.forwards.entry(resource).or_default().push(forward);
                    }
                }
            }
        }
    }
}

/// What the matrix asks of a destination: its services and listeners.
fn offered(resource: &ResolvedResource) -> BTreeSet<PortSpec> {
    let services = resource.services.iter().map(|service| service.ports);
    services.chain(resource.listeners.iter().map(|listener| listener.ports)).collect()
}

fn thing(resource: &Arc<ResolvedResource>, hosts: std::ops::Range<u32>) -> Thing {
    let listeners = &resource.listeners;
    let pass_through = !listeners.is_empty() && resource.text("mode") == Some("pass-through");
    let listens = if listeners.is_empty() {
        PacketSet::from_specs(resource.services.iter().map(|service| service.ports))
    } else if pass_through {
        let redirects = (0..listeners.len()).filter(|n| listeners[*n].redirect.is_some());
        redirects.fold(PacketSet::none(), |all, n| all.union(&listener_packets(resource, n)))
    } else {
        PacketSet::from_specs(listeners.iter().map(|listener| listener.ports))
    };
    Thing {
        source: Arc::clone(resource),
        hosts,
        asked: offered(resource),
        listens,
        pass_through,
        end_point: !HOPS.contains(&resource.kind.as_str()),
        is_internet: resource.kind == "internet",
    }
}

/// What the listener with this number takes: its ports without those of earlier ones.
pub(crate) fn listener_packets(resource: &ResolvedResource, number: usize) -> PacketSet {
    let earlier = PacketSet::from_specs(resource.listeners[..number].iter().map(|l| l.ports));
    PacketSet::of(resource.listeners[number].ports).difference(&earlier)
}
