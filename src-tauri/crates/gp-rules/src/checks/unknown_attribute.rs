//! Attribute that the kind does not have.
//!
//! Bad: `memroy = "4 GiB"` at a server.
//!
//! Good: `memory = "4 GiB"`; what is special to one provider goes below `on.PROVIDER`.
//!
//! Why: nothing reads it, so it has no effect.

use super::prelude::*;
use gp_model::nearest;

pub(crate) static RULE: Rule = Rule {
    id: "unknown-attribute",
    severity: Severity::Warning,
    source: include_str!("unknown_attribute.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Containers] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app memroy="4 GiB"
"#],
        silent: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app memory="4 GiB"
"#],
    },
};

fn check(facts: &Facts<'_>, resource: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let Some(kind) = facts.kind(resource) else { return };
    for (name, value) in resource.attributes.iter() {
        let written = matches!(value.origin, Origin::Set | Origin::Override { .. });
        let known = kind.attributes.contains_key(name)
            || name == "disabled"
            || (kind.container && facts.catalog.is_inheritable(name));
        if !written || known {
            continue;
        }
        let meant = nearest(name, kind.attributes.keys().map(String::as_str));
        let hint = meant.map_or_else(String::new, |m| format!(": did you mean “{m}”?"));
        let message = format!("a {} has no “{name}”{hint}", kind.title.to_lowercase());
        let mut said = RULE.at(Place::attribute(&resource.id, name), message);
        if value.origin == Origin::Set {
            if let Some(meant) = meant.filter(|m| !is_set(resource, m)) {
                let edits = vec![
                    set(
                        &resource.id,
                        meant,
                        value.written.clone().unwrap_or_else(|| value.value.clone()),
                    ),
                    unset(&resource.id, name),
                ];
                let rename = Edit::Batch { name: format!("Rename {name} to {meant}"), edits };
                said = said.fixed_by(format!("Rename it to “{meant}”"), rename);
            }
            said = said.fixed_by("Remove it", unset(&resource.id, name));
        }
        found.push(said);
    }
}
