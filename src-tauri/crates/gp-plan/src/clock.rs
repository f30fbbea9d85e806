//! What time it is, told so that setting the clock ends nothing early.

use jiff::Timestamp;
use std::fs;

/// A moment by the clock on the wall, and by that which runs since the machine started.
#[derive(Clone, Debug, PartialEq)]
pub struct Moment {
    /// As people say it; somebody may set it.
    pub wall: Timestamp,
    /// As the machine counts it, asleep or awake; none where the system does not tell.
    pub boot: Option<Boot>,
}

/// A moment since the machine started.
#[derive(Clone, Debug, PartialEq)]
pub struct Boot {
    /// Which start of the machine.
    pub id: String,
    /// Seconds since then.
    pub seconds: i64,
}

impl Moment {
    /// Now.
    pub fn now() -> Self {
        Self { wall: Timestamp::now(), boot: Boot::now() }
    }
}

impl Boot {
    fn now() -> Option<Self> {
        let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        let uptime = fs::read_to_string("/proc/uptime").ok()?;
        let seconds = uptime.split('.').next()?.parse().ok()?;
        Some(Self { id: id.trim().to_owned(), seconds })
    }
}
