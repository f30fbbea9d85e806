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
