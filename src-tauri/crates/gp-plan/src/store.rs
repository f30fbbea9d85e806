//! Our state on disk, in SQLite: what we made, what we were about to do, what happened.
//!
//! Write-ahead: a step is written as *intended* before the driver is called and as *done* or
//! *failed* after it, so that `kill -9` at any moment leaves a record of what was under way.
//! No secret value ever reaches this file: plans and known things do not carry any.

mod ending;
mod error;
mod history;
mod ignored;
mod lease;
mod migrations;
mod repair;

pub use ending::Ending;

use crate::{
    plan::{Action, Known, Plan, Step},
    point::{Observer, Point},
};
use error::Result;
pub use error::StoreError;
pub use history::{KEPT, Run, RunLine, StepLine};
use jiff::Timestamp;
pub use lease::{Holder, LONGEST, Life, Machine};
pub use migrations::VERSION;
pub use repair::{Repaired, repair};
use rusqlite::{Connection, OptionalExtension, params};
use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, OnceLock},
};

/// The state file. Shared between threads; every call is one short transaction.
pub struct Store {
    connection: Mutex<Connection>,
    /// Where it lies; in no file in tests and in sessions without a disk.
    path: Option<PathBuf>,
    /// A test that looks on.
    observer: OnceLock<Observer>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Store").field("path", &self.path).finish_non_exhaustive()
    }
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
        let opened = Connection::open(path).map_err(StoreError::from);
        opened
            .and_then(|connection| {
                connection.busy_timeout(std::time::Duration::from_secs(5))?;
                migrations::refuse_newer(&connection, Some(path))?;
                connection.pragma_update(None, "journal_mode", "WAL")?;
                Self::prepare(connection, Some(path.to_owned()))
            })
            .map_err(|error| error.at(path))
    }

    /// A store that lives as long as the process; for tests and for sessions without a disk.
    pub fn in_memory() -> Result<Self> {
        Self::prepare(Connection::open_in_memory()?, None)
    }

    fn prepare(mut connection: Connection, path: Option<PathBuf>) -> Result<Self> {
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        migrations::migrate(&mut connection, path.as_deref())?;
        Ok(Self { connection: Mutex::new(connection), path, observer: OnceLock::new() })
    }

    /// Has every point told that is reached from now on. Once; a second observer is not heard.
    pub fn observe(&self, observer: Observer) {
        let _ = self.observer.set(observer);
    }

    pub(crate) fn reached(&self, point: Point) {
        if let Some(observer) = self.observer.get() {
            observer(point);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere cannot leave a transaction open: each is dropped, and so rolled back.
        self.connection.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Works with the file; what goes wrong is said with its name.
    fn with<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        work(&mut self.lock()).map_err(|error| error.at(self.place()))
    }

    fn place(&self) -> &Path {
        self.path.as_deref().unwrap_or_else(|| Path::new("in memory"))
    }

    fn broken(&self, why: String) -> StoreError {
        StoreError::Broken { path: self.place().display().to_string(), why }
    }

    /// What we made in this environment, by address.
    pub fn resources(&self, design: &str, environment: &str) -> Result<Vec<Known>> {
        self.with(|connection| {
            let mut query = connection.prepare_cached(
                "select known from resource where design = ?1 and environment = ?2 order by address",
            )?;
            let rows = query.query_map([design, environment], |row| row.get::<_, String>(0))?;
            rows.map(|row| Ok(serde_json::from_str(&row?)?)).collect()
        })
    }

    /// Designs of which we made something, or were asked to.
    pub fn designs(&self) -> Result<Vec<String>> {
        self.with(|connection| {
            let mut query = connection
                .prepare_cached("select design from resource union select design from run")?;
            let rows = query.query_map([], |row| row.get(0))?;
            rows.map(|row| Ok(row?)).collect()
        })
    }

    /// Environments of a design in which we made something.
    pub fn environments(&self, design: &str) -> Result<Vec<String>> {
        self.with(|connection| {
            let mut query = connection.prepare_cached(
                "select distinct environment from resource where design = ?1 order by 1",
            )?;
            let rows = query.query_map([design], |row| row.get(0))?;
            rows.map(|row| Ok(row?)).collect()
        })
    }

    /// From where a design was deployed last.
    pub fn origin(&self, design: &str) -> Result<Option<Origin>> {
        self.with(|connection| {
            let found = connection.query_row(
                "select file, name from origin where design = ?1",
                [design],
                |row| {
                    let file: Option<String> = row.get(0)?;
                    Ok(Origin { file: file.map(PathBuf::from), name: row.get(1)? })
                },
            );
            Ok(found.optional()?)
        })
    }

    /// Writes down from where a design is deployed, so that what runs can be told of without its file.
    pub fn set_origin(&self, design: &str, origin: &Origin) -> Result<()> {
        self.reached(Point::BeforeOrigin);
        let file = origin.file.as_ref().map(|file| file.to_string_lossy().into_owned());
        self.with(|connection| {
            connection.execute(
                "insert or replace into origin values (?1, ?2, ?3, ?4)",
                params![design, file, origin.name, now()],
            )?;
            Ok(())
        })?;
        self.reached(Point::OriginWritten);
        Ok(())
    }

    /// Writes down what a step made or removed. `gone`: addresses under which something was known before.
    pub fn done(
        &self,
        run: i64,
        plan: &Plan,
        step: &Step,
        gone: &[&str],
        made: &[Known],
    ) -> Result<()> {
        self.reached(Point::BeforeDone);
        self.with(|connection| {
            let transaction = connection.transaction()?;
            for address in gone {
                transaction
                    .prepare_cached(
                        "delete from resource where design = ?1 and environment = ?2 and address = ?3",
                    )?
                    .execute(params![plan.design, plan.environment, address])?;
            }
            self.reached(Point::InDone);
            if !matches!(step.action, Action::Delete | Action::Forget) {
                for known in made {
                    transaction
                        .prepare_cached("insert or replace into resource values (?1, ?2, ?3, ?4, ?5)")?
                        .execute(params![
                            plan.design,
                            plan.environment,
                            known.address,
                            serde_json::to_string(known)?,
                            now()
                        ])?;
                }
            }
            transaction
                .prepare_cached("insert or replace into step values (?1, ?2, 'done', null, ?3)")?
                .execute(params![run, step.token, now()])?;
            Ok(transaction.commit()?)
        })?;
        self.reached(Point::DoneWritten);
        Ok(())
    }
}

fn now() -> String {
    Timestamp::now().to_string()
}
