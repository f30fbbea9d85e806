//! Transit hubs and VPN gateways, in CloudFormation's words. Routes of networks to them stand with
//! their tables in `network.rs`.

use super::{
    template::{Template, segment_refs},
    writer::{Node, map},
};
use crate::{
    aws::{
        joined::{self, Attached},
        unsupported,
    },
    name::logical,
};
use gp_catalog::resolved::ResolvedResource;
use gp_model::Id;

/// A hub: what hangs on it, and a route table for each set of groups.
pub fn transit_hub<'a>(template: &mut Template<'a>, hub: &'a ResolvedResource) {
    let facts = template.facts;
    let tags = template.tags(hub, &hub.title);
    let guests = joined::guests(facts, hub, &joined::attached(facts, &hub.id));
    template.add(hub, "AWS::EC2::TransitGateway", &hub.id, |p| {
        p.set("Description", hub.title.as_str());
        p.set("AmazonSideAsn", hub.integer("asn").unwrap_or(64512));
        p.set("DefaultRouteTableAssociation", "disable");
        p.set("DefaultRouteTablePropagation", "disable");
        p.set_some("AutoAcceptSharedAttachments", (!guests.is_empty()).then_some("enable"));
        p.set("Tags", tags);
    });
    share(template, hub, &guests);
    let all: Vec<Attached<'_>> = joined::attached(template.facts, &hub.id)
        .into_iter()
        .filter(|one| said_whether_attached(template, one))
        .collect();
    for one in &all {
        attachment(template, hub, one);
    }
    for name in joined::tables(&all).keys() {
        let tags = template.tags(hub, &format!("{} {name}", hub.title));
        template.add(hub, "AWS::EC2::TransitGatewayRouteTable", &table(hub, name), |p| {
            p.set("TransitGatewayId", Node::Ref(logical(&hub.id))).set("Tags", tags);
        });
    }
    for one in &all {
        let at = Node::Ref(attachment_of(&one.link.id));
        let stem = format!("{}-association", one.link.id);
        let own = one.table();
        template.add(hub, "AWS::EC2::TransitGatewayRouteTableAssociation", &stem, |p| {
            p.set("TransitGatewayAttachmentId", at.clone());
            p.set("TransitGatewayRouteTableId", table_ref(hub, &own));
        });
        for (name, _) in joined::tables(&all).iter().filter(|(_, some)| some.shares_with(one)) {
            let stem = format!("{}-{name}-propagation", one.link.id);
            template.add(hub, "AWS::EC2::TransitGatewayRouteTablePropagation", &stem, |p| {
                p.set("TransitGatewayAttachmentId", at.clone());
                p.set("TransitGatewayRouteTableId", table_ref(hub, name));
            });
        }
    }
    way_out(template, hub, &all);
}

/// Other accounts may hang their networks on it, within the organisation.
fn share<'a>(
    template: &mut Template<'a>,
    hub: &'a ResolvedResource,
    guests: &[&'a ResolvedResource],
) {
    if guests.is_empty() {
        return;
    }
    let tags = template.tags(hub, &hub.title);
    template.add(hub, "AWS::RAM::ResourceShare", &format!("{}-share", hub.id), |p| {
        p.set("Name", hub.title.as_str()).set("AllowExternalPrincipals", false);
        let place = "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:transit-gateway";
        let arn = Node::Sub(format!("{place}/${{{}}}", logical(&hub.id)));
        p.set("ResourceArns", Node::List(vec![arn]));
        let all = guests.iter().map(|guest| Node::Account(guest.id.clone()));
        p.set("Principals", Node::List(all.collect())).set("Tags", tags);
    });
}

/// What can hang on a hub in CloudFormation: networks with a subnet. It gives no id of the attachment
/// that a tunnel makes.
fn said_whether_attached(template: &mut Template<'_>, one: &Attached<'_>) -> bool {
    let text = match one.what.kind.as_str() {
        "network" if !joined::landing(template.facts, &one.what.id).is_empty() => return true,
        "network" => format!(
            "“{}” hangs on a hub but has no subnet by which AWS could reach it: give it one",
            one.what.title
        ),
        "vpn-gateway" => format!(
            "CloudFormation cannot put the tunnels of “{}” into a route table of the hub: export Terraform, or associate them by hand",
            one.what.title
        ),
        // Said of itself: there is no counterpart.
        _ => return false,
    };
    template.diagnostics.push(unsupported(&one.what.id, None, text));
    false
}

fn table(hub: &ResolvedResource, name: &str) -> String {
    format!("{}-{name}-routes", hub.id)
}

fn table_ref(hub: &ResolvedResource, name: &str) -> Node {
    Node::Ref(logical(&table(hub, name)))
}

/// The logical id of a network's attachment, which its routes by the hub wait for.
pub fn attachment_of(link: &Id) -> String {
    logical(&format!("{link}-attachment"))
}

fn attachment<'a>(template: &mut Template<'a>, hub: &'a ResolvedResource, one: &Attached<'a>) {
    let facts = template.facts;
    let landing = joined::landing(facts, &one.what.id);
    let tags = template.tags(one.what, &format!("{} at {}", one.what.title, hub.title));
    let name = format!("{}-attachment", one.link.id);
    template.add(one.what, "AWS::EC2::TransitGatewayAttachment", &name, |p| {
        p.set("TransitGatewayId", Node::Ref(logical(&hub.id)));
        p.set("VpcId", Node::Ref(logical(&one.what.id)));
        p.set("SubnetIds", segment_refs(&landing)).set("Tags", tags);
        if joined::needs_one_way(facts, hub, one.what) {
            // Both ways of a connection must meet the same firewall.
            p.set("Options", map([("ApplianceModeSupport", "enable".into())]));
        }
    });
}

/// What goes to the internet leaves by one network.
fn way_out<'a>(template: &mut Template<'a>, hub: &'a ResolvedResource, all: &[Attached<'a>]) {
    template.diagnostics.extend(joined::lets_nobody_out(template.facts, hub, all));
    let Some(egress) = joined::egress(template.facts, hub, all) else { return };
    for (name, some) in joined::tables(all) {
        if some.shares_with(egress) {
            let stem = format!("{}-{name}-internet", hub.id);
            template.add(hub, "AWS::EC2::TransitGatewayRoute", &stem, |p| {
                p.set("DestinationCidrBlock", "0.0.0.0/0");
                p.set("TransitGatewayAttachmentId", Node::Ref(attachment_of(&egress.link.id)));
                p.set("TransitGatewayRouteTableId", table_ref(hub, &name));
            });
            for far in all.iter().filter(|far| !far.shares_with(some)) {
                apart(template, hub, &name, far);
            }
        }
    }
}

/// What shares no group is not reached by the way out either.
fn apart<'a>(
    template: &mut Template<'a>,
    hub: &'a ResolvedResource,
    name: &str,
    far: &Attached<'a>,
) {
    for (number, range) in joined::ranges_of(template.facts, far.what).into_iter().enumerate() {
        let stem = format!("{}-{name}-without-{}-{number}", hub.id, far.link.id);
        template.add(hub, "AWS::EC2::TransitGatewayRoute", &stem, |p| {
            p.set("DestinationCidrBlock", range.to_string()).set("Blackhole", true);
            p.set("TransitGatewayRouteTableId", table_ref(hub, name));
        });
    }
}

/// The door of a network to its sites, once for all its gateways.
pub fn door<'a>(template: &mut Template<'a>, network: &'a ResolvedResource) {
    let facts = template.facts;
    let Some(gateway) = joined::first_gateway(facts, &network.id) else { return };
    if gateway.kind != "vpn-gateway" {
        return;
    }
    let tags = template.tags(network, &network.title);
    let own = template.add(network, "AWS::EC2::VPNGateway", &door_name(&network.id), |p| {
        p.set("Type", "ipsec.1").set("AmazonSideAsn", gateway.integer("asn").unwrap_or(64512));
        p.set("Tags", tags);
    });
    let name = format!("{}-attachment", door_name(&network.id));
    template.add(network, "AWS::EC2::VPCGatewayAttachment", &name, |p| {
        p.set("VpcId", Node::Ref(logical(&network.id))).set("VpnGatewayId", Node::Ref(own));
    });
}

/// Name of a network's door to its sites.
pub fn door_name(network: &str) -> String {
    format!("{network}-vpn-gateway")
}

/// Tunnels to each of a gateway's sites.
pub fn vpn_gateway<'a>(template: &mut Template<'a>, gateway: &'a ResolvedResource) {
    let facts = template.facts;
    let near = match (joined::hub_of(facts, &gateway.id), &gateway.parent) {
        (Some((hub, _)), _) => ("TransitGatewayId", logical(&hub.id)),
        (None, Some(network)) => ("VpnGatewayId", logical(&door_name(network))),
        (None, None) => return,
    };
    let is_static = gateway.text("routing") == Some("static");
    for (link, site) in joined::sites(facts, &gateway.id) {
        let Some(far) = site.text("address") else {
            let text = format!(
                "AWS ends a tunnel at a public address, and “{}” has none: give it one",
                site.title
            );
            template.diagnostics.push(unsupported(&site.id, Some("address"), text));
            continue;
        };
        let tags = template.tags(gateway, &site.title);
        let customer = format!("{}-customer-gateway", link.id);
        let customer = template.add(gateway, "AWS::EC2::CustomerGateway", &customer, |p| {
            p.set("BgpAsn", gateway.integer("site-asn").unwrap_or(65000));
            p.set("IpAddress", far).set("Type", "ipsec.1").set("Tags", tags);
        });
        let tags = template.tags(gateway, &format!("{} to {}", gateway.title, site.title));
        let name = format!("{}-vpn", link.id);
        let own = template.add(gateway, "AWS::EC2::VPNConnection", &name, |p| {
            p.set(near.0, Node::Ref(near.1.clone()));
            p.set("CustomerGatewayId", Node::Ref(customer)).set("Type", "ipsec.1");
            if is_static {
                p.set("StaticRoutesOnly", true);
            }
            let tunnels = vec![tunnel_options(gateway), tunnel_options(gateway)];
            p.set("VpnTunnelOptionsSpecifications", Node::List(tunnels));
            p.set("Tags", tags);
        });
        if is_static && near.0 == "VpnGatewayId" {
            for (number, range) in joined::ranges_at(facts, site).iter().enumerate() {
                let name = format!("{}-vpn-route-{number}", link.id);
                template.add(gateway, "AWS::EC2::VPNConnectionRoute", &name, |p| {
                    p.set("DestinationCidrBlock", range.to_string());
                    p.set("VpnConnectionId", Node::Ref(own.clone()));
                });
            }
        }
    }
}

/// The same key for both tunnels, and nothing old to agree on.
fn tunnel_options(gateway: &ResolvedResource) -> Node {
    let key = gateway.text("pre-shared-key").map(Node::text_or_secret);
    let mut all: Vec<(String, Node)> = Vec::new();
    all.extend(key.map(|key| ("PreSharedKey".to_owned(), key)));
    let values =
        |nodes: Vec<Node>| Node::List(nodes.into_iter().map(|one| map([("Value", one)])).collect());
    let texts = |all: &[&str]| values(all.iter().map(|one| Node::from(*one)).collect());
    all.push(("IKEVersions".to_owned(), texts(&joined::IKE_VERSIONS)));
    for phase in ["Phase1", "Phase2"] {
        let groups = values(joined::DH_GROUPS.iter().map(|group| Node::Number(*group)).collect());
        all.push((format!("{phase}DHGroupNumbers"), groups));
        all.push((format!("{phase}EncryptionAlgorithms"), texts(&joined::ENCRYPTION)));
        all.push((format!("{phase}IntegrityAlgorithms"), texts(&joined::INTEGRITY)));
    }
    Node::Map(all)
}
