//! `groundplan serve`: the app in a browser on this machine. Loopback only, a one-time token that buys
//! a key for one tab, Host and Origin checked, files only below one folder.

mod events;
mod gate;
mod interface;

use crate::output::{self, Outcome};
use axum::{
    Router,
    body::Bytes,
    extract::{Path as UrlPath, State},
    http::{StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use clap::Args;
use gate::Gate;
use gp_app::{
    App,
    app::Options,
    dto::{AppError, ErrorCode},
    places::Places,
};
use serde_json::{Value, json};
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};
use tokio::net::TcpListener;

/// Larger than any command's arguments: a pasted piece of a large design.
const LARGEST_BODY: usize = 64 * 1024 * 1024;

/// How to serve.
#[derive(Args)]
pub struct Serve {
    /// A design to open at once.
    design: Option<PathBuf>,
    /// A template to open at once.
    #[arg(long, conflicts_with = "design")]
    template: Option<String>,
    /// The port; a free one where it is left out.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The folder whose designs may be opened and written; where it is left out the current one, or the
    /// design's own where it lies elsewhere.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Show the interface in this folder instead of the embedded one: for tests of the interface.
    #[cfg(any(debug_assertions, feature = "any-interface"))]
    #[arg(long, hide = true)]
    interface: Option<PathBuf>,
}

/// What every request sees.
#[derive(Clone)]
struct Served {
    app: App,
    gate: Arc<Gate>,
    /// The interface's folder, where it is not the embedded one.
    interface: Option<Arc<Path>>,
}

impl Serve {
    pub async fn run(self, json: bool) -> Result<Outcome, AppError> {
        let shown = self.interface();
        if !interface::is_built(shown.as_deref()) {
            let message = "this build has no user interface: run `npm ci && npm run build` in ui/, then build again";
            return Err(AppError::new(ErrorCode::Unavailable, message));
        }
        let design = self.design.as_deref().map(absolute).transpose()?;
        let folder = served(self.folder.as_deref(), design.as_deref())?;
        let open = match (&design, &self.template) {
            (Some(design), _) => Some(design.display().to_string()),
            (None, template) => template.as_ref().map(|id| format!("template:{id}")),
        };
        let app = App::start(Options {
            places: Places::standard(),
            shell: "browser",
            only_below: Some(folder.clone()),
            open,
        });
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)))
            .await
            .map_err(|error| {
                AppError::failed(format!(
                    "port {} cannot be used: {error}; choose another with --port",
                    self.port
                ))
            })?;
        let port =
            listener.local_addr().map_err(|error| AppError::failed(error.to_string()))?.port();
        let gate = Arc::new(Gate::new(port)?);
        let url = gate.address();
        if json {
            output::json(&json!({ "url": url, "folder": folder, "port": port }))?;
        } else {
            output::line(&format!("Groundplan: {url}"));
            output::say(&format!(
                "the address lets one tab in; designs below {} can be opened; Ctrl+C ends it",
                folder.display()
            ));
        }
        axum::serve(listener, router(Served { app, gate, interface: shown }))
            .with_graceful_shutdown(async {
                // Without a signal handler, the signal ends the program all the same.
                let _ = tokio::signal::ctrl_c().await;
            })
            .await
            .map_err(|error| AppError::failed(error.to_string()))?;
        Ok(Outcome::Fine)
    }
}

impl Serve {
    #[cfg(any(debug_assertions, feature = "any-interface"))]
    fn interface(&self) -> Option<Arc<Path>> {
        self.interface.as_deref().map(Arc::from)
    }

    #[cfg(not(any(debug_assertions, feature = "any-interface")))]
    #[expect(clippy::unused_self, reason = "one signature in both profiles")]
    fn interface(&self) -> Option<Arc<Path>> {
        None
    }
}

fn absolute(design: &Path) -> Result<PathBuf, AppError> {
    design.canonicalize().map_err(|error| {
        AppError::not_found(format!("“{}” cannot be opened: {error}", design.display()))
    })
}

/// The folder that is named; else the current one, or the design's own where it lies elsewhere.
fn served(named: Option<&Path>, design: Option<&Path>) -> Result<PathBuf, AppError> {
    let folder = named.unwrap_or(Path::new("."));
    let folder = folder.canonicalize().map_err(|error| {
        AppError::not_found(format!("“{}” cannot be served: {error}", folder.display()))
    })?;
    let Some(design) = design.filter(|design| !design.starts_with(&folder)) else {
        return Ok(folder);
    };
    match design.parent() {
        Some(own) if named.is_none() => Ok(own.to_owned()),
        _ => Err(AppError::new(
            ErrorCode::Forbidden,
            format!(
                "“{}” is not below {}: name its own folder with --folder, or leave --folder out",
                design.display(),
                folder.display()
            ),
        )),
    }
}

fn router(served: Served) -> Router {
    let api = Router::new()
        .route("/api/session", post(gate::session))
        .route("/api/events", get(events::events))
        .route("/api/{command}", post(command));
    api.fallback(get(interface::file))
        .layer(middleware::from_fn_with_state(served.clone(), gate::check))
        .layer(axum::extract::DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(served)
}

/// One command of the facade.
async fn command(
    State(served): State<Served>,
    UrlPath(name): UrlPath<String>,
    body: Bytes,
) -> Response {
    let args = if body.is_empty() { Ok(Value::Null) } else { serde_json::from_slice(&body) };
    let result = match args {
        Ok(args) => served.app.call(&name, args).await,
        Err(error) => Err(AppError::failed(format!("the body is not JSON: {error}"))),
    };
    match result {
        Ok(answer) => json_response(StatusCode::OK, answer.get()),
        Err(error) => refusal(&error),
    }
}

/// An error as the browser's side reads it.
fn refusal(error: &AppError) -> Response {
    let status = match error.code {
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::Forbidden => StatusCode::FORBIDDEN,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    json_response(status, &json!(error).to_string())
}

fn json_response(status: StatusCode, json: &str) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")],
        json.to_owned(),
    )
        .into_response()
}
