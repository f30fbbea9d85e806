//! Security groups with one resource per rule, and network ACLs of firewalls drawn on a subnet. Those in
//! the way are in `appliance.rs`.

use super::{
    appliance::appliance,
    endpoint,
    refs::{address, segment_ids, tags},
    sheet::{File, Sheet},
    six,
    writer::{Body, Expr, code},
};
use crate::{
    aws::{
        Facts, acl, acl_notes, appliance as facts_of, is_managed, registry::Layers, rule,
        rule::Other,
    },
    name::{ec2_description, label},
};
use gp_catalog::resolved::{Filter, FilterKind, ResolvedResource};

/// Every filter of the design.
pub fn filters(sheet: &mut Sheet<'_>) {
    let facts = sheet.facts;
    for filter in facts.resolved.filters.values() {
        let Some(owner) = facts.resource(&filter.owner).filter(|owner| is_managed(owner)) else {
            continue;
        };
        match filter.kind {
            FilterKind::SecurityGroup => group(sheet, filter, owner),
            _ if facts_of::is_one(owner) => appliance(sheet, filter, owner),
            FilterKind::NetworkAcl | FilterKind::FirewallTable => {
                network_acl(sheet, filter, owner);
            }
        }
    }
}

fn group<'a>(sheet: &mut Sheet<'a>, filter: &'a Filter, owner: &'a ResolvedResource) {
    let facts = sheet.facts;
    let Some(network) = facts.network_of(owner) else {
        return;
    };
    let prefix = facts.name(&owner.id, 60);
    sheet.resource(File::Security, owner, "aws_security_group", "", |body| {
        body.set("name_prefix", format!("{prefix}-"))
            .set("description", ec2_description(&owner.title));
        body.set("vpc_id", code(format!("{}.id", address(network, "aws_vpc"))));
        body.set("tags", tags(owner, owner.title.as_str().into()));
        body.block("lifecycle", |inner| {
            inner.set("create_before_destroy", true);
        });
    });
    for (type_, rules) in [
        ("aws_vpc_security_group_ingress_rule", &filter.ingress),
        ("aws_vpc_security_group_egress_rule", &filter.egress),
    ] {
        let names = rule::Names::new(filter, rules);
        for written in rule::written(facts, owner, rules) {
            let name = format!("{}{}", names.name(written.rule), written.tail);
            group_rule(sheet, owner, &written, &name, type_);
        }
    }
}

fn group_rule<'a>(
    sheet: &mut Sheet<'a>,
    owner: &'a ResolvedResource,
    written: &rule::Written<'a>,
    name: &str,
    type_: &str,
) {
    let facts = sheet.facts;
    let (protocol, ports) = written.protocol();
    let list = (written.other == Other::CloudFront).then(|| cloudfront(sheet, owner));
    sheet.named(File::Security, owner, type_, name, |body| {
        body.set("security_group_id", code(format!("{}.id", address(owner, "aws_security_group"))));
        body.set("description", ec2_description(&written.rule.comment));
        other_end(facts, body, written.other);
        body.set_some("prefix_list_id", list.map(|list| code(format!("{list}.id"))));
        body.set("ip_protocol", protocol);
        if let Some((low, high)) = ports {
            body.set("from_port", low).set("to_port", high);
        }
    });
}

/// AWS's list of the addresses from which `CloudFront` calls.
fn cloudfront<'a>(sheet: &mut Sheet<'a>, owner: &'a ResolvedResource) -> String {
    let type_ = "aws_ec2_managed_prefix_list";
    sheet.shared(File::Security, owner, type_, "cloudfront", |body| {
        body.set("name", "com.amazonaws.global.cloudfront.origin-facing");
    })
}

fn other_end(facts: &Facts<'_>, body: &mut Body, other: Other<'_>) {
    match other {
        Other::Range(range) => body.set("cidr_ipv4", range.to_string()),
        Other::Everybody6 => body.set("cidr_ipv6", "::/0"),
        Other::Group(id) => {
            let address = facts.resource(id).map_or_else(
                || format!("aws_security_group.{}", label(id)),
                |r| address(r, "aws_security_group"),
            );
            body.set("referenced_security_group_id", code(format!("{address}.id")))
        }
        // Looked up by whoever writes the rule.
        Other::CloudFront => return,
        Other::PrefixList(id) => {
            let address = facts.resource(id).map_or_else(
                || format!("aws_vpc_endpoint.{}", label(id)),
                |r| address(r, "aws_vpc_endpoint"),
            );
            body.set("prefix_list_id", code(format!("{address}.prefix_list_id")))
        }
        Other::Layers(by) => {
            let (Layers::Own(door) | Layers::Drawn(door)) = by;
            let tail = if matches!(by, Layers::Own(_)) { endpoint::LAYERS } else { "" };
            let list = format!("aws_vpc_endpoint.{}{tail}.prefix_list_id", label(door));
            body.set("prefix_list_id", code(list))
        }
    };
}

fn network_acl<'a>(sheet: &mut Sheet<'a>, filter: &'a Filter, owner: &'a ResolvedResource) {
    let facts = sheet.facts;
    sheet.diagnostics.extend(acl_notes::notes(facts, filter, owner));
    let segments = acl::subnets(facts, filter);
    if segments.is_empty() {
        return;
    }
    let Some(network) = segments
        .first()
        .and_then(|s| facts.resource(&s.network))
        .or_else(|| facts.network_of(owner))
    else {
        return;
    };
    let own = sheet.resource(File::Security, owner, "aws_network_acl", "", |body| {
        body.set("vpc_id", code(format!("{}.id", address(network, "aws_vpc"))));
        body.set("subnet_ids", segment_ids(facts, &segments));
        body.set("tags", tags(owner, owner.title.as_str().into()));
    });
    for entry in acl::entries(facts, filter) {
        let name =
            format!("{}-{}-{}", owner.id, if entry.egress { "out" } else { "in" }, entry.number);
        sheet.named(File::Security, owner, "aws_network_acl_rule", &name, |body| {
            body.set("network_acl_id", code(format!("{own}.id")));
            body.set("rule_number", entry.number).set("egress", entry.egress);
            body.set("rule_action", if entry.allow { "allow" } else { "deny" });
            body.set("protocol", if entry.protocol == "icmpv6" { "58" } else { entry.protocol });
            match entry.range {
                acl::End::Four(range) => body.set("cidr_block", range.to_string()),
                acl::End::Six(end) => body.set("ipv6_cidr_block", six::range(facts, end)),
            };
            if let Some((low, high)) = entry.ports {
                body.set("from_port", low).set("to_port", high);
            }
            if matches!(entry.protocol, "icmp" | "icmpv6") {
                body.set("icmp_type", -1_i64).set("icmp_code", -1_i64);
            }
        });
    }
}

/// An `Expr` list of one group's id, where the thing has a group.
pub fn group_list(facts: &Facts<'_>, owner: &ResolvedResource) -> Option<Expr> {
    facts
        .group(&owner.id)
        .map(|_| Expr::List(vec![code(format!("{}.id", address(owner, "aws_security_group")))]))
}
