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

/// Undoes [`escape`], and what other programs make of it when they save the picture again.
pub fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let name = rest.find(';').and_then(|end| Some((entity(&rest[1..end])?, end)));
        let Some((letter, end)) = name else {
            out.push('&');
            rest = &rest[1..];
            continue;
        };
        out.push(letter);
        rest = &rest[end + 1..];
    }
    out + rest
}

fn entity(name: &str) -> Option<char> {
    let number =
        |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "amp" => Some('&'),
        _ => match name.strip_prefix("#x") {
            Some(digits) => number(digits, 16),
            None => number(name.strip_prefix('#')?, 10),
        },
    }
}

/// The path of a polyline with corners of radius 6; where an arrow follows, it ends where that begins.
pub fn rounded(points: &[Point], arrow: bool) -> String {
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
    if let [.., before, last] = points {
        let (x, y) = if arrow {
            towards(*last, *before, ARROW - 1.0)
        } else {
            (last.x as f32, last.y as f32)
        };
        let _ = write!(path, "L{x} {y}");
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

/// How long an arrow head is.
const ARROW: f32 = 8.0;

/// The arrow head at the end of a polyline.
pub fn arrow(points: &[Point]) -> Option<String> {
    let [.., before, end] = points else {
        return None;
    };
    let (dx, dy) = ((end.x - before.x) as f32, (end.y - before.y) as f32);
    let length = dx.hypot(dy);
    if length == 0.0 {
        return None;
    }
    let (ux, uy) = (dx / length, dy / length);
    let (bx, by) = (end.x as f32 - ux * ARROW, end.y as f32 - uy * ARROW);
    let corner = |side: f32| (round(bx - uy * 3.6 * side), round(by + ux * 3.6 * side));
    let (left, right) = (corner(1.0), corner(-1.0));
    Some(format!("M{} {}L{} {}L{} {}Z", end.x, end.y, left.0, left.1, right.0, right.1))
}

/// The middle of the longest piece of a polyline: where a label disturbs least.
pub fn label_point(points: &[Point]) -> (f32, f32) {
    let middle = |a: Point, b: Point| ((a.x + b.x) as f32 / 2.0, (a.y + b.y) as f32 / 2.0);
    let mut at = points.first().map_or((0.0, 0.0), |p| (p.x as f32, p.y as f32));
    let mut best = -1;
    for pair in points.windows(2) {
        let long = (pair[1].x - pair[0].x).abs() + (pair[1].y - pair[0].y).abs();
        if long > best {
            (best, at) = (long, middle(pair[0], pair[1]));
        }
    }
    at
}
