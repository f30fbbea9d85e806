//! Open designs: opening, changing, saving.

use super::{Answer, InSession, answer, judged, read, unknown};
use crate::{
    app::App, arrange, cost, dto::AppError, figures, floor, paste, session::Snapshot, versions,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use gp_catalog::Catalog;
use gp_model::{Edit, Id, Point, merge::Choices};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{collections::BTreeSet, path::Path};

#[derive(Deserialize)]
struct Template {
    template: String,
}

#[derive(Deserialize)]
struct Open {
    path: String,
}

#[derive(Deserialize)]
struct Bytes {
    base64: String,
}

#[derive(Deserialize)]
struct Recover {
    session: u32,
    keep: bool,
}

#[derive(Deserialize)]
struct Merge {
    session: u32,
    seen: String,
    #[serde(default)]
    choices: Choices,
}

#[derive(Deserialize)]
struct Change {
    session: u32,
    edit: Edit,
}

#[derive(Deserialize)]
struct Save {
    session: u32,
    path: Option<String>,
    #[serde(default)]
    overwrite: bool,
}

#[derive(Deserialize)]
struct Since {
    session: u32,
    version: versions::Version,
}

#[derive(Deserialize)]
struct One {
    session: u32,
    id: String,
}

#[derive(Deserialize)]
struct Chosen {
    session: u32,
    ids: Option<Vec<Id>>,
}

#[derive(Deserialize)]
struct ChooseView {
    session: u32,
    view: Option<Id>,
    /// What it shows; none: everything.
    shown: Option<BTreeSet<Id>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Paste {
    session: u32,
    text: String,
    parent: Option<Id>,
    at: Point,
    #[serde(default)]
    outer_links: bool,
}

impl Paste {
    fn wanted<'a>(&'a self, catalog: &'a Catalog) -> paste::Wanted<'a> {
        paste::Wanted {
            catalog,
            text: &self.text,
            parent: self.parent.as_ref(),
            at: self.at,
            outer_links: self.outer_links,
        }
    }
}

pub(super) fn call(app: &App, name: &str, args: Value) -> Result<Answer, AppError> {
    match name {
        "design_new" => answer(app.open_empty().dto()),
        "design_from_template" => {
            answer(app.open_template(&read::<Template>(args)?.template)?.dto())
        }
        "design_open" => answer(app.open(Path::new(&read::<Open>(args)?.path))?.dto()),
        "design_open_bytes" => {
            let Bytes { base64 } = read(args)?;
            let bytes = STANDARD.decode(base64);
            let bytes = bytes.map_err(|error| AppError::failed(format!("the file: {error}")))?;
            answer(app.open_bytes(&bytes)?.dto())
        }
        "design_save" => {
            let Save { session, path, overwrite } = read(args)?;
            answer(app.save(session, path.as_deref().map(Path::new), overwrite)?)
        }
        "design_close" => {
            app.close(read::<InSession>(args)?.session);
            answer(json!({}))
        }
        "design_edit" => {
            let Change { session, edit } = read(args)?;
            answer(revision(app.session(session)?.edit(&edit)?))
        }
        "design_recover" => {
            let Recover { session, keep } = read(args)?;
            answer(app.session(session)?.recover(keep)?)
        }
        "design_merge" => {
            let Merge { session, seen, choices } = read(args)?;
            answer(revision(app.session(session)?.merge(&seen, &choices)?))
        }
        "design_layout" => {
            let Chosen { session, ids } = read(args)?;
            let session = app.session(session)?;
            let done = arrange::run(&session, ids.as_deref())?;
            let revision = done.unwrap_or_else(|| session.snapshot().revision);
            answer(json!({ "revision": revision, "cancelled": done.is_none() }))
        }
        "design_view" => {
            let ChooseView { session, view, shown } = read(args)?;
            app.session(session)?.choose_view(view, shown);
            answer(json!({}))
        }
        "design_bill" => {
            let One { session, id } = read(args)?;
            answer(cost::bill(&*judged(&*app.session(session)?)?, &id))
        }
        "design_copy" => {
            let Chosen { session, ids } = read(args)?;
            let design = app.session(session)?.snapshot().design;
            answer(json!({ "text": gp_model::fragment::copy(&design, &ids.unwrap_or_default()) }))
        }
        "design_changes" => {
            let Since { session, version } = read(args)?;
            let patch = versions::changes(&*app.session(session)?, &version)?;
            answer(json!({ "patch": patch }))
        }
        "design_paste" => paste_text(app, &read(args)?),
        "design_paste_preview" => {
            let args: Paste = read(args)?;
            let Snapshot { design, catalog, .. } = app.session(args.session)?.snapshot();
            answer(paste::preview(&design, &args.wanted(&catalog)))
        }
        _ => of_session(app, name, args),
    }
}

/// Commands that need nothing but the session.
fn of_session(app: &App, name: &str, args: Value) -> Result<Answer, AppError> {
    let session = app.session(read::<InSession>(args)?.session)?;
    match name {
        "design_saved" => answer(session.saved_design()),
        "design_snapshot" => answer(session.dto()),
        "design_layout_cancel" => {
            session.layout.stop();
            answer(json!({}))
        }
        "design_versions" => answer(versions::list(&session)),
        "design_cost" => answer(cost::of(&*judged(&session)?)),
        "design_cables" => answer(floor::cables(&*judged(&session)?)),
        "design_figures" => answer(figures::of(&*judged(&session)?)),
        "design_undo" => answer(revision(session.undo()?)),
        "design_zones" => answer(figures::spread(&*judged(&session)?)),
        "design_redo" => answer(revision(session.redo()?)),
        "design_reload" => answer(session.reload()?),
        "design_merge_preview" => answer(session.merge_preview()?),
        _ => Err(unknown(name)),
    }
}

fn revision(revision: u32) -> Value {
    json!({ "revision": revision })
}

fn paste_text(app: &App, args: &Paste) -> Result<Answer, AppError> {
    let session = app.session(args.session)?;
    let Snapshot { design, catalog, .. } = session.snapshot();
    let (edit, ids) = paste::edit(&design, &args.wanted(&catalog)).map_err(AppError::failed)?;
    answer(json!({ "revision": session.edit(&edit)?, "ids": ids }))
}
