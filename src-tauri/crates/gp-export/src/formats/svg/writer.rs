//! Pieces of SVG text: escaped text, rounded polylines, arrow heads. No decision about what is drawn.

use gp_model::Point;
use std::fmt::Write as _;

/// Adds text so that XML reads it back the same: markup escaped, carriage returns kept, characters
/// that XML cannot hold replaced.
pub fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\n' | '\t' => out.push(c),
            '\u{feff}' => out.push_str("&#65279;"),
            c if u32::from(c) < 0x20 || matches!(u32::from(c), 0x7f | 0xfffe | 0xffff) => {
                out.push('\u{fffd}');
            }
            c => out.push(c),
        }
    }
}

/// The same as a new text.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    escape(&mut out, text);
    out
}

/// Undoes [`escape`].
pub fn unescape(text: &str) -> String {
    let named = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#13;", "\r"),
        ("&#65279;", "\u{feff}"),
        ("&amp;", "&"),
    ];
    named.iter().fold(text.to_owned(), |text, (entity, plain)| text.replace(entity, plain))
}

/// How wide a text is at a size, by the classes of Inter's letters.
pub fn width(text: &str, size: f32) -> f32 {
    let em: f32 = text
        .chars()
        .map(|c| match c {
            'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '|' | '\'' | '!' => 0.26,
            'f' | 't' | 'r' | ' ' | '/' | '(' | ')' | '-' | '·' => 0.33,
            'm' | 'w' | 'M' | 'W' | '@' | '%' => 0.84,
            'A'..='Z' | '0'..='9' => 0.62,
            c if c.is_ascii() => 0.545,
            c if u32::from(c) > 0x2e80 => 1.0,
            _ => 0.62,
        })
        .sum();
    em * size
}

/// The text cut with `…` where it is wider than `room`.
pub fn fit(text: &str, size: f32, room: f32) -> String {
    let text = crate::name::one_line(text);
    if width(&text, size) <= room {
        return text;
    }
    let mut cut = String::new();
    for c in text.chars() {
        cut.push(c);
        if width(&cut, size) + size * 0.7 > room {
            cut.pop();
            break;
        }
    }
    format!("{}…", cut.trim_end())
}

/// The path of a polyline with corners of radius 6.
pub fn rounded(points: &[Point]) -> String {
    let mut path = String::new();
    let Some(first) = points.first() else {
        return path;
    };
    let _ = write!(path, "M{} {}", first.x, first.y);
    for window in points.windows(3) {
        let (before, corner, after) = (window[0], window[1], window[2]);
        let (enter, leave) = (towards(corner, before, 6.0), towards(corner, after, 6.0));
        let _ = write!(
            path,
            "L{} {}Q{} {} {} {}",
            enter.0, enter.1, corner.x, corner.y, leave.0, leave.1
        );
    }
    if let Some(last) = points.last().filter(|_| points.len() > 1) {
        let _ = write!(path, "L{} {}", last.x, last.y);
    }
    path
}

/// The point `by` units from `from` on the way to `to`, at most half the way.
fn towards(from: Point, to: Point, by: f32) -> (f32, f32) {
    let (dx, dy) = ((to.x - from.x) as f32, (to.y - from.y) as f32);
    let length = dx.hypot(dy).max(0.001);
    let part = by.min(length / 2.0) / length;
    (round(from.x as f32 + dx * part), round(from.y as f32 + dy * part))
}

fn round(value: f32) -> f32 {
    (value * 10.0).round() / 10.0
}

/// The arrow head at the end of a polyline.
pub fn arrow(points: &[Point]) -> Option<String> {
    let [.., before, end] = points else {
        return None;
    };
    let (dx, dy) = ((end.x - before.x) as f32, (end.y - before.y) as f32);
    let length = dx.hypot(dy);
    if length < 1.0 {
        return None;
    }
    let (ux, uy) = (dx / length, dy / length);
    let (bx, by) = (end.x as f32 - ux * 9.0, end.y as f32 - uy * 9.0);
    let corner = |side: f32| (round(bx - uy * 4.5 * side), round(by + ux * 4.5 * side));
    let (left, right) = (corner(1.0), corner(-1.0));
    Some(format!("M{} {}L{} {}L{} {}Z", end.x, end.y, left.0, left.1, right.0, right.1))
}

/// The point of a polyline after a part of its length: 0.5 is its middle.
pub fn along(points: &[Point], part: f32) -> Option<(f32, f32)> {
    let length = |a: &Point, b: &Point| ((b.x - a.x) as f32).hypot((b.y - a.y) as f32);
    let whole: f32 = points.windows(2).map(|w| length(&w[0], &w[1])).sum();
    let mut left = whole * part;
    for window in points.windows(2) {
        let here = length(&window[0], &window[1]);
        if here >= left && here > 0.0 {
            let part = left / here;
            let x = window[0].x as f32 + (window[1].x - window[0].x) as f32 * part;
            let y = window[0].y as f32 + (window[1].y - window[0].y) as f32 * part;
            return Some((round(x), round(y)));
        }
        left -= here;
    }
    None
}
