//! The Deploy panel's lines: what happened, in words, from the events of a run.

use super::{Compared, Prepared, disturbed};
use crate::{
    dto::{AppError, DeployStatusDto, PlanChangeDto, PlanDto, RunLineDto, VerificationDto},
    facts,
    kinds::{json, word},
};
use gp_catalog::resolved::Resolved;
use gp_plan::{
    Action, Event, Outcome,
    driver::Leftover,
    plan::{Difference, PlannedChange},
};
use std::{
    collections::{BTreeMap, HashMap},
    time::{Duration, Instant},
};

/// What other programs do or did in an environment.
pub(super) enum Elsewhere {
    /// Nothing.
    Nothing,
    /// This one works on it now.
    Works(String),
    /// One died in the middle of a run; in words.
    Died(String),
}

const OTHERS: &str = "Another program works on this environment";

/// Beside what was found running.
const EARLIER: &str = "started earlier";
const STOOD_IN: &str = "What is stood in for here";

/// What goes on in one environment, as the panel shows it.
#[derive(Clone, Debug)]
pub struct Status {
    /// `nothing`, `deploying`, `running`, `verifying`, `destroying`, `interrupted`, `failed`.
    pub state: &'static str,
    /// When it ends by itself.
    ends: Option<Instant>,
    text: String,
    lines: Vec<RunLineDto>,
    steps: BTreeMap<String, String>,
    done: u32,
    whole: u32,
    verification: Option<VerificationDto>,
    tried: Tried,
}

/// From, to and service → what packets said at the last verification.
pub type Tried = HashMap<(String, String, String), String>;

impl Default for Status {
    fn default() -> Self {
        Self {
            state: "nothing",
            ends: None,
            text: "Nothing runs here".to_owned(),
            lines: Vec::new(),
            steps: BTreeMap::new(),
            done: 0,
            whole: 0,
            verification: None,
            tried: Tried::new(),
        }
    }
}

impl Status {
    /// Whether nothing is under way, so that the world may be asked.
    pub fn is_idle(&self) -> bool {
        !matches!(self.state, "deploying" | "destroying" | "verifying")
    }

    /// Seconds until it ends by itself.
    pub fn ends_in(&mut self, seconds: Option<u64>) {
        self.ends =
            seconds.and_then(|seconds| Instant::now().checked_add(Duration::from_secs(seconds)));
    }

    /// What the windows get.
    pub fn dto(&self, session: u32, environment: &str) -> DeployStatusDto {
        DeployStatusDto {
            session,
            environment: environment.to_owned(),
            state: self.state.to_owned(),
            text: self.text.clone(),
            ends_in: self
                .ends
                .map(|end| end.saturating_duration_since(Instant::now()).as_secs() as u32),
            lines: self.lines.clone(),
            verification: self.verification.clone(),
            progress: (!self.is_idle() && self.whole > 0)
                .then(|| self.done as f32 / self.whole as f32),
        }
    }

    /// What packets said, while what they were sent through stands.
    pub fn tried(&self) -> Tried {
        if self.state == "running" { self.tried.clone() } else { Tried::new() }
    }

    /// A run begins, or goes on after so many steps.
    pub fn start(&mut self, prepared: &Prepared, done: u32) {
        *self = Self { done, whole: prepared.plan.steps.len() as u32, ..Self::default() };
        (self.state, self.text) = if prepared.destroy {
            ("destroying", "Destroying".to_owned())
        } else {
            let words = if prepared.puts_back { "Putting back" } else { "Deploying" };
            ("deploying", format!("{words}: {}", prepared.plan.summary()))
        };
        self.lines.push(line("running", self.text.clone(), &prepared.plan.summary()));
    }

    /// The run says something.
    pub fn heard(&mut self, event: &Event) {
        match event {
            Event::Started { token, what } => {
                self.steps.insert(token.clone(), what.clone());
            }
            Event::Finished { token, .. } => {
                self.done += 1;
                // It waits for nothing any more.
                self.lines.retain(|line| line.token.as_ref() != Some(token));
                if let Some(first) = self.lines.first_mut() {
                    first.note = format!("{} of {}", self.done, self.whole);
                }
            }
            Event::Progress { token, message, .. } => {
                let what = self.steps.get(token).cloned().unwrap_or_default();
                self.lines.retain(|line| line.token.as_ref() != Some(token));
                self.lines.push(RunLineDto {
                    token: Some(token.clone()),
                    ..line("running", what, message)
                });
            }
            Event::Failed { token, message, .. } => {
                let what = self.steps.get(token).cloned().unwrap_or_default();
                self.lines.retain(|line| line.token.as_ref() != Some(token));
                let text = format!("Could not {what}");
                self.lines.push(RunLineDto {
                    token: Some(token.clone()),
                    ..line("failed", text, message)
                });
            }
            Event::Skipped { .. } | Event::Log { .. } => {}
        }
    }

    /// The walk ended.
    pub fn walked(&mut self, prepared: &Prepared, outcome: &Outcome, seconds: f32) {
        self.lines.retain(|line| line.state == "failed");
        let complete = outcome.is_complete();
        // Nothing went wrong: somebody wanted it to stop.
        let stopped = !complete && outcome.failed.is_empty();
        let text = match (complete, prepared.destroy) {
            (true, false) if prepared.puts_back => "Put back as it was made".to_owned(),
            (true, false) => format!("Lab up: {}", inventory(&prepared.judged.resolved)),
            (true, true) => "Everything is destroyed".to_owned(),
            (false, _) => {
                let words = if stopped { "Stopped: " } else { "" };
                let (done, all) = (outcome.done.len(), prepared.plan.steps.len());
                format!("{words}{done} of {all} steps done")
            }
        };
        self.state = match (complete, prepared.destroy) {
            (false, _) if stopped => "interrupted",
            (false, _) => "failed",
            (true, false) => "running",
            (true, true) => "nothing",
        };
        self.text.clone_from(&text);
        let note = if complete {
            summary_of_done(&prepared.plan)
        } else {
            format!("{} not begun", outcome.skipped.len())
        };
        let state = if complete {
            "ok"
        } else if stopped {
            "skipped"
        } else {
            "failed"
        };
        self.lines.insert(0, RunLineDto { seconds: Some(seconds), ..line(state, text, &note) });
    }

    /// Everything was tried.
    pub fn verified(&mut self, compared: &Compared) {
        let summary = &compared.summary;
        self.lines.retain(|line| {
            let earlier = line.text.starts_with("Every") || line.text == STOOD_IN;
            !earlier || line.text.starts_with("Everything is")
        });
        let state = |good: bool| if good { "ok" } else { "failed" };
        let [answer, flows] = summary.flows;
        let [blocked, others] = summary.blocked;
        let [agree, cells] = summary.agree;
        let agreement = if agree == cells {
            "proof and packets agree".to_owned()
        } else {
            format!("{} cells disagree", cells - agree)
        };
        let flows_line = line(
            state(answer == flows),
            format!("Every drawn flow tried: {answer} of {flows} answer"),
            &agreement,
        );
        self.lines.push(RunLineDto { seconds: Some(summary.seconds), ..flows_line });
        // Reachable without being drawn: what a group of servers may do anyway, proven and seen.
        let undrawn = cells.saturating_sub(flows + others);
        let also = if undrawn > 0 && agree == cells {
            format!(", {undrawn} open as proven")
        } else {
            String::new()
        };
        let others_line = format!("Everything else tried: {blocked} of {others} blocked{also}");
        self.lines.push(line(
            state(blocked == others && agree == cells),
            others_line,
            &format!("{agree} of {cells} tries as proven"),
        ));
        if !compared.notes.is_empty() {
            self.lines.push(line("skipped", STOOD_IN.to_owned(), &compared.notes.join("; ")));
        }
        self.verification = Some(summary.clone());
        let said = compared.cells.iter().filter_map(|cell| {
            let place = (cell.from.clone(), cell.to.clone(), cell.service.clone());
            Some((place, cell.tried.clone()?))
        });
        self.tried = said.collect();
    }

    /// The run stopped before it did anything.
    pub fn failed(&mut self, error: &AppError) {
        self.state = "failed";
        self.text.clone_from(&error.message);
        self.lines.retain(|line| line.state != "running");
        self.lines.push(line("failed", "The run stopped".to_owned(), &error.message));
    }

    /// Trying did not work.
    pub fn could_not_verify(&mut self, error: &AppError) {
        self.lines.push(line("failed", "The flows could not be tried".to_owned(), &error.message));
    }

    /// What the sweep found.
    pub fn swept(&mut self, left: &[Leftover]) {
        let counting: Vec<&Leftover> = left.iter().filter(|leftover| leftover.counts).collect();
        if counting.is_empty() {
            self.lines.push(line("ok", "Swept: nothing is left".to_owned(), ""));
        }
        for leftover in left {
            let state = if leftover.counts { "failed" } else { "waiting" };
            self.lines.push(line(state, leftover.what.clone(), &leftover.why));
        }
        self.verification = None;
        self.ends = None;
    }

    /// What stands already, or was under way when a program died.
    pub(super) fn found(
        &mut self,
        prepared: &Prepared,
        ends_in: Option<u64>,
        elsewhere: &Elsewhere,
    ) {
        let stands = stands(prepared);
        self.ends_in(ends_in);
        // What was said by a look before this one may be so no more: the drawing changes, too.
        self.lines.retain(|line| line.text != OTHERS && line.note != EARLIER);
        match elsewhere {
            Elsewhere::Died(words) => {
                self.state = "interrupted";
                self.text = format!("{}: go on, or clean up", capital(words));
            }
            // How much of it stands changes while we look.
            Elsewhere::Works(worker) => {
                self.state = "nothing";
                OTHERS.clone_into(&mut self.text);
                self.lines.push(line("waiting", self.text.clone(), worker));
            }
            Elsewhere::Nothing => self.found_alone(prepared, stands),
        }
    }

    fn found_alone(&mut self, prepared: &Prepared, stands: bool) {
        match stands {
            true => {
                self.state = "running";
                let as_drawn = prepared.plan.changes.iter().all(|c| c.action == Action::NoOp);
                self.text = if as_drawn {
                    format!("Lab up: {}", inventory(&prepared.judged.resolved))
                } else {
                    format!("What runs is not what is drawn: {}", prepared.plan.summary())
                };
                if self.lines.is_empty() {
                    let state = if as_drawn { "ok" } else { "waiting" };
                    self.lines.push(line(state, self.text.clone(), EARLIER));
                }
            }
            false if self.state != "failed" => {
                if self.state == "running" {
                    self.lines = vec![line(
                        "ok",
                        "The lab ended".to_owned(),
                        "not from this window; nothing is left",
                    )];
                }
                self.state = "nothing";
                self.verification = None;
                "Nothing runs here".clone_into(&mut self.text);
            }
            false => {}
        }
    }
}

/// Whether something of the design stands in the world.
pub(super) fn stands(prepared: &Prepared) -> bool {
    prepared.plan.changes.iter().any(|c| !matches!(c.action, Action::Create | Action::Forget))
}

fn line(state: &str, text: String, note: &str) -> RunLineDto {
    RunLineDto { state: state.to_owned(), text, note: note.to_owned(), seconds: None, token: None }
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// "14 created" for a plan that is done.
fn summary_of_done(plan: &gp_plan::Plan) -> String {
    let words = plan.summary();
    words
        .replace("to create", "created")
        .replace("to change", "changed")
        .replace("to replace", "replaced")
        .replace("to delete", "deleted")
        .replace("to adopt", "adopted")
        .replace("to forget", "forgotten")
        .replace("nothing to do", "as it was")
}

/// "1 network, 3 subnets, 4 servers": what stands, by kind, in the order of the catalog.
fn inventory(resolved: &Resolved) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for resource in resolved.resources.values() {
        // A share has a mount point in each zone, and is one all the same; so are a resolver's addresses.
        let one = matches!(resource.kind.as_str(), "dns-resolver" | "file-share");
        let count = if one { 1 } else { resource.instances.len().max(1) };
        *counts.entry(&resource.kind).or_default() += count;
    }
    let shown = [
        "network",
        "subnet",
        "load-balancer",
        "api-gateway",
        "cdn",
        "nat-gateway",
        "bastion",
        "server",
        "server-group",
        "container-service",
        "workload",
        "function",
        "file-share",
        "bucket",
        "registry",
        "database",
        "cache",
        "data-warehouse",
        "analytics-workspace",
        "document-store",
        "queue",
        "topic",
        "stream",
        "transit-hub",
        "vpn-gateway",
        "dedicated-link",
        "secret",
        "log-store",
        "dns-zone",
        "dns-resolver",
    ];
    let parts = shown.iter().filter_map(|kind| {
        let count = *counts.get(kind)?;
        let title = gp_catalog::builtin().kind(kind)?.title.to_lowercase();
        let title = title.replace("nat ", "NAT ").replace("vpn ", "VPN ").replace("dns ", "DNS ");
        Some(if count == 1 { format!("1 {title}") } else { format!("{count} {title}s") })
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// The plan as the user reads it.
pub(super) fn plan_dto(prepared: &Prepared, text: &str, interrupted: Option<String>) -> PlanDto {
    let plan = &prepared.plan;
    PlanDto {
        environment: plan.environment.clone(),
        fingerprint: plan.fingerprint.clone(),
        summary: plan.summary(),
        changes: plan
            .changes
            .iter()
            .map(|change| PlanChangeDto {
                address: change.address.clone(),
                resource: change.resource.to_string(),
                kind: change.kind.clone(),
                action: word(&change.action),
                reason: reason(change, prepared.destroy),
                differences: change
                    .differences
                    .iter()
                    .filter(|_| change.action != Action::Create)
                    .map(difference)
                    .collect(),
                disturbs: change.disturbs.iter().map(word).collect(),
            })
            .collect(),
        diagnostics: facts::diagnostics(&prepared.problems, text),
        data_loss: plan.loses_data(),
        // When everything goes, everybody is.
        disturbed: if prepared.destroy {
            Vec::new()
        } else {
            disturbed::disturbed(plan, &prepared.judged)
        },
        interrupted,
    }
}

/// Why: to the comparison, what is to be destroyed is what is not drawn.
fn reason(change: &PlannedChange, destroy: bool) -> String {
    match change.action {
        Action::Delete if destroy => "goes with everything else".to_owned(),
        _ => change.reason.clone(),
    }
}

/// "cpu: 2 → 4".
fn difference(difference: &Difference) -> String {
    let shown = |value: &Option<gp_model::Value>| {
        value.as_ref().map_or_else(|| "nothing".to_owned(), |v| json(v).to_string())
    };
    format!(
        "{}: {} → {}",
        difference.attribute,
        shown(&difference.before),
        shown(&difference.after)
    )
}
