//! Exports, in memory. What becomes of the files is told in `folder_export.rs`.

use crate::{arrange, dto::AppError, facts::Shown, judged::Judged};
use gp_export::{Drawing, LinkState, Options, Theme};
use gp_layout::route;
use gp_model::{Design, Diagnostic, Id, Place, Severity};
use gp_plan::FileSet;
use serde::Serialize;
use std::collections::BTreeMap;

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

/// The files of a format, in memory, and what is wrong: with them, and with the design itself, for
/// what it does not say right they do not say right either. Of a damaged file (`unread` are its
/// errors) only pictures are made: what could not be read would be missing, and whoever applies
/// that destroys it.
pub fn run(
    judged: &Judged,
    unread: &[Diagnostic],
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
    let mut files =
        gp_export::export(format, &judged.resolved, drawing.as_ref(), Options { theme });
    let mut diagnostics = unread.to_vec();
    if !format.draws {
        let errors = judged.diagnostics.iter().filter(|found| found.severity == Severity::Error);
        diagnostics.extend(errors.cloned());
        if !unread.is_empty() {
            files.files.clear();
        }
    }
    diagnostics.append(&mut files.diagnostics);
    Ok(FileSet { diagnostics, ..files })
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
