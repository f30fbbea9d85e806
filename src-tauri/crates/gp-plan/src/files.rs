//! A set of files in memory: what exporters make and stack drivers take.

use gp_model::Diagnostic;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Relative path (forward slashes, sanitised, never leaving the folder) → content.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FileSet {
    /// The files.
    pub files: BTreeMap<String, Vec<u8>>,
    /// What the target cannot express, each at its resource.
    pub diagnostics: Vec<Diagnostic>,
}

impl FileSet {
    /// Adds a text file.
    pub fn text(&mut self, path: impl Into<String>, content: impl Into<String>) {
        self.files.insert(path.into(), content.into().into_bytes());
    }
}
