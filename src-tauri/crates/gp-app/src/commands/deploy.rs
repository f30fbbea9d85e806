//! Deployments. `deploy_apply` answers at once: the run goes on and tells its story by events.

use super::{Answer, answer, read, unknown};
use crate::{app::App, dto::AppError};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Deploy {
    session: u32,
    environment: String,
    #[serde(default)]
    destroy: bool,
    #[serde(default)]
    fingerprint: String,
    #[serde(default)]
    allow_data_loss: bool,
    #[serde(default)]
    run: i64,
}

pub(super) async fn call(app: &App, name: &str, args: Value) -> Result<Answer, AppError> {
    let args: Deploy = read(args)?;
    let session = app.session(args.session)?;
    let deployments = app.deployments();
    match name {
        "deploy_plan" => answer(deployments.plan(&session, &args.environment, args.destroy).await?),
        "deploy_status" => answer(deployments.status(&session, &args.environment).await?),
        "deploy_history" => answer(deployments.history(&session, &args.environment)?),
        "deploy_run" => answer(deployments.run_story(&session, &args.environment, args.run)?),
        "deploy_cancel" => {
            deployments.cancel(args.session, &args.environment);
            answer(json!({}))
        }
        "deploy_apply" => {
            let approved = deployments
                .approve(&session, &args.environment, &args.fingerprint, args.allow_data_loss)
                .await?;
            in_background(app, args.session, args.environment, |app| async move {
                app.deployments().carry_out(args.session, approved).await
            });
            answer(json!({}))
        }
        "deploy_retry" => {
            let approved = deployments.again(args.session, &args.environment)?;
            in_background(app, args.session, args.environment, |app| async move {
                app.deployments().carry_out(args.session, approved).await
            });
            answer(json!({}))
        }
        "deploy_verify" => {
            deployments.verify(&session, &args.environment).await?;
            answer(json!({}))
        }
        _ => Err(unknown(name)),
    }
}

/// What fails later than the answer is told by the status.
pub(super) fn in_background<F, T>(
    app: &App,
    session: u32,
    environment: String,
    work: impl FnOnce(App) -> F,
) where
    F: Future<Output = Result<T, AppError>> + Send + 'static,
{
    let (told, work) = (app.clone(), work(app.clone()));
    tokio::spawn(async move {
        if let Err(error) = work.await {
            tracing::error!(%error, environment, "the run failed");
            told.deployments().failed(session, &environment, &error);
        }
    });
}
