//! Topics, and who gets their messages; streams.

use super::{
    refs::{address, key_arn, tags},
    sheet::{File, Sheet},
    writer::{Expr, code},
};
use crate::aws::{is_managed, server as facts_of};
use gp_catalog::resolved::{ResolvedLink, ResolvedResource};
use gp_model::LinkKind;

/// A topic and its subscriptions: one for each queue and function that it is linked to.
pub fn topic<'a>(sheet: &mut Sheet<'a>, topic: &'a ResolvedResource) {
    let facts = sheet.facts;
    let fifo = facts_of::is_fifo(topic);
    let stem = facts.name(&topic.id, 75);
    let own = sheet.resource(File::Data, topic, "aws_sns_topic", "", |body| {
        body.set("name", format!("{stem}{}", if fifo { ".fifo" } else { "" }));
        if fifo {
            body.set("fifo_topic", true).set("content_based_deduplication", true);
        }
        let own = topic.flag("encrypted").then(|| "alias/aws/sns".into());
        body.set_some("kms_master_key_id", key_arn(facts, topic).or(own));
        body.set("tags", tags(topic, topic.title.as_str().into()));
    });
    for link in facts.links_from(&topic.id).iter().filter(|link| link.kind == LinkKind::Trigger) {
        let Some(to) = facts.resource(&link.to).filter(|to| is_managed(to)) else { continue };
        match to.kind.as_str() {
            "queue" => subscription(sheet, topic, link, ("sqs", "aws_sqs_queue"), to),
            "function" if !fifo => {
                subscription(sheet, topic, link, ("lambda", "aws_lambda_function"), to);
                let function = address(to, "aws_lambda_function");
                sheet.named(File::Compute, to, "aws_lambda_permission", &link.id, |body| {
                    body.set("statement_id", crate::name::logical(&link.id));
                    body.set("action", "lambda:InvokeFunction");
                    body.set("function_name", code(format!("{function}.function_name")));
                    body.set("principal", "sns.amazonaws.com");
                    body.set("source_arn", code(format!("{own}.arn")));
                });
            }
            _ => {}
        }
    }
    sheet.output(
        &format!("{}_arn", topic.id),
        format!("Where messages for {} go.", topic.title),
        code(format!("{own}.arn")),
    );
}

fn subscription<'a>(
    sheet: &mut Sheet<'a>,
    topic: &'a ResolvedResource,
    link: &'a ResolvedLink,
    (protocol, type_): (&str, &str),
    to: &'a ResolvedResource,
) {
    sheet.named(File::Data, topic, "aws_sns_topic_subscription", &link.id, |body| {
        body.set("topic_arn", code(format!("{}.arn", address(topic, "aws_sns_topic"))));
        body.set("protocol", protocol);
        body.set("endpoint", code(format!("{}.arn", address(to, type_))));
        // A queue gets the message as it was sent, not wrapped in one about it.
        body.set_some("raw_message_delivery", (protocol == "sqs").then_some(true));
    });
}

/// Lets the topics that a queue is linked from put messages into it, and roles of other accounts do
/// what is drawn.
pub fn queue_policy<'a>(sheet: &mut Sheet<'a>, queue: &'a ResolvedResource, own: &str) {
    let topics: Vec<Expr> = facts_of::topics_of(sheet.facts, queue)
        .map(|topic| code(format!("{}.arn", address(topic, "aws_sns_topic"))))
        .collect();
    let guests = super::identity::guests(sheet.facts, queue);
    if topics.is_empty() && guests.is_empty() {
        return;
    }
    let name = format!("{}_queue", queue.id);
    let document = sheet.data(File::Data, queue, "aws_iam_policy_document", &name, |body| {
        for guest in &guests {
            body.block("statement", |inner| super::identity::let_guest(inner, guest));
        }
        if topics.is_empty() {
            return;
        }
        body.block("statement", |inner| {
            inner.set("sid", "Topics").set("actions", vec!["sqs:SendMessage"]);
            inner.set("resources", Expr::List(vec![code(format!("{own}.arn"))]));
            inner.block("principals", |principals| {
                principals.set("type", "Service").set("identifiers", vec!["sns.amazonaws.com"]);
            });
            inner.block("condition", |condition| {
                condition.set("test", "ArnEquals").set("variable", "aws:SourceArn");
                condition.set("values", Expr::List(topics));
            });
        });
    });
    sheet.resource(File::Data, queue, "aws_sqs_queue_policy", "", |body| {
        body.set("queue_url", code(format!("{own}.url")));
        body.set("policy", code(format!("{document}.json")));
    });
}

/// A stream: on demand, unless somebody says in how many shards.
pub fn stream<'a>(sheet: &mut Sheet<'a>, stream: &'a ResolvedResource) {
    let facts = sheet.facts;
    let name = facts.name(&stream.id, 128);
    let shards = facts_of::shards(stream);
    let own = sheet.resource(File::Data, stream, "aws_kinesis_stream", "", |body| {
        body.set("name", name).set_some("shard_count", shards);
        body.set("retention_period", facts_of::retention_hours(stream));
        if stream.flag("encrypted") {
            let key = key_arn(facts, stream).unwrap_or_else(|| "alias/aws/kinesis".into());
            body.set("encryption_type", "KMS").set("kms_key_id", key);
        } else {
            body.set("encryption_type", "NONE");
        }
        body.set("tags", tags(stream, stream.title.as_str().into()));
        body.block("stream_mode_details", |inner| {
            inner.set("stream_mode", shards.map_or("ON_DEMAND", |_| "PROVISIONED"));
        });
    });
    sheet.output(
        &format!("{}_name", stream.id),
        format!("Name of the stream {}.", stream.title),
        code(format!("{own}.name")),
    );
}
