//! Start screen, program, log.

use serde::Serialize;
use ts_rs::TS;

/// `start_page`.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct StartDto {
    /// Templates with pictures.
    pub templates: Vec<TemplateDto>,
    /// Recent designs, newest first.
    pub recent: Vec<RecentDto>,
}

/// A template.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TemplateDto {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// One line.
    pub summary: String,
    /// Drawn by the product itself: SVG text for light and for dark.
    pub picture_light: String,
    /// The dark one.
    pub picture_dark: String,
}

/// A recent design.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RecentDto {
    /// Where it is.
    pub path: String,
    /// Its name.
    pub name: String,
    /// When it was last open, RFC 3339.
    pub at: String,
    /// Whether the file is still there.
    pub exists: bool,
    /// Whether there is a file at all: else it was in a program that ended without saving it.
    pub saved: bool,
    /// Edits that a program which ended did not save: opening it asks what becomes of them.
    pub unsaved: u32,
    /// Environments in which something of it stands, as far as this machine's state says.
    pub deployed: Vec<String>,
    /// SVG text, light and dark.
    pub picture_light: String,
    /// The dark one.
    pub picture_dark: String,
}

/// `app_info`.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AppInfoDto {
    /// Of the program.
    pub version: String,
    /// `desktop` or `browser`.
    pub shell: String,
    /// Where designs are offered to be saved.
    pub folder: String,
    /// Whether the lab can run here; if not, why and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub lab_unavailable: Option<String>,
    /// A design to open at once (from the command line).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub open: Option<String>,
}

/// A line of the log.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LogLineDto {
    /// RFC 3339.
    pub at: String,
    /// `error`, `warn`, `info`, `debug`.
    pub level: String,
    /// Where in the program.
    pub target: String,
    /// What.
    pub message: String,
}
