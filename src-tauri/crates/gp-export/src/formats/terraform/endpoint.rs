//! Private end points: doors from a network to regional services.

use super::{
    network::region_expr,
    refs::{address, segment_ids, tags},
    sheet::{File, Sheet},
    writer::{Expr, code},
};
use crate::{
    aws::{registry, registry::Layers, rule},
    name::label,
};
use gp_catalog::resolved::{ResolvedResource, Route, RouteTable, Via};

/// A private end point: the gateway type for buckets, else the interface type. One to a registry is two, and a
/// door to the layers besides.
pub fn private_endpoint<'a>(sheet: &mut Sheet<'a>, endpoint: &'a ResolvedResource) {
    let facts = sheet.facts;
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
        sheet.diagnostics.push(crate::aws::unsupported(&endpoint.id, Some("target"), text));
        return;
    };
    let region =
        facts.region_of(endpoint).map_or("", |id| facts.resolved.scopes[id].region.as_str());
    let vpc = format!("{}.id", address(network, "aws_vpc"));
    let gateway = rule::is_gateway(facts, endpoint);
    let leads = |route: &Route| matches!(&route.via, Via::Endpoint { resource } if *resource == endpoint.id);
    let tables = endpoint_tables(sheet, endpoint, &|table| table.routes.iter().any(leads));
    let own_layers = matches!(registry::layers(facts, endpoint), Some(Layers::Own(_)));
    let layers = own_layers.then(|| {
        endpoint_tables(sheet, endpoint, &|table| registry::gets_layers(facts, endpoint, table))
    });
    let segments = facts.segments_under(endpoint);
    let group = facts
        .group(&endpoint.id)
        .map(|_| format!("{}.id", address(endpoint, "aws_security_group")));
    let region = region_expr(sheet, endpoint, region);
    let mut door = |tail: &str, service: &str, tables: Option<Expr>| {
        sheet.resource(File::Network, endpoint, "aws_vpc_endpoint", tail, |body| {
            body.set("vpc_id", code(&vpc));
            body.set("service_name", code(format!("\"com.amazonaws.${{{region}}}.{service}\"")));
            if let Some(tables) = tables {
                body.set("vpc_endpoint_type", "Gateway").set("route_table_ids", tables);
            } else {
                body.set("vpc_endpoint_type", "Interface").set("private_dns_enabled", true);
                body.set("subnet_ids", segment_ids(facts, &segments));
                let group = group.as_ref().map(|group| Expr::List(vec![code(group)]));
                body.set_some("security_group_ids", group);
            }
            body.set("tags", tags(endpoint, endpoint.title.as_str().into()));
        });
    };
    door("", service, gateway.then_some(tables));
    if target.kind == registry::KIND && !gateway {
        door("_login", registry::LOGIN_SERVICE, None);
    }
    if let Some(tables) = layers {
        door(LAYERS, "s3", Some(tables));
    }
}

/// The tail of the door by which layers of images come.
pub const LAYERS: &str = "_layers";

/// Those route tables that are wanted among the groups of which some lead to an end point.
fn endpoint_tables<'a>(
    sheet: &Sheet<'a>,
    endpoint: &ResolvedResource,
    wanted: &dyn Fn(&'a RouteTable) -> bool,
) -> Expr {
    let mut lists: Vec<String> = Vec::new();
    for group in sheet.facts.groups_to(&endpoint.id) {
        let leads: Vec<_> = group.tables.iter().filter(|(_, table)| wanted(table)).collect();
        if leads.is_empty() {
            continue;
        }
        let tail = if *group.owner == *group.name {
            String::new()
        } else {
            format!("_{}", label(&group.name))
        };
        let table = format!("aws_route_table.{}{tail}", label(group.owner));
        match leads[0].0 {
            Some(_) if leads.len() == group.tables.len() => {
                lists.push(format!("values({table})[*].id"));
            }
            Some(_) => lists.extend(
                leads.iter().filter_map(|(z, _)| z.map(|z| format!("[{table}[{z:?}].id]"))),
            ),
            None => lists.push(format!("[{table}.id]")),
        }
    }
    match lists.as_slice() {
        [one] => code(one),
        many if many.iter().all(|l| l.starts_with('[')) => Expr::List(
            many.iter()
                .map(|l| code(l.trim_start_matches('[').strip_suffix(']').unwrap_or(l)))
                .collect(),
        ),
        many => code(format!("concat({})", many.join(", "))),
    }
}
