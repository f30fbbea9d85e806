//! Web firewalls in CloudFormation's words.

use super::{
    template::{Template, arn},
    writer::{Node, Properties, map},
};
use crate::aws::{
    web_firewall as facts_of,
    web_firewall::{Asks, Rule},
};
use gp_catalog::resolved::ResolvedResource;

/// A web firewall, and what it stands before.
pub fn web_firewall<'a>(template: &mut Template<'a>, firewall: &'a ResolvedResource) {
    let facts = template.facts;
    let tags = template.tags(firewall, &firewall.title);
    let id = template.add(firewall, "AWS::WAFv2::WebACL", &firewall.id, |p| {
        p.set("Description", facts_of::description(firewall));
        p.set("Scope", facts_of::scope(facts, firewall));
        p.set("DefaultAction", nothing_more("Allow"));
        let rules = facts_of::rules(firewall);
        let rules = (0..).zip(&rules).map(|(place, own)| rule(firewall, place, own));
        p.set("Rules", Node::List(rules.collect()));
        p.set("VisibilityConfig", visibility(firewall, "all")).set("Tags", tags);
    });
    for (link, balancer) in facts_of::before(facts, firewall) {
        let name = format!("{}-association", link.id);
        template.add(firewall, "AWS::WAFv2::WebACLAssociation", &name, |p| {
            p.set("ResourceArn", Node::Ref(crate::name::logical(&balancer.id)));
            p.set("WebACLArn", Node::Att(id.clone(), "Arn".to_owned()));
        });
    }
    if let Some(store) = facts_of::log_store(facts, firewall) {
        let name = format!("{}-logging", firewall.id);
        template.add(firewall, "AWS::WAFv2::LoggingConfiguration", &name, |p| {
            p.set("ResourceArn", Node::Att(id, "Arn".to_owned()));
            p.set("LogDestinationConfigs", Node::List(vec![arn(store)]));
        });
    }
}

/// `{ NAME: {} }`
fn nothing_more(name: &str) -> Node {
    map([(name, Node::Map(Vec::new()))])
}

fn rule(firewall: &ResolvedResource, place: i64, rule: &Rule) -> Node {
    let counts = facts_of::only_counts(firewall);
    let mut p = Properties::default();
    p.set("Name", rule.name.as_str()).set("Priority", place);
    match rule.asks {
        Asks::Rate(limit) => {
            p.set("Action", nothing_more(if counts { "Count" } else { "Block" }));
            let rate = map([("AggregateKeyType", "IP".into()), ("Limit", limit.into())]);
            p.set("Statement", map([("RateBasedStatement", rate)]));
        }
        Asks::Group(group) => {
            p.set("OverrideAction", nothing_more(if counts { "Count" } else { "None" }));
            let own = map([("VendorName", "AWS".into()), ("Name", group.into())]);
            p.set("Statement", map([("ManagedRuleGroupStatement", own)]));
        }
    }
    p.set("VisibilityConfig", visibility(firewall, &rule.name));
    Node::Map(p.0)
}

fn visibility(firewall: &ResolvedResource, rule: &str) -> Node {
    map([
        ("CloudWatchMetricsEnabled", true.into()),
        ("MetricName", facts_of::measure(firewall, rule).into()),
        ("SampledRequestsEnabled", true.into()),
    ])
}
