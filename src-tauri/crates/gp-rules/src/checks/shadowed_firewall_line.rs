//! Firewall line that never decides, because earlier lines take all its packets.
//!
//! Bad: `allow any` in the first line and `deny tcp/22` in the second.
//!
//! Good: the narrower line stands first.
//!
//! Why: it looks as if it protected or opened something, and does neither; where it contradicts the earlier line, one of the two is a mistake.

use super::prelude::*;
use crate::words::list;
use gp_catalog::resolved::{Cause, FilterRule};
use std::collections::BTreeSet;

pub(crate) static RULE: Rule = Rule {
    id: "shadowed-firewall-line",
    severity: Severity::Warning,
    source: include_str!("shadowed_firewall_line.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Proof, Near::Filters] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    firewall edge rules=[{action="allow",protocol="any"},{action="deny",protocol="tcp",ports=22}]
    subnet tier private
      server one ssh:tcp/22
"#],
        silent: &[r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    firewall edge rules=[{action="deny",protocol="tcp",ports=22},{action="allow",protocol="any"}]
    subnet tier private
      server one ssh:tcp/22
"#],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let mut said: BTreeSet<(&Id, u32)> = BTreeSet::new();
    for unused in &facts.proof.unused {
        let Some(filter) = facts.resolved.filters.get(&unused.filter) else { continue };
        let rules = || filter.ingress.iter().chain(&filter.egress);
        let Some(rule) = rules().find(|r| r.id == unused.rule) else { continue };
        let Cause::Row { id, row } = &rule.cause else { continue };
        // A row becomes rules for both directions: it is unused where all of them are.
        let all = rules().filter(|r| r.cause == rule.cause).all(|r| {
            facts.proof.unused.iter().any(|u| u.filter == unused.filter && u.rule == r.id)
        });
        if !all || !said.insert((id, *row)) {
            continue;
        }
        let hiding: Vec<&FilterRule> =
            rules().filter(|r| unused.hidden_by.contains(&r.id)).collect();
        found.push(finding(facts, id, *row, rule, &hiding));
    }
}

fn finding(
    facts: &Facts<'_>,
    id: &Id,
    row: u32,
    rule: &FilterRule,
    hiding: &[&FilterRule],
) -> Diagnostic {
    let rows: BTreeSet<u32> = hiding
        .iter()
        .filter_map(|r| match &r.cause {
            Cause::Row { row, .. } => Some(row + 1),
            _ => None,
        })
        .collect();
    let lines: Vec<String> = rows.iter().map(ToString::to_string).collect();
    let against = hiding.iter().any(|r| r.allow != rule.allow);
    let what = match (lines.is_empty(), against) {
        (true, _) => "matches nothing".to_owned(),
        (_, true) => format!("is contradicted by line {} above it", list(&lines)),
        (_, false) => format!("is covered by line {} above it", list(&lines)),
    };
    let message = format!("line {} of “{}” never decides: it {what}", row + 1, facts.called(id));
    let said = RULE.at(Place::attribute(id, "rules"), message);
    let rows = facts.resource(id).and_then(|r| r.value("rules")).and_then(Value::as_list);
    let Some(rows) = rows.filter(|rows| rows.len() > row as usize) else { return said };
    let mut rest = rows.to_vec();
    rest.remove(row as usize);
    said.fixed_by(format!("Remove line {}", row + 1), set(id, "rules", Value::List(rest)))
}
