//! Shapes of the picture: containers, cards, links, pills, badges. Sizes are those of the canvas.

use super::{
    theme::Colours,
    writer::{along, arrow, escaped, fit, rounded, width},
};
use crate::{LinkState, Theme};
use gp_catalog::{
    kind::{Family, Kind},
    resolved::{ResolvedLink, ResolvedResource},
};
use gp_model::{LinkKind, Point, PortSpec, Rect, Severity};
use std::{collections::BTreeMap, fmt::Write as _};

/// The picture in the making.
pub struct Canvas {
    colours: &'static Colours,
    body: String,
    pills: String,
    icons: BTreeMap<String, String>,
    /// Row of the picture → titles and facts of containers in it, which no pill may cover.
    headers: BTreeMap<i32, Vec<(f32, f32)>>,
}

/// Height of a row of [`Canvas::headers`].
const ROW: i32 = 16;
/// Half the height of a pill.
const PILL: i32 = 9;
/// Where a pill may stand on its line, the best place first.
const PLACES: [f32; 7] = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74];

impl Canvas {
    /// An empty one; `size` guesses its length.
    pub fn new(theme: Theme, size: usize) -> Self {
        Self {
            colours: Colours::of(theme),
            body: String::with_capacity(size),
            pills: String::new(),
            icons: BTreeMap::new(),
            headers: BTreeMap::new(),
        }
    }

    /// Its length so far.
    pub fn len(&self) -> usize {
        self.body.len() + self.pills.len()
    }

    /// A region, network, tier or frame: tinted ground, icon and title, the fact that matters.
    pub fn container(&mut self, resource: &ResolvedResource, kind: Option<&Kind>, rect: Rect) {
        let c = self.colours;
        let (fill, stroke, opacity, dashed) = match resource.kind.as_str() {
            "network" => (c.network_fill, c.network_border(), 0.45, false),
            "subnet" if resource.text("exposure") == Some("public") => {
                (c.public_fill, c.ok, 0.5, false)
            }
            "subnet" => (c.subnet_fill, c.line, 1.0, false),
            "frame" => ("none", c.line, 1.0, true),
            _ => (c.region, c.line, 1.0, true),
        };
        let Rect { x, y, w, h } = rect;
        let dash = if dashed { " stroke-dasharray=\"5 4\"" } else { "" };
        let _ = writeln!(
            self.body,
            "<rect x=\"{x}.5\" y=\"{y}.5\" width=\"{}\" height=\"{}\" rx=\"10\" fill=\"{fill}\" stroke=\"{stroke}\" stroke-opacity=\"{opacity}\"{dash}/>",
            (w - 1).max(1),
            (h - 1).max(1)
        );
        let zones = if resource.kind == "subnet" && !resource.zones.is_empty() {
            format!(" · zones {}", resource.zones.join(", "))
        } else {
            String::new()
        };
        let fact = kind.map(|kind| gp_catalog::summary(kind, resource)).unwrap_or_default();
        let room = w as f32 - 52.0;
        let fact = fit(&fact, 11.0, room * 0.5);
        let title =
            fit(&format!("{}{zones}", resource.title), 12.0, room - width(&fact, 11.0) - 12.0);
        let (left, right) = (x as f32, (x + w) as f32);
        self.keep_free(y + 21, (left, left + 33.0 + width(&title, 12.0)));
        self.keep_free(y + 21, (right - 12.0 - width(&fact, 11.0), right));
        self.icon(kind, x + 11, y + 9, 15, c.muted);
        self.text(x + 33, y + 21, 12.0, true, c.text, "start", &title);
        self.text(x + w - 12, y + 21, 11.0, false, c.muted, "end", &fact);
    }

    /// A zone: a veil across its region, over containers and under what stands in them; its name on
    /// the upper edge.
    pub fn lane(&mut self, zone: &ResolvedResource, Rect { x, y, w, h }: Rect) {
        let c = self.colours;
        let named = zone.title != zone.id.as_str();
        let letter = || format!("zone {}", zone.text("letter").unwrap_or("a"));
        let title = if named { zone.title.clone() } else { letter() };
        let title = fit(&title, 11.0, (w - 32).max(0) as f32);
        let label = (width(&title, 11.0) + 18.0).round();
        let middle = x as f32 + w as f32 / 2.0;
        let _ = writeln!(
            self.body,
            "<rect x=\"{x}.5\" y=\"{y}.5\" width=\"{}\" height=\"{}\" rx=\"10\" fill=\"{}\" fill-opacity=\"0.035\" stroke=\"{}\" stroke-dasharray=\"2 4\"/>",
            (w - 1).max(1),
            (h - 1).max(1),
            c.text,
            c.line
        );
        let _ = writeln!(
            self.pills,
            "<rect x=\"{}\" y=\"{}\" width=\"{label}\" height=\"18\" rx=\"9\" fill=\"{}\" stroke=\"{}\"/><text x=\"{middle}\" y=\"{}\" font-size=\"11\" font-weight=\"600\" fill=\"{}\" text-anchor=\"middle\">{}</text>",
            middle - label / 2.0,
            y - PILL,
            c.card,
            c.line,
            y + 4,
            c.muted,
            escaped(&title)
        );
        self.keep_free(y + 4, (middle - label / 2.0, middle + label / 2.0));
    }

    /// A card: icon tile, title, one line, a badge where there is a finding.
    pub fn card(
        &mut self,
        resource: &ResolvedResource,
        kind: Option<&Kind>,
        rect: Rect,
        finding: Option<Severity>,
    ) {
        let c = self.colours;
        let Rect { x, y, w, h } = rect;
        let _ = writeln!(
            self.body,
            "<rect x=\"{x}\" y=\"{}\" width=\"{w}\" height=\"{h}\" rx=\"8\" fill=\"#000\" fill-opacity=\"{}\"/><rect x=\"{x}.5\" y=\"{y}.5\" width=\"{}\" height=\"{}\" rx=\"8\" fill=\"{}\" stroke=\"{}\"/>",
            y + 1,
            c.shadow,
            (w - 1).max(1),
            (h - 1).max(1),
            c.card,
            c.line
        );
        let tint = c.family(kind.map_or(Family::Annotation, |kind| kind.family));
        if h < 44 {
            self.small_card(resource, kind, rect, tint);
        } else {
            self.tall_card(resource, kind, rect, tint);
        }
        if let Some(severity) = finding {
            self.badge(x + w - 4, y, severity);
        }
    }

    fn tall_card(
        &mut self,
        resource: &ResolvedResource,
        kind: Option<&Kind>,
        rect: Rect,
        tint: &str,
    ) {
        let c = self.colours;
        let Rect { x, y, w, h } = rect;
        let top = y + (h - 40) / 2;
        let _ = write!(
            self.body,
            "<rect x=\"{}\" y=\"{top}\" width=\"40\" height=\"40\" rx=\"6\" fill=\"{tint}\" fill-opacity=\"0.14\"/>",
            x + 8
        );
        self.icon(kind, x + 18, top + 10, 20, tint);
        let room = w as f32 - 58.0 - 6.0;
        let title = match resource.integer("count") {
            Some(count) if count > 1 => format!("{} × {count}", resource.title),
            _ => resource.title.clone(),
        };
        let second = kind.map_or_else(
            || format!("unknown kind {}", resource.kind),
            |kind| gp_catalog::summary(kind, resource),
        );
        let centre = y + h / 2;
        if second.trim().is_empty() {
            self.text(x + 58, centre + 4, 12.5, true, c.text, "start", &fit(&title, 12.5, room));
            return;
        }
        self.text(x + 58, centre - 4, 12.5, true, c.text, "start", &fit(&title, 12.5, room));
        self.text(x + 58, centre + 13, 11.0, false, c.muted, "start", &fit(&second, 11.0, room));
    }

    fn small_card(
        &mut self,
        resource: &ResolvedResource,
        kind: Option<&Kind>,
        rect: Rect,
        tint: &str,
    ) {
        let Rect { x, y, w, h } = rect;
        let centre = y + h / 2;
        self.icon(kind, x + 8, centre - 7, 14, tint);
        let title = fit(&resource.title, 11.0, w as f32 - 36.0);
        self.text(x + 28, centre + 4, 11.0, true, self.colours.text, "start", &title);
    }

    fn badge(&mut self, x: i32, y: i32, severity: Severity) {
        let c = self.colours;
        let _ = match severity {
            Severity::Error => writeln!(
                self.body,
                "<path d=\"M{} {}h6.6l4.7 4.7v6.6l-4.7 4.7h-6.6l-4.7-4.7v-6.6z\" fill=\"{}\" stroke=\"{}\" stroke-width=\"1.5\"/><path d=\"M{x} {}v5M{x} {}v.6\" stroke=\"#fff\" stroke-width=\"1.8\" stroke-linecap=\"round\"/>",
                f64::from(x) - 3.3,
                y - 8,
                c.error,
                c.canvas,
                y - 4,
                y + 4
            ),
            Severity::Warning | Severity::Advice => writeln!(
                self.body,
                "<path d=\"M{x} {}l8 14h-16z\" fill=\"{}\" stroke=\"{}\" stroke-width=\"1.5\" stroke-linejoin=\"round\"/><path d=\"M{x} {}v4.5M{x} {}v.4\" stroke=\"#171a21\" stroke-width=\"1.6\" stroke-linecap=\"round\"/>",
                y - 8,
                c.warning,
                c.canvas,
                y - 3,
                y + 4
            ),
        };
    }

    /// A link: a polyline with an arrow, its ports in a pill at the middle.
    pub fn link(&mut self, link: &ResolvedLink, route: &[Point], state: LinkState) {
        let c = self.colours;
        let (colour, dash) = match state {
            LinkState::Proven => (c.ok, ""),
            LinkState::Broken => (c.error, " stroke-dasharray=\"5 4\""),
            LinkState::Unproven => (c.link, ""),
        };
        let loose = matches!(link.kind, LinkKind::Attachment | LinkKind::Dependency);
        let dash = if loose { " stroke-dasharray=\"2 3\"" } else { dash };
        let _ = write!(
            self.body,
            "<path d=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"{dash}/>",
            rounded(route)
        );
        if !loose && let Some(head) = arrow(route) {
            let _ = write!(self.body, "<path d=\"{head}\" fill=\"{colour}\"/>");
        }
        self.body.push('\n');
        let label = label(link);
        if let Some((x, y)) = self.place(route, &label).filter(|_| !label.is_empty()) {
            self.pill(x, y, &label, colour, state);
        }
    }

    /// Remembers a header's text: its base line, and from where to where it goes.
    fn keep_free(&mut self, line: i32, reach: (f32, f32)) {
        for row in (line - 12).div_euclid(ROW)..=(line + 4).div_euclid(ROW) {
            self.headers.entry(row).or_default().push(reach);
        }
    }

    /// Where the pill of a link stands: near its middle, on no container's header.
    fn place(&self, route: &[Point], label: &str) -> Option<(f32, f32)> {
        let half = pill_width(label) / 2.0 + 2.0;
        let free = |(x, y): &(f32, f32)| {
            let rows = (*y as i32 - PILL).div_euclid(ROW)..=(*y as i32 + PILL).div_euclid(ROW);
            let mut headers = self.headers.range(rows).flat_map(|(_, reaches)| reaches);
            headers.all(|(left, right)| x + half < *left || *right < x - half)
        };
        let places = PLACES.iter().filter_map(|part| along(route, *part));
        places.clone().find(free).or_else(|| places.clone().next())
    }

    fn pill(&mut self, x: f32, y: f32, label: &str, colour: &str, state: LinkState) {
        let c = self.colours;
        let w = pill_width(label);
        let text = if state == LinkState::Unproven { c.muted } else { colour };
        let _ = writeln!(
            self.pills,
            "<rect x=\"{}\" y=\"{}\" width=\"{w}\" height=\"18\" rx=\"9\" fill=\"{}\" stroke=\"{colour}\" stroke-opacity=\"0.55\"/><text x=\"{x}\" y=\"{}\" font-size=\"10.5\" font-weight=\"600\" fill=\"{text}\" text-anchor=\"middle\" style=\"font-variant-numeric:tabular-nums\">{}</text>",
            x - w / 2.0,
            y - 9.0,
            c.card,
            y + 3.8,
            escaped(label)
        );
    }

    /// Pills stand above everything, so that no card covers a port.
    pub fn put_pills(&mut self) {
        let pills = std::mem::take(&mut self.pills);
        self.body.push_str(&pills);
    }

    fn icon(&mut self, kind: Option<&Kind>, x: i32, y: i32, size: i32, colour: &str) {
        let Some(name) = kind.map(|kind| kind.icon.as_str()) else {
            return;
        };
        if !self.icons.contains_key(name) {
            let Some(inner) = gp_catalog::icon(name).and_then(inside) else {
                return;
            };
            self.icons.insert(name.to_owned(), inner);
        }
        let _ = write!(
            self.body,
            "<use href=\"#i-{}\" x=\"{x}\" y=\"{y}\" width=\"{size}\" height=\"{size}\" fill=\"{colour}\"/>",
            escaped(name)
        );
    }

    #[expect(clippy::too_many_arguments, reason = "a text is a place, a face and its words")]
    fn text(
        &mut self,
        x: i32,
        y: i32,
        size: f32,
        bold: bool,
        colour: &str,
        anchor: &str,
        text: &str,
    ) {
        if text.is_empty() {
            return;
        }
        let weight = if bold { " font-weight=\"600\"" } else { "" };
        let anchor =
            if anchor == "start" { String::new() } else { format!(" text-anchor=\"{anchor}\"") };
        let _ = writeln!(
            self.body,
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{weight} fill=\"{colour}\"{anchor}>{}</text>",
            escaped(text)
        );
    }

    /// Puts icons, ground and shapes into the document.
    pub fn finish(self, out: &mut String, frame: Rect) {
        out.push_str("<defs>\n");
        for (name, inner) in &self.icons {
            let _ = writeln!(
                out,
                "<symbol id=\"i-{}\" viewBox=\"0 0 32 32\">{inner}</symbol>",
                escaped(name)
            );
        }
        out.push_str("</defs>\n");
        let Rect { x, y, w, h } = frame;
        let _ = writeln!(
            out,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"{}\"/>",
            self.colours.canvas
        );
        out.push_str(&self.body);
    }
}

fn pill_width(label: &str) -> f32 {
    (width(label, 10.5) + 14.0).max(28.0).round()
}

/// What stands inside an icon's outermost element.
fn inside(svg: &str) -> Option<String> {
    let start = svg.find('>')? + 1;
    let end = svg.rfind("</svg>")?;
    Some(svg.get(start..end)?.trim().to_owned())
}

/// What a pill says: the ports, grants where there are none.
fn label(link: &ResolvedLink) -> String {
    if matches!(link.kind, LinkKind::Attachment | LinkKind::Dependency | LinkKind::Cable) {
        return String::new();
    }
    let port = |ports: &PortSpec| {
        let text = ports.to_string();
        text.strip_prefix("tcp/").map_or_else(|| text.clone(), str::to_owned)
    };
    let words: Vec<String> = if link.ports.len() > 3 {
        vec![format!("{} ports", link.ports.len())]
    } else {
        link.ports.iter().map(port).collect()
    };
    words.join(", ")
}

/// A route with at most two bends, where the router gave none.
pub fn plain_route(from: Rect, to: Rect) -> Vec<Point> {
    let middle = |r: Rect| Point { x: r.x + r.w / 2, y: r.y + r.h / 2 };
    let (a, b) = (middle(from), middle(to));
    if from.bottom() < to.y || to.bottom() < from.y {
        let down = from.bottom() < to.y;
        let (start, end) = if down { (from.bottom(), to.y) } else { (from.y, to.bottom()) };
        let half = i32::midpoint(start, end);
        return straightened(vec![
            Point { x: a.x, y: start },
            Point { x: a.x, y: half },
            Point { x: b.x, y: half },
            Point { x: b.x, y: end },
        ]);
    }
    let right = a.x <= b.x;
    let (start, end) = if right { (from.right(), to.x) } else { (from.x, to.right()) };
    let half = i32::midpoint(start, end);
    straightened(vec![
        Point { x: start, y: a.y },
        Point { x: half, y: a.y },
        Point { x: half, y: b.y },
        Point { x: end, y: b.y },
    ])
}

fn straightened(mut points: Vec<Point>) -> Vec<Point> {
    points.dedup();
    if points.iter().all(|p| p.x == points[0].x) || points.iter().all(|p| p.y == points[0].y) {
        points = vec![points[0], points[points.len() - 1]];
    }
    points
}
