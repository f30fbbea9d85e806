//! What packets said: one cell per connection tried, with the rule that decided it as far as its
//! counter shows. Does not know what the proof says.

use crate::{
    blueprint::{Blueprint, engine, is_copy},
    cells::{Planned, cells},
    nft::{Action, Chain, Match, Rule},
    protocol::{Probe, Probed, Tried, Verdict},
    running::{self, Running},
};
use gp_catalog::{
    Resolved,
    borders::{Borders, CLIENT_PORTS},
    resolved::ResolvedResource,
};
use gp_model::{PortSpec, Protocol};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, net::Ipv4Addr};

/// The result of trying everything.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Verification {
    /// One per connection, in order of addresses.
    pub cells: Vec<Cell>,
    /// All of it.
    pub milliseconds: u32,
    /// What is stood in for: "orders: responder, not PostgreSQL".
    pub notes: Vec<String>,
}

/// One connection that was tried.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Cell {
    /// The source instance's address.
    pub from: String,
    /// The destination instance's address.
    pub to: String,
    /// The service, or a piece of it that no rule tells apart; its lowest port was tried.
    pub service: PortSpec,
    /// The address that gave the verdict.
    pub address: Ipv4Addr,
    /// A link of the drawing says that it works.
    pub drawn: bool,
    /// A port on which nothing is drawn.
    pub undrawn_port: bool,
    /// What happened.
    pub verdict: Verdict,
    /// The rule that decided, where one did.
    pub evidence: Option<Evidence>,
    /// How long the deciding try took.
    pub microseconds: u32,
}

/// A rule whose counter moved while this was tried. Others may have moved it too: all
/// connections are tried at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Evidence {
    /// In whose namespace.
    pub space: String,
    /// The rule's id in [`Resolved::filters`], or `default:FILTER/in` and its like.
    pub rule: String,
    /// Packets counted.
    pub packets: u64,
}

pub(crate) fn probes(
    resolved: &Resolved,
    planned: &[Planned],
    opens: impl Fn(&Planned) -> bool,
) -> Vec<Probe> {
    let forgetful = Borders::of_forgetful_rules(resolved);
    let clients = |protocol: Protocol| {
        let (low, high) = CLIENT_PORTS;
        let pieces = forgetful.pieces_of(PortSpec { protocol, low, high });
        if protocol == Protocol::Icmp || pieces.len() == 1 { Vec::new() } else { pieces }
    };
    // A balancer sends what comes from one port to one target, again and again: where one of several
    // is enough, any port will do.
    let balancers: BTreeSet<&str> = resolved
        .instances()
        .filter(|(resource, _)| resource.kind == "load-balancer")
        .map(|(_, instance)| &*instance.address)
        .collect();
    let probe = |cell: &Planned| {
        let drawn = opens(cell);
        let any = drawn && balancers.contains(&*cell.to);
        Probe {
            from: cell.from.clone(),
            addresses: cell.addresses.clone(),
            ports: cell.service,
            clients: if any { Vec::new() } else { clients(cell.service.protocol) },
            drawn,
        }
    };
    planned.iter().map(probe).collect()
}

/// What to try for a design.
pub(crate) fn planned(resolved: &Resolved) -> Vec<Planned> {
    cells(resolved)
}

/// Puts verdicts, counters and plan together.
pub(crate) fn verification(
    resolved: &Resolved,
    blueprint: &Blueprint,
    planned: Vec<Planned>,
    probed: &Probed,
    running: &[Running],
) -> Verification {
    let cells = planned
        .into_iter()
        .zip(&probed.results)
        .map(|(cell, tried)| Cell {
            evidence: evidence(blueprint, probed, &cell, tried),
            from: cell.from,
            to: cell.to,
            service: cell.service,
            address: tried.address,
            drawn: cell.drawn,
            undrawn_port: cell.undrawn_port,
            verdict: tried.verdict,
            microseconds: tried.microseconds,
        })
        .collect();
    let mut notes = notes(resolved);
    notes.extend(running::notes(running));
    notes.sort();
    Verification { cells, milliseconds: probed.milliseconds, notes }
}

fn has_address(resource: &ResolvedResource) -> bool {
    resource.instances.iter().any(|instance| instance.ip.is_some())
}

fn notes(resolved: &Resolved) -> Vec<String> {
    let mut notes = Vec::new();
    if resolved.segments.values().any(|segment| segment.cidr6.is_some()) {
        notes.push("IPv6: nothing is tried over it here; what holds over it is proven".to_owned());
    }
    for resource in resolved.resources.values() {
        match resource.kind.as_str() {
            "database" if engine(resolved, resource).is_some() => {}
            "database" if is_copy(resolved, resource) => {
                notes
                    .push(format!("{}: a responder on its port, no copy of the data", resource.id));
            }
            "cache" | "data-warehouse" | "database" => {
                notes.push(format!("{}: a responder on its port, no real engine", resource.id));
            }
            "analytics-workspace" => {
                notes.push(format!("{}: plain machines in place of its clusters", resource.id));
            }
            "kubernetes-cluster" => {
                notes.push(format!("{}: plain machines in place of its nodes", resource.id));
            }
            "container-service" | "workload" => {
                notes.push(format!("{}: responders on its ports, not its image", resource.id));
            }
            "file-share" => {
                notes.push(format!("{}: a responder on its port, no files behind it", resource.id));
            }
            "storage-array" if !resource.services.is_empty() => {
                notes.push(format!("{}: a responder on its port, no disks behind it", resource.id));
            }
            "hypervisor" | "router" | "switch" if has_address(resource) => {
                notes.push(format!(
                    "{}: its address for management, and nothing behind it",
                    resource.id
                ));
            }
            "api-gateway" | "cdn" | "document-store" | "queue" | "registry" | "topic"
            | "log-store" | "secret" | "stream" | "function" => {
                notes.push(format!("{}: a responder over plain HTTP, without TLS", resource.id));
            }
            "dns-zone" if fails_over_inside(resolved, resource) => notes.push(format!(
                "{}: inside a network the first of two answers always holds",
                resource.id
            )),
            "load-balancer" if resource.listeners.iter().any(|l| l.protocol == "https") => {
                notes.push(format!("{}: https listeners speak without TLS", resource.id));
            }
            _ => {}
        }
    }
    notes
}

/// What of drawn lines this kernel cannot do.
pub(crate) fn unlike(owners: &BTreeSet<String>) -> impl Iterator<Item = String> + '_ {
    owners.iter().map(|owner| {
        format!("{owner}: this kernel has no netem, so its latency and loss are not imitated")
    })
}

/// Whether a private zone has names with two answers: nobody outside can try which one holds.
fn fails_over_inside(resolved: &Resolved, zone: &ResolvedResource) -> bool {
    let own = resolved.records.iter().filter(|record| record.zone == zone.id);
    !resolved.is_public_zone(zone) && own.into_iter().any(|record| record.failover.is_some())
}

/// Follows the packet by the rules in its way: source's output, target's input; the first that
/// matches and whose counter moved. Refusals on routers are found by their counters.
fn evidence(
    blueprint: &Blueprint,
    probed: &Probed,
    cell: &Planned,
    tried: &Tried,
) -> Option<Evidence> {
    let source = source_address(blueprint, &cell.from)?;
    let leaving = decided(blueprint, probed, &cell.from, &Chain::Output, |rule| {
        matches_packet(rule, source, tried.address, cell.service)
    });
    if leaving.as_ref().is_some_and(|(_, refused)| *refused) {
        return leaving.map(|(evidence, _)| evidence);
    }
    let target = source_address(blueprint, &cell.to)?;
    let arriving = decided(blueprint, probed, &cell.to, &Chain::Input, |rule| {
        matches_packet(rule, source, target, cell.service)
    });
    match (tried.verdict, arriving) {
        (Verdict::Rejected, Some((evidence, true)))
        | (Verdict::Open | Verdict::NoListener, Some((evidence, false))) => Some(evidence),
        (Verdict::Open | Verdict::NoListener, _) => leaving.map(|(evidence, _)| evidence),
        _ => None,
    }
}

fn source_address(blueprint: &Blueprint, space: &str) -> Option<Ipv4Addr> {
    blueprint.cables.get(space)?.end.address.map(|net| net.addr())
}

/// The first counted rule of a chain that this packet meets, if its counter moved; and whether
/// it refuses.
fn decided(
    blueprint: &Blueprint,
    probed: &Probed,
    space: &str,
    chain: &Chain,
    meets: impl Fn(&Rule) -> bool,
) -> Option<(Evidence, bool)> {
    let rules = &blueprint.spaces.get(space)?.rules;
    let rule = rules.iter().find(|r| r.chain == *chain && r.id.is_some() && meets(r))?;
    let id = rule.id.clone()?;
    let packets = *probed.counted.get(space)?.get(&id)?;
    let evidence = Evidence { space: space.to_owned(), rule: id, packets };
    Some((evidence, rule.then == Action::Reject))
}

fn matches_packet(rule: &Rule, source: Ipv4Addr, destination: Ipv4Addr, service: PortSpec) -> bool {
    rule.when.iter().all(|condition| match condition {
        Match::Source(nets) => nets.iter().any(|net| net.contains(&source)),
        Match::SourceNot(nets) => !nets.iter().any(|net| net.contains(&source)),
        Match::Destination(nets) => nets.iter().any(|net| net.contains(&destination)),
        Match::Ports(ports) => {
            ports.protocol == service.protocol
                && ports.low <= service.low
                && service.low <= ports.high
        }
        Match::New => true,
        _ => false,
    })
}
