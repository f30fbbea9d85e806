//! Tier whose members stand in two sites, without saying so.
//!
//! Bad: a subnet of one site, and a physical server in a rack of another that names it as its tier.
//!
//! Good: a tier for each site; or `stretched = true`, where one VLAN really reaches over both.
//!
//! Why: addresses of one range work only where one VLAN is, so the far member is cut off.

use super::prelude::*;
use crate::words::list;
use gp_analysis::physical::sites;

pub(crate) static RULE: Rule = Rule {
    id: "tier-over-two-sites",
    severity: Severity::Error,
    source: include_str!("tier_over_two_sites.rs"),
    reads: Reads {
        kinds: &[],
        attributes: &["stretched", "subnet"],
        near: &[Near::Containers, Near::Links, Near::Segments],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r"
site east
  network lan 10.20.0.0/16
    subnet tier
      server app
site west
  physical-server far subnet=tier
",
            r"
site east
  network lan 10.20.0.0/16
    subnet tier
      server app
site west
  hypervisor host
app -> host
",
        ],
        silent: &[r"
site east
  network lan 10.20.0.0/16
    subnet tier stretched=true
      server app
    subnet other
      server web
  physical-server near subnet=other
site west
  physical-server far subnet=tier
"],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for reach in sites::of(facts.resolved) {
        if reach.sites.len() < 2 || reach.tier.flag("stretched") {
            continue;
        }
        let sites: Vec<String> =
            reach.sites.keys().map(|site| format!("“{}”", facts.called(site))).collect();
        let message = format!(
            "“{}” reaches over {}: make a tier for each of them, or say that it is stretched",
            called(reach.tier),
            list(&sites)
        );
        let mut said = RULE.at(Place::resource(&reach.tier.id), message);
        let own = sites::site(facts.resolved, reach.tier);
        for (site, members) in &reach.sites {
            for member in members.iter().filter(|_| Some(*site) != own) {
                said = said.and_at(Place::resource(member));
            }
        }
        let stretch = set(&reach.tier.id, "stretched", true.into());
        found.push(said.fixed_by("Stretch it over all of them", stretch));
    }
}
