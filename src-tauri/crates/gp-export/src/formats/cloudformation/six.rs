//! IPv6 in CloudFormation's words: the range that AWS gives a network, its parts, routes.

use super::{
    template::{Template, segment_id},
    writer::{Node, map},
};
use crate::{
    aws::{Facts, six, six::Six},
    name::logical,
};
use gp_catalog::resolved::{ResolvedResource, Route6, Segment, Via};

/// The range itself, and the way out of private tiers.
pub fn network<'a>(template: &mut Template<'a>, network: &'a ResolvedResource, vpc: &str) {
    if !six::has(network) {
        return;
    }
    template.add(network, "AWS::EC2::VPCCidrBlock", &range_name(&network.id), |p| {
        p.set("VpcId", Node::Ref(vpc.to_owned())).set("AmazonProvidedIpv6CidrBlock", true);
    });
    if six::leaves(template.facts, &network.id) {
        let name = gateway_name(&network.id);
        template.add(network, "AWS::EC2::EgressOnlyInternetGateway", &name, |p| {
            p.set("VpcId", Node::Ref(vpc.to_owned()));
        });
    }
}

fn range_name(network: &str) -> String {
    format!("{network}-ipv6-range")
}

fn gateway_name(network: &str) -> String {
    format!("{network}-egress-only-gateway")
}

fn range_of(resource: String) -> Node {
    select(0, Node::Att(resource, "Ipv6CidrBlocks".to_owned()))
}

fn select(index: i64, list: Node) -> Node {
    Node::Map(vec![("Fn::Select".to_owned(), Node::List(vec![Node::Number(index), list]))])
}

/// The part of its network's range that a subnet takes, and what has to be there before.
pub fn subnet_block(
    facts: &Facts<'_>,
    tier: &ResolvedResource,
    segment: &Segment,
) -> Option<(Node, String)> {
    let numbers = six::numbers(facts, tier)?;
    let (_, number) = numbers.into_iter().find(|(own, _)| own.id == segment.id)?;
    let network = range_of(logical(&segment.network));
    let parts = map([("Fn::Cidr", Node::List(vec![network, Node::Number(256), Node::Number(64)]))]);
    Some((select(i64::from(number), parts), logical(&range_name(&segment.network))))
}

/// The other end of an entry. An address cannot be counted here: it is its whole subnet.
pub fn range(end: Six<'_>) -> Node {
    match end {
        Six::Everybody => "::/0".into(),
        Six::Subnet(segment) | Six::Host(segment, _) => range_of(segment_id(segment)),
    }
}

/// One IPv6 route.
pub fn route<'a>(
    template: &mut Template<'a>,
    owner: &'a ResolvedResource,
    table: &str,
    stem: &str,
    route: &Route6,
) {
    let Some(network) = template.facts.network_of(owner) else { return };
    let everybody = || Node::from("::/0");
    let (part, destination, property, target, after) = match &route.via {
        Via::InternetGateway => (
            "internet-ipv6".to_owned(),
            everybody(),
            "GatewayId",
            Node::Ref(logical(&format!("{}-gateway", network.id))),
            logical(&super::network::attachment_name(&network.id)),
        ),
        Via::EgressOnly => (
            "egress-only".to_owned(),
            everybody(),
            "EgressOnlyInternetGatewayId",
            Node::Ref(logical(&gateway_name(&network.id))),
            logical(&range_name(&network.id)),
        ),
        Via::Peering { link, network: other } => (
            format!("{link}-ipv6"),
            range_of(logical(other)),
            "VpcPeeringConnectionId",
            Node::Ref(logical(&format!("{link}-peering"))),
            logical(&range_name(other)),
        ),
        _ => return,
    };
    template.add(owner, "AWS::EC2::Route", &format!("{stem}-{part}"), |p| {
        p.set("RouteTableId", Node::Ref(table.to_owned()));
        p.set("DestinationIpv6CidrBlock", destination).set(property, target);
    });
    if let Some(entry) = template.last() {
        entry.depends_on.push(after);
    }
}
