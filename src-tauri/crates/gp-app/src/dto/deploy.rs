//! Exports, plans, runs, verification.

use super::{DiagnosticDto, MatrixCellDto, OffDto};
use serde::Serialize;
use ts_rs::TS;

/// `export_run`: the files, in memory.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ExportDto {
    /// In order of path.
    pub files: Vec<ExportFileDto>,
    /// What the target cannot express, and errors of the design.
    pub diagnostics: Vec<DiagnosticDto>,
}

/// One exported file.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct ExportFileDto {
    /// Relative path.
    pub path: String,
    /// Its text; empty where it is none.
    pub text: String,
    /// How many bytes it has.
    pub bytes: u32,
    /// Against what is in the folder: `new`, `same`, `changed`, `foreign` (not ours: asks first),
    /// `removed` (of an earlier export, and not of this one), `edited` (ours, changed by hand since:
    /// asks first).
    pub state: String,
}

/// `deploy_plan`: what the user approves.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PlanDto {
    /// The environment.
    pub environment: String,
    /// What is approved.
    pub fingerprint: String,
    /// What happens, in words: "14 to create".
    pub summary: String,
    /// One per resource.
    pub changes: Vec<PlanChangeDto>,
    /// Problems that stand in the way, each with the way out.
    pub diagnostics: Vec<DiagnosticDto>,
    /// Whether it deletes data.
    pub data_loss: bool,
    /// Drawn flows that break for a while, each with what breaks them.
    pub disturbed: Vec<DisturbedDto>,
    /// A run that did not end, in words; this plan goes on with it where that is what is left.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub interrupted: Option<String>,
}

/// A drawn flow that a plan disturbs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DisturbedDto {
    /// The link's id.
    pub link: String,
    /// The resource at its one end.
    pub from: String,
    /// The resource at its other end.
    pub to: String,
    /// "app[0] is replaced".
    pub because: String,
}

/// One change of a plan.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct PlanChangeDto {
    /// `app[0]`.
    pub address: String,
    /// The drawn resource's id.
    pub resource: String,
    /// Its kind.
    pub kind: String,
    /// `create`, `update`, `replace`, `delete`, `adopt`, `forget`, `no-op`.
    pub action: String,
    /// Why.
    pub reason: String,
    /// "cpu: 2 → 4".
    pub differences: Vec<String>,
    /// `connection-loss`, `restart`, `data-loss`.
    pub disturbs: Vec<String>,
}

/// `deploy_status` and the event of the same name: what runs.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct DeployStatusDto {
    /// Which design.
    pub session: u32,
    /// Which environment.
    pub environment: String,
    /// `nothing`, `planning`, `deploying`, `running`, `verifying`, `destroying`, `interrupted`, `failed`.
    pub state: String,
    /// "Lab up: 1 network, 3 subnets, 4 servers, 1 load balancer".
    pub text: String,
    /// Seconds until it ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub ends_in: Option<u32>,
    /// What is switched off in the running lab; left out: nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<OffDto>>", optional)]
    pub off: Vec<OffDto>,
    /// The lines of the Deploy panel, oldest first.
    pub lines: Vec<RunLineDto>,
    /// The last verification.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub verification: Option<VerificationDto>,
    /// Rate of progress, 0–1, while something is under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub progress: Option<f32>,
}

/// `deploy_history`: one run of an environment.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RunDto {
    /// By what it is asked for.
    pub number: u32,
    /// `deploy`, `destroy`.
    pub kind: String,
    /// RFC 3339.
    pub started: String,
    /// How long it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub seconds: Option<f32>,
    /// `done`, `failed`, `cancelled`, `interrupted`, `running`.
    pub outcome: String,
    /// What was approved: "14 to create".
    pub summary: String,
    /// How many steps it has.
    pub steps: u32,
    /// How many of them are done.
    pub done: u32,
}

/// `deploy_run`: everything that happened in one.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RunStoryDto {
    /// The run.
    pub run: RunDto,
    /// Oldest first.
    pub events: Vec<RunEventDto>,
    /// Steps that were under way when the program died.
    pub open: Vec<String>,
}

/// One thing that happened in a run.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RunEventDto {
    /// RFC 3339.
    pub at: String,
    /// `started`, `progress`, `finished`, `failed`, `skipped`, `log`.
    pub state: String,
    /// "create app[0]".
    pub text: String,
    /// Why, or how far.
    pub note: String,
    /// How long it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub seconds: Option<f32>,
}

/// A lab that runs on this machine, for the command line.
#[derive(Clone, Debug, Serialize)]
pub struct LabDto {
    /// By what it is ended without its file.
    pub id: String,
    /// What its design was called when it was deployed.
    pub name: Option<String>,
    /// The file that it was deployed from.
    pub file: Option<String>,
    /// Why that file does not lead to it any more, in words.
    pub lost: Option<String>,
    /// Version of what its process speaks.
    pub version: u32,
    /// `lab`: on this machine; `docker`: in a container.
    pub provider: &'static str,
    /// Its process; in a container, the one that it has there.
    pub pid: u32,
    /// By what id the state knows its design.
    pub design: String,
    /// Its environment.
    pub environment: String,
    /// Seconds until it ends by itself.
    pub ends_in: Option<u64>,
}

/// One line of a run.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct RunLineDto {
    /// `ok`, `running`, `failed`, `skipped`, `waiting`.
    pub state: String,
    /// "Every drawn flow tried: 7 of 7 answer".
    pub text: String,
    /// "proof and packets agree".
    pub note: String,
    /// How long it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub seconds: Option<f32>,
    /// Step token, for Retry.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub token: Option<String>,
}

/// Proof set against packets.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct VerificationDto {
    /// Drawn flows that answered, and all.
    pub flows: [u32; 2],
    /// Other cells that were blocked, and all.
    pub blocked: [u32; 2],
    /// Cells where proof and packets agree, and all.
    pub agree: [u32; 2],
    /// Cells that disagree, and drawn flows that failed.
    pub disagreements: Vec<MatrixCellDto>,
    /// Both ways of the first of them, hop by hop.
    pub traces: Vec<TwoTracesDto>,
    /// `proof-and-packets-disagree`, once for each two resources.
    pub findings: Vec<DiagnosticDto>,
    /// How long it took.
    pub seconds: f32,
}

/// One connection on which proof and packets disagree, tried once more alone: both ways, hop by hop.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export)]
pub struct TwoTracesDto {
    /// Source instance's address.
    pub from: String,
    /// Destination instance's address.
    pub to: String,
    /// "tcp/5432".
    pub service: String,
    /// The address that was tried.
    pub address: String,
    /// What became of the packets this time.
    pub tried: String,
    /// "✓ security group of App: allowed by …".
    pub proof: Vec<String>,
    /// "router of Shop, by s-web: counted 1 of link:web-app/in/tcp-8080".
    pub packets: Vec<String>,
}
