//! The verdicts of the reach engine that rules look at.

use gp_analysis::reach::{IntentVerdict, LinkVerdict, UnusedRule, World};
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
        }
    }
}
