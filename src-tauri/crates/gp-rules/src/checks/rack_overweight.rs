//! Rack with more weight in it than it carries.
//!
//! Bad: 45 devices of 25 kg in a rack that carries 1000 kg.
//!
//! Good: heavy things spread over several racks.
//!
//! Why: the rack or the floor under it gives way.

use super::prelude::*;
use gp_analysis::physical::racks;

pub(crate) static RULE: Rule = Rule {
    id: "rack-overweight",
    severity: Severity::Error,
    source: include_str!("rack_overweight.rs"),
    reads: Reads {
        kinds: &["hypervisor", "physical-server", "rack", "router", "storage-array", "switch"],
        attributes: &["weight", "weight-limit", "height"],
        near: &[],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r"
site hall
  rack r1 weight-limit=60
    storage-array vault weight=50
    hypervisor one weight=25
"],
        silent: &[r"
site hall
  rack r1 weight-limit=100
    storage-array vault weight=50
    hypervisor one weight=25
"],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for rack in racks::all(facts.resolved) {
        let Some(limit) = rack.weight_limit.filter(|limit| rack.weight > *limit) else { continue };
        let Some(resource) = facts.resource(&rack.rack) else { continue };
        let message = format!(
            "“{}” carries {limit} kg, but {} kg stand in it: move something into another rack",
            called(resource),
            (rack.weight * 10.0).round() / 10.0
        );
        found.push(RULE.at(Place::attribute(&rack.rack, "weight-limit"), message));
    }
}
