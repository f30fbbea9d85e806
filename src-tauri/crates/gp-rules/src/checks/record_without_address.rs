//! DNS name of something that has no address where the zone is asked.
//!
//! Bad: a public zone with a name for a server that has only a private address.
//!
//! Good: the name of a public load balancer, or a zone that answers inside only.
//!
//! Why: the name resolves to nothing, or to an address that nobody outside can reach.

use super::prelude::*;

pub(crate) static RULE: Rule = Rule {
    id: "record-without-address",
    severity: Severity::Error,
    source: include_str!("record_without_address.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Records, Near::Others] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet web public
      load-balancer entry public listeners=[{protocol="http",port=80}]
      server app http:tcp/80 needs=[]
entry -> app
dns-zone names domain=shop.example.com records=[{name="app",value="app"}]
"#,
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet web public
      load-balancer entry public listeners=[{protocol="http",port=80}]
      server app http:tcp/80 needs=[]
entry -> app
dns-zone names domain=shop.example.com 
names -> app
"#,
        ],
        silent: &[
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet web public
      load-balancer entry public listeners=[{protocol="http",port=80}]
      server app http:tcp/80 needs=[]
entry -> app
dns-zone names domain=shop.example.com 
names -> entry
"#,
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet web public
      load-balancer entry public listeners=[{protocol="http",port=80}]
      server app http:tcp/80 needs=[]
entry -> app
dns-zone names domain=shop.example.com public=false records=[{name="app",value="app"}]
"#,
        ],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for record in facts.resolved.records.iter().filter(|record| record.values.is_empty()) {
        let Some(target) = record.target.as_ref().and_then(|id| facts.resource(id)) else {
            continue;
        };
        let Some(zone) = facts.resource(&record.zone).filter(|_| !target.instances.is_empty())
        else {
            continue;
        };
        let message = if zone.flag("public") {
            format!(
                "“{}” is asked for by everybody, but “{}” has no public address: give it one, point the name at a public load balancer, or make “{}” answer inside only",
                record.name,
                called(target),
                called(zone)
            )
        } else {
            format!(
                "“{}” leads to “{}”, which has no address: point the name at something that has one",
                record.name,
                called(target)
            )
        };
        found.push(RULE.at(Place::resource(&zone.id), message).and_at(Place::resource(&target.id)));
    }
}
