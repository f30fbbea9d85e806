//! Transit hub that is to let others out by a network that has no way out for it.
//!
//! Bad: `egress = "shared"`, while shared does not hang on the hub, or has no NAT gateway, or only public subnets.
//!
//! Good: shared is linked to the hub, has a NAT gateway in a public subnet, and a private subnet, which may be empty,
//! in which what comes by the hub lands.
//!
//! Why: what the others send to the internet goes nowhere. What lands in a public subnet leaves by the network's own
//! door with a private address, and no answer finds back.

use super::{
    prelude::*,
    unmet_need::{forbids_way_out, nat},
};
use crate::appliance::appliances;
use gp_model::Link;

pub(crate) static RULE: Rule = Rule {
    id: "hub-without-way-out",
    severity: Severity::Error,
    source: include_str!("hub_without_way_out.rs"),
    reads: Reads {
        kinds: &["transit-hub"],
        attributes: &["egress", "exposure", "mode"],
        near: &[
            Near::Links,
            Near::Others,
            Near::Containers,
            Near::Segments,
            Near::Needs,
            Near::Intents,
        ],
    },
    check: Check::Resource(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shared 10.20.0.0/16
    subnet web public
      nat-gateway out
    subnet landing private
  transit-hub hub egress=shared
internet internet
",
            r"
region frankfurt zones a,b location=frankfurt
  network shared 10.20.0.0/16
    subnet web public
    subnet landing private
  transit-hub hub egress=shared
shared -> hub
internet internet
",
            // What lands in a public tier leaves with an address that nobody answers.
            r"
region frankfurt zones a,b location=frankfurt
  network shared 10.20.0.0/16
    subnet web public
      nat-gateway out
  transit-hub hub egress=shared
shared -> hub
internet internet
",
            // From an isolated tier it goes nowhere, from the firewall's own past the firewall.
            r#"
region frankfurt zones a,b location=frankfurt
  network shared 10.20.0.0/16
    subnet web public
      nat-gateway out
    subnet fire private
      firewall wall mode=appliance rules=[{action="allow",source="10.0.0.0/8",destination="internet",protocol="tcp",ports=443}]
    subnet data isolated
      server store needs=[]
  network work 10.30.0.0/16
    subnet apps private
      server app needs=[]
  transit-hub hub egress=shared
shared -> hub
work -> hub
internet internet
"#,
            // What nobody may have is not offered.
            r"
region frankfurt zones a,b location=frankfurt
  network shared 10.20.0.0/16
    subnet web public
      nat-gateway out
  network work 10.30.0.0/16
    subnet apps private
      server app
  transit-hub hub egress=shared
shared -> hub
work -> hub
internet internet
! unreachable apps -> internet
",
        ],
        silent: &[r"
region frankfurt zones a,b location=frankfurt
  network shared 10.20.0.0/16
    subnet web public
      nat-gateway out
    subnet landing private
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
    if !facts.resolved.landing(&network.id).leads_out() {
        let beside = if has_firewall(facts, network) { " beside the firewall's own" } else { "" };
        let lacks =
            format!("“{}”, which has no private subnet to land in{beside}", called(network));
        match forbids_way_out(facts, None) {
            None => say(
                &format!("{lacks}: give it one, which may be empty"),
                Some(("Add a private subnet", landing(facts, network))),
            ),
            Some(intent) => say(
                &format!(
                    "{lacks}, and the intent “{intent}” forbids a way out: name none, or change the intent"
                ),
                None,
            ),
        }
    }
}

fn has_firewall(facts: &Facts<'_>, network: &ResolvedResource) -> bool {
    appliances(facts).any(|wall| wall.ancestors.contains(&network.id))
}

/// A private tier in which nothing has to stand.
fn landing(facts: &Facts<'_>, network: &ResolvedResource) -> Edit {
    Edit::AddResource {
        id: facts.free_id("landing"),
        kind: "subnet".to_owned(),
        parent: Some(network.id.clone()),
        attributes: Table::from_iter([("exposure".to_owned(), Value::from("private"))]),
        at: None,
    }
}
