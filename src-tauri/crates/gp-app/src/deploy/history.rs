//! What was done in an environment before: its runs, and everything that happened in one of them.

use super::{Deployments, lease, store_error};
use crate::{
    dto::{AppError, RunDto, RunEventDto, RunStoryDto},
    session::Session,
};
use gp_plan::{
    Event,
    plan::Step,
    store::{RunLine, StepLine},
};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

impl Deployments {
    /// Runs of an environment, newest first.
    pub fn history(&self, session: &Session, environment: &str) -> Result<Vec<RunDto>, AppError> {
        if !self.places.database().is_file() {
            return Ok(Vec::new());
        }
        let design = self.identity(session)?.id;
        let store = self.store()?;
        let runs = store.runs(&design, environment).map_err(|error| store_error(&error))?;
        let works = lease::worker(&store, &design, environment)?.is_some();
        Ok(runs.into_iter().map(|run| line(run, works)).collect())
    }

    /// Everything that happened in one.
    pub fn run_story(
        &self,
        session: &Session,
        environment: &str,
        number: i64,
    ) -> Result<RunStoryDto, AppError> {
        let runs = self.history(session, environment)?;
        let line = runs.into_iter().find(|run| i64::from(run.number) == number);
        let line = line.ok_or_else(|| {
            AppError::not_found(format!(
                "{environment} has no run {number}; `groundplan history` lists those that it has"
            ))
        })?;
        let design = self.identity(session)?.id;
        let store = self.store()?;
        let read = || {
            let run = store.run(&design, environment, number)?;
            Ok((run, store.events_at(number)?, store.steps(number)?))
        };
        let (run, events, steps) = read().map_err(|error| store_error(&error))?;
        let plan = run.map(|run| run.plan.steps).unwrap_or_default();
        Ok(RunStoryDto { run: line, events: told(&events, &plan), open: unsaid(&plan, &steps) })
    }
}

fn line(run: RunLine, works: bool) -> RunDto {
    // The newest without an end is at work, or its program died.
    let outcome = match (&run.ended, run.outcome) {
        (Some(_), Some(outcome)) => outcome,
        (_, _) if works => "running".to_owned(),
        _ => "interrupted".to_owned(),
    };
    let seconds = run.ended.as_deref().and_then(|ended| seconds(&run.started, ended));
    RunDto {
        number: u32::try_from(run.id).unwrap_or(u32::MAX),
        kind: run.kind,
        started: run.started,
        seconds,
        outcome,
        summary: run.summary,
        steps: run.steps,
        done: run.done,
    }
}

/// From one moment to another; a clock that was set back between them took no time.
fn seconds(from: &str, to: &str) -> Option<f32> {
    let (from, to) = (from.parse::<Timestamp>().ok()?, to.parse::<Timestamp>().ok()?);
    Some(to.duration_since(from).as_secs_f32().max(0.0))
}

/// Events in words, each with what its step does.
fn told(events: &[(String, Event)], steps: &[Step]) -> Vec<RunEventDto> {
    let steps: BTreeMap<&str, &Step> = steps.iter().map(|step| (&*step.token, step)).collect();
    let of = |token: &String| {
        steps.get(token.as_str()).map_or_else(|| token.clone(), |step| step.words())
    };
    let one = |(at, event): &(String, Event)| {
        let (state, text, note, seconds) = match event {
            Event::Started { token, .. } => ("started", of(token), String::new(), None),
            Event::Progress { token, message, part, whole } => {
                let counted = part.zip(*whole).map(|(part, whole)| format!(" ({part} of {whole})"));
                let note = format!("{message}{}", counted.unwrap_or_default());
                ("progress", of(token), note, None)
            }
            Event::Finished { token, milliseconds } => {
                ("finished", of(token), String::new(), Some(*milliseconds as f32 / 1000.0))
            }
            Event::Failed { token, message, .. } => ("failed", of(token), message.clone(), None),
            Event::Skipped { token, because } => ("skipped", of(token), because.clone(), None),
            Event::Log { message } => ("log", message.clone(), String::new(), None),
        };
        RunEventDto { at: at.clone(), state: state.to_owned(), text, note, seconds }
    };
    events.iter().map(one).collect()
}

/// Steps that were begun and of which nobody said how they ended: what was under way when a program died.
fn unsaid(plan: &[Step], steps: &[StepLine]) -> Vec<String> {
    let intended: BTreeSet<&str> =
        steps.iter().filter(|step| step.state == "intended").map(|step| &*step.token).collect();
    plan.iter().filter(|step| intended.contains(&*step.token)).map(Step::words).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(token: &str, address: &str) -> Step {
        Step {
            token: token.into(),
            action: gp_plan::Action::Create,
            changes: vec![address.into()],
            after: Vec::new(),
        }
    }

    #[test]
    fn every_line_of_a_story_says_of_which_step_it_is() {
        let token = || "t".to_owned();
        let events = [
            Event::Started { token: token(), what: "create app".into() },
            Event::Progress {
                token: token(),
                message: "net".into(),
                part: Some(1),
                whole: Some(2),
            },
            Event::Finished { token: token(), milliseconds: 120 },
            Event::Skipped { token: "u".into(), because: "cancelled".into() },
        ];
        let events: Vec<(String, Event)> =
            events.into_iter().map(|event| ("then".to_owned(), event)).collect();
        let lines: Vec<String> = told(&events, &[step("t", "app"), step("u", "db")])
            .into_iter()
            .map(|it| format!("{} {} {} {:?}", it.state, it.text, it.note, it.seconds))
            .collect();
        assert_eq!(
            lines,
            [
                "started create app  None",
                "progress create app net (1 of 2) None",
                "finished create app  Some(0.12)",
                "skipped create db cancelled None"
            ]
        );
    }

    #[test]
    fn what_was_begun_and_has_no_end_was_under_way() {
        let line = |token: &str, state: &str| StepLine {
            token: token.into(),
            state: state.into(),
            message: None,
            updated: String::new(),
        };
        let plan = [step("t", "app"), step("u", "db"), step("v", "cache")];
        assert_eq!(unsaid(&plan, &[line("t", "done"), line("u", "intended")]), ["create db"]);
    }

    #[test]
    fn a_clock_that_was_set_back_makes_no_run_shorter_than_nothing() {
        let (early, late) = ("2026-11-28T03:00:00Z", "2026-11-28T03:00:02.5Z");
        assert_eq!(seconds(early, late), Some(2.5));
        assert_eq!(seconds(late, early), Some(0.0));
    }
}
