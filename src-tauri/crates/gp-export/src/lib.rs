//! Resolved design to files, in memory: same input, same bytes. Nothing is written to disk here,
//! no clock is read, and what a target cannot express is a diagnostic at the resource.
#![deny(clippy::disallowed_methods)]

pub mod aws;
pub mod formats;
mod header;
pub mod name;

pub use formats::svg;
pub use header::{Origin, origin};

use gp_catalog::Resolved;
use gp_model::{Id, Point, Provider, Rect};
use gp_plan::FileSet;
use std::collections::BTreeMap;

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
    write: fn(&Input<'_>) -> FileSet,
}

/// Where things are drawn and how links run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// Resource → its rectangle.
    pub boxes: BTreeMap<Id, Rect>,
    /// Link → its polyline, from end to end.
    pub routes: BTreeMap<Id, Vec<Point>>,
    /// The design file's text, carried inside the picture so that it opens again.
    pub source: Option<String>,
    /// Resource → the worst finding on it, for badges.
    pub findings: BTreeMap<Id, gp_model::Severity>,
    /// Link → what is known of it.
    pub link_states: BTreeMap<Id, LinkState>,
}

/// What is known of a link; colours it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinkState {
    /// Drawn, not proven.
    #[default]
    Unproven,
    /// Proven or seen live.
    Proven,
    /// Cannot work.
    Broken,
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark text on a light ground.
    #[default]
    Light,
    /// Light text on a dark ground.
    Dark,
}

/// What the user may choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// For pictures.
    pub theme: Theme,
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

/// Every format, ordered by id.
pub fn formats() -> &'static [Format] {
    &[
        Format {
            id: "cloudformation",
            title: "CloudFormation",
            providers: &[Provider::Aws],
            draws: false,
            kinds: formats::cloudformation::kinds,
            write: formats::cloudformation::export,
        },
        Format {
            id: "svg",
            title: "SVG picture",
            providers: &[],
            draws: true,
            kinds: formats::svg::kinds,
            write: formats::svg::export,
        },
        Format {
            id: "terraform",
            title: "Terraform",
            providers: &[Provider::Aws],
            draws: false,
            kinds: formats::terraform::kinds,
            write: formats::terraform::export,
        },
    ]
}

/// The format with this id.
pub fn format(id: &str) -> Option<&'static Format> {
    formats().iter().find(|format| format.id == id)
}

/// Writes a design in a format.
pub fn export(
    format: &Format,
    resolved: &Resolved,
    drawing: Option<&Drawing>,
    options: Options,
) -> FileSet {
    if !format.providers.is_empty() && !format.providers.contains(&resolved.environment.provider) {
        return wrong_provider(format, resolved);
    }
    let mut files = (format.write)(&Input { resolved, drawing, options });
    // A picture carries the design's own text, in which nothing may be touched.
    if !format.draws {
        header::seal(&mut files);
    }
    files
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
