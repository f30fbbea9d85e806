//! Exports: run in memory, shown beside what is in the folder, written only where that is safe.

use crate::{
    arrange, disk,
    dto::{AppError, ErrorCode, ExportDto, ExportFileDto},
    facts::{self, Shown},
    judged::Judged,
};
use gp_export::{Drawing, LinkState, Options, Theme};
use gp_layout::route;
use gp_model::{Design, Id, Place, Severity};
use gp_plan::FileSet;
use serde::Serialize;
use std::{
    collections::BTreeMap,
    fs,
    path::{Component, Path, PathBuf},
};

/// In every file that we write, near the top; a file without it is not ours to overwrite.
const OURS: &str = "Groundplan";

/// A format as the UI lists it.
#[derive(Debug, Serialize)]
pub struct FormatDto {
    /// The word on the command line.
    pub id: &'static str,
    /// What people read.
    pub title: &'static str,
    /// Providers it is for; empty: any.
    pub providers: Vec<&'static str>,
}

/// Every format.
pub fn formats() -> Vec<FormatDto> {
    gp_export::formats()
        .iter()
        .map(|format| FormatDto {
            id: format.id,
            title: format.title,
            providers: format.providers.iter().map(|provider| provider.as_str()).collect(),
        })
        .collect()
}

/// The files of a format, in memory.
pub fn run(
    judged: &Judged,
    source: &str,
    format: &str,
    theme: Option<&str>,
) -> Result<FileSet, AppError> {
    let known =
        || gp_export::formats().iter().map(|format| format.id).collect::<Vec<_>>().join(", ");
    let format = gp_export::format(format).ok_or_else(|| {
        AppError::not_found(format!("there is no format “{format}”; known: {}", known()))
    })?;
    let theme = if theme == Some("dark") { Theme::Dark } else { Theme::Light };
    let drawing = format.draws.then(|| drawing(judged, source));
    Ok(gp_export::export(format, &judged.resolved, drawing.as_ref(), Options { theme }))
}

/// Where everything is drawn; what has no place yet gets one, as on the canvas.
pub fn drawing(judged: &Judged, source: &str) -> Drawing {
    let design = placed(&judged.design);
    let shown = Shown::of(judged, &design);
    let mut findings: BTreeMap<Id, Severity> = BTreeMap::new();
    for finding in &judged.diagnostics {
        if let Place::Resource { id, .. } = &finding.place {
            let worst = findings.entry(id.clone()).or_insert(finding.severity);
            *worst = (*worst).min(finding.severity);
        }
    }
    let state = |works: bool| if works { LinkState::Proven } else { LinkState::Broken };
    Drawing {
        routes: route::route_all(&shown.route_input(&design)),
        boxes: design.layout.resources.iter().map(|(id, rect)| (id.clone(), *rect)).collect(),
        source: Some(source.to_owned()),
        findings,
        link_states: judged
            .links
            .iter()
            .map(|verdict| (verdict.link.clone(), state(verdict.works)))
            .collect(),
    }
}

/// The design with a place for every shape.
fn placed(design: &Design) -> Design {
    let mut placed = design.clone();
    placed.layout.resources.extend(arrange::missing(design));
    placed
}

/// The files beside what is in the folder.
pub fn preview(files: &FileSet, folder: Option<&Path>, text: &str) -> ExportDto {
    let of = |(path, bytes): (&String, &Vec<u8>)| ExportFileDto {
        path: path.clone(),
        text: String::from_utf8_lossy(bytes).into_owned(),
        state: folder.map_or("new", |folder| state(&folder.join(path), bytes)).to_owned(),
    };
    ExportDto {
        files: files.files.iter().map(of).collect(),
        diagnostics: facts::diagnostics(&files.diagnostics, text),
    }
}

fn state(path: &Path, bytes: &[u8]) -> &'static str {
    match fs::read(path) {
        Err(_) => "new",
        Ok(there) if there == bytes => "same",
        Ok(there) if is_ours(&there) => "changed",
        Ok(_) => "foreign",
    }
}

fn is_ours(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]);
    head.contains(OURS)
}

/// Writes the files below `folder`. Files of others are written over only when that was said.
pub fn write(files: &FileSet, folder: &Path, overwrite: bool) -> Result<Vec<PathBuf>, AppError> {
    let foreign: Vec<&String> = files
        .files
        .iter()
        .filter(|(path, bytes)| state(&folder.join(path), bytes) == "foreign")
        .map(|(path, _)| path)
        .collect();
    if let (Some(first), false) = (foreign.first(), overwrite) {
        let message = format!(
            "“{first}” in {} was not written by this program: choose another folder, or allow overwriting",
            folder.display()
        );
        return Err(AppError::new(ErrorCode::CannotWrite, message));
    }
    let mut written = Vec::new();
    for (path, bytes) in &files.files {
        let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
        if !inside {
            return Err(AppError::new(
                ErrorCode::Forbidden,
                format!("“{path}” would be outside of the folder"),
            ));
        }
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(|error| {
            AppError::new(
                ErrorCode::CannotWrite,
                format!("“{}” cannot be made: {error}", parent.display()),
            )
        })?;
        if state(&path, bytes) != "same" {
            disk::write(&path, bytes)?;
        }
        written.push(path);
    }
    Ok(written)
}
