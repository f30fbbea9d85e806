//! Drawn firewalls: their table, taken as written, for the tier or network that they stand in, or for
//! what passes them where they are in the way ([`super::appliance`]). Part of step 7. Which lines never match is for the checks.

use super::{
    Context, State,
    allow::{peer, ports_word},
    appliance, sites,
};
use crate::{
    resolved::{Cause, Filter, FilterKind, FilterRule, Peer},
    value_check::rule_ports,
};
use gp_model::{Id, PortSpec, Table, Value};
use ipnet::Ipv4Net;
use std::net::Ipv4Addr;

/// The filter of one firewall.
pub(super) fn table(ctx: &Context<'_>, state: &State, id: &Id) -> Option<Filter> {
    let inherited = state.inherited.get(id)?;
    let in_the_way = appliance::is_one(inherited);
    let stateful =
        in_the_way || inherited.value("stateful").and_then(Value::as_bool).unwrap_or(true);
    let mut filter = Filter {
        id: format!("fw:{id}"),
        kind: if stateful { FilterKind::FirewallTable } else { FilterKind::NetworkAcl },
        owner: id.clone(),
        applies_to: if in_the_way {
            instances(state, id)
        } else {
            segments(state, inherited.subnet.as_ref(), inherited.network.as_ref())
        },
        stateful,
        ingress: Vec::new(),
        egress: Vec::new(),
    };
    let rows = inherited.value("rules").and_then(Value::as_list).unwrap_or_default();
    for (number, row) in rows.iter().enumerate() {
        if let Some(row) = row.as_table() {
            add_row(ctx, state, id, number as u32, row, &mut filter);
        }
    }
    // Every packet comes in to one that is in the way: its table is asked once.
    if in_the_way {
        filter.egress.clear();
    }
    Some(filter)
}

fn instances(state: &State, id: &Id) -> Vec<String> {
    let all = state.instances.get(id).into_iter().flat_map(|all| all.iter());
    all.filter(|one| one.segment.is_some()).map(|one| one.address.clone()).collect()
}

fn segments(state: &State, subnet: Option<&Id>, network: Option<&Id>) -> Vec<String> {
    let tiers: Vec<&Id> = match (subnet, network) {
        (Some(subnet), _) => vec![subnet],
        (None, Some(network)) => state.in_network.get(network).into_iter().flatten().collect(),
        (None, None) => Vec::new(),
    };
    tiers
        .iter()
        .filter_map(|id| state.tiers.get(*id))
        .flat_map(|tier| tier.segments.clone())
        .collect()
}

/// One row becomes a rule for each of its port ranges, in both directions. A row that cannot be
/// read, or that names nothing, matches nothing; the checks on rows and on their ends say so.
fn add_row(
    ctx: &Context<'_>,
    state: &State,
    id: &Id,
    number: u32,
    row: &Table,
    filter: &mut Filter,
) {
    let word = |key: &str| row.get(key).and_then(Value::as_str);
    let (Some(action), Ok(ports)) = (word("action"), rule_ports(row, word("protocol"))) else {
        return;
    };
    let at_site = sites::is_at_one(state, id);
    let end = |word| end(ctx, state, word, at_site);
    let ends = (end(word("source")), end(word("destination")));
    let (Some(source), Some(destination)) = ends else { return };
    let ports: Vec<Option<PortSpec>> = match ports {
        None => vec![None],
        Some(ports) => ports.into_iter().map(Some).collect(),
    };
    let over_six = over_six(state, [word("source"), word("destination")], [&source, &destination]);
    let rule = Row { firewall: id, number, allow: action == "allow", comment: word("comment") };
    rule.push(filter, &ports, &source, &destination, "");
    if let Some([source, destination]) = over_six {
        rule.push(filter, &ports, &source, &destination, "/ipv6");
    }
}

struct Row<'a> {
    firewall: &'a Id,
    number: u32,
    allow: bool,
    comment: Option<&'a str>,
}

impl Row<'_> {
    fn push(
        &self,
        filter: &mut Filter,
        ports: &[Option<PortSpec>],
        source: &Peer,
        destination: &Peer,
        family: &str,
    ) {
        let named = |peer: &Peer| (*peer != Peer::Any).then(|| peer.clone());
        for &one in ports {
            let suffix = one.filter(|_| ports.len() > 1).map(|p| format!("/{}", ports_word(p)));
            let suffix = suffix.unwrap_or_default();
            let rule = |way: &str, peer: &Peer, source: Option<Peer>, destination: Option<Peer>| {
                FilterRule {
                    id: format!("fw:{}/{}/{way}{suffix}{family}", self.firewall, self.number),
                    allow: self.allow,
                    peer: peer.clone(),
                    destination,
                    source,
                    ports: one,
                    cause: Cause::Row { id: self.firewall.clone(), row: self.number },
                    comment: self.comment.unwrap_or_default().to_owned(),
                }
            };
            filter.ingress.push(rule("in", source, None, named(destination)));
            filter.egress.push(rule("out", destination, named(source), None));
        }
    }
}

/// What a row means over IPv6 beside what it means anyway: where it names a network or a tier that has a
/// range, that range.
fn over_six(state: &State, words: [Option<&str>; 2], ends: [&Peer; 2]) -> Option<[Peer; 2]> {
    let six = words.map(|word| {
        let (id, range) = state.ranges6.get_key_value(word?)?;
        Some(Peer::Range6 { id: id.clone(), cidr: range.cidr })
    });
    let [source, destination] = six;
    if source.is_none() && destination.is_none() {
        return None;
    }
    let is_four = |peer: &Peer| matches!(peer, Peer::Cidr { .. });
    let other =
        |six: Option<Peer>, end: &Peer| six.or_else(|| (!is_four(end)).then(|| end.clone()));
    Some([other(source, ends[0])?, other(destination, ends[1])?])
}

/// `any`, a range, an address, or the id of a resource; a container means its range.
fn end(ctx: &Context<'_>, state: &State, word: Option<&str>, at_site: bool) -> Option<Peer> {
    let word = match word {
        None | Some("any") => return Some(Peer::Any),
        Some(word) => word,
    };
    if let Ok(cidr) = word.parse::<Ipv4Net>() {
        return Some(Peer::Cidr { cidr: cidr.trunc() });
    }
    if let Ok(address) = word.parse::<Ipv4Addr>() {
        return Some(Peer::Cidr { cidr: address.into() });
    }
    let id = Id::new(word);
    if let Some(range) = state.ranges.get(&id) {
        return Some(Peer::Cidr { cidr: range.cidr });
    }
    let inherited = state.inherited.get(&id)?;
    let holds = ctx.catalog.kind(&inherited.kind).is_some_and(|kind| kind.container);
    if holds {
        return None;
    }
    match sites::known(state, &id, inherited).as_deref() {
        Some([cidr]) if !at_site => Some(Peer::Cidr { cidr: *cidr }),
        _ => peer(state, &id),
    }
}
