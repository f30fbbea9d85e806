//! Every template as it comes out of resolve, in each of its environments; and that it can grow
//! without moving anything.

use crate::{Resolved, builtin, resolve, summary};
use gp_model::{Design, Id, Resource, Value};
use std::{collections::BTreeMap, fmt::Write as _, path::Path, sync::Arc};

pub(super) const TEMPLATE: &str =
    include_str!("../../../../../templates/three-tier-web-shop/design.gplan");

/// Every template by its name.
#[allow(clippy::disallowed_methods, reason = "the test looks at the templates that lie beside it")]
fn templates() -> BTreeMap<String, Design> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../templates");
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let text = std::fs::read_to_string(entry.path().join("design.gplan")).unwrap();
        let opened = gp_model::file::parse(text.as_bytes());
        let name = entry.file_name().into_string().unwrap();
        assert_eq!(opened.diagnostics, [], "{name}");
        found.insert(name, opened.design);
    }
    found
}

/// Each template in each of its environments.
pub(super) fn everywhere() -> Vec<(String, Design, Id)> {
    let mut all = Vec::new();
    for (name, design) in templates() {
        let environments: Vec<Id> = design.environments.keys().cloned().collect();
        all.extend(environments.into_iter().map(|env| (name.clone(), design.clone(), env)));
    }
    all
}

/// Everything that decides who reaches whom, one fact a line.
pub(super) fn printed(resolved: &Resolved) -> String {
    let mut out = String::new();
    let e = &resolved.environment;
    let _ = writeln!(out, "environment {} on {} like {}", e.id, e.provider, e.semantics);
    for (id, scope) in &resolved.scopes {
        let _ = writeln!(out, "scope {id}: {} {:?}", scope.region, scope.zones);
    }
    for r in resolved.resources.values() {
        let kind = builtin().kind(&r.kind);
        let line = kind.map(|kind| summary(kind, r)).unwrap_or_default();
        let _ = writeln!(out, "{} {} “{}” [{line}]", r.kind, r.id, r.title);
        for i in r.instances.iter() {
            let show =
                |a: Option<std::net::Ipv4Addr>| a.map_or("–".to_owned(), |a| a.to_string());
            let place = (i.segment.as_deref().unwrap_or("–"), i.zone.as_deref().unwrap_or("–"));
            let _ = writeln!(
                out,
                "  {} in {} zone {}: {} {}",
                i.address,
                place.0,
                place.1,
                show(i.ip),
                show(i.public_ip)
            );
        }
        for l in &r.listeners {
            let targets: Vec<String> =
                l.targets.iter().map(|t| format!("{} {}", t.resource, t.ports)).collect();
            let _ = writeln!(
                out,
                "  listens {} {} redirect {:?} targets {targets:?}",
                l.protocol, l.ports, l.redirect
            );
        }
    }
    for s in resolved.segments.values() {
        let _ =
            writeln!(out, "segment {} {} {:?} table {}", s.id, s.cidr, s.exposure, s.route_table);
    }
    for table in resolved.route_tables.values() {
        for r in &table.routes {
            let _ =
                writeln!(out, "route {}: {} by {:?} ({})", table.id, r.destination, r.via, r.from);
        }
    }
    for f in resolved.filters.values() {
        let _ = writeln!(out, "filter {} on {:?}", f.id, f.applies_to);
        for (way, rules) in [("in ", &f.ingress), ("out", &f.egress)] {
            for r in rules {
                let ports = r.ports.map_or("everything".to_owned(), |p| p.to_string());
                let _ = writeln!(out, "  {way} {} {:?} {ports}: {}", r.id, r.peer, r.comment);
            }
        }
    }
    for l in resolved.links.values() {
        let _ = writeln!(
            out,
            "link {} {:?} {} → {} {:?}",
            l.id,
            l.kind,
            l.from,
            l.to,
            l.ports.iter().map(ToString::to_string).collect::<Vec<_>>()
        );
    }
    for g in resolved.grants.iter() {
        let _ = writeln!(out, "grant {} {:?} on {}", g.principal, g.access, g.target);
    }
    for n in resolved.needs.iter() {
        let _ =
            writeln!(out, "need {} {:?} by {:?} built in {}", n.resource, n.need, n.by, n.built_in);
    }
    for i in resolved.intents.values() {
        let _ =
            writeln!(out, "intent {} {:?}: {:?} → {:?}", i.id, i.expect, i.sources, i.destinations);
    }
    for d in &resolved.diagnostics {
        let _ = writeln!(out, "{:?} {}: {}", d.severity, d.rule, d.message);
    }
    out
}

#[test]
fn every_template_means_what_it_meant() {
    for (name, design, environment) in everywhere() {
        let resolved = resolve(&design, builtin(), Some(&environment));
        insta::assert_snapshot!(format!("{name}_{environment}"), printed(&resolved));
    }
}

/// Where everything is: ranges of real subnets and networks, addresses with their zones.
fn places(resolved: &Resolved) -> BTreeMap<String, String> {
    let segments = resolved.segments.values().map(|s| (s.id.clone(), s.cidr.to_string()));
    let networks = resolved.resources.values().filter_map(|r| {
        Some((r.id.to_string(), r.text("cidr").filter(|_| r.kind == "network")?.to_owned()))
    });
    let instances = resolved.instances().filter_map(|(_, i)| {
        Some((format!("{} {:?}", i.address, i.zone), format!("{} {:?}", i.ip?, i.public_ip)))
    });
    segments.chain(networks).chain(instances).collect()
}

/// What was somewhere is there still.
fn check_stays(what: &str, before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) {
    let moved: Vec<_> =
        before.iter().filter(|(id, at)| after.get(*id).is_some_and(|now| now != *at)).collect();
    assert!(moved.is_empty(), "{what}: {moved:?}");
}

#[test]
fn a_new_tier_moves_no_address_of_any_template() {
    for (name, design, environment) in everywhere() {
        let now = resolve(&design, builtin(), Some(&environment));
        let before = places(&now);
        let networks = now.resources.values().filter(|r| r.kind == "network");
        let networks: Vec<Id> = networks.map(|network| network.id.clone()).collect();
        for network in networks {
            let mut grown = design.clone();
            let mut tier = Resource { kind: "subnet".to_owned(), ..Resource::default() };
            tier.parent = Some(network.clone());
            tier.sequence.0 = design.resources.len() as u64 + 1;
            grown.resources.insert(Id::new("a-new-tier"), Arc::new(tier));
            let after = resolve(&grown, builtin(), Some(&environment));
            check_stays(&format!("{name} {environment} {network}"), &before, &places(&after));
            assert!(after.segments.keys().any(|id| id.starts_with("a-new-tier")), "{name}");
        }
    }
}

#[test]
fn a_third_zone_moves_nothing_of_any_template() {
    for (name, design, environment) in everywhere() {
        let before = places(&resolve(&design, builtin(), Some(&environment)));
        let mut grown = design.clone();
        let regions = design.resources.iter().filter(|(_, r)| r.kind == "region");
        for (id, region) in regions {
            let mut region = Resource::clone(region);
            let zones = ["a", "b", "c", "d"].map(Value::from).to_vec();
            region.attributes.insert("zones".to_owned(), Value::List(zones));
            grown.resources.insert(id.clone(), Arc::new(region));
        }
        let after = resolve(&grown, builtin(), Some(&environment));
        check_stays(&format!("{name} {environment}"), &before, &places(&after));
    }
}
