//! What each link means: its kind from its two ends, the ports it opens. Part of step 2, because
//! volumes follow their servers. Whether the link can work is for the proof.

use super::{Context, Ids, State, put};
use crate::{kind::Catalog, resolved::ResolvedLink};
use gp_model::{Diagnostic, Id, Link, LinkKind, Place, PortSpec};

/// Looks at changed links and those at changed resources. Returns those whose result changed.
pub(crate) fn step(ctx: &Context<'_>, state: &mut State, links: &Ids, resources: &Ids) -> Ids {
    for id in links {
        index(ctx, state, id);
    }
    let mut affected = links.clone();
    for id in resources {
        affected.extend(state.links_of.get(id).into_iter().flatten().cloned());
    }
    let mut changed = Ids::new();
    for id in affected {
        let mut findings = Vec::new();
        let link = ctx
            .design
            .links
            .get(&id)
            .and_then(|link| resolved(ctx, state, &id, link, &mut findings));
        state.find_link(&id, findings);
        if put(&mut state.links, &id, link) {
            changed.insert(id);
        }
    }
    changed
}

/// Keeps for each resource which links name it, whether or not they make sense.
fn index(ctx: &Context<'_>, state: &mut State, id: &Id) {
    if let Some((from, to)) = state.link_ends.remove(id) {
        for end in [from, to] {
            if let Some(all) = state.links_of.get_mut(&end) {
                all.remove(id);
            }
        }
    }
    if let Some(link) = ctx.design.links.get(id) {
        for end in [&link.from, &link.to] {
            state.links_of.entry(end.clone()).or_default().insert(id.clone());
        }
        state.link_ends.insert(id.clone(), (link.from.clone(), link.to.clone()));
    }
}

fn resolved(
    ctx: &Context<'_>,
    state: &State,
    id: &Id,
    link: &Link,
    findings: &mut Vec<Diagnostic>,
) -> Option<ResolvedLink> {
    for (name, end) in [("from", &link.from), ("to", &link.to)] {
        if !ctx.design.resources.contains_key(end) {
            let place = Place::Link { id: id.clone(), attribute: Some(name.to_owned()) };
            let text = format!(
                "link “{id}” names “{end}”, which does not exist: point it at something that does"
            );
            findings.push(Diagnostic::error("link-to-nothing", place, text));
        }
    }
    let (from, to) = (state.inherited.get(&link.from)?, state.inherited.get(&link.to)?);
    let decided = decide(ctx.catalog, &from.kind, &to.kind, link.kind);
    let known = [&from.kind, &to.kind].iter().all(|kind| ctx.catalog.kind(kind).is_some());
    let Some((kind, reversed)) = decided else {
        if known {
            findings.push(meaningless(id, link, (&from.kind, &to.kind)));
        }
        return None;
    };
    let (from, to) = if reversed { (&link.to, &link.from) } else { (&link.from, &link.to) };
    Some(ResolvedLink {
        id: id.clone(),
        kind,
        from: from.clone(),
        to: to.clone(),
        ports: ports(state, id, kind, to, link, findings),
        access: link.access.clone(),
        traffic: link.traffic.clone(),
        note: link.note.clone(),
        attributes: link.attributes.clone(),
    })
}

/// The link's kind, and whether it was drawn from the far end: a volume hangs on a server whichever
/// way the line was drawn.
fn decide(
    catalog: &Catalog,
    from: &str,
    to: &str,
    written: Option<LinkKind>,
) -> Option<(LinkKind, bool)> {
    let possible = |from: &str, to: &str| {
        let ends = catalog.kind(from).map(|kind| kind.links.as_slice()).unwrap_or_default();
        let to = to.to_owned();
        ends.iter().filter(move |end| end.to.contains(&to)).map(|end| end.kind)
    };
    let wanted = |kind: &LinkKind| written.is_none_or(|written| written == *kind);
    let either_way = |kind: &LinkKind| matches!(kind, LinkKind::Attachment | LinkKind::Peering);
    if let Some(kind) = possible(from, to).find(wanted) {
        return Some((kind, false));
    }
    if let Some(kind) = possible(to, from).filter(either_way).find(wanted) {
        return Some((kind, true));
    }
    let known = catalog.kind(from).is_some() && catalog.kind(to).is_some();
    written.filter(|kind| *kind == LinkKind::Dependency && known).map(|kind| (kind, false))
}

fn meaningless(id: &Id, link: &Link, (from, to): (&str, &str)) -> Diagnostic {
    let text = match link.kind {
        Some(kind) => {
            let word = serde_json::to_value(kind).ok();
            let word = word.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
            format!(
                "link “{id}” cannot be a {word} from a {from} to a {to}: leave its kind out, or choose other ends"
            )
        }
        None => format!(
            "link “{id}” means nothing: a {from} (“{}”) is not linked to a {to} (“{}”)",
            link.from, link.to
        ),
    };
    Diagnostic::error("link-without-meaning", Place::link(id), text)
}

fn ports(
    state: &State,
    id: &Id,
    kind: LinkKind,
    to: &Id,
    link: &Link,
    findings: &mut Vec<Diagnostic>,
) -> Vec<PortSpec> {
    if !matches!(kind, LinkKind::Flow | LinkKind::Target) {
        return Vec::new();
    }
    named_ports(state, to, &link.allow, |word| {
        let place = Place::Link { id: id.clone(), attribute: Some("allow".to_owned()) };
        let text = format!(
            "link “{id}” allows “{word}”, which is neither a port such as tcp/5432 nor a service of “{to}”"
        );
        findings.push(Diagnostic::error("unknown-service", place, text));
    })
}

/// The ports that `allow` words mean at a target: all its services where there are none.
pub(super) fn named_ports(
    state: &State,
    to: &Id,
    allow: &[String],
    mut unknown: impl FnMut(&str),
) -> Vec<PortSpec> {
    let services = state.inherited.get(to).map(|i| i.services.as_slice()).unwrap_or_default();
    let mut ports: Vec<PortSpec> = Vec::new();
    let mut add = |spec: PortSpec| {
        if !ports.contains(&spec) {
            ports.push(spec);
        }
    };
    if allow.is_empty() {
        for service in services {
            add(service.ports);
        }
    }
    for word in allow {
        let named: Vec<PortSpec> =
            services.iter().filter(|s| s.name == *word).map(|s| s.ports).collect();
        if !named.is_empty() {
            named.into_iter().for_each(&mut add);
        } else if let Ok(spec) = word.parse() {
            add(spec);
        } else {
            unknown(word);
        }
    }
    ports
}
