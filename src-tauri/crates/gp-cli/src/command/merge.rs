//! `groundplan merge`: what two people made of one design, put together by what it says, not by its lines.

use crate::output::{self, Outcome};
use clap::Args;
use gp_app::{
    disk,
    dto::AppError,
    merging,
    model::merge::{Choices, Side},
};
use std::{io::Write as _, path::PathBuf};

/// Three files.
#[derive(Args)]
pub struct Merge {
    /// What both started from.
    base: PathBuf,
    /// Your version.
    mine: PathBuf,
    /// The other version: its comments and its order stay.
    theirs: PathBuf,
    /// Write the result over your version, as a merge driver of git does; else it is printed.
    #[arg(long)]
    in_place: bool,
    /// Which side holds where both changed the same value differently: `mine` or `theirs`.
    #[arg(long, default_value = "mine", value_parser = ["mine", "theirs"])]
    prefer: String,
}

impl Merge {
    pub fn run(&self, json: bool) -> Result<Outcome, AppError> {
        let [base, mine, theirs] =
            [&self.base, &self.mine, &self.theirs].map(|path| disk::read(path));
        let (base, mine, theirs) = (base?, mine?, theirs?);
        let (mut bytes, shown) = merging::files(&base, &mine, &theirs, &Choices::new())?;
        if self.prefer == "theirs" && !shown.conflicts.is_empty() {
            let keys = shown.conflicts.iter().map(|it| (it.key.clone(), Side::Theirs));
            bytes = merging::files(&base, &mine, &theirs, &keys.collect())?.0;
        }
        if self.in_place {
            disk::write(&self.mine, &bytes)?;
        }
        if json {
            let text = String::from_utf8_lossy(&bytes);
            output::json(
                &serde_json::json!({ "merge": shown, "prefer": self.prefer, "text": text }),
            )?;
        } else if !self.in_place {
            // Whoever closed the pipe has read enough.
            let _ = std::io::stdout().lock().write_all(&bytes);
        }
        if !json {
            for it in &shown.conflicts {
                let text = format!(
                    "{}: base {}, mine {}, theirs {}",
                    it.title, it.base, it.mine, it.theirs
                );
                output::say(&text);
            }
            if !shown.conflicts.is_empty() {
                let count = output::count(shown.conflicts.len(), "conflict");
                output::say(&format!("{count}: the result has {} of each", self.prefer));
            }
        }
        Ok(Outcome::findings_if(!shown.conflicts.is_empty()))
    }
}
