//! Attachment to a transit hub of another region.
//!
//! Bad: a hub in Frankfurt, a network in Dublin that hangs on it, on AWS.
//!
//! Good: a hub in each region for the networks there, and a peering between two networks of different regions.
//!
//! Why: a transit gateway takes attachments of its own region only; the provider refuses the rest. Azure and Google
//! join over regions, so there it is nothing.

use super::prelude::*;
use gp_model::Provider;

pub(crate) static RULE: Rule = Rule {
    id: "hub-in-other-region",
    severity: Severity::Error,
    source: include_str!("hub_in_other_region.rs"),
    reads: Reads { kinds: &["transit-hub"], attributes: &[], near: &[Near::Links, Near::Scopes] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r"
env production aws
region frankfurt zones a,b location=frankfurt
  transit-hub hub
  network shop 10.20.0.0/16
region dublin zones a,b location=dublin
  network bank 10.30.0.0/16
shop -> hub
bank -> hub
"],
        silent: &[
            r"
env production aws
region frankfurt zones a,b location=frankfurt
  transit-hub hub
  network shop 10.20.0.0/16
  network bank 10.30.0.0/16
shop -> hub
bank -> hub
",
            r"
env production gcp
region frankfurt zones a,b location=frankfurt
  transit-hub hub
  network shop 10.20.0.0/16
region london zones a,b location=london
  network bank 10.30.0.0/16
shop -> hub
bank -> hub
",
        ],
    },
};

/// <https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html>
fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    if facts.semantics() != Provider::Aws {
        return;
    }
    for hub in facts.of_kind("transit-hub") {
        let Some(home) = region(facts, hub) else { continue };
        let links = facts.links(&hub.id).iter().copied();
        for link in links.filter(|l| l.kind == LinkKind::Attachment && l.to == hub.id) {
            let attached = facts.resolved.resource(&link.from);
            let Some(there) = attached.and_then(|it| region(facts, it)) else { continue };
            if there == home {
                continue;
            }
            let message = format!(
                "“{}” is in {there} and “{}” in {home}, and AWS joins at a hub what is in its own region: give it a hub there, or peer two networks",
                facts.called(&link.from),
                called(hub)
            );
            found.push(RULE.at(Place::Link { id: link.id.clone(), attribute: None }, message));
        }
    }
}

/// The provider's name of the region that something stands in; where it is at a site, in none.
fn region<'a>(facts: &'a Facts<'_>, resource: &ResolvedResource) -> Option<&'a str> {
    let scope = resource.ancestors.iter().find_map(|id| facts.resolved.scopes.get(id))?;
    Some(&scope.region)
}
