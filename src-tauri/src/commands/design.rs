//! Open designs: opening, changing, saving. Each takes the facade, asks it, and gives the answer back.

use super::Answer;
use gp_app::App;
use serde_json::Value;
use tauri::State;

#[tauri::command]
pub async fn design_changes(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_changes", args).await
}

#[tauri::command]
pub async fn design_close(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_close", args).await
}

#[tauri::command]
pub async fn design_copy(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_copy", args).await
}

#[tauri::command]
pub async fn design_edit(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_edit", args).await
}

#[tauri::command]
pub async fn design_bill(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_bill", args).await
}

#[tauri::command]
pub async fn design_cost(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_cost", args).await
}

#[tauri::command]
pub async fn design_cables(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_cables", args).await
}

#[tauri::command]
pub async fn design_figures(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_figures", args).await
}

#[tauri::command]
pub async fn design_from_template(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_from_template", args).await
}

#[tauri::command]
pub async fn design_layout(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_layout", args).await
}

#[tauri::command]
pub async fn design_layout_cancel(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_layout_cancel", args).await
}

#[tauri::command]
pub async fn design_merge(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_merge", args).await
}

#[tauri::command]
pub async fn design_merge_preview(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_merge_preview", args).await
}

#[tauri::command]
pub async fn design_new(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_new", args).await
}

#[tauri::command]
pub async fn design_open(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_open", args).await
}

#[tauri::command]
pub async fn design_open_bytes(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_open_bytes", args).await
}

#[tauri::command]
pub async fn design_paste(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_paste", args).await
}

#[tauri::command]
pub async fn design_paste_preview(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_paste_preview", args).await
}

#[tauri::command]
pub async fn design_recover(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_recover", args).await
}

#[tauri::command]
pub async fn design_redo(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_redo", args).await
}

#[tauri::command]
pub async fn design_reload(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_reload", args).await
}

#[tauri::command]
pub async fn design_save(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_save", args).await
}

#[tauri::command]
pub async fn design_saved(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_saved", args).await
}

#[tauri::command]
pub async fn design_snapshot(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_snapshot", args).await
}

#[tauri::command]
pub async fn design_undo(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_undo", args).await
}

#[tauri::command]
pub async fn design_versions(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_versions", args).await
}

#[tauri::command]
pub async fn design_view(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_view", args).await
}

#[tauri::command]
pub async fn design_zones(app: State<'_, App>, args: Value) -> Answer {
    app.call("design_zones", args).await
}
