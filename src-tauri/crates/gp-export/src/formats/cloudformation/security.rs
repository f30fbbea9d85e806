//! Security groups with one resource per rule, and network ACLs. Firewalls in the way are in
//! `appliance.rs`.

use super::{
    appliance::appliance,
    six,
    template::{Parameter, Template, group_id, segment_id},
    writer::{Node, map},
};
use crate::{
    aws::{acl, acl_notes, appliance as facts_of, is_managed, registry::Layers, rule, rule::Other},
    name::{ec2_description, logical},
};
use gp_catalog::resolved::{Filter, FilterKind, ResolvedResource};
use gp_model::Id;

/// Every filter of the design.
pub fn filters(template: &mut Template<'_>) {
    let facts = template.facts;
    for filter in facts.resolved.filters.values() {
        let Some(owner) = facts.resource(&filter.owner).filter(|owner| is_managed(owner)) else {
            continue;
        };
        match filter.kind {
            FilterKind::SecurityGroup => group(template, filter, owner),
            _ if facts_of::is_one(owner) => appliance(template, filter, owner),
            FilterKind::NetworkAcl | FilterKind::FirewallTable => {
                network_acl(template, filter, owner);
            }
        }
    }
}

fn group<'a>(template: &mut Template<'a>, filter: &'a Filter, owner: &'a ResolvedResource) {
    let facts = template.facts;
    let Some(network) = facts.network_of(owner) else {
        return;
    };
    let tags = template.tags(owner, &owner.title);
    let place = template.entries.len();
    template.add(owner, "AWS::EC2::SecurityGroup", &format!("{}-security-group", owner.id), |p| {
        p.set("GroupDescription", ec2_description(&owner.title))
            .set("VpcId", Node::Ref(logical(&network.id)));
        if filter.egress.iter().all(|rule| !rule.allow) {
            // A group without egress rules would get "allow all" from CloudFormation: say "to nowhere".
            p.set("SecurityGroupEgress", Node::List(vec![nowhere()]));
        }
        p.set("Tags", tags);
    });
    for (ingress, rules) in [(true, &filter.ingress), (false, &filter.egress)] {
        let names = rule::Names::new(filter, rules);
        for written in rule::written(facts, owner, rules) {
            group_rule(template, owner, &written, &names.name(written.rule), ingress);
        }
    }
    // With separate egress resources the default one still comes: an own rule in the group closes it.
    if let Some(entry) = template.entries.get_mut(place) {
        entry.properties.set("SecurityGroupEgress", Node::List(vec![nowhere()]));
    }
}

fn nowhere() -> Node {
    map([
        ("Description", "Closes the default way out".into()),
        ("CidrIp", "127.0.0.1/32".into()),
        ("IpProtocol", "icmp".into()),
        ("FromPort", 252_i64.into()),
        ("ToPort", 86_i64.into()),
    ])
}

fn group_rule<'a>(
    template: &mut Template<'a>,
    owner: &'a ResolvedResource,
    written: &rule::Written<'a>,
    stem: &str,
    ingress: bool,
) {
    let (protocol, ports) = written.protocol();
    let (type_, part) = if ingress {
        ("AWS::EC2::SecurityGroupIngress", "in")
    } else {
        ("AWS::EC2::SecurityGroupEgress", "out")
    };
    let name = format!("{stem}-{part}{}", written.tail);
    let (property, value) = other_end(template, written.other, ingress);
    template.add(owner, type_, &name, |p| {
        p.set("GroupId", group_id(owner));
        p.set("Description", ec2_description(&written.rule.comment));
        p.set(property, value).set("IpProtocol", protocol);
        if let Some((low, high)) = ports {
            p.set("FromPort", low).set("ToPort", high);
        }
    });
}

fn other_end(template: &mut Template<'_>, other: Other<'_>, ingress: bool) -> (&'static str, Node) {
    let facts = template.facts;
    match other {
        Other::Range(range) => ("CidrIp", range.to_string().into()),
        Other::Everybody6 => ("CidrIpv6", "::/0".into()),
        Other::Group(id) => {
            let property =
                if ingress { "SourceSecurityGroupId" } else { "DestinationSecurityGroupId" };
            let group = facts.resource(id).map_or_else(|| Node::Ref(logical(id)), group_id);
            (property, group)
        }
        Other::CloudFront => {
            let property = if ingress { "SourcePrefixListId" } else { "DestinationPrefixListId" };
            let about = "Id of AWS's prefix list for CloudFront in this region (com.amazonaws.global.cloudfront.origin-facing): aws ec2 describe-managed-prefix-lists";
            let parameter = Parameter {
                pattern: Some(PREFIX_LIST),
                ..Parameter::new("String", about.to_owned())
            };
            (property, template.parameter("cloudfront-prefix-list", parameter))
        }
        Other::PrefixList(id) | Other::Layers(Layers::Own(id) | Layers::Drawn(id)) => {
            let property = if ingress { "SourcePrefixListId" } else { "DestinationPrefixListId" };
            (property, prefix_list(template, id))
        }
    }
}

/// What the id of a prefix list looks like.
const PREFIX_LIST: &str = "^pl-[0-9a-f]+$";

/// CloudFormation cannot ask for the id of AWS's own prefix lists: a parameter takes it.
fn prefix_list(template: &mut Template<'_>, endpoint: &Id) -> Node {
    let facts = template.facts;
    let endpoint = facts.resource(endpoint);
    let title = endpoint.map_or("", |endpoint| endpoint.title.as_str());
    let target = endpoint.and_then(|endpoint| facts.resource(endpoint.text("target")?));
    let (service, parameter_name) = match target.map(|target| target.kind.as_str()) {
        Some("document-store") => ("DynamoDB", "dynamodb-prefix-list"),
        _ => ("S3", "s3-prefix-list"),
    };
    let about = format!(
        "Id of AWS's prefix list for {service} in this region, used by {title}: aws ec2 describe-managed-prefix-lists"
    );
    let pattern = Some(PREFIX_LIST);
    let parameter = Parameter { pattern, ..Parameter::new("String", about) };
    template.parameter(parameter_name, parameter)
}

fn network_acl<'a>(template: &mut Template<'a>, filter: &'a Filter, owner: &'a ResolvedResource) {
    let facts = template.facts;
    template.diagnostics.extend(acl_notes::notes(facts, filter, owner));
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
    let tags = template.tags(owner, &owner.title);
    let own = template.add(owner, "AWS::EC2::NetworkAcl", &format!("{}-acl", owner.id), |p| {
        p.set("VpcId", Node::Ref(logical(&network.id))).set("Tags", tags);
    });
    for entry in acl::entries(facts, filter) {
        let part = if entry.egress { "out" } else { "in" };
        template.add(
            owner,
            "AWS::EC2::NetworkAclEntry",
            &format!("{}-{part}-{}", owner.id, entry.number),
            |p| {
                p.set("NetworkAclId", Node::Ref(own.clone()))
                    .set("RuleNumber", entry.number)
                    .set("Egress", entry.egress);
                p.set("RuleAction", if entry.allow { "allow" } else { "deny" });
                let protocol = match entry.protocol {
                    "tcp" => 6_i64,
                    "udp" => 17,
                    "icmp" => 1,
                    "icmpv6" => 58,
                    _ => -1,
                };
                p.set("Protocol", protocol);
                match entry.range {
                    acl::End::Four(range) => p.set("CidrBlock", range.to_string()),
                    acl::End::Six(end) => p.set("Ipv6CidrBlock", six::range(end)),
                };
                if let Some((low, high)) = entry.ports {
                    p.set("PortRange", map([("From", low.into()), ("To", high.into())]));
                }
                if matches!(entry.protocol, "icmp" | "icmpv6") {
                    p.set("Icmp", map([("Type", (-1_i64).into()), ("Code", (-1_i64).into())]));
                }
            },
        );
    }
    for segment in segments {
        let name = format!("{}-{}-acl", owner.id, segment_id(segment));
        template.add(owner, "AWS::EC2::SubnetNetworkAclAssociation", &name, |p| {
            p.set("SubnetId", Node::Ref(segment_id(segment)))
                .set("NetworkAclId", Node::Ref(own.clone()));
        });
    }
}
