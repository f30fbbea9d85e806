//! Intents with their ends expanded: a container means everything in it that has an address.

use super::{
    Context, Ids, State,
    links::named_ports,
    variables::{Problem, fill},
};
use crate::resolved::ResolvedIntent;
use gp_model::{Diagnostic, Id, Intent, Place, Value};

/// One intent; none where an end does not exist, which is said.
pub(super) fn resolved(
    ctx: &Context<'_>,
    state: &State,
    id: &Id,
    intent: &Intent,
    findings: &mut Vec<Diagnostic>,
) -> Option<ResolvedIntent> {
    for end in [&intent.from, &intent.to] {
        if !ctx.design.resources.contains_key(end) {
            let text = format!(
                "intent “{id}” names “{end}”, which does not exist: point it at something that does"
            );
            findings.push(Diagnostic::error(
                "intent-to-nothing",
                Place::Intent { id: id.clone() },
                text,
            ));
        }
    }
    if [&intent.from, &intent.to].iter().any(|end| !state.inherited.contains_key(*end)) {
        return None;
    }
    let destinations = inside(state, &intent.to);
    Some(ResolvedIntent {
        id: id.clone(),
        expect: intent.expect,
        from: intent.from.clone(),
        to: intent.to.clone(),
        sources: inside(state, &intent.from),
        ports: ports(ctx, state, id, intent, &destinations, findings),
        destinations,
    })
}

fn inside(state: &State, end: &Id) -> Vec<Id> {
    let mut found = Vec::new();
    let mut open = vec![end.clone()];
    // A machine may be below an end twice: in its rack, and as a guest of its tier.
    let mut seen = Ids::new();
    while let Some(id) = open.pop() {
        if !seen.insert(id.clone()) {
            continue;
        }
        // What stands inside itself is nowhere: the circle is said elsewhere.
        open.extend(
            state
                .children
                .get(&id)
                .into_iter()
                .flatten()
                .filter(|child| {
                    state.inherited.get(*child).is_some_and(|i| i.ancestors.contains(&id))
                })
                .cloned(),
        );
        open.extend(super::guests::of(state, &id).cloned());
        let instances = state.instances.get(&id);
        if instances.is_some_and(|all| all.iter().any(|i| i.ip.is_some() || i.public_ip.is_some()))
        {
            found.push(id);
        }
    }
    found.sort();
    found
}

/// The words that limit an intent, with variables filled in; a variable may hold several.
fn words(
    ctx: &Context<'_>,
    id: &Id,
    intent: &Intent,
    findings: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let mut found = Vec::new();
    for word in &intent.allow {
        let value = Value::from(word.as_str());
        let filled = fill(ctx, &value, false);
        let who = format!("intent “{id}”");
        let said =
            |problem: &Problem| problem.said(ctx, &who, "allow", Place::Intent { id: id.clone() });
        findings.extend(filled.problems.iter().map(said));
        match filled.value {
            Some(Value::List(items)) => {
                found.extend(items.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            Some(Value::String(text)) => found.push(text),
            // Said above, or by whoever looks for a service of this name.
            _ => found.push(word.clone()),
        }
    }
    found
}

fn ports(
    ctx: &Context<'_>,
    state: &State,
    id: &Id,
    intent: &Intent,
    destinations: &[Id],
    findings: &mut Vec<Diagnostic>,
) -> Vec<gp_model::PortSpec> {
    let mut ports = Vec::new();
    for word in &words(ctx, id, intent, findings) {
        let before = ports.len();
        for destination in destinations {
            for spec in named_ports(state, destination, std::slice::from_ref(word), |_| {}) {
                if !ports.contains(&spec) {
                    ports.push(spec);
                }
            }
        }
        let spelt = word.parse().ok();
        ports.extend(spelt.filter(|spec| !ports.contains(spec)));
        if ports.len() == before && spelt.is_none() {
            let text = format!(
                "intent “{id}” allows “{word}”, which is neither a port such as tcp/5432 nor a service of “{}”",
                intent.to
            );
            findings.push(Diagnostic::error(
                "unknown-service",
                Place::Intent { id: id.clone() },
                text,
            ));
        }
    }
    ports
}
