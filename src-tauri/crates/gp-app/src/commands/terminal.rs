//! Terminals in servers. What they show comes as events.

use super::{Answer, answer, read, unknown};
use crate::{app::App, dto::AppError};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Open {
    session: u32,
    environment: String,
    server: String,
    columns: u16,
    rows: u16,
}

#[derive(Deserialize)]
struct Write {
    terminal: u32,
    text: String,
}

#[derive(Deserialize)]
struct Resize {
    terminal: u32,
    columns: u16,
    rows: u16,
}

#[derive(Deserialize)]
struct Take {
    terminal: u32,
    bytes: u32,
}

#[derive(Deserialize)]
struct Close {
    terminal: u32,
}

pub(super) async fn call(app: &App, name: &str, args: Value) -> Result<Answer, AppError> {
    let terminals = app.terminals();
    match name {
        "terminal_open" => {
            let Open { session, environment, server, columns, rows } = read(args)?;
            let session = app.session(session)?;
            let lab = app.deployments().lab_inside(&session, &environment)?;
            return answer(terminals.open(&lab, &server, (columns, rows)).await?);
        }
        "terminal_write" => {
            let Write { terminal, text } = read(args)?;
            terminals.write(terminal, &text).await?;
        }
        "terminal_resize" => {
            let Resize { terminal, columns, rows } = read(args)?;
            terminals.resize(terminal, (columns, rows))?;
        }
        "terminal_take" => {
            let Take { terminal, bytes } = read(args)?;
            terminals.take(terminal, bytes)?;
        }
        "terminal_close" => terminals.close(read::<Close>(args)?.terminal),
        _ => return Err(unknown(name)),
    }
    answer(json!({}))
}
