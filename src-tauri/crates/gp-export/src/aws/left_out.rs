//! What a drawing says and a format does not write: one warning at each resource, so that nothing
//! goes missing in silence. Says nothing of kinds without a counterpart; the mappings do.

use super::{Facts, is_managed, server, unsupported};
use gp_catalog::resolved::{Listener, ResolvedLink, ResolvedResource};
use gp_model::{Diagnostic, Id, LinkKind, Place, Severity};

/// What neither format writes yet.
pub fn by_both(facts: &Facts<'_>, format: &str) -> Vec<Diagnostic> {
    let managed = facts.resolved.resources.values().filter(|resource| is_managed(resource));
    let found = managed.flat_map(|resource| of_one(facts, resource, format));
    let found = found.chain(super::account::across(facts, format));
    found.chain(super::secret::misplaced(facts, format)).collect()
}

fn of_one<'a>(facts: &Facts<'a>, resource: &'a ResolvedResource, format: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let title = &resource.title;
    let snapshots = resource.kind == "volume" && resource.value("snapshots").is_some();
    if snapshots && !super::backup::has_vault(facts, resource) {
        let text =
            format!("{format} leaves the snapshots of “{title}” out; link it to a backup vault");
        found.push(unsupported(&resource.id, Some("snapshots"), text));
    }
    found.extend(super::six::notes(facts, resource));
    found.extend(type_not_there(facts, resource));
    found.extend(refused(facts, resource));
    found.extend(listeners(facts, resource, format));
    if resource.kind == "bucket" {
        found.extend(triggers(facts, resource, format));
    }
    if resource.kind == "topic" {
        found.extend(deliveries(facts, resource, format));
    }
    found.extend(super::guarded::left_out(facts, resource, format));
    found.extend(foreign_topics(facts, resource, format));
    if resource.kind == "cdn" {
        found.extend(super::cdn::notes(facts, resource, format));
    }
    if resource.kind == "load-balancer" {
        found.extend(super::access_log::not_written(facts, resource, format));
    }
    if resource.kind == "database" {
        found.extend(super::replica::not_copied(facts, resource, format));
    }
    if resource.kind == "api-gateway" {
        found.extend(super::gateway::notes(facts, resource, format));
    }
    if resource.kind == "kubernetes-cluster" {
        let text = format!(
            "EKS gives the nodes of “{title}” a security group of its own besides the drawn one, which lets everything out and the nodes reach each other: what workloads may reach is held by their own groups"
        );
        found.push(unsupported(&resource.id, None, text));
    }
    if resource.kind == super::workspace::KIND {
        found.extend(super::workspace::notes(facts, resource));
    }
    for target in resource.listeners.iter().flat_map(|listener| &listener.targets) {
        let other = facts.resource(&target.resource);
        if let Some(other) = other.filter(|other| server::target_type(&other.kind).is_none()) {
            let text = format!(
                "{format} cannot make the {} “{}” a target of “{title}”; only what stands in a subnet and listens can be",
                other.kind, other.title
            );
            found.push(unsupported(&resource.id, Some("listeners"), text));
        }
        let foreign =
            |other: &&ResolvedResource| other.kind == "container-service" && !is_managed(other);
        if let Some(other) = other.filter(foreign) {
            let text = format!(
                "{format} does not put “{}”, which exists already, behind “{title}”: name its target group where it is managed",
                other.title
            );
            found.push(unsupported(&other.id, None, text));
        }
    }
    found
}

/// Listeners that a network load balancer cannot have.
fn listeners<'a>(
    facts: &Facts<'a>,
    balancer: &'a ResolvedResource,
    format: &str,
) -> Vec<Diagnostic> {
    let groups = server::target_groups(facts, balancer);
    let absent =
        |listener: &&Listener| server::action(facts, balancer, listener, &groups).is_none();
    let text = |listener: &Listener| {
        let (port, title) = (listener.ports.low, &balancer.title);
        let why = if listener.redirect.is_some() {
            "on AWS only a proxy for http and https redirects"
        } else {
            "it has nothing to forward to"
        };
        format!("{format} leaves port {port} of “{title}” out: {why}")
    };
    let absent = balancer.listeners.iter().filter(absent);
    absent.map(|own| unsupported(&balancer.id, Some("listeners"), text(own))).collect()
}

/// What is written and AWS will not make.
fn refused(facts: &Facts<'_>, resource: &ResolvedResource) -> Option<Diagnostic> {
    let title = &resource.title;
    let small = server::disk(resource, "size").unwrap_or(20) < COLD;
    let (attribute, text) = match resource.kind.as_str() {
        "volume" if server::volume_type(resource.text("class")) == "st1" && small => {
            let text = format!(
                "AWS has no cold volume below {COLD} GiB: make “{title}” larger, or of another class"
            );
            ("size", text)
        }
        "load-balancer" if sticks_to_tls(facts, resource) => {
            let text = format!(
                "AWS keeps no client at its target where a network load balancer ends TLS: take stickiness out of “{title}”, or its certificate"
            );
            ("stickiness", text)
        }
        _ => return None,
    };
    Some(Diagnostic::error("refused-by-provider", Place::attribute(&resource.id, attribute), text))
}

fn sticks_to_tls(facts: &Facts<'_>, balancer: &ResolvedResource) -> bool {
    let tls = |listener: &Listener| server::listener_protocol(facts, balancer, listener) == "TLS";
    server::stickiness(balancer).is_some() && balancer.listeners.iter().any(tls)
}

/// GiB that the smallest volume on magnetic disks has (EBS: st1 and sc1).
const COLD: i64 = 125;

/// A server's type that the region it stands in does not have.
fn type_not_there<'a>(facts: &Facts<'a>, own: &'a ResolvedResource) -> Option<Diagnostic> {
    let sold = matches!(own.kind.as_str(), "server" | "server-group" | "kubernetes-cluster");
    let type_ = server::instance_type(own).filter(|_| sold)?;
    let region = &facts.resolved.scopes.get(facts.region_of(own)?)?.region;
    let text = format!(
        "AWS has no {type_} in {region}, where “{}” stands: write another type as instance_type under on.aws",
        own.title
    );
    let absent = gp_catalog::sizes::is_absent(gp_model::Provider::Aws, type_, region);
    absent.then(|| unsupported(&own.id, Some("memory"), text))
}

fn triggers(facts: &Facts<'_>, bucket: &ResolvedResource, format: &str) -> Vec<Diagnostic> {
    let links = facts.links_from(&bucket.id).iter().filter(|link| link.kind == LinkKind::Trigger);
    let text = |to: &Id| {
        format!(
            "{format} leaves out that “{}” triggers {to}; let the application send to a queue",
            bucket.title
        )
    };
    links.map(|link| unsupported(&bucket.id, None, text(&link.to))).collect()
}

/// What a topic passes on to, and AWS or we do not.
fn deliveries<'a>(facts: &Facts<'a>, topic: &'a ResolvedResource, format: &str) -> Vec<Diagnostic> {
    let links = facts.links_from(&topic.id).iter().filter(|link| link.kind == LinkKind::Trigger);
    let one = |link: &&ResolvedLink| {
        let to = facts.resource(&link.to)?;
        let (from, title) = (&topic.title, &to.title);
        let why = match to.kind.as_str() {
            "function" if topic.flag("fifo") => format!(
                "AWS passes messages in order on to queues only: put a queue between “{from}” and “{title}”"
            ),
            "queue" if to.flag("fifo") && !topic.flag("fifo") => format!(
                "AWS passes messages on to “{title}”, a queue in order, from a topic in order only: set fifo at “{from}”, or take it out there"
            ),
            _ if !is_managed(to) => {
                let text = format!(
                    "{format} leaves out that “{from}” passes messages on to “{title}”, which exists already: subscribe it where it is managed"
                );
                return Some(unsupported(&to.id, None, text));
            }
            _ => return None,
        };
        Some(Diagnostic::error("refused-by-provider", Place::link(&link.id), why))
    };
    links.filter_map(one).collect()
}

/// Topics that exist already and pass messages on to what we make.
fn foreign_topics(facts: &Facts<'_>, to: &ResolvedResource, format: &str) -> Vec<Diagnostic> {
    let links = facts.links_to(&to.id).iter().filter(|link| link.kind == LinkKind::Trigger);
    let topics = links.filter_map(|link| facts.resource(&link.from));
    let foreign = topics.filter(|from| from.kind == "topic" && !is_managed(from));
    let text = |from: &ResolvedResource| {
        format!(
            "{format} leaves out that “{}”, which exists already, passes messages on to “{}”: subscribe it where that is managed",
            from.title, to.title
        )
    };
    foreign.map(|from| unsupported(&to.id, None, text(from))).collect()
}

/// What CloudFormation alone cannot hold.
pub fn by_cloudformation(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let managed = facts.resolved.resources.values().filter(|resource| is_managed(resource));
    for resource in managed {
        for type_ in resource.raw_secondary.keys() {
            let text = format!(
                "CloudFormation leaves out what “{}” says under on.aws.{type_}; it holds in Terraform only",
                resource.title
            );
            found.push(unsupported(&resource.id, Some(&format!("on.aws.{type_}")), text));
        }
    }
    found.extend(foreign_groups(facts));
    found.extend(unpushed(facts));
    found.extend(bound_names(facts));
    found
}

/// Names of the world that belong to the stack of one region among several: whoever wants to lead them away from
/// it while it is lost has to ask it.
fn bound_names(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let mut scopes = facts.resolved.scopes.values();
    let first = scopes.next();
    if scopes.all(|scope| first.is_some_and(|first| scope.region == first.region)) {
        return Vec::new();
    }
    let zones = facts.resolved.resources.values().map(|resource| &**resource);
    let zones = zones.filter(|zone| {
        zone.kind == "dns-zone" && is_managed(zone) && !server::is_private_zone(zone)
    });
    let one = |zone: &ResolvedResource| {
        let home = facts.home(facts.resource(&zone.id)?);
        let text = format!(
            "“{}” belongs to the stack in {}: while that region is lost, CloudFormation changes no name of it; change it in Route 53 by hand on that day, or export as Terraform",
            zone.title, home.region
        );
        let place = Place::resource(&zone.id);
        Some(Diagnostic::new("cloudformation-names-in-one-region", Severity::Advice, place, text))
    };
    zones.filter_map(one).collect()
}

/// Services whose image cannot be there when the stack is made.
fn unpushed(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let services = facts.resolved.resources.values().map(|resource| &**resource);
    let services = services.filter(|it| it.kind == "container-service" && is_managed(it));
    let one = |service: &ResolvedResource| {
        let image = super::registry::image(facts, facts.resource(&service.id)?)?;
        let text = format!(
            "CloudFormation waits until “{}” runs, and its image can be pushed only once the stack has made “{}”: push it meanwhile, or the stack is undone",
            service.title, image.registry.title
        );
        is_managed(image.registry).then(|| unsupported(&service.id, Some("image"), text))
    };
    services.filter_map(one).collect()
}

/// Server groups that exist already: CloudFormation changes nothing about them.
fn foreign_groups(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let groups = facts.resolved.resources.values().map(|resource| &**resource);
    let foreign = groups.filter(|group| group.kind == "server-group" && !is_managed(group));
    let one = |group: &ResolvedResource| {
        let (balancer, _) = server::groups_before(facts, facts.resource(&group.id)?).pop()?;
        let text = format!(
            "CloudFormation does not put “{}”, which exists already, behind “{}”: attach it there yourself, or export it as Terraform",
            group.title, balancer.title
        );
        Some(unsupported(&group.id, None, text))
    };
    foreign.filter_map(one).collect()
}
