//! Inter, the letters of the canvas, carried along so that a picture is the same on every machine: how wide a
//! text is, and how much of it fits.

use rustybuzz::{Face, UnicodeBuffer, ttf_parser};
use std::sync::OnceLock;

/// The files of the family, regular and semi-bold.
pub const FONTS: [&[u8]; 2] = [
    include_bytes!("../../fonts/Inter-Regular.ttf"),
    include_bytes!("../../fonts/Inter-SemiBold.ttf"),
];

/// Of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// 400.
    Regular,
    /// 600.
    SemiBold,
}

fn face(weight: Weight) -> &'static Face<'static> {
    static FACES: OnceLock<[Face<'static>; 2]> = OnceLock::new();
    let faces = FACES.get_or_init(|| {
        FONTS.map(|bytes| Face::from_slice(bytes, 0).expect("the font that is built in is whole"))
    });
    &faces[weight as usize]
}

/// How wide a text is, as a browser measures it.
pub fn width(text: &str, weight: Weight, size: f32) -> f32 {
    let face = face(weight);
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.guess_segment_properties();
    let shaped = rustybuzz::shape(face, &[], buffer);
    let units: i32 = shaped.glyph_positions().iter().map(|glyph| glyph.x_advance).sum();
    units as f32 * size / face.units_per_em() as f32
}

/// The text, or as much as fits with an ellipsis; on one line.
pub fn fit(text: &str, weight: Weight, size: f32, room: f32) -> String {
    let text = crate::name::one_line(text);
    if width(&text, weight, size) <= room {
        return text;
    }
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let cut = |end: usize| format!("{}…", &text[..end]);
    let fitting = ends.partition_point(|end| width(&cut(*end), weight, size) <= room);
    match fitting.checked_sub(1).map(|last| ends[last]) {
        None | Some(0) => String::new(),
        Some(end) => format!("{}…", text[..end].trim_end()),
    }
}

/// What of "server · 4 vCPU, 16 GiB" fits: without the kind, which the icon says; without the last facts; letters are
/// cut of nothing but a single fact. (`summaryIn` of the canvas is the same.)
pub fn summary_in(summary: &str, weight: Weight, size: f32, room: f32) -> String {
    let summary = crate::name::one_line(summary);
    let fits = |text: &str| width(text, weight, size) <= room;
    if fits(&summary) {
        return summary;
    }
    if let Some((kind, facts)) = summary.split_once(" · ")
        && is_measure(facts)
        && !kind.contains(is_figure)
        && fits(facts)
    {
        return facts.to_owned();
    }
    let mut shown = summary.as_str();
    while let Some(end) = last_fact(shown).filter(|_| !fits(shown)) {
        shown = &shown[..end];
    }
    fit(shown, weight, size, room)
}

fn is_figure(letter: char) -> bool {
    letter.is_ascii_digit()
}

/// A figure with what it counts.
fn is_measure(facts: &str) -> bool {
    let counted = facts.find(is_figure).map(|at| &facts[at..]);
    counted.is_some_and(|rest| rest.contains(|letter: char| letter.is_ascii_alphabetic()))
}

/// Where the last of several facts begins.
fn last_fact(text: &str) -> Option<usize> {
    [" · ", ", "].into_iter().filter_map(|between| text.rfind(between)).max().filter(|at| *at > 0)
}

/// A text in lines of at most this width, and at most so many.
pub fn wrap(text: &str, weight: Weight, size: f32, room: f32, most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split(' ') {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if !line.is_empty() && width(&longer, weight, size) > room {
                lines.push(std::mem::replace(&mut line, word.to_owned()));
            } else {
                line = longer;
            }
        }
        lines.push(line);
    }
    let over = lines.len() > most;
    lines.truncate(most);
    if let Some(last) = lines.last_mut().filter(|_| over) {
        last.push('…');
    }
    lines.iter().map(|line| fit(line, weight, size, room)).collect()
}

/// Letters that Inter does not have: a picture of dots shows a box in their place.
pub fn foreign<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<char> {
    let face: &ttf_parser::Face<'_> = face(Weight::Regular);
    let mut letters: Vec<char> = texts
        .flat_map(str::chars)
        .filter(|letter| !letter.is_control() && face.glyph_index(*letter).is_none())
        .collect();
    letters.sort_unstable();
    letters.dedup();
    letters
}

#[cfg(test)]
mod tests {
    use super::{Weight, summary_in, width};

    #[test]
    fn a_summary_loses_its_kind_then_whole_facts_before_letters() {
        let shown = |summary: &str, as_wide_as: &str| {
            let room = width(as_wide_as, Weight::Regular, 11.0) + 0.5;
            summary_in(summary, Weight::Regular, 11.0, room)
        };
        let server = "server · 4 vCPU, 16 GiB";
        assert_eq!(shown(server, server), server);
        assert_eq!(shown(server, "4 vCPU, 16 GiB"), "4 vCPU, 16 GiB");
        assert_eq!(shown("PostgreSQL 17 · 2 vCPU", "PostgreSQL 17"), "PostgreSQL 17");
        assert_eq!(shown("load balancer · 80, 443", "load balancer · 80"), "load balancer · 80");
        assert_eq!(shown("load balancer · 80, 443", "load balancer"), "load balancer");
        assert_eq!(shown("certificate", "certifi…"), "certifi…");
        assert_eq!(shown(server, "…"), "");
    }
}
