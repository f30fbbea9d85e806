//! What stands in racks: which tier it is a guest of, who reaches it there, what follows its tier.

use super::steps::{drawn, meant, said};
use crate::{Resolved, builtin, resolve};
use gp_model::Id;
use gp_testkit::sketch::sketch;

const FLOOR: &str = "
site hall zones a,b
  network lan 10.20.0.0/16
    subnet tier 10.20.1.0/24
      server app
    subnet quiet 10.20.2.0/24
  rack r1 zone=b
    physical-server iron subnet=tier ssh:tcp/22
    physical-server bare
    storage-array vault subnet=quiet
    storage-array fibre subnet=quiet protocol=fc
    hypervisor host subnet=quiet
app -> iron ssh
iron -> vault kind=flow
";

fn at(resolved: &Resolved, id: &str) -> String {
    let one = &resolved.resources[id].instances[0];
    let ip = one.ip.map_or_else(|| "nowhere".to_owned(), |ip| ip.to_string());
    format!("{} {ip}", one.segment.as_deref().unwrap_or("-"))
}

#[test]
fn a_machine_in_a_rack_has_its_address_in_the_tier_that_it_names() {
    let resolved = meant(FLOOR);
    assert_eq!(said(&resolved), [""; 0]);
    assert!(at(&resolved, "iron").starts_with("tier 10.20.1."), "{}", at(&resolved, "iron"));
    assert_eq!(at(&resolved, "bare"), "- nowhere");
    assert_eq!(resolved.resources["iron"].instances[0].zone.as_deref(), Some("b"));
    let iron = &resolved.resources["iron"];
    assert_eq!(resolved.tier_of(iron), Some((&Id::from("tier"), &Id::from("lan"))));
    for place in ["iron", "r1", "hall", "tier", "lan"] {
        assert!(resolved.is_in(iron, place), "{place}");
    }
    assert!(!resolved.is_in(iron, "quiet"));
}

#[test]
fn it_lets_in_who_is_linked_to_it_and_an_array_listens_by_its_protocol() {
    let resolved = meant(FLOOR);
    assert_eq!(drawn(&resolved, "sg:iron"), ["from app tcp/22", "to vault tcp/3260"]);
    assert_eq!(drawn(&resolved, "sg:vault"), ["from iron tcp/3260"]);
    assert!(resolved.resources["fibre"].services.is_empty(), "Fibre Channel is no network");
    assert_eq!(resolved.resources["host"].services.len(), 2);
}

#[test]
fn a_tier_as_an_end_of_an_intent_means_its_guests_too_and_once() {
    let text = format!("{FLOOR}! unreachable tier -> quiet\n! unreachable hall -> quiet\n");
    let resolved = meant(&text);
    let ends = |id: &str| {
        let intent = &resolved.intents[id];
        intent.sources.iter().map(Id::as_str).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(ends("unreachable-tier-quiet"), "app iron");
    assert_eq!(ends("unreachable-hall-quiet"), "app fibre host iron vault");
    assert_eq!(resolved.intents["unreachable-tier-quiet"].destinations.len(), 3);
}

#[test]
fn a_zone_that_the_tier_does_not_span_leaves_the_address_where_the_tier_is() {
    let resolved = meant(&FLOOR.replace("subnet tier", "subnet tier zones=[\"a\"]"));
    assert_eq!(resolved.resources["iron"].instances[0].zone.as_deref(), Some("a"));
    assert!(at(&resolved, "iron").starts_with("tier 10.20.1."));
}

#[test]
fn what_is_no_tier_gives_no_address() {
    for named in ["lan", "hall", "app", "nothing"] {
        let resolved = meant(&FLOOR.replace("iron subnet=tier", &format!("iron subnet={named}")));
        assert_eq!(at(&resolved, "iron"), "- nowhere", "{named}");
    }
    // A machine that stands in the tier that it names is no guest: where it may stand is for a check.
    let looped = "
        site hall
          network lan 10.20.0.0/16
            subnet tier 10.20.1.0/24
              physical-server iron subnet=tier
        ! unreachable tier -> tier
    ";
    assert!(at(&meant(looped), "iron").starts_with("tier 10.20.1."));
}

#[test]
fn in_a_cloud_what_stands_in_a_site_is_somebody_elses_and_in_vsphere_it_is_ours() {
    let counterpart = |provider: &str, id: &str| {
        let resolved = meant(&format!("{FLOOR}env one {provider}\n"));
        assert_eq!(said(&resolved), [""; 0], "{provider}");
        resolved.resources[id].counterparts.first().cloned().unwrap_or_default()
    };
    assert_eq!(counterpart("aws", "iron"), "");
    assert_eq!(counterpart("vsphere", "iron"), "inventory");
    assert_eq!(counterpart("vsphere", "host"), "vsphere_host");
    assert_eq!(counterpart("vsphere", "app"), "vsphere_virtual_machine");
    assert_eq!(counterpart("lab", "iron"), "namespace");
    assert_eq!(counterpart("lab", "r1"), "");
}

#[test]
fn a_volume_of_an_array_follows_its_server_and_not_the_array() {
    let resolved = meant(
        "
        region r location=frankfurt zones a,b
          network n 10.20.0.0/16
            subnet s
              server app x2
          volume data
        site hall
          storage-array vault
        data -> vault
        data -> app
        ",
    );
    assert_eq!(resolved.resources["data"].instances.len(), 2);
}

#[test]
fn a_guest_follows_its_tier_when_that_is_renamed() {
    let mut design = sketch(FLOOR);
    let rename = gp_model::Edit::RenameResource { from: Id::new("tier"), to: Id::new("front") };
    gp_model::edit::apply(&design, &rename).unwrap().apply(&mut design);
    let resolved = resolve(&design, builtin(), None);
    assert!(at(&resolved, "iron").starts_with("front 10.20.1."));
}
