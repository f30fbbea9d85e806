//! The open document and what is known of one resource.

use super::{CatalogDto, DiagnosticDto};
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// `design_open`, `design_from_template`, `design_new`, `design_snapshot`.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DocumentDto {
    /// The open design's number in this process.
    pub session: u32,
    /// Goes up with every edit, undo and redo.
    pub revision: u32,
    /// Where it is saved; none yet for a new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub path: Option<String>,
    /// Why it cannot be edited, if it cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub read_only: Option<String>,
    /// Undo, redo, dirty.
    pub history: HistoryDto,
    /// The view that is looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub view: Option<String>,
    /// A recovered journal that is newer than the file: both can be looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub recovery: Option<RecoveryDto>,
    /// The design as model JSON: `{id, name, resources, links, intents, environments, policy, layout}`.
    #[ts(type = "import('../../document/model').DesignJson")]
    pub design: gp_model::Design,
    /// Problems of the file itself, and of the user's own kinds.
    pub diagnostics: Vec<DiagnosticDto>,
    /// What can be drawn in it, where the user has kinds of their own: in place of `catalog_get`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub catalog: Option<CatalogDto>,
}

/// `design_save`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SavedDto {
    /// Where.
    pub path: String,
    /// Whether the file had to be written anew, without its comments: the version before has them.
    pub anew: bool,
}

/// The state of undo.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HistoryDto {
    /// What Undo would undo ("Move Worker to app").
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub undo: Option<String>,
    /// What Redo would redo.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub redo: Option<String>,
    /// Whether there is something to save.
    pub dirty: bool,
}

/// Edits found in the journal after a crash.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RecoveryDto {
    /// How many edits, without those that were taken back.
    pub edits: u32,
    /// Their names, newest first, at most ten.
    pub names: Vec<String>,
    /// What the recovered version says that the saved one does not, in words, at most ten.
    pub differences: Vec<String>,
    /// So many later ones cannot be repeated: the journal was damaged.
    pub lost: u32,
    /// Somebody changed the file since: the edits were made on what it said before.
    pub changed: bool,
    /// What the file says.
    pub saved: VersionDto,
    /// What it said when it was edited, with the edits.
    pub recovered: VersionDto,
}

/// One of two versions that somebody is to choose from.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct VersionDto {
    /// When it was saved, or edited last, RFC 3339; none where it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub at: Option<String>,
    /// How many resources it has.
    pub resources: u32,
    /// How many links.
    pub links: u32,
}

/// `design_versions`: an earlier version of the design.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "kebab-case", tag = "is")]
#[ts(export)]
pub enum EarlierDto {
    /// As the file has it.
    Saved {
        /// When the file was written, RFC 3339.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        at: Option<String>,
    },
    /// As the file had it before the last save.
    Previous {
        /// When that was written, RFC 3339.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        at: Option<String>,
    },
    /// Before the newest acts.
    Before {
        /// How many of them.
        acts: u32,
        /// The name of the oldest of them.
        name: String,
    },
}

/// `resource_facts`: everything the inspector shows beyond the model.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ResourceFactsDto {
    /// Attribute → value in force and origin.
    pub attributes: BTreeMap<String, AttributeFactDto>,
    /// Its instances.
    pub instances: Vec<InstanceDto>,
    /// Ranges that the provider demands beside it or, for a network, in it: "gateway 10.20.9.0/26".
    pub reserved: Vec<String>,
    /// Provider → resource types.
    pub counterparts: BTreeMap<String, Vec<String>>,
    /// Raw attributes that the exporter would write for the main counterpart, with origin.
    pub on_provider: BTreeMap<String, AttributeFactDto>,
    /// What it listens on.
    pub services: Vec<ServiceDto>,
    /// Who reaches it: "Internet 443".
    pub reached_by: Vec<String>,
    /// What it reaches.
    pub reaches: Vec<String>,
}

/// A service of a resource.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ServiceDto {
    /// What `allow` of a link may call it.
    pub name: String,
    /// "tcp/5432".
    pub ports: String,
}

/// A value in force and where it comes from.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct AttributeFactDto {
    /// The value.
    #[ts(type = "import('../../document/model').ValueJson")]
    pub value: serde_json::Value,
    /// `set`, `inherited`, `default`, `allocated`, `override`, `derived`.
    pub origin: String,
    /// In words: "from shop", "default", "allocated".
    pub from: String,
}

/// One real thing.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct InstanceDto {
    /// `app[0]`.
    pub address: String,
    /// Zone letter.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub zone: Option<String>,
    /// Private address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub ip: Option<String>,
    /// IPv6 address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub ip6: Option<String>,
    /// Public address.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub public_ip: Option<String>,
}

/// `nest_offer`: where a kind would go if dropped at a container, and what it brings along.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct NestOfferDto {
    /// The container it would get; none: the top.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub parent: Option<String>,
    /// Whether it can live there at all.
    pub allowed: bool,
    /// Said on screen: "a bucket lives in the region, not in a subnet".
    pub because: String,
}

/// `design_merge_preview`: what the file says by now, and what is changed here, put together.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MergeDto {
    /// Of the file that was looked at: `design_merge` merges that one and no other.
    pub seen: String,
    /// What both changed differently.
    pub conflicts: Vec<ConflictDto>,
    /// What was changed here.
    pub mine: TallyDto,
    /// What the other program changed.
    pub theirs: TallyDto,
}

/// A value that both changed differently.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ConflictDto {
    /// Names it in `design_merge`'s choices.
    pub key: String,
    /// "App server: cpu".
    pub title: String,
    /// What both started from, in words.
    pub base: String,
    /// What is here.
    pub mine: String,
    /// What the file says.
    pub theirs: String,
    /// Only about where something is drawn.
    pub layout: bool,
    /// What else needs the thing that one side took away.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub needed_by: Option<String>,
}

/// How much one side changed.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TallyDto {
    /// Things that are new.
    pub added: u32,
    /// Things that are gone.
    pub removed: u32,
    /// Things that say something else.
    pub changed: u32,
    /// Shapes that are drawn elsewhere.
    pub moved: u32,
    /// The first of them, a line each.
    pub words: Vec<String>,
}
