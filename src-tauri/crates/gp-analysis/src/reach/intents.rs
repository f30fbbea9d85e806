//! Whether intents hold, and if not, one packet that shows it.
//!
//! - *reachable*: every source reaches every destination on all listed ports; without ports, on
//!   all services of the destination (on anything, where it has none).
//! - *unreachable*: no packet of the listed ports (without: none at all) gets from any source to
//!   any destination.
//! - *only*: every source reaches every destination on exactly the listed ports (without: its
//!   services) and nothing else, and no other end point reaches a destination on any port. End
//!   points within the destinations are not others: a database may talk to its standby.
//!
//! Where there is IPv6, nothing forbidden may arrive by it either.

use super::{World, walk::Origin, words::Trace, world::HostNumber};
use crate::sets::PacketSet;
use gp_catalog::resolved::{Resolved, ResolvedIntent};
use gp_model::{Expectation, Id};
use serde::Serialize;
use std::collections::HashSet;

/// Whether an intent holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IntentVerdict {
    /// Which.
    pub intent: Id,
    /// What it says, in words: "Internet cannot reach Data tier".
    pub text: String,
    /// Whether it holds.
    pub holds: bool,
    /// If not, what is wrong: "Internet reaches Orders on tcp/5432".
    pub because: Option<String>,
    /// If not, one packet hop by hop: one that arrives and must not, or one that must and does not.
    pub counter_example: Option<Trace>,
}

struct Broken {
    because: String,
    trace: Option<Trace>,
}

/// One question about a pair: source, destination, one address of it or all.
type Asked = (Origin, HostNumber, Option<u32>);

impl World {
    /// The verdict on every intent, in order of id.
    pub fn intents(&self, resolved: &Resolved) -> Vec<IntentVerdict> {
        resolved.intents.values().map(|intent| self.intent(resolved, intent)).collect()
    }

    /// The verdict on one intent.
    pub fn intent(&self, resolved: &Resolved, intent: &ResolvedIntent) -> IntentVerdict {
        let sources = self.hosts_of(&intent.sources);
        let destinations = self.hosts_of(&intent.destinations);
        let ports = PacketSet::from_specs(intent.ports.iter().copied());
        let broken = match intent.expect {
            Expectation::Reachable => self.first_unreached(&sources, &destinations, &ports),
            Expectation::Unreachable => {
                let forbidden = if ports.is_empty() { PacketSet::all() } else { ports };
                self.first_reached(&sources, &destinations, |_| forbidden.clone())
            }
            Expectation::Only => self.only(&sources, &destinations, &ports),
        };
        let broken = broken.or_else(|| self.broken_over_ipv6(intent));
        let (because, counter_example) =
            broken.map_or((None, None), |b| (Some(b.because), b.trace));
        IntentVerdict {
            intent: intent.id.clone(),
            text: words(resolved, intent),
            holds: because.is_none(),
            because,
            counter_example,
        }
    }

    /// What must not be reached must not over IPv6 either; what must be reached is, by one of them.
    fn broken_over_ipv6(&self, intent: &ResolvedIntent) -> Option<Broken> {
        let six = self.six.as_deref()?;
        let (from, to) = (six.hosts_of(&intent.sources), six.hosts_of(&intent.destinations));
        let ports = PacketSet::from_specs(intent.ports.iter().copied());
        let broken = match intent.expect {
            Expectation::Reachable => None,
            Expectation::Unreachable => {
                let forbidden = if ports.is_empty() { PacketSet::all() } else { ports };
                six.first_reached(&from, &to, |_| forbidden.clone())
            }
            Expectation::Only => six.more_than_only(&from, &to, &ports),
        };
        broken.map(|own| Broken { because: format!("{} over IPv6", own.because), ..own })
    }

    fn only(&self, from: &[HostNumber], to: &[HostNumber], ports: &PacketSet) -> Option<Broken> {
        let more = self.more_than_only(from, to, ports);
        more.or_else(|| self.first_unreached(from, to, ports))
    }

    fn more_than_only(
        &self,
        from: &[HostNumber],
        to: &[HostNumber],
        ports: &PacketSet,
    ) -> Option<Broken> {
        let known: HashSet<HostNumber> = from.iter().chain(to).copied().collect();
        let others: Vec<HostNumber> = self.end_points().filter(|h| !known.contains(h)).collect();
        let beyond = |host: HostNumber| PacketSet::all().difference(&self.wanted(host, ports));
        self.first_reached(&others, to, |_| PacketSet::all())
            .or_else(|| self.first_reached(from, to, beyond))
    }

    /// The listed ports, or else the services of the destination.
    fn wanted(&self, host: HostNumber, ports: &PacketSet) -> PacketSet {
        if !ports.is_empty() {
            return ports.clone();
        }
        let thing = self.thing_of(host);
        let listeners = PacketSet::from_specs(thing.source.listeners.iter().map(|l| l.ports));
        thing.listens.union(&listeners)
    }

    fn questions(&self, from: HostNumber, to: HostNumber) -> impl Iterator<Item = Asked> + use<> {
        self.asked(from, to).into_iter().map(move |(origin, address)| (origin, to, address))
    }

    /// A pair that allows some of what is forbidden at its destination.
    fn first_reached(
        &self,
        from: &[HostNumber],
        to: &[HostNumber],
        forbidden: impl Fn(HostNumber) -> PacketSet,
    ) -> Option<Broken> {
        let pairs = self.candidates(from, to).into_iter();
        pairs.flat_map(|(a, b)| self.questions(a, b)).find_map(|(origin, host, address)| {
            let allowed = self.verdict_at(origin, host, address).allowed;
            let wrong = allowed.intersection(&forbidden(host));
            (!wrong.is_empty()).then(|| Broken {
                because: format!(
                    "{} reaches {} on {wrong}",
                    self.title(origin.host),
                    self.title(host)
                ),
                trace: self.example(origin, host, address, &wrong),
            })
        })
    }

    /// A pair that does not allow all that is wanted.
    fn first_unreached(
        &self,
        from: &[HostNumber],
        to: &[HostNumber],
        ports: &PacketSet,
    ) -> Option<Broken> {
        if from.is_empty() || to.is_empty() {
            let because = "there is no end point on one of its sides in this environment";
            return Some(Broken { because: because.to_owned(), trace: None });
        }
        let pairs = to.iter().flat_map(|b| from.iter().map(|a| (*a, *b))).filter(|(a, b)| a != b);
        pairs.flat_map(|(a, b)| self.questions(a, b)).find_map(|asked| self.unreached(asked, ports))
    }

    fn unreached(&self, (origin, host, address): Asked, ports: &PacketSet) -> Option<Broken> {
        let allowed = self.verdict_at(origin, host, address).allowed;
        let wanted = self.wanted(host, ports);
        let missing = wanted.difference(&allowed);
        if !allowed.is_empty() && missing.is_empty() {
            return None;
        }
        let (title, to) = (self.title(origin.host), self.title(host));
        let because = if missing.is_empty() {
            format!("{title} does not reach {to} at all")
        } else {
            format!("{title} does not reach {to} on {missing}")
        };
        let packet = missing.example().or_else(|| PacketSet::all().example())?;
        let trace = match address {
            None => self.blocked_trace(origin, host, packet),
            Some(address) => {
                Some(self.trace(origin, host, &self.walk(origin, host, address), packet))
            }
        };
        Some(Broken { because, trace })
    }
}

fn words(resolved: &Resolved, intent: &ResolvedIntent) -> String {
    let title = |id: &Id| resolved.resource(id).map_or_else(|| id.to_string(), |r| r.title.clone());
    let (from, to) = (title(&intent.from), title(&intent.to));
    let ports = PacketSet::from_specs(intent.ports.iter().copied());
    let on = if ports.is_empty() { String::new() } else { format!(" on {ports}") };
    match intent.expect {
        Expectation::Reachable => format!("{from} reaches {to}{on}"),
        Expectation::Unreachable => format!("{from} cannot reach {to}{on}"),
        Expectation::Only if ports.is_empty() => format!("only {from} reaches {to}"),
        Expectation::Only => format!("only {from} reaches {to}, and only{on}"),
    }
}
