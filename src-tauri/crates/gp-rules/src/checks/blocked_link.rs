//! Link whose packets cannot arrive.
//!
//! Bad: a flow from the internet to a server in an isolated subnet.
//!
//! Good: a flow over a load balancer in a public subnet.
//!
//! Why: what is drawn would not work, and the lab or the provider would only show it later.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "blocked-link",
    severity: Severity::Error,
    source: include_str!("blocked_link.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Proof, Near::Links] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r"
internet internet
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet data isolated
      server vault http:tcp/80
internet -> vault
"],
        silent: &[r#"
internet internet
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet web public
      load-balancer entry public listeners=[{protocol="http",port=80}]
    subnet tier private
      server app http:tcp/8080
internet -> entry tcp/80
entry -> app
"#],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for verdict in facts.proof.links.iter().filter(|v| !v.works) {
        let Some(link) = facts.resolved.links.get(&verdict.link) else { continue };
        let stop = verdict.block.as_ref().map_or_else(
            || "no route leads there".to_owned(),
            |block| format!("stopped at {}: {}", block.hop, block.why),
        );
        let [from, to] = [&link.from, &link.to].map(|end| facts.called(end));
        let message = format!("“{from}” cannot reach “{to}”: {stop}");
        let by_ipv6 = facts.proof.exposed_by_ipv6.iter().any(|open| open.resource == link.to);
        let from_anybody = facts.resource(&link.from).is_some_and(|from| from.kind == "internet");
        let also = if by_ipv6 && from_anybody { "; over IPv6 it does" } else { "" };
        let message = format!("{message}{also}");
        let mut said = RULE
            .at(Place::link(&link.id), message)
            .fixed_by("Remove the link", Edit::RemoveLinks { ids: vec![link.id.clone()] });
        if let Some(hop) = verdict.block.as_ref().and_then(|b| b.id.as_ref()) {
            said = said.and_at(Place::resource(hop));
        }
        found.push(said);
    }
}
