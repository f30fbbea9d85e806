//! Runs: what was approved, how far it came, what happened on the way, how it ended.

use super::{Result, Store, now};
use crate::{
    event::Event,
    plan::{Plan, Step},
    point::Point,
};
use rusqlite::{Connection, OptionalExtension, Row, params};

/// So many runs of an environment are kept, the newest; one without an end stays.
pub const KEPT: u32 = 100;

/// One run with its plan.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Run {
    /// Its number.
    pub id: i64,
    /// `deploy` or `destroy`.
    pub kind: String,
    /// RFC 3339.
    pub started: String,
    /// RFC 3339; none while it runs, or when the program died in the middle.
    pub ended: Option<String>,
    /// `done`, `failed`, `cancelled`, `interrupted`.
    pub outcome: Option<String>,
    /// What was approved.
    pub plan: Plan,
}

/// One run as a list of them shows it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct RunLine {
    /// Its number.
    pub id: i64,
    /// `deploy` or `destroy`.
    pub kind: String,
    /// RFC 3339.
    pub started: String,
    /// RFC 3339.
    pub ended: Option<String>,
    /// `done`, `failed`, `cancelled`, `interrupted`.
    pub outcome: Option<String>,
    /// "14 to create".
    pub summary: String,
    /// How many steps it has.
    pub steps: u32,
    /// How many are done.
    pub done: u32,
}

/// How far a step came.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct StepLine {
    /// Its token.
    pub token: String,
    /// `intended`, `done`, `failed`.
    pub state: String,
    /// Why it failed.
    pub message: Option<String>,
    /// RFC 3339.
    pub updated: String,
}

impl Store {
    /// Begins a run of an approved plan. One that was interrupted is not gone on with after this, and the
    /// oldest go.
    pub fn begin(&self, kind: &str, plan: &Plan) -> Result<i64> {
        self.reached(Point::BeforeBegin);
        let run = self.with(|connection| {
            let transaction = connection.transaction()?;
            transaction.execute(
                "update run set ended = ?3, outcome = 'interrupted'
                 where design = ?1 and environment = ?2 and ended is null",
                params![plan.design, plan.environment, now()],
            )?;
            self.reached(Point::InBegin);
            transaction.execute(
                "insert into run (design, environment, kind, plan, started, summary, steps)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    plan.design,
                    plan.environment,
                    kind,
                    serde_json::to_string(plan)?,
                    now(),
                    plan.summary(),
                    plan.steps.len() as u32
                ],
            )?;
            let run = transaction.last_insert_rowid();
            transaction.execute(
                "delete from run where design = ?1 and environment = ?2 and ended is not null
                 and id not in (select id from run where design = ?1 and environment = ?2
                                order by id desc limit ?3)",
                params![plan.design, plan.environment, KEPT],
            )?;
            transaction.commit()?;
            Ok(run)
        })?;
        self.reached(Point::Begun);
        Ok(run)
    }

    /// Writes down that a step is about to be taken. Must be on disk before the driver is called.
    pub fn intend(&self, run: i64, step: &Step) -> Result<()> {
        self.reached(Point::BeforeIntend);
        self.set_step(run, &step.token, "intended", None)?;
        self.reached(Point::Intended);
        Ok(())
    }

    /// Writes down that a step failed.
    pub fn failed(&self, run: i64, step: &Step, message: &str) -> Result<()> {
        self.reached(Point::BeforeFailed);
        self.set_step(run, &step.token, "failed", Some(message))?;
        self.reached(Point::FailedWritten);
        Ok(())
    }

    fn set_step(&self, run: i64, token: &str, state: &str, message: Option<&str>) -> Result<()> {
        self.with(|connection| {
            connection
                .prepare_cached("insert or replace into step values (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![run, token, state, message, now()])?;
            Ok(())
        })
    }

    /// Adds to the run's history. Unlike what a run is gone on by, this may be lost with the machine's power,
    /// though not with the program: it is not waited for until the disk has it.
    pub fn event(&self, run: i64, event: &Event) -> Result<()> {
        self.reached(Point::BeforeEvent);
        self.with(|connection| {
            connection.pragma_update(None, "synchronous", "NORMAL")?;
            let added = add_event(connection, run, event);
            connection.pragma_update(None, "synchronous", "FULL")?;
            added
        })?;
        self.reached(Point::EventWritten);
        Ok(())
    }

    /// Ends a run: `done`, `failed` or `cancelled`.
    pub fn end(&self, run: i64, outcome: &str) -> Result<()> {
        self.reached(Point::BeforeEnd);
        self.with(|connection| {
            connection.execute(
                "update run set ended = ?2, outcome = ?3 where id = ?1",
                params![run, now(), outcome],
            )?;
            Ok(())
        })?;
        self.reached(Point::Ended);
        Ok(())
    }

    /// Runs of an environment with their plans, newest first.
    pub fn history(&self, design: &str, environment: &str, limit: u32) -> Result<Vec<Run>> {
        self.with(|connection| {
            let mut query = connection.prepare_cached(
                "select id, kind, started, ended, outcome, plan from run
                 where design = ?1 and environment = ?2 order by id desc limit ?3",
            )?;
            let rows = query.query_map(params![design, environment, limit], read_run)?;
            rows.map(|row| whole(row?)).collect()
        })
    }

    /// The run with this number, if it is one of this environment.
    pub fn run(&self, design: &str, environment: &str, id: i64) -> Result<Option<Run>> {
        self.with(|connection| {
            let found = connection
                .query_row(
                    "select id, kind, started, ended, outcome, plan from run
                     where design = ?1 and environment = ?2 and id = ?3",
                    params![design, environment, id],
                    read_run,
                )
                .optional()?;
            found.map(whole).transpose()
        })
    }

    /// Runs of an environment without their plans, newest first.
    pub fn runs(&self, design: &str, environment: &str) -> Result<Vec<RunLine>> {
        self.with(|connection| {
            let mut query = connection.prepare_cached(
                "select id, kind, started, ended, outcome, coalesce(summary, ''), coalesce(steps, 0),
                   (select count(*) from step where run = run.id and state = 'done')
                 from run where design = ?1 and environment = ?2 order by id desc",
            )?;
            let rows = query.query_map([design, environment], |row| {
                Ok(RunLine {
                    id: row.get(0)?,
                    kind: row.get(1)?,
                    started: row.get(2)?,
                    ended: row.get(3)?,
                    outcome: row.get(4)?,
                    summary: row.get(5)?,
                    steps: row.get(6)?,
                    done: row.get(7)?,
                })
            })?;
            rows.map(|row| Ok(row?)).collect()
        })
    }

    /// Events of a run, oldest first.
    pub fn events(&self, run: i64) -> Result<Vec<Event>> {
        Ok(self.events_at(run)?.into_iter().map(|(_, event)| event).collect())
    }

    /// Events of a run and when they were, RFC 3339, oldest first.
    pub fn events_at(&self, run: i64) -> Result<Vec<(String, Event)>> {
        self.with(|connection| {
            let mut query = connection
                .prepare_cached("select at, event from event where run = ?1 order by sequence")?;
            let rows = query.query_map([run], |row| Ok((row.get(0)?, row.get::<_, String>(1)?)))?;
            rows.map(|row| {
                let (at, event) = row?;
                Ok((at, serde_json::from_str(&event)?))
            })
            .collect()
        })
    }

    /// The newest run, if the program died in the middle of it.
    pub fn interrupted(&self, design: &str, environment: &str) -> Result<Option<Run>> {
        Ok(self.history(design, environment, 1)?.into_iter().find(|run| run.ended.is_none()))
    }

    /// Tokens of a run's steps that are done: a resumed walk skips them.
    pub fn done_steps(&self, run: i64) -> Result<Vec<String>> {
        let steps = self.steps(run)?.into_iter().filter(|step| step.state == "done");
        Ok(steps.map(|step| step.token).collect())
    }

    /// Steps of a run that were begun.
    pub fn steps(&self, run: i64) -> Result<Vec<StepLine>> {
        self.with(|connection| {
            let mut query = connection
                .prepare_cached("select token, state, message, updated from step where run = ?1")?;
            let rows = query.query_map([run], |row| {
                Ok(StepLine {
                    token: row.get(0)?,
                    state: row.get(1)?,
                    message: row.get(2)?,
                    updated: row.get(3)?,
                })
            })?;
            rows.map(|row| Ok(row?)).collect()
        })
    }
}

/// The number of the last event is the last key of an index: to find it is to look at one place.
fn add_event(connection: &Connection, run: i64, event: &Event) -> Result<()> {
    connection
        .prepare_cached(
            "insert into event values (?1,
               coalesce((select max(sequence) from event where run = ?1), 0) + 1, ?2, ?3)",
        )?
        .execute(params![run, now(), serde_json::to_string(event)?])?;
    Ok(())
}

/// A run, and its plan as it is written.
type Written = (Run, String);

fn read_run(row: &Row<'_>) -> rusqlite::Result<Written> {
    let run = Run {
        id: row.get(0)?,
        kind: row.get(1)?,
        started: row.get(2)?,
        ended: row.get(3)?,
        outcome: row.get(4)?,
        plan: Plan::default(),
    };
    Ok((run, row.get(5)?))
}

fn whole((run, plan): Written) -> Result<Run> {
    Ok(Run { plan: serde_json::from_str(&plan)?, ..run })
}
