//! Volume in another zone than its server.
//!
//! Bad: a volume with `zone = "b"` on a server with `zone = "a"`.
//!
//! Good: no zone at the volume: it goes where its server is.
//!
//! Why: a disk can only be attached within its zone.

use super::prelude::*;
use crate::words::list;

pub(crate) static RULE: Rule = Rule {
    id: "volume-in-other-zone",
    severity: Severity::Error,
    source: include_str!("volume_in_other_zone.rs"),
    reads: Reads {
        kinds: &["physical-server", "server", "volume"],
        attributes: &["zone"],
        near: &[Near::Links],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app zone=a
  volume scratch zone=b
scratch -> app
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app zone=a
  volume scratch zone=a
  volume other
scratch -> app
other -> app
"],
    },
};

fn check(facts: &Facts<'_>, volume: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    if volume.kind != "volume" || !is_set(volume, "zone") {
        return;
    }
    let Some(zone) = volume.text("zone") else { return };
    let links = facts.links(&volume.id).iter().filter(|l| l.kind == LinkKind::Attachment);
    for link in links {
        let other = if link.from == volume.id { &link.to } else { &link.from };
        let server = facts.resource(other).filter(|other| other.kind != "storage-array");
        let Some(server) = server else { continue };
        let zones: Vec<&str> = server.instances.iter().filter_map(|i| i.zone.as_deref()).collect();
        if zones.is_empty() || zones.contains(&zone) {
            continue;
        }
        let message = format!(
            "“{}” is in zone {zone}, its server “{}” in zone {}: leave the volume's zone out",
            called(volume),
            called(server),
            list(&zones)
        );
        found.push(
            RULE.at(Place::attribute(&volume.id, "zone"), message)
                .and_at(Place::resource(&server.id))
                .fixed_by("Follow the server", unset(&volume.id, "zone")),
        );
    }
}
