//! Identity that nobody can take.
//!
//! Bad: an identity linked to no server and no function, or one for GitHub that names no repository.
//!
//! Good: a link to what acts with it, or the repository whose workflows log in.
//!
//! Why: what it may do is granted to nobody.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "identity-nobody-takes",
    severity: Severity::Warning,
    source: include_str!("identity_nobody_takes.rs"),
    reads: Reads {
        kinds: &["identity", "pipeline"],
        attributes: &["trusts", "repository"],
        near: &[Near::Links],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt location=frankfurt
  identity worker
",
            r"
region frankfurt location=frankfurt
  identity deployer trusts=github
",
            r"
region frankfurt location=frankfurt
  identity deployer trusts=github repository=shop
",
        ],
        silent: &[
            r"
region frankfurt location=frankfurt
  identity worker
  function work
  identity deployer trusts=github repository=example/shop branch=main
worker -> work
",
            r"
region frankfurt location=frankfurt
  identity deployer trusts=github
  pipeline deploy repository=example/shop
deploy -> deployer
",
        ],
    },
};

fn check(facts: &Facts<'_>, own: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    if own.kind != "identity" {
        return;
    }
    let name = called(own);
    if own.text("trusts") != Some("github") {
        let taken = facts.links_from(&own.id, LinkKind::Attachment).next().is_some();
        if !taken {
            let text = format!(
                "nothing acts as “{name}”: link it to a server or a function, or let a workflow on GitHub take it"
            );
            found.push(RULE.at(Place::resource(&own.id), text));
        }
        return;
    }
    let of_pipeline = |link: &&ResolvedLink| {
        link.to == own.id && facts.resource(&link.from).is_some_and(|from| from.kind == "pipeline")
    };
    if facts.links(&own.id).iter().any(of_pipeline) {
        return;
    }
    let repository = own.text("repository").unwrap_or_default();
    let parts: Vec<&str> = repository.split('/').collect();
    if !matches!(parts[..], [owner, name] if !owner.is_empty() && !name.is_empty()) {
        let text = format!("“{name}” says no repository that takes it: write it as owner/name");
        found.push(RULE.at(Place::attribute(&own.id, "repository"), text));
    }
}
