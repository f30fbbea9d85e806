//! Container registries on AWS: their repositories, whose image comes from one, which of AWS's own end
//! points a private end point to one stands for, and by which door its layers come.

use super::{Facts, grant, is_managed, rule, size};
use gp_catalog::resolved::{Grant, ResolvedResource, RouteTable, Via};
use gp_model::{Access, Id, Lifecycle, LinkKind};
use std::collections::BTreeSet;

/// The kind.
pub const KIND: &str = "registry";

/// What a private end point to a registry is besides the main one: docker asks one for images, and
/// whoever logs in the other. Layers come from a bucket of AWS's.
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html>
pub const LOGIN_SERVICE: &str = "ecr.api";

/// The repositories of a registry, once each.
pub fn repositories(registry: &ResolvedResource) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in gp_catalog::image::repositories(registry).into_iter().map(repository) {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// A repository's name as ECR takes it: words of lower-case letters and digits, joined by one dot, dash or
/// underline, in folders.
fn repository(text: &str) -> String {
    let is_word = |word: &str| {
        let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        !word.is_empty()
            && word.split(['.', '-', '_']).all(|part| !part.is_empty() && part.chars().all(known))
    };
    let words = text.split('/').filter(|word| !word.trim().is_empty());
    let words: Vec<String> = words
        .map(|word| if is_word(word) { word.to_owned() } else { crate::name::slug(word) })
        .collect();
    if words.is_empty() { crate::name::slug(text) } else { words.join("/") }
}

/// The name of a repository in AWS, which is one of all in the account and region.
pub fn name(facts: &Facts<'_>, registry: &ResolvedResource, repository: &str) -> String {
    let place = facts.name(&registry.id, 128);
    let room = 255 - place.len();
    format!(
        "{place}/{}",
        repository.chars().take(room).collect::<String>().trim_end_matches(['.', '-', '_', '/'])
    )
}

/// An image that comes from a drawn registry.
#[derive(Clone, Debug)]
pub struct Image<'a> {
    /// Where it is kept.
    pub registry: &'a ResolvedResource,
    /// In which repository.
    pub repository: String,
    /// `:1.4`, `@sha256:…`; empty where it says none.
    pub version: &'a str,
}

/// The image of a container service or a workload, where it names a repository of a registry that it is
/// linked to. A workload's image is fetched by the nodes of its cluster.
pub fn image<'a>(facts: &Facts<'a>, runs: &'a ResolvedResource) -> Option<Image<'a>> {
    let (wanted, version) = gp_catalog::image::split(runs.text("image")?);
    let cluster = runs.parent.iter().filter(|_| runs.kind == "workload");
    let from = std::iter::once(&runs.id).chain(cluster);
    let links = from.flat_map(|id| facts.links_from(id)).filter(|link| link.kind == LinkKind::Flow);
    let mut registries = links
        .filter_map(|link| facts.resource(&link.to))
        .filter(|to| to.kind == KIND && to.lifecycle != Lifecycle::External);
    registries.find_map(|registry| {
        let repository = repository(wanted);
        repositories(registry).contains(&repository).then_some(Image {
            registry,
            repository,
            version,
        })
    })
}

/// What fetching images asks for, on whatever there is and on a repository.
pub fn fetches() -> Vec<grant::Statement> {
    grant::statements(KIND, &[Access::Read])
}

/// Whether a grant only fetches what somebody else fetches for its holder: a service's image is fetched before
/// it runs, with the role that starts it, a workload's by the nodes, which may fetch everything of the account.
pub fn fetched_for_it<'a>(facts: &Facts<'a>, holder: &'a ResolvedResource, given: &Grant) -> bool {
    let reads = given.access.iter().all(|access| *access == Access::Read);
    let its_image = || image(facts, holder).is_some_and(|image| image.registry.id == given.target);
    let of_registry = || facts.resource(&given.target).is_some_and(|target| target.kind == KIND);
    reads && of_registry() && (holder.kind == "kubernetes-cluster" || its_image())
}

/// Rules of what a registry throws away, in ECR's words: priority, what it says of itself, which images, how
/// they are counted, how many.
pub struct Rule {
    /// For people.
    pub about: String,
    /// `untagged`, `any`.
    pub status: &'static str,
    /// `sinceImagePushed`, `imageCountMoreThan`.
    pub counted: &'static str,
    /// Days, where it is counted in them.
    pub unit: Option<&'static str>,
    /// Of these.
    pub number: i64,
}

/// In the order in which they count: that for any image must come last.
pub fn rules(registry: &ResolvedResource) -> Vec<Rule> {
    let days = registry.text("keep-untagged").and_then(size::days).map(|days| days.max(1));
    let untagged = days.map(|days| Rule {
        about: format!("untagged for {days} days"),
        status: "untagged",
        counted: "sinceImagePushed",
        unit: Some("days"),
        number: days,
    });
    let newest = registry.integer("keep-images").filter(|number| *number > 0).map(|number| Rule {
        about: format!("all but the newest {number}"),
        status: "any",
        counted: "imageCountMoreThan",
        unit: None,
        number,
    });
    untagged.into_iter().chain(newest).collect()
}

/// The door by which layers come into a network that has a private end point to a registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layers<'a> {
    /// One that is made along with this end point.
    Own(&'a Id),
    /// A drawn one to a bucket: a table has one to S3.
    Drawn(&'a Id),
}

/// By which door the layers come behind a private end point; nothing where it leads to no registry, or nobody in its
/// network fetches anything.
pub fn layers<'a>(facts: &Facts<'a>, endpoint: &'a ResolvedResource) -> Option<Layers<'a>> {
    let tables = fetching_tables(facts, endpoint);
    if tables.iter().any(|table| to_s3(facts, table).is_none()) {
        return Some(Layers::Own(&endpoint.id));
    }
    tables.iter().find_map(|table| to_s3(facts, table)).map(Layers::Drawn)
}

/// Whether a table gets a way to the layers along with a private end point to a registry.
pub fn gets_layers<'a>(
    facts: &Facts<'a>,
    endpoint: &'a ResolvedResource,
    table: &'a RouteTable,
) -> bool {
    to_s3(facts, table).is_none()
        && fetching_tables(facts, endpoint).iter().any(|own| own.id == table.id)
}

/// The tables of those in the network of an end point that fetch from the registry behind it.
fn fetching_tables<'a>(facts: &Facts<'a>, endpoint: &'a ResolvedResource) -> Vec<&'a RouteTable> {
    let registry = endpoint.text("target").and_then(|id| facts.resource(id));
    let Some(registry) =
        registry.filter(|it| it.kind == KIND && !rule::is_gateway(facts, endpoint))
    else {
        return Vec::new();
    };
    let Some(network) = facts.network_of(endpoint) else { return Vec::new() };
    let links = facts.links_to(&registry.id).iter().filter(|link| link.kind == LinkKind::Flow);
    let segments = links
        .filter_map(|link| facts.resource(&link.from))
        .flat_map(|from| facts.segments_under(from));
    let names: BTreeSet<&String> = segments
        .filter(|segment| segment.network == network.id)
        .map(|segment| &segment.route_table)
        .collect();
    names
        .into_iter()
        .filter_map(|name| facts.resolved.route_tables.get(name))
        .map(|table| &**table)
        .collect()
}

/// The drawn door of a table to S3.
fn to_s3<'a>(facts: &Facts<'a>, table: &'a RouteTable) -> Option<&'a Id> {
    table.routes.iter().find_map(|route| {
        let Via::Endpoint { resource } = &route.via else { return None };
        let door = facts
            .resource(resource)
            .filter(|door| is_managed(door) && rule::is_gateway(facts, door))?;
        let target = facts.resource(door.text("target")?)?;
        (target.kind == "bucket").then_some(resource)
    })
}

#[cfg(test)]
mod tests {
    use super::repository;

    #[test]
    fn repositories_are_called_as_they_are_written_where_ecr_can() {
        for (written, taken) in [
            ("orders", "orders"),
            ("shop/web.v2_x", "shop/web.v2_x"),
            ("Shop Web/-x-", "shop-web/x"),
            ("/orders//api/", "orders/api"),
            ("a..b", "a-b"),
            ("\"} ${x}", "x"),
        ] {
            assert_eq!(repository(written), taken, "{written}");
        }
    }
}
