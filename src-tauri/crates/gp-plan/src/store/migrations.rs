//! The shapes that the state file had, one after the other. Each step is a transaction; a file of an
//! older shape is copied beside before the first. A program of an older version may still run while a
//! newer one brings the file up to date, so no step takes away or widens a table that it writes to.

use super::{
    ending,
    error::{Result, StoreError, beside},
    ignored,
};
use crate::plan::Plan;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use std::path::Path;

/// One step from a shape to the next.
struct Migration {
    /// The shape that it leads to.
    to: i32,
    apply: fn(&Transaction<'_>) -> Result<()>,
}

const ALL: [Migration; 2] =
    [Migration { to: 1, apply: first_tables }, Migration { to: 2, apply: runs_that_are_listed }];

/// The newest shape.
pub const VERSION: i32 = ALL[ALL.len() - 1].to;

/// Brings a file up to date, or makes its tables; `path`: where it lies, if on a disk.
pub(super) fn migrate(connection: &mut Connection, path: Option<&Path>) -> Result<()> {
    let found = refuse_newer(connection, path)?;
    if let Some(path) = path.filter(|_| (1..VERSION).contains(&found)) {
        copy_beside(connection, path, found)?;
    }
    for step in ALL.iter().filter(|step| step.to > found) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another program may have done it while we waited.
        if version(&transaction)? < step.to {
            (step.apply)(&transaction)?;
            transaction.pragma_update(None, "user_version", step.to)?;
            transaction.commit()?;
        }
    }
    Ok(())
}

/// The shape of a file that is not newer than we are. A newer one is not touched at all.
pub(super) fn refuse_newer(connection: &Connection, path: Option<&Path>) -> Result<i32> {
    let format = version(connection)?;
    if format > VERSION {
        let path = path.map(|path| path.display().to_string()).unwrap_or_default();
        return Err(StoreError::Newer { path, format, known: VERSION });
    }
    Ok(format)
}

fn version(connection: &Connection) -> Result<i32> {
    Ok(connection.query_row("pragma user_version", [], |row| row.get(0))?)
}

/// What an older program would find if somebody went back to it.
fn copy_beside(connection: &Connection, path: &Path, format: i32) -> Result<()> {
    let copy = beside(path, &format!("format-{format}"));
    connection.execute("vacuum into ?1", [copy.to_string_lossy()])?;
    tracing::info!(copy = %copy.display(), "the state is brought up to date; as it was, it lies beside");
    Ok(())
}

fn first_tables(transaction: &Transaction<'_>) -> Result<()> {
    transaction.execute_batch(
        "create table resource (
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
           primary key (design, environment));",
    )?;
    Ok(())
}

/// Runs are listed without reading their plans, and leases know the process that has them. Files of the first
/// shape may have the table of origins already, which came later than the others.
fn runs_that_are_listed(transaction: &Transaction<'_>) -> Result<()> {
    transaction.execute_batch(
        "create table if not exists origin (
           design text primary key, file text, name text not null, updated text not null);
         create table life (
           design text not null, environment text not null, holder text not null, life text not null,
           primary key (design, environment));
         alter table run add column summary text;
         alter table run add column steps integer;",
    )?;
    transaction.execute_batch(ending::TABLE)?;
    transaction.execute_batch(ignored::TABLE)?;
    let mut plans = transaction.prepare("select id, plan from run")?;
    let mut rows = plans.query([])?;
    while let Some(row) = rows.next()? {
        let (id, text): (i64, String) = (row.get(0)?, row.get(1)?);
        // A plan that cannot be read stays as it is: that is said when somebody looks at it.
        if let Ok(plan) = serde_json::from_str::<Plan>(&text) {
            transaction.execute(
                "update run set summary = ?2, steps = ?3 where id = ?1",
                params![id, plan.summary(), plan.steps.len() as u32],
            )?;
        }
    }
    Ok(())
}
