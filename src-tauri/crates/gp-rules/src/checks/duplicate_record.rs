//! DNS name that is said twice for one type, or that is a `CNAME` and something else.
//!
//! Bad: two records `www` of type `A` in one zone; a link to a server whose id is also a record's name.
//!
//! Good: one record with several values.
//!
//! Why: a provider takes one record of a name and type, and a `CNAME` stands alone.

use super::prelude::*;
use std::collections::BTreeSet;

pub(crate) static RULE: Rule = Rule {
    id: "duplicate-record",
    severity: Severity::Error,
    source: include_str!("duplicate_record.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Records] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r#"
dns-zone names domain=shop.example.com records=[{name="www",value="8.8.4.4"},{name="www",value="8.8.8.8"}]
"#,
            r#"
dns-zone names domain=shop.example.com records=[{name="www",value="8.8.4.4"},{name="WWW",type="CNAME",value="cdn.example.net"}]
"#,
        ],
        silent: &[r#"
dns-zone names domain=shop.example.com records=[{name="www",value=["8.8.4.4","8.8.8.8"]},{name="www",type="AAAA",value="2001:db8::7"}]
"#],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let records = &facts.resolved.records;
    let mut said: BTreeSet<(&Id, String)> = BTreeSet::new();
    for (number, record) in records.iter().enumerate() {
        let name = record.name.to_lowercase();
        let clash = records[..number].iter().find(|other| {
            let alone = other.type_ == "CNAME" || record.type_ == "CNAME";
            // The two halves of a failover share their name.
            let pair = record.failover.is_some()
                && other.failover.is_some()
                && record.failover != other.failover;
            other.zone == record.zone
                && !pair
                && other.name.to_lowercase() == name
                && (alone || other.type_ == record.type_)
        });
        let Some(clash) = clash.filter(|_| said.insert((&record.zone, name))) else { continue };
        let message = if clash.type_ == record.type_ {
            format!(
                "“{}” has two records of type {}: make them one with several values",
                record.name, record.type_
            )
        } else {
            format!("“{}” is a CNAME and something else: keep one of them", record.name)
        };
        found.push(RULE.at(Place::attribute(&record.zone, "records"), message));
    }
}
