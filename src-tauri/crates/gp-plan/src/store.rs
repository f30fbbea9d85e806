//! Our state on disk, in SQLite: what we made, what we were about to do, what happened.
//!
//! Write-ahead: a step is written as *intended* before the driver is called and as *done* or
//! *failed* after it, so that `kill -9` at any moment leaves a record of what was under way.
//! No secret value ever reaches this file: plans and known things do not carry any.

mod ending;
mod ignored;

pub use ending::Ending;

use crate::{
    event::Event,
    plan::{Action, Known, Plan, Step},
};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, params};
use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard},
};

/// The newest shape of the tables; older files are migrated when opened.
const VERSION: i32 = 1;

const TABLES: &str = "
create table resource (
  design text not null, environment text not null, address text not null,
  known text not null, updated text not null,
  primary key (design, environment, address));
create table run (
  id integer primary key autoincrement, design text not null, environment text not null,
  kind text not null, plan text not null, started text not null, ended text, outcome text);
create index run_of on run (design, environment);
create table step (
  run integer not null references run (id) on delete cascade, token text not null,
  state text not null, message text, updated text not null,
  primary key (run, token));
create table event (
  run integer not null references run (id) on delete cascade, sequence integer not null,
  at text not null, event text not null,
  primary key (run, sequence));
create table lease (
  design text not null, environment text not null, holder text not null, until text not null,
  primary key (design, environment));
";

/// Came later. Programs that do not know it leave it alone, so the version stays.
const ORIGINS: &str = "
create table if not exists origin (
  design text primary key, file text, name text not null, updated text not null);
";

/// Why the state could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite said no: disk full, no permission, damaged file.
    #[error("the state file cannot be used: {0}")]
    Database(#[from] rusqlite::Error),
    /// A newer program wrote it.
    #[error(
        "the state file was written by a newer version of this program (format {0}): update, or move the file away"
    )]
    Newer(i32),
    /// A row does not hold what it should.
    #[error("the state file holds something unreadable: {0}")]
    Damaged(#[from] serde_json::Error),
    /// Another program works on this environment.
    #[error("{holder} is working on this environment until {until}: wait, or stop it there")]
    Leased {
        /// Who, in words.
        holder: String,
        /// RFC 3339.
        until: String,
    },
}

type Result<T> = std::result::Result<T, StoreError>;

/// The state file. Shared between threads; every call is one short transaction.
#[derive(Debug)]
pub struct Store {
    connection: Mutex<Connection>,
}

/// One run as the history shows it.
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

/// From where a design was deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Its file; none while it was in none.
    pub file: Option<PathBuf>,
    /// What people call it.
    pub name: String,
}

impl Store {
    /// Opens or makes the state file, and its folder.
    pub fn open(path: &Path) -> Result<Self> {
        if let Some(folder) = path.parent() {
            // A failure shows as SQLite's own "unable to open", with the path.
            let _ = std::fs::create_dir_all(folder);
        }
        let connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.busy_timeout(std::time::Duration::from_secs(5))?;
        Self::prepare(connection)
    }

    /// A store that lives as long as the process; for tests and for sessions without a disk.
    pub fn in_memory() -> Result<Self> {
        Self::prepare(Connection::open_in_memory()?)
    }

    fn prepare(mut connection: Connection) -> Result<Self> {
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        let transaction = connection.transaction()?;
        let version: i32 = transaction.query_row("pragma user_version", [], |row| row.get(0))?;
        match version {
            0 => {
                transaction.execute_batch(TABLES)?;
                transaction.pragma_update(None, "user_version", VERSION)?;
            }
            VERSION => {}
            newer => return Err(StoreError::Newer(newer)),
        }
        transaction.execute_batch(ORIGINS)?;
        transaction.execute_batch(ending::TABLE)?;
        transaction.execute_batch(ignored::TABLE)?;
        transaction.commit()?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere cannot leave a transaction open: each is dropped, and so rolled back.
        self.connection.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// What we made in this environment, by address.
    pub fn resources(&self, design: &str, environment: &str) -> Result<Vec<Known>> {
        let connection = self.lock();
        let mut query = connection.prepare_cached(
            "select known from resource where design = ?1 and environment = ?2 order by address",
        )?;
        let rows = query.query_map([design, environment], |row| row.get::<_, String>(0))?;
        rows.map(|row| Ok(serde_json::from_str(&row?)?)).collect()
    }

    /// Environments of a design in which we made something.
    pub fn environments(&self, design: &str) -> Result<Vec<String>> {
        let connection = self.lock();
        let mut query = connection.prepare_cached(
            "select distinct environment from resource where design = ?1 order by 1",
        )?;
        let rows = query.query_map([design], |row| row.get(0))?;
        rows.map(|row| Ok(row?)).collect()
    }

    /// From where a design was deployed last.
    pub fn origin(&self, design: &str) -> Result<Option<Origin>> {
        let found = self.lock().query_row(
            "select file, name from origin where design = ?1",
            [design],
            |row| {
                let file: Option<String> = row.get(0)?;
                Ok(Origin { file: file.map(PathBuf::from), name: row.get(1)? })
            },
        );
        Ok(found.optional()?)
    }

    /// Writes down from where a design is deployed, so that what runs can be told of without its file.
    pub fn set_origin(&self, design: &str, origin: &Origin) -> Result<()> {
        let file = origin.file.as_ref().map(|file| file.to_string_lossy().into_owned());
        self.lock().execute(
            "insert or replace into origin values (?1, ?2, ?3, ?4)",
            params![design, file, origin.name, now()],
        )?;
        Ok(())
    }

    /// Begins a run of an approved plan. One that was interrupted is not gone on with after this.
    pub fn begin(&self, kind: &str, plan: &Plan) -> Result<i64> {
        let connection = self.lock();
        connection.execute(
            "update run set ended = ?3, outcome = 'interrupted'
             where design = ?1 and environment = ?2 and ended is null",
            params![plan.design, plan.environment, now()],
        )?;
        connection.execute(
            "insert into run (design, environment, kind, plan, started) values (?1, ?2, ?3, ?4, ?5)",
            params![plan.design, plan.environment, kind, serde_json::to_string(plan)?, now()],
        )?;
        Ok(connection.last_insert_rowid())
    }

    /// Writes down that a step is about to be taken. Must be on disk before the driver is called.
    pub fn intend(&self, run: i64, step: &Step) -> Result<()> {
        self.set_step(run, &step.token, "intended", None)
    }

    /// Writes down what a step made or removed.
    pub fn done(&self, run: i64, plan: &Plan, step: &Step, made: &[Known]) -> Result<()> {
        let mut connection = self.lock();
        let transaction = connection.transaction()?;
        for address in &step.changes {
            let Some(change) = plan.change(address) else { continue };
            for gone in [Some(address), change.moved_from.as_ref()].into_iter().flatten() {
                transaction.execute(
                    "delete from resource where design = ?1 and environment = ?2 and address = ?3",
                    params![plan.design, plan.environment, gone],
                )?;
            }
        }
        if !matches!(step.action, Action::Delete | Action::Forget) {
            for known in made {
                transaction.execute(
                    "insert or replace into resource values (?1, ?2, ?3, ?4, ?5)",
                    params![
                        plan.design,
                        plan.environment,
                        known.address,
                        serde_json::to_string(known)?,
                        now()
                    ],
                )?;
            }
        }
        transaction.execute(
            "insert or replace into step values (?1, ?2, 'done', null, ?3)",
            params![run, step.token, now()],
        )?;
        transaction.commit()?;
        Ok(())
    }

    /// Writes down that a step failed.
    pub fn failed(&self, run: i64, step: &Step, message: &str) -> Result<()> {
        self.set_step(run, &step.token, "failed", Some(message))
    }

    fn set_step(&self, run: i64, token: &str, state: &str, message: Option<&str>) -> Result<()> {
        self.lock().execute(
            "insert or replace into step values (?1, ?2, ?3, ?4, ?5)",
            params![run, token, state, message, now()],
        )?;
        Ok(())
    }

    /// Adds to the run's history.
    pub fn event(&self, run: i64, event: &Event) -> Result<()> {
        self.lock().execute(
            "insert into event select ?1, coalesce(max(sequence), 0) + 1, ?2, ?3 from event where run = ?1",
            params![run, now(), serde_json::to_string(event)?],
        )?;
        Ok(())
    }

    /// Ends a run: `done`, `failed` or `cancelled`.
    pub fn end(&self, run: i64, outcome: &str) -> Result<()> {
        self.lock().execute(
            "update run set ended = ?2, outcome = ?3 where id = ?1",
            params![run, now(), outcome],
        )?;
        Ok(())
    }

    /// Runs of an environment, newest first.
    pub fn history(&self, design: &str, environment: &str, limit: u32) -> Result<Vec<Run>> {
        let connection = self.lock();
        let mut query = connection.prepare_cached(
            "select id, kind, started, ended, outcome, plan from run
             where design = ?1 and environment = ?2 order by id desc limit ?3",
        )?;
        let rows = query.query_map(params![design, environment, limit], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
                row.get::<_, String>(5)?,
            ))
        })?;
        rows.map(|row| {
            let (id, kind, started, ended, outcome, plan) = row?;
            Ok(Run { id, kind, started, ended, outcome, plan: serde_json::from_str(&plan)? })
        })
        .collect()
    }

    /// Events of a run, oldest first.
    pub fn events(&self, run: i64) -> Result<Vec<Event>> {
        let connection = self.lock();
        let mut query = connection
            .prepare_cached("select event from event where run = ?1 order by sequence")?;
        let rows = query.query_map([run], |row| row.get::<_, String>(0))?;
        rows.map(|row| Ok(serde_json::from_str(&row?)?)).collect()
    }

    /// The newest run, if the program died in the middle of it.
    pub fn interrupted(&self, design: &str, environment: &str) -> Result<Option<Run>> {
        Ok(self.history(design, environment, 1)?.into_iter().find(|run| run.ended.is_none()))
    }

    /// Tokens of a run's steps that are done: a resumed walk skips them.
    pub fn done_steps(&self, run: i64) -> Result<Vec<String>> {
        let connection = self.lock();
        let mut query = connection
            .prepare_cached("select token from step where run = ?1 and state = 'done'")?;
        let rows = query.query_map([run], |row| row.get(0))?;
        rows.map(|row| Ok(row?)).collect()
    }

    /// Takes or renews the lease on an environment; refused while somebody else holds it.
    pub fn lease(
        &self,
        design: &str,
        environment: &str,
        holder_name: &str,
        seconds: i64,
    ) -> Result<()> {
        let mut connection = self.lock();
        let transaction =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        if let Some((other, until)) = holder(&transaction, design, environment)?
            && other != holder_name
        {
            return Err(StoreError::Leased { holder: other, until });
        }
        let until = Timestamp::now() + SignedDuration::from_secs(seconds);
        transaction.execute(
            "insert or replace into lease values (?1, ?2, ?3, ?4)",
            params![design, environment, holder_name, until.to_string()],
        )?;
        transaction.commit()?;
        Ok(())
    }

    /// Who holds the lease on an environment, if somebody does.
    pub fn leased(&self, design: &str, environment: &str) -> Result<Option<String>> {
        let held = holder(&self.lock(), design, environment)?;
        Ok(held.map(|(holder, _)| holder))
    }

    /// Gives the lease back.
    pub fn release(&self, design: &str, environment: &str, holder: &str) -> Result<()> {
        self.lock().execute(
            "delete from lease where design = ?1 and environment = ?2 and holder = ?3",
            [design, environment, holder],
        )?;
        Ok(())
    }
}

/// Who holds a lease that has not run out, and until when.
fn holder(
    connection: &Connection,
    design: &str,
    environment: &str,
) -> Result<Option<(String, String)>> {
    let held: Option<(String, String)> = connection
        .query_row(
            "select holder, until from lease where design = ?1 and environment = ?2",
            [design, environment],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    let holds = |until: &str| until.parse::<Timestamp>().is_ok_and(|end| end > Timestamp::now());
    Ok(held.filter(|(_, until)| holds(until)))
}

fn now() -> String {
    Timestamp::now().to_string()
}
