//! Policy settings of a design: profile, parameters, waivers.

use crate::Table;
use serde::{Deserialize, Serialize};

/// The `[policy]` table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct PolicySettings {
    /// The profile, `baseline` where the file does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// Parameters of rules: `required-tags`, `allowed-regions` …
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub parameters: Table,
    /// Accepted findings.
    #[serde(default, rename = "waiver", skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<Waiver>,
    /// Unknown keys, kept.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub attributes: Table,
}

/// One `[[policy.waiver]]`: a finding that somebody accepts until a day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Waiver {
    /// The rule's id.
    pub rule: String,
    /// The resource's id; all that match where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Why it is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who accepts it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Last day on which it holds, `2027-03-31`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Unknown keys, kept.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub attributes: Table,
}
