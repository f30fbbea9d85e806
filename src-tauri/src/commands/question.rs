//! Questions about an open design. Each takes the facade, asks it, and gives the answer back.

use super::Answer;
use gp_app::App;
use serde_json::Value;
use tauri::State;

#[tauri::command]
pub async fn environment_choose(app: State<'_, App>, args: Value) -> Answer {
    app.call("environment_choose", args).await
}

#[tauri::command]
pub async fn nest_offer(app: State<'_, App>, args: Value) -> Answer {
    app.call("nest_offer", args).await
}

#[tauri::command]
pub async fn proof_ask(app: State<'_, App>, args: Value) -> Answer {
    app.call("proof_ask", args).await
}

#[tauri::command]
pub async fn proof_ends(app: State<'_, App>, args: Value) -> Answer {
    app.call("proof_ends", args).await
}

#[tauri::command]
pub async fn proof_exposure(app: State<'_, App>, args: Value) -> Answer {
    app.call("proof_exposure", args).await
}

#[tauri::command]
pub async fn proof_matrix(app: State<'_, App>, args: Value) -> Answer {
    app.call("proof_matrix", args).await
}

#[tauri::command]
pub async fn rack_elevation(app: State<'_, App>, args: Value) -> Answer {
    app.call("rack_elevation", args).await
}

#[tauri::command]
pub async fn raw_takes(app: State<'_, App>, args: Value) -> Answer {
    app.call("raw_takes", args).await
}

#[tauri::command]
pub async fn raw_types(app: State<'_, App>, args: Value) -> Answer {
    app.call("raw_types", args).await
}

#[tauri::command]
pub async fn resource_facts(app: State<'_, App>, args: Value) -> Answer {
    app.call("resource_facts", args).await
}
