//! Link that is to pass questions for names on, and cannot.
//!
//! Bad: `domains` at a link that opens tcp/443 only; a flow from a resolver to a name server without
//! `domains`; `domains` at a link to a server on which no name server listens.
//!
//! Good: the link names its domains and opens udp/53 and tcp/53 to a name server.
//!
//! Why: the drawing says who answers for a domain, and nobody is asked.

use super::prelude::*;
use gp_catalog::naming::{DNS, domains, is_name_server};

pub(crate) static RULE: Rule = Rule {
    id: "forward-without-effect",
    severity: Severity::Error,
    source: include_str!("forward_without_effect.rs"),
    reads: Reads {
        kinds: &[],
        attributes: &["services", "inbound", "outbound"],
        near: &[Near::Links, Near::Others],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server one
      server two https:tcp/443
one -> two https domains=["example.com"]
"#,
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      dns-resolver names
      server two dns:udp/53
names -> two
",
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      dns-resolver names outbound=false
      server one dns:udp/53
      server two dns:udp/53
one -> names
names -> two domains=["example.com"]
"#,
        ],
        silent: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      dns-resolver names
      server one dns:udp/53
      server two dns:udp/53
one -> names
names -> two domains=["example.com"]
"#],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for link in facts.resolved.links.values().filter(|link| link.kind == LinkKind::Flow) {
        let (Some(from), Some(to)) = (facts.resource(&link.from), facts.resource(&link.to)) else {
            continue;
        };
        let resolver = from.kind == "dns-resolver";
        let named = !domains(link).is_empty();
        if !named && !resolver {
            continue;
        }
        let asks =
            link.ports.iter().any(|p| p.protocol == DNS.protocol && p.low <= 53 && 53 <= p.high);
        let outside = facts.kind(to).is_some_and(|kind| kind.actor);
        let (from, to) = (called(from), called(to));
        let why = if resolver && facts.resource(&link.from).is_some_and(|r| !r.flag("outbound")) {
            format!("“{from}” passes no questions on: switch that on")
        } else if !named {
            format!("“{from}” passes nothing on to “{to}”: name the domains at the link")
        } else if !asks {
            format!(
                "the link from “{from}” to “{to}” names domains and does not open {DNS}: allow it"
            )
        } else if !outside && facts.resource(&link.to).is_some_and(|to| !is_name_server(to)) {
            format!("“{to}” answers no questions for names: give it a service on {DNS}")
        } else {
            continue;
        };
        let place = Place::Link { id: link.id.clone(), attribute: Some("domains".to_owned()) };
        found.push(RULE.at(place, why));
    }
}
