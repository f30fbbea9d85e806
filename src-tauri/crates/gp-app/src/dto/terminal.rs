//! Terminals in servers of a running lab.

use serde::Serialize;
use ts_rs::TS;

/// `terminal_open`: what was opened.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TerminalDto {
    /// Its number.
    pub terminal: u32,
    /// The instance that it is in: `app[0]`.
    pub server: String,
}
