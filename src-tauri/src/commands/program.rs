//! The program: what it is, what it remembers, what it offers. Each takes the facade, asks it, and gives the answer back.

use super::Answer;
use gp_app::App;
use serde_json::Value;
use tauri::State;

#[tauri::command]
pub async fn app_info(app: State<'_, App>, args: Value) -> Answer {
    app.call("app_info", args).await
}

#[tauri::command]
pub async fn catalog_get(app: State<'_, App>, args: Value) -> Answer {
    app.call("catalog_get", args).await
}

#[tauri::command]
pub async fn folder_list(app: State<'_, App>, args: Value) -> Answer {
    app.call("folder_list", args).await
}

#[tauri::command]
pub async fn log_tail(app: State<'_, App>, args: Value) -> Answer {
    app.call("log_tail", args).await
}

#[tauri::command]
pub async fn settings_get(app: State<'_, App>, args: Value) -> Answer {
    app.call("settings_get", args).await
}

#[tauri::command]
pub async fn settings_set(app: State<'_, App>, args: Value) -> Answer {
    app.call("settings_set", args).await
}

#[tauri::command]
pub async fn start_page(app: State<'_, App>, args: Value) -> Answer {
    app.call("start_page", args).await
}
