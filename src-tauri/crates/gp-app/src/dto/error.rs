//! The one error that crosses.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Every error that crosses. A code exists only if the UI branches on it.
#[derive(Clone, Debug, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
#[error("{message}")]
pub struct AppError {
    /// What the UI branches on.
    pub code: ErrorCode,
    /// For people: names the thing and the way out.
    pub message: String,
    /// More, for the log and "copy details".
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub detail: Option<String>,
}

/// What the UI branches on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "kebab-case")]
#[ts(export)]
pub enum ErrorCode {
    /// An edit was refused; the design is as it was.
    Refused,
    /// The file changed on disk since it was opened: reload, keep mine, or save as.
    ChangedOnDisk,
    /// Another file is in the way: replace it, or save under another name.
    Exists,
    /// The file cannot be written here (folder, permission, disk full): save as.
    CannotWrite,
    /// The design is read-only (newer format, damaged): save as is offered where it makes sense.
    ReadOnly,
    /// The plan is not the approved one any more: plan again.
    StalePlan,
    /// The plan deletes data and that was not allowed.
    DataLoss,
    /// The lab or driver cannot run here; the message says which setting.
    Unavailable,
    /// Another window or program works on this environment.
    Busy,
    /// No such session, template, file.
    NotFound,
    /// The path is outside what this program may touch.
    Forbidden,
    /// Somebody stopped it.
    Stopped,
    /// Anything else.
    Failed,
}

impl AppError {
    /// An error without detail.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), detail: None }
    }

    /// No such session, template, file …
    pub fn not_found(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::NotFound, message)
    }

    /// Anything the UI does not branch on.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::Failed, message)
    }
}
