//! Web firewalls.

use super::{
    refs::{address, tags},
    sheet::{File, Sheet},
    writer::{Body, Expr, code},
};
use crate::aws::{
    web_firewall as facts_of,
    web_firewall::{Asks, Rule},
};
use gp_catalog::resolved::ResolvedResource;

/// A web firewall, and what it stands before.
pub fn web_firewall<'a>(sheet: &mut Sheet<'a>, firewall: &'a ResolvedResource) {
    let facts = sheet.facts;
    let name = facts.name(&firewall.id, 128);
    let own = sheet.resource(File::Security, firewall, "aws_wafv2_web_acl", "", |body| {
        body.set("name", name).set("description", facts_of::description(firewall));
        body.set("scope", facts_of::scope(facts, firewall));
        body.set("tags", tags(firewall, firewall.title.as_str().into()));
        body.block("default_action", |inner| {
            inner.block("allow", |_| {});
        });
        for (place, rule) in (0..).zip(&facts_of::rules(firewall)) {
            body.block("rule", |inner| self::rule(inner, firewall, place, rule));
        }
        visibility(body, firewall, "all");
    });
    for (link, balancer) in facts_of::before(facts, firewall) {
        let balancer = address(balancer, "aws_lb");
        sheet.named(File::Security, firewall, "aws_wafv2_web_acl_association", &link.id, |body| {
            body.set("resource_arn", code(format!("{balancer}.arn")));
            body.set("web_acl_arn", code(format!("{own}.arn")));
        });
    }
    if let Some(store) = facts_of::log_store(facts, firewall) {
        let type_ = "aws_wafv2_web_acl_logging_configuration";
        let logs = format!("{}.arn", address(store, "aws_cloudwatch_log_group"));
        sheet.resource(File::Security, firewall, type_, "", |body| {
            body.set("resource_arn", code(format!("{own}.arn")));
            body.set("log_destination_configs", Expr::List(vec![code(logs)]));
        });
    }
}

fn rule(body: &mut Body, firewall: &ResolvedResource, place: i64, rule: &Rule) {
    let counts = facts_of::only_counts(firewall);
    body.set("name", rule.name.as_str()).set("priority", place);
    match rule.asks {
        Asks::Rate(limit) => {
            body.block("action", |inner| {
                inner.block(if counts { "count" } else { "block" }, |_| {});
            });
            body.block("statement", |inner| {
                inner.block("rate_based_statement", |rate| {
                    rate.set("aggregate_key_type", "IP").set("limit", limit);
                });
            });
        }
        Asks::Group(group) => {
            body.block("override_action", |inner| {
                inner.block(if counts { "count" } else { "none" }, |_| {});
            });
            body.block("statement", |inner| {
                inner.block("managed_rule_group_statement", |own| {
                    own.set("vendor_name", "AWS").set("name", group);
                });
            });
        }
    }
    visibility(body, firewall, &rule.name);
}

fn visibility(body: &mut Body, firewall: &ResolvedResource, rule: &str) {
    let measure = facts_of::measure(firewall, rule);
    body.block("visibility_config", |inner| {
        inner.set("cloudwatch_metrics_enabled", true).set("metric_name", measure);
        inner.set("sampled_requests_enabled", true);
    });
}
