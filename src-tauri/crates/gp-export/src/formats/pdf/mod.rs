//! The picture on one page of its own size: text that can be searched, and the design as an attachment.

use super::png::{DESCRIBED, SHAPED, foreign_letters, not_drawn, tree};
use crate::{
    Go, Input,
    picture::{self, Drawing},
};
use gp_plan::FileSet;
use krilla::{
    Document,
    embed::{AssociationKind, EmbeddedFile, MimeType},
    geom::Size,
    metadata::Metadata,
    page::PageSettings,
};
use krilla_svg::{SurfaceExt as _, SvgSettings};

pub use super::svg::kinds;

/// Longest side of a page, in points: what readers can show.
const MOST_ALONG: f32 = 14_400.0;
/// Points in a unit of the canvas.
const POINT: f32 = 0.75;

/// Out of a hundred: all is on the page.
const PLACED: usize = 90;
const WRITTEN: usize = 100;

/// Draws the picture.
pub fn export(input: &Input<'_>, go: Go<'_>) -> Option<FileSet> {
    let mut files = FileSet::default();
    let Some(drawing) = input.drawing else {
        files.diagnostics.push(picture::without_drawing());
        return Some(files);
    };
    files.diagnostics.extend(foreign_letters(drawing));
    match page(drawing, input, go) {
        Ok(Some(bytes)) => drop(files.files.insert(input.picture_name("pdf"), bytes)),
        Ok(None) => return None,
        Err(reason) => files.diagnostics.push(not_drawn(&reason)),
    }
    Some(files)
}

/// `None`: it was stopped.
fn page(drawing: &Drawing, input: &Input<'_>, go: Go<'_>) -> Result<Option<Vec<u8>>, String> {
    let drawn = picture::picture(&Drawing { source: None, ..drawing.clone() }, input.options);
    if !go(DESCRIBED, WRITTEN) {
        return Ok(None);
    }
    let tree = tree(&drawn.svg)?;
    if !go(SHAPED, WRITTEN) {
        return Ok(None);
    }
    let (w, h) = (tree.size().width(), tree.size().height());
    let scale = POINT.min(MOST_ALONG / w.max(h));
    let mut document = Document::new();
    let settings = PageSettings::from_wh(w * scale, h * scale).ok_or("it has no size")?;
    let mut page = document.start_page_with(settings);
    let mut surface = page.surface();
    let size = Size::from_wh(w * scale, h * scale).ok_or("it has no size")?;
    surface.draw_svg(&tree, size, SvgSettings::default()).ok_or("a shape of it has no size")?;
    surface.finish();
    page.finish();
    if !go(PLACED, WRITTEN) {
        return Ok(None);
    }
    let title = crate::name::one_line(&drawing.name);
    document.set_metadata(Metadata::new().title(title).creator("Groundplan".to_owned()));
    if let Some(source) = &drawing.source {
        let name = crate::name::slug(&drawing.name);
        document.embed_file(EmbeddedFile {
            path: format!("{name}.gplan"),
            mime_type: MimeType::new("application/toml"),
            description: Some("The design: Groundplan opens it".to_owned()),
            association_kind: AssociationKind::Source,
            data: source.clone().into_bytes().into(),
            modification_date: None,
            compress: Some(true),
            location: None,
        });
    }
    document.finish().map(Some).map_err(|error| format!("{error:?}"))
}
