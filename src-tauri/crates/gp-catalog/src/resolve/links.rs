//! What each link means: its kind from its two ends, the ports it opens. Part of step 2, because
//! volumes follow their servers. Whether the link can work is for the proof.

use super::{
    Context, Ids, State,
    by_id::put,
    ids,
    variables::{fill, mentions, words},
};
use crate::{
    kind::Catalog,
    resolved::{Grant, ResolvedLink},
};
use gp_model::{Access, Diagnostic, Id, Link, LinkKind, Place, PortSpec, Table, Value};

/// Looks at changed links and those at changed resources; without any, the links are all there are.
/// Returns those whose result changed.
pub(crate) fn step(
    ctx: &Context<'_>,
    state: &mut State,
    links: &Ids,
    resources: Option<&Ids>,
) -> Ids {
    for id in links {
        index(ctx, state, id);
    }
    let mut affected = links.clone();
    for id in resources.into_iter().flatten() {
        affected.extend(state.links_of.get(id).into_iter().flatten().cloned());
    }
    let mut changed = Vec::new();
    for id in affected {
        let mut findings = Vec::new();
        ids::note(&mut state.odd, ids::Odd::Link, &id);
        let link = ctx
            .design
            .links
            .get(&id)
            .and_then(|link| resolved(ctx, state, &id, link, &mut findings));
        state.find_link(&id, findings);
        if put(&mut state.links, &id, link) {
            changed.push(id);
        }
    }
    changed.into_iter().collect()
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
            state.links_of.or_default(end).insert(id.clone());
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
    let mut values = Values { ctx, id, findings };
    let (allow, access) = (values.allow(link), values.access(link));
    let (traffic, note) =
        (values.text("traffic", link.traffic.as_ref()), values.text("note", link.note.as_ref()));
    let attributes = values.others(link);
    let logs_in = |words: &Vec<String>| words.is_empty() && is_bastion(state, from);
    let ports = allow.map(|allow| match log_in(state, to).filter(|_| logs_in(&allow)) {
        Some(port) => vec![port],
        None => ports(state, id, kind, to, &allow, findings),
    });
    Some(ResolvedLink {
        id: id.clone(),
        kind,
        from: from.clone(),
        to: to.clone(),
        ports: ports.unwrap_or_default(),
        access,
        traffic,
        note,
        attributes,
    })
}

/// What a link says, with variables filled in.
struct Values<'a> {
    ctx: &'a Context<'a>,
    id: &'a Id,
    findings: &'a mut Vec<Diagnostic>,
}

impl Values<'_> {
    fn place(&self, key: &str) -> Place {
        Place::Link { id: self.id.clone(), attribute: Some(key.to_owned()) }
    }

    /// The value, if it can be told.
    fn fill(&mut self, key: &str, value: Value) -> Option<Value> {
        if !mentions(&value) {
            return Some(value);
        }
        let filled = fill(self.ctx, &value, false);
        for problem in &filled.problems {
            let who = format!("link “{}”", self.id);
            self.findings.push(problem.said(self.ctx, &who, key, self.place(key)));
        }
        if filled.is_missing() { None } else { Some(filled.value.unwrap_or(value)) }
    }

    /// The words of a list; a variable among them may hold a list.
    fn list(&mut self, key: &str, value: Value, expected: &str) -> Option<Vec<String>> {
        let value = self.fill(key, value)?;
        let mut found = Vec::new();
        for item in value.as_list().unwrap_or(std::slice::from_ref(&value)) {
            let inner = item.as_list().unwrap_or(std::slice::from_ref(item));
            for word in inner {
                let Some(word) = word.as_str() else {
                    self.unfit(key, word.type_name(), expected);
                    return None;
                };
                found.push(word.to_owned());
            }
        }
        Some(found)
    }

    fn unfit(&mut self, key: &str, found: &str, expected: &str) {
        let text = format!("{key} of link “{}” expects {expected}, found {found}", self.id);
        self.findings.push(Diagnostic::error("unfit-link-value", self.place(key), text));
    }

    /// What it opens; `None` where that cannot be told: then it opens nothing.
    fn allow(&mut self, link: &Link) -> Option<Vec<String>> {
        let words = || Value::List(link.allow.iter().map(|w| Value::from(w.as_str())).collect());
        let value = link.attributes.get("allow").cloned().unwrap_or_else(words);
        self.list("allow", value, "ports such as tcp/5432 or names of services")
    }

    fn access(&mut self, link: &Link) -> Vec<Access> {
        let Some(value) = link.attributes.get("access") else { return link.access.clone() };
        let expected = "read, write, consume, publish, invoke or admin";
        let mut found = Vec::new();
        for word in self.list("access", value.clone(), expected).unwrap_or_default() {
            match serde_json::from_value(serde_json::Value::String(word.clone())) {
                Ok(access) => found.push(access),
                Err(_) => self.unfit("access", &format!("“{word}”"), expected),
            }
        }
        found
    }

    fn text(&mut self, key: &str, text: Option<&String>) -> Option<String> {
        let value = self.fill(key, Value::String(text?.clone()))?;
        words(&value)
    }

    fn others(&mut self, link: &Link) -> Table {
        let others =
            link.attributes.iter().filter(|(key, _)| !matches!(&***key, "allow" | "access"));
        others
            .filter_map(|(key, value)| Some((key.clone(), self.fill(key, value.clone())?)))
            .collect()
    }
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

fn is_bastion(state: &State, id: &Id) -> bool {
    state.inherited.get(id).is_some_and(|one| one.kind == "bastion")
}

/// Where people log in to a server, whatever it serves to others.
fn log_in(state: &State, server: &Id) -> Option<PortSpec> {
    let server = state.inherited.get(server)?;
    let port = if server.text("os") == Some("windows") { 3389 } else { 22 };
    Some(PortSpec::tcp(port))
}

fn ports(
    state: &State,
    id: &Id,
    kind: LinkKind,
    to: &Id,
    allow: &[String],
    findings: &mut Vec<Diagnostic>,
) -> Vec<PortSpec> {
    if !matches!(kind, LinkKind::Flow | LinkKind::Target) {
        return Vec::new();
    }
    named_ports(state, to, allow, |word| {
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

/// What a link grants: what it says, or what its kind needs to work at all.
pub(super) fn grant(link: &ResolvedLink) -> Option<Grant> {
    let (principal, target, implied) = match link.kind {
        LinkKind::Trigger => (&link.to, &link.from, vec![Access::Consume]),
        _ => (&link.from, &link.to, Vec::new()),
    };
    let access = if link.access.is_empty() { implied } else { link.access.clone() };
    if access.is_empty() {
        return None;
    }
    let (principal, target, link) = (principal.clone(), target.clone(), link.id.clone());
    Some(Grant { principal, target, access, link })
}
