//! What a drawing says of keys, secrets, certificates and their like, and AWS or we do not make of it.

use super::{Facts, certificate, is_managed, unsupported};
use gp_catalog::resolved::ResolvedResource;
use gp_model::{Diagnostic, LinkKind, Place, Severity};

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
        "alert" => super::alert::not_told(facts, resource, format),
        "backup-vault" => super::backup::not_kept(facts, resource, format),
        "threat-detector" => super::threat::not_detected(facts, resource, format),
        "pipeline" => vec![workflow(resource, format)],
        "bastion" => super::bastion::not_through(facts, resource),
        "web-firewall" => super::web_firewall::not_before(facts, resource),
        "dns-resolver" => super::resolver::not_asked(facts, resource, format),
        "server" => {
            let role = foreign_role(facts, resource, format);
            role.into_iter().chain(super::resolver::not_asked(facts, resource, format)).collect()
        }
        "function" => foreign_role(facts, resource, format).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// A workflow is kept in its repository: what a pipeline says beyond the role that it takes has no
/// counterpart in an export for the cloud.
fn workflow(pipeline: &ResolvedResource, format: &str) -> Diagnostic {
    let approvals = match pipeline.integer("approvals") {
        Some(1) => "1 approval".to_owned(),
        number => format!("{} approvals", number.unwrap_or(0)),
    };
    let text = format!(
        "{format} makes the role that “{}” takes and nothing else of it: the workflow stands in its repository, and {approvals} are asked for on GitHub",
        pipeline.title
    );
    let place = Place::resource(&pipeline.id);
    Diagnostic::new("not-expressible-in-export", Severity::Advice, place, text)
}

/// A role that exists already: what its holder needs is not put into it.
fn foreign_role<'a>(
    facts: &Facts<'a>,
    taker: &'a ResolvedResource,
    format: &str,
) -> Option<Diagnostic> {
    let role = super::identity::of(facts, taker).filter(|role| !is_managed(role))?;
    let needs = taker.kind == "function" || facts.grants(&taker.id).next().is_some();
    let text = format!(
        "{format} leaves out what “{}” needs to be allowed, for “{}” exists already: put it in where that is managed",
        taker.title, role.title
    );
    needs.then(|| unsupported(&taker.id, None, text))
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
