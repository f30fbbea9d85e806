//! Thing that sticks out of its rack.
//!
//! Bad: a server of two units at unit 42 of a rack with 42.
//!
//! Good: at unit 41, or lower.
//!
//! Why: there is nothing to screw it to.

use super::prelude::*;
use gp_analysis::physical::racks;

pub(crate) static RULE: Rule = Rule {
    id: "unit-outside-rack",
    severity: Severity::Error,
    source: include_str!("unit_outside_rack.rs"),
    reads: Reads {
        kinds: &["hypervisor", "physical-server", "rack", "router", "storage-array", "switch"],
        attributes: &["unit", "height", "units"],
        near: &[],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r"
site hall
  rack r1
    hypervisor one unit=42 height=2
"],
        silent: &[r"
site hall
  rack r1
    hypervisor one unit=41 height=2
    switch leaf
"],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for rack in racks::all(facts.resolved) {
        for (device, at) in rack.placed().filter(|(_, at)| *at.end() > rack.units) {
            let Some(resource) = facts.resource(&device.id) else { continue };
            let message = format!(
                "“{}” reaches up to unit {}, but its rack ends at unit {}: put it lower",
                called(resource),
                at.end(),
                rack.units
            );
            let mut said = RULE
                .at(Place::attribute(&device.id, "unit"), message)
                .and_at(Place::attribute(&rack.rack, "units"));
            if let Some(unit) = rack.room_for(device) {
                let move_it = set(&device.id, "unit", i64::from(unit).into());
                said = said.fixed_by(format!("Move it to unit {unit}"), move_it);
            }
            found.push(said);
        }
    }
}
