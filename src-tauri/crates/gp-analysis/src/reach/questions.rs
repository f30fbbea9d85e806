//! Questions over the whole design: what reaches this, what does this reach, what is open to
//! the internet. Also the one place that treats the internet as every outside address.

use super::{
    World,
    links::{LinkVerdict, carries_packets},
    walk::{Origin, Way},
    ways::Verdict,
    words::Trace,
    world::{HostNumber, Thing},
};
use crate::sets::PacketSet;
use gp_catalog::Resolved;
use gp_model::Id;
use serde::Serialize;

/// Two end points, one of which reaches the other.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    /// Name of the instance that starts it.
    pub from: String,
    /// Name of the instance reached.
    pub to: String,
    /// What arrives.
    pub allowed: PacketSet,
    /// What is answered.
    pub answered: PacketSet,
}

/// An end point that some address on the internet reaches.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Exposure {
    /// Its resource.
    pub resource: Id,
    /// Name of the instance.
    pub instance: String,
    /// What arrives.
    pub allowed: PacketSet,
    /// What is answered.
    pub answered: PacketSet,
    /// One packet's way in.
    pub example: Option<Trace>,
}

impl World {
    /// The same design over IPv6, where a network has that.
    pub fn over_ipv6(&self) -> Option<&World> {
        self.six.as_deref()
    }

    /// All end points that reach an instance (`app[0]`) or any instance of a resource (`app`), by
    /// either family.
    pub fn everything_that_reaches(&self, name: &str) -> Vec<Connection> {
        let of = |world: &World| {
            let all: Vec<HostNumber> = world.end_points().collect();
            world.connections(&all, &world.named(name))
        };
        self.by_either(of)
    }

    fn by_either(&self, of: impl Fn(&World) -> Vec<Connection>) -> Vec<Connection> {
        let mut found = of(self);
        for more in self.over_ipv6().map(of).unwrap_or_default() {
            match found.iter_mut().find(|one| one.from == more.from && one.to == more.to) {
                Some(known) => {
                    known.allowed = known.allowed.union(&more.allowed);
                    known.answered = known.answered.union(&more.answered);
                }
                None => found.push(more),
            }
        }
        found
    }

    /// All end points that an instance, or any instance of a resource, reaches, by either family.
    pub fn everything_reached_by(&self, name: &str) -> Vec<Connection> {
        let of = |world: &World| {
            let all: Vec<HostNumber> = world.end_points().collect();
            world.connections(&world.named(name), &all)
        };
        self.by_either(of)
    }

    /// Every end point inside a network that the internet reaches, from any address; once for each
    /// family by which it does.
    pub fn exposed_to_internet(&self) -> Vec<Exposure> {
        let mut all = self.exposed();
        all.extend(self.over_ipv6().map(World::exposed).unwrap_or_default());
        all
    }

    /// What is open over IPv6 and not over IPv4: of each end point, the packets that arrive by that alone.
    pub fn exposed_by_ipv6_alone(&self) -> Vec<Exposure> {
        let Some(six) = self.over_ipv6() else { return Vec::new() };
        let four = self.exposed();
        let alone = |mut one: Exposure| {
            let known = four.iter().find(|known| known.instance == one.instance);
            if let Some(known) = known {
                one.allowed = one.allowed.difference(&known.allowed);
                one.answered = one.answered.difference(&known.answered);
            }
            (!one.allowed.is_empty()).then_some(one)
        };
        six.exposed().into_iter().filter_map(alone).collect()
    }

    /// Links between things of both families that work over IPv4 and not over IPv6, with what stops them.
    pub fn links_of_ipv4_alone(&self, resolved: &Resolved) -> Vec<LinkVerdict> {
        let Some(six) = self.over_ipv6() else { return Vec::new() };
        let speaks = |id: &Id| {
            let hosts = six.named(id);
            !hosts.is_empty() && hosts.len() == self.named(id).len()
        };
        let links = resolved.links.values().filter(|link| carries_packets(link));
        let both = links.filter(|link| speaks(&link.from) && speaks(&link.to));
        let over_six = both.map(|link| (link, six.link(link))).filter(|(_, own)| !own.works);
        over_six.filter(|(link, _)| self.link(link).works).map(|(_, own)| own).collect()
    }

    fn exposed(&self) -> Vec<Exposure> {
        let Some(internet) = self.internet() else { return Vec::new() };
        let inside: Vec<HostNumber> =
            self.end_points().filter(|host| self.host(*host).area.is_some()).collect();
        let pairs = self.candidates(&[internet], &inside);
        pairs.into_iter().filter_map(|(_, host)| self.exposure(internet, host)).collect()
    }

    fn exposure(&self, internet: HostNumber, host: HostNumber) -> Option<Exposure> {
        let mut sum = Verdict::default();
        let mut example = None;
        for (origin, address) in self.asked(internet, host) {
            let verdict = self.verdict_at(origin, host, address);
            if example.is_none() && !verdict.allowed.is_empty() {
                example = self.example(origin, host, address, &verdict.allowed);
            }
            sum.allowed = sum.allowed.union(&verdict.allowed);
            sum.answered = sum.answered.union(&verdict.answered);
        }
        (!sum.allowed.is_empty()).then(|| Exposure {
            resource: self.thing_of(host).source.id.clone(),
            instance: self.host(host).name.clone(),
            allowed: sum.allowed,
            answered: sum.answered,
            example,
        })
    }

    fn connections(&self, from: &[HostNumber], to: &[HostNumber]) -> Vec<Connection> {
        let pairs = self.candidates(from, to).into_iter();
        let known = pairs.filter_map(|(a, b)| Some((a, b, self.verdict(self.origin(a)?, b))));
        let open = known.filter(|(_, _, verdict)| !verdict.allowed.is_empty());
        let say = |(a, b, verdict): (HostNumber, HostNumber, Verdict)| Connection {
            from: self.host(a).name.clone(),
            to: self.host(b).name.clone(),
            allowed: verdict.allowed,
            answered: verdict.answered,
        };
        open.map(say).collect()
    }

    /// An instance by its address, or all of a resource (or below a container) by id.
    pub(crate) fn named(&self, name: &str) -> Vec<HostNumber> {
        match self.by_id.get(name) {
            Some(&number) => self.expand(&self.thing(number).source.id),
            None => self.by_name.get(name).copied().into_iter().collect(),
        }
    }

    /// The end points of a resource, or of everything below a container.
    pub(crate) fn expand(&self, id: &Id) -> Vec<HostNumber> {
        let own = self.hosts_of(std::slice::from_ref(id));
        // A cluster stands there itself, with its nodes, and holds workloads.
        let holds = |number: &u32| self.thing(*number).source.kind == "kubernetes-cluster";
        if !own.is_empty() && !self.by_id.get(id).is_some_and(holds) {
            return own;
        }
        let guest = |thing: &&Thing| {
            let areas = thing.hosts.clone().filter_map(|host| self.host(host).area);
            areas.map(|area| &self.area(area).source).any(|s| s.subnet == *id || s.network == *id)
        };
        let below = self.things.iter();
        let below = below.filter(|thing| thing.source.ancestors.contains(id) || guest(thing));
        let ids: Vec<Id> = below.map(|thing| thing.source.id.clone()).collect();
        own.into_iter().chain(self.hosts_of(&ids)).collect()
    }

    fn internet(&self) -> Option<HostNumber> {
        let thing = self.things.iter().find(|thing| thing.is_internet)?;
        thing.hosts.clone().next()
    }

    /// What has to be asked about a pair: from which addresses, to which. For the internet every
    /// kind of outside address, for others the one they have (`None`: all its addresses).
    pub(crate) fn asked(&self, a: HostNumber, b: HostNumber) -> Vec<(Origin, Option<u32>)> {
        let everywhere = |host: HostNumber| self.thing_of(host).is_internet;
        let mut origins: Vec<Origin> = self.origin(a).into_iter().collect();
        if everywhere(a) {
            origins
                .extend(self.outside.iter().map(|address| Origin { host: a, address: *address }));
        }
        let mut addresses = vec![None];
        if everywhere(b) {
            addresses.extend(self.outside.iter().copied().map(Some));
        }
        let pairs =
            origins.iter().flat_map(|o| addresses.iter().map(move |address| (*o, *address)));
        pairs.collect()
    }

    /// The verdict for one address of the destination, or for all that it has.
    pub(crate) fn verdict_at(&self, origin: Origin, to: HostNumber, at: Option<u32>) -> Verdict {
        let Some(address) = at else { return self.verdict(origin, to) };
        let way = self.walk(origin, to, address);
        let allowed = match way.arrives {
            Some(_) if origin.host != to => self.survivors(&way.steps, PacketSet::all()),
            _ => PacketSet::none(),
        };
        let answered = allowed.intersection(&self.thing_of(to).listens);
        Verdict { allowed, answered }
    }

    /// One packet's way for a pair that allows `wanted`.
    pub(crate) fn example(
        &self,
        origin: Origin,
        to: HostNumber,
        at: Option<u32>,
        wanted: &PacketSet,
    ) -> Option<Trace> {
        let open = |way: &Way| {
            way.arrives.is_some()
                && !self.survivors(&way.steps, PacketSet::all()).intersection(wanted).is_empty()
        };
        let way = match at {
            Some(address) => Some(self.walk(origin, to, address)),
            None => self.ways(origin, to).into_iter().find(open),
        };
        self.arriving_trace(origin, to, &way?, wanted)
    }
}
