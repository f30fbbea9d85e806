//! `groundplan new`: a design file, empty or from a template. Never writes over anything.

use crate::output::{self, Outcome};
use clap::Args;
use gp_app::{
    app::EMPTY_DESIGN,
    disk, document,
    dto::{AppError, ErrorCode},
    templates,
};
use serde_json::json;
use std::path::PathBuf;

/// Where to, and from what.
#[derive(Args)]
pub struct New {
    /// The file to make, usually `NAME.gplan`.
    file: PathBuf,
    /// The template to start from; see `groundplan templates`.
    #[arg(long, short)]
    template: Option<String>,
}

impl New {
    pub fn run(&self, json: bool) -> Result<Outcome, AppError> {
        let text = match &self.template {
            None => EMPTY_DESIGN,
            Some(id) => {
                let found = templates::find(id);
                found
                    .ok_or_else(|| {
                        AppError::not_found(format!(
                            "there is no template “{id}”; see `groundplan templates`"
                        ))
                    })?
                    .design
            }
        };
        if self.file.exists() {
            let message =
                format!("“{}” is there already: choose another name", self.file.display());
            return Err(AppError::new(ErrorCode::CannotWrite, message));
        }
        disk::write(&self.file, &document::new_file(text))?;
        if json {
            output::json(&json!({ "file": self.file }))?;
        } else {
            output::say(&format!("made {}", self.file.display()));
        }
        Ok(Outcome::Fine)
    }
}
