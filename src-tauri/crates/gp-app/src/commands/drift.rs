//! Drift, time to live, and what is over.

use super::{Answer, answer, deploy::in_background, read, unknown};
use crate::{
    app::App,
    deploy::{Settle, Which},
    dto::AppError,
};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Drift {
    session: u32,
    environment: String,
    #[serde(default)]
    parts: Vec<String>,
    #[serde(default)]
    fingerprint: String,
    #[serde(default)]
    allow_data_loss: bool,
    how: Option<Settle>,
    #[serde(default)]
    seconds: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reap {
    /// What is to be ended; none: only said.
    one: Option<One>,
    #[serde(default)]
    allow_data_loss: bool,
}

#[derive(Deserialize)]
struct One {
    design: String,
    environment: String,
}

/// Whether a command is one of these.
pub(super) fn is_one(name: &str) -> bool {
    name.starts_with("deploy_drift") || matches!(name, "deploy_extend" | "deploy_reap")
}

pub(super) async fn call(app: &App, name: &str, args: Value) -> Result<Answer, AppError> {
    let deployments = app.deployments();
    if name == "deploy_reap" {
        let args: Reap = read(args)?;
        let which = args.one.map_or(Which::None, |one| Which::One {
            design: one.design,
            environment: one.environment,
        });
        return answer(deployments.reap(&which, args.allow_data_loss).await?);
    }
    let args: Drift = read(args)?;
    let session = app.session(args.session)?;
    let (environment, parts) = (&args.environment, &args.parts);
    match (name, args.how) {
        ("deploy_drift", _) => answer(deployments.drift(&session, environment).await?),
        ("deploy_drift_plan", _) => {
            answer(deployments.plan_put_back(&session, environment, parts).await?)
        }
        ("deploy_drift_settle", Some(how)) => {
            answer(deployments.settle(&session, environment, parts, how).await?)
        }
        ("deploy_drift_put_back", _) => {
            let (fingerprint, loss) = (&args.fingerprint, args.allow_data_loss);
            let approved = deployments
                .approve_put_back(&session, environment, parts, fingerprint, loss)
                .await?;
            in_background(app, args.session, args.environment, |app| async move {
                app.deployments().carry_out(args.session, approved).await
            });
            answer(json!({}))
        }
        ("deploy_extend", _) => {
            answer(deployments.extend(&session, environment, args.seconds).await?)
        }
        _ => Err(unknown(name)),
    }
}
