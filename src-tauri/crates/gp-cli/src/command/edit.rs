//! `groundplan edit`: everything that can be done on the canvas, as JSON on standard input. All
//! edits are applied, or none.

use crate::{
    design,
    output::{self, Outcome},
};
use clap::Args;
use gp_app::{
    dto::{AppError, ErrorCode},
    model,
};
use serde_json::json;
use std::{io::Read, path::PathBuf};

/// What to change.
#[derive(Args)]
pub struct Edit {
    /// The design file.
    design: PathBuf,
    /// Apply the edits and say what they do, but write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print the JSON Schema of edits instead.
    #[arg(long)]
    schema: bool,
}

impl Edit {
    pub fn run(&self, json: bool) -> Result<Outcome, AppError> {
        if self.schema {
            output::json(&model::edit_schema())?;
            return Ok(Outcome::Fine);
        }
        let opened = design::open(&self.design)?;
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .map_err(|error| AppError::failed(format!("standard input cannot be read: {error}")))?;
        let edits = read(&text)?;
        let count = edits.len();
        try_out(&opened.session.snapshot().design, &edits)?;
        opened.session.edit(&model::Edit::Batch { name: format!("Apply {count} edits"), edits })?;
        if !self.dry_run && opened.session.save(None, false)?.anew {
            output::say(&format!(
                "{} had to be written anew: comments in it are lost",
                opened.name
            ));
        }
        if json {
            output::json(&json!({ "file": opened.name, "edits": count, "saved": !self.dry_run }))?;
        } else if self.dry_run {
            output::line(opened.session.text_now().trim_end());
        } else {
            output::say(&format!("applied {} to {}", output::count(count, "edit"), opened.name));
        }
        Ok(Outcome::Fine)
    }
}

/// The first edit that is refused is named by its number: a list of edits is applied as one.
fn try_out(design: &model::Design, edits: &[model::Edit]) -> Result<(), AppError> {
    let mut design = design.clone();
    for (index, edit) in edits.iter().enumerate() {
        let patch = model::edit::apply(&design, edit).map_err(|refusal| {
            AppError::new(ErrorCode::Refused, format!("edit {}: {refusal}", index + 1))
        })?;
        patch.apply(&mut design);
    }
    Ok(())
}

/// A list is read edit by edit, so that a mistake names the edit it is in.
fn read(text: &str) -> Result<Vec<model::Edit>, AppError> {
    let value: serde_json::Value = serde_json::from_str(text)
        .map_err(|error| AppError::failed(format!("standard input is not JSON: {error}")))?;
    let values = match value {
        serde_json::Value::Array(values) => values,
        one => vec![one],
    };
    let edit = |(number, value): (usize, serde_json::Value)| {
        serde_json::from_value(value).map_err(|error| {
            AppError::failed(format!(
                "edit {}: {error}; see `groundplan edit --schema`",
                number + 1
            ))
        })
    };
    values.into_iter().enumerate().map(edit).collect()
}
