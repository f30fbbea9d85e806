//! Volume that hangs on no server.
//!
//! Bad: a volume without a link.
//!
//! Good: a link from the volume to its server.
//!
//! Why: nobody can use it, and it costs money.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "unattached-volume",
    severity: Severity::Warning,
    source: include_str!("unattached_volume.rs"),
    reads: Reads { kinds: &["storage-array", "volume"], attributes: &[], near: &[Near::Links] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt zones a,b location=frankfurt
  volume scratch
",
            r"
region frankfurt zones a,b location=frankfurt
  key master
  bucket images
  volume scratch
master -> images
master -> scratch
",
            r"
region frankfurt zones a,b location=frankfurt
  volume scratch
site hall
  storage-array vault
scratch -> vault
",
        ],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app
  volume scratch
site hall
  storage-array vault
scratch -> app
"],
    },
};

fn check(facts: &Facts<'_>, volume: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    if volume.kind != "volume" {
        return;
    }
    // The array whose pool it is cut from does not use it.
    let is_array = |id: &Id| facts.resource(id).is_some_and(|other| other.kind == "storage-array");
    let hangs = |link: &&ResolvedLink| {
        link.kind == LinkKind::Attachment && link.from == volume.id && !is_array(&link.to)
    };
    if facts.links(&volume.id).iter().any(hangs) {
        return;
    }
    let message = format!("“{}” hangs on no server: link it to one, or remove it", called(volume));
    let remove = Edit::RemoveResources { ids: vec![volume.id.clone()] };
    found.push(RULE.at(Place::resource(&volume.id), message).fixed_by("Remove the volume", remove));
}
