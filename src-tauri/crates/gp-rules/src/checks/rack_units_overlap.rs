//! Two things in the same unit of a rack.
//!
//! Bad: a server of two units at unit 10, and a switch at unit 11.
//!
//! Good: the switch at unit 12.
//!
//! Why: they cannot both be screwed in there.

use super::prelude::*;
use gp_analysis::physical::racks::{self, Device, Elevation};
use std::ops::RangeInclusive;

pub(crate) static RULE: Rule = Rule {
    id: "rack-units-overlap",
    severity: Severity::Error,
    source: include_str!("rack_units_overlap.rs"),
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
    hypervisor one unit=10 height=2
    switch leaf unit=11
"],
        silent: &[r"
site hall
  rack r1
    hypervisor one unit=10 height=2
    switch leaf unit=12
    switch other
    switch third
  rack r2
    switch spine unit=10
"],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for rack in racks::all(facts.resolved) {
        let mut placed: Vec<_> = rack.placed().collect();
        placed.sort_by_key(|(device, at)| (*at.start(), &device.id));
        let mut highest: Option<&(&Device, RangeInclusive<u32>)> = None;
        for one in &placed {
            if let Some(below) = highest.filter(|below| one.1.start() <= below.1.end()) {
                found.extend(said(facts, &rack, below.0, one.0));
            }
            if highest.is_none_or(|below| below.1.end() < one.1.end()) {
                highest = Some(one);
            }
        }
    }
}

fn said(
    facts: &Facts<'_>,
    rack: &Elevation,
    below: &Device,
    device: &Device,
) -> Option<Diagnostic> {
    let (first, second) = (facts.resource(&below.id)?, facts.resource(&device.id)?);
    let [other, name] = both(first, second);
    let message = format!(
        "“{name}” is to fill unit {} of “{}”, where “{other}” is already: give it another unit",
        device.unit?,
        called(facts.resource(&rack.rack)?),
    );
    let said = RULE
        .at(Place::attribute(&device.id, "unit"), message)
        .and_at(Place::attribute(&below.id, "unit"));
    Some(match rack.room_for(device) {
        Some(unit) => said.fixed_by(
            format!("Move it to unit {unit}"),
            set(&device.id, "unit", i64::from(unit).into()),
        ),
        None => said,
    })
}
