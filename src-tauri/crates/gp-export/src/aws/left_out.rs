//! What a drawing says and a format does not write: one warning at each resource, so that nothing
//! goes missing in silence. Says nothing of kinds without a counterpart; the mappings do.

use super::{Facts, is_managed, unsupported};
use gp_catalog::resolved::ResolvedResource;
use gp_model::{Diagnostic, Id, LinkKind};

/// What neither format writes yet.
pub fn by_both(facts: &Facts<'_>, format: &str) -> Vec<Diagnostic> {
    let managed = facts.resolved.resources.values().filter(|resource| is_managed(resource));
    managed.flat_map(|resource| of_one(facts, resource, format)).collect()
}

fn of_one<'a>(facts: &Facts<'a>, resource: &'a ResolvedResource, format: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let title = &resource.title;
    if resource.kind == "volume" && resource.value("snapshots").is_some() {
        let text = format!(
            "{format} leaves the snapshots of “{title}” out; set up a backup plan for it in AWS"
        );
        found.push(unsupported(&resource.id, Some("snapshots"), text));
    }
    found.extend(type_not_there(facts, resource));
    if resource.kind == "bucket" {
        found.extend(triggers(facts, resource, format));
    }
    for target in resource.listeners.iter().flat_map(|listener| &listener.targets) {
        let other = facts.resource(&target.resource);
        if let Some(other) = other.filter(|other| other.kind != "server") {
            let text = format!(
                "{format} cannot make the {} “{}” a target of “{title}”; only servers can be",
                other.kind, other.title
            );
            found.push(unsupported(&resource.id, Some("listeners"), text));
        }
    }
    found
}

/// A server's type that the region it stands in does not have.
fn type_not_there<'a>(facts: &Facts<'a>, server: &'a ResolvedResource) -> Option<Diagnostic> {
    let type_ = super::server::instance_type(server).filter(|_| server.kind == "server")?;
    let region = &facts.resolved.scopes.get(facts.region_of(server)?)?.region;
    let text = format!(
        "AWS has no {type_} in {region}, where “{}” stands: write another type as instance_type under on.aws",
        server.title
    );
    let absent = gp_catalog::sizes::is_absent(gp_model::Provider::Aws, type_, region);
    absent.then(|| unsupported(&server.id, Some("memory"), text))
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

/// What CloudFormation alone cannot hold.
pub fn by_cloudformation(facts: &Facts<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let managed = facts.resolved.resources.values().filter(|resource| is_managed(resource));
    for resource in managed {
        if resource.kind == "network" && resource.flag("ipv6") {
            let text = format!(
                "CloudFormation leaves the IPv6 range of “{}” out; export it as Terraform",
                resource.title
            );
            found.push(unsupported(&resource.id, Some("ipv6"), text));
        }
        for type_ in resource.raw_secondary.keys() {
            let text = format!(
                "CloudFormation leaves out what “{}” says under on.aws.{type_}; it holds in Terraform only",
                resource.title
            );
            found.push(unsupported(&resource.id, Some(&format!("on.aws.{type_}")), text));
        }
    }
    for region in facts.resolved.scopes.keys().skip(1) {
        let text = format!(
            "one CloudFormation stack holds one region, and “{region}” is another; export it as Terraform, or draw it in a design of its own"
        );
        found.push(unsupported(region, None, text));
    }
    found
}
