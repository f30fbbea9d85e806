//! Facts of container services: the size that Fargate sells, ports, variables, who sends to them.

use super::{
    Facts, is_managed, registry, rule, secret,
    server::{self, TargetGroup},
    size,
};
use gp_catalog::resolved::ResolvedResource;
use gp_model::{PortSpec, Protocol, Value};

/// Units of processor (1024 are one), then the least, the most and the step of memory in MiB.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html>
const SIZES: [(i64, i64, i64, i64); 7] = [
    (256, 512, 2_048, 512),
    (512, 1_024, 4_096, 1_024),
    (1_024, 2_048, 8_192, 1_024),
    (2_048, 4_096, 16_384, 1_024),
    (4_096, 8_192, 30_720, 1_024),
    (8_192, 16_384, 61_440, 4_096),
    (16_384, 32_768, 122_880, 8_192),
];

/// The smallest size of Fargate that holds what is drawn: units of processor, MiB of memory.
/// `None`: it sells none as large.
pub fn fargate(service: &ResolvedResource) -> Option<(i64, i64)> {
    let cpu = service.value("cpu").and_then(Value::as_float).unwrap_or(0.5);
    let memory = service.text("memory").and_then(size::mebibytes).unwrap_or(1_024);
    sold((cpu * 1024.0).ceil() as i64, memory)
}

/// How many of it run.
pub fn replicas(service: &ResolvedResource) -> i64 {
    i64::try_from(service.instances.len()).unwrap_or(i64::MAX)
}

/// The private end points in the network of a service, each with the word for what it is besides the main one:
/// its image, its secrets and its log may go by them, so that no task starts before.
pub fn doors<'a>(
    facts: &Facts<'a>,
    service: &'a ResolvedResource,
) -> Vec<(&'a ResolvedResource, &'static str)> {
    let Some(network) = facts.network_of(service) else { return Vec::new() };
    let all = facts.resolved.resources.values().map(|it| &**it);
    let beside = all.filter(|it| {
        let beside = facts.network_of(it).is_some_and(|own| own.id == network.id);
        it.kind == "private-endpoint" && is_managed(it) && beside
    });
    let mut found = Vec::new();
    for endpoint in beside {
        let target = endpoint.text("target").and_then(|id| facts.resource(id));
        let Some(target) = target.filter(|it| super::endpoint_service(&it.kind).is_some()) else {
            continue;
        };
        found.push((endpoint, ""));
        if target.kind == registry::KIND && !rule::is_gateway(facts, endpoint) {
            found.push((endpoint, "login"));
        }
        if matches!(registry::layers(facts, endpoint), Some(registry::Layers::Own(_))) {
            found.push((endpoint, "layers"));
        }
    }
    found
}

fn sold(units: i64, memory: i64) -> Option<(i64, i64)> {
    let fits = |row: &&(i64, i64, i64, i64)| row.0 >= units && row.2 >= memory;
    let (units, least, _, step) = SIZES.iter().find(fits)?;
    let steps = (memory - least).max(0).div_euclid(*step)
        + i64::from((memory - least).max(0).rem_euclid(*step) > 0);
    // The smallest size alone goes up by doubling.
    let memory = least + steps * step;
    Some((*units, if *units == 256 && memory == 1_536 { 2_048 } else { memory }))
}

/// A variable of the containers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Variable<'a> {
    /// Known.
    Plain(String),
    /// A text, which may mention what is drawn.
    Text(&'a str),
    /// `${secret.NAME}`: the whole text.
    Secret(&'a str),
}

/// The variables of a service or a function in the order of the design.
pub fn variables(service: &ResolvedResource) -> Vec<(&str, Variable<'_>)> {
    let table = service.value("environment").and_then(Value::as_table).into_iter().flatten();
    let one = |value: &'_ Value| match value {
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Date { date } => Some(date.clone()),
        Value::String(_) | Value::List(_) | Value::Table(_) => None,
    };
    table
        .filter_map(|(name, value)| match value.as_str() {
            Some(text) if secret::named(text).is_some() => {
                Some((name.as_str(), Variable::Secret(text)))
            }
            Some(text) => Some((name.as_str(), Variable::Text(text))),
            None => Some((name.as_str(), Variable::Plain(one(value)?))),
        })
        .collect()
}

/// Ports that the containers open: those of its services, and those that load balancers send to.
pub fn ports<'a>(facts: &Facts<'a>, service: &'a ResolvedResource) -> Vec<PortSpec> {
    let mut all: Vec<PortSpec> = Vec::new();
    let sent = server::groups_before(facts, service).into_iter().map(|(_, g)| g.target.ports);
    for ports in service.services.iter().map(|own| own.ports).chain(sent) {
        let covered = |one: &PortSpec| {
            one.protocol == ports.protocol && one.low <= ports.low && ports.high <= one.high
        };
        if ports.protocol != Protocol::Icmp && !all.iter().any(covered) {
            all.push(ports);
        }
    }
    all
}

/// The listeners that send to a service by a target group, each with its load balancer: ECS takes
/// the group only once it has one.
pub fn listeners<'a>(
    facts: &Facts<'a>,
    groups: &[(&'a ResolvedResource, TargetGroup<'a>)],
) -> Vec<(&'a ResolvedResource, u16)> {
    let mut all = Vec::new();
    for (balancer, group) in groups {
        let own = server::target_groups(facts, balancer);
        for listener in &balancer.listeners {
            let sends = listener.redirect.is_none() && listener.targets.contains(group.target);
            let written = server::action(facts, balancer, listener, &own).is_some();
            let known = |own: &(&ResolvedResource, u16)| {
                own.0.id == balancer.id && own.1 == listener.ports.low
            };
            if sends && written && !all.iter().any(known) {
                all.push((*balancer, listener.ports.low));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::sold;

    #[test]
    fn the_smallest_size_that_holds_it() {
        for (units, memory, wanted) in [
            (256, 512, Some((256, 512))),
            (256, 1_025, Some((256, 2_048))),
            (512, 1_024, Some((512, 1_024))),
            (256, 4_096, Some((512, 4_096))),
            (1_500, 1_024, Some((2_048, 4_096))),
            (4_096, 9_000, Some((4_096, 9_216))),
            (8_192, 17_000, Some((8_192, 20_480))),
            (16_384, 122_880, Some((16_384, 122_880))),
            (16_385, 1_024, None),
            (256, 122_881, None),
        ] {
            assert_eq!(sold(units, memory), wanted, "{units} {memory}");
        }
    }
}
