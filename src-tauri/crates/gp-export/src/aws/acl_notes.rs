//! What a drawn firewall says and a network ACL cannot: said at the firewall, each with the way out.

use super::{
    Facts,
    acl::{EPHEMERAL, answers, before, concerns, ranges, widens},
    rule, unsupported,
};
use gp_catalog::resolved::{Filter, FilterRule, Peer, ResolvedResource};
use gp_model::{Diagnostic, Place, PortSpec, Protocol};
use std::collections::BTreeSet;

/// Everything that is to be said of one firewall.
pub fn notes<'a>(
    facts: &Facts<'a>,
    filter: &'a Filter,
    firewall: &ResolvedResource,
) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut say = |text: String| found.push(unsupported(&firewall.id, Some("rules"), text));
    let title = &firewall.title;
    if widens(facts, filter) {
        say(format!(
            "rows of “{title}” name part of what it stands before; a network ACL holds for all of it, so draw a tier of its own for that part"
        ));
    }
    if filter.stateful {
        wide_answers(facts, filter, title).into_iter().for_each(&mut say);
        denied_answers(facts, filter, title).into_iter().for_each(&mut say);
    }
    peers(facts, filter, title).into_iter().for_each(&mut say);
    found.extend(second(facts, filter, firewall));
    found.extend(unwritten(facts, firewall));
    found
}

/// Answers from everywhere: the ACL opens more than the drawing says.
fn wide_answers(facts: &Facts<'_>, filter: &Filter, title: &str) -> Option<String> {
    let from = answers(facts, filter, false);
    let wide = from.iter().any(|(word, range)| *word != "icmp" && *range == rule::EVERYBODY);
    let (low, high) = EPHEMERAL;
    wide.then(|| {
        format!(
            "a network ACL forgets connections: so that answers come back, “{title}” lets ports {low} to {high} in from everywhere, and security groups alone decide there; name what may be called instead of any"
        )
    })
}

/// Answers that a row for everything denies before they get their turn.
fn denied_answers<'a>(facts: &Facts<'a>, filter: &'a Filter, title: &str) -> Option<String> {
    let denied = |egress: bool| {
        let rules = if egress { &filter.egress } else { &filter.ingress };
        let end = rules.iter().rposition(|rule| rule.allow)?;
        let answers = answers(facts, filter, egress);
        let denies = rules[..end].iter().filter(|rule| !rule.allow && all_ports(rule.ports));
        let mut denies = denies.filter(|rule| concerns(facts, filter, rule));
        denies.find(|rule| {
            let own = ranges(facts, &rule.peer);
            own.iter().any(|own| {
                answers.iter().any(|(_, other)| own.contains(other) || other.contains(own))
            })
        })
    };
    let rule = denied(false).or_else(|| denied(true))?;
    Some(format!(
        "a network ACL forgets connections: {} of “{title}” denies answers as well as calls; name its ports, or set it behind the rows that allow",
        row(rule)
    ))
}

fn all_ports(ports: Option<PortSpec>) -> bool {
    let (low, high) = EPHEMERAL;
    ports.is_none_or(|ports| {
        ports.protocol != Protocol::Icmp
            && i64::from(ports.low) <= low
            && i64::from(ports.high) >= high
    })
}

fn row(rule: &FilterRule) -> String {
    match &rule.cause {
        gp_catalog::resolved::Cause::Row { row, .. } => format!("line {}", row + 1),
        _ => "a line".to_owned(),
    }
}

/// Things that a row names and that have no address of ours: AWS chooses theirs, or there is none.
fn peers<'a>(facts: &Facts<'a>, filter: &'a Filter, title: &str) -> Vec<String> {
    let rules = filter.ingress.iter().chain(&filter.egress);
    let ids: BTreeSet<_> = rules
        .flat_map(|rule| [Some(&rule.peer), rule.source.as_ref(), rule.destination.as_ref()])
        .filter_map(|peer| match peer {
            Some(Peer::Resource { id }) => facts.resource(id),
            _ => None,
        })
        .map(|other| &other.id)
        .collect();
    let said = ids.into_iter().filter_map(|id| facts.resource(id)).filter_map(|other| {
        let ranges = rule::addresses(facts, other);
        let chosen = matches!(
            other.kind.as_str(),
            "load-balancer"
                | "server-group"
                | "container-service"
                | "kubernetes-cluster"
                | "workload"
                | "bastion"
                | "analytics-workspace"
                | "data-warehouse"
                | "database"
                | "cache"
                | "file-share"
                | "private-endpoint"
                | "nat-gateway"
                | "function"
        );
        match (ranges.is_empty(), chosen) {
            (true, _) => Some(format!(
                "rows of “{title}” name “{}”, which has no address on AWS: they are left out; name a range",
                other.title
            )),
            (false, true) => Some(format!(
                "rows of “{title}” name “{}”, whose addresses AWS chooses: they hold for all of its subnets",
                other.title
            )),
            (false, false) => None,
        }
    });
    said.collect()
}

/// A log store hangs on it, and an ACL writes nothing.
fn unwritten(facts: &Facts<'_>, firewall: &ResolvedResource) -> Option<Diagnostic> {
    let store = super::logs::of(facts, firewall)?;
    let text = format!(
        "a network ACL writes nothing down, so “{}” gets nothing from “{}”: link it to the network, or let the firewall stand in the way (mode)",
        store.title, firewall.title
    );
    Some(unsupported(&firewall.id, None, text))
}

/// Another firewall stands before the same subnets and has their ACL.
fn second(facts: &Facts<'_>, filter: &Filter, firewall: &ResolvedResource) -> Option<Diagnostic> {
    let segments = filter.applies_to.iter().filter_map(|id| facts.resolved.segments.get(id));
    let other = segments
        .filter_map(|segment| before(facts, segment))
        .find(|first| first.id != filter.id)?;
    let nearer = facts.resource(&other.owner).map_or("", |owner| owner.title.as_str());
    let text = format!(
        "AWS gives a subnet one network ACL, and where “{nearer}” stands the lines of “{}” are left out: write them into “{nearer}” too, and take those subnets out of one of the two",
        firewall.title
    );
    Some(Diagnostic::error(
        "not-expressible-in-export",
        Place::attribute(&firewall.id, "rules"),
        text,
    ))
}
