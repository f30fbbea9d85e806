//! Who can reach whom, exactly, before anything exists. Input is [`Resolved`] alone; packets
//! are sets over protocol and destination port, addresses are sets of ranges, nothing is sampled.
//!
//! # What a connection is
//! A packet of the client and the answer to it. It is *allowed* when the first packet arrives at
//! the destination's instance and an answer finds its way back; it is *answered* when, beyond
//! that, something listens there (ICMP is answered by everything that gets it).
//! The packets of a pair are those that *arrive*: behind a pass-through balancer the port is the
//! target's. All addresses of the destination count, private and public: what can be reached by
//! either is reachable.
//!
//! # Hops, in order
//! 1. **Door** of the source instance: the filters that name its address, `egress`. Of security
//!    groups any allow in any group of the instance; each other filter must allow by itself.
//!    An instance without filters has an open door.
//! 2. **On the same segment** a packet goes straight to the other door. Else it crosses the
//!    segment's **edge** (filters that name the segment, `egress`) and asks the route table:
//!    longest prefix, of equals the first.
//! 3. **Local**: an instance of the same network. **Peering**, **hub**, **gateway**: an instance of
//!    the named network and no further. **End point**: a regional service by its public address, source unchanged.
//!    **NAT**: in through the edge and door of the NAT instance, source becomes its private
//!    address, then on by the route table of the NAT's segment; it may stand in another network
//!    only where a hub leads there. **Firewall**: in through the edge and door of the firewall's
//!    instance, where its table is asked once, source unchanged, then on by the route table of its
//!    segment; by a hub as with NAT. **Internet gateway**: source
//!    becomes the instance's public address; without one the packet dies. **Egress-only gateway**: out,
//!    source unchanged; nothing comes in by it but answers. **Blackhole**: dies.
//! 4. **Outside** only public addresses exist. Things outside a network (actors, regional
//!    services) reach each other; an instance inside is reached under its public address, which
//!    becomes its private one.
//! 5. The **edge** and **door** of the destination, `ingress`.
//! 6. **Way back**: the destination's segment must route the answer the way the packet came:
//!    local to local, peering to the network it came from, internet to an internet gateway, and what
//!    a firewall sent on to that instance of it. So do the segments of NAT gateways and firewalls.
//!    Stateful filters let answers pass; stateless ones are asked for the answer too, and must
//!    let it pass to every port from 1024 to 65535. Security groups are always stateful.
//!
//! # Load balancers
//! *Proxy* (default): the packet ends at the balancer's node; node → target is a pair of its own
//! with the node as source. *Pass-through* (`mode = "pass-through"`): the first listener with that
//! port rewrites the destination to an instance of its target (of the same protocol: by offset
//! where both name as many ports, else to the target's first) and keeps the source; the packet
//! passes the node's door outwards and goes on inside the network or over a peering (by a hub or
//! a gateway no provider keeps the source), answers return through the node. A connection never comes back to the very address it came from, and
//! balancers do not chain. A redirect is answered by the node.
//!
//! # The internet
//! In [`World::reach`] and the matrix, which are compared with real packets, an actor has the one
//! address that [`Resolved`] gives it. In intents and [`World::exposed_to_internet`] the internet
//! stands for *every* outside address: one representative per set of addresses that no rule and
//! no route tells apart. A rule that names the internet resource means everybody.
//!
//! [`Resolved`]: gp_catalog::Resolved

mod bugs;
mod candidates;
mod compile;
mod filter;
mod intents;
mod links;
mod matrix;
mod outside;
mod questions;
mod routes;
mod unused;
mod walk;
mod ways;
mod words;
mod world;

#[cfg(test)]
mod tests;

pub use intents::IntentVerdict;
pub use links::LinkVerdict;
pub use matrix::{Cell, Connects, Difference, Matrix, Row};
pub use questions::{Connection, Exposure};
pub use unused::UnusedRule;
pub use ways::Answer;
pub use words::{Block, Hop, Trace};
pub use world::World;

/// Number of cases of property tests: `GP_CASES`, else what is given.
#[cfg(test)]
pub(crate) fn cases(default: u32) -> u32 {
    std::env::var("GP_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}
