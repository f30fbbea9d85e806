//! Container services: ECS on Fargate. A service has a cluster of its own: it costs nothing, and
//! nothing else goes when it goes.

use super::{
    identity,
    template::{Template, group_list, segment_refs},
    writer::{Node, Properties, map},
};
use crate::{
    aws::{
        container::{self, Variable},
        server as facts_of, tier_segments, unsupported,
    },
    name::{label, logical},
};
use gp_catalog::resolved::ResolvedResource;
use gp_model::PortSpec;

/// A container service.
pub fn container_service<'a>(template: &mut Template<'a>, service: &'a ResolvedResource) {
    let facts = template.facts;
    let tags = template.tags(service, &service.title);
    let cluster =
        template.add(service, "AWS::ECS::Cluster", &format!("{}-cluster", service.id), |p| {
            p.set("Tags", tags.clone());
        });
    let task = task_definition(template, service, &tags);
    let groups = facts_of::groups_before(facts, service);
    let network = network(template, service);
    template.add(service, "AWS::ECS::Service", &service.id, |p| {
        p.set("Cluster", Node::Ref(cluster)).set("TaskDefinition", Node::Ref(task));
        p.set("LaunchType", "FARGATE");
        p.set("DesiredCount", container::replicas(service));
        p.set("EnableECSManagedTags", true).set("PropagateTags", "SERVICE");
        p.set_some("HealthCheckGracePeriodSeconds", (!groups.is_empty()).then_some(60_i64));
        p.set("NetworkConfiguration", map([("AwsvpcConfiguration", network)]));
        let breaker = map([("Enable", true.into()), ("Rollback", true.into())]);
        p.set("DeploymentConfiguration", map([("DeploymentCircuitBreaker", breaker)]));
        if !groups.is_empty() {
            let one = |group: &facts_of::TargetGroup<'_>| {
                map([
                    ("TargetGroupArn", Node::Ref(super::balancer::target_group_id(group))),
                    ("ContainerName", container_name(service).into()),
                    ("ContainerPort", group.target.ports.low.into()),
                ])
            };
            let all = groups.iter().map(|(_, group)| one(group));
            p.set("LoadBalancers", Node::List(all.collect()));
        }
        p.set("Tags", tags);
    });
    let listeners = container::listeners(facts, &groups);
    if let Some(entry) = template.last() {
        let ids =
            listeners.iter().map(|(own, port)| logical(&format!("{}-listener-{port}", own.id)));
        entry.depends_on.extend(ids);
        let doors = container::doors(facts, service).into_iter().map(|(endpoint, part)| {
            let tail = if part.is_empty() { String::new() } else { format!("-{part}") };
            logical(&format!("{}{tail}", endpoint.id))
        });
        entry.depends_on.extend(doors);
    }
}

fn container_name(service: &ResolvedResource) -> String {
    label(&service.id)
}

fn network(template: &Template<'_>, service: &ResolvedResource) -> Node {
    let facts = template.facts;
    let mut network = Properties::default();
    let own = facts.resource(&service.id).map(|own| tier_segments(facts, own));
    network.set("Subnets", segment_refs(&own.unwrap_or_default()));
    network.set_some("SecurityGroups", group_list(facts, service));
    let public = service.flag("public-address");
    network.set("AssignPublicIp", if public { "ENABLED" } else { "DISABLED" });
    Node::Map(network.0)
}

fn task_definition<'a>(
    template: &mut Template<'a>,
    service: &'a ResolvedResource,
    tags: &Node,
) -> String {
    let logs = template.add(service, "AWS::Logs::LogGroup", &format!("{}-logs", service.id), |p| {
        p.set("RetentionInDays", 90_i64).set("Tags", tags.clone());
    });
    if let Some(entry) = template.last() {
        entry.keep = Some("Delete");
    }
    let secrets = secrets(template, service);
    let arns = secrets.iter().map(|(_, id)| Node::Ref(id.clone())).collect();
    let (execution, task) = identity::task_roles(template, service, &logs, arns);
    let (cpu, memory) = container::fargate(service).unwrap_or_else(|| {
        let text = format!(
            "Fargate has no size as large as “{}”: make it smaller, or draw servers",
            service.title
        );
        template.diagnostics.push(unsupported(&service.id, Some("memory"), text));
        (16_384, 122_880)
    });
    let definition = definition(template, service, &logs, secrets);
    let name = format!("{}-task", service.id);
    template.add(service, "AWS::ECS::TaskDefinition", &name, |p| {
        p.set("RequiresCompatibilities", vec!["FARGATE"]).set("NetworkMode", "awsvpc");
        p.set("Cpu", cpu.to_string()).set("Memory", memory.to_string());
        p.set("ExecutionRoleArn", Node::Att(execution, "Arn".to_owned()));
        p.set_some("TaskRoleArn", task.map(|task| Node::Att(task, "Arn".to_owned())));
        p.set("ContainerDefinitions", Node::List(vec![definition]));
        let arm = facts_of::is_arm(service);
        p.set(
            "RuntimePlatform",
            map([
                ("OperatingSystemFamily", "LINUX".into()),
                ("CpuArchitecture", if arm { "ARM64" } else { "X86_64" }.into()),
            ]),
        );
        p.set("Tags", tags.clone());
    })
}

fn definition(
    template: &mut Template<'_>,
    service: &ResolvedResource,
    logs: &str,
    secrets: Vec<(String, String)>,
) -> Node {
    let facts = template.facts;
    let mut all = Properties::default();
    all.set("Name", container_name(service));
    let known = facts.resource(&service.id);
    let image = known.map(|known| super::registry::image(facts, known));
    all.set_some("Image", image).set("Essential", true);
    let ports = facts.resource(&service.id).map(|own| container::ports(facts, own));
    let ports: Vec<Node> = ports.unwrap_or_default().into_iter().map(mapping).collect();
    all.set_some("PortMappings", (!ports.is_empty()).then_some(Node::List(ports)));
    let plain = super::told::variables(template, service).into_iter();
    let plain: Vec<Node> =
        plain.map(|(name, value)| map([("Name", name.into()), ("Value", value)])).collect();
    all.set_some("Environment", (!plain.is_empty()).then_some(Node::List(plain)));
    let secrets = secrets
        .into_iter()
        .map(|(name, id)| map([("Name", name.into()), ("ValueFrom", Node::Ref(id))]));
    let secrets: Vec<Node> = secrets.collect();
    all.set_some("Secrets", (!secrets.is_empty()).then_some(Node::List(secrets)));
    let options = map([
        ("awslogs-group", Node::Ref(logs.to_owned())),
        ("awslogs-region", Node::Ref("AWS::Region".to_owned())),
        ("awslogs-stream-prefix", "ecs".into()),
    ]);
    all.set("LogConfiguration", map([("LogDriver", "awslogs".into()), ("Options", options)]));
    Node::Map(all.0)
}

fn mapping(ports: PortSpec) -> Node {
    let protocol = ("Protocol", Node::from(format!("{:?}", ports.protocol).to_lowercase()));
    if ports.low == ports.high {
        map([("ContainerPort", ports.low.into()), protocol])
    } else {
        let range = format!("{}-{}", ports.low, ports.high);
        map([("ContainerPortRange", range.into()), protocol])
    }
}

/// Secrets among the variables, each kept by AWS: in a task's definition everybody could read them.
/// Gives each variable with the logical id of its secret.
fn secrets<'a>(
    template: &mut Template<'a>,
    service: &'a ResolvedResource,
) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (name, value) in container::variables(service) {
        let Variable::Secret(text) = value else { continue };
        let tags = template.tags(service, &format!("{} {name}", service.title));
        let id = format!("{}-secret-{name}", service.id);
        let id = template.add(service, "AWS::SecretsManager::Secret", &id, |p| {
            p.set("Description", format!("{name} of {}.", service.title));
            p.set("SecretString", Node::text_or_secret(text)).set("Tags", tags);
        });
        if let Some(entry) = template.last() {
            entry.keep = Some("Delete");
        }
        all.push((name.to_owned(), id));
    }
    all
}
