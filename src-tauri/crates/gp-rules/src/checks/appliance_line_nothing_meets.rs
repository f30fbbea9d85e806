//! Line of a firewall appliance that no packet on its way there can match.
//!
//! Bad: a line whose source is the tier of the NAT gateways, for what they send comes out behind the firewall.
//!
//! Good: a line whose source is what sends, by the address that it has where it stands.
//!
//! Why: it looks as if it let something through or kept something out, and does neither.

use super::prelude::*;
use crate::appliance::{appliances, ways_through};
use gp_catalog::resolved::{Cause, FilterRule, Peer, Route, Segment};
use ipnet::Ipv4Net;

pub(crate) static RULE: Rule = Rule {
    id: "appliance-line-nothing-meets",
    severity: Severity::Warning,
    source: include_str!("appliance_line_nothing_meets.rs"),
    reads: Reads { kinds: &[], attributes: &[], near: &[Near::Segments, Near::Filters] },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet edge public
      nat-gateway out
    subnet fire private
      firewall wall mode=appliance rules=[{action="allow",source="app"},{action="allow",source="edge",protocol="tcp",ports=443}]
    subnet tier private
      server app
"#,
            r#"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet edge public
      nat-gateway out
    subnet fire private
      firewall wall mode=appliance rules=[{action="allow",source="app",destination="tier"}]
    subnet tier private
      server app
"#,
        ],
        silent: &[r#"
internet internet
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet edge public
      nat-gateway out
    subnet fire private
      firewall wall mode=appliance rules=[{action="allow",source="app",destination="internet"},{action="deny",source="10.0.0.0/8",destination="192.0.2.0/24"},{action="allow"}]
    subnet tier private
      server app
"#],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for firewall in appliances(facts) {
        let ways = ways_through(facts, firewall);
        let Some(table) = facts.resolved.filters.get(&format!("fw:{}", firewall.id)) else {
            continue;
        };
        if ways.is_empty() {
            continue;
        }
        let mut said = None;
        // What a row means over IPv6 beside goes with what it means anyway.
        for rule in table.ingress.iter().filter(|rule| !rule.id.ends_with("/ipv6")) {
            let Cause::Row { row, .. } = rule.cause else { continue };
            if said == Some(row) || may_meet(facts, rule, &ways) {
                continue;
            }
            said = Some(row);
            let text = format!(
                "line {} of “{}” meets nothing: no packet from there to there passes the firewall, which sees the addresses that things have before a NAT gateway",
                row + 1,
                called(firewall)
            );
            found.push(RULE.at(Place::attribute(&firewall.id, "rules"), text));
        }
    }
}

fn may_meet(facts: &Facts<'_>, rule: &FilterRule, ways: &[(&Segment, &Route)]) -> bool {
    let sources = ranges(facts, &rule.peer);
    let destinations = ranges(facts, rule.destination.as_ref().unwrap_or(&Peer::Any));
    ways.iter().any(|(segment, route)| {
        sources.iter().any(|range| overlap(*range, segment.cidr))
            && destinations.iter().any(|range| leads(facts, segment, route, *range))
    })
}

/// Whether some of a range is reached by this route.
fn leads(facts: &Facts<'_>, segment: &Segment, route: &Route, range: Ipv4Net) -> bool {
    if range.contains(&route.destination) {
        return true;
    }
    let table = facts.resolved.route_tables.get(&segment.route_table);
    let over = table.into_iter().flat_map(|table| &table.routes);
    let longest = over
        .filter(|other| other.destination.contains(&range))
        .min_by_key(|other| std::cmp::Reverse(other.destination.prefix_len()));
    longest.is_some_and(|longest| longest.destination == route.destination)
}

fn overlap(one: Ipv4Net, other: Ipv4Net) -> bool {
    one.contains(&other) || other.contains(&one)
}

fn ranges(facts: &Facts<'_>, peer: &Peer) -> Vec<Ipv4Net> {
    match peer {
        Peer::Any => vec![Ipv4Net::default()],
        Peer::Cidr { cidr } => vec![*cidr],
        Peer::Range6 { .. } => Vec::new(),
        Peer::Resource { id } | Peer::Service { id } => {
            let Some(resource) = facts.resource(id) else { return Vec::new() };
            if resource.kind == "internet" {
                return vec![Ipv4Net::default()];
            }
            let own = resource.instances.iter().filter_map(|one| match one.segment {
                Some(_) => one.ip,
                None => one.public_ip.or(one.ip),
            });
            own.map(Ipv4Net::from).collect()
        }
    }
}
