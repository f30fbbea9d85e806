//! What the core thinks of a drawing: findings, links, intents, ways of packets.

use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;

/// A diagnostic, ready to show.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DiagnosticDto {
    /// Stable within one judgement: for "fix" calls.
    pub key: String,
    /// Rule id.
    pub rule: String,
    /// `error`, `warning`, `advice`.
    pub severity: String,
    /// `resource`, `link`, `intent`, `environment`, `policy`, `file`, `design`.
    pub on: String,
    /// Id of the resource, link …
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub id: Option<String>,
    /// Dotted attribute path.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub attribute: Option<String>,
    /// Line in the file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub line: Option<u32>,
    /// Column, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub column: Option<u32>,
    /// What is wrong.
    pub message: String,
    /// Why it matters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub why: Option<String>,
    /// Other ids that take part.
    pub related: Vec<String>,
    /// Titles of the fixes, in order; `finding_fix {session, key, fix: index}` applies one.
    pub fixes: Vec<String>,
    /// "AWS Security Hub EC2.3".
    pub controls: Vec<String>,
    /// The environment it holds in; none: all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub environment: Option<String>,
}

/// A finding that a waiver sets aside.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct WaivedDto {
    /// The finding.
    pub finding: DiagnosticDto,
    /// The number of its waiver in the policy.
    pub waiver: u32,
}

/// What the core thinks of a revision in the chosen environment. Newest revision wins.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct JudgementDto {
    /// Which design.
    pub session: u32,
    /// Which revision.
    pub revision: u32,
    /// Which environment.
    pub environment: String,
    /// All findings that nobody accepted.
    pub diagnostics: Vec<DiagnosticDto>,
    /// Those that a waiver sets aside.
    pub waived: Vec<WaivedDto>,
    /// Card lines: resource id → what matters ("server · 2 vCPU, 4 GiB"). Only those that
    /// changed since the last judgement when `partial`.
    #[ts(type = "import('../../document/said').Said<string>")]
    pub summaries: BTreeMap<String, String>,
    /// Header facts of containers ("private · 10.20.1.0/24"), the same way.
    #[ts(type = "import('../../document/said').Said<string>")]
    pub facts: BTreeMap<String, String>,
    /// Link id → state.
    #[ts(type = "import('../../document/said').Said<import('./LinkFactDto').LinkFactDto>")]
    pub links: BTreeMap<String, LinkFactDto>,
    /// Every intent and whether it holds.
    pub intents: Vec<IntentFactDto>,
    /// Whether `summaries`, `facts` and `links` are only what changed.
    pub partial: bool,
    /// How long it took.
    pub milliseconds: u32,
}

/// What is known of a link.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct LinkFactDto {
    /// The kind that the ends decide.
    pub kind: String,
    /// What the pill says: "5432", "80, 443"; empty: no pill.
    pub label: String,
    /// `proven`, `broken`, `forbidden` (works, and an intent says that it must not), `unproven` (not a flow).
    pub state: String,
    /// Id of the thing that blocks it, if broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub blocked_at: Option<String>,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub because: Option<String>,
}

/// An intent and whether it holds.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct IntentFactDto {
    /// Its id.
    pub id: String,
    /// In words: "internet cannot reach data tier".
    pub text: String,
    /// Whether it holds.
    pub holds: bool,
    /// If not: hop by hop.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub counter_example: Option<TraceDto>,
}

/// A packet's way.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TraceDto {
    /// From which address.
    pub source: String,
    /// To which address.
    pub destination: String,
    /// "tcp/5432".
    pub service: String,
    /// Whether it arrives.
    pub arrives: bool,
    /// Every hop.
    pub hops: Vec<HopDto>,
}

/// One hop of a packet's way.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct HopDto {
    /// Id of the drawn thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub id: Option<String>,
    /// "security group of App server".
    pub what: String,
    /// "allowed by App → Orders", "no rule allows it".
    pub because: String,
    /// Whether the packet passes.
    pub passes: bool,
}

/// `proof_exposure`: a resource that the internet reaches.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ExposureDto {
    /// Its id.
    pub id: String,
    /// Ports that answer: "443"; empty: packets arrive, and nothing listens.
    pub answers: String,
    /// Ports at which packets arrive.
    pub arrives: String,
}

/// `proof_matrix`: one cell. Also a cell that was probed.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct MatrixCellDto {
    /// Source instance's address.
    pub from: String,
    /// Destination instance's address.
    pub to: String,
    /// "tcp/5432".
    pub service: String,
    /// What the proof says.
    pub proven: bool,
    /// What packets say: `open`, `rejected`, `no-listener`, `timeout`; none: not tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub tried: Option<String>,
    /// Which rule decides.
    pub because: String,
    /// Whether what was tried fits the proof; none: not tried.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub agrees: Option<bool>,
    /// The rule whose counter moved meanwhile, where, and by how much: "link:a-b/in/tcp-80 in b, 2 packets".
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub evidence: Option<String>,
}

/// `proof_ask`: the answer to "can A reach B".
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ProofDto {
    /// In words: "App server reaches Orders on tcp/5432 only".
    pub answer: String,
    /// "tcp/5432".
    pub reachable: Vec<String>,
    /// A way that arrives, and the one that is blocked closest to the target.
    pub traces: Vec<TraceDto>,
    /// Where nothing arrives: what stops it, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub because: Option<String>,
    /// The thing that stops it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub blocked_at: Option<String>,
}

/// `proof_ends`: one thing on the other side of a question, and by which ports.
#[derive(Clone, Debug, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ReachDto {
    /// Resource id.
    pub id: String,
    /// What people read.
    pub title: String,
    /// "443", "udp 53".
    pub ports: Vec<String>,
}
