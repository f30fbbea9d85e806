//! Firewalls in the way: Network Firewalls with their policy and rules.

use super::{
    refs::{address, segment_address, tags},
    sheet::{File, Sheet},
    writer::{Body, code, write_text},
};
use crate::{
    aws::{appliance as facts_of, appliance::Line},
    name::label,
};
use gp_catalog::resolved::{Filter, ResolvedResource};

const FIREWALL: &str = "aws_networkfirewall_firewall";

/// A firewall, what it lets through, and where each zone finds it.
pub fn appliance<'a>(sheet: &mut Sheet<'a>, filter: &'a Filter, firewall: &'a ResolvedResource) {
    let facts = sheet.facts;
    sheet.diagnostics.extend(facts_of::notes(filter, firewall));
    let places = facts_of::places(facts, firewall);
    let network = places.first().and_then(|(_, segment)| facts.resource(&segment.network));
    let (Some(network), Some((_, first))) = (network, places.first()) else { return };
    let name = facts.name(&firewall.id, 100);
    let rules = rule_group(sheet, filter, firewall, &name);
    let policy = sheet.resource(
        File::Security,
        firewall,
        "aws_networkfirewall_firewall_policy",
        "",
        |body| {
            body.set("name", name.as_str());
            policy(body, rules.as_deref());
            body.set("tags", tags(firewall, firewall.title.as_str().into()));
        },
    );
    let protect = facts.resolved.environment.protect;
    let own = sheet.resource(File::Security, firewall, FIREWALL, "", |body| {
        body.set("name", name.as_str());
        body.set("firewall_policy_arn", code(format!("{policy}.arn")));
        body.set("vpc_id", code(format!("{}.id", address(network, "aws_vpc"))));
        body.set("delete_protection", protect).set("subnet_change_protection", protect);
        for (_, segment) in &places {
            body.block("subnet_mapping", |inner| {
                inner.set("subnet_id", code(format!("{}.id", segment_address(facts, segment))));
            });
        }
        body.set("tags", tags(firewall, firewall.title.as_str().into()));
    });
    if let Some(tier) = facts.resource(&first.subnet) {
        // The provider tells end points in no order; each is found by its subnet.
        let state = format!("{own}.firewall_status[0].sync_states");
        let found = "state.attachment[0].endpoint_id if state.attachment[0].subnet_id == subnet.id";
        let all = format!(
            "{{ for zone, subnet in {} : zone => one([for state in {state} : {found}]) }}",
            address(tier, "aws_subnet")
        );
        sheet.local(File::Security, firewall, &endpoints(firewall), code(all));
    }
    logs(sheet, firewall, &own);
}

/// The local value with the end point of each zone.
pub fn endpoints(firewall: &ResolvedResource) -> String {
    format!("{}_endpoints", label(&firewall.id))
}

fn rule_group<'a>(
    sheet: &mut Sheet<'a>,
    filter: &Filter,
    firewall: &'a ResolvedResource,
    name: &str,
) -> Option<String> {
    let lines = facts_of::lines(sheet.facts, filter);
    if lines.is_empty() {
        return None;
    }
    let type_ = "aws_networkfirewall_rule_group";
    Some(sheet.resource(File::Security, firewall, type_, "", |body| {
        body.set("name", name).set("type", "STATEFUL").set("capacity", facts_of::capacity(&lines));
        body.block("rule_group", |group| {
            group.block("rules_source", |source| {
                for line in &lines {
                    source.block("stateful_rule", |inner| rule(inner, line));
                }
            });
            group.block("stateful_rule_options", |inner| {
                inner.set("rule_order", "STRICT_ORDER");
            });
        });
        body.set("tags", tags(firewall, firewall.title.as_str().into()));
    }))
}

fn rule(body: &mut Body, line: &Line) {
    body.set("action", line.action);
    body.block("header", |inner| {
        inner.set("protocol", line.protocol).set("direction", "FORWARD");
        inner.set("source", line.source.as_str()).set("source_port", "ANY");
        inner.set("destination", line.destination.as_str());
        inner.set("destination_port", line.port.as_str());
    });
    let mut message = String::new();
    write_text(&mut message, &line.message);
    for (keyword, setting) in [("msg", message), ("sid", line.sid.to_string())] {
        body.block("rule_option", |inner| {
            inner.set("keyword", keyword);
            inner.set("settings", super::writer::Expr::List(vec![setting.into()]));
        });
    }
}

fn policy(body: &mut Body, rules: Option<&str>) {
    let texts =
        |all: &[&str]| super::writer::Expr::List(all.iter().map(|text| (*text).into()).collect());
    body.block("firewall_policy", |inner| {
        inner.set("stateless_default_actions", texts(&[facts_of::STATELESS]));
        inner.set("stateless_fragment_default_actions", texts(&[facts_of::STATELESS]));
        inner.set("stateful_default_actions", texts(&facts_of::DEFAULTS));
        inner.block("stateful_engine_options", |options| {
            options.set("rule_order", "STRICT_ORDER").set("stream_exception_policy", "DROP");
        });
        if let Some(rules) = rules {
            inner.block("stateful_rule_group_reference", |own| {
                own.set("priority", 1_i64).set("resource_arn", code(format!("{rules}.arn")));
            });
        }
    });
}

fn logs<'a>(sheet: &mut Sheet<'a>, firewall: &'a ResolvedResource, own: &str) {
    let Some(store) = facts_of::log_store(sheet.facts, firewall) else { return };
    let group = format!("{}.name", address(store, "aws_cloudwatch_log_group"));
    let type_ = "aws_networkfirewall_logging_configuration";
    sheet.resource(File::Security, firewall, type_, "", |body| {
        body.set("firewall_arn", code(format!("{own}.arn")));
        body.block("logging_configuration", |inner| {
            for kind in ["ALERT", "FLOW"] {
                inner.block("log_destination_config", |one| {
                    one.set("log_type", kind).set("log_destination_type", "CloudWatchLogs");
                    let place = vec![("logGroup".to_owned(), code(&group))];
                    one.set("log_destination", super::writer::Expr::Object(place));
                });
            }
        });
    });
}
