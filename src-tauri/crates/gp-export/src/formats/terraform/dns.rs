//! Name zones and their records.

use super::{
    refs::{Keys, address, instance_address, keys, tags},
    sheet::{File, Sheet},
    writer::{Body, Expr, code},
};
use crate::aws::{
    answer::{Answer, answer},
    failover::{self, Check, Half, To},
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
    let facts = sheet.facts;
    let found = answer(facts, zone, record).and_then(|answer| {
        let half = failover::half(facts, zone, record, &answer)?;
        Ok((answer, half))
    });
    let (answer, half) = match found {
        Ok(found) => found,
        Err(why) => {
            return sheet.diagnostics.push(unsupported(&zone.id, Some("records"), why));
        }
    };
    let mut name = format!(
        "{}-{}-{}",
        zone.id,
        record.name.replace('*', "any").replace('.', "-"),
        record.type_.to_lowercase()
    );
    let check = half.as_ref().and_then(|half| half.check.as_ref());
    let check = check.map(|check| self::check(sheet, zone, &name, record, check));
    if let Some(Half { word, .. }) = half {
        name = format!("{name}-{word}");
    }
    let ttl_of = |usual: i64| if half.is_some() { failover::TTL } else { usual };
    let named = |body: &mut Body| {
        body.set("zone_id", code(format!("{}.zone_id", address(zone, "aws_route53_zone"))));
        body.set("name", record.name.as_str());
        if let Some(Half { word, .. }) = half {
            let check = check.as_ref().map(|own| code(format!("{own}.id")));
            body.set("set_identifier", word).set_some("health_check_id", check);
        }
    };
    if let Answer::Balancer(balancer) = &answer
        && six::is_dual(sheet.facts, balancer)
    {
        let name = format!("{name}-ipv6");
        sheet.named(File::Network, zone, "aws_route53_record", &name, |body| {
            named(body);
            alias(body, balancer, "AAAA");
            routing(body, half.as_ref());
        });
    }
    sheet.named(File::Network, zone, "aws_route53_record", &name, |body| {
        named(body);
        let (type_, ttl, records) = match answer {
            Answer::Balancer(balancer) => {
                alias(body, balancer, "A");
                return routing(body, half.as_ref());
            }
            Answer::Database(database) => {
                let own = format!("{}.address", address(database, "aws_db_instance"));
                ("CNAME", 60_i64, Expr::List(vec![code(own)]))
            }
            Answer::Public(server) => ("A", ttl_of(300), of_all(server, "public_ip")),
            Answer::Private(server) => ("A", ttl_of(300), of_all(server, "private_ip")),
            Answer::Written(values) => (record.type_.as_str(), ttl_of(300), values.into()),
        };
        body.set("type", type_).set("ttl", ttl).set("records", records);
        routing(body, half.as_ref());
    });
}

fn routing(body: &mut Body, half: Option<&Half<'_>>) {
    if let Some(half) = half {
        body.block("failover_routing_policy", |inner| {
            inner.set("type", half.word.to_uppercase());
        });
    }
}

/// What Route 53 asks about the first of two answers. Gives its address.
fn check<'a>(
    sheet: &mut Sheet<'a>,
    zone: &'a ResolvedResource,
    name: &str,
    record: &Record,
    check: &Check<'a>,
) -> String {
    sheet.named(File::Network, zone, "aws_route53_health_check", name, |body| {
        body.set("type", "TCP");
        match &check.to {
            To::Balancer(balancer) => {
                let own = address(balancer, "aws_lb");
                body.set("fqdn", code(format!("{own}.dns_name")));
            }
            To::Server(server) => {
                let own = server.instances.first();
                let own = own.map(|own| instance_address(server, own, "aws_instance"));
                body.set_some("ip_address", own.map(|own| code(format!("{own}.public_ip"))));
            }
            To::Address(address) => {
                body.set("ip_address", address.as_str());
            }
        }
        body.set("port", check.port).set("request_interval", failover::INTERVAL);
        body.set("failure_threshold", failover::ENOUGH);
        body.set("tags", tags(zone, record.name.as_str().into()));
    })
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
