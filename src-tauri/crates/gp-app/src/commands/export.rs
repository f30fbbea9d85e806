//! Exports.

use super::{Answer, InSession, answer, read, unknown};
use crate::{
    app::App,
    drawing::Picture,
    dto::{AppError, AppEvent, ErrorCode},
    export, facts, folder_export,
    judged::{Judged, judge},
    session::Session,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use gp_export::Go;
use gp_model::Id;
use gp_plan::FileSet;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{path::Path, time::Duration};

#[derive(Deserialize)]
struct Run {
    session: u32,
    format: String,
    environment: Id,
    folder: Option<String>,
    #[serde(default)]
    picture: Picture,
    #[serde(default)]
    overwrite: bool,
}

/// How long a picture waits for the lines that the canvas gets.
const ROUTED: Duration = Duration::from_secs(3);

pub(super) fn call(app: &App, name: &str, args: Value) -> Result<Answer, AppError> {
    if name == "export_formats" {
        return answer(export::formats());
    }
    if name == "export_cancel" {
        let InSession { session } = read(args)?;
        app.session(session)?.exports.stop();
        return answer(());
    }
    let mut run: Run = read(args)?;
    let session = app.session(run.session)?;
    let (judged, text) = now(&session, &run.environment);
    if gp_export::format(&run.format).is_some_and(|format| format.draws) {
        run.picture.drawn = session.judge.drawn(judged.revision, ROUTED);
    }
    let unread = session.file_errors();
    let files = made(&session, |go| {
        export::run_while(&judged, &unread, &text, &run.format, &run.picture, go)
    })?;
    if name == "export_picture" {
        let first = files.files.values().next().map(|bytes| STANDARD.encode(bytes));
        let found = facts::diagnostics(&files.diagnostics, &text);
        return answer(json!({ "base64": first, "diagnostics": found }));
    }
    let folder = run.folder.as_deref().map(|folder| app.allowed(Path::new(folder))).transpose()?;
    if let Some(folder) = &folder {
        // A link in an allowed folder may lead out of it.
        for path in files.files.keys() {
            app.allowed(&folder.join(path))?;
        }
    }
    match (name, folder) {
        ("export_run", folder) => answer(folder_export::preview(&files, folder.as_deref(), &text)),
        ("export_write", Some(folder)) => {
            answer(folder_export::write(&files, &folder, run.overwrite)?)
        }
        ("export_write", None) => Err(AppError::failed("choose a folder to write to")),
        _ => Err(unknown(name)),
    }
}

/// What is made while the windows hear how far it is, until one of them stops it.
fn made(
    session: &Session,
    run: impl FnOnce(Go<'_>) -> Result<Option<FileSet>, AppError>,
) -> Result<FileSet, AppError> {
    let tell = |done, of| session.tell(&AppEvent::Exporting { session: session.id, done, of });
    let made = session.exports.watched(tell, run)?;
    made.ok_or_else(|| AppError::new(ErrorCode::Stopped, "the export was stopped"))
}

/// The session as it is now, judged in any environment, and the text it would be saved as.
fn now(session: &Session, environment: &Id) -> (Judged, String) {
    let (snapshot, text) = (session.snapshot(), session.text_now());
    (judge(&snapshot.design, &snapshot.catalog, Some(environment), snapshot.revision), text)
}
