//! When the time of an environment is over.

use super::{Result, Store};
use crate::clock::{Boot, Moment};
use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension, Row, params};

pub(super) const TABLE: &str = "
create table if not exists ending (
  design text not null, environment text not null, provider text not null,
  at text not null, boot text, boot_seconds integer,
  primary key (design, environment));
";

/// When an environment's time is over, and all that is needed to end it when its file is gone.
#[derive(Clone, Debug, PartialEq)]
pub struct Ending {
    /// By what id the state knows the design.
    pub design: String,
    /// Which environment.
    pub environment: String,
    /// To whose driver it was deployed.
    pub provider: String,
    /// When.
    pub at: Moment,
}

impl Ending {
    /// So many seconds after a moment.
    pub fn after(
        now: &Moment,
        seconds: u64,
        design: &str,
        environment: &str,
        provider: &str,
    ) -> Self {
        // A century is as good as for ever, and no clock overflows by it.
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX).min(100 * 366 * 24 * 3600);
        let wall = now.wall.checked_add(SignedDuration::from_secs(seconds));
        let boot = now.boot.clone();
        let boot = boot.map(|boot| Boot { seconds: boot.seconds + seconds, ..boot });
        Self {
            design: design.to_owned(),
            environment: environment.to_owned(),
            provider: provider.to_owned(),
            at: Moment { wall: wall.unwrap_or(Timestamp::MAX), boot },
        }
    }

    /// Seconds until it is over; none or less: it is. As long as the machine runs on, its own count
    /// decides: a clock that somebody sets, or that was wrong at first, ends nothing early. After a restart there
    /// is only the clock on the wall.
    pub fn left(&self, now: &Moment) -> i64 {
        match (&self.at.boot, &now.boot) {
            (Some(end), Some(now)) if end.id == now.id => end.seconds - now.seconds,
            _ => self.at.wall.as_second() - now.wall.as_second(),
        }
    }
}

impl Store {
    /// Remembers when an environment's time is over.
    pub fn set_ending(&self, ending: &Ending) -> Result<()> {
        let Ending { design, environment, provider, at } = ending;
        let (id, seconds) = at.boot.as_ref().map(|boot| (&boot.id, boot.seconds)).unzip();
        self.lock().execute(
            "insert or replace into ending values (?1, ?2, ?3, ?4, ?5, ?6)",
            params![design, environment, provider, at.wall.to_string(), id, seconds],
        )?;
        Ok(())
    }

    /// It has no end any more, or is gone.
    pub fn clear_ending(&self, design: &str, environment: &str) -> Result<()> {
        self.lock().execute(
            "delete from ending where design = ?1 and environment = ?2",
            [design, environment],
        )?;
        Ok(())
    }

    /// When an environment's time is over, if it ever is.
    pub fn ending(&self, design: &str, environment: &str) -> Result<Option<Ending>> {
        let connection = self.lock();
        let mut query = connection
            .prepare_cached("select * from ending where design = ?1 and environment = ?2")?;
        Ok(query.query_row([design, environment], read).optional()?)
    }

    /// Everything that has an end, whatever became of its file.
    pub fn endings(&self) -> Result<Vec<Ending>> {
        let connection = self.lock();
        let mut query = connection.prepare_cached("select * from ending order by at, design")?;
        let rows = query.query_map([], read)?;
        rows.map(|row| Ok(row?)).collect()
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Ending> {
    let at: String = row.get("at")?;
    let boot: Option<String> = row.get("boot")?;
    let seconds: Option<i64> = row.get("boot_seconds")?;
    Ok(Ending {
        design: row.get("design")?,
        environment: row.get("environment")?,
        provider: row.get("provider")?,
        at: Moment {
            // What cannot be read is no reason to destroy anything.
            wall: at.parse().unwrap_or(Timestamp::MAX),
            boot: boot.zip(seconds).map(|(id, seconds)| Boot { id, seconds }),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(wall: &str, boot: &str, seconds: i64) -> Moment {
        let boot = Some(Boot { id: boot.to_owned(), seconds });
        Moment { wall: wall.parse().expect("a time"), boot }
    }

    fn ending() -> Ending {
        let now = moment("2026-11-28T10:00:00Z", "first", 1000);
        Ending::after(&now, 3600, "shop", "test", "lab")
    }

    #[test]
    fn setting_the_clock_ends_nothing_early_and_keeps_nothing_longer() {
        let ending = ending();
        assert_eq!(ending.left(&moment("2026-11-28T10:30:00Z", "first", 2800)), 1800);
        assert_eq!(ending.left(&moment("2036-01-01T00:00:00Z", "first", 2800)), 1800);
        assert_eq!(ending.left(&moment("2016-01-01T00:00:00Z", "first", 4700)), -100);
    }

    #[test]
    fn after_a_restart_the_clock_on_the_wall_decides() {
        let ending = ending();
        assert_eq!(ending.left(&moment("2026-11-28T10:50:00Z", "second", 5)), 600);
        assert_eq!(ending.left(&moment("2026-11-28T11:00:01Z", "second", 9000)), -1);
    }

    #[test]
    fn a_time_to_live_of_ages_is_no_overflow() {
        let now = moment("2026-11-28T10:00:00Z", "first", 1000);
        let ending = Ending::after(&now, u64::MAX, "shop", "test", "lab");
        assert!(ending.left(&now) > 90 * 365 * 24 * 3600);
    }

    #[test]
    fn what_was_remembered_is_read_again_and_forgotten_with_its_environment() {
        let store = Store::in_memory().expect("SQLite works in memory");
        let (ending, now) = (ending(), Moment::now());
        let other = Ending::after(&now, 60, "shop", "production", "aws");
        store.set_ending(&ending).expect("written");
        store.set_ending(&other).expect("written");
        assert_eq!(store.ending("shop", "test").expect("read"), Some(ending));
        store.clear_ending("shop", "test").expect("written");
        let left = store.endings().expect("read");
        assert_eq!(left.len(), 1);
        assert_eq!(left[0].provider, "aws");
        assert_eq!(left[0].left(&now), 60);
    }
}
