//! Load balancers: a proxy terminates connections in its own namespace; a pass-through one only
//! rewrites the destination, so that targets see the client, and their answers are led back
//! through it by the router.

use super::{
    Answer, Balancer, HealthCheck, Listener, Pool, RouteLine, Selector, Space,
    build::{everywhere, gateway, host},
    names::{device_name, hardware_address, slots},
};
use crate::nft::{Action, Chain, Match, Rule};
use gp_catalog::resolved::{Listener as Drawn, Resolved, ResolvedResource, Segment};
use gp_model::{Id, PortSpec, Protocol, Value};
use std::collections::{BTreeMap, BTreeSet};

/// First mark and table of return paths.
const RETURN: u32 = 500_000;

/// Whether a resource is a balancer that keeps the client's address.
pub(super) fn is_pass_through(resource: &ResolvedResource) -> bool {
    resource.kind == "load-balancer" && resource.text("mode") == Some("pass-through")
}

/// Instances that pass-through balancers send to.
pub(super) fn pass_through_targets(resolved: &Resolved) -> BTreeSet<String> {
    let balancers = resolved.resources.values().filter(|resource| is_pass_through(resource));
    balancers
        .flat_map(|balancer| &balancer.listeners)
        .flat_map(|listener| &listener.targets)
        .filter_map(|target| resolved.resource(&target.resource))
        .flat_map(|resource| resource.instances.iter().map(|i| i.address.clone()))
        .collect()
}

/// Ports that some balancer's health check asks, of every resource that is asked.
pub(super) fn checked_ports(resolved: &Resolved) -> BTreeMap<&Id, Vec<u16>> {
    let mut found: BTreeMap<&Id, Vec<u16>> = BTreeMap::new();
    for balancer in resolved.resources.values().filter(|one| !one.listeners.is_empty()) {
        let Some(port) = health_check(balancer).port else { continue };
        let targets = balancer.listeners.iter().flat_map(|listener| &listener.targets);
        let asked: BTreeSet<&Id> = targets.map(|target| &target.resource).collect();
        asked.into_iter().for_each(|one| found.entry(one).or_default().push(port));
    }
    found
}

fn health_check(resource: &ResolvedResource) -> HealthCheck {
    let table = resource.value("health-check").and_then(Value::as_table);
    let get = |key: &str| table.and_then(|table| table.get(key));
    let http = get("protocol").and_then(Value::as_str).is_some_and(|p| p.starts_with("http"));
    let path = get("path").and_then(Value::as_str).unwrap_or("/");
    HealthCheck {
        path: http.then(|| path.to_owned()),
        port: get("port").and_then(Value::as_integer).and_then(|port| u16::try_from(port).ok()),
    }
}

/// What a proxy's node listens on. Pass-through nodes listen on nothing.
pub(super) fn listeners(resource: &ResolvedResource) -> Vec<Listener> {
    let mut pool = 0;
    let mut found = Vec::new();
    for drawn in &resource.listeners {
        let answer = if let Some(port) = drawn.redirect {
            Answer::Redirect { port }
        } else {
            pool += 1;
            Answer::Proxy { pool: pool - 1 }
        };
        let by_kernel = drawn.redirect.is_none()
            && (is_pass_through(resource) || drawn.ports.protocol == Protocol::Udp);
        if !by_kernel {
            found.push(Listener { ports: drawn.ports, answer });
        }
    }
    found
}

/// Fills in a node's pools and, where the kernel forwards, its rules.
pub(super) fn add_balancer(resolved: &Resolved, resource: &ResolvedResource, space: &mut Space) {
    let proxy = !is_pass_through(resource);
    let pools: Vec<Pool> = resource
        .listeners
        .iter()
        .filter(|drawn| drawn.redirect.is_none())
        .map(|drawn| Pool { ports: drawn.ports, targets: targets(resolved, drawn) })
        .collect();
    space.balancer = Some(Balancer { proxy, check: health_check(resource), pools });
    let by_kernel = resource
        .listeners
        .iter()
        .any(|drawn| drawn.redirect.is_none() && (!proxy || drawn.ports.protocol == Protocol::Udp));
    if by_kernel {
        space.forwards = true;
        if proxy {
            let out = vec![Match::Out("eth0".into())];
            space.rules.push(Rule::plain(Chain::Leave, out, Action::Masquerade));
        }
        forward_only_allowed(space);
    }
}

/// The node's own group also judges what it passes on: by then the destination is a target.
fn forward_only_allowed(space: &mut Space) {
    let pools = space.balancer.as_ref().map(|b| b.pools.clone()).unwrap_or_default();
    let mut forwarded = Vec::new();
    for rule in space.rules.iter().filter(|rule| rule.chain == Chain::Input) {
        let opened = rule.when.iter().find_map(|condition| match condition {
            Match::Ports(ports) => Some(*ports),
            _ => None,
        });
        let rest: Vec<Match> =
            rule.when.iter().filter(|c| !matches!(c, Match::Ports(_))).cloned().collect();
        let Some(opened) = opened else {
            forwarded.push(Rule { chain: Chain::Forward, ..rule.clone() });
            continue;
        };
        let covered = pools.iter().filter(|pool| covers(opened, pool.ports));
        let ports: BTreeSet<u16> = covered.flat_map(|p| p.targets.iter().map(|t| t.1)).collect();
        for port in ports {
            let target = PortSpec { protocol: opened.protocol, low: port, high: port };
            let when = rest.iter().cloned().chain([Match::Ports(target)]).collect();
            forwarded.push(Rule { chain: Chain::Forward, when, ..rule.clone() });
        }
    }
    space.rules.extend(forwarded);
}

pub(super) fn covers(outer: PortSpec, inner: PortSpec) -> bool {
    outer.protocol == inner.protocol && outer.low <= inner.low && inner.high <= outer.high
}

fn targets(resolved: &Resolved, drawn: &Drawn) -> Vec<(std::net::Ipv4Addr, u16)> {
    let mut found = Vec::new();
    for target in &drawn.targets {
        let Some(resource) = resolved.resource(&target.resource) else { continue };
        let addresses = resource.instances.iter().filter_map(|instance| instance.ip);
        found.extend(addresses.map(|address| (address, target.ports.low)));
    }
    found
}

/// Rules by which a kernel-forwarding node spreads what arrives over these targets.
pub(crate) fn spread_rules(
    balancer: &Balancer,
    alive: impl Fn((std::net::Ipv4Addr, u16)) -> bool,
) -> Vec<Rule> {
    let kernel = |pool: &&Pool| !balancer.proxy || pool.ports.protocol == Protocol::Udp;
    let mut rules = Vec::new();
    for pool in balancer.pools.iter().filter(kernel) {
        let mut living = pool.targets.clone();
        living.retain(|target| alive(*target));
        // Where all are ill the check may be what is wrong: then all get it, as with the providers.
        let living = if living.is_empty() { pool.targets.clone() } else { living };
        let ports: BTreeSet<u16> = living.iter().map(|target| target.1).collect();
        // One port per rule: a map gives addresses only.
        let Some(port) = ports.first() else { continue };
        let group: Vec<_> = living.iter().copied().filter(|target| target.1 == *port).collect();
        let when = vec![Match::In("eth0".into()), Match::Ports(pool.ports)];
        rules.push(Rule::plain(Chain::Arrive, when, Action::Spread(group)));
    }
    rules
}

/// In the router: what came from a pass-through node is answered through it.
pub(super) fn return_paths(resolved: &Resolved, segments: &[&Segment], space: &mut Space) {
    let nodes: Vec<_> = resolved
        .instances()
        .filter(|(resource, _)| is_pass_through(resource))
        .filter_map(|(_, instance)| {
            let segment = segments.iter().find(|s| Some(&s.id) == instance.segment.as_ref())?;
            Some((instance, *segment, instance.ip?))
        })
        .collect();
    if nodes.is_empty() {
        return;
    }
    let numbers = slots(nodes.iter().map(|(instance, ..)| instance.address.as_str()), 100_000);
    for (instance, segment, address) in &nodes {
        let mark = RETURN + numbers.get(&instance.address).copied().unwrap_or_default();
        let device = device_name('s', &segment.id);
        // Its own addresses are answered to it directly anyway.
        let when = vec![
            Match::In(device.clone()),
            Match::Hardware(hardware_address(&instance.address)),
            Match::SourceNot(vec![host(*address), host(gateway(segment))]),
            Match::New,
        ];
        space.rules.push(Rule::plain(Chain::Mark, when, Action::Remember(mark)));
        space.selectors.insert(Selector::Mark { mark, table: mark });
        space.routes.insert(RouteLine {
            table: mark,
            destination: everywhere(),
            device: Some(device),
            gateway: Some(*address),
        });
    }
    space.rules.push(Rule::plain(Chain::Mark, vec![Match::Marked], Action::Recall));
}
