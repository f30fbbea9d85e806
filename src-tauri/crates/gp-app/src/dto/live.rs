//! A lab while it runs: what is off, what links carry, what rules judged.

use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// Something that is switched off in a running lab.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct OffDto {
    /// By what it is switched on again: `app`, `app[0]`, `link:app-orders`, `zone:a`.
    pub name: String,
    /// Instances that are out with it.
    pub instances: Vec<String>,
    /// Of whose resources: how many of how many are out.
    pub resources: BTreeMap<String, [u32; 2]>,
}

/// The event `lab-live`, once a second while a window looks.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LabLiveDto {
    /// Which design.
    pub session: u32,
    /// Which environment.
    pub environment: String,
    /// Link → how it is, packets per second, bytes per second. How: 0 nothing of it can be tried, 1 answers, 2 some
    /// answer, 3 no answer, 4 switched off, 5 a cable that is plugged in.
    #[ts(type = "import('../../document/said').Said<ArrayLike<number>>")]
    pub links: BTreeMap<String, [i32; 3]>,
    /// Targets of load balancers.
    pub targets: Vec<TargetDto>,
}

/// How a load balancer's node finds one of its targets.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TargetDto {
    /// The node: `entry[0]`.
    pub node: String,
    /// The target's instance: `app[0]`.
    pub target: String,
    /// The port that takes traffic.
    pub port: u16,
    /// Whether it gets any.
    pub healthy: bool,
    /// Since when.
    pub seconds: u32,
}

/// `lab_counts`: what rules judged since they were deployed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct CountsDto {
    /// Let through: the first packet of each connection, every one where connections are not remembered.
    pub passed: u32,
    /// Refused.
    pub refused: u32,
    /// Rule by rule, in order.
    pub rules: Vec<RuleCountDto>,
}

/// What one rule judged.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RuleCountDto {
    /// "in from visitors, tcp/443", "everything else in".
    pub text: String,
    /// Whether it lets through.
    pub allows: bool,
    /// How much it met.
    pub packets: u32,
}
