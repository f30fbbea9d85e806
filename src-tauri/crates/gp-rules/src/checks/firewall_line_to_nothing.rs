//! Firewall line whose source or destination names nothing that has an address.
//!
//! Bad: `deny` from `oficce`, or from `10.0.0.0/33`.
//!
//! Good: `any`, a range, an address, or the id of something that has one.
//!
//! Why: the line matches nothing, so what it should deny passes and what it should allow does not.

use super::prelude::*;
use gp_model::nearest;
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

pub(crate) static RULE: Rule = Rule {
    id: "firewall-line-to-nothing",
    severity: Severity::Error,
    source: include_str!("firewall_line_to_nothing.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Others] },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r#"
user office cidr=203.0.113.64/28
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    firewall edge rules=[{action="deny",source="oficce"},{action="allow"}]
    subnet tier private
      server app
"#,
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    firewall edge rules=[{action="allow",source="10.0.0.0/33"},{action="deny",destination="frankfurt"},{action="allow",source="words"}]
    note words
    subnet tier private
      server app
"#,
        ],
        silent: &[r#"
user office cidr=203.0.113.64/28
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    firewall edge rules=[{action="deny",source="office",destination="tier"},{action="allow",source="any",destination="app"},{action="allow",source="10.9.0.7",destination="10.20.0.0/16"}]
    subnet tier private
      server app
"#],
    },
};

fn check(facts: &Facts<'_>, firewall: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    if firewall.kind != "firewall" {
        return;
    }
    let rows = firewall.value("rules").and_then(Value::as_list).unwrap_or_default();
    for (number, row) in rows.iter().enumerate() {
        for key in ["source", "destination"] {
            let word = row.as_table().and_then(|row| row.get(key)).and_then(Value::as_str);
            let Some((word, problem)) = word.and_then(|w| Some((w, problem(facts, w)?))) else {
                continue;
            };
            let message =
                format!("line {} of “{}”: {key} “{word}” {problem}", number + 1, called(firewall));
            let said = RULE.at(Place::attribute(&firewall.id, "rules"), message);
            found.push(with_near_name(facts, firewall, number, key, word, said));
        }
    }
}

/// Why this word names no address, in words that follow it.
fn problem(facts: &Facts<'_>, word: &str) -> Option<String> {
    let literal =
        word == "any" || word.parse::<Ipv4Net>().is_ok() || word.parse::<Ipv4Addr>().is_ok();
    if literal {
        return None;
    }
    match facts.resource(word) {
        Some(named) if has_address(facts, named) => None,
        Some(named) => Some(format!(
            "is a {}, which has no address: name a network, a subnet, or something that has an address",
            named.kind
        )),
        None => Some(
            "is neither a range, an address nor a resource: write it as 10.20.0.0/16, or name something that is drawn"
                .to_owned(),
        ),
    }
}

fn has_address(facts: &Facts<'_>, resource: &ResolvedResource) -> bool {
    let Some(kind) = facts.kind(resource) else { return true };
    if kind.container {
        return cidr(resource).is_some();
    }
    // None of a counted thing is no mistake of the line.
    let none = resource.instances.is_empty() && kind.attributes.contains_key("count");
    none || resource.instances.iter().any(|i| i.ip.is_some() || i.public_ip.is_some())
}

fn with_near_name(
    facts: &Facts<'_>,
    firewall: &ResolvedResource,
    number: usize,
    key: &str,
    word: &str,
    said: Diagnostic,
) -> Diagnostic {
    let known = facts.resolved.resources.values().filter(|r| has_address(facts, r));
    let Some(meant) = nearest(word, known.map(|r| r.id.as_str())) else { return said };
    let Some(rules) = firewall.attributes.get("rules").filter(|v| v.origin == Origin::Set) else {
        return said;
    };
    let mut rows =
        rules.written.as_ref().unwrap_or(&rules.value).as_list().unwrap_or_default().to_vec();
    if let Some(Value::Table(row)) = rows.get_mut(number) {
        row.insert(key.to_owned(), meant.into());
    }
    said.fixed_by(format!("Use “{meant}”"), set(&firewall.id, "rules", Value::List(rows)))
}
