//! Earlier versions of an open design, and what differs from them: the saved file, the one before the last
//! save, and the design before each act that Undo can reach.

use crate::{
    arrange, disk,
    dto::{AppError, EarlierDto},
    session::Session,
};
use gp_model::{Patch, file};
use serde::Deserialize;
use std::sync::Arc;

/// Enough to find what one looks for; Undo reaches further.
const MOST_ACTS: usize = 200;

/// Names an earlier version.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum Version {
    /// As the file has it.
    Saved,
    /// As the file had it before the last save.
    Previous,
    /// Before the newest acts.
    Before {
        /// How many of them.
        acts: usize,
    },
}

/// The versions that there are, newest first.
pub fn list(session: &Session) -> Vec<EarlierDto> {
    let document = session.document();
    let acts = document.history.names().take(MOST_ACTS).enumerate();
    let mut versions: Vec<EarlierDto> = acts
        .map(|(at, name)| EarlierDto::Before { acts: at as u32 + 1, name: name.to_owned() })
        .collect();
    if let Some(path) = &document.path {
        versions.push(EarlierDto::Saved { at: disk::modified(path) });
        let kept = disk::previous_of(path, &session.previous_folder());
        versions.extend(disk::modified(&kept).map(|at| EarlierDto::Previous { at: Some(at) }));
    }
    versions
}

/// What was done since a version.
pub fn changes(session: &Session, version: &Version) -> Result<Patch, AppError> {
    let (text, now, catalog) = {
        let document = session.document();
        let bytes = match version {
            Version::Before { acts } => return Ok(document.history.since(*acts)),
            Version::Saved => document.text.bytes().to_vec(),
            Version::Previous => {
                let path = document.path.as_deref();
                let path = path.ok_or_else(|| AppError::not_found("the design has no file yet"))?;
                disk::read(&disk::previous_of(path, &session.previous_folder()))?
            }
        };
        (bytes, document.design.clone(), Arc::clone(&document.kinds.catalog))
    };
    let mut then = file::parse(&text).design;
    then.id.clone_from(&now.id);
    // As it is when it is opened: what has no place in the file has one on the drawing.
    then.layout.resources.extend(arrange::missing(&then, &catalog));
    Ok(Patch::between(&then, &now))
}
