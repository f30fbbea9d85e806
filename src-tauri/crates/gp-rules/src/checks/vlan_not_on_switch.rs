//! Machine in a tier whose VLAN its switch does not carry.
//!
//! Bad: a server in a tier with VLAN 30, with its cables in a switch with `vlans = ["10", "20"]`.
//!
//! Good: VLAN 30 among the switch's.
//!
//! Why: the switch drops its packets, so nobody reaches it.

use super::prelude::*;
use gp_analysis::physical::{cables, ports};

pub(crate) static RULE: Rule = Rule {
    id: "vlan-not-on-switch",
    severity: Severity::Error,
    source: include_str!("vlan_not_on_switch.rs"),
    reads: Reads {
        kinds: &[],
        attributes: &["vlan", "vlans", "subnet", "fabric"],
        near: &[Near::Links, Near::Segments],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r#"
site hall
  network lan 10.20.0.0/16
    subnet tier vlan=30
  switch leaf vlans=["10","20-29"]
  physical-server one subnet=tier
one -> leaf kind=cable from-port=nic1 to-port=1
"#],
        silent: &[r#"
site hall
  network lan 10.20.0.0/16
    subnet tier vlan=30
  switch leaf vlans=["10","20-39"]
  switch trunk
  switch red fabric=a vlans=["10"]
  physical-server one subnet=tier hbas=1
one -> leaf kind=cable from-port=nic1 to-port=1
one -> trunk kind=cable from-port=nic2 to-port=1
one -> red kind=cable from-port=hba1 to-port=1
one -> leaf kind=cable from-port=mgmt to-port=2
"#],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    for cable in cables::of(facts.resolved) {
        for (device, end, switch) in
            [(&cable.from, "from-port", &cable.to), (&cable.to, "to-port", &cable.from)]
        {
            let (Some(device), Some(switch)) = (facts.resource(device), facts.resource(switch))
            else {
                continue;
            };
            if data_port(cable, end) {
                found.extend(said(facts, cable, device, switch));
            }
        }
    }
}

/// Whether packets of a machine's own tier leave by this end; storage and management have their own.
fn data_port(cable: &ResolvedLink, end: &str) -> bool {
    ports::named(cable, end).is_none_or(|port| port != "mgmt" && !port.starts_with("hba"))
}

fn said(
    facts: &Facts<'_>,
    cable: &ResolvedLink,
    device: &ResolvedResource,
    switch: &ResolvedResource,
) -> Option<Diagnostic> {
    let passes_on = |it: &ResolvedResource| matches!(it.kind.as_str(), "switch" | "router");
    if passes_on(device) || !passes_on(switch) || switch.text("fabric").is_some_and(|f| f != "none")
    {
        return None;
    }
    let tier = facts.above(device, "subnet")?;
    let vlan = tier.integer("vlan")?;
    let carried = switch.value("vlans").and_then(Value::as_list)?;
    if carried.is_empty() || carried.iter().any(|words| holds(words, vlan)) {
        return None;
    }
    let message = format!(
        "“{}” is in “{}”, VLAN {vlan}, which “{}” does not carry: add it there",
        called(device),
        called(tier),
        called(switch)
    );
    let mut more = carried.to_vec();
    more.push(vlan.to_string().into());
    let said =
        RULE.at(Place::link(&cable.id), message).and_at(Place::attribute(&switch.id, "vlans"));
    Some(
        said.fixed_by(
            format!("Carry VLAN {vlan} there"),
            set(&switch.id, "vlans", Value::List(more)),
        ),
    )
}

/// `30`, or `20-39`.
fn holds(words: &Value, vlan: i64) -> bool {
    let Some(words) = words.as_str() else { return words.as_integer() == Some(vlan) };
    let (low, high) = words.split_once('-').unwrap_or((words, words));
    let number = |text: &str| text.trim().parse::<i64>().ok();
    matches!((number(low), number(high)), (Some(low), Some(high)) if (low..=high).contains(&vlan))
}
