//! Pipeline that takes no identity it could log in with.
//!
//! Bad: a pipeline without a link, or one linked to an identity that GitHub cannot take.
//!
//! Good: a link to an identity whose “taken by” is a workflow on GitHub.
//!
//! Why: the pipeline runs, and may change nothing in the cloud.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "pipeline-without-identity",
    severity: Severity::Warning,
    source: include_str!("pipeline_without_identity.rs"),
    reads: Reads {
        kinds: &["pipeline", "identity"],
        attributes: &["trusts", "credentials"],
        near: &[Near::Links],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt location=frankfurt
  pipeline deploy repository=example/shop
",
            r"
region frankfurt location=frankfurt
  identity worker
  function work
  pipeline deploy repository=example/shop
worker -> work
deploy -> worker
",
        ],
        silent: &[r"
region frankfurt location=frankfurt
  identity deployer trusts=github
  pipeline deploy repository=example/shop
deploy -> deployer
"],
    },
};

fn check(facts: &Facts<'_>, pipeline: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    if pipeline.kind != "pipeline" || pipeline.text("credentials") == Some("key") {
        return;
    }
    let taken: Vec<&ResolvedResource> = facts
        .links(&pipeline.id)
        .iter()
        .filter(|link| link.kind == LinkKind::Attachment && link.from == pipeline.id)
        .filter_map(|link| facts.resource(&link.to))
        .collect();
    let name = called(pipeline);
    if taken.is_empty() {
        let text =
            format!("“{name}” takes no identity: link it to the one that may change the cloud");
        found.push(RULE.at(Place::resource(&pipeline.id), text));
    }
    for identity in taken.into_iter().filter(|own| own.text("trusts") != Some("github")) {
        let text = format!(
            "“{}” lets no workflow on GitHub in, so that “{name}” cannot take it",
            called(identity)
        );
        let said = RULE.at(Place::attribute(&identity.id, "trusts"), text);
        let fix = set(&identity.id, "trusts", "github".into());
        found.push(said.fixed_by("Let workflows on GitHub take it", fix));
    }
}
