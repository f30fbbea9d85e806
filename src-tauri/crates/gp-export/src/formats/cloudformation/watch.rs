//! What watches and remembers, in CloudFormation's words: log stores, alerts, dashboards, threat
//! detectors.

use super::{
    secrets::key_arn,
    template::{Template, arn, instance_id, number},
    writer::{Node, map, sub_literal},
};
use crate::{
    aws::{alert as facts_of, alert::Measure, is_managed, logs, threat},
    name::logical,
};
use gp_catalog::resolved::ResolvedResource;
use std::fmt::Write as _;

/// A log store: a log group that others write to.
pub fn log_store<'a>(template: &mut Template<'a>, store: &'a ResolvedResource) {
    let facts = template.facts;
    let tags = template.tags(store, &store.title);
    let key = key_arn(template, store);
    let id = template.add(store, "AWS::Logs::LogGroup", &store.id, |p| {
        p.set("LogGroupName", logs::name(facts, store));
        p.set("RetentionInDays", logs::retention_days(store));
        p.set_some("KmsKeyId", key).set("Tags", tags);
    });
    if let Some(entry) = template.last() {
        entry.keep = Some(if facts.resolved.environment.protect { "Retain" } else { "Delete" });
    }
    let text = format!("Name of the log group of {}.", store.title);
    template.output(&format!("{}-log-group", store.id), text, Node::Ref(id));
}

/// An alert: an alarm for each thing that it watches, and whom it tells.
pub fn alert<'a>(template: &mut Template<'a>, alert: &'a ResolvedResource) {
    let facts = template.facts;
    let mut actions = mail(template, alert);
    for (link, to) in facts_of::told(facts, alert) {
        actions.push(arn(to));
        if to.kind == "function" && is_managed(to) {
            let name = format!("{}-permission", link.id);
            template.add(to, "AWS::Lambda::Permission", &name, |p| {
                p.set("Action", "lambda:InvokeFunction");
                p.set("FunctionName", Node::Ref(logical(&to.id)));
                p.set("Principal", "lambda.alarms.cloudwatch.amazonaws.com");
                p.set("SourceAccount", Node::Ref("AWS::AccountId".to_owned()));
            });
        }
    }
    for (link, thing, measure) in facts_of::watched(facts, alert) {
        for (tail, whose) in named(thing) {
            let name = format!("{}{tail}-alarm", link.id);
            template.add(alert, "AWS::CloudWatch::Alarm", &name, |p| {
                p.set("AlarmDescription", crate::name::one_line(&alert.title));
                p.set("Namespace", measure.namespace).set("MetricName", measure.name);
                let dimension = map([("Name", measure.dimension.into()), ("Value", whose)]);
                p.set("Dimensions", Node::List(vec![dimension]));
                p.set("Statistic", measure.statistic).set("Period", facts_of::window(alert));
                p.set("EvaluationPeriods", facts_of::in_a_row(alert));
                p.set("ComparisonOperator", facts_of::comparison(alert));
                p.set("Threshold", Node::Float(facts_of::threshold(alert) * measure.scale));
                // Nothing measured: a server that is gone is a failure, an empty queue is none.
                let breaching = measure.name == "StatusCheckFailed";
                p.set("TreatMissingData", if breaching { "breaching" } else { "notBreaching" });
                p.set("AlarmActions", Node::List(actions.clone()));
                p.set("OKActions", Node::List(actions.clone()));
            });
        }
    }
}

/// The topic for the addresses of an alert. It is not encrypted: AWS's own key lets no alarm in.
fn mail<'a>(template: &mut Template<'a>, alert: &'a ResolvedResource) -> Vec<Node> {
    let addresses = crate::aws::texts(alert, "emails");
    if addresses.is_empty() {
        return Vec::new();
    }
    let tags = template.tags(alert, &alert.title);
    let rows = addresses
        .iter()
        .map(|address| map([("Protocol", "email".into()), ("Endpoint", address.as_str().into())]));
    let rows = Node::List(rows.collect());
    let topic = template.add(alert, "AWS::SNS::Topic", &format!("{}-topic", alert.id), |p| {
        p.set("Subscription", rows).set("Tags", tags);
    });
    vec![Node::Ref(topic)]
}

/// The things that have measures under one drawn one, each with the end of its name and by what its
/// measures are found.
fn named(thing: &ResolvedResource) -> Vec<(String, Node)> {
    let id = logical(&thing.id);
    let attribute = |name: &str| vec![(String::new(), Node::Att(id.clone(), name.to_owned()))];
    match thing.kind.as_str() {
        _ if !is_managed(thing) => vec![(String::new(), Node::Ref(id))],
        "server" | "nat-gateway" => {
            let one = |own| {
                let tail = format!("-{}", number(thing, own));
                (tail, Node::Ref(instance_id(thing, own)))
            };
            thing.instances.iter().map(one).collect()
        }
        "load-balancer" => attribute("LoadBalancerFullName"),
        "queue" => attribute("QueueName"),
        _ => vec![(String::new(), Node::Ref(id))],
    }
}

/// A dashboard: a chart for each thing in its place that has measures. Its body is one JSON text.
pub fn dashboard<'a>(template: &mut Template<'a>, dashboard: &'a ResolvedResource) {
    let facts = template.facts;
    let name = facts.name(&dashboard.id, 255);
    let mut body = format!("{{\"start\":\"{}\",\"widgets\":[", facts_of::span(dashboard));
    for (place, (thing, measures)) in facts_of::shown(facts, dashboard).iter().enumerate() {
        body.push_str(if place == 0 { "" } else { "," });
        widget(&mut body, place, thing, measures);
    }
    body.push_str("]}");
    template.add(dashboard, "AWS::CloudWatch::Dashboard", &dashboard.id, |p| {
        p.set("DashboardName", name).set("DashboardBody", Node::Sub(body));
    });
}

fn widget(body: &mut String, place: usize, thing: &ResolvedResource, measures: &[Measure]) {
    let (x, y) = (place % 2 * 12, place / 2 * 6);
    let title = serde_json::Value::String(crate::name::one_line(&thing.title)).to_string();
    let _ = write!(
        body,
        "{{\"type\":\"metric\",\"x\":{x},\"y\":{y},\"width\":12,\"height\":6,\"properties\":{{\"title\":{},\"region\":\"${{AWS::Region}}\",\"metrics\":[",
        sub_literal(&title)
    );
    let mut first = true;
    for measure in measures {
        for (_, whose) in named(thing) {
            let whose = match whose {
                Node::Att(id, attribute) => format!("{id}.{attribute}"),
                Node::Ref(id) => id,
                _ => continue,
            };
            body.push_str(if std::mem::take(&mut first) { "" } else { "," });
            let _ = write!(
                body,
                "[\"{}\",\"{}\",\"{}\",\"${{{whose}}}\",{{\"stat\":\"{}\"}}]",
                measure.namespace, measure.name, measure.dimension, measure.statistic
            );
        }
    }
    body.push_str("]}}");
}

/// A threat detector, its plans, and the comparison with good practice.
pub fn threat_detector<'a>(template: &mut Template<'a>, detector: &'a ResolvedResource) {
    let tags = template.tags(detector, &detector.title);
    template.add(detector, "AWS::GuardDuty::Detector", &detector.id, |p| {
        p.set("Enable", true).set("FindingPublishingFrequency", threat::frequency(detector));
        let features = threat::features(detector).into_iter().map(|(feature, on)| {
            let status = if on { "ENABLED" } else { "DISABLED" };
            map([("Name", feature.into()), ("Status", status.into())])
        });
        p.set("Features", Node::List(features.collect())).set("Tags", tags);
    });
    if detector.flag("posture") {
        let tags = template.tag_map(detector, &detector.title);
        let name = format!("{}-posture", detector.id);
        template.add(detector, "AWS::SecurityHub::Hub", &name, |p| {
            p.set("ControlFindingGenerator", "SECURITY_CONTROL");
            p.set("AutoEnableControls", true).set("EnableDefaultStandards", true);
            p.set("Tags", tags);
        });
    }
}
