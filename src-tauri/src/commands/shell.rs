//! What only a shell has: the channel of events, native dialogs, and the window itself.

use super::Answer;
use crate::dialogs::{self, Mode};
use gp_app::{App, commands::answer, dto::AppError, frame::frame};
use serde_json::{Value, json};
use tauri::{
    State, WebviewWindow,
    ipc::{Channel, InvokeResponseBody},
};

/// From now on every event goes to this window, as frames.
#[tauri::command]
pub async fn events_open(app: State<'_, App>, channel: Channel<InvokeResponseBody>) -> Answer {
    let mut receiver = app.subscribe();
    tauri::async_runtime::spawn(async move {
        while let Some(event) = receiver.recv().await {
            if channel.send(InvokeResponseBody::Raw(frame(&event))).is_err() {
                break;
            }
        }
    });
    answer(())
}

#[derive(serde::Deserialize)]
struct Pick {
    mode: Mode,
    title: String,
    suggestion: Option<String>,
}

/// A native dialog.
#[tauri::command]
pub async fn path_pick(app: State<'_, App>, window: WebviewWindow, args: Value) -> Answer {
    let Pick { mode, title, suggestion } =
        serde_json::from_value(args).map_err(|error| AppError::failed(error.to_string()))?;
    // A bare name is meant where designs are kept.
    let suggestion = suggestion.map(|path| app.options().places.designs.join(path));
    let ask = move || dialogs::pick(&window, mode, &title, &suggestion.unwrap_or_default());
    let path = tauri::async_runtime::spawn_blocking(ask)
        .await
        .map_err(|error| AppError::failed(error.to_string()))?;
    answer(json!({ "path": path.map(|path| path.display().to_string()) }))
}

/// Closes the window without asking: the user interface has asked.
#[tauri::command]
pub async fn window_close(window: WebviewWindow) -> Answer {
    window.destroy().map_err(|error| AppError::failed(error.to_string()))?;
    answer(())
}
