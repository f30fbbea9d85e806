//! Networks, tiers, routes, ways in and out, in CloudFormation's words.

use super::{
    template::{Template, arn, group_list, instance_id, segment_id, segment_refs},
    writer::{Node, map},
};
use crate::{
    aws::{appliance, is_managed, logs, registry, registry::Layers, rule},
    name::logical,
};
use gp_catalog::resolved::{ResolvedLink, ResolvedResource, Route, RouteTable, Segment, Via};
use gp_model::LinkKind;

/// A network: VPC, its door to the internet, flow logs.
pub fn network<'a>(template: &mut Template<'a>, network: &'a ResolvedResource) {
    let tags = template.tags(network, &network.title);
    let vpc = template.add(network, "AWS::EC2::VPC", &network.id, |p| {
        p.set("CidrBlock", network.text("cidr").unwrap_or("10.0.0.0/16"));
        p.set("EnableDnsHostnames", true).set("EnableDnsSupport", true).set("Tags", tags.clone());
    });
    if template.facts.has_gateway(&network.id) {
        let gateway = template.add(
            network,
            "AWS::EC2::InternetGateway",
            &format!("{}-gateway", network.id),
            |p| {
                p.set("Tags", tags.clone());
            },
        );
        template.add(
            network,
            "AWS::EC2::VPCGatewayAttachment",
            &attachment_name(&network.id),
            |p| {
                p.set("VpcId", Node::Ref(vpc.clone())).set("InternetGatewayId", Node::Ref(gateway));
            },
        );
    }
    super::six::network(template, network, &vpc);
    if logs::has_flow_logs(template.facts, network) {
        flow_logs(template, network, &vpc, &tags);
    }
    super::joined::door(template, network);
    template.output(
        &format!("{}-vpc-id", network.id),
        format!("Id of the network {}.", network.title),
        Node::Ref(vpc),
    );
}

/// The name of what ties a network to its door to the internet.
pub fn attachment_name(network: &str) -> String {
    format!("{network}-gateway-attachment")
}

fn flow_logs<'a>(
    template: &mut Template<'a>,
    network: &'a ResolvedResource,
    vpc: &str,
    tags: &Node,
) {
    let (group, logs) = if let Some(store) = logs::of(template.facts, network) {
        (Node::Ref(logical(&store.id)), arn(store))
    } else {
        let name = format!("{}-flow-logs", network.id);
        let logs = template.add(network, "AWS::Logs::LogGroup", &name, |p| {
            p.set("RetentionInDays", 90_i64).set("Tags", tags.clone());
        });
        if let Some(entry) = template.last() {
            entry.keep = Some("Delete");
        }
        (Node::Ref(logs.clone()), Node::Att(logs, "Arn".to_owned()))
    };
    let statement = super::identity::statement(
        &["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        vec![logs],
    );
    let role = super::identity::role(
        template,
        network,
        "flow-log-role",
        "vpc-flow-logs.amazonaws.com",
        vec![statement],
        &[],
    );
    template.add(network, "AWS::EC2::FlowLog", &format!("{}-flow-log", network.id), |p| {
        p.set("ResourceId", Node::Ref(vpc.to_owned()))
            .set("ResourceType", "VPC")
            .set("TrafficType", "ALL");
        p.set("LogDestinationType", "cloud-watch-logs").set("LogGroupName", group);
        p.set("DeliverLogsPermissionArn", Node::Att(role, "Arn".to_owned()))
            .set("Tags", tags.clone());
    });
}

/// A tier: one subnet per zone.
pub fn subnet<'a>(template: &mut Template<'a>, tier: &'a ResolvedResource) {
    let facts = template.facts;
    for segment in facts.segments(&tier.id) {
        let name = segment
            .zone
            .as_ref()
            .map_or_else(|| tier.title.clone(), |zone| format!("{} {zone}", tier.title));
        let tags = template.tags(tier, &name);
        let zone = zone(facts, tier, segment);
        let (block, after) = super::six::subnet_block(facts, tier, segment).unzip();
        template.add(tier, "AWS::EC2::Subnet", &segment_id(segment), |p| {
            p.set("VpcId", Node::Ref(logical(&segment.network)))
                .set("CidrBlock", segment.cidr.to_string());
            p.set_some("Ipv6CidrBlock", block);
            p.set_some("AvailabilityZone", zone);
            // Public addresses are given to what asks for one, never to all.
            p.set("MapPublicIpOnLaunch", false).set("Tags", tags);
        });
        if let (Some(after), Some(entry)) = (after, template.last()) {
            entry.depends_on.push(after);
        }
    }
}

fn zone(facts: &crate::aws::Facts<'_>, tier: &ResolvedResource, segment: &Segment) -> Option<Node> {
    let letter = segment.zone.as_deref()?;
    // By its place in the region's list, so that the template runs wherever the stack is made.
    let region = facts.resolved.resource(&tier.id).and_then(|tier| facts.region_of(tier))?;
    let index = facts.resolved.scopes.get(region)?.zones.get_index_of(letter)?;
    Some(select(index, map([("Fn::GetAZs", "".into())])))
}

fn select(index: usize, list: Node) -> Node {
    Node::Map(vec![(
        "Fn::Select".to_owned(),
        Node::List(vec![Node::Number(i64::try_from(index).unwrap_or(0)), list]),
    )])
}

/// Route tables, their routes and associations.
pub fn routes(template: &mut Template<'_>) {
    let facts = template.facts;
    for group in facts.table_groups() {
        let (Some(owner), Some(network)) =
            (facts.resource(group.owner), facts.resource(group.network))
        else {
            continue;
        };
        if !is_managed(owner) || !is_managed(network) {
            continue;
        }
        for (zone, table) in &group.tables {
            let stem = table_name(&group.name, *zone);
            let title =
                zone.map_or_else(|| owner.title.clone(), |zone| format!("{} {zone}", owner.title));
            let tags = template.tags(owner, &title);
            let id = template.add(owner, "AWS::EC2::RouteTable", &stem, |p| {
                p.set("VpcId", Node::Ref(logical(&network.id))).set("Tags", tags);
            });
            for (number, route) in table.routes.iter().enumerate() {
                self::route(template, owner, &id, &stem, number, route);
            }
            for route in &table.routes6 {
                super::six::route(template, owner, &id, &stem, route);
            }
            associations(template, owner, &id, &table.id);
        }
    }
}

/// The name of a table by the tier's and zone's.
pub fn table_name(group: &str, zone: Option<&str>) -> String {
    format!("{group}-route-table-{}", zone.unwrap_or(""))
}

fn associations<'a>(
    template: &mut Template<'a>,
    owner: &'a ResolvedResource,
    id: &str,
    table: &str,
) {
    let facts = template.facts;
    for segment in facts.segments_of_table(table) {
        let name = format!("{}-association", segment_id(segment));
        template.add(owner, "AWS::EC2::SubnetRouteTableAssociation", &name, |p| {
            p.set("SubnetId", Node::Ref(segment_id(segment)))
                .set("RouteTableId", Node::Ref(id.to_owned()));
        });
    }
}

fn route<'a>(
    template: &mut Template<'a>,
    owner: &'a ResolvedResource,
    table: &str,
    stem: &str,
    number: usize,
    route: &Route,
) {
    let facts = template.facts;
    let (part, property, value, after) = match &route.via {
        Via::InternetGateway => {
            let Some(network) = facts.network_of(owner) else {
                return;
            };
            let gateway = Node::Ref(logical(&format!("{}-gateway", network.id)));
            (
                "internet".to_owned(),
                "GatewayId",
                gateway,
                Some(logical(&attachment_name(&network.id))),
            )
        }
        Via::Firewall { instance, hub: None } => {
            let found = appliance::of_route(facts, instance);
            let Some((firewall, one)) = found else { return };
            let end = super::appliance::endpoint(firewall, one);
            (through_firewall(route), "VpcEndpointId", end, None)
        }
        Via::Hub { hub, .. }
        | Via::Nat { hub: Some(hub), .. }
        | Via::Firewall { hub: Some(hub), .. } => {
            let Some(network) = facts.network_of(owner) else {
                return;
            };
            let mut links = facts.links_from(&network.id).iter();
            let link = links.find(|link| link.kind == LinkKind::Attachment && link.to == *hub);
            (
                match &route.via {
                    Via::Hub { network, .. } => format!("{network}-{}", route.destination),
                    _ => "nat".to_owned(),
                },
                "TransitGatewayId",
                Node::Ref(logical(hub)),
                link.map(|link| super::joined::attachment_of(&link.id)),
            )
        }
        Via::Gateway { gateway, .. } => {
            let there = facts.resource(gateway).filter(|it| it.kind == "vpn-gateway");
            let (Some(network), Some(_)) = (facts.network_of(owner), there) else {
                return;
            };
            let door = super::joined::door_name(&network.id);
            let made = logical(&format!("{door}-attachment"));
            (
                format!("{gateway}-{}", route.destination),
                "GatewayId",
                Node::Ref(logical(&door)),
                Some(made),
            )
        }
        Via::Nat { instance, hub: None } => {
            let nat = instance.split('[').next().and_then(|id| facts.resource(id));
            let Some(nat) = nat else { return };
            let Some(one) = nat
                .instances
                .iter()
                .find(|i| i.address == *instance)
                .or_else(|| nat.instances.first())
            else {
                return;
            };
            ("nat".to_owned(), "NatGatewayId", Node::Ref(instance_id(nat, one)), None)
        }
        Via::Peering { link, .. } => (
            format!("{link}-{number}"),
            "VpcPeeringConnectionId",
            Node::Ref(logical(&format!("{link}-peering"))),
            None,
        ),
        Via::Local | Via::EgressOnly | Via::Endpoint { .. } | Via::Blackhole => return,
    };
    template.add(owner, "AWS::EC2::Route", &format!("{stem}-{part}"), |p| {
        p.set("RouteTableId", Node::Ref(table.to_owned()));
        p.set("DestinationCidrBlock", route.destination.to_string()).set(property, value);
    });
    if let (Some(after), Some(entry)) = (after, template.last()) {
        entry.depends_on.push(after);
    }
}

/// What a route by a firewall is called: to everywhere the same before and after one is drawn, for a
/// table takes no second route there.
fn through_firewall(route: &Route) -> String {
    if route.destination.prefix_len() == 0 {
        return "nat".to_owned();
    }
    format!("firewall-{}", route.destination)
}

/// NAT gateways with their addresses.
pub fn nat_gateway<'a>(template: &mut Template<'a>, nat: &'a ResolvedResource) {
    let facts = template.facts;
    let gateway = facts.network_of(nat).filter(|n| is_managed(n) && facts.has_gateway(&n.id));
    let after = gateway.map(|network| logical(&attachment_name(&network.id)));
    for instance in nat.instances.iter() {
        let Some(segment) = facts.segment_of(instance) else {
            continue;
        };
        let title = instance
            .zone
            .as_ref()
            .map_or_else(|| nat.title.clone(), |zone| format!("{} {zone}", nat.title));
        let tags = template.tags(nat, &title);
        let id = instance_id(nat, instance);
        let address = template.add(nat, "AWS::EC2::EIP", &format!("{id}-address"), |p| {
            p.set("Domain", "vpc").set("Tags", tags.clone());
        });
        if let (Some(after), Some(entry)) = (&after, template.last()) {
            entry.depends_on.push(after.clone());
        }
        template.add(nat, "AWS::EC2::NatGateway", &id, |p| {
            p.set("AllocationId", Node::Att(address.clone(), "AllocationId".to_owned()));
            p.set("SubnetId", Node::Ref(segment_id(segment))).set("Tags", tags);
        });
        if let (Some(after), Some(entry)) = (&after, template.last()) {
            entry.depends_on.push(after.clone());
        }
        template.output(
            &format!("{id}-address"),
            format!("Address that {title} shows to the internet."),
            Node::Att(address, "PublicIp".to_owned()),
        );
    }
}

/// A private end point: the gateway type for buckets, else the interface type. One to a registry is two, and a
/// door to the layers besides.
pub fn private_endpoint<'a>(template: &mut Template<'a>, endpoint: &'a ResolvedResource) {
    let facts = template.facts;
    let (Some(network), Some(target)) =
        (facts.network_of(endpoint), endpoint.text("target").and_then(|id| facts.resource(id)))
    else {
        return;
    };
    let Some(service) = crate::aws::endpoint_service(&target.kind) else {
        let text = format!(
            "AWS has no private end point for a {}; remove “{}”",
            target.kind, endpoint.title
        );
        template.diagnostics.push(crate::aws::unsupported(&endpoint.id, Some("target"), text));
        return;
    };
    let leads = |route: &Route| matches!(&route.via, Via::Endpoint { resource } if *resource == endpoint.id);
    let tables = endpoint_tables(template, endpoint, &|table| table.routes.iter().any(leads));
    let own_layers = matches!(registry::layers(facts, endpoint), Some(Layers::Own(_)));
    let layers = own_layers.then(|| {
        let wanted = |table: &'a RouteTable| registry::gets_layers(facts, endpoint, table);
        endpoint_tables(template, endpoint, &wanted)
    });
    let segments = facts.segments_under(endpoint);
    let tags = template.tags(endpoint, &endpoint.title);
    let mut door = |tail: &str, service: &str, tables: Option<Vec<Node>>| {
        let id = format!("{}{tail}", endpoint.id);
        template.add(endpoint, "AWS::EC2::VPCEndpoint", &id, |p| {
            p.set("VpcId", Node::Ref(logical(&network.id)));
            p.set("ServiceName", Node::Sub(format!("com.amazonaws.${{AWS::Region}}.{service}")));
            if let Some(tables) = tables {
                p.set("VpcEndpointType", "Gateway").set("RouteTableIds", Node::List(tables));
            } else {
                p.set("VpcEndpointType", "Interface").set("PrivateDnsEnabled", true);
                p.set("SubnetIds", segment_refs(&segments));
                p.set_some("SecurityGroupIds", group_list(facts, endpoint));
            }
            p.set("Tags", tags.clone());
        });
    };
    let gateway = rule::is_gateway(facts, endpoint);
    door("", service, gateway.then_some(tables));
    if target.kind == registry::KIND && !gateway {
        door("-login", registry::LOGIN_SERVICE, None);
    }
    if let Some(tables) = layers {
        door("-layers", "s3", Some(tables));
    }
}

/// Those route tables that are wanted among the groups of which some lead to an end point.
fn endpoint_tables<'a>(
    template: &Template<'a>,
    endpoint: &ResolvedResource,
    wanted: &dyn Fn(&'a RouteTable) -> bool,
) -> Vec<Node> {
    let groups = template.facts.groups_to(&endpoint.id);
    let tables = groups
        .flat_map(|group| group.tables.iter().map(move |(zone, table)| (group, *zone, *table)));
    let named = tables.filter(|(_, _, table)| wanted(table));
    named.map(|(group, zone, _)| Node::Ref(logical(&table_name(&group.name, zone)))).collect()
}

/// Peering between two networks, of one region and account or of two.
pub fn peerings(template: &mut Template<'_>) {
    let facts = template.facts;
    for link in facts.peerings() {
        let (Some(from), Some(to)) = (facts.resource(&link.from), facts.resource(&link.to)) else {
            continue;
        };
        let across = facts.region_of(to).filter(|region| facts.region_of(from) != Some(*region));
        let region = across.map(|id| facts.resolved.scopes[id].region.clone());
        let foreign = facts.across_accounts(from, to);
        let role = foreign.then(|| accepts(template, link, from, to));
        template.add(
            from,
            "AWS::EC2::VPCPeeringConnection",
            &format!("{}-peering", link.id),
            |p| {
                p.set("VpcId", Node::Ref(logical(&from.id)))
                    .set("PeerVpcId", Node::Ref(logical(&to.id)));
                p.set_some("PeerRegion", region);
                p.set_some("PeerOwnerId", foreign.then(|| Node::Account(to.id.clone())));
                p.set_some("PeerRoleArn", role.map(|role| Node::Att(role, "Arn".to_owned())));
            },
        );
    }
}

/// The role by which the account of one network accepts, for that of the other, that they are peered.
fn accepts<'a>(
    template: &mut Template<'a>,
    link: &ResolvedLink,
    from: &ResolvedResource,
    to: &'a ResolvedResource,
) -> String {
    let tags = template.tags(to, &to.title);
    let assume = map([
        ("Effect", "Allow".into()),
        ("Principal", map([("AWS", Node::Account(from.id.clone()))])),
        ("Action", "sts:AssumeRole".into()),
    ]);
    let place = "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}";
    let network = Node::Sub(format!("{place}:vpc/${{{}}}", logical(&to.id)));
    let peering = Node::Sub(format!("{place}:vpc-peering-connection/*"));
    let may =
        super::identity::statement(&["ec2:AcceptVpcPeeringConnection"], vec![network, peering]);
    let document =
        |one: Node| map([("Version", "2012-10-17".into()), ("Statement", Node::List(vec![one]))]);
    template.add(to, "AWS::IAM::Role", &format!("{}-peering-role", link.id), |p| {
        p.set("AssumeRolePolicyDocument", document(assume));
        let policy = map([("PolicyName", "accept".into()), ("PolicyDocument", document(may))]);
        p.set("Policies", Node::List(vec![policy])).set("Tags", tags);
    })
}
