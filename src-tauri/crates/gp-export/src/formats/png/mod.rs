//! The picture in dots, with the design in a text chunk so that it opens again.

use crate::{
    Go, Input,
    picture::{self, Drawing, inside::KEYWORD, text},
};
use gp_model::{Diagnostic, Place};
use gp_plan::FileSet;
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{Options, Tree, fontdb},
};
use std::{
    io::Write as _,
    sync::{Arc, OnceLock},
};

pub use super::svg::kinds;

/// Most dots of a picture: beyond it, viewers give up, and so does memory.
const MOST_DOTS: f64 = 64e6;
/// Most along one side, for the same reason.
const MOST_ALONG: f64 = 16_384.0;

/// Dots of a strip that is drawn at once: what is drawn in strips needs little memory, and can be stopped.
const STRIP: u32 = 4_000_000;

/// Out of a hundred: what is done when the picture is described, when its letters have become shapes, and when those
/// are dots.
pub const DESCRIBED: usize = 10;
/// As [`DESCRIBED`].
pub const SHAPED: usize = 50;
const DOTTED: usize = 100;

/// Draws the picture.
pub fn export(input: &Input<'_>, go: Go<'_>) -> Option<FileSet> {
    let mut files = FileSet::default();
    let Some(drawing) = input.drawing else {
        files.diagnostics.push(picture::without_drawing());
        return Some(files);
    };
    let drawn = picture::picture(&Drawing { source: None, ..drawing.clone() }, input.options);
    let wanted = f64::from(input.options.scale) / 100.0;
    let (w, h) = (f64::from(drawn.width), f64::from(drawn.height));
    let scale = wanted.min(MOST_ALONG / w.max(h)).min((MOST_DOTS / (w * h)).sqrt());
    if scale < wanted {
        let text = format!(
            "the drawing is too large for {} %: drawn at {:.0} %",
            input.options.scale,
            scale * 100.0
        );
        files.diagnostics.push(Diagnostic::warning("picture-made-smaller", Place::Design, text));
    }
    files.diagnostics.extend(foreign_letters(drawing));
    if !go(DESCRIBED, DOTTED) {
        return None;
    }
    let shaped = tree(&drawn.svg);
    if !go(SHAPED, DOTTED) {
        return None;
    }
    match shaped.and_then(|tree| dots(&tree, scale, drawing.source.as_deref(), go)) {
        Ok(Some(bytes)) => drop(files.files.insert(input.picture_name("png"), bytes)),
        Ok(None) => return None,
        Err(reason) => files.diagnostics.push(not_drawn(&reason)),
    }
    Some(files)
}

/// Letters that the built-in font lacks.
pub fn foreign_letters(drawing: &Drawing) -> Option<Diagnostic> {
    let texts = drawing.shapes.iter().flat_map(|it| [it.title.as_str(), it.line.as_str()]);
    let letters = text::foreign(texts);
    let shown: String = letters.iter().take(8).collect();
    let text = format!(
        "“{shown}”: the picture’s font has no such letters; an SVG shows them with the reader’s own"
    );
    (!letters.is_empty()).then(|| Diagnostic::warning("picture-letters", Place::Design, text))
}

/// What a picture could not be made of.
pub fn not_drawn(reason: &str) -> Diagnostic {
    Diagnostic::error(
        "picture-not-drawn",
        Place::Design,
        format!("the picture cannot be drawn: {reason}"),
    )
}

/// The picture as shapes, with the letters that are built in and no others.
pub fn tree(svg: &str) -> Result<Tree, String> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let fonts = FONTS.get_or_init(|| {
        let mut fonts = fontdb::Database::new();
        for bytes in text::FONTS {
            fonts.load_font_data(bytes.to_vec());
        }
        fonts.set_sans_serif_family("Inter");
        Arc::new(fonts)
    });
    let options = Options {
        fontdb: Arc::clone(fonts),
        font_family: "Inter".to_owned(),
        ..Options::default()
    };
    Tree::from_str(svg, &options).map_err(|error| error.to_string())
}

/// `None`: it was stopped.
fn dots(
    tree: &Tree,
    scale: f64,
    source: Option<&str>,
    go: Go<'_>,
) -> Result<Option<Vec<u8>>, String> {
    let size = tree.size();
    let along = |length: f32| ((f64::from(length) * scale).round() as u32).max(1);
    let (w, h) = (along(size.width()), along(size.height()));
    let to = Transform::from_scale(w as f32 / size.width(), h as f32 / size.height());
    let mut bytes = Vec::new();
    let failed = |error: png::EncodingError| error.to_string();
    let mut encoder = png::Encoder::new(&mut bytes, w, h);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::Fast);
    if let Some(source) = source {
        encoder.add_itxt_chunk(KEYWORD.to_owned(), source.to_owned()).map_err(failed)?;
    }
    let mut writer = encoder.write_header().map_err(failed)?;
    let mut rows = writer.stream_writer().map_err(failed)?;
    let high = (STRIP / w).max(1);
    let mut top = 0;
    while top < h {
        let mut strip = Pixmap::new(w, high.min(h - top)).ok_or("it has no size")?;
        resvg::render(tree, to.post_translate(0.0, -(top as f32)), &mut strip.as_mut());
        // The ground covers everything, so nothing shines through.
        let dots = strip.data().as_chunks::<4>().0.iter();
        let opaque: Vec<u8> = dots.flat_map(|it| [it[0], it[1], it[2]]).collect();
        rows.write_all(&opaque).map_err(|error| error.to_string())?;
        top += strip.height();
        if !go(SHAPED + (DOTTED - SHAPED) * top as usize / h as usize, DOTTED) {
            return Ok(None);
        }
    }
    rows.finish().map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(Some(bytes))
}
