//! Who works on an environment. A lease is held as long as its holder's process lives, where that can be
//! seen; clocks jump, and numbers of processes are used again. Only elsewhere time decides.

use super::{Result, Store, StoreError};
use crate::point::Point;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

/// No lease is taken for longer: one that seems to last longer was written before the clock was set back.
pub const LONGEST: SignedDuration = SignedDuration::from_secs(900);

/// A process that is told from every other one, also of another boot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Life {
    /// The machine; empty where it has no name.
    pub machine: String,
    /// Which start of it.
    pub boot: String,
    /// In which numbering of processes.
    pub space: String,
    /// Its number.
    pub process: u32,
    /// When it was started, in the system's own count since the boot.
    pub started: u64,
}

/// Who holds a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// In words.
    pub name: String,
    /// Its process, where the system shows processes.
    pub life: Option<Life>,
}

/// What has to be known of the machine to judge a lease.
pub trait Machine: Send + Sync {
    /// Its clock.
    fn now(&self) -> Timestamp;
    /// Whether a process lives; none where that cannot be seen from here.
    fn lives(&self, life: &Life) -> Option<bool>;
}

/// A lease as it is written.
struct Held {
    holder: Holder,
    until: Timestamp,
}

impl Store {
    /// Takes or renews the lease on an environment; refused while somebody else holds it.
    pub fn lease(
        &self,
        design: &str,
        environment: &str,
        holder: &Holder,
        seconds: i64,
        machine: &dyn Machine,
    ) -> Result<()> {
        self.reached(Point::BeforeLease);
        self.with(|connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let other = held(&transaction, design, environment)?
                .filter(|held| held.holder.name != holder.name);
            if let Some(other) = other
                && let Some(until) = holds(&transaction, design, environment, &other, machine)?
            {
                transaction.commit()?;
                return Err(StoreError::Leased { holder: other.holder.name, until });
            }
            let until = machine.now() + SignedDuration::from_secs(seconds).min(LONGEST);
            transaction.execute(
                "insert or replace into lease values (?1, ?2, ?3, ?4)",
                params![design, environment, holder.name, until.to_string()],
            )?;
            transaction.execute(
                "delete from life where design = ?1 and environment = ?2",
                [design, environment],
            )?;
            if let Some(life) = &holder.life {
                transaction.execute(
                    "insert into life values (?1, ?2, ?3, ?4)",
                    params![design, environment, holder.name, serde_json::to_string(life)?],
                )?;
            }
            Ok(transaction.commit()?)
        })?;
        self.reached(Point::LeaseTaken);
        Ok(())
    }

    /// Lets a lease run on. False where it is not this holder's any more.
    pub fn renew(
        &self,
        design: &str,
        environment: &str,
        holder: &str,
        seconds: i64,
        machine: &dyn Machine,
    ) -> Result<bool> {
        self.reached(Point::BeforeRenewal);
        let until = machine.now() + SignedDuration::from_secs(seconds).min(LONGEST);
        let renewed = self.with(|connection| {
            let changed = connection.execute(
                "update lease set until = ?4 where design = ?1 and environment = ?2 and holder = ?3",
                params![design, environment, holder, until.to_string()],
            )?;
            Ok(changed > 0)
        })?;
        self.reached(Point::LeaseRenewed);
        Ok(renewed)
    }

    /// Who holds the lease on an environment, if somebody does.
    pub fn leased(
        &self,
        design: &str,
        environment: &str,
        machine: &dyn Machine,
    ) -> Result<Option<String>> {
        self.with(|connection| {
            let Some(held) = held(connection, design, environment)? else { return Ok(None) };
            let holds = holds(connection, design, environment, &held, machine)?;
            Ok(holds.map(|_| held.holder.name))
        })
    }

    /// Gives the lease back.
    pub fn release(&self, design: &str, environment: &str, holder: &str) -> Result<()> {
        self.reached(Point::BeforeRelease);
        self.with(|connection| {
            connection.execute(
                "delete from lease where design = ?1 and environment = ?2 and holder = ?3",
                [design, environment, holder],
            )?;
            Ok(())
        })?;
        self.reached(Point::LeaseReleased);
        Ok(())
    }
}

fn held(connection: &Connection, design: &str, environment: &str) -> Result<Option<Held>> {
    let found: Option<(String, String, Option<String>)> = connection
        .query_row(
            "select lease.holder, until, life from lease left join life using (design, environment, holder)
             where design = ?1 and environment = ?2",
            [design, environment],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()?;
    Ok(found.map(|(name, until, life)| {
        let life = life.and_then(|life| serde_json::from_str(&life).ok());
        // What is no time is over.
        let until = until.parse().unwrap_or(Timestamp::UNIX_EPOCH);
        Held { holder: Holder { name, life }, until }
    }))
}

/// Until when a lease holds; none where it does not. Where only time can tell and the clock was set back since,
/// the lease is cut to what a lease lasts: who lives renews it, who does not loses it.
fn holds(
    connection: &Connection,
    design: &str,
    environment: &str,
    held: &Held,
    machine: &dyn Machine,
) -> Result<Option<String>> {
    let now = machine.now();
    let last = now + LONGEST;
    match held.holder.life.as_ref().and_then(|life| machine.lives(life)) {
        Some(false) => Ok(None),
        // Whatever the clock says.
        Some(true) => Ok(Some(held.until.clamp(now, last).to_string())),
        None if held.until <= now => Ok(None),
        None => {
            if held.until > last {
                connection.execute(
                    "update lease set until = ?4 where design = ?1 and environment = ?2 and holder = ?3",
                    params![design, environment, held.holder.name, last.to_string()],
                )?;
            }
            Ok(Some(held.until.min(last).to_string()))
        }
    }
}
