//! Machine that reaches its storage over one fabric only.
//!
//! Bad: both storage ports of a hypervisor in switches of fabric A.
//!
//! Good: one in fabric A, one in fabric B; or in two switches that are no fabric.
//!
//! Why: when that fabric or switch fails, or is updated, the machine loses its disks and everything on it.

use super::prelude::*;
use gp_analysis::physical::storage;

pub(crate) static RULE: Rule = Rule {
    id: "storage-path-on-one-fabric",
    severity: Severity::Warning,
    source: include_str!("storage_path_on_one_fabric.rs"),
    reads: Reads {
        kinds: &["hypervisor", "physical-server", "router", "storage-array", "switch"],
        attributes: &["fabric", "paths"],
        near: &[Near::Links],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r"
site hall
  switch red fabric=a
  switch blue fabric=b
  hypervisor host
  storage-array vault protocol=fc
host -> vault kind=attachment
host -> red kind=cable from-port=hba1 to-port=1
host -> red kind=cable from-port=hba2 to-port=2
vault -> red kind=cable from-port=a1 to-port=3
vault -> blue kind=cable from-port=b1 to-port=3
",
            r"
site hall
  physical-server one
  storage-array vault
one -> vault kind=attachment
",
        ],
        silent: &[
            r"
site hall
  switch red fabric=a
  switch blue fabric=b
  hypervisor host
  storage-array vault protocol=fc
host -> vault kind=attachment
host -> red kind=cable from-port=hba1 to-port=1
host -> blue kind=cable from-port=hba2 to-port=2
vault -> red kind=cable from-port=a1 to-port=3
vault -> blue kind=cable from-port=b1 to-port=3
",
            r"
site hall
  switch red fabric=a
  hypervisor host
  storage-array vault protocol=fc paths=1
host -> vault kind=attachment
host -> red kind=cable from-port=hba1 to-port=1
vault -> red kind=cable from-port=a1 to-port=3
",
        ],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for ways in storage::ways(facts.resolved).iter().filter(|ways| ways.found < ways.wanted) {
        let ends = [facts.resource(&ways.link.from), facts.resource(&ways.link.to)];
        let [Some(machine), Some(array)] = ends else { continue };
        let (machine, array) = (called(machine), called(array));
        let message = match ways.found {
            0 => format!(
                "no cable leads from “{machine}” to “{array}”: draw its cables into both fabrics"
            ),
            1 => format!(
                "“{machine}” reaches “{array}” one way only: draw a cable into the other fabric, or another switch"
            ),
            several => format!(
                "“{machine}” reaches “{array}” {several} separate ways, but {} are wanted: draw more cables",
                ways.wanted
            ),
        };
        let said = RULE.at(Place::link(&ways.link.id), message);
        found.push(said.and_at(Place::resource(&ways.link.from)));
    }
}
