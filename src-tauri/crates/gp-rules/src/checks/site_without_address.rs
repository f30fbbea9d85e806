//! Site at the end of a tunnel that no one can find.
//!
//! Bad: a VPN gateway on a cloud, linked to a site without `address`.
//!
//! Good: `address = "198.51.100.7"` at the site, its router's address on the internet.
//!
//! Why: the cloud's gateway would not know where its tunnels lead.

use super::prelude::*;
use gp_model::Provider;

pub(crate) static RULE: Rule = Rule {
    id: "site-without-address",
    severity: Severity::Error,
    source: include_str!("site_without_address.rs"),
    reads: Reads {
        kinds: &["site", "vpn-gateway"],
        attributes: &["address"],
        near: &[Near::Links],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r"
env production aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    vpn-gateway tunnel
site office
tunnel -> office
"],
        silent: &[
            r"
env production aws
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    vpn-gateway tunnel
site office address=198.51.100.7
tunnel -> office
",
            r"
env test lab
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    vpn-gateway tunnel
site office
tunnel -> office
",
        ],
    },
};

fn check(facts: &Facts<'_>, site: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let cloud = matches!(
        facts.resolved.environment.provider,
        Provider::Aws | Provider::Azure | Provider::Gcp
    );
    if site.kind != "site" || !cloud || site.value("address").is_some() {
        return;
    }
    let gateways = facts
        .links(&site.id)
        .iter()
        .map(|link| if link.from == site.id { &link.to } else { &link.from });
    let mut gateways =
        gateways.filter_map(|id| facts.resource(id)).filter(|one| one.kind == "vpn-gateway");
    let Some(gateway) = gateways.next() else { return };
    let message = format!(
        "“{}” has no public address, and “{}” has tunnels to it: give it its router's address on the internet",
        called(site),
        called(gateway)
    );
    found.push(RULE.at(Place::attribute(&site.id, "address"), message));
}
