//! Questions for names that name servers pass on to each other in a circle.
//!
//! Bad: a resolver passes `example.com` on to a name server, and that passes it back to the resolver.
//!
//! Good: the last one in the row keeps the zone, or asks somebody who does.
//!
//! Why: no name of the domain is ever found, and each question keeps all of them busy.

use super::prelude::*;
use gp_catalog::naming::{Asked, Next, domains};

pub(crate) static RULE: Rule = Rule {
    id: "forward-in-circles",
    severity: Severity::Error,
    source: include_str!("forward_in_circles.rs"),
    reads: Reads {
        kinds: &[],
        attributes: &["services", "domain", "public", "inbound", "outbound"],
        near: &[Near::Links, Near::Others, Near::Containers, Near::Segments, Near::Scopes],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r#"
site home
  network lan 172.20.0.0/16
    subnet machines private
      server left dns:udp/53
      server right dns:udp/53
left -> right domains=["example.com"]
right -> left domains=["example.com"]
"#],
        silent: &[r#"
site home
  network lan 172.20.0.0/16
    subnet machines private
      server left dns:udp/53
  network hall 172.21.0.0/16
    subnet desks private
      server right dns:udp/53
  dns-zone names domain=example.com public=false
lan -> hall
left -> right domains=["example.com"]
right -> left domains=["example.org"]
"#],
    },
};

/// More name servers than anybody draws in a row.
const LONGEST: usize = 32;

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for link in facts.resolved.links.values().filter(|link| link.kind == LinkKind::Flow) {
        let circling = domains(link).into_iter().find(|domain| goes_round(facts, link, domain));
        let Some(domain) = circling else { continue };
        let place = Place::Link { id: link.id.clone(), attribute: Some("domains".to_owned()) };
        let text = format!(
            "what “{}” passes on for {domain} comes back to it: let the last name server keep the zone, or ask another",
            facts.called(&link.from)
        );
        found.push(RULE.at(place, text));
    }
}

/// Whether a question for a name of the domain comes back over the link.
fn goes_round(facts: &Facts<'_>, link: &ResolvedLink, domain: &str) -> bool {
    let name = format!("x.{domain}");
    let Some(mut asked) = facts.resource(&link.to).map(Asked::Thing) else { return false };
    for _ in 0..LONGEST {
        asked = match facts.resolved.next_for(asked, &name) {
            Next::Passes(next, _) if next.id == link.id => return true,
            Next::Passes(next, _) => match facts.resource(&next.to) {
                Some(server) => Asked::Thing(server),
                None => return false,
            },
            Next::Turns(network) => Asked::Network(network),
            Next::Answers(_) | Next::Keeps(_) | Next::Public | Next::Nobody => return false,
        };
    }
    false
}
