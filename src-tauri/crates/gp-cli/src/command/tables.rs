//! Commands that print what the program knows: templates, catalog, rules, schema, meaning.

use super::Design;
use crate::{
    design,
    output::{self, Outcome},
};
use clap::Args;
use gp_app::{dto::AppError, model, own_kinds::Kinds, places::Places, templates};
use serde_json::json;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

pub fn templates(json: bool) -> Result<Outcome, AppError> {
    let rows: Vec<_> =
        templates::in_order().into_iter().map(|(template, about)| (template.id, about)).collect();
    if json {
        let list: Vec<_> = rows
            .iter()
            .map(|(id, about)| json!({ "id": id, "title": about.title, "summary": about.summary }))
            .collect();
        output::json(&list)?;
    } else {
        for (id, about) in rows {
            output::line(&format!("{id:24} {}: {}", about.title, about.summary));
        }
    }
    Ok(Outcome::Fine)
}

/// What to print of the catalog.
#[derive(Args)]
pub struct Catalog {
    /// The table of kinds, providers, formats and drivers: every hole is a visible `–`.
    #[arg(long)]
    coverage: bool,
    /// As Markdown.
    #[arg(long, requires = "coverage")]
    markdown: bool,
    /// With the kinds in the folder `kinds` beside this design.
    #[arg(long)]
    design: Option<PathBuf>,
}

/// What can be drawn in a design, or in none: the program's kinds and the user's own.
fn known(design: Option<&Path>) -> Arc<gp_app::Catalog> {
    Kinds::read(&Places::standard(), design).catalog
}

impl Catalog {
    pub fn run(&self, json: bool) -> Result<Outcome, AppError> {
        if self.coverage {
            let coverage = gp_app::coverage(&known(self.design.as_deref()));
            if json {
                output::json(&coverage.to_json())?;
            } else {
                let text = if self.markdown { coverage.to_markdown() } else { coverage.to_text() };
                output::line(text.trim_end());
            }
            return Ok(Outcome::Fine);
        }
        let catalog = gp_app::catalog(&known(self.design.as_deref()));
        if json {
            output::json(&catalog.kinds)?;
        } else {
            for kind in &catalog.kinds {
                output::line(&format!("{:18} {:18} {}", kind.id, kind.title, kind.help));
            }
        }
        Ok(Outcome::Fine)
    }
}

/// What to explain.
#[derive(Args)]
#[command(
    after_help = "Examples:\n  groundplan explain database\n  groundplan explain server.cpu\n  groundplan explain link.allow\n  groundplan explain overlapping-cidrs\n  groundplan explain --all > reference.md"
)]
pub struct Explain {
    /// A kind, KIND.ATTRIBUTE, a section of the file, SECTION.KEY, a template, or a rule as findings show it; a list of
    /// them where it is left out.
    word: Option<String>,
    /// The whole reference of kinds, sections and rules, as Markdown.
    #[arg(long, conflicts_with = "word")]
    all: bool,
    /// With the kinds in the folder `kinds` beside this design.
    #[arg(long)]
    design: Option<PathBuf>,
}

impl Explain {
    pub fn run(&self, json: bool) -> Result<Outcome, AppError> {
        let Some(word) = &self.word else {
            if !self.all {
                return list(json, self.design.as_deref());
            }
            return text(json, None, &gp_app::reference());
        };
        let catalog = known(self.design.as_deref());
        let page = gp_app::explain(&catalog, word).ok_or_else(|| {
            let all = gp_app::explained(&catalog);
            let near = model::nearest(word, all.iter().map(|(word, _)| &**word));
            let hint = near.map_or_else(
                || "`groundplan explain` lists them".to_owned(),
                |near| format!("did you mean “{near}”?"),
            );
            let kinds = "kind, attribute, section, key, template or rule";
            AppError::not_found(format!("there is no {kinds} “{word}”: {hint}"))
        })?;
        text(json, Some(word), &page)
    }
}

fn text(json: bool, word: Option<&str>, text: &str) -> Result<Outcome, AppError> {
    if json {
        output::json(&json!({ "word": word, "text": text }))?;
    } else {
        output::line(text.trim_end());
    }
    Ok(Outcome::Fine)
}

fn list(json: bool, design: Option<&Path>) -> Result<Outcome, AppError> {
    let all = gp_app::explained(&known(design));
    if json {
        let rows = all.iter().map(|(word, title)| json!({ "word": word, "title": title }));
        output::json(&rows.collect::<Vec<_>>())?;
    } else {
        for (word, title) in all {
            output::line(&format!("{word:32} {title}"));
        }
    }
    Ok(Outcome::Fine)
}

pub fn schema() -> Result<Outcome, AppError> {
    output::json(&model::file_schema())?;
    Ok(Outcome::Fine)
}

pub fn resolve(arguments: &Design) -> Result<Outcome, AppError> {
    let opened = design::open(&arguments.design)?;
    let environment = opened.environment(arguments.environment.as_deref())?;
    output::json(&*opened.judge(&environment).resolved)?;
    Ok(Outcome::Fine)
}
