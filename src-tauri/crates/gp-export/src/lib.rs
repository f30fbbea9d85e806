//! Resolved design to files, in memory: same input, same bytes. Nothing is written to disk here,
//! no clock is read, and what a target cannot express is a diagnostic at the resource.
#![deny(clippy::disallowed_methods)]

pub mod aws;
pub mod formats;
mod header;
pub mod name;
pub mod picture;

pub use header::{Origin, origin};

pub use picture::{Drawing, LinkState};

use gp_catalog::Resolved;
use gp_model::Provider;
use gp_plan::FileSet;

/// A format that a design can be written in.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// The word on the command line.
    pub id: &'static str,
    /// What people read.
    pub title: &'static str,
    /// Providers whose environments it can express; empty: all.
    pub providers: &'static [Provider],
    /// Whether it draws (and therefore needs a [`Drawing`]).
    pub draws: bool,
    /// Kinds that it writes something for, in its own order.
    pub kinds: fn() -> Vec<&'static str>,
    write: Write,
}

/// How a format is written; `None`: it was stopped.
type Write = fn(&Input<'_>, Go<'_>) -> Option<FileSet>;

/// Hears how much of how much of a long export is done; answers whether to go on.
pub type Go<'a> = &'a mut dyn FnMut(usize, usize) -> bool;

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark text on a light ground.
    #[default]
    Light,
    /// Light text on a dark ground.
    Dark,
}

/// What the user may choose of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Its colours.
    pub theme: Theme,
    /// Findings on what they are about.
    pub badges: bool,
    /// What its signs mean, below the drawing.
    pub legend: bool,
    /// Of a picture in dots, in percent.
    pub scale: u16,
}

impl Default for Options {
    fn default() -> Self {
        Self { theme: Theme::default(), badges: false, legend: false, scale: 100 }
    }
}

/// What a format gets.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The meaning in one environment.
    pub resolved: &'a Resolved,
    /// Where things are drawn.
    pub drawing: Option<&'a Drawing>,
    /// What the user chose.
    pub options: Options,
}

impl Input<'_> {
    /// The file's name of a picture.
    fn picture_name(&self, ending: &str) -> String {
        format!("{}.{ending}", name::slug(&self.resolved.design.name))
    }
}

/// Every format, ordered by id.
pub fn formats() -> &'static [Format] {
    &[
        Format {
            id: "cloudformation",
            title: "CloudFormation",
            providers: &[Provider::Aws],
            draws: false,
            kinds: formats::cloudformation::kinds,
            write: |input, _| Some(formats::cloudformation::export(input)),
        },
        Format {
            id: "pdf",
            title: "PDF picture",
            providers: &[],
            draws: true,
            kinds: formats::pdf::kinds,
            write: formats::pdf::export,
        },
        Format {
            id: "png",
            title: "PNG picture",
            providers: &[],
            draws: true,
            kinds: formats::png::kinds,
            write: formats::png::export,
        },
        Format {
            id: "svg",
            title: "SVG picture",
            providers: &[],
            draws: true,
            kinds: formats::svg::kinds,
            write: |input, _| Some(formats::svg::export(input)),
        },
        Format {
            id: "terraform",
            title: "Terraform",
            providers: &[Provider::Aws],
            draws: false,
            kinds: formats::terraform::kinds,
            write: |input, _| Some(formats::terraform::export(input)),
        },
    ]
}

/// The format with this id.
pub fn format(id: &str) -> Option<&'static Format> {
    formats().iter().find(|format| format.id == id)
}

/// The format in which an environment on this provider is deployed where nobody chooses another.
pub fn usual(provider: Provider) -> Option<&'static Format> {
    format("terraform").filter(|format| format.providers.contains(&provider))
}

/// Writes a design in a format.
pub fn export(
    format: &Format,
    resolved: &Resolved,
    drawing: Option<&Drawing>,
    options: Options,
) -> FileSet {
    export_while(format, resolved, drawing, options, &mut |_, _| true).unwrap_or_default()
}

/// Writes a design in a format for as long as `go` says so; `None` where it was stopped. Pictures of large designs
/// take seconds.
pub fn export_while(
    format: &Format,
    resolved: &Resolved,
    drawing: Option<&Drawing>,
    options: Options,
    go: Go<'_>,
) -> Option<FileSet> {
    if !format.providers.is_empty() && !format.providers.contains(&resolved.environment.provider) {
        return Some(wrong_provider(format, resolved));
    }
    let mut files = (format.write)(&Input { resolved, drawing, options }, go)?;
    // A picture carries the design's own text, in which nothing may be touched.
    if !format.draws {
        header::seal(&mut files);
    }
    Some(files)
}

fn wrong_provider(format: &Format, resolved: &Resolved) -> FileSet {
    let words: Vec<&str> = format.providers.iter().map(|provider| provider.as_str()).collect();
    let environment = &resolved.environment;
    let text = format!(
        "{} cannot express an environment on {}; choose one on {}",
        format.title,
        environment.provider,
        words.join(" or ")
    );
    let place = gp_model::Place::Environment {
        id: environment.id.clone(),
        attribute: Some("provider".to_owned()),
    };
    FileSet {
        diagnostics: vec![gp_model::Diagnostic::error("format-without-provider", place, text)],
        ..FileSet::default()
    }
}
