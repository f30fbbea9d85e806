//! How lines between networks slow packets down: what is drawn at peerings, at attachments to hubs, at gateways and
//! dedicated links. Flows have no bandwidth of their own: they share the lines they go over.

use super::{Blueprint, Crossing, build::Plot};
use gp_catalog::{resolved::Resolved, units};
use gp_model::{Id, LinkKind, Value};
use serde::{Deserialize, Serialize};
use std::fmt::{self, Display, Formatter};

/// What a cable does to packets, each way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    /// Whom its cable is made and removed with.
    pub owner: String,
    /// So many bits pass in a second; none: as many as come.
    pub bits: Option<u64>,
    /// So many microseconds a packet takes.
    pub delay: u32,
    /// So many of a million packets are lost.
    pub loss: u32,
}

/// Every cable that is slowed down.
pub(super) fn add_shapes(plot: &Plot<'_>, made: &mut Blueprint) {
    for crossing in &plot.crossings {
        let name = format!("peering:{}", crossing.name);
        let shape = shape(plot.resolved, crossing);
        if shape.slows() && made.cables.contains_key(&name) {
            made.shapes.insert(name, shape);
        }
    }
}

/// All lines on the way between two networks as one.
fn shape(resolved: &Resolved, crossing: &Crossing) -> Shape {
    let mut shape = Shape { owner: crossing.by.to_string(), ..Shape::default() };
    let (a, b) = &crossing.ends;
    let gateway = resolved.resource(&crossing.by).filter(|by| by.kind != "transit-hub");
    if let Some(text) = gateway.and_then(|gateway| gateway.text("bandwidth")) {
        shape.narrow(units::speed(text).ok());
    }
    for link in resolved.links.values() {
        let lines = matches!(link.kind, LinkKind::Peering | LinkKind::Attachment);
        let ends = [&link.from, &link.to];
        let at = |id: &Id| ends.contains(&id);
        let through_hub = gateway.is_none() && at(&crossing.by) && (at(a) || at(b));
        let by_gateway = gateway.is_some() && at(&crossing.by);
        if !(link.id == crossing.by || lines && (through_hub || by_gateway)) {
            continue;
        }
        let text = |name: &str| link.attributes.get(name).and_then(Value::as_str);
        // What cannot be read is a finding of the design; it slows nothing down.
        shape.narrow(text("bandwidth").and_then(|text| units::speed(text).ok()));
        let delay = text("latency").and_then(|text| units::delay(text).ok());
        shape.delay = shape.delay.saturating_add(delay.unwrap_or(0));
        let loss = text("loss").and_then(|text| units::share(text).ok()).unwrap_or(0);
        shape.loss = both_lost(shape.loss, loss);
    }
    shape
}

/// A packet has to come through both.
fn both_lost(one: u32, other: u32) -> u32 {
    const WHOLE: u64 = 1_000_000;
    let passes = (WHOLE - u64::from(one)) * (WHOLE - u64::from(other)) / WHOLE;
    (WHOLE - passes) as u32
}

impl Shape {
    fn slows(&self) -> bool {
        self.bits.is_some() || self.needs_netem()
    }

    /// Whether it does what only the kernel's `netem` can imitate.
    pub fn needs_netem(&self) -> bool {
        self.delay > 0 || self.loss > 0
    }

    fn narrow(&mut self, bits: Option<u64>) {
        self.bits = match (self.bits, bits) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }
}

impl Display for Shape {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        parts.extend(self.bits.map(|bits| format!("{bits} bits/s")));
        if self.delay > 0 {
            parts.push(format!("{} µs", self.delay));
        }
        if self.loss > 0 {
            parts.push(format!("{} of a million lost", self.loss));
        }
        f.write_str(&parts.join(", "))
    }
}
