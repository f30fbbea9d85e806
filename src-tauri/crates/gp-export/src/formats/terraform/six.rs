//! IPv6: parts of the range that AWS gives a network, the gateway that lets only answers in, routes.

use super::{
    refs::{address, segment_address, tags},
    sheet::{File, Sheet},
    writer::{Body, Expr, code},
};
use crate::{
    aws::{Facts, route::TableGroup, six, six::Six},
    name::label,
};
use gp_catalog::resolved::{Instance, ResolvedResource, Route6, Via};

/// What a network with IPv6 says of itself, and the way out of its private tiers.
pub fn gateway<'a>(sheet: &mut Sheet<'a>, network: &'a ResolvedResource, vpc: &str) {
    if !six::leaves(sheet.facts, &network.id) {
        return;
    }
    sheet.resource(File::Network, network, "aws_egress_only_internet_gateway", "", |body| {
        body.set("vpc_id", code(vpc));
        body.set("tags", tags(network, network.title.as_str().into()));
    });
}

/// The part of a network's range that a tier's subnets take: by zone where they are several.
pub fn subnet_block(facts: &Facts<'_>, tier: &ResolvedResource) -> Option<Expr> {
    let numbers = six::numbers(facts, tier)?;
    let network = facts.resource(&numbers[0].0.network)?;
    let by_zone: Vec<String> = numbers
        .iter()
        .filter_map(|(segment, number)| Some(format!("{} = {number}", segment.zone.as_ref()?)))
        .collect();
    let place = if by_zone.is_empty() {
        numbers[0].1.to_string()
    } else {
        format!("{{ {} }}[each.key]", by_zone.join(", "))
    };
    let range = format!("{}.ipv6_cidr_block", address(network, "aws_vpc"));
    Some(code(format!("cidrsubnet({range}, 8, {place})")))
}

/// `host = 9`: the number of an instance's address in its subnet.
pub fn host(facts: &Facts<'_>, instance: &Instance) -> Option<(String, Expr)> {
    let number = i64::try_from(six::host(facts, instance)?).ok()?;
    Some(("host".to_owned(), number.into()))
}

/// The other end of an entry.
pub fn range(facts: &Facts<'_>, end: Six<'_>) -> Expr {
    match end {
        Six::Everybody => "::/0".into(),
        Six::Subnet(segment) => {
            code(format!("{}.ipv6_cidr_block", segment_address(facts, segment)))
        }
        Six::Host(segment, number) => {
            let subnet = segment_address(facts, segment);
            code(format!("\"${{cidrhost({subnet}.ipv6_cidr_block, {number})}}/128\""))
        }
    }
}

/// The IPv6 routes of a table or, where it has one for each zone, of all.
pub fn routes<'a>(
    sheet: &mut Sheet<'a>,
    group: &TableGroup<'a>,
    owner: &'a ResolvedResource,
    table: &str,
    tail: &str,
) {
    let mut written: Vec<&Route6> = Vec::new();
    for route in group.tables.iter().flat_map(|(_, table)| &table.routes6) {
        if route.via != Via::Local && !written.contains(&route) {
            written.push(route);
        }
    }
    for route in written {
        let with = group.tables.iter().filter(|(_, table)| table.routes6.contains(route));
        let zones: Vec<Option<&str>> = with.map(|(zone, _)| *zone).collect();
        let whole = zones.len() == group.tables.len();
        let Some(way) = way(sheet.facts, group, &route.via) else { continue };
        let name = format!("{tail}{}", way.name);
        sheet.resource(File::Network, owner, "aws_route", &name, |body| {
            id_of_tables(body, table, &zones, whole);
            body.set("destination_ipv6_cidr_block", way.destination);
            body.set(way.argument, code(way.target));
        });
    }
}

fn id_of_tables(body: &mut Body, table: &str, zones: &[Option<&str>], whole: bool) {
    let letters: Vec<String> = zones.iter().flatten().map(|zone| format!("{zone:?}")).collect();
    if letters.is_empty() {
        body.set("route_table_id", code(format!("{table}.id")));
        return;
    }
    let (each, id) = if whole {
        (table.to_owned(), "each.value.id".to_owned())
    } else {
        (format!("toset([{}])", letters.join(", ")), format!("{table}[each.key].id"))
    };
    body.set("for_each", code(each)).set("route_table_id", code(id));
}

struct Way {
    name: String,
    destination: Expr,
    argument: &'static str,
    target: String,
}

fn way(facts: &Facts<'_>, group: &TableGroup<'_>, via: &Via) -> Option<Way> {
    let own = |type_: &str| Some(format!("{}.id", address(facts.resource(group.network)?, type_)));
    Some(match via {
        Via::InternetGateway => Way {
            name: "_internet_ipv6".to_owned(),
            destination: "::/0".into(),
            argument: "gateway_id",
            target: own("aws_internet_gateway")?,
        },
        Via::EgressOnly => Way {
            name: "_egress_only".to_owned(),
            destination: "::/0".into(),
            argument: "egress_only_gateway_id",
            target: own("aws_egress_only_internet_gateway")?,
        },
        Via::Peering { link, network } => Way {
            name: format!("_{}_ipv6", label(link)),
            destination: code(format!(
                "{}.ipv6_cidr_block",
                address(facts.resource(network)?, "aws_vpc")
            )),
            argument: "vpc_peering_connection_id",
            target: format!("aws_vpc_peering_connection.{}.id", label(link)),
        },
        _ => return None,
    })
}
