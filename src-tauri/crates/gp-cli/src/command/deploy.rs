//! `plan`, `deploy`, `verify`, `destroy`, `sweep`. Nothing is touched without `--approve`.

use super::{Design, labs, progress::Progress};
use crate::{
    design::{self, Opened},
    output::{self, Outcome},
};
use clap::Args;
use gp_app::deploy::{Approved, SAME_ID};
use gp_app::dto::{AppError, DeployStatusDto, ErrorCode, PlanChangeDto, PlanDto, RunLineDto};
use serde_json::json;
use std::path::PathBuf;

/// How often a plan is made again because the world moved meanwhile.
const LOOKS: u32 = 10;

/// What to plan.
#[derive(Args)]
pub struct Plan {
    #[command(flatten)]
    design: Design,
    /// Plan to take everything down.
    #[arg(long)]
    destroy: bool,
}

impl Plan {
    pub async fn run(&self, json: bool) -> Result<Outcome, AppError> {
        let opened = design::open(&self.design.design)?;
        let environment = opened.environment(self.design.environment.as_deref())?;
        let plan = opened.deployments.plan(&opened.session, &environment, self.destroy).await?;
        self.design.words().say_interrupted(&plan, false);
        if json {
            output::json(&plan)?;
        } else {
            print_plan(&plan);
        }
        Ok(Outcome::findings_if(plan.diagnostics.iter().any(|finding| finding.severity == "error")))
    }
}

impl Design {
    /// How it is named again.
    fn words(&self) -> Words {
        Words { of: self.design.display().to_string(), has_file: true }
    }
}

/// How what is worked on is named on the command line.
pub(super) struct Words {
    /// The file, or `--lab ID`.
    pub of: String,
    /// Whether there is a drawing to go on to.
    pub has_file: bool,
}

impl Words {
    /// What a program left half done here, and the ways on.
    fn say_interrupted(&self, plan: &PlanDto, approved: bool) {
        let Some(interrupted) = &plan.interrupted else { return };
        let of = if self.has_file {
            format!("{} --environment {}", self.of, plan.environment)
        } else {
            self.of.clone()
        };
        output::say(interrupted);
        if !approved {
            if self.has_file {
                output::say(&format!(
                    "  to go on to what is drawn: groundplan deploy {of} --approve"
                ));
            }
            output::say(&format!("  to clean up: groundplan destroy {of} --approve"));
        }
    }
}

pub(super) fn print_plan(plan: &PlanDto) {
    for change in plan.changes.iter().filter(|change| change.action != "no-op") {
        let sign = match change.action.as_str() {
            "create" => output::green("+"),
            "delete" => output::red("-"),
            "replace" => output::red("∓"),
            _ => "~".to_owned(),
        };
        let disturbs = if change.disturbs.is_empty() {
            String::new()
        } else {
            format!(" [{}]", change.disturbs.join(", "))
        };
        output::line(&format!("{sign} {:24} {}{disturbs}", change.address, change.reason));
        for difference in &change.differences {
            output::line(&format!("    {difference}"));
        }
    }
    for one in &plan.disturbed {
        output::line(&format!("disturbs {} → {}: {}", one.from, one.to, one.because));
    }
    for finding in &plan.diagnostics {
        output::say(&format!("{}[{}] {}", finding.severity, finding.rule, finding.message));
    }
    output::line(&format!("{}: {}", plan.environment, plan.summary));
}

/// Whether it is meant.
#[derive(Args)]
pub(super) struct Approval {
    /// Carry out the plan as it is now.
    #[arg(long)]
    pub approve: bool,
    /// Also where that deletes data.
    #[arg(long)]
    pub allow_data_loss: bool,
}

/// What to deploy.
#[derive(Args)]
pub struct Deploy {
    #[command(flatten)]
    design: Design,
    #[command(flatten)]
    approval: Approval,
}

impl Deploy {
    pub async fn run(&self, json: bool) -> Result<Outcome, AppError> {
        let opened = design::open(&self.design.design)?;
        let environment = opened.environment(self.design.environment.as_deref())?;
        let words = self.design.words();
        let ended = self.approval.carry_out(&opened, &environment, &words, false, json).await;
        labs::say_how_to_end(&opened, &environment).await?;
        ended
    }
}

/// What to take down.
#[derive(Args)]
pub struct Destroy {
    /// The design file.
    #[arg(required_unless_present = "lab", conflicts_with = "lab")]
    design: Option<PathBuf>,
    /// The environment; where it is left out, a lab, else the first one.
    #[arg(long, short, conflicts_with = "lab")]
    environment: Option<String>,
    /// A lab that `groundplan labs` lists, whatever became of its file.
    #[arg(long, value_name = "ID")]
    lab: Option<String>,
    #[command(flatten)]
    approval: Approval,
}

impl Destroy {
    pub async fn run(&self, json: bool) -> Result<Outcome, AppError> {
        if let Some(id) = &self.lab {
            let (opened, environment) = design::open_lab(id).await?;
            let words = Words { of: format!("--lab {id}"), has_file: false };
            return self.approval.carry_out(&opened, &environment, &words, true, json).await;
        }
        let file = self.design.clone().unwrap_or_default();
        let opened = design::open(&file)?;
        let words = Words { of: file.display().to_string(), has_file: true };
        let environment = match opened.environment(self.environment.as_deref()) {
            Ok(environment) => environment,
            Err(error) => {
                labs::say_meant(&opened).await?;
                return Err(error);
            }
        };
        self.approval.carry_out(&opened, &environment, &words, true, json).await
    }
}

impl Approval {
    /// Plans, and does it where that is approved.
    async fn carry_out(
        &self,
        opened: &Opened,
        environment: &str,
        words: &Words,
        destroy: bool,
        json: bool,
    ) -> Result<Outcome, AppError> {
        let plan = opened.deployments.plan(&opened.session, environment, destroy).await?;
        words.say_interrupted(&plan, self.approve);
        let goes = |change: &PlanChangeDto| !matches!(&*change.action, "no-op" | "forget");
        let nothing = destroy && words.has_file && !plan.changes.iter().any(goes);
        if !self.approve {
            print_plan(&plan);
            if nothing {
                labs::say_meant(opened).await?;
            }
            return Err(AppError::new(
                ErrorCode::Refused,
                "nothing was done: say --approve to carry out this plan",
            ));
        }
        for note in plan.diagnostics.iter().filter(|finding| finding.rule == SAME_ID) {
            output::say(&note.message);
        }
        let progress = Progress::watch(opened, json);
        let approved = self.approved(opened, environment, plan, destroy).await?;
        if approved.goes_on {
            output::say("going on with it");
        }
        let status = opened.deployments.carry_out(opened.session.id, approved).await;
        progress.end().await;
        let status = status?;
        if json {
            output::json(&status)?;
        } else {
            print_status(&status);
        }
        if nothing {
            labs::say_meant(opened).await?;
        }
        let ended = matches!(&*status.state, "failed" | "interrupted");
        let failed = ended || status.lines.iter().any(|line| line.state == "failed");
        Ok(Outcome::findings_if(failed))
    }

    /// `--approve` means the plan as it is now: where the world moved while we looked, as a lab does
    /// whose deploy was killed, we look again.
    async fn approved(
        &self,
        opened: &Opened,
        environment: &str,
        mut plan: PlanDto,
        destroy: bool,
    ) -> Result<Approved, AppError> {
        let (deployments, session) = (&opened.deployments, &opened.session);
        for _ in 0..LOOKS {
            let fingerprint = &plan.fingerprint;
            match deployments.approve(session, environment, fingerprint, self.allow_data_loss).await
            {
                Err(error) if error.code == ErrorCode::StalePlan => {
                    plan = deployments.plan(session, environment, destroy).await?;
                }
                approved => return approved,
            }
        }
        deployments.approve(session, environment, &plan.fingerprint, self.allow_data_loss).await
    }
}

pub(super) fn print_status(status: &DeployStatusDto) {
    status.lines.iter().for_each(print_line);
    let disagreements =
        status.verification.iter().flat_map(|verification| &verification.disagreements);
    for cell in disagreements {
        let proof = if cell.proven { "open" } else { "closed" };
        let tried = cell.tried.as_deref().unwrap_or("not tried");
        output::line(&format!(
            "    {} → {} {}: proof says {proof}, packets say {tried} ({})",
            cell.from, cell.to, cell.service, cell.because
        ));
    }
}

fn print_line(line: &RunLineDto) {
    let sign = match line.state.as_str() {
        "ok" => output::green("✓"),
        "failed" => output::red("✗"),
        _ => "·".to_owned(),
    };
    let seconds = line.seconds.map(|seconds| format!("{seconds:.2} s")).unwrap_or_default();
    output::line(format!("{sign} {:56} {:28} {seconds}", line.text, line.note).trim_end());
}

pub async fn verify(arguments: &Design, json: bool) -> Result<Outcome, AppError> {
    let opened = design::open(&arguments.design)?;
    let environment = opened.environment(arguments.environment.as_deref())?;
    let compared = opened.deployments.verify(&opened.session, &environment).await?;
    if json {
        output::json(
            &json!({ "summary": compared.summary, "cells": compared.cells, "notes": compared.notes }),
        )?;
    } else {
        let status = opened.deployments.status(&opened.session, &environment).await?;
        print_status(&status);
    }
    Ok(Outcome::findings_if(!compared.holds()))
}

pub async fn sweep(arguments: &Design, json: bool) -> Result<Outcome, AppError> {
    let opened = design::open(&arguments.design)?;
    let environment = opened.environment(arguments.environment.as_deref())?;
    let left = opened.deployments.sweep(&opened.session, &environment).await?;
    if json {
        output::json(&left)?;
    } else if left.is_empty() {
        output::line(&format!("{environment}: nothing is left"));
    } else {
        for leftover in &left {
            output::line(&format!("{}: {}", leftover.what, leftover.why));
        }
    }
    Ok(Outcome::findings_if(left.iter().any(|leftover| leftover.counts)))
}
