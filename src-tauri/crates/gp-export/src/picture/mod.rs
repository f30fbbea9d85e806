//! The drawing as the canvas shows it, as SVG text: the same shapes, texts and colours at 100 %, with a legend
//! and a title block where they are wanted. PNG and PDF are made of that text, so all three are the same.

pub mod inside;
mod legend;
mod scene;
mod shapes;
pub mod text;
mod theme;
mod writer;

pub use inside::{Carried, design_inside};
pub use scene::{Drawing, Icon, LinkState, Look, Shape, Stroke, TitleBlock, look_of};

use crate::Options;
use gp_model::{Diagnostic, Place, Rect};
use legend::Footer;
use shapes::Canvas;
use std::fmt::Write as _;

/// Free space around the drawing.
const MARGIN: i32 = 24;

/// A picture as SVG text, and its size in units of the canvas.
pub struct Picture {
    /// The text.
    pub svg: String,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
}

/// What a format says where it was given no drawing.
pub fn without_drawing() -> Diagnostic {
    let text = "a picture needs the drawing: open the design, or lay it out first";
    Diagnostic::error("picture-without-drawing", Place::Design, text)
}

/// Draws it.
pub fn picture(drawing: &Drawing, options: Options) -> Picture {
    let mut canvas = Canvas::new(options.theme, drawing.shapes.len() * 700);
    canvas.draw(drawing, options.badges);
    let footer = Footer::of(drawing, options);
    let mut frame = frame(drawing);
    let drawn = frame;
    if let Some(footer) = &footer {
        frame.w = frame.w.max(footer.width());
        frame.h = frame.h.saturating_add(footer.height(frame.w));
    }
    let mut svg = String::with_capacity(canvas.len() + 4096);
    head(&mut svg, drawing, frame);
    canvas.icons(&mut svg);
    let Rect { x, y, w, h } = frame;
    let ground = &canvas.colours.canvas;
    let _ =
        writeln!(svg, "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"{ground}\"/>");
    clipped(&mut svg, drawn, drawing.frame.is_some(), &canvas.body);
    if let Some(footer) = footer {
        footer.draw(&mut svg, canvas.colours, frame, drawn.bottom());
    }
    svg.push_str("</svg>\n");
    Picture { svg, width: w, height: h }
}

/// What is drawn; where only a part is wanted, nothing beyond its edge.
fn clipped(svg: &mut String, Rect { x, y, w, h }: Rect, part: bool, body: &str) {
    if !part {
        svg.push_str(body);
        return;
    }
    let _ = write!(
        svg,
        "<clipPath id=\"part\"><rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"/></clipPath>\n<g clip-path=\"url(#part)\">\n{body}</g>\n"
    );
}

fn head(svg: &mut String, drawing: &Drawing, Rect { x, y, w, h }: Rect) {
    let _ = writeln!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{x} {y} {w} {h}\" width=\"{w}\" height=\"{h}\" role=\"img\" xml:space=\"preserve\" font-family=\"Inter, 'Inter Variable', system-ui, sans-serif\">"
    );
    let _ = writeln!(svg, "<title>{}</title>", writer::escaped(&drawing.name));
    if let Some(source) = &drawing.source {
        inside::carry(svg, source);
    }
}

/// What the picture shows: the part that is wanted, or everything with some room around it.
fn frame(drawing: &Drawing) -> Rect {
    if let Some(part) = drawing.frame {
        return part;
    }
    let boxes = drawing.shapes.iter().map(|shape| {
        let Rect { x, y, .. } = shape.rect;
        // Lanes have their name on the upper edge.
        let above = if shape.look == Look::Lane { 9 } else { 0 };
        (x, y - above, shape.rect.right(), shape.rect.bottom())
    });
    let points = drawing.links.iter().flat_map(|link| &link.points);
    let points = points.map(|p| {
        (
            p.x.saturating_sub(8),
            p.y.saturating_sub(12),
            p.x.saturating_add(8),
            p.y.saturating_add(12),
        )
    });
    let all =
        boxes.chain(points).reduce(|a, b| (a.0.min(b.0), a.1.min(b.1), a.2.max(b.2), a.3.max(b.3)));
    let Some((left, top, right, bottom)) = all else {
        return Rect { x: 0, y: 0, w: 320, h: 200 };
    };
    let (x, y) = (left.saturating_sub(MARGIN), top.saturating_sub(MARGIN));
    let far = |end: i32, begin: i32| end.saturating_sub(begin).saturating_add(MARGIN);
    Rect { x, y, w: far(right, x), h: far(bottom, y) }
}
