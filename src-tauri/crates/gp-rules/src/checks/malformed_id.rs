//! Id that is not lower-case words joined by dashes.
//!
//! Bad: `[resource.App_Server]`.
//!
//! Good: `[resource.app-server]`.
//!
//! Why: ids become names on every provider and in every export; only these are legal everywhere.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "malformed-id",
    severity: Severity::Warning,
    source: include_str!("malformed_id.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server App_Server
"],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app-server
"],
    },
};

fn check(facts: &Facts<'_>, resource: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    if resource.id.is_well_formed() {
        return;
    }
    let shown: String = resource.id.chars().flat_map(char::escape_debug).collect();
    let message =
        format!("“{shown}” is no good id: use lower-case letters, digits and single dashes");
    let mut said = RULE.at(Place::resource(&resource.id), message);
    let better = facts.free_id(&kebab(&resource.id));
    if better.is_well_formed() {
        let rename = Edit::RenameResource { from: resource.id.clone(), to: better.clone() };
        said = said.fixed_by(format!("Rename it to “{better}”"), rename);
    }
    found.push(said);
}

fn kebab(text: &str) -> String {
    let lower =
        text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
    let words: Vec<String> = lower
        .collect::<String>()
        .split('-')
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    words.join("-")
}
