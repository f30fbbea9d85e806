//! `groundplan export`: a design in another format, into a folder or to standard output.

use super::Design;
use crate::{
    design,
    output::{self, Outcome},
};
use clap::Args;
use gp_app::{
    drawing::Picture,
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
    #[command(flatten)]
    picture: PictureArguments,
    /// Write over files that this program did not write, or that were changed since.
    #[arg(long)]
    overwrite: bool,
}

/// Of a picture (svg, png, pdf).
#[derive(Args)]
#[command(next_help_heading = "Pictures (svg, png, pdf)")]
struct PictureArguments {
    /// Its colours.
    #[arg(long, value_parser = ["light", "dark"], default_value = "light")]
    theme: String,
    /// Only these resources, with what they hold: ids with commas between.
    #[arg(long, value_delimiter = ',')]
    only: Option<Vec<String>>,
    /// Say below the drawing what its signs mean.
    #[arg(long)]
    legend: bool,
    /// Say below the drawing what it is: title, environment, date, scale.
    #[arg(long)]
    title_block: bool,
    /// The day that the title block says; without it, none, so that the picture is the same every day.
    #[arg(long, requires = "title_block")]
    date: Option<String>,
    /// Show findings on what they are about.
    #[arg(long)]
    badges: bool,
    /// Resolution of a PNG in percent: 200 for sharp screens.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(10..=400))]
    scale: u16,
    /// Leave the design out, which else can be opened from the picture again.
    #[arg(long)]
    without_design: bool,
}

impl PictureArguments {
    fn wanted(&self) -> Picture {
        Picture {
            shown: None,
            without_links: false,
            theme: self.theme.clone(),
            ids: self.only.as_ref().map(|ids| ids.iter().map(|id| id.as_str().into()).collect()),
            view: None,
            legend: self.legend,
            title_block: self.title_block,
            date: self.date.clone(),
            badges: self.badges,
            scale: self.scale,
            without_design: self.without_design,
            drawn: None,
        }
    }
}

impl Export {
    pub fn run(&self, json: bool) -> Result<Outcome, AppError> {
        let opened = design::open(&self.design.design)?;
        let judged = opened.judge(&opened.environment(self.design.environment.as_deref())?);
        let text = opened.session.text_now();
        let unread = opened.session.file_errors();
        let files = export::run(&judged, &unread, &text, &self.format, &self.picture.wanted())?;
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
