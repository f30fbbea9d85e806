//! What a lab does while it runs, link by link: whether it answers, and what it carries. A [`Watch`] knows what to look
//! at and makes sense of what was seen; the holder looks. Nothing is looked at unless somebody asks.

use crate::{
    LabDriver, Verdict,
    blueprint::blueprint,
    cells::{addresses, is_end_point, peerings, starts_connections},
    off::{Sent, Thing, sent},
    protocol::{Probe, Reply, Request},
};
use gp_catalog::resolved::{Instance, Resolved, ResolvedLink, ResolvedResource};
use gp_model::{Id, LinkKind, PortSpec};
use gp_plan::DriverError;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
    time::Instant,
};

/// Pairs of instances of one link that are tried in one look, and all that ever are.
const PAIRS_AT_ONCE: usize = 4;
const PAIRS: usize = 64;

/// Packets and bytes that were sent, and that came back.
pub type Counts = [u64; 4];

/// What the holder looks at in one go.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// Connections to try, once and briefly.
    pub probes: Vec<Probe>,
    /// Namespace → links whose packets are counted where they start.
    pub counted: BTreeMap<String, Vec<Sent>>,
    /// Cables whose packets are counted.
    pub cables: BTreeSet<String>,
}

/// What it saw.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// In the order of the probes.
    pub verdicts: Vec<Verdict>,
    /// Link → since it is counted.
    pub flows: BTreeMap<String, Counts>,
    /// Cable → since it was laid.
    pub cables: BTreeMap<String, Counts>,
    /// Targets of load balancers.
    pub health: Vec<Health>,
    /// What is switched off.
    pub off: Vec<String>,
    /// How long the holder worked on it, waiting for answers not counted.
    pub microseconds: u32,
}

/// How a load balancer's node finds one of its targets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// The node's instance.
    pub space: String,
    /// The target's address.
    pub address: Ipv4Addr,
    /// The port that takes traffic.
    pub port: u16,
    /// Whether it gets any.
    pub healthy: bool,
    /// Since when.
    pub seconds: u32,
}

/// How a link is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing of it can be tried.
    Unknown,
    /// Everybody answers who was tried.
    Answers,
    /// Some do.
    Partly,
    /// Nobody does.
    Silent,
    /// It is switched off.
    Off,
    /// A cable that is plugged in.
    Plugged,
}

/// What is seen of one link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkSeen {
    /// Which.
    pub link: Id,
    /// How it is.
    pub state: State,
    /// Packets of its traffic per second, both ways.
    pub packets: u64,
    /// Bytes of its traffic per second, both ways.
    pub bytes: u64,
}

struct Watched {
    link: Id,
    pairs: Vec<Probe>,
    answers: Vec<Option<bool>>,
    next: usize,
    cables: BTreeSet<String>,
}

/// What is looked at in a lab, and what was seen so far.
pub struct Watch {
    links: Vec<Watched>,
    counted: BTreeMap<String, Vec<Sent>>,
    asked: Vec<(usize, usize)>,
    before: Option<(Instant, BTreeMap<Id, Counts>)>,
}

impl Watch {
    /// Everything that links of this design carry.
    pub fn new(resolved: &Resolved) -> Self {
        let built = blueprint(resolved);
        let peered = peerings(resolved);
        let mut counted: BTreeMap<String, Vec<Sent>> = BTreeMap::new();
        let mut links = Vec::new();
        for link in resolved.links.values() {
            for (space, lines) in sent(resolved, link) {
                if built.spaces.contains_key(&space) {
                    counted.entry(space).or_default().extend(lines);
                }
            }
            let pairs = pairs(resolved, &peered, link);
            let cables = match link.kind {
                LinkKind::Peering | LinkKind::Attachment => {
                    Thing::Link(link.id.clone()).parts_in(resolved, &built).cables
                }
                _ => BTreeSet::new(),
            };
            if !pairs.is_empty() || !cables.is_empty() {
                let answers = vec![None; pairs.len()];
                links.push(Watched { link: link.id.clone(), pairs, answers, next: 0, cables });
            }
        }
        Self { links, counted, asked: Vec::new(), before: None }
    }

    /// The next look: of links with many pairs, some in turn.
    pub fn look(&mut self) -> Look {
        self.asked.clear();
        let mut look = Look { counted: self.counted.clone(), ..Look::default() };
        for (number, watched) in self.links.iter_mut().enumerate() {
            look.cables.extend(watched.cables.iter().cloned());
            for _ in 0..watched.pairs.len().min(PAIRS_AT_ONCE) {
                let pair = watched.next;
                watched.next = (pair + 1) % watched.pairs.len();
                look.probes.push(watched.pairs[pair].clone());
                self.asked.push((number, pair));
            }
        }
        look
    }

    /// What was seen, link by link. Rates are known from the second look on.
    pub fn saw(&mut self, seen: &Seen, at: Instant) -> Vec<LinkSeen> {
        for ((link, pair), verdict) in self.asked.iter().zip(&seen.verdicts) {
            self.links[*link].answers[*pair] = Some(*verdict == Verdict::Open);
        }
        let now: BTreeMap<Id, Counts> =
            self.links.iter().map(|watched| (watched.link.clone(), watched.counts(seen))).collect();
        let found = self.links.iter().map(|watched| {
            let [packets, bytes] = self.before.as_ref().map_or([0, 0], |(then, before)| {
                let seconds = at.duration_since(*then).as_secs_f64();
                let nothing = Counts::default();
                let was = before.get(&watched.link).unwrap_or(&nothing);
                rates(was, &now[&watched.link], seconds)
            });
            LinkSeen { link: watched.link.clone(), state: watched.state(seen), packets, bytes }
        });
        let found = found.collect();
        self.before = Some((at, now));
        found
    }
}

impl Watched {
    fn counts(&self, seen: &Seen) -> Counts {
        let flow = seen.flows.get(self.link.as_str()).into_iter();
        let cables = self.cables.iter().filter_map(|cable| seen.cables.get(cable));
        flow.chain(cables).fold(Counts::default(), |sum, one| {
            std::array::from_fn(|k| sum[k].saturating_add(one[k]))
        })
    }

    fn state(&self, seen: &Seen) -> State {
        let name = format!("link:{}", self.link);
        if seen.off.contains(&name) {
            return State::Off;
        }
        let tried = self.answers.iter().flatten().count();
        let good = self.answers.iter().flatten().filter(|answered| **answered).count();
        match (tried, good) {
            (0, _) if !self.cables.is_empty() => State::Plugged,
            (0, _) => State::Unknown,
            (tried, good) if tried == good => State::Answers,
            (_, 0) => State::Silent,
            _ => State::Partly,
        }
    }
}

/// Packets and bytes per second. Counters that begin anew count from there.
fn rates(before: &Counts, now: &Counts, seconds: f64) -> [u64; 2] {
    if seconds <= 0.0 {
        return [0, 0];
    }
    let since = |k: usize| if now[k] >= before[k] { now[k] - before[k] } else { now[k] };
    [since(0) + since(2), since(1) + since(3)].map(|sum| (sum as f64 / seconds).round() as u64)
}

/// Connections that say whether a link answers: each source once before any comes again.
fn pairs(resolved: &Resolved, peered: &BTreeSet<(Id, Id)>, link: &ResolvedLink) -> Vec<Probe> {
    let Some(service) = service(resolved, link) else { return Vec::new() };
    let ends = |end: &Id, starts: bool| -> Vec<(&ResolvedResource, &Instance)> {
        let meant = resolved.instances().filter(|(resource, instance)| {
            is_end_point(resource, instance)
                && resolved.link_means(end, resource)
                && resource.takes_part(instance, starts)
        });
        meant.collect()
    };
    let mut sources = ends(&link.from, true);
    sources.retain(|(resource, instance)| starts_connections(resource, instance));
    let targets = ends(&link.to, false);
    let mut found = Vec::new();
    for shift in 0..targets.len() {
        for (number, (_, from)) in sources.iter().enumerate() {
            let (_, to) = targets[(number + shift) % targets.len()];
            let addresses = addresses(resolved, peered, from, to);
            if from.address == to.address || addresses.is_empty() {
                continue;
            }
            let (from, clients) = (from.address.clone(), Vec::new());
            found.push(Probe { from, addresses, ports: service, clients, drawn: true });
            if found.len() == PAIRS {
                return found;
            }
        }
    }
    found
}

fn service(resolved: &Resolved, link: &ResolvedLink) -> Option<PortSpec> {
    if !matches!(link.kind, LinkKind::Flow | LinkKind::Target) {
        return None;
    }
    let balancer = resolved.resource(&link.from)?;
    let targets = balancer.listeners.iter().flat_map(|listener| &listener.targets);
    let mut told = targets.filter(|target| target.link == link.id).map(|target| target.ports);
    link.ports.first().copied().or_else(|| told.next())
}

impl LabDriver {
    /// Looks once.
    pub async fn watch(
        &self,
        (design, environment): (&str, &str),
        look: Look,
    ) -> Result<Seen, DriverError> {
        match self.lab(design, environment).call(Request::Look { look }).await? {
            Reply::Seen(seen) => Ok(seen),
            _ => Err(DriverError::Refused("the lab's holder answered nonsense".into())),
        }
    }

    /// Packets that each drawn rule judged, by namespace and rule.
    pub async fn counted(
        &self,
        (design, environment): (&str, &str),
    ) -> Result<BTreeMap<String, BTreeMap<String, u64>>, DriverError> {
        match self.lab(design, environment).call(Request::Counted).await? {
            Reply::Counted(counts) => Ok(counts),
            _ => Err(DriverError::Refused("the lab's holder answered nonsense".into())),
        }
    }
}
