//! Drift three ways, and environments whose time is over.

use super::PlanChangeDto;
use serde::Serialize;
use ts_rs::TS;

/// `deploy_drift`: what was made, what is and what is drawn.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DriftDto {
    /// The environment.
    pub environment: String,
    /// Whether anything of it stands.
    pub stands: bool,
    /// What drifted; what is ignored included, and said to be.
    pub things: Vec<DriftThingDto>,
    /// How many attributes and whole things are not ignored.
    pub count: u32,
}

/// One thing that drifted.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DriftThingDto {
    /// `app[0]`.
    pub address: String,
    /// The drawn resource's id.
    pub resource: String,
    /// Its kind.
    pub kind: String,
    /// `changed`, `vanished`, `foreign`.
    pub what: String,
    /// Of what changed.
    pub attributes: Vec<DriftAttributeDto>,
    /// Of the whole: `accept`, `put-back`, `ignore`, `heed`.
    pub choices: Vec<String>,
    /// Whether all of it is ignored.
    pub ignored: bool,
}

/// One attribute, three ways. A list is its lines, anything else is one, and nothing is none.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DriftAttributeDto {
    /// Its dotted path.
    pub attribute: String,
    /// As made.
    pub made: Vec<String>,
    /// As it is.
    pub is: Vec<String>,
    /// As drawn.
    pub drawn: Vec<String>,
    /// `accept`, `put-back`, `ignore`, `heed`.
    pub choices: Vec<String>,
    /// Whether it is left as it is.
    pub ignored: bool,
}

/// `deploy_reap` and the event: environments whose time is over.
#[derive(Clone, Debug, Default, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReapDto {
    /// What was destroyed, or only forgotten where it had ended already.
    pub ended: Vec<DueDto>,
    /// What waits for somebody's word, or cannot be destroyed; each says why.
    pub due: Vec<DueDto>,
}

/// An environment whose time is over.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DueDto {
    /// By what id the state knows its design.
    pub design: String,
    /// What people call it.
    pub name: String,
    /// Which environment.
    pub environment: String,
    /// To whose driver it was deployed.
    pub provider: String,
    /// "its time was over 12 minutes ago".
    pub why: String,
    /// What would happen, or did: "14 to delete".
    pub summary: String,
    /// One per resource.
    pub changes: Vec<PlanChangeDto>,
    /// Whether it deletes data.
    pub data_loss: bool,
    /// Why it is not destroyed, where somebody said that it should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub refused: Option<String>,
}
