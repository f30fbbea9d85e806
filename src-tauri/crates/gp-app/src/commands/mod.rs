//! The commands by name, as `COMMANDS.md` lists them: one door for the desktop shell and for `serve`.

mod deploy;
mod design;
mod drift;
mod export;
mod finding;
mod program;
mod question;

use crate::{
    app::App,
    dto::{AppError, ErrorCode},
    judged::Judged,
    session::Session,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{
    Value,
    value::{RawValue, to_raw_value},
};
use std::{sync::Arc, time::Duration};

/// Every command that [`App::call`] answers, in alphabetical order. The desktop shell adds
/// `events_open`, `path_pick` and `window_close`.
pub const COMMANDS: [&str; 68] = [
    "app_info",
    "catalog_get",
    "deploy_apply",
    "deploy_cancel",
    "deploy_drift",
    "deploy_drift_plan",
    "deploy_drift_put_back",
    "deploy_drift_settle",
    "deploy_extend",
    "deploy_history",
    "deploy_plan",
    "deploy_reap",
    "deploy_retry",
    "deploy_run",
    "deploy_status",
    "deploy_verify",
    "design_bill",
    "design_cables",
    "design_changes",
    "design_close",
    "design_copy",
    "design_cost",
    "design_edit",
    "design_figures",
    "design_from_template",
    "design_layout",
    "design_layout_cancel",
    "design_merge",
    "design_merge_preview",
    "design_new",
    "design_open",
    "design_open_bytes",
    "design_paste",
    "design_paste_preview",
    "design_recover",
    "design_redo",
    "design_reload",
    "design_save",
    "design_saved",
    "design_snapshot",
    "design_undo",
    "design_versions",
    "design_view",
    "design_zones",
    "environment_choose",
    "export_cancel",
    "export_formats",
    "export_picture",
    "export_run",
    "export_write",
    "finding_explain",
    "finding_fix",
    "finding_fix_all",
    "finding_waive",
    "folder_list",
    "log_tail",
    "nest_offer",
    "proof_ask",
    "proof_ends",
    "proof_exposure",
    "proof_matrix",
    "rack_elevation",
    "raw_takes",
    "raw_types",
    "resource_facts",
    "settings_get",
    "settings_set",
    "start_page",
];

/// What a command answers: JSON, written once.
pub type Answer = Box<RawValue>;

/// How long a question waits for the newest revision to be judged.
const PATIENCE: Duration = Duration::from_secs(20);

impl App {
    /// Answers a command. Must run inside a Tokio runtime.
    pub async fn call(&self, name: &str, args: Value) -> Result<Answer, AppError> {
        if !COMMANDS.contains(&name) {
            return Err(AppError::not_found(format!("there is no command “{name}”")));
        }
        // Everything but deployments works on this process only, and is done in moments; it must not
        // hold up the runtime's threads all the same.
        if drift::is_one(name) {
            return drift::call(self, name, args).await;
        }
        if name.starts_with("deploy_") {
            return deploy::call(self, name, args).await;
        }
        let (app, name) = (self.clone(), name.to_owned());
        let work = tokio::task::spawn_blocking(move || call_now(&app, &name, args));
        work.await.unwrap_or_else(|error| {
            Err(AppError::failed(format!("the program has a fault: {error}")))
        })
    }
}

fn call_now(app: &App, name: &str, args: Value) -> Result<Answer, AppError> {
    match name.split('_').next() {
        Some("design") => design::call(app, name, args),
        Some("export") => export::call(app, name, args),
        Some("finding") => finding::call(app, name, args),
        Some("environment" | "nest" | "proof" | "rack" | "raw" | "resource") => {
            question::call(app, name, args)
        }
        _ => program::call(app, name, args),
    }
}

/// `{session}` and nothing else.
#[derive(Deserialize)]
struct InSession {
    session: u32,
}

/// Arguments in the shape a command wants.
fn read<T: DeserializeOwned>(args: Value) -> Result<T, AppError> {
    let args = if args.is_null() { Value::Object(serde_json::Map::default()) } else { args };
    serde_json::from_value(args)
        .map_err(|error| AppError::failed(format!("the command's arguments are off: {error}")))
}

/// An answer as JSON.
pub fn answer(value: impl Serialize) -> Result<Answer, AppError> {
    to_raw_value(&value)
        .map_err(|error| AppError::failed(format!("the answer cannot be written: {error}")))
}

/// The newest revision, judged.
fn judged(session: &Session) -> Result<Arc<Judged>, AppError> {
    session.judge.settled(PATIENCE).ok_or_else(|| {
        AppError::new(ErrorCode::Busy, "the design is still being judged: try again in a moment")
    })
}

fn unknown(name: &str) -> AppError {
    AppError::not_found(format!("there is no command “{name}”"))
}
