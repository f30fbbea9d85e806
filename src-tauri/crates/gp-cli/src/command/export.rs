//! `groundplan export`: a design in another format, into a folder or to standard output.

use super::Design;
use crate::{
    design,
    output::{self, Outcome},
};
use clap::Args;
use gp_app::{dto::AppError, export};
use std::{
    io::Write,
    path::{Path, PathBuf},
};

/// What to write and where.
#[derive(Args)]
pub struct Export {
    #[command(flatten)]
    design: Design,
    /// The format; `groundplan catalog --coverage` shows which kinds each can express.
    #[arg(long, short)]
    format: String,
    /// The folder, or `-` for standard output.
    #[arg(long, short)]
    out: PathBuf,
    /// For pictures: `light` or `dark`.
    #[arg(long, value_parser = ["light", "dark"])]
    theme: Option<String>,
    /// Write over files that this program did not write.
    #[arg(long)]
    overwrite: bool,
}

impl Export {
    pub fn run(&self, json: bool) -> Result<Outcome, AppError> {
        let opened = design::open(&self.design.design)?;
        let judged = opened.judge(&opened.environment(self.design.environment.as_deref())?);
        let text = opened.session.text_now();
        let files = export::run(&judged, &text, &self.format, self.theme.as_deref())?;
        let preview = export::preview(&files, None, &text);
        if self.out == Path::new("-") {
            let mut out = std::io::stdout().lock();
            for bytes in files.files.values() {
                // Whoever closed the pipe has read enough.
                let _ = out.write_all(bytes);
            }
        } else {
            let written = export::write(&files, &self.out, self.overwrite)?;
            if json {
                output::json(
                    &serde_json::json!({ "written": written, "findings": preview.diagnostics }),
                )?;
            } else {
                for path in written {
                    output::say(&format!("wrote {}", path.display()));
                }
            }
        }
        if !json {
            for finding in &preview.diagnostics {
                output::say(&format!("{}[{}] {}", finding.severity, finding.rule, finding.message));
            }
        }
        Ok(Outcome::findings_if(
            preview.diagnostics.iter().any(|finding| finding.severity == "error"),
        ))
    }
}
