//! Thing that needs the internet and has no way out.
//!
//! Bad: a server in a private subnet of a network without a NAT gateway.
//!
//! Good: a NAT gateway in a public subnet, or `needs = []` at the server.
//!
//! Why: it could not fetch its packages when it first starts.

use super::prelude::*;
use crate::words::list;
use gp_catalog::resolved::ResolvedIntent;
use gp_model::{Expectation, PortSpec, Protocol};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) static RULE: Rule = Rule {
    id: "unmet-need",
    severity: Severity::Warning,
    source: include_str!("unmet_need.rs"),
    reads: Reads {
        kinds: &[],
        attributes: &["needs", "exposure"],
        near: &[Near::Needs, Near::Containers, Near::Others, Near::Intents],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app http:tcp/80
",
            // What nobody in the tier may have is not offered.
            r"
internet internet
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app http:tcp/80
! unreachable tier -> internet
",
            r"
internet internet
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet data private
      server store
    subnet tier private
      server app http:tcp/80 needs=[]
! only app -> internet
",
            // Mail is forbidden, packages are not.
            r"
internet internet
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app http:tcp/80
! unreachable tier -> internet tcp/25
",
        ],
        silent: &[
            r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet web public
      nat-gateway out
    subnet tier private
      server app http:tcp/80
internet internet
",
            r"
site office
  network floor 192.168.0.0/16
    subnet desks private
      server desk
",
        ],
    },
};

fn check(facts: &Facts<'_>, found: &mut Vec<Diagnostic>) {
    let mut unmet: BTreeMap<&Id, Vec<String>> = BTreeMap::new();
    for need in facts.resolved.needs.iter().filter(|n| n.by.is_none() && !n.built_in) {
        let word = format!("{:?}", need.need).to_lowercase();
        unmet.entry(&need.resource).or_default().push(word);
    }
    for (id, needs) in unmet {
        let Some(resource) = facts.resource(id) else { continue };
        // How a site reaches the internet is its own affair, and seldom drawn.
        if facts.above(resource, "site").is_some() {
            continue;
        }
        let isolated =
            facts.above(resource, "subnet").is_none_or(|s| s.text("exposure") == Some("isolated"));
        let network = facts.above(resource, "network").filter(|_| !isolated);
        let forbidden = network.and_then(|network| forbids_way_out(facts, Some(network)));
        let ways = match forbidden {
            None => "add a NAT gateway, or take the need away".to_owned(),
            Some(intent) => {
                format!("take the need away, for the intent “{intent}” forbids a NAT gateway here")
            }
        };
        let message =
            format!("“{}” needs {} and has no way out: {ways}", called(resource), list(&needs));
        let mut said = RULE.at(Place::resource(id), message);
        if let Some(intent) = forbidden {
            said = said.and_at(Place::Intent { id: intent.clone() });
        } else if let Some(network) = network {
            said = said.fixed_by("Add a NAT gateway", nat(facts, network));
        }
        if facts.kind(resource).is_some_and(|k| k.attributes.contains_key("needs")) {
            said =
                said.fixed_by("Take the need away", set(id, "needs", Value::List(kept(facts, id))));
        }
        found.push(said);
    }
}

/// The needs that are met.
fn kept(facts: &Facts<'_>, id: &Id) -> Vec<Value> {
    let met =
        facts.resolved.needs.iter().filter(|n| n.resource == *id && (n.built_in || n.by.is_some()));
    met.filter_map(|n| serde_json::to_value(n.need).ok()?.as_str().map(Value::from)).collect()
}

/// The intent that a NAT gateway would break: with one, whatever needs something in the network, or in any
/// where none is named, may fetch it from the internet.
pub(super) fn forbids_way_out<'a>(
    facts: &Facts<'a>,
    network: Option<&ResolvedResource>,
) -> Option<&'a Id> {
    let inside = |id: &Id| {
        network.is_none_or(|network| {
            facts
                .resource(id)
                .and_then(|resource| facts.above(resource, "network"))
                .is_some_and(|above| above.id == network.id)
        })
    };
    let unmet = facts.resolved.needs.iter().filter(|need| need.by.is_none() && !need.built_in);
    let needy: BTreeSet<&Id> = unmet.map(|need| &need.resource).filter(|id| inside(id)).collect();
    let fetches = |intent: &&ResolvedIntent| {
        let port = |spec: &PortSpec| {
            spec.protocol == Protocol::Tcp
                && FETCHED_BY.iter().any(|port| (spec.low..=spec.high).contains(port))
        };
        intent.ports.is_empty() || intent.ports.iter().any(port)
    };
    let to_internet = |intent: &&ResolvedIntent| {
        facts.resource(&intent.to).is_some_and(|to| to.kind == "internet")
    };
    let intents = facts.resolved.intents.values().map(|intent| &**intent);
    let mut broken = intents.filter(to_internet).filter(fetches).filter(|intent| {
        let named = |id: &&Id| intent.sources.contains(*id);
        match intent.expect {
            Expectation::Reachable => false,
            Expectation::Unreachable => needy.iter().any(named),
            Expectation::Only => !needy.iter().all(named),
        }
    });
    broken.next().map(|intent| &intent.id)
}

/// The ports by which needs are met over the internet.
const FETCHED_BY: [u16; 2] = [80, 443];

/// A NAT gateway in a public subnet of the network, which is made where there is none.
pub(super) fn nat(facts: &Facts<'_>, network: &ResolvedResource) -> Edit {
    let add = |id: Id, kind: &str, parent: &Id, attributes: Table| Edit::AddResource {
        id,
        kind: kind.to_owned(),
        parent: Some(parent.clone()),
        attributes,
        at: None,
    };
    let gateway = facts.free_id("way-out");
    let public = facts
        .of_kind("subnet")
        .find(|s| s.text("exposure") == Some("public") && s.ancestors.contains(&network.id));
    if let Some(public) = public {
        return add(gateway, "nat-gateway", &public.id, Table::new());
    }
    let tier = facts.free_id("public");
    let exposure = Table::from_iter([("exposure".to_owned(), Value::from("public"))]);
    let edits = vec![
        add(tier.clone(), "subnet", &network.id, exposure),
        add(gateway, "nat-gateway", &tier, Table::new()),
    ];
    Edit::Batch { name: "Add a NAT gateway".to_owned(), edits }
}
