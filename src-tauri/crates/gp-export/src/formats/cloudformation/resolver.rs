//! DNS resolvers in CloudFormation's words.

use super::{
    template::{Template, group_list, instance_id, segment_id},
    writer::{Node, Properties, map},
};
use crate::{
    aws::resolver::{self as facts_of, PORT, Rule, Target},
    name::logical,
};
use gp_catalog::resolved::ResolvedResource;

/// A resolver. Its addresses are written, for name servers elsewhere have to know them.
pub fn dns_resolver<'a>(template: &mut Template<'a>, resolver: &'a ResolvedResource) {
    let facts = template.facts;
    let mut outbound = None;
    for side in facts_of::sides(facts, resolver) {
        let tags = template.tags(resolver, &resolver.title);
        let name = format!("{}-{}", facts.name(&resolver.id, 54), side.tail);
        let mut places = Vec::new();
        for (segment, one) in &side.places {
            let mut place = Properties::default();
            place.set("SubnetId", Node::Ref(segment_id(segment)));
            place.set_some("Ip", one.ip.map(|ip| ip.to_string()));
            places.push(Node::Map(place.0));
        }
        let known: Vec<String> =
            side.places.iter().filter_map(|(_, one)| Some(one.ip?.to_string())).collect();
        let own = format!("{}-{}", resolver.id, side.tail);
        let own = template.add(resolver, "AWS::Route53Resolver::ResolverEndpoint", &own, |p| {
            p.set("Name", name).set("Direction", side.direction);
            p.set_some("SecurityGroupIds", group_list(facts, resolver));
            p.set("IpAddresses", Node::List(places)).set("Tags", tags);
        });
        if side.direction == "OUTBOUND" {
            outbound = Some(own);
            continue;
        }
        let text = format!("Where name servers elsewhere ask {}.", resolver.title);
        template.output(&format!("{}-addresses", resolver.id), text, known.join(",").into());
    }
    for rule in outbound.iter().flat_map(|_| facts_of::rules(facts, resolver)) {
        self::rule(template, resolver, outbound.as_deref().unwrap_or_default(), &rule);
    }
}

fn rule<'a>(
    template: &mut Template<'a>,
    resolver: &'a ResolvedResource,
    by: &str,
    rule: &Rule<'a>,
) {
    let facts = template.facts;
    let tags = template.tags(resolver, rule.link.note.as_deref().unwrap_or(&rule.name));
    let name = facts.name(&rule.name, 64);
    let target = |target: &Target<'a>| {
        let ip: Node = match target {
            Target::Known(ip) => ip.as_str().into(),
            Target::Server(server, one) => {
                Node::Att(instance_id(server, one), "PrivateIp".to_owned())
            }
        };
        map([("Ip", ip), ("Port", PORT.to_string().as_str().into())])
    };
    let targets = Node::List(rule.targets.iter().map(target).collect());
    let id = format!("{}-rule", rule.name);
    let own = template.add(resolver, "AWS::Route53Resolver::ResolverRule", &id, |p| {
        p.set("Name", name).set("DomainName", rule.domain.as_str()).set("RuleType", "FORWARD");
        p.set("ResolverEndpointId", Node::Ref(by.to_owned())).set("TargetIps", targets);
        p.set("Tags", tags);
    });
    for network in facts_of::networks(facts, resolver) {
        let id = format!("{}-{}-rule-association", rule.name, network.id);
        template.add(resolver, "AWS::Route53Resolver::ResolverRuleAssociation", &id, |p| {
            p.set("ResolverRuleId", Node::Ref(own.clone()));
            p.set("VPCId", Node::Ref(logical(&network.id)));
        });
    }
}
