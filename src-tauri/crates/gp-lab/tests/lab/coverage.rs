//! Which kinds of hops a run of random drawings met, in designs and in cells: what is never met is not
//! tested, whatever the run says.

use gp_catalog::resolved::{
    Exposure, FilterKind, Instance, Resolved, ResolvedResource, Segment, Via,
};
use gp_lab::{Verdict, Verification};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    net::Ipv4Addr,
};

/// Everything that must be met, and in at least so many of a hundred designs.
const KINDS: [(&str, f32); 31] = [
    ("same tier", 20.0),
    ("other tier", 20.0),
    ("other zone", 20.0),
    ("peering", 10.0),
    ("hub", 10.0),
    ("hub, out by another network", 5.0),
    ("firewall in the way", 8.0),
    ("firewall in the way, over a hub", 3.0),
    ("vpn-gateway", 3.0),
    ("dedicated-link", 3.0),
    ("site", 10.0),
    ("nat per zone", 10.0),
    ("nat for all zones", 10.0),
    ("internet in", 50.0),
    ("internet out", 20.0),
    ("service", 30.0),
    ("end point, gateway", 5.0),
    ("end point, interface", 5.0),
    ("balancer, proxy", 10.0),
    ("balancer, pass-through", 10.0),
    ("balancer, redirect", 5.0),
    ("target down", 2.0),
    ("table that forgets", 10.0),
    ("table that remembers", 5.0),
    ("security group", 50.0),
    ("server group", 10.0),
    ("bastion", 5.0),
    ("function", 10.0),
    ("api gateway", 5.0),
    ("resolver", 5.0),
    ("name", 10.0),
];

/// Designs, cells and open cells per kind.
#[derive(Default)]
pub struct Coverage {
    designs: u32,
    cells: u32,
    open: u32,
    met: BTreeMap<&'static str, [u32; 3]>,
}

impl Coverage {
    /// Counts one design with what was tried in it.
    pub fn count(&mut self, resolved: &Resolved, tried: &Verification) {
        self.designs += 1;
        let ends: BTreeMap<&str, (&ResolvedResource, &Instance)> =
            resolved.instances().map(|end| (&*end.1.address, end)).collect();
        for cell in &tried.cells {
            let open = u32::from(cell.verdict <= Verdict::NoListener);
            self.cells += 1;
            self.open += open;
            let (Some(from), Some(to)) = (ends.get(&*cell.from), ends.get(&*cell.to)) else {
                continue;
            };
            for kind in kinds(resolved, *from, *to, cell.address, cell.service) {
                self.meet(kind, open);
            }
        }
    }

    /// A name was asked for.
    pub fn name(&mut self, answered: bool) {
        self.meet("name", u32::from(answered));
    }

    /// A design was tried without one of its targets.
    pub fn target_down(&mut self, resolved: &Resolved, tried: &Verification) {
        for cell in &tried.cells {
            let to = cell.to.split('[').next().unwrap_or_default();
            if resolved.resource(to).is_some_and(|it| it.kind == "load-balancer") {
                self.meet("target down", u32::from(cell.verdict == Verdict::Open));
            }
        }
    }

    fn meet(&mut self, kind: &'static str, open: u32) {
        let [designs, cells, opened] = self.met.entry(kind).or_default();
        *designs = 1;
        *cells += 1;
        *opened += open;
    }

    /// Puts that of another design to this one.
    pub fn add(&mut self, other: Self) {
        self.designs += other.designs;
        self.cells += other.cells;
        self.open += other.open;
        for (kind, counts) in other.met {
            let own = self.met.entry(kind).or_default();
            for (own, more) in own.iter_mut().zip(counts) {
                *own += more;
            }
        }
    }

    /// What was met too rarely to say that it was tested, or never open.
    pub fn too_rare(&self) -> Vec<&'static str> {
        let rare = KINDS.iter().filter(|(kind, least)| {
            let [designs, _, open] = self.met.get(kind).copied().unwrap_or_default();
            open == 0 || share(designs, self.designs) < *least
        });
        rare.map(|(kind, _)| *kind).collect()
    }
}

fn share(part: u32, all: u32) -> f32 {
    100.0 * part as f32 / all.max(1) as f32
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} designs, {} cells, {} of them open", self.designs, self.cells, self.open)?;
        for (kind, _) in KINDS {
            let [designs, cells, open] = self.met.get(kind).copied().unwrap_or_default();
            let designs = share(designs, self.designs);
            let share = share(cells, self.cells);
            writeln!(
                f,
                "{kind:32} {designs:5.1} % of designs {share:6.2} % of cells, {open:6} open"
            )?;
        }
        Ok(())
    }
}

/// What one cell meets on its way.
fn kinds(
    resolved: &Resolved,
    from: (&ResolvedResource, &Instance),
    to: (&ResolvedResource, &Instance),
    address: Ipv4Addr,
    service: gp_model::PortSpec,
) -> BTreeSet<&'static str> {
    let place = |instance: &Instance| {
        let segment = resolved.segments.get(instance.segment.as_deref()?)?;
        Some(&**segment)
    };
    let (start, end) = (place(from.1), place(to.1));
    let mut met = BTreeSet::new();
    met.extend(kinds_of_end(from.0, service, false));
    met.extend(kinds_of_end(to.0, service, true));
    met.extend(filters(resolved, from.1, start));
    met.extend(filters(resolved, to.1, end));
    if start.into_iter().chain(end).any(|it| resolved.is_at_site(&it.network)) {
        met.insert("site");
    }
    match (start, end) {
        (Some(a), Some(b)) if a.id == b.id => drop(met.insert("same tier")),
        (Some(a), Some(b)) if a.network == b.network => drop(met.insert("other tier")),
        (None, Some(_)) => drop(met.insert("internet in")),
        (Some(_), None) => drop(met.insert("internet out")),
        _ => {}
    }
    if from.1.zone != to.1.zone && start.is_some() && end.is_some() {
        met.insert("other zone");
    }
    if let Some(start) = start.filter(|start| !start.cidr.contains(&address)) {
        met.extend(routes(resolved, start, address));
    }
    met
}

fn kinds_of_end(
    end: &ResolvedResource,
    service: gp_model::PortSpec,
    is_target: bool,
) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    match end.kind.as_str() {
        "load-balancer" if is_target => {
            let through = end.text("mode") == Some("pass-through");
            kinds.push(if through { "balancer, pass-through" } else { "balancer, proxy" });
            if end.listeners.iter().any(|l| l.ports == service && l.redirect.is_some()) {
                kinds.push("balancer, redirect");
            }
        }
        "bucket" | "queue" | "secret" | "document-store" => kinds.push("service"),
        "server-group" => kinds.push("server group"),
        "bastion" => kinds.push("bastion"),
        "function" => kinds.push("function"),
        "api-gateway" => kinds.push("api gateway"),
        "dns-resolver" => kinds.push("resolver"),
        _ => {}
    }
    kinds
}

fn filters(resolved: &Resolved, at: &Instance, segment: Option<&Segment>) -> Vec<&'static str> {
    let names = |places: &[String]| {
        places.contains(&at.address) || segment.is_some_and(|segment| places.contains(&segment.id))
    };
    let own = resolved.filters.values().filter(|filter| names(&filter.applies_to));
    own.map(|filter| match filter.kind {
        FilterKind::SecurityGroup => "security group",
        FilterKind::FirewallTable => "table that remembers",
        FilterKind::NetworkAcl => "table that forgets",
    })
    .collect()
}

/// What the route tables say of an address, hop by hop.
fn routes(resolved: &Resolved, start: &Segment, address: Ipv4Addr) -> Vec<&'static str> {
    let mut met = Vec::new();
    let mut at = start;
    for _ in 0..4 {
        let table = resolved.route_tables.get(&at.route_table);
        let over = table.into_iter().flat_map(|table| &table.routes);
        let over = over.filter(|route| route.destination.contains(&address));
        let Some(route) = over.rev().max_by_key(|route| route.destination.prefix_len()) else {
            break;
        };
        let kind = |id: &str| resolved.resource(id).map_or("", |it| it.kind.as_str());
        let place = |name: &str| {
            let (resource, found) = resolved.instances().find(|(_, it)| it.address == name)?;
            Some((resource, &**resolved.segments.get(found.segment.as_deref()?)?))
        };
        let next = match &route.via {
            Via::Peering { .. } => {
                met.push("peering");
                None
            }
            Via::Hub { .. } => {
                met.push("hub");
                None
            }
            Via::Gateway { gateway, .. } => {
                met.push(if kind(gateway) == "vpn-gateway" {
                    "vpn-gateway"
                } else {
                    "dedicated-link"
                });
                None
            }
            Via::Endpoint { resource } => {
                let own = resolved.resource(resource);
                let own = own.is_some_and(|it| it.instances.iter().any(|one| one.ip.is_some()));
                met.push(if own { "end point, interface" } else { "end point, gateway" });
                None
            }
            Via::Nat { instance, hub } => {
                let found = place(instance);
                let zonal = found.is_some_and(|(it, _)| it.text("spread") != Some("regional"));
                met.push(if zonal { "nat per zone" } else { "nat for all zones" });
                met.extend(hub.as_ref().map(|_| "hub, out by another network"));
                found.map(|(_, segment)| segment)
            }
            Via::Firewall { instance, hub } => {
                met.push("firewall in the way");
                met.extend(hub.as_ref().map(|_| "firewall in the way, over a hub"));
                met.extend(hub.as_ref().map(|_| "hub, out by another network"));
                place(instance).map(|(_, segment)| segment)
            }
            _ => None,
        };
        let Some(next) = next.filter(|next| next.exposure != Exposure::Isolated) else { break };
        at = next;
    }
    met
}
