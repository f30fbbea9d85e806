//! Terminals in servers. Each takes the facade, asks it, and gives the answer back.

use super::Answer;
use gp_app::App;
use serde_json::Value;
use tauri::State;

#[tauri::command]
pub async fn terminal_close(app: State<'_, App>, args: Value) -> Answer {
    app.call("terminal_close", args).await
}

#[tauri::command]
pub async fn terminal_open(app: State<'_, App>, args: Value) -> Answer {
    app.call("terminal_open", args).await
}

#[tauri::command]
pub async fn terminal_resize(app: State<'_, App>, args: Value) -> Answer {
    app.call("terminal_resize", args).await
}

#[tauri::command]
pub async fn terminal_take(app: State<'_, App>, args: Value) -> Answer {
    app.call("terminal_take", args).await
}

#[tauri::command]
pub async fn terminal_write(app: State<'_, App>, args: Value) -> Answer {
    app.call("terminal_write", args).await
}
