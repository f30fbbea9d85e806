//! Findings: fixing and accepting. Each takes the facade, asks it, and gives the answer back.

use super::Answer;
use gp_app::App;
use serde_json::Value;
use tauri::State;

#[tauri::command]
pub async fn finding_explain(app: State<'_, App>, args: Value) -> Answer {
    app.call("finding_explain", args).await
}

#[tauri::command]
pub async fn finding_fix(app: State<'_, App>, args: Value) -> Answer {
    app.call("finding_fix", args).await
}

#[tauri::command]
pub async fn finding_fix_all(app: State<'_, App>, args: Value) -> Answer {
    app.call("finding_fix_all", args).await
}

#[tauri::command]
pub async fn finding_waive(app: State<'_, App>, args: Value) -> Answer {
    app.call("finding_waive", args).await
}
