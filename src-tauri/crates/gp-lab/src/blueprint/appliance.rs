//! A firewall in the way: a namespace that forwards what its table lets pass, and the memory of the
//! router beside it that answers must come back through it.

use super::{
    Space,
    build::{gateway, host},
    filter,
    names::{device_name, hardware_address, slots},
};
use crate::nft::{Action, Chain, Match, Rule};
use gp_catalog::resolved::{FilterKind, Resolved, ResolvedResource, Segment};

/// First mark of connections that a firewall sent on.
const SEEN: u32 = 700_000;

/// Whether a resource stands in the way where it has a place.
pub(super) fn is_one(resource: &ResolvedResource) -> bool {
    resource.kind == "firewall"
}

/// Forwards what its table lets pass; takes nothing itself.
pub(super) fn appliance(resolved: &Resolved, address: &str, space: &mut Space) {
    space.forwards = true;
    space.listeners.clear();
    let id = format!("stray:{}", space.owner);
    space.rules.push(Rule::counted(Chain::Forward, vec![Match::Stray], Action::Reject, id));
    let tables = resolved.filters.values().filter(|table| {
        table.kind != FilterKind::SecurityGroup && table.applies_to.iter().any(|at| at == address)
    });
    for (number, table) in (0..).zip(tables) {
        let own = filter::table_rules(resolved, table, true, "in", number);
        space.rules.extend(own);
        space.rules.push(Rule::plain(Chain::Forward, vec![], Action::Jump(number)));
    }
    space.rules.push(Rule::plain(Chain::Input, vec![Match::Known], Action::Accept));
    let id = format!("closed:{}/in", space.owner);
    space.rules.push(Rule::counted(Chain::Input, vec![], Action::Reject, id));
}

/// A router refuses an answer that does not come back through the firewall that saw the question: it
/// would get there here, and nowhere that a provider keeps the firewall's connections.
pub(super) fn answers_come_back(resolved: &Resolved, segments: &[&Segment], space: &mut Space) {
    let walls: Vec<_> = resolved
        .instances()
        .filter(|(resource, _)| is_one(resource))
        .filter_map(|(_, instance)| {
            let segment = segments.iter().find(|s| Some(&s.id) == instance.segment.as_ref())?;
            Some((instance, *segment, instance.ip?))
        })
        .collect();
    let numbers = slots(walls.iter().map(|(instance, ..)| instance.address.as_str()), 100_000);
    for (instance, segment, address) in &walls {
        let mark = SEEN + numbers.get(&instance.address).copied().unwrap_or_default();
        let device = device_name('s', &segment.id);
        let sent_on = vec![
            Match::In(device.clone()),
            Match::Hardware(hardware_address(&instance.address)),
            Match::SourceNot(vec![host(*address), host(gateway(segment))]),
            Match::New,
        ];
        space.rules.push(Rule::plain(Chain::Mark, sent_on, Action::Remember(mark)));
        let astray =
            vec![Match::AnswerOf(mark), Match::InNot(device.clone()), Match::OutNot(device)];
        let id = format!("astray:{}", instance.address);
        space.rules.push(Rule::counted(Chain::Forward, astray, Action::Reject, id));
    }
}
