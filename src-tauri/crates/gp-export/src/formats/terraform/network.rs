//! Networks, tiers, ways in and out. Load balancers stand in `balancer.rs`, names in `dns.rs`.

use super::{
    refs::{Keys, address, instance_address, keyed, keyed_name, keys, segment_address, tags},
    sheet::{File, Sheet},
    writer::{Body, Expr, code},
};
use crate::{
    aws::{appliance, is_managed, logs, route::TableGroup, six},
    name::label,
};
use gp_catalog::resolved::{Exposure, ResolvedLink, ResolvedResource, Route, Segment, Via};
use gp_model::LinkKind;
use std::collections::BTreeMap;

/// A network: VPC, its door to the internet, flow logs.
pub fn network<'a>(sheet: &mut Sheet<'a>, network: &'a ResolvedResource) {
    sheet.resource(File::Network, network, "aws_vpc", "", |body| {
        body.set("cidr_block", network.text("cidr").unwrap_or("10.0.0.0/16"));
        if six::has(network) {
            body.set("assign_generated_ipv6_cidr_block", true);
        }
        body.set("enable_dns_hostnames", true).set("enable_dns_support", true);
        body.set("tags", tags(network, network.title.as_str().into()));
    });
    let vpc = format!("{}.id", address(network, "aws_vpc"));
    if sheet.facts.has_gateway(&network.id) {
        sheet.resource(File::Network, network, "aws_internet_gateway", "", |body| {
            body.set("vpc_id", code(&vpc));
            body.set("tags", tags(network, network.title.as_str().into()));
        });
    }
    super::six::gateway(sheet, network, &vpc);
    // The default group allows everything inside itself: taken over and emptied.
    sheet.resource(File::Security, network, "aws_default_security_group", "", |body| {
        body.set("vpc_id", code(&vpc));
        body.set("tags", tags(network, format!("{} default, unused", network.title).into()));
    });
    if logs::has_flow_logs(sheet.facts, network) {
        flow_logs(sheet, network, &vpc);
    }
    super::joined::door(sheet, network);
    let text = format!("Id of the network {}.", network.title);
    sheet.output(&format!("{}_vpc_id", network.id), text, code(&vpc));
}

fn flow_logs<'a>(sheet: &mut Sheet<'a>, network: &'a ResolvedResource, vpc: &str) {
    let logs = match logs::of(sheet.facts, network) {
        Some(store) => address(store, "aws_cloudwatch_log_group"),
        None => flow_log_group(sheet, network),
    };
    let role =
        super::identity::service_role(sheet, network, "_flow_logs", "vpc-flow-logs.amazonaws.com");
    super::identity::policy(
        sheet,
        network,
        "_flow_logs",
        &role,
        &[(
            "WriteFlowLogs".to_owned(),
            ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
                .map(str::to_owned)
                .to_vec(),
            vec![format!("{logs}.arn"), format!("\"${{{logs}.arn}}:*\"")],
        )],
    );
    sheet.resource(File::Network, network, "aws_flow_log", "", |body| {
        body.set("vpc_id", code(vpc)).set("traffic_type", "ALL");
        body.set("log_destination", code(format!("{logs}.arn")))
            .set("iam_role_arn", code(format!("{role}.arn")));
        body.set("tags", tags(network, network.title.as_str().into()));
    });
}

fn flow_log_group<'a>(sheet: &mut Sheet<'a>, network: &'a ResolvedResource) -> String {
    let name = format!("/groundplan/{}/flow-logs", sheet.facts.name(&network.id, 200));
    sheet.resource(File::Network, network, "aws_cloudwatch_log_group", "_flow_logs", |body| {
        body.set("name", name).set("retention_in_days", 90_i64);
    })
}

/// A tier: one subnet per zone, or one.
pub fn subnet<'a>(sheet: &mut Sheet<'a>, tier: &'a ResolvedResource) {
    let facts = sheet.facts;
    let segments = facts.segments(&tier.id).to_vec();
    let Some(network) = segments.first().and_then(|s| facts.resource(&s.network)) else {
        return;
    };
    let zones = sheet.zones(tier);
    let public = segments[0].exposure == Exposure::Public;
    let vpc = code(format!("{}.id", address(network, "aws_vpc")));
    let zonal = segments.iter().all(|segment| segment.zone.is_some());
    sheet.resource(File::Network, tier, "aws_subnet", "", |body| {
        if zonal {
            let ranges =
                segments.iter().filter_map(|s| Some((s.zone.clone()?, s.cidr.to_string().into())));
            body.set("for_each", Expr::Object(ranges.collect()));
        }
        body.set("vpc_id", vpc);
        if zonal {
            body.set("cidr_block", code("each.value"));
            body.set("availability_zone", code(format!("{zones}[each.key]")));
        } else {
            body.set("cidr_block", segments[0].cidr.to_string());
        }
        body.set_some("ipv6_cidr_block", super::six::subnet_block(facts, tier));
        // Public addresses are given to what asks for one, never to all.
        body.set("map_public_ip_on_launch", false);
        let name = if zonal { keyed_name(&tier.title) } else { tier.title.as_str().into() };
        let mut all = tags(tier, name);
        if let Expr::Object(members) = &mut all {
            members.push((
                "tier".to_owned(),
                if public { "public" } else { exposure(segments[0].exposure) }.into(),
            ));
        }
        body.set("tags", all);
    });
}

fn exposure(exposure: Exposure) -> &'static str {
    match exposure {
        Exposure::Public => "public",
        Exposure::Private => "private",
        Exposure::Isolated => "isolated",
    }
}

/// All route tables with their routes and associations.
pub fn routes(sheet: &mut Sheet<'_>) {
    let facts = sheet.facts;
    for group in facts.table_groups() {
        let Some(owner) = facts.resource(group.owner) else {
            continue;
        };
        let managed = facts.resource(group.network).is_some_and(is_managed) && is_managed(owner);
        if !managed {
            continue;
        }
        let tail = if *group.owner == *group.name {
            String::new()
        } else {
            format!("_{}", label(&group.name))
        };
        let table = table(sheet, group, owner, &tail);
        associations(sheet, group, &table);
        for (position, slot) in slots(group).into_iter().enumerate() {
            route(sheet, group, owner, &table, &tail, position, &slot);
        }
        super::six::routes(sheet, group, owner, &table, &tail);
    }
}

fn table<'a>(
    sheet: &mut Sheet<'a>,
    group: &TableGroup<'a>,
    owner: &'a ResolvedResource,
    tail: &str,
) -> String {
    let zones: Vec<String> =
        group.tables.iter().filter_map(|(zone, _)| zone.map(|z| format!("{z:?}"))).collect();
    let vpc = code(format!("{}.id", network_address(sheet, group)));
    sheet.resource(File::Network, owner, "aws_route_table", tail, |body| {
        if !zones.is_empty() {
            body.set("for_each", code(format!("toset([{}])", zones.join(", "))));
        }
        body.set("vpc_id", vpc);
        let name =
            if zones.is_empty() { owner.title.as_str().into() } else { keyed_name(&owner.title) };
        body.set("tags", tags(owner, name));
    })
}

fn network_address(sheet: &Sheet<'_>, group: &TableGroup<'_>) -> String {
    let network = sheet.facts.resource(group.network);
    network.map_or_else(|| format!("aws_vpc.{}", label(group.network)), |n| address(n, "aws_vpc"))
}

/// Every tier whose subnets use the group is tied to it.
fn associations<'a>(sheet: &mut Sheet<'a>, group: &TableGroup<'a>, table: &str) {
    let facts = sheet.facts;
    let mut tiers: BTreeMap<&str, Vec<&Segment>> = BTreeMap::new();
    for (_, table) in &group.tables {
        for segment in facts.segments_of_table(&table.id) {
            tiers.entry(&segment.subnet).or_default().push(segment);
        }
    }
    for (tier, mut used) in tiers {
        let Some(tier) = facts.resource(tier).filter(|tier| is_managed(tier)) else {
            continue;
        };
        used.sort_by(|one, other| one.id.cmp(&other.id));
        let all = used.len() == facts.segments(&tier.id).len();
        let zonal = used.iter().all(|s| s.zone.is_some());
        let per_zone = group.tables.iter().all(|(zone, _)| zone.is_some());
        let subnets = address(tier, "aws_subnet");
        sheet.resource(File::Network, tier, "aws_route_table_association", "", |body| {
            if zonal {
                let letters: Vec<String> =
                    used.iter().filter_map(|s| s.zone.as_ref().map(|z| format!("{z:?}"))).collect();
                body.set(
                    "for_each",
                    if all {
                        code(&subnets)
                    } else {
                        code(format!("toset([{}])", letters.join(", ")))
                    },
                );
                let id = if all {
                    "each.value.id".to_owned()
                } else {
                    format!("{subnets}[each.key].id")
                };
                body.set("subnet_id", code(id));
            } else {
                body.set("subnet_id", code(format!("{subnets}.id")));
            }
            let table =
                if per_zone { format!("{table}[each.key].id") } else { format!("{table}.id") };
            body.set("route_table_id", code(table));
        });
    }
}

/// Routes to the same place in every table of a group.
struct Slot<'a> {
    routes: Vec<(Option<&'a str>, &'a Route)>,
}

fn slots<'a>(group: &TableGroup<'a>) -> Vec<Slot<'a>> {
    let mut slots: Vec<Slot<'a>> = Vec::new();
    for (zone, table) in &group.tables {
        let written = table
            .routes
            .iter()
            .filter(|r| !matches!(r.via, Via::Local | Via::Endpoint { .. } | Via::Blackhole));
        for route in written {
            let same = |slot: &&mut Slot<'a>| {
                slot.routes.iter().all(|(other, r)| {
                    other != zone
                        && r.destination == route.destination
                        && same_way(&r.via, &route.via)
                })
            };
            match slots.iter_mut().find(same) {
                Some(slot) => slot.routes.push((*zone, route)),
                None => slots.push(Slot { routes: vec![(*zone, route)] }),
            }
        }
    }
    slots
}

fn same_way(one: &Via, other: &Via) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

fn route<'a>(
    sheet: &mut Sheet<'a>,
    group: &TableGroup<'a>,
    owner: &'a ResolvedResource,
    table: &str,
    tail: &str,
    position: usize,
    slot: &Slot<'a>,
) {
    let facts = sheet.facts;
    let per_zone = group.tables.iter().all(|(zone, _)| zone.is_some());
    let whole = slot.routes.len() == group.tables.len();
    let ways: Vec<(Option<&str>, String, String)> = slot
        .routes
        .iter()
        .filter_map(|(zone, route)| {
            way(sheet, group, &route.via).map(|(argument, target)| (*zone, argument, target))
        })
        .collect();
    let Some((_, argument, first)) = ways.first().cloned() else {
        return;
    };
    let (_, sample) = slot.routes[0];
    let part = match &sample.via {
        Via::InternetGateway => "_internet".to_owned(),
        Via::Nat { .. } => "_nat".to_owned(),
        // The same before and after a firewall is drawn: a table takes no second route to everywhere.
        Via::Firewall { .. } if sample.destination.prefix_len() == 0 => "_nat".to_owned(),
        // Answers to what went out.
        Via::Firewall { .. } => format!("_firewall_{}", label(&sample.destination.to_string())),
        Via::Peering { link, .. } => format!("_{}", label(link)),
        Via::Hub { network, .. } | Via::Gateway { network, .. } => {
            format!("_{}", label(&beyond(facts, network, sample)))
        }
        _ => format!("_{position}"),
    };
    let waits_for = attachment_on_the_way(facts, group, &sample.via);
    let nat = by_zone(facts, &sample.via).filter(|nat| {
        per_zone
            && ways
                .iter()
                .all(|(zone, _, target)| zone.is_some_and(|z| *target == nat.of(&format!("{z:?}"))))
    });
    let same = ways.iter().all(|(_, _, target)| *target == first);
    sheet.resource(File::Network, owner, "aws_route", &format!("{tail}{part}"), |body| {
        let mut target = code(&first);
        if per_zone {
            let each = if whole && (same || nat.is_some()) {
                code(table)
            } else {
                Expr::Object(
                    ways.iter().filter_map(|(z, _, t)| Some(((*z)?.to_owned(), code(t)))).collect(),
                )
            };
            body.set("for_each", each);
            if !same {
                target = nat
                    .as_ref()
                    .filter(|_| whole)
                    .map_or_else(|| code("each.value"), |nat| code(nat.of("each.key")));
            }
        }
        let id = match (per_zone, whole && (same || nat.is_some())) {
            (true, true) => "each.value.id".to_owned(),
            (true, false) => format!("{table}[each.key].id"),
            _ => format!("{table}.id"),
        };
        body.set("route_table_id", code(id));
        body.set("destination_cidr_block", sample.destination.to_string());
        body.set(&argument, target);
        body.set_some("depends_on", waits_for.map(|made| Expr::List(vec![code(made)])));
    });
}

/// What a route leads to: a network, or one of several ranges at a site.
fn beyond(facts: &crate::aws::Facts<'_>, network: &str, route: &Route) -> String {
    let is_network = facts.resource(network).is_some_and(|it| it.kind == "network");
    if is_network { network.to_owned() } else { format!("{network} {}", route.destination) }
}

/// AWS takes a route by a hub only when the network hangs on it.
fn attachment_on_the_way(
    facts: &crate::aws::Facts<'_>,
    group: &TableGroup<'_>,
    via: &Via,
) -> Option<String> {
    let (Via::Hub { hub, .. }
    | Via::Nat { hub: Some(hub), .. }
    | Via::Firewall { hub: Some(hub), .. }) = via
    else {
        return None;
    };
    let mut links = facts.links_from(group.network).iter();
    let link = links.find(|link| link.kind == LinkKind::Attachment && link.to == *hub)?;
    Some(super::joined::attachment_of(&link.id))
}

/// What has a next hop for each zone, and how the hop of a zone is written: a NAT gateway, a firewall.
struct ByZone {
    all: String,
    part: &'static str,
}

impl ByZone {
    fn of(&self, zone: &str) -> String {
        format!("{}[{zone}]{}", self.all, self.part)
    }
}

fn by_zone(facts: &crate::aws::Facts<'_>, via: &Via) -> Option<ByZone> {
    if let Via::Firewall { instance, hub: None } = via {
        let (firewall, _) = appliance::of_route(facts, instance)?;
        let all = format!("local.{}", super::appliance::endpoints(firewall));
        return Some(ByZone { all, part: "" });
    }
    let Via::Nat { instance, hub: None } = via else {
        return None;
    };
    let nat = facts.resource(instance.split('[').next()?)?;
    let all = address(nat, "aws_nat_gateway");
    (keys(nat) == Keys::Zone).then_some(ByZone { all, part: ".id" })
}

/// The argument and the reference of a route's next hop.
fn way(sheet: &Sheet<'_>, group: &TableGroup<'_>, via: &Via) -> Option<(String, String)> {
    let facts = sheet.facts;
    match via {
        Via::InternetGateway => {
            let network = facts.resource(group.network)?;
            Some((
                "gateway_id".to_owned(),
                format!("{}.id", address(network, "aws_internet_gateway")),
            ))
        }
        Via::Firewall { instance, hub: None } => {
            let (firewall, one) = appliance::of_route(facts, instance)?;
            let zone = facts.segment_of(one)?.zone.as_deref()?;
            let all = super::appliance::endpoints(firewall);
            Some(("vpc_endpoint_id".to_owned(), format!("local.{all}[{zone:?}]")))
        }
        Via::Hub { hub, .. }
        | Via::Nat { hub: Some(hub), .. }
        | Via::Firewall { hub: Some(hub), .. } => Some((
            "transit_gateway_id".to_owned(),
            format!("{}.id", address(facts.resource(hub)?, "aws_ec2_transit_gateway")),
        )),
        Via::Gateway { .. } => {
            let network = facts.resource(group.network)?;
            Some(("gateway_id".to_owned(), format!("{}.id", address(network, "aws_vpn_gateway"))))
        }
        Via::Nat { instance, hub: None } => {
            let nat = facts.resource(instance.split('[').next()?)?;
            let one = nat
                .instances
                .iter()
                .find(|i| i.address == *instance)
                .or_else(|| nat.instances.first())?;
            Some((
                "nat_gateway_id".to_owned(),
                format!("{}.id", instance_address(nat, one, "aws_nat_gateway")),
            ))
        }
        Via::Peering { link, .. } => Some((
            "vpc_peering_connection_id".to_owned(),
            format!("aws_vpc_peering_connection.{}.id", label(link)),
        )),
        Via::Local | Via::EgressOnly | Via::Endpoint { .. } | Via::Blackhole => None,
    }
}

/// NAT gateways with their addresses.
pub fn nat_gateway<'a>(sheet: &mut Sheet<'a>, nat: &'a ResolvedResource) {
    let facts = sheet.facts;
    let subnets: Vec<(String, Expr)> = keyed(nat)
        .filter_map(|(key, i)| {
            let subnet = format!("{}.id", segment_address(facts, facts.segment_of(i)?));
            Some((key.unwrap_or_default(), code(subnet)))
        })
        .collect();
    if subnets.is_empty() {
        return;
    }
    let each: Vec<String> = subnets.iter().map(|(key, _)| format!("{key:?}")).collect();
    sheet.resource(File::Network, nat, "aws_eip", "", |body| {
        body.set("for_each", code(format!("toset([{}])", each.join(", "))));
        body.set("domain", "vpc");
        body.set("tags", tags(nat, keyed_name(&nat.title)));
    });
    let network = facts
        .network_of(nat)
        .filter(|network| is_managed(network) && facts.has_gateway(&network.id));
    sheet.resource(File::Network, nat, "aws_nat_gateway", "", |body| {
        let eip = address(nat, "aws_eip");
        body.set("for_each", Expr::Object(subnets));
        body.set("allocation_id", code(format!("{eip}[each.key].id")))
            .set("subnet_id", code("each.value"));
        body.set("tags", tags(nat, keyed_name(&nat.title)));
        if let Some(network) = network {
            body.set(
                "depends_on",
                Expr::List(vec![code(address(network, "aws_internet_gateway"))]),
            );
        }
    });
    let ips = format!("values({})[*].public_ip", address(nat, "aws_eip"));
    let text = format!("Addresses that {} shows to the internet.", nat.title);
    sheet.output(&format!("{}_addresses", nat.id), text, code(ips));
}

/// The variable that names the region of a thing.
pub fn region_expr<'a>(sheet: &mut Sheet<'a>, owner: &'a ResolvedResource, region: &str) -> String {
    let prefix = sheet.alias(owner).map_or_else(String::new, |alias| format!("{alias}_"));
    sheet.variable(&format!("{prefix}region"), "string", "AWS region.", Some(region.into()))
}

/// Peering between two networks; the routes stand with their tables.
pub fn peerings(sheet: &mut Sheet<'_>) {
    let facts = sheet.facts;
    for link in facts.peerings() {
        let (Some(from), Some(to)) = (facts.resource(&link.from), facts.resource(&link.to)) else {
            continue;
        };
        peering(sheet, link, from, to);
    }
}

fn peering<'a>(
    sheet: &mut Sheet<'a>,
    link: &'a ResolvedLink,
    from: &'a ResolvedResource,
    to: &'a ResolvedResource,
) {
    let facts = sheet.facts;
    let across = facts.region_of(from) != facts.region_of(to);
    let region =
        facts.region_of(to).map(|id| facts.resolved.scopes[id].region.clone()).unwrap_or_default();
    let region = region_expr(sheet, to, &region);
    let name = format!("{} to {}", from.title, to.title);
    let fill = |body: &mut Body| {
        body.set("vpc_id", code(format!("{}.id", address(from, "aws_vpc"))));
        body.set("peer_vpc_id", code(format!("{}.id", address(to, "aws_vpc"))));
        if across {
            body.set("peer_region", code(region));
        } else {
            body.set("auto_accept", true);
        }
        body.set("tags", Expr::Object(vec![("Name".to_owned(), name.into())]));
    };
    let peering = sheet.named(File::Network, from, "aws_vpc_peering_connection", &link.id, fill);
    if across {
        sheet.named(File::Network, to, "aws_vpc_peering_connection_accepter", &link.id, |body| {
            body.set("vpc_peering_connection_id", code(format!("{peering}.id")))
                .set("auto_accept", true);
        });
    }
}
