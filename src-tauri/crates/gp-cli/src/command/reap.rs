//! `reap` and `extend`: what is over, and what shall not be over yet.

use super::{Design, deploy::Approval};
use crate::{
    design,
    output::{self, Outcome},
};
use clap::Args;
use gp_app::{
    deploy::{Deployments, Which, seconds_of},
    dto::{AppError, DueDto, ErrorCode},
    events::Events,
    places::Places,
};
use std::sync::Arc;

/// Whether it is meant.
#[derive(Args)]
pub struct Reap {
    #[command(flatten)]
    approval: Approval,
}

impl Reap {
    pub async fn run(&self, json: bool) -> Result<Outcome, AppError> {
        let deployments = Deployments::new(&Places::standard(), Arc::new(Events::default()));
        let which = if self.approval.approve { Which::All } else { Which::None };
        let found = deployments.reap(&which, self.approval.allow_data_loss).await?;
        if json {
            output::json(&found)?;
        } else {
            found.ended.iter().for_each(|due| print(due, "ended"));
            found.due.iter().for_each(|due| print(due, ""));
            if found.ended.is_empty() && found.due.is_empty() {
                output::line("nothing is over");
            }
        }
        if !self.approval.approve && !found.due.is_empty() {
            let message = "nothing was done: say --approve to destroy this";
            return Err(AppError::new(ErrorCode::Refused, message));
        }
        Ok(Outcome::findings_if(!found.due.is_empty()))
    }
}

fn print(due: &DueDto, done: &str) {
    let done = if done.is_empty() { String::new() } else { format!("{done}: ") };
    let summary = if due.summary.is_empty() { String::new() } else { format!("; {}", due.summary) };
    let line = format!("{done}{} of {}: {}{summary}", due.environment, due.name, due.why);
    output::line(&output::plain(&line));
    for change in due.changes.iter().filter(|change| change.action == "delete") {
        let loses = change.disturbs.iter().any(|one| one == "data-loss");
        let loses = if loses { " [data-loss]" } else { "" };
        output::line(&format!("  {} {}{loses}", output::red("-"), change.address));
    }
    if let Some(refused) = &due.refused {
        output::line(&format!("  {}: {refused}", output::red("left, because")));
    }
}

/// What ends later.
#[derive(Args)]
pub struct Extend {
    #[command(flatten)]
    design: Design,
    /// How long from now: "2 hours", 45min.
    time: String,
}

impl Extend {
    pub async fn run(&self, json: bool) -> Result<Outcome, AppError> {
        let opened = design::open(&self.design.design)?;
        let environment = opened.environment(self.design.environment.as_deref())?;
        let seconds = seconds_of(&self.time)?;
        let status = opened.deployments.extend(&opened.session, &environment, seconds).await?;
        if json {
            output::json(&status)?;
        } else {
            let ends = status.ends_in.unwrap_or_default();
            output::line(&format!("{environment}: ends by itself in {ends} s"));
        }
        Ok(Outcome::Fine)
    }
}
