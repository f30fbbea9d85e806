//! What the core says unasked.

use super::{
    CatalogDto, DeployStatusDto, DiagnosticDto, HistoryDto, JudgementDto, LogLineDto, ReapDto,
};
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// What the core tells a user interface unasked, over one ordered channel.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "kebab-case", tag = "event")]
#[ts(export)]
pub enum AppEvent {
    /// The document changed. A gap in revisions: ask for `design_snapshot`.
    #[serde(rename_all = "camelCase")]
    DocumentPatched {
        session: u32,
        revision: u32,
        /// The model's patch: `{changes: [{of, id, before, after}]}`.
        #[ts(type = "import('../../document/model').PatchJson")]
        patch: serde_json::Value,
        history: HistoryDto,
    },
    /// Another view is looked at, in every window; its places, where it has its own.
    #[serde(rename_all = "camelCase")]
    ViewChosen {
        session: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        view: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional, type = "import('../../document/model').PlacesJson")]
        places: Option<serde_json::Value>,
    },
    /// It was saved, here.
    #[serde(rename_all = "camelCase")]
    DocumentSaved { session: u32, path: String, history: HistoryDto },
    /// Somebody else changed the file on disk.
    #[serde(rename_all = "camelCase")]
    FileChanged { session: u32, path: String },
    /// The user's own kinds changed on disk, or others apply since the design was saved elsewhere.
    #[serde(rename_all = "camelCase")]
    KindsChanged {
        session: u32,
        /// What can be drawn from now on; none: what the program brings.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        catalog: Option<CatalogDto>,
        /// Problems of the file itself, and of the kinds.
        diagnostics: Vec<DiagnosticDto>,
    },
    /// Unsaved edits are not kept in case the program dies; said once, until they are again.
    #[serde(rename_all = "camelCase")]
    JournalFailed { session: u32, message: String },
    /// It was closed, in this window or another.
    #[serde(rename_all = "camelCase")]
    DocumentClosed { session: u32 },
    /// Somebody asks for a design: a second start of the program.
    #[serde(rename_all = "camelCase")]
    OpenRequested { path: String },
    /// The window is to be closed, and there is something to lose: the window asks, then closes itself.
    CloseRequested,
    /// A revision was judged.
    Judged(JudgementDto),
    /// Link routes: link id → polyline, absolute, `x, y` after `x, y`; and the middles of the pills with their
    /// ports. Only those that changed when `partial`.
    #[serde(rename_all = "camelCase")]
    Routed {
        session: u32,
        revision: u32,
        partial: bool,
        #[ts(type = "import('../../document/said').Said<ArrayLike<number>>")]
        routes: BTreeMap<String, Vec<i32>>,
        #[ts(type = "import('../../document/said').Said<ArrayLike<number>>")]
        pills: BTreeMap<String, [i32; 2]>,
    },
    /// An automatic layout is this far; `done` is `of` when it is over.
    #[serde(rename_all = "camelCase")]
    LayingOut { session: u32, done: u32, of: u32 },
    /// How far an export is that takes a while; `done` = `of`: it is over.
    #[serde(rename_all = "camelCase")]
    Exporting { session: u32, done: u32, of: u32 },
    /// A deployment moved on.
    Deploy(DeployStatusDto),
    /// Environments whose time is over: what was ended by itself, and what waits for somebody's word.
    Reaped(ReapDto),
    /// A line of the log.
    Log(LogLineDto),
}
