//! Why the state could not be read or written, and the way out.

use rusqlite::ErrorCode;
use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

/// Why the state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite said no.
    #[error("the state file cannot be used: {0}")]
    Database(#[from] rusqlite::Error),
    /// A row does not hold what it should.
    #[error("the state file holds something unreadable: {0}")]
    Damaged(#[from] serde_json::Error),
    /// SQLite said no, of this file: no permission, no such folder, locked for too long.
    #[error("the state file cannot be used: {why} ({path})")]
    Unusable {
        /// Which file.
        path: String,
        /// In SQLite's words.
        why: String,
    },
    /// There is no room.
    #[error(
        "the disk is full, so what is done cannot be written down ({path}): make room and try again; nothing more was begun, and what was begun is found again"
    )]
    Full {
        /// Which file.
        path: String,
    },
    /// It is no database, or not a whole one.
    #[error(
        "the state file is damaged: {why} ({path}): “groundplan state repair” makes a new one of all that can be read and keeps this one beside it; labs that run can be ended without it: groundplan labs"
    )]
    Broken {
        /// Which file.
        path: String,
        /// In SQLite's words.
        why: String,
    },
    /// A newer program wrote it.
    #[error(
        "the state file was written by a newer version of this program (format {format}, this one reads up to {known}; {path}): use that version, or move the file away; labs that run can be ended without it: groundplan labs"
    )]
    Newer {
        /// Which file.
        path: String,
        /// Its format.
        format: i32,
        /// Ours.
        known: i32,
    },
    /// Another program works on this environment.
    #[error("{holder} is working on this environment until {until}: wait, or stop it there")]
    Leased {
        /// Who, in words.
        holder: String,
        /// RFC 3339.
        until: String,
    },
}

pub(super) type Result<T> = std::result::Result<T, StoreError>;

impl StoreError {
    /// The same with the file's name, and with the way out of what is known.
    pub(super) fn at(self, path: &Path) -> Self {
        let (place, path) = (path, path.display().to_string());
        match self {
            Self::Database(error) => {
                let why = words(&error);
                match error.sqlite_error_code() {
                    Some(ErrorCode::DiskFull) => Self::Full { path },
                    // SQLite says so only where a write to the file itself fails, not one beside it.
                    Some(ErrorCode::SystemIoFailure) if has_no_room(place) => Self::Full { path },
                    Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                        Self::Broken { path, why }
                    }
                    // A table that is not there was there once: the file says so by its format.
                    Some(ErrorCode::Unknown) if why.contains("no such") => {
                        Self::Broken { path, why }
                    }
                    _ if is_of_a_row(&error) => Self::Broken { path, why },
                    _ => Self::Unusable { path, why },
                }
            }
            Self::Damaged(error) => Self::Broken { path, why: error.to_string() },
            known => known,
        }
    }

    /// Whether the file as it lies there is of no use to this program.
    pub fn is_of_the_file(&self) -> bool {
        matches!(self, Self::Broken { .. } | Self::Newer { .. })
    }
}

/// Whether as much as SQLite wants beside the file does not fit there any more.
fn has_no_room(path: &Path) -> bool {
    let tried = beside(path, "room");
    let full = std::fs::write(&tried, vec![0; 65_536]).is_err_and(|error| {
        matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded)
    });
    // It may not be there at all.
    let _ = std::fs::remove_file(&tried);
    full
}

/// A row of another shape than we write.
fn is_of_a_row(error: &rusqlite::Error) -> bool {
    use rusqlite::Error as E;
    matches!(
        error,
        E::FromSqlConversionFailure(..)
            | E::IntegralValueOutOfRange(..)
            | E::Utf8Error(..)
            | E::InvalidColumnType(..)
    )
}

/// SQLite's words without a path that we name ourselves.
fn words(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => {
            message.split(": /").next().unwrap_or(message).to_owned()
        }
        other => other.to_string(),
    }
}

/// A name beside a file that nothing has: `state.db.WORD`, `state.db.WORD-2` …
pub(super) fn beside(path: &Path, word: &str) -> PathBuf {
    let named = |number: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!(".{word}"));
        if number > 1 {
            name.push(format!("-{number}"));
        }
        PathBuf::from(name)
    };
    (1..9999).map(named).find(|path| !path.exists()).unwrap_or_else(|| named(9999))
}
