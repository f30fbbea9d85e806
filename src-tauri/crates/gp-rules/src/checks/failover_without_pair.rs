//! Name with the first half of a failover only, or with two halves that lead to the same thing.
//!
//! Bad: a link with `failover = "primary"` and none of that name with `"secondary"`; both to one server.
//!
//! Good: two links of one name from one zone, one primary and one secondary, to two things.
//!
//! Why: when the first one fails, there is nothing to fail over to.

use super::prelude::*;
use gp_catalog::resolved::{Failover, Record};

pub(crate) static RULE: Rule = Rule {
    id: "failover-without-pair",
    severity: Severity::Error,
    source: include_str!("failover_without_pair.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Records, Near::Links] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier public
      server one public-address=true http:tcp/80
dns-zone names domain=shop.example.com
names -> one name=www failover=primary
",
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier public
      server one public-address=true http:tcp/80
dns-zone names domain=shop.example.com
names -> one name=www failover=primary
names -> one name=www failover=secondary
",
        ],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier public
      server one public-address=true http:tcp/80
      server two public-address=true http:tcp/80
dns-zone names domain=shop.example.com
names -> one name=www failover=primary
names -> two name=www failover=secondary
"],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for zone in facts.of_kind("dns-zone") {
        let halves: Vec<&Record> = facts
            .resolved
            .records
            .iter()
            .filter(|record| record.zone == zone.id && record.failover.is_some())
            .collect();
        // A secondary one alone answers always: that is what is left where the first is switched off.
        let is_primary = |half: &Record| half.failover == Some(Failover::Primary);
        for half in halves.iter().filter(|half| is_primary(half)) {
            let mut others =
                halves.iter().filter(|other| other.name == half.name && !is_primary(other));
            let text = match others.next() {
                None => format!(
                    "{} has a primary target and no secondary one: link its zone to another thing by the same name",
                    half.name
                ),
                Some(other) if other.target == half.target => format!(
                    "both targets of {} are the same: nothing is left when it fails",
                    half.name
                ),
                Some(_) => continue,
            };
            found.push(RULE.at(place(facts, half), text));
        }
    }
}

/// The link that says it.
fn place(facts: &Facts<'_>, half: &Record) -> Place {
    let links = facts.links(&half.zone).iter().filter(|link| link.from == half.zone);
    let mut own = links.filter(|link| {
        let name = link.attributes.get("name").and_then(Value::as_str).unwrap_or(&link.to);
        Some(&link.to) == half.target.as_ref()
            && link.attributes.contains_key("failover")
            && (half.name == name || half.name.starts_with(&format!("{name}.")) || name == "@")
    });
    match own.next() {
        Some(link) => Place::Link { id: link.id.clone(), attribute: Some("failover".to_owned()) },
        None => Place::attribute(&half.zone, "records"),
    }
}
