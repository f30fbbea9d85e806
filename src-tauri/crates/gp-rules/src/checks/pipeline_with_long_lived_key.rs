//! Pipeline that logs in by a key that never ends.
//!
//! Bad: a pipeline that keeps an access key among its secrets.
//!
//! Good: GitHub's own login, and an identity that trusts it.
//!
//! Why: whoever reads the key once acts with it until somebody notices and takes it away.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "pipeline-with-long-lived-key",
    severity: Severity::Error,
    source: include_str!("pipeline_with_long_lived_key.rs"),
    reads: Reads { kinds: &["pipeline"], attributes: &["credentials"], near: &[] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r"
region frankfurt location=frankfurt
  identity deployer trusts=github repository=example/shop branch=main
  pipeline deploy repository=example/shop credentials=key
deploy -> deployer
"],
        silent: &[r"
region frankfurt location=frankfurt
  identity deployer trusts=github
  pipeline deploy repository=example/shop
deploy -> deployer
"],
    },
};

fn check(_: &Facts<'_>, pipeline: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    if pipeline.text("credentials") != Some("key") {
        return;
    }
    let text = format!(
        "“{}” logs in by a key that never ends: let it take an identity by GitHub's login",
        called(pipeline)
    );
    let said = RULE.at(Place::attribute(&pipeline.id, "credentials"), text);
    let login = set(&pipeline.id, "credentials", "login".into());
    found.push(said.fixed_by("Use GitHub's login", login));
}
