//! Counts and capacities of a design in one environment.

use serde::Serialize;
use ts_rs::TS;

/// `design_figures`: what can be counted, and nothing that is guessed.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FiguresDto {
    /// Which environment.
    pub environment: String,
    /// How many there are of each kind.
    pub kinds: Vec<KindCountDto>,
    /// Networks: how much of their range is given to subnets.
    pub networks: Vec<RoomDto>,
    /// Subnets, per zone where the provider's are zonal: how many of their addresses are used.
    pub subnets: Vec<RoomDto>,
    /// Bandwidth, memory and the like that are said in the design, summed over what really runs.
    pub sums: Vec<SumDto>,
}

/// `design_zones`: where something stands that stands in zones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SpreadDto {
    /// Resource id.
    pub id: String,
    /// Letters of the zones, at least one.
    pub zones: Vec<String>,
    /// Id of the region whose zones these are.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub region: Option<String>,
}

/// How many there are of a kind.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct KindCountDto {
    /// The kind.
    pub kind: String,
    /// Drawn shapes.
    pub drawn: u32,
    /// What becomes of them.
    pub real: u32,
}

/// A range of addresses and what is in it.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RoomDto {
    /// Resource id of the network or subnet.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Zone letter of a zonal subnet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub zone: Option<String>,
    /// Its range.
    pub cidr: String,
    /// All addresses in it.
    #[ts(type = "number")]
    pub size: u64,
    /// Never given away: kept by providers.
    #[ts(type = "number")]
    pub kept: u64,
    /// Given away.
    #[ts(type = "number")]
    pub used: u64,
}

/// One attribute, summed.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct SumDto {
    /// `cpu`, `memory`, `disk`.
    pub what: String,
    /// Cores, or bytes.
    pub amount: f64,
    /// Over how many real things.
    pub over: u32,
}
