//! Topics, and who gets their messages; streams.

use super::{
    secrets::key_arn,
    template::Template,
    writer::{Node, map},
};
use crate::{
    aws::{is_managed, server as facts_of},
    name::logical,
};
use gp_catalog::resolved::ResolvedResource;
use gp_model::LinkKind;

/// A topic and its subscriptions: one for each queue and function that it is linked to.
pub fn topic<'a>(template: &mut Template<'a>, topic: &'a ResolvedResource) {
    let facts = template.facts;
    let fifo = facts_of::is_fifo(topic);
    let tags = template.tags(topic, &topic.title);
    let key = key_arn(template, topic);
    let id = template.add(topic, "AWS::SNS::Topic", &topic.id, |p| {
        if fifo {
            p.set("FifoTopic", true).set("ContentBasedDeduplication", true);
        }
        let own = topic.flag("encrypted").then(|| "alias/aws/sns".into());
        p.set_some("KmsMasterKeyId", key.or(own));
        p.set("Tags", tags);
    });
    for link in facts.links_from(&topic.id).iter().filter(|link| link.kind == LinkKind::Trigger) {
        let Some(to) = facts.resource(&link.to).filter(|to| is_managed(to)) else { continue };
        let protocol = match to.kind.as_str() {
            "queue" => "sqs",
            "function" if !fifo => "lambda",
            _ => continue,
        };
        let name = format!("{}-subscription", link.id);
        template.add(topic, "AWS::SNS::Subscription", &name, |p| {
            p.set("TopicArn", Node::Ref(id.clone())).set("Protocol", protocol);
            p.set("Endpoint", Node::Att(logical(&to.id), "Arn".to_owned()));
            // A queue gets the message as it was sent, not wrapped in one about it.
            p.set_some("RawMessageDelivery", (protocol == "sqs").then_some(true));
        });
        if protocol == "lambda" {
            let name = format!("{}-permission", link.id);
            template.add(to, "AWS::Lambda::Permission", &name, |p| {
                p.set("Action", "lambda:InvokeFunction");
                p.set("FunctionName", Node::Ref(logical(&to.id)));
                p.set("Principal", "sns.amazonaws.com").set("SourceArn", Node::Ref(id.clone()));
            });
        }
    }
    let text = format!("Where messages for {} go.", topic.title);
    template.output(&format!("{}-arn", topic.id), text, Node::Ref(id));
}

/// Lets the topics that a queue is linked from put messages into it, and roles of other accounts do what is
/// drawn.
pub fn queue_policy<'a>(template: &mut Template<'a>, queue: &'a ResolvedResource) {
    let topics = facts_of::topics_of(template.facts, queue);
    let topics: Vec<Node> = topics.map(|topic| Node::Ref(logical(&topic.id))).collect();
    let own = logical(&queue.id);
    let mut statements = Vec::new();
    if !topics.is_empty() {
        statements.push(from_topics(&own, topics));
    }
    statements.extend(super::guest::statements(template.facts, queue));
    if statements.is_empty() {
        return;
    }
    template.add(queue, "AWS::SQS::QueuePolicy", &format!("{}-policy", queue.id), |p| {
        p.set("Queues", Node::List(vec![Node::Ref(own)]));
        let document = [("Version", "2012-10-17".into()), ("Statement", Node::List(statements))];
        p.set("PolicyDocument", map(document));
    });
}

fn from_topics(queue: &str, topics: Vec<Node>) -> Node {
    map([
        ("Effect", "Allow".into()),
        ("Principal", map([("Service", "sns.amazonaws.com".into())])),
        ("Action", "sqs:SendMessage".into()),
        ("Resource", Node::Att(queue.to_owned(), "Arn".to_owned())),
        ("Condition", map([("ArnEquals", map([("aws:SourceArn", Node::List(topics))]))])),
    ])
}

/// A stream: on demand, unless somebody says in how many shards.
pub fn stream<'a>(template: &mut Template<'a>, stream: &'a ResolvedResource) {
    let tags = template.tags(stream, &stream.title);
    let shards = facts_of::shards(stream);
    let key = key_arn(template, stream);
    let id = template.add(stream, "AWS::Kinesis::Stream", &stream.id, |p| {
        p.set_some("ShardCount", shards);
        p.set("RetentionPeriodHours", facts_of::retention_hours(stream));
        if stream.flag("encrypted") {
            let key = key.unwrap_or_else(|| "alias/aws/kinesis".into());
            let encryption = map([("EncryptionType", "KMS".into()), ("KeyId", key)]);
            p.set("StreamEncryption", encryption);
        }
        let mode = shards.map_or("ON_DEMAND", |_| "PROVISIONED");
        p.set("StreamModeDetails", map([("StreamMode", mode.into())])).set("Tags", tags);
    });
    if let Some(entry) = template.last() {
        entry.keep = Some("Delete");
    }
    let text = format!("Name of the stream {}.", stream.title);
    template.output(&format!("{}-name", stream.id), text, Node::Ref(id));
}
