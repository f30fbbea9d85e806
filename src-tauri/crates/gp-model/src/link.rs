//! Links (who talks to whom, what hangs on what) and intents (what must and must not be).

use crate::{Id, Table};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What a link means. Written only where the ends leave a choice.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// Traffic from one to the other.
    Flow,
    /// A volume on a server, a key on a bucket.
    Attachment,
    /// A load balancer's target.
    Target,
    /// Two networks side by side.
    Peering,
    /// What starts a function or fills a queue: a queue, a topic, a stream, a bucket, an API gateway.
    Trigger,
    /// Port to port.
    Cable,
    /// One must exist before the other.
    Dependency,
}

/// What a principal may do with a thing; a grant apart from reachability.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    /// Get and list.
    Read,
    /// Put and delete.
    Write,
    /// Take messages.
    Consume,
    /// Send messages.
    Publish,
    /// Call.
    Invoke,
    /// Everything.
    Admin,
}

/// One `[link.ID]` table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Link {
    /// Where it starts: a resource id.
    pub from: Id,
    /// Where it ends: a resource id.
    pub to: Id,
    /// Written only where the ends leave a choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<LinkKind>,
    /// `tcp/5432`, `tcp/8000-8080`, `icmp`, or a service name of the target; empty: all its services.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<String>,
    /// Grants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub access: Vec<Access>,
    /// Expected volume, `"200 GB/month"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traffic: Option<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Other keys: `listener`, `name`, `batch`, `groups`, `gateway-transit`, `domains`,
    /// `failover`, `bandwidth`, `latency`, `loss` where the link's kind has a use for them, and ones we do
    /// not know, kept.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub attributes: Table,
}

/// What an intent expects.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Expectation {
    /// Every pair can.
    Reachable,
    /// No pair can.
    #[default]
    Unreachable,
    /// These and no other source.
    Only,
}

/// One `[intent.ID]` table. A container as an end means all its end points.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Intent {
    /// What must hold.
    pub expect: Expectation,
    /// The sources.
    pub from: Id,
    /// The destinations.
    pub to: Id,
    /// Limited to these (as in [`Link::allow`]); empty: everything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allow: Vec<String>,
    /// Unknown keys, kept.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub attributes: Table,
}

/// A transport protocol.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// ICMP; carries no port.
    Icmp,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
            Self::Icmp => "icmp",
        })
    }
}

/// A protocol and an inclusive range of ports. ICMP has the range 0–0.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
pub struct PortSpec {
    /// The protocol.
    pub protocol: Protocol,
    /// First port.
    pub low: u16,
    /// Last port, included.
    pub high: u16,
}

impl PortSpec {
    /// One TCP port.
    pub fn tcp(port: u16) -> Self {
        Self { protocol: Protocol::Tcp, low: port, high: port }
    }
}

impl FromStr for PortSpec {
    type Err = String;

    /// `tcp/5432`, `udp/8000-8080`, `icmp`. The error says what is wrong and what is expected.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("“{text}” is not `tcp/PORT`, `udp/LOW-HIGH` or `icmp`");
        let (protocol, ports) = match text.split_once('/') {
            None if text == "icmp" => {
                return Ok(Self { protocol: Protocol::Icmp, low: 0, high: 0 });
            }
            Some(("tcp", ports)) => (Protocol::Tcp, ports),
            Some(("udp", ports)) => (Protocol::Udp, ports),
            _ => return Err(wrong()),
        };
        let (low, high) = ports.split_once('-').unwrap_or((ports, ports));
        let low: u16 = low.parse().map_err(|_| wrong())?;
        let high: u16 = high.parse().map_err(|_| wrong())?;
        if low == 0 || high < low {
            return Err(wrong());
        }
        Ok(Self { protocol, low, high })
    }
}

impl fmt::Display for PortSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.protocol {
            Protocol::Icmp => f.write_str("icmp"),
            protocol if self.low == self.high => write!(f, "{protocol}/{}", self.low),
            protocol => write!(f, "{protocol}/{}-{}", self.low, self.high),
        }
    }
}
