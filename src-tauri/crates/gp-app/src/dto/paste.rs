//! What a text on the clipboard would make.

use serde::Serialize;
use ts_rs::TS;

/// `design_paste_preview`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PastePreviewDto {
    /// `piece` of a design, `table`, or `nothing` that could be pasted.
    pub what: String,
    /// What would be made, containers before what they hold.
    pub things: Vec<PastedDto>,
    /// What cannot be done as the text says.
    pub problems: Vec<PasteProblemDto>,
}

/// One thing that would be made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PastedDto {
    /// Where the text says it, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub line: Option<u32>,
    /// What it will be called.
    pub title: String,
    /// Its kind.
    pub kind: String,
    /// The kind as people read it.
    pub kind_title: String,
    /// The container, as people read it; missing: the design itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub into: Option<String>,
    /// "→ Orders".
    pub links: Vec<String>,
}

/// Something that a line says and that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PasteProblemDto {
    /// The line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub line: Option<u32>,
    /// What is wrong.
    pub message: String,
}
