//! Bastions: the end point, and a policy for the people who may go through it.

use super::{
    refs::{Keys, address, keys, segment_address, tags},
    security::group_list,
    sheet::{File, Sheet},
    writer::{Expr, code},
};
use crate::aws::bastion as facts_of;
use gp_catalog::resolved::{ResolvedLink, ResolvedResource};

/// A bastion: nothing listens on the internet; whoever is allowed opens a tunnel by AWS's own door.
pub fn bastion<'a>(sheet: &mut Sheet<'a>, bastion: &'a ResolvedResource) {
    let facts = sheet.facts;
    let Some(segment) = facts.segments_under(bastion).into_iter().next() else { return };
    let subnet = code(format!("{}.id", segment_address(facts, segment)));
    let type_ = "aws_ec2_instance_connect_endpoint";
    let own = sheet.resource(File::Network, bastion, type_, "", |body| {
        body.set("subnet_id", subnet).set_some("security_group_ids", group_list(facts, bastion));
        // Servers let the bastion's group in, so that what they see must be the bastion.
        body.set("preserve_client_ip", false);
        body.set("tags", tags(bastion, bastion.title.as_str().into()));
    });
    for (link, person) in facts_of::people(facts, bastion) {
        policy(sheet, bastion, link, person, &own);
    }
    sheet.output(
        &format!("{}_endpoint_id", bastion.id),
        format!("Id of the end point that people go through at {}.", bastion.title),
        code(format!("{own}.id")),
    );
}

/// What somebody needs to go through: to be attached to whoever they are in the account.
fn policy<'a>(
    sheet: &mut Sheet<'a>,
    bastion: &'a ResolvedResource,
    link: &'a ResolvedLink,
    person: &'a ResolvedResource,
    own: &str,
) {
    let facts = sheet.facts;
    let ports: Vec<String> =
        facts_of::ports(facts, bastion).iter().map(ToString::to_string).collect();
    let servers: Vec<String> = facts_of::servers(facts, bastion)
        .into_iter()
        .map(|server| match keys(server) {
            Keys::One => format!("[{}.arn]", address(server, "aws_instance")),
            _ => format!("values({})[*].arn", address(server, "aws_instance")),
        })
        .collect();
    let servers = match servers.as_slice() {
        [one] => one.clone(),
        all => format!("concat({})", all.join(", ")),
    };
    let none = facts_of::servers(facts, bastion).is_empty();
    let name = format!("{}_tunnel", link.id);
    let document = sheet.data(File::Security, bastion, "aws_iam_policy_document", &name, |body| {
        body.block("statement", |inner| {
            inner.set("sid", "Tunnel").set("actions", vec!["ec2-instance-connect:OpenTunnel"]);
            inner.set("resources", Expr::List(vec![code(format!("{own}.arn"))]));
            if !ports.is_empty() {
                inner.block("condition", |condition| {
                    condition.set("test", "NumericEquals");
                    condition.set("variable", "ec2-instance-connect:remotePort");
                    condition.set("values", ports);
                });
            }
        });
        if !none {
            body.block("statement", |inner| {
                let action = "ec2-instance-connect:SendSSHPublicKey";
                inner.set("sid", "LogIn").set("actions", vec![action]);
                inner.set("resources", code(servers));
            });
        }
        body.block("statement", |inner| {
            // What AWS lets nobody limit to one thing.
            let actions = vec!["ec2:DescribeInstanceConnectEndpoints", "ec2:DescribeInstances"];
            inner.set("sid", "Find").set("actions", actions).set("resources", vec!["*"]);
        });
    });
    let prefix = facts.name(&link.id, 90);
    let policy = sheet.named(File::Security, bastion, "aws_iam_policy", &link.id, |body| {
        body.set("name_prefix", format!("{prefix}-"));
        let text = format!("{} through {}", person.title, bastion.title);
        body.set("description", crate::name::ec2_description(&text));
        body.set("policy", code(format!("{document}.json")));
        body.set("tags", tags(bastion, bastion.title.as_str().into()));
    });
    sheet.output(
        &format!("{}_policy_arn", link.id),
        format!(
            "Policy to attach to {}, so that they may go through {}.",
            person.title, bastion.title
        ),
        code(format!("{policy}.arn")),
    );
}
