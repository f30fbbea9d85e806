//! Shapes of the picture, in the canvas's order and sizes at 100 % (`ui/src/canvas/paint`): containers and their
//! headers, lanes, links, cards, then what stands over everything: names of lanes, ports, badges. What is drawn on
//! all of a sort is drawn one after the other, so that what overlaps there overlaps here.

use super::{
    scene::{Drawing, Icon, Look, Shape, Stroke},
    text::{Weight, fit, summary_in, width, wrap},
    theme::Colours,
    writer::{arrow, escaped, label_point, rounded},
};
use crate::{Theme, name::one_line};
use gp_catalog::kind::Family;
use gp_model::{Rect, Severity};
use std::{cmp::Reverse, collections::BTreeMap, fmt::Write as _};

/// Where things stand in a card, in units from its left edge; the canvas has the same at 100 %.
struct Anatomy {
    /// The tile in the family's tint; without one the icon stands alone.
    tile: Option<i32>,
    icon: i32,
    text: i32,
}

const LEFT: i32 = 8;
const FULL: Anatomy = Anatomy { tile: Some(40), icon: 20, text: 57 };
const COMPACT: Anatomy = Anatomy { tile: None, icon: 14, text: 27 };
/// What of its height a card leaves free round its tile.
const MARGIN: i32 = 8;
/// What a text keeps free at the card's right end.
const END: i32 = 6;
/// A text is not begun in less.
const LEAST_ROOM: i32 = 16;
const TITLE: f32 = 12.5;
const SUMMARY: f32 = 11.0;
/// The widest text in a pill.
const PILL_ROOM: f32 = 140.0;

/// The picture in the making.
pub struct Canvas {
    /// Of the theme.
    pub colours: &'static Colours,
    /// What is drawn so far.
    pub body: String,
    icons: BTreeMap<String, String>,
}

/// A text's face.
#[derive(Clone, Copy)]
struct Face<'c> {
    size: f32,
    weight: Weight,
    colour: &'c str,
    anchor: &'static str,
}

impl Canvas {
    /// An empty one; `size` guesses its length.
    pub fn new(theme: Theme, size: usize) -> Self {
        let (colours, body) = (Colours::of(theme), String::with_capacity(size));
        Self { colours, body, icons: BTreeMap::new() }
    }

    /// Its length so far.
    pub fn len(&self) -> usize {
        self.body.len()
    }

    /// Draws everything, back to front.
    pub fn draw(&mut self, drawing: &Drawing, badges: bool) {
        let of = |fits: fn(Look) -> bool| drawing.shapes.iter().filter(move |it| fits(it.look));
        let mut containers: Vec<&Shape> = of(Look::is_container).collect();
        containers.sort_by_key(|it| (it.depth, it.look));
        for it in &containers {
            self.container(it);
        }
        for it in &containers {
            self.header(it);
        }
        of(|look| look == Look::Lane).for_each(|it| self.lane(it));
        let mut links: Vec<&Stroke> =
            drawing.links.iter().filter(|it| it.points.len() > 1).collect();
        links.sort_by_key(|link| (link.state, link.quiet));
        for link in &links {
            self.link(link);
        }
        of(|look| look == Look::Note).for_each(|it| self.note(it));
        let cards = || of(|look| matches!(look, Look::Card | Look::Compact));
        cards().for_each(|it| self.body(it));
        cards().for_each(|it| self.symbol(it));
        cards().for_each(|it| self.words(it));
        of(|look| look == Look::Lane).for_each(|it| self.lane_label(it));
        links.iter().filter(|link| !link.label.is_empty()).for_each(|link| self.pill(link));
        if badges {
            self.badges(&drawing.shapes);
        }
    }

    /// What is worse lies above.
    fn badges(&mut self, shapes: &[Shape]) {
        let mut found: Vec<_> = shapes.iter().filter_map(|it| Some((it, it.badge()?))).collect();
        found.sort_by_key(|(_, severity)| Reverse(*severity));
        for (Shape { rect, .. }, severity) in found {
            badge(&mut self.body, self.colours, rect.right() - 18, rect.y, severity);
        }
    }

    fn container(&mut self, shape: &Shape) {
        let Rect { x, y, w, h } = shape.rect;
        let (fill, line, dash) = self.colours.container(shape.look);
        let _ = writeln!(
            self.body,
            "<rect data-id=\"{}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"10\" fill=\"{fill}\" stroke=\"{line}\"{dash}/>",
            escaped(&shape.id)
        );
    }

    /// Icon, title, and the fact that matters at the right.
    fn header(&mut self, shape: &Shape) {
        let c = self.colours;
        let Rect { x, y, w, h } = shape.rect;
        let room = (w - 44) as f32;
        if room < 36.0 || h < 20 {
            return;
        }
        self.icon(&shape.icon, (x + 11) as f32, (y + 9) as f32, 16, &c.muted);
        let title = fit(&shape.title, Weight::SemiBold, 12.0, room);
        let face = Face { size: 12.0, weight: Weight::SemiBold, colour: &c.text, anchor: "start" };
        self.text(x + 33, y + 21, face, &title);
        let left = (w - 33 - 28) as f32 - width(&title, Weight::SemiBold, 12.0);
        let fact = one_line(&shape.line);
        // Half a range says nothing.
        if width(&fact, Weight::Regular, 11.0) <= left {
            let face =
                Face { size: 11.0, weight: Weight::Regular, colour: &c.muted, anchor: "end" };
            self.text(x + w - 12, y + 21, face, &fact);
        }
    }

    /// A zone: a veil across its region, over containers and under what stands in them.
    fn lane(&mut self, shape: &Shape) {
        let Rect { x, y, w, h } = shape.rect;
        let (_, line, dash) = self.colours.container(Look::Lane);
        let _ = writeln!(
            self.body,
            "<rect data-id=\"{}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"10\" fill=\"{}\" fill-opacity=\"0.035\" stroke=\"{line}\"{dash}/>",
            escaped(&shape.id),
            self.colours.text
        );
    }

    fn lane_label(&mut self, shape: &Shape) {
        let c = self.colours;
        let Rect { x, y, w, .. } = shape.rect;
        let title = fit(&shape.title, Weight::SemiBold, 11.0, (w - 32).max(0) as f32);
        let (middle, wide) =
            (x as f32 + w as f32 / 2.0, width(&title, Weight::SemiBold, 11.0) + 18.0);
        let _ = writeln!(
            self.body,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"18\" rx=\"9\" fill=\"{}\" stroke=\"{}\"/><text x=\"{}\" y=\"{}\" font-size=\"11\" font-weight=\"600\" fill=\"{}\" text-anchor=\"middle\">{}</text>",
            short(middle - wide / 2.0),
            y - 9,
            short(wide),
            c.panel,
            c.region_line,
            short(middle),
            short(y as f32 + 3.9),
            c.muted,
            escaped(&title)
        );
    }

    /// A card's ground, edge and shadow.
    fn body(&mut self, shape: &Shape) {
        let c = self.colours;
        let Rect { x, y, w, h } = shape.rect;
        let id = escaped(&shape.id);
        let shadow = format!("fill=\"{}\" fill-opacity=\"{}\"", c.shadow.0, c.shadow.1);
        let _ = writeln!(
            self.body,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"8.5\" {shadow}/><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"9.5\" {shadow}/><rect data-id=\"{id}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"8\" fill=\"{}\" stroke=\"{}\"/>",
            f64::from(x) - 0.5,
            f64::from(y) + 0.5,
            w + 1,
            h + 1,
            f64::from(x) - 1.5,
            f64::from(y) + 0.5,
            w + 3,
            h + 3,
            c.card,
            c.line
        );
    }

    /// The icon, on its tile where there is room.
    fn symbol(&mut self, shape: &Shape) {
        let c = self.colours;
        let Rect { x, y, h, .. } = shape.rect;
        let Anatomy { tile, icon, .. } = anatomy(shape);
        let family = shape.family.unwrap_or(Family::Actor);
        let middle = y as f32 + h as f32 / 2.0;
        if let Some(tile) = tile {
            let size = tile.min(h - MARGIN) as f32;
            let _ = writeln!(
                self.body,
                "<rect x=\"{}\" y=\"{}\" width=\"{size}\" height=\"{size}\" rx=\"{}\" fill=\"{}\"/>",
                x + LEFT,
                middle - size / 2.0,
                (size / 4.0).min(7.0),
                c.tile(family)
            );
        }
        let left = (x + LEFT + tile.map_or(0, |tile| (tile - icon) / 2)) as f32;
        self.icon(&shape.icon, left, middle - icon as f32 / 2.0, icon, c.family(family));
    }

    /// Title, and under it what of the summary fits.
    fn words(&mut self, shape: &Shape) {
        let c = self.colours;
        let Rect { x, y, w, h } = shape.rect;
        let text = anatomy(shape).text;
        let room = w - text - END;
        if room < LEAST_ROOM {
            return;
        }
        let (left, middle, room) = ((x + text) as f32, y as f32 + h as f32 / 2.0, room as f32);
        let alone = shape.look == Look::Compact || shape.line.is_empty();
        let face = Face { size: TITLE, weight: Weight::SemiBold, colour: &c.text, anchor: "start" };
        let down = if alone { TITLE * 0.35 } else { -4.0 };
        let title = fit(&shape.title, face.weight, face.size, room);
        self.text_at(left, middle + down, face, &title);
        if !alone {
            let face =
                Face { size: SUMMARY, weight: Weight::Regular, colour: &c.muted, anchor: "start" };
            let summary = summary_in(&shape.line, face.weight, face.size, room);
            self.text_at(left, middle + 14.0, face, &summary);
        }
    }

    fn note(&mut self, shape: &Shape) {
        let c = self.colours;
        let Rect { x, y, w, h } = shape.rect;
        let _ = writeln!(
            self.body,
            "<rect data-id=\"{}\" x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"6\" fill=\"{}\" stroke=\"{}\"/>",
            escaped(&shape.id),
            c.note,
            c.note_line
        );
        let most = ((h - 12) / 17).max(1) as usize;
        let lines = wrap(&shape.title, Weight::Regular, 12.0, (w - 20) as f32, most);
        let face = Face { size: 12.0, weight: Weight::Regular, colour: &c.text, anchor: "start" };
        for (row, line) in (0..).zip(&lines) {
            self.text(x + 10, y + 21 + row * 17, face, line);
        }
    }

    fn link(&mut self, link: &Stroke) {
        let (colour, dash, wide) = self.colours.stroke(link.state, link.quiet);
        let _ = write!(
            self.body,
            "<path d=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{wide}\"{dash}/>",
            rounded(&link.points, !link.quiet)
        );
        if let Some(head) = arrow(&link.points).filter(|_| !link.quiet) {
            let _ = write!(self.body, "<path d=\"{head}\" fill=\"{colour}\"/>");
        }
        self.body.push('\n');
    }

    /// Ports stand above everything, so that no card covers them.
    fn pill(&mut self, link: &Stroke) {
        let c = self.colours;
        let at = link.label_at.map(|at| (at.x as f32, at.y as f32));
        let (x, y) = at.unwrap_or_else(|| label_point(&link.points));
        let label = fit(&link.label, Weight::SemiBold, 10.5, PILL_ROOM);
        let w = (width(&label, Weight::SemiBold, 10.5) + 14.0).max(26.0);
        let (line, text) = c.pill(link.state);
        let _ = writeln!(
            self.body,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"17\" rx=\"8.5\" fill=\"{}\" stroke=\"{line}\"/><text x=\"{}\" y=\"{}\" font-size=\"10.5\" font-weight=\"600\" fill=\"{text}\" text-anchor=\"middle\">{}</text>",
            short(x - w / 2.0),
            short(y - 8.5),
            short(w),
            c.panel,
            short(x),
            short(y + 3.8),
            escaped(&label)
        );
    }

    fn icon(&mut self, Icon { name, own }: &Icon, x: f32, y: f32, size: i32, colour: &str) {
        if !self.icons.contains_key(name) {
            let Some(inner) = own.as_deref().or_else(|| gp_catalog::icon(name)).and_then(inside)
            else {
                return;
            };
            self.icons.insert(name.clone(), inner);
        }
        let _ = write!(
            self.body,
            "<use href=\"#i-{}\" x=\"{x}\" y=\"{y}\" width=\"{size}\" height=\"{size}\" fill=\"{colour}\"/>",
            escaped(name)
        );
    }

    fn text(&mut self, x: i32, y: i32, face: Face<'_>, text: &str) {
        self.text_at(x as f32, y as f32, face, text);
    }

    fn text_at(
        &mut self,
        x: f32,
        y: f32,
        Face { size, weight, colour, anchor }: Face<'_>,
        text: &str,
    ) {
        if text.is_empty() {
            return;
        }
        let weight = if weight == Weight::SemiBold { " font-weight=\"600\"" } else { "" };
        let anchor =
            if anchor == "start" { String::new() } else { format!(" text-anchor=\"{anchor}\"") };
        let _ = writeln!(
            self.body,
            "<text x=\"{}\" y=\"{}\" font-size=\"{size}\"{weight} fill=\"{colour}\"{anchor}>{}</text>",
            short(x),
            short(y),
            escaped(text)
        );
    }

    /// The icons that are used, to be written before what uses them.
    pub fn icons(&self, out: &mut String) {
        out.push_str("<defs>\n");
        for (name, inner) in &self.icons {
            let _ = writeln!(
                out,
                "<symbol id=\"i-{}\" viewBox=\"0 0 32 32\">{inner}</symbol>",
                escaped(name)
            );
        }
        out.push_str("</defs>\n");
    }
}

fn anatomy(shape: &Shape) -> Anatomy {
    if shape.look == Look::Compact { COMPACT } else { FULL }
}

/// Two digits behind the point are finer than any screen.
fn short(value: f32) -> f32 {
    (value * 100.0).round() / 100.0
}

/// What stands inside an icon's outermost element.
fn inside(svg: &str) -> Option<String> {
    let start = svg.find('>')? + 1;
    let end = svg.rfind("</svg>")?;
    Some(svg.get(start..end)?.trim().to_owned())
}

/// Octagon, triangle or disc: shape and colour say the same.
pub fn badge(out: &mut String, c: &Colours, x: i32, y: i32, severity: Severity) {
    let outline = |r: f32| match severity {
        Severity::Error => {
            let k = r * 0.4142;
            format!(
                "M{} {}h{}l{} {}v{}l{} {}h{}l{} {}v{}z",
                short(-k),
                -r,
                short(2.0 * k),
                short(r - k),
                short(r - k),
                short(2.0 * k),
                short(k - r),
                short(r - k),
                short(-2.0 * k),
                short(k - r),
                short(k - r),
                short(-2.0 * k)
            )
        }
        Severity::Warning => {
            format!("M0 {}L{} {}H{}z", -r - 0.5, short(r * 1.12), short(r * 0.86), short(-r * 1.12))
        }
        Severity::Advice => format!("M{r} 0A{r} {r} 0 1 1 {} 0A{r} {r} 0 1 1 {r} 0z", -r),
    };
    let (colour, mark, sign) = match severity {
        Severity::Error => (&c.error, &c.card, "M0 -3.6V0.8M0 2.6V3.8"),
        Severity::Warning => (&c.warning, &c.warning_sign, "M0 -3.6V0.8M0 2.6V3.8"),
        Severity::Advice => (&c.accent, &c.card, "M0 -0.8V3.6M0 -3.6V-2.4"),
    };
    let edge = match severity {
        Severity::Warning => format!(" stroke=\"{}\" stroke-width=\"0.8\"", c.warning_line),
        Severity::Error | Severity::Advice => String::new(),
    };
    let _ = writeln!(
        out,
        "<g transform=\"translate({x} {y})\"><path d=\"{}\" fill=\"{}\"/><path d=\"{}\" fill=\"{colour}\"{edge}/><path d=\"{sign}\" stroke=\"{mark}\" stroke-width=\"1.6\" fill=\"none\"/></g>",
        outline(9.0),
        c.card,
        outline(7.5)
    );
}
