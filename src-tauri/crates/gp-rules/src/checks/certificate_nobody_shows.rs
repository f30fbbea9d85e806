//! Certificate linked to a load balancer that has no listener to show it on.
//!
//! Bad: a certificate linked to a balancer that listens for http only.
//!
//! Good: a listener for https or tls, and the certificate linked to that.
//!
//! Why: whoever looks at the drawing takes the connection for encrypted, and it is not.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "certificate-nobody-shows",
    severity: Severity::Error,
    source: include_str!("certificate_nobody_shows.rs"),
    reads: Reads {
        kinds: &["certificate", "load-balancer"],
        attributes: &["listeners"],
        near: &[Near::Links],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r#"
region frankfurt zones a,b location=frankfurt
  certificate seal domain=shop.example.com
  network shop 10.20.0.0/16
    subnet edge public
      load-balancer entry listeners=[{protocol="http",port=80}]
seal -> entry
"#],
        silent: &[r#"
region frankfurt zones a,b location=frankfurt
  certificate seal domain=shop.example.com
  cdn site
  bucket pages
  network shop 10.20.0.0/16
    subnet edge public
      load-balancer entry listeners=[{protocol="https",port=443}]
      server app http:tcp/8080
seal -> site
site -> pages
seal -> entry
entry -> app http
"#],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for certificate in facts.of_kind("certificate") {
        for link in facts.links_from(&certificate.id, LinkKind::Attachment) {
            // A content delivery network answers https whatever is drawn.
            let balancer = facts.resource(&link.to).filter(|to| to.kind != "cdn");
            let Some(balancer) = balancer else { continue };
            let only = link.attributes.get("listener").and_then(Value::as_integer);
            let shows = balancer.listeners.iter().any(|own| {
                let meant = only.is_none_or(|port| port == i64::from(own.ports.low));
                meant && matches!(own.protocol.as_str(), "https" | "tls")
            });
            if !shows {
                let which = only.map_or_else(
                    || "none of its listeners speaks".to_owned(),
                    |port| format!("there is no listener on port {port} that speaks"),
                );
                let text = format!(
                    "“{}” cannot show “{}”: {which} https or tls; add one",
                    called(balancer),
                    called(certificate)
                );
                found.push(RULE.at(Place::link(&link.id), text));
            }
        }
    }
}
