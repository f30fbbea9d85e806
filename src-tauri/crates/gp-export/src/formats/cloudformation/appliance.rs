//! Firewalls in the way in CloudFormation's words. A firewall tells the end points of its zones in no
//! order, so each zone has a firewall of its own: all by one policy, and billed by the end point anyway.

use super::{
    template::{Template, segment_id},
    writer::{Node, Properties, map},
};
use crate::{
    aws::{appliance as facts_of, appliance::Line},
    name::logical,
};
use gp_catalog::resolved::{Filter, Instance, ResolvedResource};

/// A firewall in each zone, and what they let through.
pub fn appliance<'a>(
    template: &mut Template<'a>,
    filter: &'a Filter,
    firewall: &'a ResolvedResource,
) {
    let facts = template.facts;
    template.diagnostics.extend(facts_of::notes(filter, firewall));
    let places = facts_of::places(facts, firewall);
    if places.is_empty() {
        return;
    }
    let policy = policy(template, filter, firewall);
    let protect = facts.resolved.environment.protect;
    for (one, segment) in places {
        let zone = segment.zone.as_deref().unwrap_or_default();
        let title = format!("{} {zone}", firewall.title);
        let tags = template.tags(firewall, title.trim_end());
        let name = facts.name(&format!("{}-{zone}", firewall.id), 100);
        let own = template.add(
            firewall,
            "AWS::NetworkFirewall::Firewall",
            &name_of(firewall, one),
            |p| {
                p.set("FirewallName", name).set("FirewallPolicyArn", Node::Ref(policy.clone()));
                p.set("VpcId", Node::Ref(logical(&segment.network)));
                let place = map([("SubnetId", Node::Ref(segment_id(segment)))]);
                p.set("SubnetMappings", Node::List(vec![place]));
                p.set("DeleteProtection", protect).set("SubnetChangeProtection", protect);
                p.set("Tags", tags);
            },
        );
        logs(template, firewall, one, &own);
    }
}

/// The name of one zone's firewall.
fn name_of(firewall: &ResolvedResource, one: &Instance) -> String {
    format!("{}-firewall-{}", firewall.id, one.zone.as_deref().unwrap_or_default())
}

/// The end point of one zone: what follows the name of the zone in the only entry of a list.
pub fn endpoint(firewall: &ResolvedResource, one: &Instance) -> Node {
    let all = Node::Att(logical(&name_of(firewall, one)), "EndpointIds".to_owned());
    let select = |place: i64, list| map([("Fn::Select", Node::List(vec![place.into(), list]))]);
    let parts = map([("Fn::Split", Node::List(vec![":".into(), select(0, all)]))]);
    select(1, parts)
}

fn policy<'a>(
    template: &mut Template<'a>,
    filter: &Filter,
    firewall: &'a ResolvedResource,
) -> String {
    let facts = template.facts;
    let name = facts.name(&firewall.id, 100);
    let lines = facts_of::lines(facts, filter);
    let group = (!lines.is_empty()).then(|| rule_group(template, firewall, &name, &lines));
    let tags = template.tags(firewall, &firewall.title);
    let id = format!("{}-policy", firewall.id);
    template.add(firewall, "AWS::NetworkFirewall::FirewallPolicy", &id, |p| {
        let texts = |all: &[&str]| {
            Node::List(all.iter().map(|text| Node::Text((*text).to_owned())).collect())
        };
        let mut own = Properties::default();
        own.set("StatelessDefaultActions", texts(&[facts_of::STATELESS]));
        own.set("StatelessFragmentDefaultActions", texts(&[facts_of::STATELESS]));
        own.set("StatefulDefaultActions", texts(&facts_of::DEFAULTS));
        let options =
            [("RuleOrder", "STRICT_ORDER".into()), ("StreamExceptionPolicy", "DROP".into())];
        own.set("StatefulEngineOptions", map(options));
        own.set_some(
            "StatefulRuleGroupReferences",
            group.map(|group| {
                let one = [("Priority", 1_i64.into()), ("ResourceArn", Node::Ref(group))];
                Node::List(vec![map(one)])
            }),
        );
        p.set("FirewallPolicyName", name).set("FirewallPolicy", Node::Map(own.0));
        p.set("Tags", tags);
    })
}

fn rule_group<'a>(
    template: &mut Template<'a>,
    firewall: &'a ResolvedResource,
    name: &str,
    lines: &[Line],
) -> String {
    let tags = template.tags(firewall, &firewall.title);
    let id = format!("{}-rules", firewall.id);
    template.add(firewall, "AWS::NetworkFirewall::RuleGroup", &id, |p| {
        p.set("RuleGroupName", name).set("Type", "STATEFUL");
        p.set("Capacity", facts_of::capacity(lines));
        let rules = map([("StatefulRules", Node::List(lines.iter().map(rule).collect()))]);
        let order = map([("RuleOrder", "STRICT_ORDER".into())]);
        p.set("RuleGroup", map([("RulesSource", rules), ("StatefulRuleOptions", order)]));
        p.set("Tags", tags);
    })
}

fn rule(line: &Line) -> Node {
    let header = map([
        ("Protocol", line.protocol.into()),
        ("Direction", "FORWARD".into()),
        ("Source", line.source.as_str().into()),
        ("SourcePort", "ANY".into()),
        ("Destination", line.destination.as_str().into()),
        ("DestinationPort", line.port.as_str().into()),
    ]);
    let option = |(keyword, setting): (&str, String)| {
        map([("Keyword", keyword.into()), ("Settings", Node::List(vec![setting.as_str().into()]))])
    };
    let options =
        [("msg", format!("\"{}\"", line.message)), ("sid", line.sid.to_string())].map(option);
    map([
        ("Action", line.action.into()),
        ("Header", header),
        ("RuleOptions", Node::List(options.into())),
    ])
}

fn logs<'a>(
    template: &mut Template<'a>,
    firewall: &'a ResolvedResource,
    one: &Instance,
    own: &str,
) {
    let Some(store) = facts_of::log_store(template.facts, firewall) else { return };
    let name = format!("{}-logging", name_of(firewall, one));
    template.add(firewall, "AWS::NetworkFirewall::LoggingConfiguration", &name, |p| {
        let place = || map([("logGroup", Node::Ref(logical(&store.id)))]);
        let kind = |kind: &str| {
            map([
                ("LogType", kind.into()),
                ("LogDestinationType", "CloudWatchLogs".into()),
                ("LogDestination", place()),
            ])
        };
        let all = Node::List(vec![kind("ALERT"), kind("FLOW")]);
        p.set("FirewallArn", Node::Ref(own.to_owned()));
        p.set("LoggingConfiguration", map([("LogDestinationConfigs", all)]));
    });
}
