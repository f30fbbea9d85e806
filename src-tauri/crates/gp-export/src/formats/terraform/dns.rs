//! Name zones and their records.

use super::{
    refs::{Keys, address, keys, tags},
    sheet::{File, Sheet},
    writer::{Body, Expr, code},
};
use crate::aws::{
    answer::{Answer, answer},
    server::is_private_zone,
    six, unsupported, zone_networks,
};
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
    let answer = match answer(sheet.facts, zone, record) {
        Ok(answer) => answer,
        Err(why) => {
            return sheet.diagnostics.push(unsupported(&zone.id, Some("records"), why));
        }
    };
    let name = format!(
        "{}-{}-{}",
        zone.id,
        record.name.replace('*', "any").replace('.', "-"),
        record.type_.to_lowercase()
    );
    if let Answer::Balancer(balancer) = &answer
        && six::is_dual(sheet.facts, balancer)
    {
        let name = format!("{name}-ipv6");
        sheet.named(File::Network, zone, "aws_route53_record", &name, |body| {
            named(body, zone, record);
            alias(body, balancer, "AAAA");
        });
    }
    sheet.named(File::Network, zone, "aws_route53_record", &name, |body| {
        named(body, zone, record);
        let (type_, ttl, records) = match answer {
            Answer::Balancer(balancer) => return alias(body, balancer, "A"),
            Answer::Database(database) => {
                let own = format!("{}.address", address(database, "aws_db_instance"));
                ("CNAME", 60_i64, Expr::List(vec![code(own)]))
            }
            Answer::Public(server) => ("A", 300, of_all(server, "public_ip")),
            Answer::Private(server) => ("A", 300, of_all(server, "private_ip")),
            Answer::Written(values) => (record.type_.as_str(), 300, values.into()),
        };
        body.set("type", type_).set("ttl", ttl).set("records", records);
    });
}

fn named(body: &mut Body, zone: &ResolvedResource, record: &Record) {
    body.set("zone_id", code(format!("{}.zone_id", address(zone, "aws_route53_zone"))));
    body.set("name", record.name.as_str());
}

fn alias(body: &mut Body, balancer: &ResolvedResource, type_: &str) {
    let own = address(balancer, "aws_lb");
    body.set("type", type_);
    body.block("alias", |inner| {
        inner.set("name", code(format!("{own}.dns_name")));
        inner.set("zone_id", code(format!("{own}.zone_id"))).set("evaluate_target_health", true);
    });
}

/// One attribute of every instance of a server.
fn of_all(server: &ResolvedResource, attribute: &str) -> Expr {
    let own = address(server, "aws_instance");
    match keys(server) {
        Keys::One => Expr::List(vec![code(format!("{own}.{attribute}"))]),
        _ => code(format!("values({own})[*].{attribute}")),
    }
}
