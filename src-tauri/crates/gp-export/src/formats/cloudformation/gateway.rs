//! API gateways: an HTTP API, a route and an integration for each link.

use super::{
    template::{Template, group_list, segment_refs},
    writer::{Node, Properties, map},
};
use crate::{
    aws::gateway::{self as facts_of, Route, Way},
    name::logical,
};
use gp_catalog::resolved::{Listener, ResolvedResource};

/// An API gateway.
pub fn api_gateway<'a>(template: &mut Template<'a>, gateway: &'a ResolvedResource) {
    let facts = template.facts;
    let routes = facts_of::routes(facts, gateway);
    let name = facts.name(&gateway.id, 128);
    let tags = Node::Map(template.tag_pairs(gateway, &gateway.title));
    let origins = crate::aws::texts(gateway, "cors-from");
    let own = template.add(gateway, "AWS::ApiGatewayV2::Api", &gateway.id, |p| {
        p.set("Name", name.as_str()).set("ProtocolType", "HTTP");
        if !origins.is_empty() {
            let cors = map([
                ("AllowOrigins", origins.into()),
                ("AllowMethods", vec!["*"].into()),
                ("AllowHeaders", vec!["authorization", "content-type"].into()),
            ]);
            p.set("CorsConfiguration", cors);
        }
        p.set("Tags", tags.clone());
    });
    stage(template, gateway, &own, &tags);
    let link = facts_of::has_private_link(&routes)
        .then(|| private_link(template, gateway, (&name, &tags)));
    for route in &routes {
        integration(template, gateway, route, (&own, link.as_deref()));
    }
    template.output(
        &format!("{}-url", gateway.id),
        format!("Where {} answers.", gateway.title),
        Node::Att(own, "ApiEndpoint".to_owned()),
    );
}

fn stage<'a>(template: &mut Template<'a>, gateway: &'a ResolvedResource, own: &str, tags: &Node) {
    let about = template.tags(gateway, &gateway.title);
    let logs = gateway.flag("access-logs").then(|| {
        template.add(gateway, "AWS::Logs::LogGroup", &format!("{}-logs", gateway.id), |p| {
            p.set("RetentionInDays", 90_i64).set("Tags", about);
        })
    });
    if let (Some(_), Some(entry)) = (&logs, template.last()) {
        entry.keep = Some("Delete");
    }
    let (rate, burst) = facts_of::rates(gateway);
    template.add(gateway, "AWS::ApiGatewayV2::Stage", &format!("{}-stage", gateway.id), |p| {
        p.set("ApiId", Node::Ref(own.to_owned())).set("StageName", "$default");
        p.set("AutoDeploy", true);
        let limits =
            map([("ThrottlingRateLimit", rate.into()), ("ThrottlingBurstLimit", burst.into())]);
        p.set("DefaultRouteSettings", limits);
        if let Some(logs) = logs {
            let line = facts_of::LOG.map(|(name, value)| format!("\"{name}\": \"{value}\""));
            let settings = map([
                ("DestinationArn", Node::Att(logs, "Arn".to_owned())),
                ("Format", format!("{{{}}}", line.join(", ")).into()),
            ]);
            p.set("AccessLogSettings", settings);
        }
        p.set("Tags", tags.clone());
    });
}

/// The way into the network, from the tier that the drawing names.
fn private_link<'a>(
    template: &mut Template<'a>,
    gateway: &'a ResolvedResource,
    (name, tags): (&str, &Node),
) -> String {
    let facts = template.facts;
    let id = format!("{}-link", gateway.id);
    template.add(gateway, "AWS::ApiGatewayV2::VpcLink", &id, |p| {
        p.set("Name", name).set("SubnetIds", segment_refs(&facts.segments_under(gateway)));
        p.set_some("SecurityGroupIds", group_list(facts, gateway)).set("Tags", tags.clone());
    })
}

fn integration<'a>(
    template: &mut Template<'a>,
    gateway: &'a ResolvedResource,
    route: &Route<'a>,
    (own, link): (&str, Option<&str>),
) {
    let id = format!("{}-integration", route.link.id);
    let integration = template.add(gateway, "AWS::ApiGatewayV2::Integration", &id, |p| {
        p.set("ApiId", Node::Ref(own.to_owned()));
        match &route.way {
            Way::Function(function) => {
                p.set("IntegrationType", "AWS_PROXY").set("IntegrationMethod", "POST");
                p.set("IntegrationUri", Node::Att(logical(&function.id), "Arn".to_owned()));
                p.set("PayloadFormatVersion", "2.0");
            }
            Way::Inside(balancer, listener) => inside(p, balancer, listener, link),
            Way::Outside(balancer, listener) => outside(p, balancer, listener),
        }
        p.set("TimeoutInMillis", facts_of::timeout(gateway));
    });
    let id = format!("{}-route", route.link.id);
    template.add(gateway, "AWS::ApiGatewayV2::Route", &id, |p| {
        p.set("ApiId", Node::Ref(own.to_owned())).set("RouteKey", route.key.as_str());
        p.set("Target", Node::Sub(format!("integrations/${{{integration}}}")));
    });
    if let Way::Function(function) = &route.way {
        let id = format!("{}-permission", route.link.id);
        template.add(function, "AWS::Lambda::Permission", &id, |p| {
            p.set("Action", "lambda:InvokeFunction");
            p.set("FunctionName", Node::Ref(logical(&function.id)));
            p.set("Principal", "apigateway.amazonaws.com");
            let arn = format!(
                "arn:${{AWS::Partition}}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{{own}}}/*/*"
            );
            p.set("SourceArn", Node::Sub(arn));
        });
    }
}

fn inside(
    p: &mut Properties,
    balancer: &ResolvedResource,
    listener: &Listener,
    link: Option<&str>,
) {
    p.set("IntegrationType", "HTTP_PROXY").set("IntegrationMethod", "ANY");
    p.set("ConnectionType", "VPC_LINK");
    p.set_some("ConnectionId", link.map(|link| Node::Ref(link.to_owned())));
    let listener_id = logical(&format!("{}-listener-{}", balancer.id, listener.ports.low));
    p.set("IntegrationUri", Node::Ref(listener_id));
    p.set("PayloadFormatVersion", "1.0");
    if let Some(domain) = facts_of::certificate(balancer, listener) {
        p.set("TlsConfig", map([("ServerNameToVerify", domain.into())]));
    }
}

fn outside(p: &mut Properties, balancer: &ResolvedResource, listener: &Listener) {
    p.set("IntegrationType", "HTTP_PROXY").set("IntegrationMethod", "ANY");
    let scheme = if listener.protocol == "https" { "https" } else { "http" };
    let port = listener.ports.low;
    let uri = match facts_of::certificate(balancer, listener) {
        Some(domain) => Node::Text(format!("{scheme}://{domain}:{port}")),
        None => {
            let balancer = logical(&balancer.id);
            Node::Sub(format!("{scheme}://${{{balancer}.DNSName}}:{port}"))
        }
    };
    p.set("IntegrationUri", uri).set("PayloadFormatVersion", "1.0");
    // The load balancer sees the path that was called.
    p.set("RequestParameters", map([("overwrite:path", "$request.path".into())]));
}
