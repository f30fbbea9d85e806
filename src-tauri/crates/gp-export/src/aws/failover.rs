//! Names with two answers, the second for when the first fails: what Route 53 asks, and how it says so.

use super::{Facts, answer::Answer, server::is_private_zone};
use gp_catalog::{
    naming,
    resolved::{Failover, Record, ResolvedResource},
};

/// Seconds that others may keep an answer of a failover.
pub const TTL: i64 = 60;
/// Seconds between two connections that are tried.
pub const INTERVAL: i64 = 30;
/// So many in a row that fail mean that it is gone.
pub const ENOUGH: i64 = 3;

/// One half of a failover.
pub struct Half<'a> {
    /// `primary` or `secondary`.
    pub word: &'static str,
    /// What decides; none where the answer tells by itself, or decides nothing.
    pub check: Option<Check<'a>>,
}

/// A connection that is tried from the internet.
pub struct Check<'a> {
    /// To whom.
    pub to: To<'a>,
    /// At which port.
    pub port: i64,
}

/// Whom a check asks.
pub enum To<'a> {
    /// A load balancer, by its name.
    Balancer(&'a ResolvedResource),
    /// The only one of a server.
    Server(&'a ResolvedResource),
    /// Somebody else, by address.
    Address(String),
}

/// The half that a record is, or in words why it cannot be one.
pub fn half<'a>(
    facts: &Facts<'a>,
    zone: &ResolvedResource,
    record: &Record,
    answer: &Answer<'a>,
) -> Result<Option<Half<'a>>, String> {
    let Some(failover) = record.failover else { return Ok(None) };
    let name = crate::name::one_line(&record.name);
    let refused =
        |why: String| Err(format!("“{name}” of “{}” does not fail over: {why}", zone.title));
    if failover == Failover::Secondary {
        return Ok(Some(Half { word: "secondary", check: None }));
    }
    let private = is_private_zone(zone);
    let to = match answer {
        // In its own network it is known how a balancer is.
        Answer::Balancer(_) if private => {
            return Ok(Some(Half { word: "primary", check: None }));
        }
        _ if private => {
            return refused("Route 53 tries connections from the internet, and inside knows only how load balancers are".to_owned());
        }
        Answer::Balancer(balancer) => To::Balancer(balancer),
        Answer::Public(server) if server.instances.len() == 1 => To::Server(server),
        Answer::Public(server) => {
            return refused(format!(
                "Route 53 tries one address, and “{}” is several; put a load balancer before them",
                server.title
            ));
        }
        Answer::Written(values) => match values.first() {
            Some(address) => To::Address(address.clone()),
            None => return refused("there is no address to try".to_owned()),
        },
        Answer::Private(other) | Answer::Database(other) => {
            return refused(format!("the internet does not reach “{}”", other.title));
        }
    };
    let target = record.target.as_ref().and_then(|id| facts.resource(id));
    match target.and_then(naming::tried_port) {
        Some(port) => {
            Ok(Some(Half { word: "primary", check: Some(Check { to, port: port.into() }) }))
        }
        None => refused("it listens on no TCP port that could be tried".to_owned()),
    }
}
