//! Kinds as the palette and the inspector need them.

use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// `catalog_get`: kinds with icons, as the palette and the inspector need them.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CatalogDto {
    /// In palette order.
    pub kinds: Vec<KindDto>,
    /// Icon name → SVG text (32 × 32, `currentColor`).
    pub icons: BTreeMap<String, String>,
}

/// One kind.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct KindDto {
    /// Its word.
    pub id: String,
    /// "Load balancer".
    pub title: String,
    /// "Balancer".
    pub short: String,
    /// One line.
    pub help: String,
    /// `place`, `network`, `compute`, `storage`, `data`, `security`, `actor`, `annotation`.
    pub family: String,
    /// Key into icons.
    pub icon: String,
    /// Search words.
    pub search: Vec<String>,
    /// Whether it holds others.
    pub container: bool,
    /// Kinds it may stand in; `root` for the top.
    pub parents: Vec<String>,
    /// Drawn size.
    pub size: [i32; 2],
    /// Link kind → kinds it may go to.
    pub links: Vec<LinkEndDto>,
    /// In inspector order.
    pub attributes: Vec<AttributeDto>,
    /// Provider → main counterpart type; missing: none.
    pub counterparts: BTreeMap<String, String>,
}

/// One end that a kind offers to links.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LinkEndDto {
    /// Which link kind.
    pub kind: String,
    /// Kinds it may go to.
    pub to: Vec<String>,
}

/// One attribute of a kind.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AttributeDto {
    /// Its key.
    pub name: String,
    /// Its label.
    pub label: String,
    /// One of the catalog's attribute types, kebab-case.
    #[serde(rename = "type")]
    pub type_: String,
    /// One line.
    pub help: String,
    /// The inspector's group.
    pub group: String,
    /// Unit behind a bare number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub unit: Option<String>,
    /// The default.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "import('../../document/model').ValueJson")]
    pub default: Option<serde_json::Value>,
    /// Allowed words.
    pub choices: Vec<String>,
    /// Choice → what people read, where that differs ("postgresql" → "PostgreSQL").
    pub choice_labels: BTreeMap<String, String>,
    /// Smallest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub min: Option<f64>,
    /// Largest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub max: Option<f64>,
    /// Kinds that a reference may name.
    pub of: Vec<String>,
    /// Must be set.
    pub required: bool,
    /// Never a value in the file.
    pub secret: bool,
    /// Shown under "more".
    pub advanced: bool,
}

/// `raw_takes`: what a type of a provider takes.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RawTakesDto {
    /// `hashicorp/aws`
    pub source: String,
    /// The version whose table this is.
    pub version: String,
    /// By name.
    pub arguments: Vec<RawArgumentDto>,
}

/// One thing that can be said of a raw resource.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RawArgumentDto {
    /// In the provider's spelling.
    pub name: String,
    /// `text`, `number`, `bool`, `list`, `table`, `any`.
    pub form: String,
    /// Must be said.
    pub required: bool,
}
