//! Link that works over IPv4 and not over IPv6, though both ends speak both.
//!
//! Bad: servers of two networks with IPv6 that only a transit hub joins.
//!
//! Good: networks side by side in one region (a peering), or IPv6 at neither.
//!
//! Why: names answer with both addresses, clients try IPv6 first, and wait until they give up.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "link-over-ipv4-only",
    severity: Severity::Advice,
    source: include_str!("link_over_ipv4_only.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Proof, Near::Links] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16 ipv6=true
    subnet tier private
      server app http:tcp/80
  network office 10.30.0.0/16 ipv6=true
    subnet desks private
      server desk
  transit-hub hub
shop -> hub
office -> hub
desk -> app
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16 ipv6=true
    subnet tier private
      server app http:tcp/80
  network office 10.30.0.0/16 ipv6=true
    subnet desks private
      server desk
office -> shop
desk -> app
"],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for verdict in &facts.proof.by_ipv4_alone {
        let Some(link) = facts.resolved.links.get(&verdict.link) else { continue };
        let [from, to] = [&link.from, &link.to].map(|end| facts.called(end));
        let stop = verdict.block.as_ref().map_or_else(
            || "no route leads there".to_owned(),
            |block| format!("stopped at {}: {}", block.hop, block.why),
        );
        let message = format!(
            "“{from}” reaches “{to}” over IPv4 only; over IPv6 it is {stop}: peer their networks in one region, or name the IPv4 address"
        );
        found.push(RULE.at(Place::link(&link.id), message));
    }
}
