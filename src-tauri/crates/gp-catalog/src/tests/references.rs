//! Which attributes name a resource: what the kinds say is what renaming and pasting follow.

use super::steps::meant;
use crate::{Catalog, OwnFile, builtin, following, resolve};
use gp_model::{
    Edit, Id, Point,
    edit::{self, REFERENCES},
    fragment,
};
use gp_testkit::sketch::sketch;

#[test]
fn renaming_follows_what_the_kinds_call_a_reference() {
    let mut typed: Vec<(&str, &str, Option<&str>)> = Vec::new();
    for kind in builtin().kinds.values() {
        for (name, attribute) in &kind.attributes {
            let fields = attribute.type_.names_resources();
            typed.extend(fields.iter().map(|field| (kind.id.as_str(), name.as_str(), *field)));
        }
    }
    typed.sort_unstable();
    assert_eq!(typed, REFERENCES);
}

const DESIGN: &str = r#"
user office cidr=203.0.113.64/28
dns-zone names domain=shop.example.com records=[{name="www",value="entry"},{name="all",value=["entry"]},{name="note",type="TXT",value="words"}]
region frankfurt location=frankfurt
  network shop 10.20.0.0/16
    firewall edge rules=[{action="deny",source="office",destination="web"},{action="allow"}]
    private-endpoint door target=failed
    subnet web public region=frankfurt
      load-balancer entry public
  queue jobs dead-letters=failed
  queue failed
  function work source=jobs
env test lab override.jobs.dead-letters=failed
"#;

#[test]
fn a_renamed_resource_means_what_it_meant() {
    for id in ["office", "entry", "web", "frankfurt", "failed", "jobs"] {
        let mut design = sketch(DESIGN);
        let rename = Edit::RenameResource { from: Id::new(id), to: Id::new("renamed") };
        edit::apply(&design, &rename).unwrap().apply(&mut design);
        let (before, after) = (meant(DESIGN), resolve(&design, builtin(), None));
        let text = |resolved| serde_json::to_string(&resolved).unwrap();
        // The folder of a function is no resource, whatever its name.
        assert_eq!(after.resources["work"].text("source"), Some("jobs"));
        let (before, after) = (text(before.records), text(after.records));
        assert_eq!(before.replace(&format!("\"{id}\""), "\"renamed\""), after, "{id}");
    }
    let mut design = sketch(DESIGN);
    for (from, to) in
        [("failed", "lost"), ("office", "desk"), ("web", "front"), ("frankfurt", "here")]
    {
        let rename = Edit::RenameResource { from: Id::new(from), to: Id::new(to) };
        edit::apply(&design, &rename).unwrap().apply(&mut design);
    }
    let resolved = resolve(&design, builtin(), None);
    assert_eq!(resolved.resources["jobs"].text("dead-letters"), Some("lost"));
    assert_eq!(resolved.resources["door"].text("target"), Some("lost"));
    assert_eq!(resolved.resources["front"].text("region"), Some("here"));
    assert_eq!(resolved.filters["fw:edge"].ingress.len(), 2);
}

#[test]
fn a_pasted_pair_of_queues_belongs_together() {
    let mut design = sketch(DESIGN);
    let text = fragment::copy(&design, &[Id::new("jobs"), Id::new("failed")]);
    let (edit, ids) = fragment::paste(
        &design,
        &text,
        Some(&Id::new("frankfurt")),
        Point { x: 0, y: 0 },
        false,
        &[],
    )
    .unwrap();
    edit::apply(&design, &edit).unwrap().apply(&mut design);
    let resolved = resolve(&design, builtin(), None);
    let copy = |old: &str| ids.iter().find(|id| id.starts_with(old)).unwrap();
    assert_eq!(
        resolved.resources[copy("jobs")].text("dead-letters"),
        Some(copy("failed").as_str())
    );
}

const SENSOR: &str = r#"
title = "Sensor"
help = "Counts what passes."
family = "compute"
parents = ["region"]
size = [176, 56]

[attributes.feeds]
type = "reference"
of = ["queue"]
help = "Where it puts what it counts."

[attributes.gates]
type = "rules"
help = "Whom it lets pass."
"#;

const COUNTED: &str = r#"
region frankfurt location=frankfurt
  queue jobs
  queue failed
  sensor door feeds=jobs gates=[{action="deny",source="jobs",destination="failed"}]
  sensor gate feeds=failed
env test lab override.gate.feeds=jobs
"#;

fn with_sensors() -> Catalog {
    let file = OwnFile { id: "sensor".to_owned(), text: SENSOR.to_owned(), ..OwnFile::default() };
    let (catalog, found) = builtin().with_files(&[file]);
    assert!(found.is_empty(), "{found:?}");
    catalog
}

#[test]
fn a_rename_is_followed_in_kinds_of_a_users_own() {
    let catalog = with_sensors();
    let mut design = sketch(COUNTED);
    let rename = |from: &str, to: &str| Edit::RenameResource { from: from.into(), to: to.into() };
    let rounds = [
        rename("jobs", "work"),
        Edit::Batch {
            name: "two".to_owned(),
            edits: vec![rename("failed", "lost"), rename("door", "hall")],
        },
    ];
    for edit in rounds {
        let whole = following(&catalog, &design, &edit);
        assert_eq!(edit::name(&design, &whole), edit::name(&design, &edit));
        edit::apply(&design, &whole).unwrap().apply(&mut design);
    }
    let said = |id: &str, name: &str| design.resources[&Id::new(id)].attributes[name].clone();
    assert_eq!(said("hall", "feeds"), "work".into());
    assert_eq!(said("gate", "feeds"), "lost".into());
    let gates = said("hall", "gates");
    let row = gates.as_list().unwrap()[0].as_table().unwrap();
    assert_eq!((&row["source"], &row["destination"]), (&"work".into(), &"lost".into()));
    let environment = &design.environments[&Id::new("test")];
    assert_eq!(environment.overrides[&Id::new("gate")]["feeds"], "work".into());
    // Where nothing has to follow, an edit is what it was.
    let plain = rename("gate", "last");
    assert_eq!(following(&catalog, &design, &plain), plain);
    assert_eq!(following(builtin(), &design, &rename("work", "jobs")), rename("work", "jobs"));
}

#[test]
fn a_pasted_sensor_feeds_the_queue_that_was_pasted_with_it() {
    let catalog = with_sensors();
    let mut design = sketch(COUNTED);
    let text = fragment::copy(&design, &[Id::new("jobs"), Id::new("door")]);
    let (edit, ids) = fragment::paste(
        &design,
        &text,
        Some(&Id::new("frankfurt")),
        Point { x: 0, y: 0 },
        false,
        &catalog.own_references(),
    )
    .unwrap();
    edit::apply(&design, &edit).unwrap().apply(&mut design);
    let copy = |old: &str| ids.iter().find(|id| id.starts_with(old)).unwrap();
    let feeds = &design.resources[copy("door")].attributes["feeds"];
    assert_eq!(feeds.as_str(), Some(copy("jobs").as_str()));
}
