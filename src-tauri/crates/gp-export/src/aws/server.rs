//! Facts of single kinds that both formats need: sizes in force, engines, ports, health checks.

use super::{Facts, size};
use gp_catalog::resolved::{Listener, ResolvedLink, ResolvedResource, Target};
use gp_model::{Id, LinkKind, PortSpec, Value};
use std::collections::BTreeSet;

/// Whether the resource wants ARM processors.
pub fn is_arm(resource: &ResolvedResource) -> bool {
    matches!(resource.text("architecture"), Some("arm64" | "aarch64"))
}

/// The instance type in force: written raw, else the catalog's choice for the size. `None`: nothing
/// on AWS is that large.
pub fn instance_type(server: &ResolvedResource) -> Option<&str> {
    server.raw.get("instance_type").and_then(Value::as_str).or_else(|| server.text("instance-type"))
}

/// The class of a database, by the same rule.
pub fn database_class(database: &ResolvedResource) -> Option<&str> {
    database
        .raw
        .get("instance_class")
        .and_then(Value::as_str)
        .or_else(|| database.text("instance-class"))
}

/// The type of a cache's nodes, by the same rule.
pub fn node_type(cache: &ResolvedResource) -> Option<&str> {
    cache.raw.get("node_type").and_then(Value::as_str).or_else(|| cache.text("instance-class"))
}

/// How many nodes a cache has: the standby is one of its replicas.
pub fn nodes(cache: &ResolvedResource) -> i64 {
    let replicas = cache.integer("replicas").unwrap_or(0).clamp(0, 5);
    1 + replicas.max(i64::from(cache.flag("standby")))
}

/// RDS's word for the engine, and its port.
pub fn engine(database: &ResolvedResource) -> (&'static str, u16) {
    match database.text("engine") {
        Some("mysql") => ("mysql", 3306),
        Some("mariadb") => ("mariadb", 3306),
        Some("sqlserver") => ("sqlserver-se", 1433),
        _ => ("postgres", 5432),
    }
}

/// Log streams that each engine can send to `CloudWatch`.
pub fn engine_logs(engine: &str) -> Vec<&'static str> {
    match engine {
        "postgres" => vec!["postgresql", "upgrade"],
        "mysql" | "mariadb" => vec!["error", "slowquery"],
        _ => vec!["error"],
    }
}

/// The size of a disk attribute in GiB.
pub fn disk(resource: &ResolvedResource, attribute: &str) -> Option<i64> {
    resource.text(attribute).and_then(size::gibibytes)
}

/// The EBS volume type behind a neutral class.
pub fn volume_type(class: Option<&str>) -> &'static str {
    match class {
        Some("cold") => "st1",
        Some("fast") => "io2",
        _ => "gp3",
    }
}

/// AWS's name of a queue: FIFO queues end in `.fifo`.
pub fn is_fifo(queue: &ResolvedResource) -> bool {
    queue.flag("fifo")
}

/// Whether a load balancer passes packets through (network) or speaks for its targets (application).
pub fn is_pass_through(balancer: &ResolvedResource) -> bool {
    balancer.text("mode") == Some("pass-through") || balancer.listeners.iter().any(|l| !is_http(l))
}

fn is_http(listener: &Listener) -> bool {
    matches!(listener.protocol.as_str(), "http" | "https")
}

/// One target group: what it forwards to.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetGroup<'a> {
    /// Its name, from the balancer and the target.
    pub name: String,
    /// The target.
    pub target: &'a Target,
}

/// What a target group of a kind's instances holds; `None` where AWS or we have none of that kind.
pub fn target_type(kind: &str) -> Option<&'static str> {
    match kind {
        "server" | "server-group" => Some("instance"),
        "container-service" => Some("ip"),
        _ => None,
    }
}

/// The target groups of a load balancer, one per target and port, in the order of its listeners.
/// Other targets are said to be left out (`left_out.rs`).
pub fn target_groups<'a>(
    facts: &Facts<'_>,
    balancer: &'a ResolvedResource,
) -> Vec<TargetGroup<'a>> {
    let mut groups: Vec<TargetGroup<'a>> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut named = BTreeSet::new();
    for target in balancer.listeners.iter().flat_map(|listener| &listener.targets) {
        let kind = facts.resource(&target.resource).map(|r| r.kind.as_str());
        let fits = kind.and_then(target_type).is_some();
        if !fits || !seen.insert((&target.resource, target.ports)) {
            continue;
        }
        let several = !named.insert(&target.resource);
        let tail = if several { format!("-{}", target.ports.low) } else { String::new() };
        groups.push(TargetGroup {
            name: format!("{}-{}{tail}", balancer.id, target.resource),
            target,
        });
    }
    groups
}

/// The target groups that send to a resource, each with its load balancer.
pub fn groups_before<'a>(
    facts: &Facts<'a>,
    target: &'a ResolvedResource,
) -> Vec<(&'a ResolvedResource, TargetGroup<'a>)> {
    let links = facts.links_to(&target.id).iter().filter(|link| link.kind == LinkKind::Target);
    let from: BTreeSet<&Id> = links.map(|link| &link.from).collect();
    let managed = from.into_iter().filter_map(|id| facts.resource(id));
    let balancers = managed.filter(|balancer| super::is_managed(balancer));
    balancers
        .flat_map(|balancer| target_groups(facts, balancer).into_iter().map(move |g| (balancer, g)))
        .filter(|(_, group)| group.target.resource == target.id)
        .collect()
}

/// How many servers a group has: at least, to begin with, at most. AWS wants them in this order.
pub fn bounds(group: &ResolvedResource) -> (i64, i64, i64) {
    let number = |name, default| group.integer(name).unwrap_or(default).max(0);
    let min = number("min", 1);
    let max = number("max", 4).max(min);
    (min, number("desired", 2).clamp(min, max), max)
}

/// Percent of the processors' time at which a group grows; none where it keeps its size.
pub fn scale_at(group: &ResolvedResource) -> Option<i64> {
    let (min, _, max) = bounds(group);
    (min < max).then(|| group.integer("scale-at").unwrap_or(60).clamp(1, 100))
}

/// The group that serves a target.
pub fn group_of<'g, 'a>(
    groups: &'g [TargetGroup<'a>],
    target: &Target,
) -> Option<&'g TargetGroup<'a>> {
    groups.iter().find(|g| g.target.resource == target.resource && g.target.ports == target.ports)
}

/// A health check with every value in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthCheck {
    /// `HTTP`, `HTTPS` or `TCP`.
    pub protocol: &'static str,
    /// The port; the traffic's own where not said.
    pub port: Option<i64>,
    /// The path, for HTTP.
    pub path: Option<String>,
    /// Seconds between two checks.
    pub interval: i64,
}

/// The health check of a load balancer.
pub fn health_check(balancer: &ResolvedResource) -> HealthCheck {
    let written = balancer.value("health-check").and_then(Value::as_table);
    let text = |name: &str| written.and_then(|table| table.get(name)).and_then(Value::as_str);
    let protocol = match text("protocol") {
        Some("https") => "HTTPS",
        Some("tcp") => "TCP",
        Some("http") => "HTTP",
        _ if is_pass_through(balancer) => "TCP",
        _ => "HTTP",
    };
    let port = written.and_then(|table| table.get("port")).and_then(Value::as_integer);
    let path = (protocol != "TCP").then(|| text("path").unwrap_or("/").to_owned());
    let interval = written.and_then(|table| table.get("interval")).and_then(|value| match value {
        Value::String(text) => size::seconds(text),
        other => other.as_integer(),
    });
    HealthCheck { protocol, port, path, interval: interval.unwrap_or(15).clamp(5, 300) }
}

/// The listener's protocol in ELB's words. A network load balancer ends TLS where it has a
/// certificate for it, or where it is drawn as a proxy; else the targets do.
pub fn listener_protocol(
    facts: &Facts<'_>,
    balancer: &ResolvedResource,
    listener: &Listener,
) -> &'static str {
    let ends = || {
        certificate(balancer, listener).is_some()
            || !super::certificate::shown(facts, balancer, listener).is_empty()
            || balancer.text("mode") != Some("pass-through")
    };
    match (is_pass_through(balancer), listener.protocol.as_str()) {
        (false, "https") => "HTTPS",
        (false, _) => "HTTP",
        (true, "udp") => "UDP",
        (true, "https" | "tls") if ends() => "TLS",
        (true, _) => "TCP",
    }
}

/// What a listener does with a call.
pub enum Action<'g, 'a> {
    /// Sends the client to another port of itself.
    Redirect {
        /// `HTTP` or `HTTPS`.
        protocol: &'static str,
        /// The port.
        port: u16,
    },
    /// Forwards to these.
    Forward(Vec<&'g TargetGroup<'a>>),
    /// Says that there is nothing to forward to.
    Nothing,
}

/// What a listener does; `None` where ELB has nothing of the kind, which `left_out.rs` says.
pub fn action<'g, 'a>(
    facts: &Facts<'_>,
    balancer: &ResolvedResource,
    listener: &Listener,
    groups: &'g [TargetGroup<'a>],
) -> Option<Action<'g, 'a>> {
    let network = is_pass_through(balancer);
    if let Some(port) = listener.redirect {
        let other = balancer.listeners.iter().find(|other| other.ports.low == port);
        let protocol = other.map_or("HTTPS", |other| listener_protocol(facts, balancer, other));
        return (!network).then_some(Action::Redirect { protocol, port });
    }
    let targets: Vec<_> =
        listener.targets.iter().filter_map(|target| group_of(groups, target)).collect();
    match targets.is_empty() {
        true if network => None,
        true => Some(Action::Nothing),
        false => Some(Action::Forward(targets)),
    }
}

/// The protocol a target group speaks to its targets.
pub fn target_protocol(balancer: &ResolvedResource, ports: PortSpec) -> &'static str {
    match (is_pass_through(balancer), ports.protocol) {
        (false, _) => "HTTP",
        (true, gp_model::Protocol::Udp) => "UDP",
        (true, _) => "TCP",
    }
}

/// The certificate's domain that a drawn listener names.
pub fn certificate<'a>(balancer: &'a ResolvedResource, listener: &Listener) -> Option<&'a str> {
    let rows = balancer.value("listeners").and_then(Value::as_list)?;
    rows.iter().filter_map(Value::as_table).find_map(|row| {
        let port = row.get("port").and_then(Value::as_integer)?;
        (port == i64::from(listener.ports.low)).then(|| row.get("certificate")?.as_str())?
    })
}

/// Whether everybody may reach it by the internet.
pub fn is_public(balancer: &ResolvedResource) -> bool {
    balancer.text("scheme").is_some_and(|scheme| scheme == "public")
}

/// The version as written, number or text.
pub fn version(database: &ResolvedResource) -> Option<String> {
    match database.value("version")? {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether the user gives the master password; else RDS makes and keeps it.
pub fn has_own_password(database: &ResolvedResource) -> bool {
    ["password", "password_wo"].iter().any(|name| database.raw.contains_key(*name))
}

/// Read replicas beside a database; RDS makes 15 at most.
pub fn replicas(database: &ResolvedResource) -> i64 {
    database.integer("replicas").unwrap_or(0).clamp(0, 15)
}

/// Days that backups are kept; RDS takes 0 to 35.
pub fn backup_days(database: &ResolvedResource) -> i64 {
    database.text("backup").and_then(size::days).unwrap_or(0).clamp(0, 35)
}

/// Seconds that messages are kept; SQS takes a minute to 14 days.
pub fn retention(queue: &ResolvedResource) -> i64 {
    queue.text("retention").and_then(size::seconds).unwrap_or(345_600).clamp(60, 1_209_600)
}

/// Seconds that a taken message is hidden; SQS takes up to 12 hours.
pub fn visibility(queue: &ResolvedResource) -> Option<i64> {
    queue.text("visibility").and_then(size::seconds).map(|seconds| seconds.clamp(0, 43_200))
}

/// Seconds that a client stays with its target.
pub fn stickiness(balancer: &ResolvedResource) -> Option<i64> {
    balancer.text("stickiness").and_then(size::seconds).filter(|seconds| *seconds > 0)
}

/// The topics that pass messages on to a queue.
pub fn topics_of<'a>(
    facts: &Facts<'a>,
    queue: &'a ResolvedResource,
) -> impl Iterator<Item = &'a ResolvedResource> {
    let triggers = facts.links_to(&queue.id).iter().filter(|link| link.kind == LinkKind::Trigger);
    let topics: Vec<_> = triggers.filter_map(|link| facts.resource(&link.from)).collect();
    topics.into_iter().filter(|from| from.kind == "topic" && super::is_managed(from))
}

/// The fields of a document store's key: which document, and its order among those of one key.
pub fn keys(store: &ResolvedResource) -> (&str, Option<&str>) {
    let text = |name| store.text(name).filter(|text| !text.is_empty());
    let key = text("key").unwrap_or("id");
    (key, text("sort-key").filter(|sort| *sort != key))
}

/// Reads and writes per second of a document store, where they are provisioned.
pub fn capacity(store: &ResolvedResource) -> Option<(i64, i64)> {
    let units = |name| store.integer(name).unwrap_or(5).max(1);
    (store.text("throughput") == Some("provisioned")).then(|| (units("reads"), units("writes")))
}

/// Days in which a deleted secret can be brought back; Secrets Manager takes none, or 7 to 30.
pub fn recovery_days(facts: &Facts<'_>, secret: &ResolvedResource) -> i64 {
    let written = secret.text("recovery").and_then(size::days).map(|days| days.clamp(7, 30));
    written.unwrap_or(if facts.resolved.environment.protect { 30 } else { 0 })
}

/// The link to the function that renews a secret, that function, and after how many days it does.
pub fn renewed_by<'a>(
    facts: &Facts<'a>,
    secret: &'a ResolvedResource,
) -> Option<(&'a ResolvedLink, &'a ResolvedResource, i64)> {
    let days = secret.text("rotation").and_then(size::days)?.clamp(1, 1000);
    let links = facts.links_from(&secret.id).iter().filter(|link| link.kind == LinkKind::Trigger);
    let mut all = links.filter_map(|link| Some((*link, facts.resource(&link.to)?)));
    let (link, function) = all.find(|(_, to)| to.kind == "function" && super::is_managed(to))?;
    Some((link, function, days))
}

/// What a data warehouse writes down of who asks what.
pub const WAREHOUSE_LOGS: [&str; 3] = ["connectionlog", "useractivitylog", "userlog"];

/// The database of a data warehouse: lower-case letters, digits and dashes.
pub fn warehouse_database(warehouse: &ResolvedResource) -> String {
    let name = crate::name::slug(warehouse.text("database").unwrap_or("warehouse"));
    name.replace('-', "_").chars().take(64).collect()
}

/// Units of a data warehouse, in steps of eight.
pub fn warehouse_units(warehouse: &ResolvedResource) -> i64 {
    let wanted = warehouse.integer("capacity").unwrap_or(32).clamp(8, 512);
    (wanted + 7) / 8 * 8
}

/// Units that it may grow to, where that is said: never fewer than it begins with.
pub fn warehouse_most(warehouse: &ResolvedResource) -> Option<i64> {
    let most = warehouse.integer("most")?.clamp(8, 5632);
    Some(((most + 7) / 8 * 8).max(warehouse_units(warehouse)))
}

/// Hours that a stream keeps records; Kinesis takes a day to a year.
pub fn retention_hours(stream: &ResolvedResource) -> i64 {
    let seconds = stream.text("retention").and_then(size::seconds).unwrap_or(86_400);
    ((seconds + 3_599) / 3_600).clamp(24, 8_760)
}

/// Parts of a stream, where somebody says how many.
pub fn shards(stream: &ResolvedResource) -> Option<i64> {
    stream.integer("shards").filter(|shards| *shards > 0)
}

/// Where a function begins to read: in a stream, with what comes from now on.
pub fn starting_position(source: &ResolvedResource) -> Option<&'static str> {
    (source.kind == "stream").then_some("LATEST")
}

/// Messages that a queue hands over at a time.
pub fn batch(link: &ResolvedLink) -> i64 {
    link.attributes.get("batch").and_then(Value::as_integer).unwrap_or(10).clamp(1, 10_000)
}

/// Whether a name zone answers inside networks only.
pub fn is_private_zone(zone: &ResolvedResource) -> bool {
    zone.value("public").and_then(Value::as_bool) == Some(false)
}
