//! Image without a host that the registry beside it does not keep.
//!
//! Bad: a container service with the image `ordres:1.4`, linked to a registry with a repository `orders`.
//!
//! Good: a repository of that name in the registry, or the image with its host: `docker.io/library/nginx:1.27`.
//!
//! Why: an image without a host that no registry beside it keeps is looked for in the public one, where it is not, or is somebody else's.

use super::prelude::*;
use gp_catalog::image;

pub(crate) static RULE: Rule = Rule {
    id: "image-not-in-registry",
    severity: Severity::Warning,
    source: include_str!("image_not_in_registry.rs"),
    reads: Reads {
        kinds: &["container-service", "registry", "workload"],
        attributes: &["image", "repositories"],
        near: &[Near::Links, Near::Containers],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r#"
region frankfurt zones a,b location=frankfurt
  registry images repositories=["orders"]
  network shop 10.20.0.0/16
    subnet apps private
      private-endpoint door target=images
      container-service api image="ordres:1.4"
api -> images read
"#,
            r#"
region frankfurt zones a,b location=frankfurt
  registry images
  network shop 10.20.0.0/16
    subnet apps private
      private-endpoint door target=images
      kubernetes-cluster shelves
        workload api image="shop/orders:1.4"
shelves -> images read
"#,
        ],
        silent: &[
            r#"
region frankfurt zones a,b location=frankfurt
  registry images repositories=["orders","shop/web"]
  network shop 10.20.0.0/16
    subnet apps private
      private-endpoint door target=images
      container-service api image="orders@sha256:00ff"
      container-service proxy image="docker.io/library/nginx:1.27"
      kubernetes-cluster shelves
        workload web image="shop/web:1.4"
api -> images read
proxy -> images read
shelves -> images read
"#,
            r#"
region frankfurt zones a,b location=frankfurt
  registry images
  network shop 10.20.0.0/16
    subnet apps private
      private-endpoint door target=images
      container-service api image="images:1.4"
      container-service proxy image="nginx:1.27"
api -> images read
"#,
        ],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for kind in ["container-service", "workload"] {
        for runs in facts.of_kind(kind) {
            found.extend(one(facts, runs));
        }
    }
}

fn one(facts: &Facts<'_>, runs: &ResolvedResource) -> Option<Diagnostic> {
    let written = runs.text("image").filter(|text| image::host(text).is_none())?;
    let (name, _) = image::split(written);
    // Nodes fetch what runs on them.
    let cluster = runs.parent.iter().filter(|_| runs.kind == "workload");
    let from = std::iter::once(&runs.id).chain(cluster);
    let links = from.flat_map(|id| facts.links_from(id, LinkKind::Flow));
    let registries: Vec<_> = links
        .filter_map(|link| facts.resource(&link.to))
        .filter(|to| to.kind == "registry")
        .collect();
    let first = registries.first()?;
    if name.is_empty() || registries.iter().any(|own| image::repositories(own).contains(&name)) {
        return None;
    }
    let text = format!(
        "“{}” runs {name}, of which “{}” has no repository, and names no host: it would come from the public registry; add the repository, or write the image with its host",
        called(runs),
        called(first)
    );
    let mut all: Vec<Value> =
        image::repositories(first).into_iter().map(|own| Value::String(own.to_owned())).collect();
    all.push(Value::String(name.to_owned()));
    let place = Place::attribute(&runs.id, "image");
    let said = RULE.at(place, text).and_at(Place::attribute(&first.id, "repositories"));
    let title = format!("Keep {name} in “{}”", called(first));
    Some(said.fixed_by(title, set(&first.id, "repositories", Value::List(all))))
}
