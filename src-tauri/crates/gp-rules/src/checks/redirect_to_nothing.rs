//! Listener that sends its clients to a port on which the balancer does not listen.
//!
//! Bad: `{ protocol = "http", port = 80, redirect = 443 }` without a listener on 443.
//!
//! Good: a listener on 443 as well.
//!
//! Why: clients follow the redirect and find nobody.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "redirect-to-nothing",
    severity: Severity::Error,
    source: include_str!("redirect_to_nothing.rs"),
    reads: Reads { kinds: &["load-balancer"], attributes: &["listeners"], near: &[] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      load-balancer entry listeners=[{protocol="http",port=80,redirect=443}]
"#],
        silent: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      load-balancer entry listeners=[{protocol="http",port=80,redirect=443},{protocol="https",port=443,certificate="shop.example.com"}]
      server app http:tcp/80
entry -> app
"#],
    },
};

fn check(_: &Facts<'_>, balancer: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    for listener in &balancer.listeners {
        let Some(port) = listener.redirect else { continue };
        let there = balancer
            .listeners
            .iter()
            .any(|l| l.redirect.is_none() && l.ports.low <= port && port <= l.ports.high);
        if !there {
            let message = format!(
                "“{}” sends clients of {} to port {port}, on which it does not listen: add that listener",
                called(balancer),
                listener.ports
            );
            found.push(RULE.at(Place::attribute(&balancer.id, "listeners"), message));
        }
    }
}
