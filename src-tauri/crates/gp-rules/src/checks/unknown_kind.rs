//! Kind that the catalog does not know.
//!
//! Bad: `kind = "sever"`.
//!
//! Good: `kind = "server"`.
//!
//! Why: nobody knows what to make of it; it is kept as it is.

use super::prelude::*;
use gp_model::nearest;

pub(crate) static RULE: Rule = Rule {
    id: "unknown-kind",
    severity: Severity::Error,
    source: include_str!("unknown_kind.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[] },
    check: Check::Resolve(fix),
    cases: Cases {
        firing: &[r"
sever app
"],
        silent: &[r"
internet internet
"],
    },
};

/// A kind is no attribute: what it was meant to be has to be made anew.
fn fix(facts: &Facts<'_>, found: &mut Diagnostic) {
    let Some(resource) = resource_at(facts, found) else { return };
    if let Some(meant) = nearest(&resource.kind, facts.catalog.kinds.keys().map(String::as_str)) {
        found.message = format!("{}, perhaps “{meant}”", found.message);
    }
}
