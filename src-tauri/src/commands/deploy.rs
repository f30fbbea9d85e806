//! Deployments. Each takes the facade, asks it, and gives the answer back.

use super::Answer;
use gp_app::App;
use serde_json::Value;
use tauri::State;

#[tauri::command]
pub async fn deploy_apply(app: State<'_, App>, args: Value) -> Answer {
    app.call("deploy_apply", args).await
}

#[tauri::command]
pub async fn deploy_cancel(app: State<'_, App>, args: Value) -> Answer {
    app.call("deploy_cancel", args).await
}

#[tauri::command]
pub async fn deploy_history(app: State<'_, App>, args: Value) -> Answer {
    app.call("deploy_history", args).await
}

#[tauri::command]
pub async fn deploy_drift(app: State<'_, App>, args: Value) -> Answer {
    app.call("deploy_drift", args).await
}

#[tauri::command]
pub async fn deploy_drift_plan(app: State<'_, App>, args: Value) -> Answer {
    app.call("deploy_drift_plan", args).await
}

#[tauri::command]
pub async fn deploy_drift_put_back(app: State<'_, App>, args: Value) -> Answer {
    app.call("deploy_drift_put_back", args).await
}

#[tauri::command]
pub async fn deploy_drift_settle(app: State<'_, App>, args: Value) -> Answer {
    app.call("deploy_drift_settle", args).await
}

#[tauri::command]
pub async fn deploy_extend(app: State<'_, App>, args: Value) -> Answer {
    app.call("deploy_extend", args).await
}

#[tauri::command]
pub async fn deploy_plan(app: State<'_, App>, args: Value) -> Answer {
    app.call("deploy_plan", args).await
}

#[tauri::command]
pub async fn deploy_reap(app: State<'_, App>, args: Value) -> Answer {
    app.call("deploy_reap", args).await
}

#[tauri::command]
pub async fn deploy_retry(app: State<'_, App>, args: Value) -> Answer {
    app.call("deploy_retry", args).await
}

#[tauri::command]
pub async fn deploy_run(app: State<'_, App>, args: Value) -> Answer {
    app.call("deploy_run", args).await
}

#[tauri::command]
pub async fn deploy_status(app: State<'_, App>, args: Value) -> Answer {
    app.call("deploy_status", args).await
}

#[tauri::command]
pub async fn deploy_verify(app: State<'_, App>, args: Value) -> Answer {
    app.call("deploy_verify", args).await
}
