//! The template `three-tier-web-shop` as it comes out of resolve, in both of its environments.

use crate::{Resolved, builtin, resolve, summary};
use gp_model::Id;
use std::fmt::Write as _;

pub(super) const TEMPLATE: &str =
    include_str!("../../../../../templates/three-tier-web-shop/design.gplan");

fn resolved(environment: &str) -> Resolved {
    let opened = gp_model::file::parse(TEMPLATE.as_bytes());
    assert_eq!(opened.diagnostics, []);
    resolve(&opened.design, builtin(), Some(&Id::new(environment)))
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
        for i in &r.instances {
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
fn the_template_in_the_lab() {
    insta::assert_snapshot!(printed(&resolved("test")));
}

#[test]
fn the_template_on_aws() {
    insta::assert_snapshot!(printed(&resolved("production")));
}
