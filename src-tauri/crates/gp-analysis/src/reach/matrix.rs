//! The matrix: all end points × all services of the other, and one undrawn port each. This is
//! what the lab is compared with, packet by packet. Of regional services only functions
//! are sources.

use super::{
    World,
    words::{Block, Trace},
    world::HostNumber,
};
use crate::sets::PacketSet;
use gp_model::{PortSpec, Protocol};
use serde::Serialize;
use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
};

/// All end points and what passes between them.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Matrix {
    /// Names of the end points: [`Cell::from`] and [`Cell::to`] count in here.
    pub names: Vec<String>,
    /// Every pair and service, in order of source, destination, service.
    pub cells: Vec<Cell>,
}

/// One cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// Source.
    pub from: u32,
    /// Destination.
    pub to: u32,
    /// Protocol and ports. Ranges are cut so that all or nothing of one is allowed.
    pub service: PortSpec,
    /// A port that the drawing does not mention: expected closed.
    pub undrawn: bool,
    /// It arrives.
    pub allowed: bool,
    /// Something answers.
    pub answered: bool,
    /// It arrives by an address of the destination itself, and not only by way of a balancer.
    pub directly: bool,
    /// What arrives is passed on to a target: whether that works is all that a client sees.
    pub passed_on: bool,
}

impl Cell {
    /// Whether a real connection to the destination's own addresses fits: whether it was answered,
    /// and whether it arrived at all.
    pub fn fits(&self, open: bool, arrived: bool) -> bool {
        if self.passed_on {
            return open == (self.directly && self.answered);
        }
        arrived == self.directly && (open || !(self.directly && self.answered))
    }
}

/// What becomes of one connection to one address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Connects {
    /// It arrives, and answers come back.
    pub allowed: bool,
    /// Something answers.
    pub answered: bool,
    /// The hop and rule that decide, in words.
    pub because: String,
}

/// What two versions of a design allow differently.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Difference {
    /// Allowed now, and not before.
    pub opened: Vec<Row>,
    /// Allowed before, and not now.
    pub closed: Vec<Row>,
}

/// A cell in words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Row {
    /// Source.
    pub from: String,
    /// Destination.
    pub to: String,
    /// `tcp/443`.
    pub service: String,
}

/// Ports to choose the undrawn one from: each likely to be open by mistake, never in the range
/// that clients send from.
const UNDRAWN: [u16; 4] = [22, 23, 2222, 9];

impl World {
    /// All end points × all services of the other and one undrawn port of those inside networks.
    pub fn matrix(&self) -> Matrix {
        let hosts: Vec<HostNumber> = self.end_points().collect();
        let starting: Vec<HostNumber> =
            hosts.iter().copied().filter(|host| self.starts_connections(*host)).collect();
        let places: BTreeMap<HostNumber, u32> = hosts.iter().copied().zip(0..).collect();
        let services: Vec<Vec<(PortSpec, bool)>> =
            hosts.iter().map(|h| self.asked_of(*h)).collect();
        let starts: Vec<usize> = services
            .iter()
            .scan(0, |sum, list| Some(std::mem::replace(sum, *sum + list.len())))
            .collect();
        let row: usize = services.iter().map(Vec::len).sum();
        let mut cells = Vec::with_capacity(row * starting.len());
        for &source in &starting {
            let from = places[&source];
            for (to, list) in (0..).zip(&services) {
                cells.extend(list.iter().map(|&(service, undrawn)| Cell {
                    from,
                    to,
                    service,
                    undrawn,
                    allowed: false,
                    answered: false,
                    directly: false,
                    passed_on: false,
                }));
            }
        }
        let rows: BTreeMap<usize, usize> =
            starting.iter().map(|host| places[host] as usize).zip(0..).collect();
        for (a, b) in self.candidates(&starting, &hosts) {
            let Some(origin) = self.origin(a) else { continue };
            let verdict = self.verdict(origin, b);
            let (from, to) = (places[&a] as usize, places[&b] as usize);
            let first = rows[&from] * row + starts[to];
            let directly = self.directly(origin, b, &verdict.allowed);
            for cell in &mut cells[first..first + services[to].len()] {
                cell.allowed = verdict.allowed.contains_spec(cell.service);
                cell.answered = verdict.answered.contains_spec(cell.service);
                cell.directly = directly.contains_spec(cell.service);
                cell.passed_on = cell.allowed && self.passes_on(b, cell.service);
            }
        }
        cells.retain(|cell| cell.from != cell.to);
        Matrix { names: hosts.iter().map(|h| self.host(*h).name.clone()).collect(), cells }
    }

    /// What to ask of a destination: each service and linked port, and of what stands in a
    /// network one port beside them, that must be closed unless everything is open.
    fn asked_of(&self, host: HostNumber) -> Vec<(PortSpec, bool)> {
        let asked = &self.thing_of(host).asked;
        let taken = PacketSet::from_specs(asked.iter().copied());
        let free = UNDRAWN.into_iter().find(|port| !taken.contains(Protocol::Tcp, *port));
        let undrawn = free.filter(|_| self.host(host).area.is_some());
        let services = asked.iter().map(|spec| (*spec, false));
        services.chain(undrawn.map(|port| (PortSpec::tcp(port), true))).collect()
    }

    /// What becomes of one connection to one address of the destination, as a probe tries it.
    pub fn connects(&self, from: &str, to: &str, address: Ipv4Addr, service: PortSpec) -> Connects {
        let numbers = self.by_name.get(from).zip(self.by_name.get(to));
        let pair = numbers.and_then(|(a, b)| Some((self.origin(*a)?, *b)));
        let Some((origin, host)) = pair else {
            return Connects { because: Block::unknown(from).why, ..Connects::default() };
        };
        let way = self.walk(origin, host, u32::from(address));
        let wanted = PacketSet::of(service);
        let arrived = way.arrives.map(|_| self.survivors(&way.steps, wanted.clone()));
        let allowed = arrived.is_some_and(|arrived| wanted.is_subset(&arrived));
        let answered = allowed && wanted.is_subset(&self.verdict(origin, host).answered);
        let packet = wanted.example().unwrap_or((service.protocol, service.low));
        let trace = self.trace(origin, host, &way, packet);
        Connects { allowed, answered, because: deciding(&trace) }
    }

    /// The way of one packet to one address of the destination, hop by hop, up to the one that stops it.
    pub fn trace_to(
        &self,
        from: &str,
        to: &str,
        address: Ipv4Addr,
        service: PortSpec,
    ) -> Option<Trace> {
        let (a, b) = (*self.by_name.get(from)?, *self.by_name.get(to)?);
        let origin = self.origin(a)?;
        let way = self.walk(origin, b, u32::from(address));
        Some(self.trace(origin, b, &way, (service.protocol, service.low)))
    }

    /// Which hop and rule decide a cell, in words.
    pub fn because(&self, matrix: &Matrix, cell: &Cell) -> String {
        let number = |place: u32| self.by_name.get(&matrix.names[place as usize]).copied();
        let (Some(a), Some(b)) = (number(cell.from), number(cell.to)) else {
            return "not in this design".to_owned();
        };
        let Some(origin) = self.origin(a) else { return self.no_address(a).why };
        let wanted = PacketSet::of(cell.service);
        if cell.allowed {
            let trace = self.example(origin, b, None, &wanted);
            return trace.map_or_else(String::new, |trace| deciding(&trace));
        }
        let missing = wanted.difference(&self.allowed(origin, b));
        let block = self.blocks(origin, b, &missing).into_iter().next();
        block.map_or_else(String::new, |block| said(&block.hop, &block.why))
    }
}

/// The hop that decides: the one that stops the packet, else the last that had a rule.
fn deciding(trace: &Trace) -> String {
    let stopping = trace.hops.iter().find(|hop| !hop.passes);
    let hop = stopping.or_else(|| trace.hops.iter().rev().find(|hop| hop.rule.is_some()));
    hop.map_or_else(|| "nothing filters it".to_owned(), |hop| said(&hop.what, &hop.because))
}

fn said(what: &str, because: &str) -> String {
    format!("{what}: {because}")
}

impl Matrix {
    /// The cells in words, in order.
    pub fn rows(&self) -> impl Iterator<Item = (Row, &Cell)> {
        self.cells.iter().map(|cell| (self.row(cell), cell))
    }

    /// One cell in words.
    pub fn row(&self, cell: &Cell) -> Row {
        Row {
            from: self.names[cell.from as usize].clone(),
            to: self.names[cell.to as usize].clone(),
            service: cell.service.to_string(),
        }
    }

    /// Comma-separated values with a header; names are quoted where they need it.
    pub fn to_csv(&self) -> String {
        let mut csv = String::from("from,to,service,undrawn,allowed,answered\n");
        for (row, cell) in self.rows() {
            let names = [&row.from, &row.to, &row.service].map(|text| quoted(text));
            let flags = [cell.undrawn, cell.allowed, cell.answered];
            let flags = flags.map(|flag| if flag { "yes" } else { "no" });
            csv.extend([&names.join(","), ",", &flags.join(","), "\n"]);
        }
        csv
    }

    /// What differs from an earlier matrix. What only one of them asks counts as closed in the other.
    pub fn difference(before: &Self, after: &Self) -> Difference {
        Difference { opened: after.beyond(before), closed: before.beyond(after) }
    }

    /// What is open here and not there. Ranges may be cut in other places there.
    fn beyond(&self, other: &Self) -> Vec<Row> {
        let mut there: BTreeMap<(&str, &str), Vec<PortSpec>> = BTreeMap::new();
        for cell in other.cells.iter().filter(|cell| cell.allowed) {
            there.entry(other.pair(cell)).or_default().push(cell.service);
        }
        let mut rows = BTreeSet::new();
        for cell in self.cells.iter().filter(|cell| cell.allowed) {
            let open = there.get(&self.pair(cell)).map(Vec::as_slice).unwrap_or_default();
            let beyond = PacketSet::of(cell.service)
                .difference(&PacketSet::from_specs(open.iter().copied()));
            let (from, to) = self.pair(cell);
            rows.extend(beyond.specs().into_iter().map(|service| Row {
                from: from.to_owned(),
                to: to.to_owned(),
                service: service.to_string(),
            }));
        }
        rows.into_iter().collect()
    }

    fn pair(&self, cell: &Cell) -> (&str, &str) {
        (&self.names[cell.from as usize], &self.names[cell.to as usize])
    }
}

fn quoted(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}
