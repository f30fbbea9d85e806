//! Drift that somebody decided to leave as it is, and what the drift view changes of our own account.

use super::{Result, Store};
use crate::{drift::Ignored, plan::Known};
use rusqlite::params;

/// The attribute is empty where a
/// whole thing is meant.
pub(super) const TABLE: &str = "
create table if not exists ignored (
  design text not null, environment text not null, address text not null,
  attribute text not null, value text not null,
  primary key (design, environment, address, attribute));
";

impl Store {
    /// What is left as it is in an environment.
    pub fn ignored(&self, design: &str, environment: &str) -> Result<Vec<Ignored>> {
        let connection = self.lock();
        let mut query = connection.prepare_cached(
            "select address, attribute, value from ignored
             where design = ?1 and environment = ?2 order by address, attribute",
        )?;
        let rows = query.query_map([design, environment], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?))
        })?;
        rows.map(|row| {
            let (address, attribute, value) = row?;
            let attribute = Some(attribute).filter(|name| !name.is_empty());
            Ok(Ignored { address, attribute, is: serde_json::from_str(&value)? })
        })
        .collect()
    }

    /// Leaves this as it is now, until it changes again.
    pub fn ignore(&self, design: &str, environment: &str, ignored: &Ignored) -> Result<()> {
        let Ignored { address, attribute, is } = ignored;
        let attribute = attribute.as_deref().unwrap_or_default();
        self.lock().execute(
            "insert or replace into ignored values (?1, ?2, ?3, ?4, ?5)",
            params![design, environment, address, attribute, serde_json::to_string(is)?],
        )?;
        Ok(())
    }

    /// Looks at it again.
    pub fn heed(
        &self,
        design: &str,
        environment: &str,
        address: &str,
        attribute: Option<&str>,
    ) -> Result<()> {
        self.lock().execute(
            "delete from ignored where design = ?1 and environment = ?2 and address = ?3 and attribute = ?4",
            [design, environment, address, attribute.unwrap_or_default()],
        )?;
        Ok(())
    }

    /// Nothing is ignored any more: the environment is gone.
    pub fn heed_all(&self, design: &str, environment: &str) -> Result<()> {
        self.lock().execute(
            "delete from ignored where design = ?1 and environment = ?2",
            [design, environment],
        )?;
        Ok(())
    }

    /// Our account follows what was accepted: the thing as it is now, or (`None`) not at all.
    pub fn account_for(
        &self,
        design: &str,
        environment: &str,
        address: &str,
        known: Option<&Known>,
    ) -> Result<()> {
        let connection = self.lock();
        match known {
            None => connection.execute(
                "delete from resource where design = ?1 and environment = ?2 and address = ?3",
                [design, environment, address],
            )?,
            Some(known) => connection.execute(
                "update resource set known = ?4 where design = ?1 and environment = ?2 and address = ?3",
                params![design, environment, address, serde_json::to_string(known)?],
            )?,
        };
        Ok(())
    }
}
