//! Site whose public address nobody on the internet can reach: private, shared, local or reserved.
//!
//! Bad: `address = "192.168.1.1"` at a site.
//!
//! Good: `address = "198.51.100.7"`, its router's address as others on the internet see it.
//!
//! Why: tunnels that are to end there never come up.

use super::prelude::*;
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

pub(crate) static RULE: Rule = Rule {
    id: "site-address-not-public",
    severity: Severity::Warning,
    source: include_str!("site_address_not_public.rs"),
    reads: Reads { kinds: &["site"], attributes: &["address"], near: &[] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r"
env production aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    vpn-gateway tunnel
site office address=192.168.1.1
tunnel -> office
",
            r"
site office address=100.64.3.1
  network floor 192.168.0.0/16
    subnet desks private
      server desk
",
            r"
site office address=224.0.0.5
  network floor 192.168.0.0/16
    subnet desks private
      server desk
",
        ],
        silent: &[r"
env production aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    vpn-gateway tunnel
site office address=198.51.100.7
tunnel -> office
"],
    },
};

/// Ranges in which no address is one of the internet, and what they are for. Those for examples
/// (192.0.2.0/24 and its like) stand for an address that is not known yet.
const NOT_PUBLIC: [(&str, &str); 11] = [
    ("0.0.0.0/8", "means no address at all"),
    ("10.0.0.0/8", "is private"),
    ("100.64.0.0/10", "is shared by a carrier's customers"),
    ("127.0.0.0/8", "is a machine's own"),
    ("169.254.0.0/16", "is of one line only"),
    ("172.16.0.0/12", "is private"),
    ("192.0.0.0/24", "is reserved"),
    ("192.168.0.0/16", "is private"),
    ("198.18.0.0/15", "is for measurements in a laboratory"),
    ("224.0.0.0/4", "is of a group, not of a machine"),
    ("240.0.0.0/4", "is reserved"),
];

fn check(_: &Facts<'_>, site: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let address = site.text("address").and_then(|text| text.parse::<Ipv4Addr>().ok());
    let Some(address) = address else { return };
    let within = |(range, _): &&(&str, &str)| {
        range.parse::<Ipv4Net>().is_ok_and(|range| range.contains(&address))
    };
    let Some((_, what)) = NOT_PUBLIC.iter().find(within) else { return };
    let message = format!(
        "the public address of “{}”, {address}, {what}: write the one that its router has on the internet",
        called(site)
    );
    found.push(RULE.at(Place::attribute(&site.id, "address"), message));
}
