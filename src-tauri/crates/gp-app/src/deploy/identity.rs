//! By what id the state knows a design. Two files may have one id, for files get copied: the one that was deployed
//! first goes by it, and the other by one that is made of it and of where it lies, so that they share no lab.

use super::store_error;
use crate::{disk, document, dto::AppError};
use gp_model::{Diagnostic, Place, Severity, file};
use gp_plan::Store;
use std::path::{Path, PathBuf};

/// The rule of the note.
pub const SAME_ID: &str = "same-id-as-another-file";

/// A design in the state.
pub(super) struct Identity {
    /// What it goes by there.
    pub id: String,
    /// The other file with its id, which goes by that.
    pub twin: Option<PathBuf>,
}

impl Identity {
    /// Of a design with this id; `path`: its file.
    pub fn of(store: &Store, id: &str, path: Option<&Path>) -> Result<Self, AppError> {
        let find = || {
            let own = Self { id: id.to_owned(), twin: None };
            let Some(path) = path else { return Ok(own) };
            let owner = store.origin(id)?.and_then(|origin| origin.file);
            let Some(owner) = owner.filter(|owner| !is_same(owner, path)) else { return Ok(own) };
            let copy = document::id_beside(id, path);
            let has_both = has_id(&owner, id);
            // What was deployed as a copy is found again when it is the only one.
            if !store.environments(&copy)?.is_empty() {
                return Ok(Self { id: copy, twin: has_both.then_some(owner) });
            }
            // A file that was moved, or one of which nothing is left, has no need of the id any more.
            let stands = has_both && !store.environments(id)?.is_empty();
            Ok(if stands { Self { id: copy, twin: Some(owner) } } else { own })
        };
        find().map_err(|error| store_error(&error))
    }

    /// What somebody should know who deploys a copy.
    pub fn note(&self) -> Option<Diagnostic> {
        let twin = self.twin.as_ref()?.display();
        let message = format!(
            "this file has the id of “{twin}”, whose lab stays as it is: this one gets a lab of its own"
        );
        Some(Diagnostic::new(SAME_ID, Severity::Advice, Place::Design, message))
    }
}

/// Whether two paths are one file, however they are spelled.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    one == other || real(one) == real(other)
}

/// Whether this file is there and holds the design with this id.
pub(super) fn has_id(path: &Path, id: &str) -> bool {
    disk::read(path).is_ok_and(|bytes| document::id_of(path, &file::parse(&bytes).design) == id)
}
