//! `groundplan export`: a design in another format, into a folder or to standard output.

use super::Design;
use crate::{
    design,
    output::{self, Outcome},
};
use clap::Args;
use gp_app::{
    dto::{AppError, ExportDto},
    export,
    folder_export::{self, Done},
};
use std::{
    collections::BTreeMap,
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
    /// The folder, or `-` for standard output (with `--json` as `{files: {path: text}, findings}`).
    /// Files that an earlier export of this design left there and that are no more are removed.
    #[arg(long, short)]
    out: PathBuf,
    /// For pictures: `light` or `dark`.
    #[arg(long, value_parser = ["light", "dark"])]
    theme: Option<String>,
    /// Write over files that this program did not write, or that were changed since.
    #[arg(long)]
    overwrite: bool,
}

impl Export {
    pub fn run(&self, json: bool) -> Result<Outcome, AppError> {
        let opened = design::open(&self.design.design)?;
        let judged = opened.judge(&opened.environment(self.design.environment.as_deref())?);
        let text = opened.session.text_now();
        let unread = opened.session.file_errors();
        let files = export::run(&judged, &unread, &text, &self.format, self.theme.as_deref())?;
        let shown = folder_export::preview(&files, None, &text);
        if self.out == Path::new("-") {
            print(&folder_export::stream(&files), &shown, json)?;
        } else {
            let done = folder_export::write(&files, &self.out, self.overwrite)?;
            tell(&done, &shown, json)?;
        }
        if !json {
            for finding in &shown.diagnostics {
                output::say(&format!("{}[{}] {}", finding.severity, finding.rule, finding.message));
            }
        }
        Ok(Outcome::findings_if(
            shown.diagnostics.iter().any(|finding| finding.severity == "error"),
        ))
    }
}

/// The files on standard output.
fn print(stream: &[u8], shown: &ExportDto, json: bool) -> Result<(), AppError> {
    if json {
        let texts: BTreeMap<&str, &str> =
            shown.files.iter().map(|file| (&*file.path, &*file.text)).collect();
        return output::json(&serde_json::json!({ "files": texts, "findings": shown.diagnostics }));
    }
    // Whoever closed the pipe has read enough.
    let _ = std::io::stdout().lock().write_all(stream);
    Ok(())
}

/// What became of the folder.
fn tell(done: &Done, shown: &ExportDto, json: bool) -> Result<(), AppError> {
    if json {
        return output::json(&serde_json::json!({
            "written": done.written, "removed": done.removed, "findings": shown.diagnostics
        }));
    }
    for path in &done.written {
        output::say(&format!("wrote {}", path.display()));
    }
    for path in &done.removed {
        output::say(&format!("removed {}", path.display()));
    }
    Ok(())
}
