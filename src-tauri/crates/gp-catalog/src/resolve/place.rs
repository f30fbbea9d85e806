//! Step 8, place: what each resource is on the environment's provider, and everything known of it in
//! one. Kinds that deploy nothing have no counterparts anywhere; a kind that has some, but none
//! here, is said.

use super::{Context, Ids, State, appliance, by_id::put, inherit::Inherited, services};
use crate::resolved::{Attributes, Listener, Origin, ResolvedResource, ResolvedValue, Target};
use crate::{kind::Kind, providers};
use gp_model::{
    Diagnostic, Id, Lifecycle, LinkKind, Place, PortSpec, Provider, Severity, Table, Value,
};
use std::sync::Arc;

/// Looks at resources. Returns those whose result changed.
pub(crate) fn step(ctx: &Context<'_>, state: &mut State, affected: &Ids) -> Ids {
    let mut changed = Vec::new();
    for id in affected {
        let mut findings = Vec::new();
        let resource = resource(ctx, state, id, &mut findings);
        state.find(8, id, findings);
        if put(&mut state.resources, id, resource) {
            changed.push(id.clone());
        }
    }
    changed.into_iter().collect()
}

fn resource(
    ctx: &Context<'_>,
    state: &State,
    id: &Id,
    findings: &mut Vec<Diagnostic>,
) -> Option<ResolvedResource> {
    let inherited = state.inherited.get(id)?;
    Some(ResolvedResource {
        id: id.clone(),
        kind: inherited.kind.clone(),
        title: inherited.title.clone(),
        parent: inherited.ancestors.first().cloned(),
        ancestors: inherited.ancestors.clone(),
        lifecycle: inherited.lifecycle,
        was: inherited.was.clone(),
        attributes: attributes(state, id, inherited),
        tags: inherited.tags.clone(),
        raw: inherited.raw.clone(),
        raw_secondary: inherited.raw_secondary.clone(),
        services: inherited.services.clone(),
        instances: state.instances.get(id).cloned().unwrap_or_default(),
        zones: state.zones.get(id).cloned().unwrap_or_default(),
        counterparts: counterparts(ctx, state, id, inherited, findings),
        listeners: listeners(state, id, inherited),
    })
}

/// With the range that was allocated, and encrypted where a key hangs on it and nobody says otherwise.
fn attributes(state: &State, id: &Id, inherited: &Inherited) -> Arc<Attributes> {
    let mut attributes = Arc::clone(&inherited.attributes);
    if let Some(range) = state.ranges.get(id).filter(|range| range.allocated) {
        let written = inherited.value("cidr").cloned();
        let value = Value::String(range.cidr.to_string());
        let value = ResolvedValue { value, origin: Origin::Allocated, written };
        Arc::make_mut(&mut attributes).insert("cidr".to_owned(), Arc::new(value));
    }
    if let Some(range) = state.ranges6.get(id).filter(|range| range.allocated) {
        let written = inherited.value("ipv6-cidr").cloned();
        let value = Value::String(range.cidr.to_string());
        let value = ResolvedValue { value, origin: Origin::Allocated, written };
        Arc::make_mut(&mut attributes).insert("ipv6-cidr".to_owned(), Arc::new(value));
    }
    let unsaid = |own: &Arc<ResolvedValue>| own.origin == Origin::Default;
    if attributes.get("encrypted").is_some_and(unsaid)
        && let Some(key) = key_of(state, id)
    {
        let origin = Origin::Derived { from: format!("from the key “{key}”") };
        let value = ResolvedValue { value: Value::Bool(true), origin, written: None };
        Arc::make_mut(&mut attributes).insert("encrypted".to_owned(), Arc::new(value));
    }
    attributes
}

/// What a key is linked to: whether that is encrypted may follow from it.
pub(super) fn locked_by<'a>(state: &'a State, id: &'a Id) -> impl Iterator<Item = Id> + 'a {
    let is_key = state.inherited.get(id).is_some_and(|one| one.kind == "key");
    let links = state.links_of.get(id).into_iter().flatten().filter(move |_| is_key);
    links.filter_map(|link| state.links.get(link)).map(|link| link.to.clone())
}

/// The key that is linked to a thing.
fn key_of<'a>(state: &'a State, id: &Id) -> Option<&'a Id> {
    let links = state.links_of.get(id)?.iter().filter_map(|link| state.links.get(link));
    let mut hung = links.filter(|link| link.kind == LinkKind::Attachment && link.to == *id);
    let is_key = |id: &Id| state.inherited.get(id).is_some_and(|one| one.kind == "key");
    hung.find_map(|link| is_key(&link.from).then_some(&link.from))
}

fn counterparts(
    ctx: &Context<'_>,
    state: &State,
    id: &Id,
    inherited: &Inherited,
    findings: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let Some(kind) = ctx.catalog.kind(&inherited.kind) else { return Vec::new() };
    if inherited.lifecycle == Lifecycle::External {
        return Vec::new();
    }
    if kind.id == crate::RAW {
        return raw(ctx, id, inherited, findings);
    }
    if ctx.facts.modules.contains_key(&kind.id) {
        return kind.counterparts.get(&ctx.facts.provider).cloned().unwrap_or_default();
    }
    let provider = ctx.facts.provider;
    match kind.counterparts.get(&provider) {
        Some(all) if !all.is_empty() => return of_mode(all, inherited),
        _ if kind.counterparts.is_empty() => return Vec::new(),
        _ => {}
    }
    if let Some(all) = on_its_platform(ctx, kind, inherited, state) {
        return all;
    }
    let title = kind.title.as_str();
    // Docker is where a lab lives whose own machine has no namespaces.
    if matches!(provider, Provider::Lab | Provider::Docker) {
        findings.push(not_in_lab(id, inherited, title));
        return Vec::new();
    }
    let mut found = Diagnostic::error(
        "no-counterpart",
        Place::resource(id),
        format!(
            "“{}”: there is no counterpart of {} on {provider}: disable it in environment “{}” or draw it another way",
            crate::called(id, &inherited.title),
            crate::title::one_of(title),
            ctx.facts.id
        ),
    );
    found.environment = Some(ctx.facts.id.clone());
    findings.push(found);
    Vec::new()
}

/// Of a firewall's types on AWS those of an appliance, or those of an access list.
fn of_mode(all: &[String], inherited: &Inherited) -> Vec<String> {
    let of_appliance = |name: &&String| name.starts_with("aws_networkfirewall_");
    if inherited.kind != "firewall" || !all.iter().any(|name| of_appliance(&name)) {
        return all.to_vec();
    }
    let wanted = appliance::is_one(inherited);
    all.iter().filter(|name| of_appliance(name) == wanted).cloned().collect()
}

/// A lab is for trying who reaches whom: what has no part in that is no mistake.
fn not_in_lab(id: &Id, inherited: &Inherited, title: &str) -> Diagnostic {
    let called = crate::called(id, &inherited.title);
    let text = format!(
        "“{called}”: nothing in the lab stands for {}, so that it is left out there; everything else runs",
        crate::title::one_of(title)
    );
    Diagnostic::new("no-counterpart", Severity::Advice, Place::resource(id), text)
}

/// What it is on the platform of the container that runs it, where that itself is on the provider.
/// Where it is not, that is said there, and once.
fn on_its_platform(
    ctx: &Context<'_>,
    kind: &Kind,
    inherited: &Inherited,
    state: &State,
) -> Option<Vec<String>> {
    let around = inherited.ancestors.iter().filter_map(|id| state.inherited.get(id));
    let mut around = around.filter_map(|one| ctx.catalog.kind(&one.kind));
    let (host, platform) = around.find_map(|host| Some((host, host.platform?)))?;
    let there = host.counterpart(ctx.facts.provider).is_some();
    let all = kind.counterparts.get(&platform).filter(|_| there).cloned();
    Some(all.unwrap_or_default())
}

/// The type that a raw resource says, where it is one of this provider's.
fn raw(
    ctx: &Context<'_>,
    id: &Id,
    inherited: &Inherited,
    findings: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let Some(type_) = inherited.text("type") else { return Vec::new() };
    let provider = ctx.facts.provider;
    // Of a name that tells no provider it is said that there is no such type.
    let other = providers::provider_of(type_).filter(|of| *of != provider);
    let Some(other) = other else { return vec![type_.to_owned()] };
    let text = format!(
        "“{}” is {type_}, which is on {other}: environment “{}”, on {provider}, goes without it",
        crate::called(id, &inherited.title),
        ctx.facts.id
    );
    let mut found =
        Diagnostic::warning("raw-of-other-provider", Place::attribute(id, "type"), text);
    found.environment = Some(ctx.facts.id.clone());
    findings.push(found);
    Vec::new()
}

fn listeners(state: &State, id: &Id, inherited: &Inherited) -> Vec<Listener> {
    let rows = inherited.value("listeners").and_then(Value::as_list).unwrap_or_default();
    rows.iter().filter_map(|row| listener(state, id, row.as_table()?)).collect()
}

fn listener(state: &State, id: &Id, row: &Table) -> Option<Listener> {
    let protocol = row.get("protocol").and_then(Value::as_str).unwrap_or("tcp");
    let ports = services::port_of(row, services::transport(protocol))?;
    let redirect =
        row.get("redirect").and_then(Value::as_integer).and_then(|n| u16::try_from(n).ok());
    let links =
        state.links_of.get(id).into_iter().flatten().filter_map(|link| state.links.get(link));
    let targets =
        links.filter(|l| l.kind == LinkKind::Target && l.from == *id && redirect.is_none());
    // A link may be for one listener only.
    let targets =
        targets.filter(|l| match l.attributes.get("listener").and_then(Value::as_integer) {
            Some(only) => only == i64::from(ports.low),
            None => true,
        });
    let targets = targets.filter_map(|link| {
        let ports = forwarded(ports, protocol, state, &link.to, &link.ports)?;
        Some(Target { link: link.id.clone(), resource: link.to.clone(), ports })
    });
    Some(Listener { ports, protocol: protocol.to_owned(), redirect, targets: targets.collect() })
}

/// Which of a link's ports a listener forwards to: the service named like its protocol, the same
/// port, else the first.
fn forwarded(
    ports: PortSpec,
    protocol: &str,
    state: &State,
    to: &Id,
    offered: &[PortSpec],
) -> Option<PortSpec> {
    let fitting = || offered.iter().filter(|spec| spec.protocol == ports.protocol).copied();
    let services = state.inherited.get(to).map(|i| i.services.as_slice()).unwrap_or_default();
    let named = |spec: &PortSpec| services.iter().any(|s| s.name == protocol && s.ports == *spec);
    fitting()
        .find(named)
        .or_else(|| fitting().find(|spec| *spec == ports))
        .or_else(|| fitting().next())
}
