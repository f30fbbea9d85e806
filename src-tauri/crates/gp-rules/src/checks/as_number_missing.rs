//! Router that speaks BGP without a number of its own autonomous system.
//!
//! Bad: a router with `routing = "bgp"` and no `asn`.
//!
//! Good: `asn = 65010`, a private number, or the one that the registry gave.
//!
//! Why: BGP speaks between numbered systems, so without a number no neighbour answers.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "as-number-missing",
    severity: Severity::Error,
    source: include_str!("as_number_missing.rs"),
    reads: Reads { kinds: &["router"], attributes: &["routing", "asn"], near: &[] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r"
site hall
  router edge routing=bgp
"],
        silent: &[r"
site hall
  router edge routing=bgp asn=65010
  router core routing=ospf
"],
    },
};

/// The first number that is kept for one's own use (RFC 6996).
const PRIVATE: i64 = 64_512;

fn check(_: &Facts<'_>, router: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    if router.text("routing") != Some("bgp") || router.value("asn").is_some() {
        return;
    }
    let message = format!(
        "“{}” speaks BGP, but has no AS number: give it one, such as {PRIVATE} for use of your own",
        called(router)
    );
    let number = set(&router.id, "asn", PRIVATE.into());
    found.push(
        RULE.at(Place::attribute(&router.id, "routing"), message)
            .fixed_by(format!("Use {PRIVATE}"), number),
    );
}
