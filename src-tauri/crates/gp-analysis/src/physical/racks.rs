//! What fills a rack: units, power on both feeds, weight.

use gp_catalog::resolved::{Resolved, ResolvedResource};
use gp_model::{Id, Value};
use std::{collections::BTreeMap, ops::RangeInclusive};

/// A rack as one sees it standing in front of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Elevation {
    /// The rack.
    pub rack: Id,
    /// Its units.
    pub units: u32,
    /// What stands in it, the highest first; what has no unit last.
    pub devices: Vec<Device>,
    /// Feeds A and B.
    pub feeds: [Feed; 2],
    /// What all of it weighs, in kg.
    pub weight: f64,
    /// What it carries, in kg.
    pub weight_limit: Option<f64>,
}

/// Something in a rack.
#[derive(Clone, Debug, PartialEq)]
pub struct Device {
    /// The resource.
    pub id: Id,
    /// What people call it.
    pub title: String,
    /// Its kind.
    pub kind: String,
    /// Its lowest unit, where it has a place.
    pub unit: Option<u32>,
    /// Units that it fills.
    pub height: u32,
    /// Watts that it draws.
    pub power: f64,
    /// Which feeds it is plugged into.
    pub feeds: Plugged,
    /// Kilograms.
    pub weight: f64,
}

/// The feeds that a device takes its power from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plugged {
    /// Half from each, and all from one when the other fails.
    Both,
    /// Feed A alone.
    A,
    /// Feed B alone.
    B,
}

/// One power feed of a rack.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Feed {
    /// `A` or `B`.
    pub name: char,
    /// Watts that it delivers; 0: there is none.
    pub capacity: f64,
    /// Watts drawn from it while both feeds work.
    pub load: f64,
    /// Watts drawn from it when the other fails.
    pub alone: f64,
}

impl Device {
    /// The units that it fills, where it has a place.
    pub fn fills(&self) -> Option<RangeInclusive<u32>> {
        let unit = self.unit?;
        Some(unit..=unit.saturating_add(self.height.max(1) - 1))
    }
}

/// All racks, in order of id.
pub fn all(resolved: &Resolved) -> Vec<Elevation> {
    let mut inside: BTreeMap<&Id, Vec<Device>> = BTreeMap::new();
    for resource in resolved.resources.values() {
        let Some(parent) = &resource.parent else { continue };
        if let Some(device) = device(resource) {
            inside.entry(parent).or_default().push(device);
        }
    }
    let racks = resolved.resources.values().filter(|resource| resource.kind == "rack");
    racks.map(|rack| elevation(rack, inside.remove(&rack.id).unwrap_or_default())).collect()
}

/// One rack; `None` where it is none.
pub fn one(resolved: &Resolved, rack: &str) -> Option<Elevation> {
    let rack = resolved.resource(rack).filter(|rack| rack.kind == "rack")?;
    let inside = resolved.resources.values().filter(|it| it.parent.as_ref() == Some(&rack.id));
    Some(elevation(rack, inside.filter_map(|resource| device(resource)).collect()))
}

fn elevation(rack: &ResolvedResource, mut devices: Vec<Device>) -> Elevation {
    devices.sort_by(|a, b| b.unit.cmp(&a.unit).then_with(|| a.id.cmp(&b.id)));
    let capacity = |name| number(rack, name).unwrap_or(0.0).max(0.0) * 1000.0;
    let (a, b) = (capacity("feed-a"), capacity("feed-b"));
    Elevation {
        rack: rack.id.clone(),
        units: whole(rack, "units").unwrap_or(42),
        feeds: [feed('A', (a, b), Plugged::A, &devices), feed('B', (b, a), Plugged::B, &devices)],
        weight: devices.iter().map(|device| device.weight).sum(),
        weight_limit: number(rack, "weight-limit"),
        devices,
    }
}

/// What its devices draw from one feed beside another.
fn feed(name: char, (capacity, other): (f64, f64), only: Plugged, devices: &[Device]) -> Feed {
    let drawn = |plugged: Plugged| {
        devices.iter().filter(|d| d.feeds == plugged).map(|d| d.power).sum::<f64>()
    };
    let (own, shared) = (drawn(only), drawn(Plugged::Both));
    // What has two plugs takes everything from the feed that is there.
    let (shared, alone) = match (capacity > 0.0, other > 0.0) {
        (true, true) => (shared / 2.0, shared),
        (true, false) => (shared, shared),
        (false, _) => (0.0, 0.0),
    };
    Feed { name, capacity, load: own + shared, alone: own + alone }
}

/// Something that has a height in units: what fills a part of a rack.
fn device(resource: &ResolvedResource) -> Option<Device> {
    let height = whole(resource, "height")?.max(1);
    Some(Device {
        id: resource.id.clone(),
        title: resource.title.clone(),
        kind: resource.kind.clone(),
        unit: whole(resource, "unit").filter(|unit| *unit > 0),
        height,
        power: number(resource, "power").unwrap_or(0.0).max(0.0),
        feeds: match resource.text("feeds") {
            Some("a") => Plugged::A,
            Some("b") => Plugged::B,
            _ => Plugged::Both,
        },
        weight: number(resource, "weight").unwrap_or(0.0).max(0.0),
    })
}

fn whole(resource: &ResolvedResource, name: &str) -> Option<u32> {
    u32::try_from(resource.integer(name)?).ok()
}

fn number(resource: &ResolvedResource, name: &str) -> Option<f64> {
    resource.value(name).and_then(Value::as_float).filter(|number| number.is_finite())
}

impl Elevation {
    /// What stands in it with a place.
    pub fn placed(&self) -> impl Iterator<Item = (&Device, RangeInclusive<u32>)> {
        self.devices.iter().filter_map(|device| Some((device, device.fills()?)))
    }

    /// The unit nearest to where something is or was to be, else the lowest, with room for all of it.
    pub fn room_for(&self, device: &Device) -> Option<u32> {
        let (height, wanted) = (device.height.max(1), device.unit.unwrap_or(1));
        let others: Vec<RangeInclusive<u32>> =
            self.placed().filter(|(other, _)| other.id != device.id).map(|(_, at)| at).collect();
        let last = self.units.checked_sub(height)? + 1;
        let is_free = |unit: &u32| {
            let top = unit + height - 1;
            others.iter().all(|at| top < *at.start() || at.end() < unit)
        };
        (1..=last).filter(is_free).min_by_key(|unit| unit.abs_diff(wanted))
    }

    /// Units that nothing fills.
    pub fn free(&self) -> u32 {
        let filled = |unit: &u32| self.placed().any(|(_, at)| at.contains(unit));
        (1..=self.units).filter(|unit| !filled(unit)).count() as u32
    }
}
