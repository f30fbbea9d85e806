//! API gateways: an HTTP API, a route and an integration for each link.

use super::{
    refs::{address, segment_ids, tags},
    security::group_list,
    sheet::{File, Sheet},
    writer::{Body, Expr, code},
};
use crate::{
    aws::gateway::{self as facts_of, Route, Way},
    name::{label, logical},
};
use gp_catalog::resolved::{Listener, ResolvedResource};

/// An API gateway.
pub fn api_gateway<'a>(sheet: &mut Sheet<'a>, gateway: &'a ResolvedResource) {
    let facts = sheet.facts;
    let routes = facts_of::routes(facts, gateway);
    let name = facts.name(&gateway.id, 128);
    let origins = crate::aws::texts(gateway, "cors-from");
    let own = sheet.resource(File::Network, gateway, "aws_apigatewayv2_api", "", |body| {
        body.set("name", name.as_str()).set("protocol_type", "HTTP");
        body.set("tags", tags(gateway, gateway.title.as_str().into()));
        if !origins.is_empty() {
            body.block("cors_configuration", |inner| {
                inner.set("allow_origins", origins).set("allow_methods", vec!["*"]);
                inner.set("allow_headers", vec!["authorization", "content-type"]);
            });
        }
    });
    stage(sheet, gateway, &own, &name);
    let link = facts_of::has_private_link(&routes).then(|| private_link(sheet, gateway, &name));
    for route in &routes {
        integration(sheet, gateway, route, (&own, link.as_deref()));
    }
    sheet.output(
        &format!("{}_url", gateway.id),
        format!("Where {} answers.", gateway.title),
        code(format!("{own}.api_endpoint")),
    );
}

fn stage<'a>(sheet: &mut Sheet<'a>, gateway: &'a ResolvedResource, own: &str, name: &str) {
    let logs = gateway.flag("access-logs").then(|| {
        sheet.resource(File::Network, gateway, "aws_cloudwatch_log_group", "", |body| {
            body.set("name", format!("/aws/apigateway/{name}")).set("retention_in_days", 90_i64);
        })
    });
    let (rate, burst) = facts_of::rates(gateway);
    sheet.resource(File::Network, gateway, "aws_apigatewayv2_stage", "", |body| {
        body.set("api_id", code(format!("{own}.id"))).set("name", "$default");
        body.set("auto_deploy", true);
        body.set("tags", tags(gateway, gateway.title.as_str().into()));
        body.block("default_route_settings", |inner| {
            inner.set("throttling_rate_limit", rate).set("throttling_burst_limit", burst);
        });
        if let Some(logs) = logs {
            body.block("access_log_settings", |inner| {
                let line = facts_of::LOG.map(|(name, value)| (name.to_owned(), value.into()));
                inner.set("destination_arn", code(format!("{logs}.arn")));
                inner.set("format", Expr::Call("jsonencode", vec![Expr::Object(line.into())]));
            });
        }
    });
}

/// The way into the network, from the tier that the drawing names.
fn private_link<'a>(sheet: &mut Sheet<'a>, gateway: &'a ResolvedResource, name: &str) -> String {
    let facts = sheet.facts;
    let subnets = segment_ids(facts, &facts.segments_under(gateway));
    let groups = group_list(facts, gateway);
    sheet.resource(File::Network, gateway, "aws_apigatewayv2_vpc_link", "", |body| {
        body.set("name", name).set("subnet_ids", subnets);
        body.set("security_group_ids", groups.unwrap_or_else(|| Expr::List(Vec::new())));
        body.set("tags", tags(gateway, gateway.title.as_str().into()));
    })
}

fn integration<'a>(
    sheet: &mut Sheet<'a>,
    gateway: &'a ResolvedResource,
    route: &Route<'a>,
    (own, link): (&str, Option<&str>),
) {
    let type_ = "aws_apigatewayv2_integration";
    let integration = sheet.named(File::Network, gateway, type_, &route.link.id, |body| {
        body.set("api_id", code(format!("{own}.id")));
        match &route.way {
            Way::Function(function) => {
                let function = address(function, "aws_lambda_function");
                body.set("integration_type", "AWS_PROXY").set("integration_method", "POST");
                body.set("integration_uri", code(format!("{function}.invoke_arn")));
                body.set("payload_format_version", "2.0");
            }
            Way::Inside(balancer, listener) => inside(body, balancer, listener, link),
            Way::Outside(balancer, listener) => outside(body, balancer, listener),
        }
        body.set("timeout_milliseconds", facts_of::timeout(gateway));
        if let Way::Inside(balancer, listener) = &route.way
            && let Some(domain) = facts_of::certificate(balancer, listener)
        {
            body.block("tls_config", |inner| {
                inner.set("server_name_to_verify", domain);
            });
        }
    });
    sheet.named(File::Network, gateway, "aws_apigatewayv2_route", &route.link.id, |body| {
        body.set("api_id", code(format!("{own}.id"))).set("route_key", route.key.as_str());
        body.set("target", code(format!("\"integrations/${{{integration}.id}}\"")));
    });
    if let Way::Function(function) = &route.way {
        let name = address(function, "aws_lambda_function");
        sheet.named(File::Compute, function, "aws_lambda_permission", &route.link.id, |body| {
            body.set("statement_id", logical(&route.link.id));
            body.set("action", "lambda:InvokeFunction");
            body.set("function_name", code(format!("{name}.function_name")));
            body.set("principal", "apigateway.amazonaws.com");
            body.set("source_arn", code(format!("\"${{{own}.execution_arn}}/*/*\"")));
        });
    }
}

fn inside(body: &mut Body, balancer: &ResolvedResource, listener: &Listener, link: Option<&str>) {
    body.set("integration_type", "HTTP_PROXY").set("integration_method", "ANY");
    body.set("connection_type", "VPC_LINK");
    body.set_some("connection_id", link.map(|link| code(format!("{link}.id"))));
    let listener = format!("aws_lb_listener.{}_{}", label(&balancer.id), listener.ports.low);
    body.set("integration_uri", code(format!("{listener}.arn")));
}

fn outside(body: &mut Body, balancer: &ResolvedResource, listener: &Listener) {
    body.set("integration_type", "HTTP_PROXY").set("integration_method", "ANY");
    let scheme = if listener.protocol == "https" { "https" } else { "http" };
    let port = listener.ports.low;
    let uri = match facts_of::certificate(balancer, listener) {
        Some(domain) => Expr::Text(format!("{scheme}://{domain}:{port}")),
        None => {
            code(format!("\"{scheme}://${{{}.dns_name}}:{port}\"", address(balancer, "aws_lb")))
        }
    };
    body.set("integration_uri", uri);
    // The load balancer sees the path that was called.
    let path = vec![("overwrite:path".to_owned(), "$request.path".into())];
    body.set("request_parameters", Expr::Object(path));
}
