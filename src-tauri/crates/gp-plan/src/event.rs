//! What happens during a run: to the panel, the terminal, JSON lines and the history.

use serde::{Deserialize, Serialize};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "event")]
pub enum Event {
    /// A step began.
    Started { token: String, what: String },
    /// A step goes on; `part` of `whole` where known.
    Progress { token: String, message: String, part: Option<u32>, whole: Option<u32> },
    /// A step succeeded.
    Finished { token: String, milliseconds: u32 },
    /// A step failed; its dependents are skipped.
    Failed { token: String, message: String, retryable: bool },
    /// A step was not tried.
    Skipped { token: String, because: String },
    /// A line of log.
    Log { message: String },
}
