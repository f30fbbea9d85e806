//! Transit hub that is to let others out by a network that has no way out for it.
//!
//! Bad: `egress = "shared"`, while shared does not hang on the hub, or has no NAT gateway.
//!
//! Good: shared is linked to the hub and has a NAT gateway in a public subnet.
//!
//! Why: what the others send to the internet goes nowhere.

use super::{
    prelude::*,
    unmet_need::{forbids_way_out, nat},
};
use gp_model::Link;

pub(crate) static RULE: Rule = Rule {
    id: "hub-without-way-out",
    severity: Severity::Error,
    source: include_str!("hub_without_way_out.rs"),
    reads: Reads {
        kinds: &["transit-hub"],
        attributes: &["egress", "exposure"],
        near: &[Near::Links, Near::Others, Near::Containers, Near::Needs, Near::Intents],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shared 10.20.0.0/16
    subnet web public
      nat-gateway out
  transit-hub hub egress=shared
internet internet
",
            r"
region frankfurt zones a,b location=frankfurt
  network shared 10.20.0.0/16
    subnet web public
  transit-hub hub egress=shared
shared -> hub
internet internet
",
        ],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shared 10.20.0.0/16
    subnet web public
      nat-gateway out
  transit-hub hub egress=shared
shared -> hub
internet internet
"],
    },
};

fn check(facts: &Facts<'_>, hub: &ResolvedResource, found: &mut Vec<Diagnostic>) {
    let Some(network) = hub.text("egress").and_then(|id| facts.resource(id)) else { return };
    if network.kind != "network" {
        return;
    }
    let mut say = |why: &str, fix: Option<(&str, Edit)>| {
        let message = format!("“{}” is to let others out by {why}", called(hub));
        let mut said = RULE.at(Place::attribute(&hub.id, "egress"), message);
        if let Some((title, edit)) = fix {
            said = said.fixed_by(title, edit);
        }
        found.push(said);
    };
    let hangs = facts.links_from(&network.id, LinkKind::Attachment).any(|link| link.to == hub.id);
    if !hangs {
        let (from, to) = (network.id.clone(), hub.id.clone());
        let id = facts.free_link(&format!("{from}-{to}"));
        let edit = Edit::AddLink { id, link: Link { from, to, ..Link::default() } };
        say(
            &format!("“{}”, which does not hang on it: link the two", called(network)),
            Some(("Link them", edit)),
        );
    }
    let has_nat = facts.of_kind("nat-gateway").any(|nat| nat.ancestors.contains(&network.id));
    if !has_nat {
        // Others' way out would be by this one, so that what forbids it anywhere forbids it here.
        match forbids_way_out(facts, None) {
            None => say(
                &format!("“{}”, which has no NAT gateway: add one", called(network)),
                Some(("Add a NAT gateway", nat(facts, network))),
            ),
            Some(intent) => say(
                &format!(
                    "“{}”, which has no NAT gateway, and the intent “{intent}” forbids one: name no way out, or change the intent",
                    called(network)
                ),
                None,
            ),
        }
    }
}
