//! Record in a public zone that holds a private address.
//!
//! Bad: `{ name = "db", value = "10.20.1.7" }` in a zone that answers everybody.
//!
//! Good: the record stands in a zone that answers inside only.
//!
//! Why: nobody outside can reach it, and it tells the world how the inside is built.

use super::prelude::*;
use std::net::Ipv4Addr;

pub(crate) static RULE: Rule = Rule {
    id: "private-address-in-public-zone",
    severity: Severity::Warning,
    source: include_str!("private_address_in_public_zone.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Records, Near::Others] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r#"
dns-zone names domain=shop.example.com records=[{name="db",value="10.20.1.7"}]
"#],
        silent: &[
            r#"
dns-zone names domain=shop.example.com records=[{name="db",value="8.8.4.4"}]
"#,
            r#"
dns-zone names domain=shop.example.com public=false records=[{name="db",value="10.20.1.7"}]
"#,
        ],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for record in facts.resolved.records.iter().filter(|record| record.target.is_none()) {
        let Some(zone) = facts.resource(&record.zone).filter(|zone| zone.flag("public")) else {
            continue;
        };
        let private = |text: &&String| text.parse::<Ipv4Addr>().is_ok_and(is_private);
        if let Some(address) = record.values.iter().find(private) {
            let message = format!(
                "“{}” tells everybody the private address {address}: move the record into a zone that answers inside only",
                record.name
            );
            found.push(RULE.at(Place::attribute(&zone.id, "records"), message));
        }
    }
}

/// RFC 1918, RFC 6598 (carriers), loopback and link-local addresses.
fn is_private(address: Ipv4Addr) -> bool {
    let [a, b, ..] = address.octets();
    let carrier = a == 100 && (64..128).contains(&b);
    address.is_private() || address.is_loopback() || address.is_link_local() || carrier
}
