//! What stands in racks, and the cables between.

use serde::Serialize;
use ts_rs::TS;

/// `rack_elevation`: a rack as one sees it standing in front of it.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RackDto {
    /// Resource id.
    pub id: String,
    /// Its units.
    pub units: u32,
    /// Units that nothing fills.
    pub free: u32,
    /// The highest first; what has no unit last.
    pub devices: Vec<RackDeviceDto>,
    /// Feeds A and B.
    pub feeds: Vec<FeedDto>,
    /// What all of it weighs, in kg.
    pub weight: f64,
    /// What it carries, in kg.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub weight_limit: Option<f64>,
}

/// Something in a rack.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RackDeviceDto {
    /// Resource id.
    pub id: String,
    /// What people read.
    pub title: String,
    /// Its kind.
    pub kind: String,
    /// Its lowest unit, where it has a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub unit: Option<u32>,
    /// Units that it fills.
    pub height: u32,
    /// Watts that it draws.
    pub power: f64,
    /// `both`, `a` or `b`.
    pub feeds: String,
    /// Where there is room for it, for one without a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub room: Option<u32>,
}

/// A power feed of a rack.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct FeedDto {
    /// `A` or `B`.
    pub name: String,
    /// Watts that it delivers; 0: there is none.
    pub capacity: f64,
    /// Watts drawn from it while both work.
    pub load: f64,
    /// Watts drawn from it when the other fails.
    pub alone: f64,
}

/// `design_cables`: every cable that is drawn, in the order in which somebody walks along the racks.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CablesDto {
    /// The cables.
    pub cables: Vec<CableDto>,
    /// The same as comma-separated text, with a line of headings.
    pub text: String,
}

/// One cable.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CableDto {
    /// Link id, which is also what is written on it.
    pub id: String,
    /// Where it starts.
    pub from: CableEndDto,
    /// Where it ends.
    pub to: CableEndDto,
    /// What it is made of, how long and of what colour it is, as far as it is said.
    pub words: Vec<String>,
}

/// Where a cable ends.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CableEndDto {
    /// Resource id of the device.
    pub id: String,
    /// What people read.
    pub title: String,
    /// The site that it stands in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub site: Option<String>,
    /// Rack and unit, as far as they are known.
    pub place: Vec<String>,
    /// The port.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub port: Option<String>,
}
