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

/// The path of a line along the axes, with rounded corners; where an arrow follows, it ends where that begins.
/// (`polyline` of the canvas is the same.)
pub fn rounded(points: &[Point], arrow: bool) -> String {
    let [first, .., before, last] = *points else {
        return straight(points, arrow);
    };
    let end = end_of(before, last, arrow);
    let mut path = format!("M{} {}", first.x, first.y);
    for (at, window) in (3..).zip(points.windows(3)) {
        let after = if at == points.len() { end } else { exact(window[2]) };
        corner(&mut path, exact(window[0]), exact(window[1]), after);
    }
    let _ = write!(path, "L{} {}", end.0, end.1);
    path
}

fn straight(points: &[Point], arrow: bool) -> String {
    let [first, last] = *points else {
        return String::new();
    };
    let end = end_of(first, last, arrow);
    format!("M{} {}L{} {}", first.x, first.y, end.0, end.1)
}

/// In front of the arrow, where the line is longer than that.
fn end_of(before: Point, last: Point, arrow: bool) -> (f32, f32) {
    let (before, last) = (exact(before), exact(last));
    let short = ARROW - 1.0;
    let long = (before.0 - last.0).hypot(before.1 - last.1);
    if arrow && long > short { towards(last, before, short) } else { last }
}

/// A line to a corner and round it; straight through where there is no room for a curve.
fn corner(path: &mut String, before: (f32, f32), at: (f32, f32), after: (f32, f32)) {
    let (into, out) = ((at.0 - before.0, at.1 - before.1), (after.0 - at.0, after.1 - at.1));
    let long = |(x, y): (f32, f32)| x.abs() + y.abs();
    let radius = RADIUS.min(long(into) / 2.0).min(long(out) / 2.0);
    let turn = into.0 * out.1 - into.1 * out.0;
    let _ = if radius > 0.5 && turn != 0.0 {
        let (enter, leave) = (towards(at, before, radius), towards(at, after, radius));
        let clockwise = u8::from(turn > 0.0);
        write!(
            path,
            "L{} {}A{radius} {radius} 0 0 {clockwise} {} {}",
            enter.0, enter.1, leave.0, leave.1
        )
    } else {
        write!(path, "L{} {}", at.0, at.1)
    };
}

fn exact(point: Point) -> (f32, f32) {
    (point.x as f32, point.y as f32)
}

/// The point `by` units from `from` on the way to `to`.
fn towards(from: (f32, f32), to: (f32, f32), by: f32) -> (f32, f32) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let part = by / dx.hypot(dy).max(0.001);
    (round(from.0 + dx * part), round(from.1 + dy * part))
}

fn round(value: f32) -> f32 {
    (value * 10.0).round() / 10.0
}

/// Of a corner.
const RADIUS: f32 = 6.0;
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

#[cfg(test)]
mod tests {
    use super::{Point, rounded};

    fn path(points: &[(i32, i32)], arrow: bool) -> String {
        let points: Vec<Point> = points.iter().map(|&(x, y)| Point { x, y }).collect();
        rounded(&points, arrow)
    }

    #[test]
    fn a_line_is_round_at_corners_as_far_as_its_pieces_are_long_and_leaves_room_for_its_arrow() {
        assert_eq!(path(&[(0, 0), (40, 0)], true), "M0 0L33 0");
        assert_eq!(path(&[(0, 0), (5, 0)], true), "M0 0L5 0", "shorter than an arrow");
        assert_eq!(path(&[(0, 0), (40, 0), (40, 40)], false), "M0 0L34 0A6 6 0 0 1 40 6L40 40");
        assert_eq!(path(&[(0, 0), (40, 0), (40, -15)], true), "M0 0L36 0A4 4 0 0 0 40 -4L40 -8");
        assert_eq!(path(&[(0, 0), (20, 0), (40, 0)], false), "M0 0L20 0L40 0");
        assert_eq!(path(&[(0, 0), (40, 0), (40, 1), (80, 1)], false), "M0 0L40 0L40 1L80 1");
        assert_eq!(path(&[(0, 0)], false), "");
    }
}
