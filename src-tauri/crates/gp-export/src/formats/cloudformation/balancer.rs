//! Load balancers in CloudFormation's words.

use super::{
    template,
    template::{Parameter, Template, group_list, instance_id, segment_refs},
    writer::{Node, map},
};
use crate::{
    aws::{
        certificate::shown,
        server as facts_of,
        server::{Action, TargetGroup},
        six, tier_segments,
    },
    name::logical,
};
use gp_catalog::resolved::{Listener, ResolvedResource};

/// A load balancer with target groups and listeners.
pub fn load_balancer<'a>(template: &mut Template<'a>, balancer: &'a ResolvedResource) {
    let facts = template.facts;
    let groups = facts_of::target_groups(facts, balancer);
    let pass_through = facts_of::is_pass_through(balancer);
    let protect = facts.resolved.environment.protect || balancer.flag("deletion-protection");
    let tags = template.tags(balancer, &balancer.title);
    let own =
        template.add(balancer, "AWS::ElasticLoadBalancingV2::LoadBalancer", &balancer.id, |p| {
            p.set("Type", if pass_through { "network" } else { "application" });
            p.set(
                "Scheme",
                if facts_of::is_public(balancer) { "internet-facing" } else { "internal" },
            );
            p.set("Subnets", segment_refs(&tier_segments(facts, balancer)));
            p.set_some("SecurityGroups", group_list(facts, balancer));
            p.set_some("IpAddressType", six::is_dual(facts, balancer).then_some("dualstack"));
            let mut attributes = vec![attribute(
                "deletion_protection.enabled",
                if protect { "true" } else { "false" },
            )];
            if !pass_through {
                attributes
                    .push(attribute("routing.http.drop_invalid_header_fields.enabled", "true"));
            }
            p.set("LoadBalancerAttributes", Node::List(attributes)).set("Tags", tags);
        });
    after_gateway(template, balancer);
    for group in &groups {
        target_group(template, balancer, group);
    }
    for listener in &balancer.listeners {
        self::listener(template, balancer, listener, &groups, &own);
    }
    let text = format!("Where {} answers.", balancer.title);
    template.output(
        &format!("{}-dns-name", balancer.id),
        text,
        Node::Att(own, "DNSName".to_owned()),
    );
}

/// A public load balancer needs the network's door to be open first.
fn after_gateway<'a>(template: &mut Template<'a>, balancer: &'a ResolvedResource) {
    let facts = template.facts;
    let network = facts
        .network_of(balancer)
        .filter(|n| facts.has_gateway(&n.id) && facts_of::is_public(balancer));
    if let (Some(network), Some(entry)) = (network, template.last()) {
        entry.depends_on.push(logical(&format!("{}-gateway-attachment", network.id)));
    }
}

fn attribute(key: &str, value: &str) -> Node {
    map([("Key", key.into()), ("Value", value.into())])
}

fn target_group<'a>(
    template: &mut Template<'a>,
    balancer: &'a ResolvedResource,
    group: &TargetGroup<'_>,
) {
    let facts = template.facts;
    let (Some(target), Some(network)) =
        (facts.resource(&group.target.resource), facts.network_of(balancer))
    else {
        return;
    };
    let check = facts_of::health_check(balancer);
    let port = i64::from(group.target.ports.low);
    let tags = template.tags(balancer, &format!("{} to {}", balancer.title, target.title));
    template.add(
        balancer,
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        &target_group_name(group),
        |p| {
            p.set("Port", port)
                .set("Protocol", facts_of::target_protocol(balancer, group.target.ports));
            p.set("TargetType", facts_of::target_type(&target.kind).unwrap_or("instance"));
            p.set("VpcId", Node::Ref(logical(&network.id)));
            p.set("HealthCheckProtocol", check.protocol);
            p.set(
                "HealthCheckPort",
                check.port.map_or_else(|| "traffic-port".to_owned(), |port| port.to_string()),
            );
            p.set_some("HealthCheckPath", check.path)
                .set("HealthCheckIntervalSeconds", check.interval);
            p.set("HealthyThresholdCount", 2_i64).set("UnhealthyThresholdCount", 2_i64);
            let mut attributes = vec![attribute("deregistration_delay.timeout_seconds", "30")];
            attributes.extend(stickiness(balancer));
            p.set("TargetGroupAttributes", Node::List(attributes));
            if target.kind == "server" {
                let targets = target.instances.iter().map(|instance| {
                    map([("Id", Node::Ref(instance_id(target, instance))), ("Port", port.into())])
                });
                p.set("Targets", Node::List(targets.collect()));
            }
            p.set("Tags", tags);
        },
    );
}

fn target_group_name(group: &TargetGroup<'_>) -> String {
    format!("{}-target-group", group.name)
}

/// The logical id of a target group.
pub fn target_group_id(group: &TargetGroup<'_>) -> String {
    logical(&target_group_name(group))
}

fn stickiness(balancer: &ResolvedResource) -> Vec<Node> {
    let Some(seconds) = facts_of::stickiness(balancer) else {
        return Vec::new();
    };
    let mut all = vec![attribute("stickiness.enabled", "true")];
    if facts_of::is_pass_through(balancer) {
        all.push(attribute("stickiness.type", "source_ip"));
    } else {
        all.push(attribute("stickiness.type", "lb_cookie"));
        all.push(attribute("stickiness.lb_cookie.duration_seconds", &seconds.to_string()));
    }
    all
}

fn listener<'a>(
    template: &mut Template<'a>,
    balancer: &'a ResolvedResource,
    listener: &'a Listener,
    groups: &[TargetGroup<'_>],
    own: &str,
) {
    let Some(action) = facts_of::action(template.facts, balancer, listener, groups) else {
        return;
    };
    let protocol = facts_of::listener_protocol(template.facts, balancer, listener);
    let name = format!("{}-listener-{}", balancer.id, listener.ports.low);
    let tls = matches!(protocol, "HTTPS" | "TLS");
    let drawn = shown(template.facts, balancer, listener);
    let mut drawn = drawn.into_iter().filter(|_| tls).map(template::arn);
    let first = drawn.next();
    let more: Vec<Node> = drawn.map(|arn| map([("CertificateArn", arn)])).collect();
    let certificate = first.or_else(|| tls.then(|| certificate(template, balancer, listener)));
    let listener = template.add(balancer, "AWS::ElasticLoadBalancingV2::Listener", &name, |p| {
        p.set("LoadBalancerArn", Node::Ref(own.to_owned()));
        p.set("Port", listener.ports.low).set("Protocol", protocol);
        if let Some(arn) = certificate {
            p.set("SslPolicy", "ELBSecurityPolicy-TLS13-1-2-2021-06");
            p.set("Certificates", Node::List(vec![map([("CertificateArn", arn)])]));
        }
        p.set("DefaultActions", Node::List(vec![default_action(&action)]));
    });
    if !more.is_empty() {
        let name = format!("{name}-certificates");
        template.add(balancer, "AWS::ElasticLoadBalancingV2::ListenerCertificate", &name, |p| {
            p.set("ListenerArn", Node::Ref(listener)).set("Certificates", Node::List(more));
        });
    }
}

fn default_action(action: &Action<'_, '_>) -> Node {
    let arn = |group: &TargetGroup<'_>| Node::Ref(target_group_id(group));
    match action {
        Action::Redirect { protocol, port } => {
            let redirect = map([
                ("Protocol", (*protocol).into()),
                ("Port", port.to_string().into()),
                ("StatusCode", "HTTP_301".into()),
            ]);
            map([("Type", "redirect".into()), ("RedirectConfig", redirect)])
        }
        Action::Nothing => {
            let fixed = map([
                ("ContentType", "text/plain".into()),
                ("StatusCode", "503".into()),
                ("MessageBody", "nothing to forward to".into()),
            ]);
            map([("Type", "fixed-response".into()), ("FixedResponseConfig", fixed)])
        }
        Action::Forward(groups) => match groups.as_slice() {
            [one] => map([("Type", "forward".into()), ("TargetGroupArn", arn(one))]),
            many => {
                let groups = many.iter().map(|group| map([("TargetGroupArn", arn(group))]));
                let config = map([("TargetGroups", Node::List(groups.collect()))]);
                map([("Type", "forward".into()), ("ForwardConfig", config)])
            }
        },
    }
}

fn certificate<'a>(
    template: &mut Template<'a>,
    balancer: &'a ResolvedResource,
    listener: &'a Listener,
) -> Node {
    let domain = facts_of::certificate(balancer, listener).unwrap_or("its domain");
    let about = format!(
        "ARN of the certificate for {domain} that {} shows on port {}.",
        balancer.title, listener.ports.low
    );
    let pattern = Some("^arn:aws[a-z-]*:acm:.+$");
    let parameter = Parameter { pattern, ..Parameter::new("String", about) };
    template.parameter(&format!("{}-certificate-arn", balancer.id), parameter)
}
