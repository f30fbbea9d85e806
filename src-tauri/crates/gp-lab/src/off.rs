//! What may be switched off in a running lab, and what of the kernel that takes out. Switches nothing: the holder does,
//! and remembers it as long as the lab lives. No part of the drawing or of a plan.

use crate::blueprint::{Blueprint, blueprint, crossings, name_between};
use gp_catalog::resolved::{Instance, Resolved, ResolvedLink, ResolvedResource};
use gp_model::{Id, LinkKind, PortSpec};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Display, Formatter},
    net::Ipv4Addr,
};

/// Something drawn that can be switched off. As text: `app`, `app[0]`, `link:app-orders`, `zone:a`, `zone:here/a`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Thing {
    /// A resource with everything in it.
    Resource(Id),
    /// One of several instances.
    Instance(String),
    /// A link.
    Link(Id),
    /// Everything that stands in a zone, of one region or of all.
    Zone {
        /// The drawn region.
        region: Option<Id>,
        /// Its letter.
        zone: String,
    },
}

/// The parts of a lab that go out with a thing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parts {
    /// Namespaces that lose all their cables.
    pub spaces: BTreeSet<String>,
    /// Cables that are pulled.
    pub cables: BTreeSet<String>,
    /// Segments whose bridges go down.
    pub bridges: BTreeSet<String>,
    /// Namespace → what is refused there before anything else is asked.
    pub refused: BTreeMap<String, Vec<Sent>>,
}

/// Packets of one link that leave a namespace where the link starts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sent {
    /// Which link.
    pub link: String,
    /// Where they go.
    pub to: BTreeSet<Ipv4Addr>,
    /// To which ports there.
    pub ports: BTreeSet<PortSpec>,
}

impl Parts {
    /// Whether nothing goes out with it.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Parts {
    /// Whether a connection between these instances cannot work without them.
    pub fn touch(&self, resolved: &Resolved, (from, to): (&str, &str), service: PortSpec) -> bool {
        if self.spaces.contains(from) || self.spaces.contains(to) {
            return true;
        }
        let find = |address: &str| resolved.instances().find(|(_, one)| one.address == address);
        let (Some((_, source)), Some((_, target))) = (find(from), find(to)) else { return false };
        let network = |one: &Instance| {
            let segment = resolved.segments.get(one.segment.as_ref()?)?;
            Some(segment.network.clone())
        };
        if let (Some(a), Some(b)) = (network(source), network(target))
            && self.cables.contains(&format!("peering:{}", name_between(&a, &b)))
        {
            return true;
        }
        let addresses = [target.ip, target.public_ip];
        self.refused.get(from).into_iter().flatten().any(|sent| {
            let meant = addresses.iter().flatten().any(|address| sent.to.contains(address));
            meant
                && sent.ports.iter().any(|ports| {
                    ports.protocol == service.protocol
                        && ports.low <= service.low
                        && service.high <= ports.high
                })
        })
    }
}

impl Thing {
    /// What a text names, if that is drawn here.
    pub fn find(resolved: &Resolved, text: &str) -> Option<Self> {
        if let Some(link) = text.strip_prefix("link:") {
            return resolved.links.get(link).map(|link| Self::Link(link.id.clone()));
        }
        if let Some(zone) = text.strip_prefix("zone:") {
            let (region, zone) = match zone.rsplit_once('/') {
                Some((region, zone)) => (Some(Id::from(region)), zone),
                None => (None, zone),
            };
            let thing = Self::Zone { region, zone: zone.to_owned() };
            let mut stands = resolved.instances().map(|(resource, one)| (resource, Some(one)));
            return stands.any(|(r, i)| thing.takes(resolved, r, i)).then_some(thing);
        }
        if let Some(resource) = resolved.resource(text) {
            return Some(Self::Resource(resource.id.clone()));
        }
        if resolved.instances().any(|(_, instance)| instance.address == text) {
            return Some(Self::Instance(text.to_owned()));
        }
        resolved.links.get(text).map(|link| Self::Link(link.id.clone()))
    }

    /// What goes out with it; nothing where nothing of it stands in a lab.
    pub fn parts(&self, resolved: &Resolved) -> Parts {
        self.parts_in(resolved, &blueprint(resolved))
    }

    /// The same where the blueprint is at hand.
    pub(crate) fn parts_in(&self, resolved: &Resolved, built: &Blueprint) -> Parts {
        let mut parts = Parts::default();
        for (resource, instance) in resolved.instances() {
            if self.takes(resolved, resource, Some(instance))
                && built.spaces.contains_key(&instance.address)
            {
                parts.spaces.insert(instance.address.clone());
            }
        }
        for segment in resolved.segments.values() {
            let within = |id: &Id| segment.subnet == *id || segment.network == *id;
            let goes = match self {
                Self::Resource(id) => {
                    within(id)
                        || resolved
                            .resource(&segment.network)
                            .is_some_and(|n| n.ancestors.contains(id))
                }
                Self::Zone { region, zone } => {
                    segment.zone.as_ref() == Some(zone)
                        && region.as_ref().is_none_or(|region| {
                            let network = resolved.resource(&segment.network);
                            network.is_some_and(|network| network.ancestors.contains(region))
                        })
                }
                Self::Instance(_) | Self::Link(_) => false,
            };
            if goes {
                parts.bridges.insert(segment.id.clone());
            }
        }
        parts.cables.extend(self.cables(resolved, built));
        if let Self::Link(id) = self
            && let Some(link) = resolved.links.get(id)
        {
            parts.refused = sent(resolved, link);
        }
        parts
    }

    /// Whether an instance of this resource goes out with it.
    fn takes(
        &self,
        resolved: &Resolved,
        resource: &ResolvedResource,
        instance: Option<&Instance>,
    ) -> bool {
        match self {
            Self::Resource(id) => resource.id == *id || resource.ancestors.contains(id),
            Self::Instance(address) => instance.is_some_and(|one| one.address == *address),
            Self::Link(_) => false,
            Self::Zone { region, zone } => {
                let here = region.as_ref().is_none_or(|id| resource.ancestors.contains(id));
                let segment = instance.and_then(|one| resolved.segments.get(one.segment.as_ref()?));
                let stands = instance.and_then(|one| one.zone.as_ref());
                here && (stands == Some(zone)
                    || segment.is_some_and(|s| s.zone.as_ref() == Some(zone)))
            }
        }
    }

    /// Cables between networks that it stands for.
    fn cables<'a>(
        &'a self,
        resolved: &'a Resolved,
        built: &'a Blueprint,
    ) -> impl Iterator<Item = String> + 'a {
        let ways = crossings(resolved).into_iter().filter(move |crossing| {
            let (a, b) = &crossing.ends;
            match self {
                Self::Resource(id) => crossing.by == *id || a == id || b == id,
                Self::Link(id) => resolved.links.get(id).is_some_and(|link| {
                    let joins = |by: &Id, network: &Id| {
                        crossing.by == *by && (a == network || b == network)
                    };
                    crossing.by == *id
                        || matches!(link.kind, LinkKind::Attachment | LinkKind::Peering)
                            && (joins(&link.to, &link.from)
                                || joins(&link.from, &link.to)
                                || joins_by_gateway(resolved, link, &crossing.by))
                }),
                Self::Instance(_) | Self::Zone { .. } => false,
            }
        });
        let ways = ways.map(|crossing| format!("peering:{}", crossing.name));
        ways.filter(|name| built.cables.contains_key(name))
    }
}

/// A gateway on a hub, or the site behind a gateway: the line itself is the gateway's.
fn joins_by_gateway(resolved: &Resolved, link: &ResolvedLink, by: &Id) -> bool {
    let is_gateway = |id: &Id| {
        let kind = resolved.resource(id).map(|resource| resource.kind.as_str());
        matches!(kind, Some("vpn-gateway" | "dedicated-link"))
    };
    [&link.from, &link.to].into_iter().any(|end| end == by && is_gateway(end))
}

/// Namespace → what of a link leaves it.
pub(crate) fn sent(resolved: &Resolved, link: &ResolvedLink) -> BTreeMap<String, Vec<Sent>> {
    let mut found: BTreeMap<String, Vec<Sent>> = BTreeMap::new();
    if !matches!(link.kind, LinkKind::Flow | LinkKind::Target) || link.ports.is_empty() {
        return found;
    }
    let mut ports: BTreeSet<PortSpec> = link.ports.iter().copied().collect();
    // A balancer sends to the port that its listener names for this target.
    let targets = resolved.resource(&link.from).into_iter().flat_map(|from| &from.listeners);
    let targets = targets.flat_map(|listener| &listener.targets);
    ports.extend(targets.filter(|target| target.link == link.id).map(|target| target.ports));
    let to = addresses_to(resolved, &link.to);
    for (resource, instance) in resolved.instances() {
        let addressed = instance.ip.is_some() || instance.public_ip.is_some();
        let starts = resource.takes_part(instance, true);
        if addressed && starts && resolved.link_means(&link.from, resource) {
            let line = Sent { link: link.id.to_string(), to: to.clone(), ports: ports.clone() };
            found.entry(instance.address.clone()).or_default().push(line);
        }
    }
    found
}

/// Every address at which something that a link leads to may be called.
fn addresses_to(resolved: &Resolved, end: &Id) -> BTreeSet<Ipv4Addr> {
    let meant = resolved.instances().filter(|(resource, instance)| {
        resolved.link_means(end, resource) && resource.takes_part(instance, false)
    });
    meant.flat_map(|(_, instance)| [instance.ip, instance.public_ip]).flatten().collect()
}

impl Display for Thing {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resource(id) => write!(f, "{id}"),
            Self::Instance(address) => write!(f, "{address}"),
            Self::Link(id) => write!(f, "link:{id}"),
            Self::Zone { region: None, zone } => write!(f, "zone:{zone}"),
            Self::Zone { region: Some(region), zone } => write!(f, "zone:{region}/{zone}"),
        }
    }
}
