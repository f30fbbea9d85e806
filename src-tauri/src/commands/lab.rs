//! Playing with a running lab. Each takes the facade, asks it, and gives the answer back.

use super::Answer;
use gp_app::App;
use serde_json::Value;
use tauri::State;

#[tauri::command]
pub async fn lab_counts(app: State<'_, App>, args: Value) -> Answer {
    app.call("lab_counts", args).await
}

#[tauri::command]
pub async fn lab_switch(app: State<'_, App>, args: Value) -> Answer {
    app.call("lab_switch", args).await
}

#[tauri::command]
pub async fn lab_watch(app: State<'_, App>, args: Value) -> Answer {
    app.call("lab_watch", args).await
}
