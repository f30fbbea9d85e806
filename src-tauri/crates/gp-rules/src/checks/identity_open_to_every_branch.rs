//! Identity that every branch of a repository may take.
//!
//! Bad: an identity for GitHub that names a repository and nothing else.
//!
//! Good: the branch whose workflows deploy, or a deployment environment with approvals.
//!
//! Why: whoever can push any branch, or open a pull request, acts with what it may do.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "identity-open-to-every-branch",
    severity: Severity::Warning,
    source: include_str!("identity_open_to_every_branch.rs"),
    reads: Reads {
        kinds: &["identity"],
        attributes: &["trusts", "repository", "branch", "deployment"],
        near: &[],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r"
region frankfurt location=frankfurt
  identity deployer trusts=github repository=example/shop
"],
        silent: &[r"
region frankfurt location=frankfurt
  identity deployer trusts=github repository=example/shop branch=main
  identity releaser trusts=github repository=example/shop deployment=production
  identity worker
  function work
worker -> work
"],
    },
};

fn check(_: &Facts<'_>, own: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let named = ["branch", "deployment"]
        .iter()
        .any(|name| own.text(name).is_some_and(|text| !text.is_empty()));
    let asked = own.text("repository").is_some_and(|text| !text.is_empty());
    if own.text("trusts") != Some("github") || named || !asked {
        return;
    }
    let text = format!(
        "every branch of its repository may act as “{}”: name the branch or the deployment environment",
        called(own)
    );
    let said = RULE.at(Place::attribute(&own.id, "branch"), text);
    found.push(said.fixed_by("Only the branch main", set(&own.id, "branch", "main".into())));
}
