//! Container services: ECS on Fargate. A service has a cluster of its own: it costs nothing, and
//! nothing else goes when it goes.

use super::{
    identity,
    refs::{address, segment_ids, tags},
    security::group_list,
    sheet::{File, Sheet},
    writer::{Expr, code},
};
use crate::{
    aws::{
        container::{self, Variable},
        server as facts_of, tier_segments, unsupported,
    },
    name::label,
};
use gp_catalog::resolved::ResolvedResource;
use gp_model::PortSpec;

/// A container service.
pub fn container_service<'a>(sheet: &mut Sheet<'a>, service: &'a ResolvedResource) {
    let facts = sheet.facts;
    let name = facts.name(&service.id, 255);
    let cluster = sheet.resource(File::Compute, service, "aws_ecs_cluster", "", |body| {
        body.set("name", name.as_str()).set("tags", tags(service, service.title.as_str().into()));
    });
    let (task, policies) = task_definition(sheet, service);
    let groups = facts_of::groups_before(facts, service);
    let subnets = segment_ids(facts, &tier_segments(facts, service));
    let mut after: Vec<Expr> = container::listeners(facts, &groups)
        .iter()
        .map(|(balancer, port)| code(format!("aws_lb_listener.{}_{port}", label(&balancer.id))))
        .collect();
    after.extend(policies.iter().map(code));
    after.extend(container::doors(facts, service).iter().map(|(endpoint, part)| {
        let tail = if part.is_empty() { String::new() } else { format!("_{part}") };
        code(format!("{}{tail}", address(endpoint, "aws_vpc_endpoint")))
    }));
    sheet.resource(File::Compute, service, "aws_ecs_service", "", |body| {
        body.set("name", name).set("cluster", code(format!("{cluster}.id")));
        body.set("task_definition", code(format!("{task}.arn"))).set("launch_type", "FARGATE");
        body.set("desired_count", container::replicas(service));
        body.set("enable_ecs_managed_tags", true).set("propagate_tags", "SERVICE");
        body.set_some("health_check_grace_period_seconds", (!groups.is_empty()).then_some(60_i64));
        body.set("tags", tags(service, service.title.as_str().into()));
        body.block("network_configuration", |inner| {
            inner.set("subnets", subnets);
            inner.set_some("security_groups", group_list(facts, service));
            inner.set("assign_public_ip", service.flag("public-address"));
        });
        body.block("deployment_circuit_breaker", |inner| {
            inner.set("enable", true).set("rollback", true);
        });
        for (balancer, group) in &groups {
            body.block("load_balancer", |inner| {
                let arn = super::balancer::target_group_arn(balancer, group);
                inner.set("target_group_arn", code(arn));
                inner.set("container_name", container_name(service));
                inner.set("container_port", group.target.ports.low);
            });
        }
        if !after.is_empty() {
            body.set("depends_on", Expr::List(after));
        }
    });
}

fn container_name(service: &ResolvedResource) -> String {
    label(&service.id)
}

/// The definition, and the policies without which nothing can be started by it.
fn task_definition<'a>(
    sheet: &mut Sheet<'a>,
    service: &'a ResolvedResource,
) -> (String, Vec<String>) {
    let facts = sheet.facts;
    let name = facts.name(&service.id, 255);
    let logs = sheet.resource(File::Compute, service, "aws_cloudwatch_log_group", "", |body| {
        body.set("name", format!("/aws/ecs/{name}")).set("retention_in_days", 90_i64);
    });
    let secrets = secrets(sheet, service);
    let arns: Vec<String> = secrets.iter().map(|(_, arn)| arn.clone()).collect();
    let (starts, task) = identity::task_roles(sheet, service, &logs, &arns);
    let (cpu, memory) = container::fargate(service).unwrap_or_else(|| {
        let text = format!(
            "Fargate has no size as large as “{}”: make it smaller, or draw servers",
            service.title
        );
        sheet.diagnostics.push(unsupported(&service.id, Some("memory"), text));
        (16_384, 122_880)
    });
    let region = region(sheet, service);
    let definition = definition(sheet, service, &logs, region, secrets);
    let own = sheet.resource(File::Compute, service, "aws_ecs_task_definition", "", |body| {
        body.set("family", name).set("requires_compatibilities", vec!["FARGATE"]);
        body.set("network_mode", "awsvpc").set("cpu", cpu).set("memory", memory);
        body.set("execution_role_arn", code(format!("{}.arn", starts.role)));
        body.set_some("task_role_arn", task.map(|task| code(format!("{task}.arn"))));
        body.set(
            "container_definitions",
            Expr::Call("jsonencode", vec![Expr::List(vec![definition])]),
        );
        body.set("tags", tags(service, service.title.as_str().into()));
        body.block("runtime_platform", |inner| {
            let arm = facts_of::is_arm(service);
            inner.set("operating_system_family", "LINUX");
            inner.set("cpu_architecture", if arm { "ARM64" } else { "X86_64" });
        });
    });
    (own, starts.policies)
}

/// The variable that holds the region that logs go to.
fn region<'a>(sheet: &mut Sheet<'a>, service: &'a ResolvedResource) -> String {
    match sheet.alias(service) {
        Some(alias) => format!("var.{alias}_region"),
        None => "var.region".to_owned(),
    }
}

/// The one container of the task, as JSON.
fn definition<'a>(
    sheet: &mut Sheet<'a>,
    service: &'a ResolvedResource,
    logs: &str,
    region: String,
    secrets: Vec<(String, String)>,
) -> Expr {
    let object = |pairs: Vec<(&str, Expr)>| {
        Expr::Object(pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    };
    let plain = super::told::variables(sheet, service).into_iter();
    let plain: Vec<Expr> =
        plain.map(|(name, value)| object(vec![("name", name.into()), ("value", value)])).collect();
    let ports: Vec<Expr> =
        container::ports(sheet.facts, service).into_iter().map(|p| object(mapping(p))).collect();
    let mut all = vec![
        ("name", container_name(service).into()),
        ("image", super::registry::image(sheet.facts, service)),
        ("essential", true.into()),
    ];
    if !ports.is_empty() {
        all.push(("portMappings", Expr::List(ports)));
    }
    if !plain.is_empty() {
        all.push(("environment", Expr::List(plain)));
    }
    if !secrets.is_empty() {
        let one = |(name, arn): (String, String)| {
            object(vec![("name", name.into()), ("valueFrom", code(arn))])
        };
        all.push(("secrets", Expr::List(secrets.into_iter().map(one).collect())));
    }
    let options = object(vec![
        ("awslogs-group", code(format!("{logs}.name"))),
        ("awslogs-region", code(region)),
        ("awslogs-stream-prefix", "ecs".into()),
    ]);
    let log = object(vec![("logDriver", "awslogs".into()), ("options", options)]);
    all.push(("logConfiguration", log));
    object(all)
}

fn mapping(ports: PortSpec) -> Vec<(&'static str, Expr)> {
    let protocol = ("protocol", format!("{:?}", ports.protocol).to_lowercase().into());
    if ports.low == ports.high {
        vec![("containerPort", ports.low.into()), protocol]
    } else {
        vec![("containerPortRange", format!("{}-{}", ports.low, ports.high).into()), protocol]
    }
}

/// Secrets among the variables, each kept by AWS: in a task's definition everybody could read them.
/// Gives each variable with the reference to its secret.
fn secrets<'a>(sheet: &mut Sheet<'a>, service: &'a ResolvedResource) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (name, value) in container::variables(service) {
        let Variable::Secret(text) = value else { continue };
        let tail = format!("_{}", label(name));
        let prefix = sheet.facts.name(&format!("{}-{name}", service.id), 200);
        let own =
            sheet.resource(File::Security, service, "aws_secretsmanager_secret", &tail, |body| {
                body.set("name_prefix", format!("{prefix}-"));
                body.set("description", format!("{name} of {}.", service.title));
                body.set("tags", tags(service, format!("{} {name}", service.title).into()));
            });
        let type_ = "aws_secretsmanager_secret_version";
        let version = sheet.resource(File::Security, service, type_, &tail, |body| {
            body.set("secret_id", code(format!("{own}.id")));
            body.set("secret_string", Expr::text_or_secret(text));
        });
        all.push((name.to_owned(), format!("{version}.arn")));
    }
    all
}
