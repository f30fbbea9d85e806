//! The program itself: what it is, what it remembers, what it offers at the start.

use super::{Answer, answer, read, unknown};
use crate::{app::App, dto::AppError, folder, kinds};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Keep {
    settings: Value,
}

#[derive(Deserialize)]
struct Tail {
    lines: usize,
}

#[derive(Deserialize)]
struct List {
    path: Option<String>,
}

pub(super) fn call(app: &App, name: &str, args: Value) -> Result<Answer, AppError> {
    match name {
        "app_info" => answer(app.info()),
        "catalog_get" => answer(kinds::catalog_dto(gp_catalog::builtin())),
        "start_page" => answer(app.start_page()),
        "settings_get" => answer(app.settings().get()),
        "settings_set" => {
            app.settings().set(&read::<Keep>(args)?.settings);
            answer(json!({}))
        }
        "log_tail" => answer(app.log().tail(read::<Tail>(args)?.lines)),
        "folder_list" => answer(folder::list(app, read::<List>(args)?.path.as_deref())?),
        _ => Err(unknown(name)),
    }
}
