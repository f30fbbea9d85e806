//! `history`: what was done in an environment, and what happened in one run.

use super::Design;
use crate::{
    design,
    output::{self, Outcome},
};
use clap::Args;
use gp_app::dto::{AppError, RunDto, RunEventDto};

/// Whose history.
#[derive(Args)]
pub struct History {
    #[command(flatten)]
    design: Design,
    /// Everything that happened in this run.
    #[arg(long, value_name = "NUMBER")]
    run: Option<i64>,
}

impl History {
    pub fn run(&self, json: bool) -> Result<Outcome, AppError> {
        let opened = design::open(&self.design.design)?;
        let environment = opened.environment(self.design.environment.as_deref())?;
        let (deployments, session) = (&opened.deployments, &opened.session);
        let Some(number) = self.run else {
            let runs = deployments.history(session, &environment)?;
            if json {
                output::json(&runs)?;
            } else if runs.is_empty() {
                output::line(&format!("nothing was deployed to {environment} yet"));
            } else {
                for run in &runs {
                    output::line(&line(run));
                }
            }
            return Ok(Outcome::Fine);
        };
        let story = deployments.run_story(session, &environment, number)?;
        if json {
            output::json(&story)?;
            return Ok(Outcome::Fine);
        }
        output::line(&line(&story.run));
        for event in &story.events {
            output::line(&told(event));
        }
        for step in &story.open {
            output::line(&format!(
                "  {} {}: nobody said how it ended",
                output::red("?"),
                output::plain(step)
            ));
        }
        Ok(Outcome::Fine)
    }
}

/// "   7  2026-11-28 03:10:00  deploy   done         1.20 s  14 to create (14 of 14 steps)".
fn line(run: &RunDto) -> String {
    let seconds = run.seconds.map(|seconds| format!("{seconds:.2} s")).unwrap_or_default();
    let word = match &*run.outcome {
        "failed" | "interrupted" => output::red(&format!("{:11}", run.outcome)),
        outcome => format!("{outcome:11}"),
    };
    format!(
        "{:4}  {}  {:7}  {word}  {seconds:>9}  {} ({} of {})",
        run.number,
        moment(&run.started),
        run.kind,
        run.summary,
        run.done,
        output::count(run.steps as usize, "step"),
    )
}

/// RFC 3339 in UTC, as far as people read it.
fn moment(written: &str) -> String {
    written.get(..19).unwrap_or(written).replace('T', " ")
}

fn told(event: &RunEventDto) -> String {
    let sign = match &*event.state {
        "finished" => output::green("✓"),
        "failed" => output::red("✗"),
        "started" => "▸".to_owned(),
        _ => "·".to_owned(),
    };
    let at = event.at.get(11..23).unwrap_or(&event.at);
    let seconds = event.seconds.map(|seconds| format!("  {seconds:.2} s")).unwrap_or_default();
    let note = if event.note.is_empty() { String::new() } else { format!(": {}", event.note) };
    output::plain(&format!("  {at} "))
        + &sign
        + &output::plain(&format!(" {}{note}{seconds}", event.text))
}
