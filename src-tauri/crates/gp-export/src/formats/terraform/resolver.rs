//! DNS resolvers: an end point for either direction, and rules for what is passed on.

use super::{
    refs::{address, instance_address, segment_address, tags},
    security::group_list,
    sheet::{File, Sheet},
    writer::{Expr, code},
};
use crate::aws::resolver::{self as facts_of, PORT, Rule, Target};
use gp_catalog::resolved::ResolvedResource;

/// A resolver. Its addresses are written, for name servers elsewhere have to know them.
pub fn dns_resolver<'a>(sheet: &mut Sheet<'a>, resolver: &'a ResolvedResource) {
    let facts = sheet.facts;
    let mut outbound = None;
    for side in facts_of::sides(facts, resolver) {
        let name = format!("{}-{}", facts.name(&resolver.id, 54), side.tail);
        let places: Vec<_> = side
            .places
            .iter()
            .map(|(segment, one)| {
                (segment_address(facts, segment), one.ip.map(|ip| ip.to_string()))
            })
            .collect();
        let tail = format!("_{}", side.tail);
        let type_ = "aws_route53_resolver_endpoint";
        let own = sheet.resource(File::Network, resolver, type_, &tail, |body| {
            body.set("name", name).set("direction", side.direction);
            body.set_some("security_group_ids", group_list(facts, resolver));
            body.set("tags", tags(resolver, resolver.title.as_str().into()));
            for (subnet, ip) in places {
                body.block("ip_address", |inner| {
                    inner.set("subnet_id", code(format!("{subnet}.id"))).set_some("ip", ip);
                });
            }
        });
        if side.direction == "OUTBOUND" {
            outbound = Some(own);
            continue;
        }
        sheet.output(
            &format!("{}_addresses", resolver.id),
            format!("Where name servers elsewhere ask {}.", resolver.title),
            code(format!("[for place in {own}.ip_address : place.ip]")),
        );
    }
    for rule in outbound.iter().flat_map(|_| facts_of::rules(facts, resolver)) {
        self::rule(sheet, resolver, outbound.as_deref().unwrap_or_default(), &rule);
    }
}

fn rule<'a>(sheet: &mut Sheet<'a>, resolver: &'a ResolvedResource, by: &str, rule: &Rule<'a>) {
    let facts = sheet.facts;
    let name = facts.name(&rule.name, 64);
    let type_ = "aws_route53_resolver_rule";
    let own = sheet.named(File::Network, resolver, type_, &rule.name, |body| {
        body.set("name", name.as_str()).set("domain_name", rule.domain.as_str());
        body.set("rule_type", "FORWARD").set("resolver_endpoint_id", code(format!("{by}.id")));
        body.set("tags", tags(resolver, rule.link.note.as_deref().unwrap_or(&rule.name).into()));
        for target in &rule.targets {
            let ip: Expr = match target {
                Target::Known(ip) => ip.as_str().into(),
                Target::Server(server, one) => {
                    code(format!("{}.private_ip", instance_address(server, one, "aws_instance")))
                }
            };
            body.block("target_ip", |inner| {
                inner.set("ip", ip).set("port", i64::from(PORT));
            });
        }
    });
    for network in facts_of::networks(facts, resolver) {
        let name = format!("{}-{}", rule.name, network.id);
        let type_ = "aws_route53_resolver_rule_association";
        sheet.named(File::Network, resolver, type_, &name, |body| {
            body.set("resolver_rule_id", code(format!("{own}.id")));
            body.set("vpc_id", code(format!("{}.id", address(network, "aws_vpc"))));
        });
    }
}
