//! DNS resolver with a direction that nobody uses.
//!
//! Bad: a resolver that takes questions in, and no link leads to it; one that passes questions on, and no
//! link of it names a domain.
//!
//! Good: a link for each direction that is switched on.
//!
//! Why: every address of a resolver is paid for by the hour.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "resolver-nobody-asks",
    severity: Severity::Warning,
    source: include_str!("resolver_nobody_asks.rs"),
    reads: Reads {
        kinds: &["dns-resolver"],
        attributes: &["inbound", "outbound"],
        near: &[Near::Links],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      dns-resolver names
"],
        silent: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      dns-resolver names
      server one dns:udp/53
one -> names
names -> one domains=["example.com"]
"#],
    },
};

fn check(facts: &Facts<'_>, resolver: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let flows = || facts.links(&resolver.id).iter().filter(|link| link.kind == LinkKind::Flow);
    let sides = [
        (
            "inbound",
            flows().any(|link| link.to == resolver.id),
            "takes questions in, and no link leads to it",
        ),
        (
            "outbound",
            flows().any(|link| link.from == resolver.id),
            "passes questions on, and no link says to whom",
        ),
    ];
    for (attribute, used, text) in sides {
        if used || !resolver.flag(attribute) {
            continue;
        }
        let text = format!("“{}” {text}: draw the link, or switch it off", called(resolver));
        let off = set(&resolver.id, attribute, Value::Bool(false));
        let said = RULE.at(Place::attribute(&resolver.id, attribute), text);
        found.push(said.fixed_by("Switch it off", off));
    }
}
