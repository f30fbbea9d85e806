//! Exact sets: of numbers ([`IntervalSet`]), of addresses ([`AddressSet`]), of packets by
//! protocol and destination port ([`PacketSet`]). They know nothing of networks.

mod interval;
mod packets;

pub use interval::{IntervalSet, Number};
pub use packets::{EPHEMERAL, FIRST_PORT, PacketSet};

use ipnet::Ipv4Net;

/// A set of IPv4 addresses, as ranges of their numbers.
pub type AddressSet = IntervalSet<u32>;

/// All addresses of a network, its first and last included.
pub fn addresses(net: Ipv4Net) -> (u32, u32) {
    (u32::from(net.network()), u32::from(net.broadcast()))
}
