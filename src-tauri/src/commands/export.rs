//! Exports. Each takes the facade, asks it, and gives the answer back.

use super::Answer;
use gp_app::App;
use serde_json::Value;
use tauri::State;

#[tauri::command]
pub async fn export_cancel(app: State<'_, App>, args: Value) -> Answer {
    app.call("export_cancel", args).await
}

#[tauri::command]
pub async fn export_formats(app: State<'_, App>, args: Value) -> Answer {
    app.call("export_formats", args).await
}

#[tauri::command]
pub async fn export_picture(app: State<'_, App>, args: Value) -> Answer {
    app.call("export_picture", args).await
}

#[tauri::command]
pub async fn export_run(app: State<'_, App>, args: Value) -> Answer {
    app.call("export_run", args).await
}

#[tauri::command]
pub async fn export_write(app: State<'_, App>, args: Value) -> Answer {
    app.call("export_write", args).await
}
