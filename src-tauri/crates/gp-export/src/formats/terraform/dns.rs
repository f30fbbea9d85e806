//! Name zones and their records.

use super::{
    sheet::{File, Sheet, address, tags},
    writer::{Expr, code},
};
use crate::aws::{server::is_private_zone, zone_networks};
use gp_catalog::resolved::{Record, ResolvedResource};

/// A hosted zone; private ones belong to the networks of their region.
pub fn dns_zone<'a>(sheet: &mut Sheet<'a>, zone: &'a ResolvedResource) {
    let facts = sheet.facts;
    let networks = if is_private_zone(zone) { zone_networks(facts, zone) } else { Vec::new() };
    let own = sheet.resource(File::Network, zone, "aws_route53_zone", "", |body| {
        body.set("name", zone.text("domain").unwrap_or("example.com").trim_end_matches('.'));
        body.set("comment", zone.title.as_str())
            .set("force_destroy", !facts.resolved.environment.protect);
        body.set("tags", tags(zone, zone.title.as_str().into()));
        for network in networks {
            body.block("vpc", |inner| {
                inner.set("vpc_id", code(format!("{}.id", address(network, "aws_vpc"))));
            });
        }
    });
    for record in facts.resolved.records.iter().filter(|record| record.zone == zone.id) {
        self::record(sheet, zone, record);
    }
    if !is_private_zone(zone) {
        sheet.output(
            &format!("{}_name_servers", zone.id),
            format!("Name servers of {}.", zone.title),
            code(format!("{own}.name_servers")),
        );
    }
}

fn record<'a>(sheet: &mut Sheet<'a>, zone: &'a ResolvedResource, record: &'a Record) {
    let facts = sheet.facts;
    let target = record.target.as_ref().and_then(|id| facts.resource(id));
    let name = format!(
        "{}-{}-{}",
        zone.id,
        record.name.replace('*', "any").replace('.', "-"),
        record.type_.to_lowercase()
    );
    sheet.named(File::Network, zone, "aws_route53_record", &name, |body| {
        body.set("zone_id", code(format!("{}.zone_id", address(zone, "aws_route53_zone"))));
        body.set("name", record.name.as_str());
        match target.filter(|other| other.kind == "load-balancer") {
            Some(balancer) => {
                let lb = address(balancer, "aws_lb");
                body.set("type", "A");
                body.block("alias", |inner| {
                    inner
                        .set("name", code(format!("{lb}.dns_name")))
                        .set("zone_id", code(format!("{lb}.zone_id")));
                    inner.set("evaluate_target_health", true);
                });
            }
            None => match target.filter(|other| other.kind == "database") {
                Some(database) => {
                    let own = address(database, "aws_db_instance");
                    body.set("type", "CNAME").set("ttl", 60_i64);
                    body.set("records", Expr::List(vec![code(format!("{own}.address"))]));
                }
                None => {
                    body.set("type", record.type_.as_str())
                        .set("ttl", 300_i64)
                        .set("records", record.values.clone());
                }
            },
        }
    });
}
