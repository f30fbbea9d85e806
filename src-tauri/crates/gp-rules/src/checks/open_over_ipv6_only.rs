//! Server that the internet reaches over IPv6 and not over IPv4.
//!
//! Bad: a link from the internet to a server in a public subnet with IPv6, without a public address.
//!
//! Good: the server in a private subnet behind a load balancer, or with a public address that shows it.
//!
//! Why: over IPv6 no address is private: in a public subnet every one is reached from the internet as far as rules allow, and nobody sees it who looks at IPv4.

use super::prelude::*;
use std::collections::BTreeMap;

pub(crate) static RULE: Rule = Rule {
    id: "open-over-ipv6-only",
    severity: Severity::Warning,
    source: include_str!("open_over_ipv6_only.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Proof, Near::Links] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r"
internet internet
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16 ipv6=true
    subnet web public
      server app x2 http:tcp/80
internet -> app
"],
        silent: &[
            r"
internet internet
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16 ipv6=true
    subnet web public
      server app http:tcp/80 public-address=true
internet -> app
",
            r#"
internet internet
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16 ipv6=true
    subnet web public
      nat-gateway out
      load-balancer entry public listeners=[{protocol="http",port=80}]
    subnet tier private
      server app http:tcp/8080
internet -> entry tcp/80
entry -> app
"#,
        ],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let mut once = BTreeMap::new();
    for open in &facts.proof.exposed_by_ipv6 {
        once.entry(&open.resource).or_insert(open);
    }
    for (id, open) in once {
        let message = format!(
            "the internet reaches “{}” over IPv6 on {}, and not over IPv4: put it into a private subnet, or give it a public address",
            facts.called(id),
            open.allowed
        );
        let links = open.example.iter().flat_map(gp_analysis::reach::Trace::links);
        let said = RULE.at(Place::resource(id), message);
        found.push(links.fold(said, |said, link| said.and_at(Place::link(&link))));
    }
}
