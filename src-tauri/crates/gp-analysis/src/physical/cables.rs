//! The cable schedule: every cable with both its ends, as somebody needs it who pulls them.

use super::ports;
use gp_catalog::resolved::{Resolved, ResolvedLink, ResolvedResource};
use gp_model::{Id, LinkKind, Value};
use std::cmp::Ordering;

/// Where a cable ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// The device.
    pub device: Id,
    /// What people call it.
    pub title: String,
    /// The site that it stands in.
    pub site: Option<String>,
    /// The rack that it stands in.
    pub rack: Option<String>,
    /// Its lowest unit there.
    pub unit: Option<i64>,
    /// The port.
    pub port: Option<String>,
}

/// One cable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cable {
    /// The link, which is also what is written on the cable.
    pub link: Id,
    /// Where it starts.
    pub from: End,
    /// Where it ends.
    pub to: End,
    /// What it is made of, as its drawing says: `om4`, `cat6a`.
    pub medium: Option<String>,
    /// How long it is, as its drawing says.
    pub length: Option<String>,
    /// Its colour.
    pub color: Option<String>,
    /// What it is for.
    pub note: Option<String>,
}

/// All cables that are drawn.
pub fn of(resolved: &Resolved) -> impl Iterator<Item = &ResolvedLink> {
    resolved.links.values().map(|link| &**link).filter(|link| link.kind == LinkKind::Cable)
}

/// All cables, in the order in which somebody walks along the racks.
pub fn schedule(resolved: &Resolved) -> Vec<Cable> {
    let mut found: Vec<Cable> = of(resolved).filter_map(|link| cable(resolved, link)).collect();
    found.sort_by(|a, b| ends(a, b).then_with(|| a.link.cmp(&b.link)));
    found
}

fn cable(resolved: &Resolved, link: &ResolvedLink) -> Option<Cable> {
    let words = |name: &str| match link.attributes.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Float(number) => Some(number.to_string()),
        _ => None,
    };
    Some(Cable {
        link: link.id.clone(),
        from: end(resolved, resolved.resource(&link.from)?, ports::named(link, "from-port")),
        to: end(resolved, resolved.resource(&link.to)?, ports::named(link, "to-port")),
        medium: words("medium"),
        length: words("length"),
        color: words("color"),
        note: link.note.clone(),
    })
}

fn end(resolved: &Resolved, device: &ResolvedResource, port: Option<String>) -> End {
    let around = |kind: &str| {
        let above = device.ancestors.iter().filter_map(|id| resolved.resource(id));
        above.into_iter().find(|it| it.kind == kind).map(|it| it.title.clone())
    };
    End {
        device: device.id.clone(),
        title: device.title.clone(),
        site: around("site"),
        rack: around("rack"),
        unit: device.integer("unit"),
        port,
    }
}

fn ends(a: &Cable, b: &Cable) -> Ordering {
    along(&a.from, &b.from).then_with(|| along(&a.to, &b.to))
}

fn along(a: &End, b: &End) -> Ordering {
    (&a.site, &a.rack, a.unit, &a.title)
        .cmp(&(&b.site, &b.rack, b.unit, &b.title))
        .then_with(|| number_last(a.port.as_deref()).cmp(&number_last(b.port.as_deref())))
}

/// `nic10` comes after `nic9`.
fn number_last(port: Option<&str>) -> (&str, u64) {
    let port = port.unwrap_or_default();
    let letters = port.trim_end_matches(|c: char| c.is_ascii_digit());
    (letters, port[letters.len()..].parse().unwrap_or(0))
}

const HEAD: [&str; 15] = [
    "Cable",
    "From site",
    "From rack",
    "From unit",
    "From device",
    "From port",
    "To site",
    "To rack",
    "To unit",
    "To device",
    "To port",
    "Medium",
    "Length",
    "Colour",
    "Note",
];

/// The schedule as comma-separated text, for a spreadsheet.
pub fn text(cables: &[Cable]) -> String {
    let mut out = HEAD.join(",") + "\n";
    for cable in cables {
        let mut cells = vec![cable.link.to_string()];
        for end in [&cable.from, &cable.to] {
            cells.push(end.site.clone().unwrap_or_default());
            cells.push(end.rack.clone().unwrap_or_default());
            cells.push(end.unit.map(|unit| unit.to_string()).unwrap_or_default());
            cells.push(end.title.clone());
            cells.push(end.port.clone().unwrap_or_default());
        }
        let others = [&cable.medium, &cable.length, &cable.color, &cable.note];
        cells.extend(others.map(|word| word.clone().unwrap_or_default()));
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        out += &(cells.join(",") + "\n");
    }
    out
}

/// A cell that a spreadsheet takes as text: it must neither end the cell nor start a formula.
fn quoted(cell: &str) -> String {
    let text = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}
