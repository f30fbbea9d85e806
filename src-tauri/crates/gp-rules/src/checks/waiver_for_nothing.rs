//! Waiver for something that is not there.
//!
//! Bad: `resource = "scartch"` in a waiver.
//!
//! Good: it names a resource, a link, an intent or an environment of the design, or a tag.
//!
//! Why: it accepts nothing, and the finding that was meant is still there.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "waiver-for-nothing",
    severity: Severity::Warning,
    source: include_str!("waiver_for_nothing.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[r#"
internet internet
waive empty-container scartch "later"
"#],
        silent: &[r#"
internet internet
waive empty-container internet "later"
waive empty-container resource="tag:team=x" "later"
"#],
    },
};

/// What helps is said where it is found.
fn fix(_: &Facts<'_>, _: &mut Diagnostic) {}
