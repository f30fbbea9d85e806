//! Title with line breaks or other invisible characters.
//!
//! Bad: a title with a line break in it.
//!
//! Good: one line of text.
//!
//! Why: names go into exports, scripts and logs, where such characters break lines or hide text.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "name-with-control-characters",
    severity: Severity::Error,
    source: include_str!("name_with_control_characters.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r#"
internet internet title="the\nworld"
"#],
        silent: &[r#"
internet internet "The world"
"#],
    },
};

fn check(_: &Facts<'_>, resource: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    // Directions and joiners that make text look like something else.
    let hides = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if resource.title.chars().any(hides) && resource.title.as_str() != resource.id.as_str() {
        let clean: String =
            resource.title.chars().map(|c| if hides(c) { ' ' } else { c }).collect();
        let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
        let message = format!(
            "the title of “{}” has characters that cannot be seen: “{}”",
            resource.id,
            resource.title.escape_debug()
        );
        let edit = Edit::SetAttribute {
            resource: resource.id.clone(),
            path: vec!["title".to_owned()],
            value: clean.clone().into(),
        };
        found.push(
            RULE.at(Place::attribute(&resource.id, "title"), message)
                .fixed_by(format!("Make it “{clean}”"), edit),
        );
    }
}
