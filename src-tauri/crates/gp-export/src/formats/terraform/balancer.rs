//! Load balancers: application (proxy) and network (pass-through).

use super::{
    certificate,
    refs::{Keys, address, keys, segment_ids, tags},
    security::group_list,
    sheet::{File, Sheet},
    writer::{Body, Expr, code},
};
use crate::{
    aws::{
        Facts, access_log,
        certificate::shown,
        is_managed, server as facts_of,
        server::{Action, TargetGroup},
        six, tier_segments,
    },
    name::label,
};
use gp_catalog::resolved::{Listener, ResolvedResource};

/// A load balancer with target groups, attachments and listeners.
pub fn load_balancer<'a>(sheet: &mut Sheet<'a>, balancer: &'a ResolvedResource) {
    let facts = sheet.facts;
    let groups = facts_of::target_groups(facts, balancer);
    let segments = tier_segments(facts, balancer);
    let pass_through = facts_of::is_pass_through(balancer);
    let protect = facts.resolved.environment.protect || balancer.flag("deletion-protection");
    let security = group_list(facts, balancer);
    let dual = six::is_dual(facts, balancer);
    let own = sheet.resource(File::Network, balancer, "aws_lb", "", |body| {
        body.set("name", lb_name(facts, &balancer.id));
        body.set("load_balancer_type", if pass_through { "network" } else { "application" });
        body.set("internal", !facts_of::is_public(balancer));
        body.set("subnets", segment_ids(facts, &segments));
        body.set_some("security_groups", security);
        body.set_some("ip_address_type", dual.then_some("dualstack"));
        if !pass_through {
            body.set("drop_invalid_header_fields", true);
        }
        body.set("enable_deletion_protection", protect);
        body.set("tags", tags(balancer, balancer.title.as_str().into()));
        if let Some(bucket) = access_log::of(facts, balancer) {
            body.block("access_logs", |inner| {
                inner.set("bucket", code(format!("{}.id", address(bucket, "aws_s3_bucket"))));
                inner.set("prefix", access_log::prefix(balancer)).set("enabled", true);
            });
            if is_managed(bucket) {
                // AWS tries to write at once.
                let policy = address(bucket, "aws_s3_bucket_policy");
                body.set("depends_on", Expr::List(vec![code(policy)]));
            }
        }
    });
    for group in &groups {
        target_group(sheet, balancer, group);
    }
    for listener in &balancer.listeners {
        self::listener(sheet, balancer, listener, &groups, &own);
    }
    sheet.output(
        &format!("{}_dns_name", balancer.id),
        format!("Where {} answers.", balancer.title),
        code(format!("{own}.dns_name")),
    );
}

/// At most 32 letters, digits and dashes; `internal-` at the start is AWS's own.
fn lb_name(facts: &Facts<'_>, id: &str) -> String {
    let name = facts.name(id, 30);
    if name.starts_with("internal-") { format!("x-{name}") } else { name }
}

fn tail(balancer: &ResolvedResource, group: &TargetGroup<'_>) -> String {
    format!("_{}", label(group.name.trim_start_matches(&*balancer.id).trim_start_matches('-')))
}

fn target_group<'a>(
    sheet: &mut Sheet<'a>,
    balancer: &'a ResolvedResource,
    group: &TargetGroup<'_>,
) {
    let facts = sheet.facts;
    let (Some(target), Some(network)) =
        (facts.resource(&group.target.resource), facts.network_of(balancer))
    else {
        return;
    };
    let check = facts_of::health_check(balancer);
    let own = sheet.resource(
        File::Network,
        balancer,
        "aws_lb_target_group",
        &tail(balancer, group),
        |body| {
            body.set("name", facts.name(&group.name, 32));
            body.set("port", group.target.ports.low);
            body.set("protocol", facts_of::target_protocol(balancer, group.target.ports));
            body.set("target_type", facts_of::target_type(&target.kind).unwrap_or("instance"))
                .set("vpc_id", code(format!("{}.id", address(network, "aws_vpc"))));
            body.set("deregistration_delay", 30_i64);
            body.set(
                "tags",
                tags(balancer, format!("{} to {}", balancer.title, target.title).into()),
            );
            body.block("health_check", |inner| {
                inner.set("protocol", check.protocol);
                inner.set(
                    "port",
                    check.port.map_or_else(|| "traffic-port".to_owned(), |port| port.to_string()),
                );
                inner.set_some("path", check.path);
                inner
                    .set("interval", check.interval)
                    .set("healthy_threshold", 2_i64)
                    .set("unhealthy_threshold", 2_i64);
            });
            if let Some(seconds) = facts_of::stickiness(balancer) {
                body.block("stickiness", |inner| {
                    let pass_through = facts_of::is_pass_through(balancer);
                    inner.set("type", if pass_through { "source_ip" } else { "lb_cookie" });
                    inner.set_some("cookie_duration", (!pass_through).then_some(seconds));
                });
            }
        },
    );
    match target.kind.as_str() {
        "server" => attachment(sheet, balancer, target, group, &own),
        "server-group" if !is_managed(target) => {
            super::group::attach(sheet, balancer, target, (&tail(balancer, group), &own));
        }
        // These name the target group themselves.
        _ => {}
    }
}

fn attachment<'a>(
    sheet: &mut Sheet<'a>,
    balancer: &'a ResolvedResource,
    server: &ResolvedResource,
    group: &TargetGroup<'_>,
    own: &str,
) {
    let instance = address(server, "aws_instance");
    let many = keys(server) != Keys::One;
    sheet.resource(
        File::Network,
        balancer,
        "aws_lb_target_group_attachment",
        &tail(balancer, group),
        |body| {
            if many {
                body.set("for_each", code(&instance));
            }
            body.set("target_group_arn", code(format!("{own}.arn")));
            body.set(
                "target_id",
                code(if many { "each.value.id".to_owned() } else { format!("{instance}.id") }),
            );
            body.set("port", group.target.ports.low);
        },
    );
}

/// The reference to a target group.
pub fn target_group_arn(balancer: &ResolvedResource, group: &TargetGroup<'_>) -> String {
    format!("aws_lb_target_group.{}{}.arn", label(&balancer.id), tail(balancer, group))
}

fn listener<'a>(
    sheet: &mut Sheet<'a>,
    balancer: &'a ResolvedResource,
    listener: &'a Listener,
    groups: &[TargetGroup<'_>],
    own: &str,
) {
    let Some(action) = facts_of::action(sheet.facts, balancer, listener, groups) else {
        return;
    };
    let protocol = facts_of::listener_protocol(sheet.facts, balancer, listener);
    let tls = matches!(protocol, "HTTPS" | "TLS");
    let drawn = shown(sheet.facts, balancer, listener);
    let mut drawn = drawn.into_iter().filter(|_| tls).map(|own| certificate::arn(sheet, own));
    let first = drawn.next();
    let more: Vec<String> = drawn.collect();
    let certificate = first.or_else(|| tls.then(|| certificate(sheet, balancer, listener)));
    let tail_ = format!("_{}", listener.ports.low);
    let listener = sheet.resource(File::Network, balancer, "aws_lb_listener", &tail_, |body| {
        body.set("load_balancer_arn", code(format!("{own}.arn")));
        body.set("port", listener.ports.low).set("protocol", protocol);
        if let Some(arn) = certificate {
            body.set("ssl_policy", "ELBSecurityPolicy-TLS13-1-2-2021-06")
                .set("certificate_arn", code(arn));
        }
        body.set(
            "tags",
            tags(balancer, format!("{} {}", balancer.title, listener.ports.low).into()),
        );
        body.block("default_action", |body| default_action(body, balancer, &action));
        if matches!(action, Action::Nothing) {
            body.block("lifecycle", |inner| {
                // What it forwards to is made by somebody else, and stays.
                inner.set("ignore_changes", Expr::List(vec![code("default_action")]));
            });
        }
    });
    for (number, arn) in more.into_iter().enumerate() {
        let tail = format!("{tail_}_{}", number + 1);
        sheet.resource(File::Network, balancer, "aws_lb_listener_certificate", &tail, |body| {
            body.set("listener_arn", code(format!("{listener}.arn")));
            body.set("certificate_arn", code(arn));
        });
    }
}

fn default_action(body: &mut Body, balancer: &ResolvedResource, action: &Action<'_, '_>) {
    let arn = |group: &TargetGroup<'_>| code(target_group_arn(balancer, group));
    match action {
        Action::Redirect { protocol, port } => {
            body.set("type", "redirect").block("redirect", |inner| {
                inner.set("protocol", *protocol).set("port", port.to_string());
                inner.set("status_code", "HTTP_301");
            });
        }
        Action::Nothing => {
            body.set("type", "fixed-response").block("fixed_response", |inner| {
                inner.set("content_type", "text/plain").set("status_code", "503");
                inner.set("message_body", "nothing to forward to");
            });
        }
        Action::Forward(groups) => match groups.as_slice() {
            [one] => {
                body.set("type", "forward").set("target_group_arn", arn(one));
            }
            many => {
                body.set("type", "forward").block("forward", |inner| {
                    for group in many {
                        inner.block("target_group", |row| {
                            row.set("arn", arn(group));
                        });
                    }
                });
            }
        },
    }
}

/// The certificate's reference: found by its domain, else a variable.
fn certificate<'a>(
    sheet: &mut Sheet<'a>,
    balancer: &'a ResolvedResource,
    listener: &'a Listener,
) -> String {
    let Some(domain) =
        facts_of::certificate(balancer, listener).filter(|domain| domain.contains('.'))
    else {
        let text = format!(
            "ARN of the certificate that {} shows on port {}.",
            balancer.title, listener.ports.low
        );
        return sheet.variable(&format!("{}_certificate_arn", balancer.id), "string", text, None);
    };
    let found = sheet.shared(File::Network, balancer, "aws_acm_certificate", domain, |body| {
        body.set("domain", domain).set("statuses", vec!["ISSUED"]).set("most_recent", true);
    });
    format!("{found}.arn")
}
