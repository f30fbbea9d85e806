//! DNS names that lead to each other in a circle.
//!
//! Bad: `www` is a `CNAME` of `shop`, and `shop` one of `www`.
//!
//! Good: every chain of names ends at an address.
//!
//! Why: whoever asks goes round until they give up.

use super::prelude::*;
use crate::words::list;
use std::collections::{BTreeMap, BTreeSet};

pub(crate) static RULE: Rule = Rule {
    id: "record-loop",
    severity: Severity::Error,
    source: include_str!("record_loop.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Records] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r#"
dns-zone names domain=shop.example.com records=[{name="www",type="CNAME",value="web.shop.example.com"},{name="web",type="CNAME",value="www.shop.example.com."}]
"#,
            r#"
dns-zone names domain=shop.example.com records=[{name="a",type="CNAME",value="a.shop.example.com"}]
"#,
        ],
        silent: &[r#"
dns-zone names domain=shop.example.com records=[{name="www",type="CNAME",value="web.shop.example.com"},{name="web",value="8.8.4.4"}]
"#],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let named = facts.resolved.records.iter().filter(|r| r.type_ == "CNAME" && r.target.is_none());
    let next: BTreeMap<String, (&Id, String)> =
        named.filter_map(|r| Some((plain(&r.name), (&r.zone, plain(r.values.first()?))))).collect();
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for start in next.keys() {
        let mut way: Vec<&str> = Vec::new();
        let mut at = start.as_str();
        while let Some((zone, to)) = next.get(at).filter(|_| !done.contains(at)) {
            if let Some(from) = way.iter().position(|seen| *seen == at) {
                let message = match &way[from..] {
                    [one] => format!("{one} leads to itself: let it end at an address"),
                    names => format!(
                        "{} lead round in a circle: let one of them end at an address",
                        list(names)
                    ),
                };
                found.push(RULE.at(Place::attribute(zone, "records"), message));
                break;
            }
            way.push(at);
            at = to;
        }
        done.extend(way);
    }
}

/// A name as it is compared: without the final dot, in small letters.
fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_lowercase()
}
