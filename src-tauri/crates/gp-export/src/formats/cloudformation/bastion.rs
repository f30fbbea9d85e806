//! Bastions in CloudFormation's words.

use super::{
    template::{Template, group_list, instance_id, segment_id},
    writer::{Node, Properties, map},
};
use crate::{
    aws::{bastion as facts_of, is_managed},
    name::logical,
};
use gp_catalog::resolved::{ResolvedLink, ResolvedResource};

/// A bastion: nothing listens on the internet; whoever is allowed opens a tunnel by AWS's own door.
pub fn bastion<'a>(template: &mut Template<'a>, bastion: &'a ResolvedResource) {
    let facts = template.facts;
    let Some(segment) = facts.segments_under(bastion).into_iter().next() else { return };
    let tags = template.tags(bastion, &bastion.title);
    let id = template.add(bastion, "AWS::EC2::InstanceConnectEndpoint", &bastion.id, |p| {
        p.set("SubnetId", Node::Ref(segment_id(segment)));
        p.set_some("SecurityGroupIds", group_list(facts, bastion));
        // Servers let the bastion's group in, so that what they see must be the bastion.
        p.set("PreserveClientIp", false).set("Tags", tags);
    });
    for (link, person) in facts_of::people(facts, bastion) {
        policy(template, bastion, link, person, &id);
    }
    let text = format!("Id of the end point that people go through at {}.", bastion.title);
    template.output(&format!("{}-endpoint-id", bastion.id), text, Node::Ref(id));
}

/// What somebody needs to go through: to be attached to whoever they are in the account.
fn policy<'a>(
    template: &mut Template<'a>,
    bastion: &'a ResolvedResource,
    link: &'a ResolvedLink,
    person: &'a ResolvedResource,
    own: &str,
) {
    let facts = template.facts;
    let mut tunnel = Properties::default();
    tunnel.set("Effect", "Allow").set("Action", "ec2-instance-connect:OpenTunnel");
    tunnel.set("Resource", Node::Att(own.to_owned(), "InstanceConnectEndpointArn".to_owned()));
    let ports: Vec<String> =
        facts_of::ports(facts, bastion).iter().map(ToString::to_string).collect();
    if !ports.is_empty() {
        let condition = map([("ec2-instance-connect:remotePort", ports.into())]);
        tunnel.set("Condition", map([("NumericEquals", condition)]));
    }
    let mut statements = vec![Node::Map(tunnel.0)];
    let servers: Vec<Node> =
        facts_of::servers(facts, bastion).into_iter().flat_map(instances).collect();
    if !servers.is_empty() {
        let action = ["ec2-instance-connect:SendSSHPublicKey"];
        statements.push(super::identity::statement(&action, servers));
    }
    // What AWS lets nobody limit to one thing.
    let find = ["ec2:DescribeInstanceConnectEndpoints", "ec2:DescribeInstances"];
    statements.push(super::identity::statement(&find, vec!["*".into()]));
    let name = format!("{}-policy", link.id);
    let policy = template.add(bastion, "AWS::IAM::ManagedPolicy", &name, |p| {
        let text = format!("{} through {}", person.title, bastion.title);
        p.set("Description", crate::name::ec2_description(&text));
        let document = [("Version", "2012-10-17".into()), ("Statement", Node::List(statements))];
        p.set("PolicyDocument", map(document));
    });
    let text = format!(
        "Policy to attach to {}, so that they may go through {}.",
        person.title, bastion.title
    );
    template.output(&format!("{}-policy-arn", link.id), text, Node::Ref(policy));
}

/// The ARNs of a server's instances.
fn instances(server: &ResolvedResource) -> Vec<Node> {
    let place = "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:instance";
    let one = |id: String| Node::Sub(format!("{place}/${{{id}}}"));
    if is_managed(server) {
        return server.instances.iter().map(|own| one(instance_id(server, own))).collect();
    }
    vec![one(logical(&server.id))]
}
