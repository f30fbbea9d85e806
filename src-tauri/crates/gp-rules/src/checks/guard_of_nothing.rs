//! Key, certificate, web firewall, backup vault or alert that is linked to nothing.
//!
//! Bad: a backup vault beside a database, and no link between them.
//!
//! Good: a link to each thing that it is for.
//!
//! Why: the drawing looks as if things were protected, and none of them is.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "guard-of-nothing",
    severity: Severity::Warning,
    source: include_str!("guard_of_nothing.rs"),
    reads: Reads {
        kinds: &["alert", "backup-vault", "certificate", "key", "web-firewall"],
        attributes: &[],
        near: &[Near::Links],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt location=frankfurt
  volume scratch
  backup-vault copies
",
            r"
region frankfurt location=frankfurt
  queue jobs
  alert waiting threshold=10
",
        ],
        silent: &[r"
account safe
  region dublin location=dublin
    backup-vault far
copies -> far
region frankfurt location=frankfurt
  document-store baskets
  queue jobs
  backup-vault copies
  alert waiting metric=waiting threshold=10
  key master
copies -> baskets
waiting -> jobs
master -> jobs
"],
    },
};

fn check(facts: &Facts<'_>, guard: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let does = match guard.kind.as_str() {
        "alert" => "watches",
        "backup-vault" => "takes copies of",
        "certificate" => "is shown by",
        "key" => "encrypts",
        "web-firewall" => "stands before",
        _ => return,
    };
    // Another vault puts its copies there.
    let filled =
        facts.links(&guard.id).iter().any(|link| link.to == guard.id && is_vault(facts, link));
    if facts.links_from(&guard.id, LinkKind::Attachment).next().is_some()
        || (guard.kind == "backup-vault" && filled)
    {
        return;
    }
    let text = format!("“{}” {does} nothing: link it to what it is for", called(guard));
    let remove = Edit::RemoveResources { ids: vec![guard.id.clone()] };
    let said = RULE.at(Place::resource(&guard.id), text);
    found.push(said.fixed_by("Remove it", remove));
}

fn is_vault(facts: &Facts<'_>, link: &ResolvedLink) -> bool {
    facts.resource(&link.from).is_some_and(|from| from.kind == "backup-vault")
}
