//! A state file that is damaged: everything that can be read goes into a new one, the old one stays beside it.

use super::{
    Store,
    error::{Result, StoreError, beside},
};
use crate::{
    event::Event,
    plan::{Known, Plan},
};
use rusqlite::{Connection, OpenFlags, types::Value};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Tables that are worth saving, those that others refer to first. Leases are not: whoever works renews
/// nothing in a file that is not there any more.
const SAVED: [&str; 5] = ["origin", "resource", "run", "step", "event"];

/// Tables with a column in which something of ours is written down.
const WRITTEN: [(&str, &str); 3] = [("resource", "known"), ("run", "plan"), ("event", "event")];

fn readable(table: &str, text: &str) -> serde_json::Result<()> {
    match table {
        "resource" => serde_json::from_str::<Known>(text).map(drop),
        "run" => serde_json::from_str::<Plan>(text).map(drop),
        _ => serde_json::from_str::<Event>(text).map(drop),
    }
}

/// What became of a state file.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Repaired {
    /// Where the damaged file is now.
    pub kept: PathBuf,
    /// Table → rows that were saved.
    pub saved: Vec<(&'static str, usize)>,
    /// Tables of which rows may be lost.
    pub incomplete: Vec<&'static str>,
}

impl Repaired {
    /// How many things that were made are known again.
    pub fn resources(&self) -> usize {
        self.saved.iter().find(|(table, _)| *table == "resource").map_or(0, |(_, rows)| *rows)
    }
}

/// Repairs the file, if it needs it. Nothing is deleted.
pub fn repair(path: &Path) -> Result<Option<Repaired>> {
    match Store::open(path).and_then(|store| store.check()) {
        Ok(()) => return Ok(None),
        Err(StoreError::Broken { .. }) => {}
        Err(other) => return Err(other),
    }
    let kept = beside(path, "damaged");
    move_away(path, &kept).map_err(|error| StoreError::Unusable {
        path: path.display().to_string(),
        why: format!("it cannot be moved to {}: {error}", kept.display()),
    })?;
    let new = Store::open(path)?;
    let mut repaired = Repaired { kept, saved: Vec::new(), incomplete: Vec::new() };
    // Garbage has no tables at all.
    let old = Connection::open_with_flags(&repaired.kept, OpenFlags::SQLITE_OPEN_READ_WRITE).ok();
    for table in SAVED {
        let rows = old.as_ref().map(|old| read(old, table)).unwrap_or_default();
        let saved = new.with(|new| write(new, table, &rows))?;
        repaired.saved.push((table, saved));
        if !rows.whole || saved < rows.lines.len() {
            repaired.incomplete.push(table);
        }
    }
    Ok(Some(repaired))
}

impl Store {
    /// Reads the whole file and says whether it is one.
    pub fn check(&self) -> Result<()> {
        self.with(|connection| {
            let said: String =
                connection.query_row("pragma integrity_check(1)", [], |row| row.get(0))?;
            if said != "ok" {
                return Err(self.broken(said));
            }
            for (table, column) in WRITTEN {
                let mut query = connection.prepare(&format!("select {column} from {table}"))?;
                let mut rows = query.query([])?;
                while let Some(row) = rows.next()? {
                    let text: String = row.get(0)?;
                    if let Err(error) = readable(table, &text) {
                        return Err(self.broken(format!("{table}: {error}")));
                    }
                }
            }
            Ok(())
        })
    }
}

/// The log of what is not in the file yet belongs to it by its name.
fn move_away(path: &Path, to: &Path) -> std::io::Result<()> {
    for end in ["-wal", "-shm", ""] {
        let named = |path: &Path| PathBuf::from(format!("{}{end}", path.display()));
        if named(path).exists() {
            fs::rename(named(path), named(to))?;
        }
    }
    Ok(())
}

/// Rows of a damaged table, with the columns that it has.
#[derive(Default)]
struct Rows {
    columns: Vec<String>,
    lines: Vec<Vec<Value>>,
    whole: bool,
}

/// From the first on until one cannot be read, then from the last back.
fn read(old: &Connection, table: &str) -> Rows {
    let mut found = Rows::default();
    let mut last = None;
    for order in ["asc", "desc"] {
        let query = format!("select rowid, * from {table} where rowid > ?1 order by rowid {order}");
        let Ok(mut query) = old.prepare(&query) else { continue };
        found.columns = query.column_names().skip(1).map(str::to_owned).collect();
        let count = query.column_count();
        let Ok(mut rows) = query.query([last.unwrap_or(i64::MIN)]) else { continue };
        loop {
            match rows.next() {
                Ok(Some(row)) => {
                    if order == "asc" {
                        last = row.get(0).ok();
                    }
                    let values: rusqlite::Result<Vec<Value>> =
                        (1..count).map(|at| row.get(at)).collect();
                    found.lines.extend(values);
                }
                Ok(None) if order == "asc" => {
                    found.whole = true;
                    return found;
                }
                _ => break,
            }
        }
    }
    found
}

/// What does not fit, such as an event of a run that is lost, or what nobody can read, is left out.
fn write(new: &mut Connection, table: &str, rows: &Rows) -> Result<usize> {
    let known: Vec<String> = new
        .prepare(&format!("select name from pragma_table_info('{table}')"))?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let columns: Vec<(usize, &String)> =
        rows.columns.iter().enumerate().filter(|(_, name)| known.contains(name)).collect();
    if columns.is_empty() {
        return Ok(0);
    }
    let names: Vec<&str> = columns.iter().map(|(_, name)| name.as_str()).collect();
    let marks = vec!["?"; names.len()].join(", ");
    let transaction = new.transaction()?;
    let mut saved = 0;
    {
        let insert =
            format!("insert or ignore into {table} ({}) values ({marks})", names.join(", "));
        let mut insert = transaction.prepare(&insert)?;
        let written = WRITTEN.iter().find(|(of, _)| *of == table);
        let written = written.and_then(|(_, name)| rows.columns.iter().position(|it| it == name));
        let is_readable = |row: &&Vec<Value>| match written.map(|at| &row[at]) {
            Some(Value::Text(text)) => readable(table, text).is_ok(),
            Some(_) => false,
            None => true,
        };
        for row in rows.lines.iter().filter(is_readable) {
            let values = columns.iter().map(|(at, _)| &row[*at]);
            saved += insert.execute(rusqlite::params_from_iter(values)).unwrap_or(0);
        }
    }
    transaction.commit()?;
    Ok(saved)
}
