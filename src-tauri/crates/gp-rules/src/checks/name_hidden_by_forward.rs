//! Name of a private zone that its network never looks up there, because a resolver passes it on.
//!
//! Bad: a zone `cloud.example.com` in a region, and a resolver there that passes `cloud.example.com` on.
//!
//! Good: the resolver passes on only domains that others keep.
//!
//! Why: a rule of a resolver counts before a zone of the same domain: the zone answers nobody.

use super::prelude::*;
use gp_catalog::naming::{Asked, Next, normal};
use std::collections::BTreeSet;

pub(crate) static RULE: Rule = Rule {
    id: "name-hidden-by-forward",
    severity: Severity::Warning,
    source: include_str!("name_hidden_by_forward.rs"),
    reads: Reads {
        kinds: &[],
        attributes: &["domain", "public", "outbound"],
        near: &[
            Near::Links,
            Near::Others,
            Near::Containers,
            Near::Segments,
            Near::Scopes,
            Near::Records,
        ],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r#"
region frankfurt zones a,b location=frankfurt
  dns-zone inner domain=cloud.example.com public=false records=[{name="www",value="10.20.0.9"}]
  network shop 10.20.0.0/16
    subnet tier private
      dns-resolver names inbound=false
      server two dns:udp/53
names -> two domains=["cloud.example.com"]
"#],
        silent: &[r#"
region frankfurt zones a,b location=frankfurt
  dns-zone inner domain=cloud.example.com public=false records=[{name="www",value="10.20.0.9"}]
  network shop 10.20.0.0/16
    subnet tier private
      dns-resolver names inbound=false
      server two dns:udp/53
names -> two domains=["example.com"]
"#],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let resolved = facts.resolved;
    let mut said = BTreeSet::new();
    for resolver in facts.of_kind("dns-resolver") {
        for network in resolved.networks_of(resolver) {
            let zones = resolved.zones_in(network);
            let names = resolved
                .records
                .iter()
                .filter(|record| zones.iter().any(|zone| zone.id == record.zone));
            for record in names {
                let next = resolved.next_for(Asked::Network(network), &normal(&record.name));
                let Next::Passes(link, Some(domain)) = next else { continue };
                if !said.insert((&record.zone, link.id.clone())) {
                    continue;
                }
                let text = format!(
                    "“{}” is not asked for {} in “{}”: “{}” passes {domain} on; let one of them have the domain",
                    facts.called(&record.zone),
                    record.name,
                    facts.called(network),
                    facts.called(&link.from),
                );
                found.push(RULE.at(Place::attribute(&record.zone, "domain"), text));
            }
        }
    }
}
