//! nftables rules as values: their JSON for `nft -j -f -`. Starts no
//! program; the holder does.

pub mod beside;
mod json;

pub use json::batch;

use gp_model::PortSpec;
use serde::{Deserialize, Serialize};
use std::net::Ipv4Addr;

/// The only table we make.
pub const TABLE: &str = "gp";

/// A chain. The prefix keeps clear of nft's keywords (`fwd`, `log`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Chain {
    /// Marks packets of connections, before anything else.
    Mark,
    /// Rewrites destinations.
    Arrive,
    /// Packets to this namespace.
    Input,
    /// Packets of this namespace.
    Output,
    /// Packets through this namespace.
    Forward,
    /// Rewrites sources.
    Leave,
    /// A drawn table's own rules, jumped to.
    Own(u32),
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Where it stands.
    pub chain: Chain,
    /// All of these must hold.
    pub when: Vec<Match>,
    /// What happens then.
    pub then: Action,
    /// The drawn thing it comes from; rules with one are counted.
    pub id: Option<String>,
}

/// A condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Match {
    /// The source is one of these.
    Source(Vec<ipnet::Ipv4Net>),
    /// The source is none of these.
    SourceNot(Vec<ipnet::Ipv4Net>),
    /// The destination is one of these.
    Destination(Vec<ipnet::Ipv4Net>),
    /// Protocol and destination ports.
    Ports(PortSpec),
    /// Came in by this device.
    In(String),
    /// Came in by another device.
    InNot(String),
    /// Leaves by this device.
    Out(String),
    /// Leaves by another device.
    OutNot(String),
    /// Part of a known connection.
    Known,
    /// The first packet of a connection.
    New,
    /// An answer to what never came by here.
    Stray,
    /// From this hardware address.
    Hardware([u8; 6]),
    /// The connection carries a mark.
    Marked,
    /// The connection carries this mark, and this is its answer.
    AnswerOf(u32),
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Lets pass.
    Accept,
    /// Refuses with an answer.
    Reject,
    /// Back to the chain that jumped here.
    Return,
    /// On to a drawn table's rules.
    Jump(u32),
    /// To another address, same port.
    To(Ipv4Addr),
    /// To one of several, in turn; none left: refused.
    Spread(Vec<(Ipv4Addr, u16)>),
    /// From another address.
    From(Ipv4Addr),
    /// From the leaving device's address.
    Masquerade,
    /// Remembers a number with the connection.
    Remember(u32),
    /// Marks the packet with its connection's number.
    Recall,
}

impl Rule {
    /// A rule that comes from nothing drawn.
    pub fn plain(chain: Chain, when: Vec<Match>, then: Action) -> Self {
        Self { chain, when, then, id: None }
    }

    /// A rule that is counted under the name of what it comes from.
    pub fn counted(chain: Chain, when: Vec<Match>, then: Action, id: impl Into<String>) -> Self {
        Self { chain, when, then, id: Some(id.into()) }
    }
}

impl Chain {
    /// Its name.
    pub fn name(&self) -> String {
        match self {
            Self::Mark => "gp_mark".into(),
            Self::Arrive => "gp_arrive".into(),
            Self::Input => "gp_in".into(),
            Self::Output => "gp_out".into(),
            Self::Forward => "gp_forward".into(),
            Self::Leave => "gp_leave".into(),
            Self::Own(number) => format!("gp_own_{number}"),
        }
    }
}
