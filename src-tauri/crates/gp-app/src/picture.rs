//! Pictures of designs, drawn by the product's own SVG export: for the start screen.

use crate::{drawing::Picture, export, judged::judge, own_kinds, templates::Embedded};
use gp_catalog::Catalog;
use gp_model::{Design, file};
use std::{
    fs,
    path::Path,
    sync::{Arc, OnceLock},
};

/// Past this a picture takes longer than a start screen may.
const LARGEST: u64 = 256 * 1024;

/// About as many as a file of that size has.
const MOST_RESOURCES: usize = 600;

/// Light and dark.
pub type Pictures = [String; 2];

/// A template's pictures; drawn once.
pub fn of_template(template: &'static Embedded) -> Pictures {
    static DRAWN: OnceLock<Vec<(&'static str, Pictures)>> = OnceLock::new();
    let drawn = DRAWN.get_or_init(|| {
        crate::templates::all()
            .iter()
            .map(|template| {
                let design = file::parse(template.design.as_bytes()).design;
                (template.id, draw(&design, &own_kinds::program()))
            })
            .collect()
    });
    drawn
        .iter()
        .find(|(id, _)| *id == template.id)
        .map(|(_, pictures)| pictures.clone())
        .unwrap_or_default()
}

/// The design in a file, where that is no larger than can be drawn at once.
pub fn design_in(path: &Path) -> Option<Design> {
    let small = fs::metadata(path).is_ok_and(|metadata| metadata.len() <= LARGEST);
    small.then(|| fs::read(path).ok()).flatten().map(|bytes| file::parse(&bytes).design)
}

/// A design's pictures; empty where it is very large.
pub fn of_design(design: &Design, catalog: &Arc<Catalog>) -> Pictures {
    if design.resources.len() > MOST_RESOURCES {
        Pictures::default()
    } else {
        draw(design, catalog)
    }
}

fn draw(design: &Design, catalog: &Arc<Catalog>) -> Pictures {
    let judged = judge(design, catalog, None, 0);
    ["light", "dark"].map(|theme| {
        let files = export::run(&judged, &[], "", "svg", &Picture::plain(theme))
            .map(|files| files.files)
            .unwrap_or_default();
        files
            .into_values()
            .next()
            .map(|svg| String::from_utf8_lossy(&svg).into_owned())
            .unwrap_or_default()
    })
}
