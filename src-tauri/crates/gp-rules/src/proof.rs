//! The verdicts of the reach engine that rules look at.

use gp_analysis::reach::{Exposure, IntentVerdict, LinkVerdict, UnusedRule, World};
use gp_catalog::Resolved;

/// What the proof says of one resolved design.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Proof {
    /// Whether each flow and target link works.
    pub links: Vec<LinkVerdict>,
    /// Whether each intent holds.
    pub intents: Vec<IntentVerdict>,
    /// Firewall lines that never decide.
    pub unused: Vec<UnusedRule>,
    /// What the internet reaches over IPv6 and not over IPv4.
    pub exposed_by_ipv6: Vec<Exposure>,
    /// Links that work over IPv4 and not over IPv6, though both ends speak both.
    pub by_ipv4_alone: Vec<LinkVerdict>,
}

impl Proof {
    /// Runs the reach engine over a design.
    pub fn of(resolved: &Resolved) -> Self {
        Self::from_world(&World::new(resolved), resolved)
    }

    /// The verdicts of an engine that was built already.
    pub fn from_world(world: &World, resolved: &Resolved) -> Self {
        Self {
            links: world.links(resolved),
            intents: world.intents(resolved),
            unused: world.unused_rules(),
            exposed_by_ipv6: world.exposed_by_ipv6_alone(),
            by_ipv4_alone: world.links_of_ipv4_alone(resolved),
        }
    }
}
