//! What a drawing says of keys, secrets, certificates and their like, and AWS or we do not make of it.

use super::{Facts, certificate, is_managed, unsupported};
use gp_catalog::resolved::ResolvedResource;
use gp_model::{Diagnostic, LinkKind, Place};

/// What is to be said of one resource.
pub fn left_out<'a>(
    facts: &Facts<'a>,
    resource: &'a ResolvedResource,
    format: &str,
) -> Vec<Diagnostic> {
    match resource.kind.as_str() {
        "secret" => secret(facts, resource, format).into_iter().collect(),
        "certificate" => {
            proof(facts, resource, format).into_iter().chain(names(resource)).collect()
        }
        _ => Vec::new(),
    }
}

/// A secret that is to be renewed, and nobody does; or that somebody renews, and nobody says when.
fn secret<'a>(facts: &Facts<'a>, secret: &'a ResolvedResource, format: &str) -> Option<Diagnostic> {
    let title = &secret.title;
    let renewed = super::server::renewed_by(facts, secret).is_some();
    let linked = facts.links_from(&secret.id).iter().any(|link| link.kind == LinkKind::Trigger);
    let (attribute, text) = match (secret.value("rotation").is_some(), linked, renewed) {
        (true, false, _) => (
            Some("rotation"),
            format!(
                "{format} leaves out that “{title}” is renewed: link it to the function that does"
            ),
        ),
        (true, true, false) => (
            Some("rotation"),
            format!(
                "{format} leaves out that “{title}” is renewed by a function that exists already: set it up where that is managed"
            ),
        ),
        (false, true, _) => (
            None,
            format!(
                "“{title}” is linked to a function that renews it, and does not say how often: set rotation"
            ),
        ),
        _ => return None,
    };
    Some(unsupported(&secret.id, attribute, text))
}

/// Names that no drawn zone proves.
fn proof(facts: &Facts<'_>, own: &ResolvedResource, format: &str) -> Option<Diagnostic> {
    let open = certificate::proof(facts, own).open;
    let text = || {
        format!(
            "{format} cannot prove {} of “{}”, for no public DNS zone that is drawn holds it: draw the zone, or make the record by hand that AWS asks for",
            open.iter().map(|name| crate::name::one_line(name)).collect::<Vec<_>>().join(", "),
            own.title
        )
    };
    (!open.is_empty()).then(|| unsupported(&own.id, Some("domain"), text()))
}

/// Names that are none.
fn names(own: &ResolvedResource) -> Option<Diagnostic> {
    let label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let is_name = |name: &String| {
        let plain = name.strip_prefix("*.").unwrap_or(name);
        plain.contains('.') && plain.split('.').all(label)
    };
    let wrong = super::texts(own, "names").into_iter().find(|name| !is_name(name))?;
    let text = format!(
        "“{}” is no name that a certificate can be for: write it as www.example.com or *.example.com",
        crate::name::one_line(&wrong)
    );
    let place = Place::attribute(&own.id, "names");
    is_managed(own).then(|| Diagnostic::error("refused-by-provider", place, text))
}
