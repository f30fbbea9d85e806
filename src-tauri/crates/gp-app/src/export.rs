//! Exports, in memory. What becomes of the files is told in `folder_export.rs`.

use crate::{
    drawing::{Picture, drawing},
    dto::AppError,
    judged::Judged,
};
use gp_export::Go;
use gp_model::{Diagnostic, Severity};
use gp_plan::FileSet;
use serde::Serialize;

/// A format as the UI lists it.
#[derive(Debug, Serialize)]
pub struct FormatDto {
    /// The word on the command line.
    pub id: &'static str,
    /// What people read.
    pub title: &'static str,
    /// Providers it is for; empty: any.
    pub providers: Vec<&'static str>,
    /// Whether it is a picture.
    pub draws: bool,
}

/// Every format.
pub fn formats() -> Vec<FormatDto> {
    gp_export::formats()
        .iter()
        .map(|format| FormatDto {
            id: format.id,
            title: format.title,
            providers: format.providers.iter().map(|provider| provider.as_str()).collect(),
            draws: format.draws,
        })
        .collect()
}

/// What the usual format of the environment leaves out or writes otherwise than it is drawn, with that format's word;
/// `None`: nothing of the environment is exported.
pub fn left_out(judged: &Judged) -> Option<(&'static str, Vec<Diagnostic>)> {
    let format = gp_export::usual(judged.resolved.environment.provider)?;
    let files = gp_export::export(format, &judged.resolved, None, gp_export::Options::default());
    Some((format.id, files.diagnostics))
}

/// The files of a format, in memory, and what is wrong: with them, and with the design itself, for
/// what it does not say right they do not say right either. Of a damaged file (`unread` are its
/// errors) only pictures are made: what could not be read would be missing, and whoever applies
/// that destroys it.
pub fn run(
    judged: &Judged,
    unread: &[Diagnostic],
    source: &str,
    format: &str,
    picture: &Picture,
) -> Result<FileSet, AppError> {
    let all = run_while(judged, unread, source, format, picture, &mut |_, _| true)?;
    Ok(all.unwrap_or_default())
}

/// As [`run`], for as long as `go` says so; `None` where it was stopped.
pub fn run_while(
    judged: &Judged,
    unread: &[Diagnostic],
    source: &str,
    format: &str,
    picture: &Picture,
    go: Go<'_>,
) -> Result<Option<FileSet>, AppError> {
    let known =
        || gp_export::formats().iter().map(|format| format.id).collect::<Vec<_>>().join(", ");
    let format = gp_export::format(format).ok_or_else(|| {
        AppError::not_found(format!("there is no format “{format}”; known: {}", known()))
    })?;
    let mut diagnostics = unread.to_vec();
    let drawing = format.draws.then(|| drawing(judged, source, picture, &mut diagnostics));
    let (drawing, options) = (drawing.as_ref(), picture.options());
    let made = gp_export::export_while(format, &judged.resolved, drawing, options, go);
    let Some(mut files) = made else { return Ok(None) };
    if !format.draws {
        let errors = judged.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        diagnostics.extend(errors.cloned());
        if !unread.is_empty() {
            files.files.clear();
        }
    }
    diagnostics.append(&mut files.diagnostics);
    Ok(Some(FileSet { diagnostics, ..files }))
}
