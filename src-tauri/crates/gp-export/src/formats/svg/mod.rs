//! The drawing as on the canvas: vector shapes, text as text, light or dark.

use crate::{Input, picture};
use gp_plan::FileSet;

/// Everything that can be drawn.
pub fn kinds() -> Vec<&'static str> {
    gp_catalog::builtin().kinds.keys().map(String::as_str).collect()
}

/// Draws the picture.
pub fn export(input: &Input<'_>) -> FileSet {
    let mut files = FileSet::default();
    match input.drawing {
        Some(drawing) => {
            let svg = picture::picture(drawing, input.options).svg;
            files.text(input.picture_name("svg"), svg);
        }
        None => files.diagnostics.push(picture::without_drawing()),
    }
    files
}
