//! The file: TOML in, the same bytes out, changed only where the design changed.
//!
//! [`parse`] never fails: what cannot be read is a diagnostic, and the design is read-only where
//! saving could lose something. This module touches no disk; bytes come in and go out.

mod change;
pub mod keys;
mod limits;
mod memory;
mod migrate;
mod read;
mod render;
mod respell;
mod save;
mod schema;
mod source_map;
mod syntax;
mod toml_value;
pub(crate) mod tree;
mod write;

use crate::{Design, Diagnostic, Place, Table, design::FORMAT};
use serde::Serialize;
use std::{fmt, sync::Arc};

pub(crate) use change::{Changed, changes};
pub use limits::MAX_BYTES;
pub(crate) use read::{design as design_of, resource_key};
pub use save::Saved;
pub use schema::schema;
pub use source_map::{SourceMap, Span};
pub(crate) use tree::resource as resource_table;

/// Why a design can be looked at but not saved over its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "because")]
pub enum ReadOnly {
    /// Written by a newer program.
    NewerFormat {
        /// The file's format.
        format: i64,
    },
    /// Not fully readable as TOML.
    Damaged,
    /// Not text in UTF-8.
    NotText,
    /// Larger than we read.
    TooLarge,
    /// Nested deeper than we read.
    TooDeep,
}

impl fmt::Display for ReadOnly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NewerFormat { format } => write!(
                f,
                "the file has format {format} and this program writes format {FORMAT}: update Groundplan to change it"
            ),
            Self::Damaged => f.write_str(
                "the file is damaged and shown as far as it can be read: repair the marked lines in a text editor, then open it again",
            ),
            Self::NotText => f.write_str(
                "the file is not UTF-8 text: convert it to UTF-8 in a text editor, then open it again",
            ),
            Self::TooLarge => write!(
                f,
                "the file is larger than {} MiB: split the design into several files",
                MAX_BYTES / (1024 * 1024)
            ),
            Self::TooDeep => f.write_str("the file nests keys deeper than a design can: look at the marked line"),
        }
    }
}

/// The text of a file and what it meant when it was read.
#[derive(Clone, Debug)]
pub struct FileText {
    bytes: Arc<[u8]>,
    text: Arc<str>,
    /// What the text says, unmigrated.
    base: Design,
    /// The format that the text says; 0 where it does not.
    format: i64,
    /// Why it cannot be saved, and the design that it showed.
    read_only: Option<(ReadOnly, Design)>,
    /// What former saves took out.
    memory: memory::Memory,
}

impl FileText {
    /// The bytes of the file, exactly.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The file as text; where it was not UTF-8, with replacement characters.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it says by what id the design is known.
    pub fn has_id(&self) -> bool {
        self.base.id.is_some()
    }

    /// The text, to keep.
    pub fn shared_text(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }
}

/// What [`parse`] gives.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The design, as far as it could be read.
    pub design: Design,
    /// The text it came from, for saving.
    pub file: FileText,
    /// Problems of the file itself.
    pub diagnostics: Vec<Diagnostic>,
    /// Why it cannot be saved, if it cannot.
    pub read_only: Option<ReadOnly>,
}

/// A design as new text, without its `format` line: a piece that can be pasted into a file.
pub(crate) fn piece(design: &Design) -> String {
    let changes = change::changes(&Design::default(), design, None);
    write::write("", &changes, &mut memory::Memory::default(), "\n")
}

/// A value on one line, as it would stand in a file.
pub(crate) fn written(value: &crate::Value) -> String {
    render::value(value)
}

/// Reads a file. Never fails and never panics: problems are diagnostics.
pub fn parse(bytes: &[u8]) -> Opened {
    let mut diagnostics = Vec::new();
    let (text, mut read_only) = decode(bytes, &mut diagnostics);
    let mut tree = Table::new();
    if read_only != Some(ReadOnly::TooLarge) {
        if let Some(span) = limits::too_deep(&text) {
            read_only = Some(ReadOnly::TooDeep);
            diagnostics.push(limits::diagnostic(span));
        } else {
            let before = diagnostics.len();
            tree = toml_value::parse(&text, &mut diagnostics);
            if diagnostics.len() > before && read_only.is_none() {
                read_only = Some(ReadOnly::Damaged);
            }
        }
    }
    let format = migrate::format_of(&tree, &mut diagnostics);
    if format > i64::from(FORMAT) {
        let newer = ReadOnly::NewerFormat { format };
        diagnostics.push(Diagnostic::warning("newer-format", Place::Design, newer.to_string()));
        read_only.get_or_insert(newer);
    }
    let as_written =
        (format < i64::from(FORMAT)).then(|| read::design(tree.clone(), &mut Vec::new()));
    migrate::migrate(&mut tree, format);
    let design = read::design(tree, &mut diagnostics);
    let base = as_written.unwrap_or_else(|| design.clone());
    let file = FileText {
        bytes: bytes.into(),
        text,
        base,
        format,
        read_only: read_only.clone().map(|reason| (reason, design.clone())),
        memory: memory::Memory::default(),
    };
    Opened { design, file, diagnostics, read_only }
}

fn decode(bytes: &[u8], diagnostics: &mut Vec<Diagnostic>) -> (Arc<str>, Option<ReadOnly>) {
    if bytes.len() > MAX_BYTES {
        diagnostics.push(Diagnostic::error(
            "file-too-large",
            Place::Design,
            ReadOnly::TooLarge.to_string(),
        ));
        return (Arc::from(""), Some(ReadOnly::TooLarge));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (Arc::from(text), None),
        Err(error) => {
            let start = error.valid_up_to();
            let end = start + error.error_len().unwrap_or(1);
            diagnostics.push(Diagnostic::error(
                "not-utf-8",
                Place::File { start, end },
                ReadOnly::NotText.to_string(),
            ));
            (Arc::from(String::from_utf8_lossy(bytes)), Some(ReadOnly::NotText))
        }
    }
}

#[cfg(test)]
mod save_tests;
#[cfg(test)]
mod tests;
