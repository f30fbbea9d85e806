//! Thing that needs the internet and has no way out.
//!
//! Bad: a server in a private subnet of a network without a NAT gateway.
//!
//! Good: a NAT gateway in a public subnet, or `needs = []` at the server.
//!
//! Why: it could not fetch its packages when it first starts.

use super::prelude::*;
use crate::words::list;
use std::collections::BTreeMap;

pub(crate) static RULE: Rule = Rule {
    id: "unmet-need",
    severity: Severity::Warning,
    source: include_str!("unmet_need.rs"),
    reads: Reads {
        kinds: &[],
        attributes: &["needs", "exposure"],
        near: &[Near::Needs, Near::Containers, Near::Others],
    },
    check: Check::Design(check),
    cases: Cases {
        firing: &[r"
region frankfurt zones a,b location=frankfurt
  network shop 10.20.0.0/16
    subnet tier private
      server app http:tcp/80
"],
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
        let message = format!(
            "“{}” needs {} and has no way out: add a NAT gateway, or take the need away",
            called(resource),
            list(&needs)
        );
        let mut said = RULE.at(Place::resource(id), message);
        let isolated =
            facts.above(resource, "subnet").is_none_or(|s| s.text("exposure") == Some("isolated"));
        let network = facts.above(resource, "network").filter(|_| !isolated);
        if let Some(edit) = network.map(|network| nat(facts, network)) {
            said = said.fixed_by("Add a NAT gateway", edit);
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
