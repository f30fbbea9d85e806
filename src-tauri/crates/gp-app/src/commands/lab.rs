//! Playing with a running lab. `lab_watch` answers at once: what is seen comes as events for as long as somebody says
//! now and then that they look.

use super::{Answer, answer, read, unknown};
use crate::{app::App, dto::AppError};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct InLab {
    session: u32,
    environment: String,
    #[serde(default)]
    things: Vec<String>,
    #[serde(default)]
    on: bool,
    #[serde(default)]
    id: String,
}

pub(super) async fn call(app: &App, name: &str, args: Value) -> Result<Answer, AppError> {
    let InLab { session, environment, things, on, id } = read(args)?;
    let session = app.session(session)?;
    let deployments = app.deployments();
    match name {
        "lab_counts" => answer(deployments.counts(&session, &environment, &id).await?),
        "lab_switch" => {
            let off = deployments.switch(&session, &environment, &things, on).await?;
            answer(json!({ "off": off }))
        }
        "lab_watch" => {
            if deployments.looks(session.id, &environment) {
                let app = app.clone();
                tokio::spawn(async move { app.deployments().follow(&session, &environment).await });
            }
            answer(json!({}))
        }
        _ => Err(unknown(name)),
    }
}
