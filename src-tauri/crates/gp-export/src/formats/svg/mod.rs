//! The drawing as on the canvas: vector shapes, text as text, light or dark. The design's own text
//! travels inside, so that the picture opens again ([`design_inside`]).

mod shapes;
mod theme;
pub mod writer;

use crate::{Drawing, Input};
use gp_catalog::{kind::Kind, resolved::ResolvedResource};
use gp_model::{Diagnostic, Id, Place, Rect};
use gp_plan::FileSet;
use shapes::Canvas;
use std::fmt::Write as _;

/// Free space around the drawing.
const MARGIN: i32 = 24;
const OPEN: &str = "<groundplan-design xmlns=\"urn:groundplan:design\">";
const CLOSE: &str = "</groundplan-design>";

/// Everything that can be drawn.
pub fn kinds() -> Vec<&'static str> {
    gp_catalog::builtin().kinds.keys().map(String::as_str).collect()
}

/// Draws the picture.
pub fn export(input: &Input<'_>) -> FileSet {
    let mut files = FileSet::default();
    let Some(drawing) = input.drawing else {
        let text = "a picture needs the drawing: open the design, or lay it out first";
        files.diagnostics.push(Diagnostic::error("picture-without-drawing", Place::Design, text));
        return files;
    };
    let name = format!("{}.svg", crate::name::slug(&input.resolved.design.name));
    files.text(name, picture(input, drawing));
    files
}

fn picture(input: &Input<'_>, drawing: &Drawing) -> String {
    let frame = frame(drawing);
    let mut canvas = Canvas::new(input.options.theme, input.resolved.resources.len() * 700);
    let all = containers_first(input, drawing);
    let form = |resource: &ResolvedResource| {
        let kind = gp_catalog::builtin().kind(&resource.kind);
        (Form::of(resource, kind), kind)
    };
    for &(resource, rect) in &all {
        if let (Form::Container, kind) = form(resource) {
            canvas.container(resource, kind, rect);
        }
    }
    for &(resource, rect) in &all {
        if let (Form::Lane, _) = form(resource) {
            canvas.lane(resource, rect);
        }
    }
    for (id, link) in &input.resolved.links {
        if let Some(route) = route(drawing, id, &link.from, &link.to) {
            canvas.link(link, &route, drawing.link_states.get(id).copied().unwrap_or_default());
        }
    }
    for &(resource, rect) in &all {
        if let (Form::Card, kind) = form(resource) {
            canvas.card(resource, kind, rect, drawing.findings.get(&resource.id).copied());
        }
    }
    canvas.put_pills();
    document(input, drawing, frame, canvas)
}

/// How a thing is drawn.
enum Form {
    Container,
    /// Zones lie across their region and hold nothing.
    Lane,
    Card,
}

impl Form {
    fn of(resource: &ResolvedResource, kind: Option<&Kind>) -> Self {
        match resource.kind.as_str() {
            "zone" => Self::Lane,
            "frame" => Self::Container,
            _ if kind.is_some_and(|kind| kind.container) => Self::Container,
            _ => Self::Card,
        }
    }
}

/// What is drawn, from the outside in.
fn containers_first<'i>(input: &Input<'i>, drawing: &Drawing) -> Vec<(&'i ResolvedResource, Rect)> {
    let placed =
        input.resolved.resources.values().filter_map(|r| Some((&**r, *drawing.boxes.get(&r.id)?)));
    let mut all: Vec<(&ResolvedResource, Rect)> = placed.collect();
    all.sort_by_key(|(resource, _)| resource.ancestors.len());
    all
}

fn frame(drawing: &Drawing) -> Rect {
    let boxes = drawing.boxes.values();
    let (mut left, mut top, mut right, mut bottom) = (i32::MAX, i32::MAX, i32::MIN, i32::MIN);
    for rect in boxes {
        left = left.min(rect.x);
        top = top.min(rect.y);
        right = right.max(rect.right());
        bottom = bottom.max(rect.bottom());
    }
    for point in drawing.routes.values().flatten() {
        left = left.min(point.x - 8);
        top = top.min(point.y - 12);
        right = right.max(point.x + 8);
        bottom = bottom.max(point.y + 12);
    }
    if left > right {
        return Rect { x: 0, y: 0, w: 320, h: 200 };
    }
    let (x, y) = (left.saturating_sub(MARGIN), top.saturating_sub(MARGIN));
    Rect {
        x,
        y,
        w: right.saturating_sub(x).saturating_add(MARGIN),
        h: bottom.saturating_sub(y).saturating_add(MARGIN),
    }
}

/// The link's polyline; a plain one with one bend where no route was given.
fn route(drawing: &Drawing, id: &Id, from: &Id, to: &Id) -> Option<Vec<gp_model::Point>> {
    if let Some(route) = drawing.routes.get(id).filter(|route| route.len() > 1) {
        return Some(route.clone());
    }
    Some(shapes::plain_route(*drawing.boxes.get(from)?, *drawing.boxes.get(to)?))
}

fn document(input: &Input<'_>, drawing: &Drawing, frame: Rect, canvas: Canvas) -> String {
    let mut out = String::with_capacity(canvas.len() + 4096);
    let Rect { x, y, w, h } = frame;
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{x} {y} {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\" font-family=\"Inter, 'Inter Variable', system-ui, sans-serif\">"
    );
    let _ = writeln!(out, "<title>{}</title>", writer::escaped(&input.resolved.design.name));
    if let Some(source) = &drawing.source {
        let _ = writeln!(out, "<metadata>{OPEN}{}{CLOSE}</metadata>", writer::escaped(source));
    }
    canvas.finish(&mut out, frame);
    out.push_str("</svg>\n");
    out
}

/// The design that a picture carries, byte for byte.
pub fn design_inside(svg: &str) -> Option<String> {
    let start = svg.find(OPEN)? + OPEN.len();
    let end = start + svg[start..].find(CLOSE)?;
    Some(writer::unescape(&svg[start..end]))
}
