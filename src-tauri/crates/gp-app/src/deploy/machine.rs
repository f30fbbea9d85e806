//! This machine, as far as leases have to know it: its clock, and which of its processes live.

use gp_plan::store::{Holder, Life, Machine};
use jiff::Timestamp;
use std::{fs, path::Path};

/// The real one. Processes are seen where the system shows them as files.
pub struct ThisMachine;

impl ThisMachine {
    /// This process as a holder of leases, under a name of its own.
    pub fn holder(name: String) -> Holder {
        Holder { name, life: own_life() }
    }
}

impl Machine for ThisMachine {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    fn lives(&self, life: &Life) -> Option<bool> {
        let own = own_life()?;
        if life.machine != own.machine {
            return None;
        }
        if life.boot != own.boot {
            return Some(false);
        }
        // A container has numbers of its own: what is 12 there is somebody else here.
        (life.space == own.space).then(|| started(life.process) == Some(life.started))
    }
}

/// This process, told from every other one.
fn own_life() -> Option<Life> {
    let process = std::process::id();
    let started = started(process)?;
    let read = |path: &str| fs::read_to_string(path).map(|text| text.trim().to_owned());
    let space = fs::read_link("/proc/self/ns/pid").ok()?.to_string_lossy().into_owned();
    Some(Life {
        machine: read("/etc/machine-id").unwrap_or_default(),
        boot: read("/proc/sys/kernel/random/boot_id").ok()?,
        space,
        process,
        started,
    })
}

/// When a process was started, in ticks since the boot; none where there is none. One that ended and was not
/// buried yet by who started it works no more.
fn started(process: u32) -> Option<u64> {
    let stat =
        fs::read_to_string(Path::new("/proc").join(process.to_string()).join("stat")).ok()?;
    // The name may hold anything, brackets and spaces too: what is counted begins behind its last bracket.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ended = matches!(*fields.first()?, "Z" | "X");
    if ended { None } else { fields.get(19)?.parse().ok() }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use super::*;
    use std::process::Command;

    fn of(process: u32) -> Option<Life> {
        Some(Life { process, started: started(process)?, ..own_life()? })
    }

    #[test]
    fn we_live() {
        let own = own_life().expect("Linux shows its processes");
        assert_eq!(ThisMachine.lives(&own), Some(true));
    }

    #[test]
    fn a_process_that_ended_does_not_live_buried_or_not() {
        let mut child = Command::new("sleep").arg("60").spawn().expect("there is a sleep");
        let life = of(child.id()).expect("it is shown");
        assert_eq!(ThisMachine.lives(&life), Some(true));
        child.kill().expect("it is ours");
        let began = std::time::Instant::now();
        while ThisMachine.lives(&life) == Some(true) && began.elapsed().as_secs() < 20 {
            std::thread::yield_now();
        }
        assert_eq!(ThisMachine.lives(&life), Some(false), "not buried");
        child.wait().expect("it is ours");
        assert_eq!(ThisMachine.lives(&life), Some(false), "buried");
    }

    #[test]
    fn a_number_that_is_used_again_is_another_process() {
        let own = own_life().expect("Linux shows its processes");
        let earlier = Life { started: own.started - 1, ..own.clone() };
        assert_eq!(ThisMachine.lives(&earlier), Some(false));
        let boot = Life { boot: "an earlier one".into(), ..own.clone() };
        assert_eq!(ThisMachine.lives(&boot), Some(false));
        let elsewhere = Life { machine: "another one".into(), ..own.clone() };
        assert_eq!(ThisMachine.lives(&elsewhere), None);
        let container = Life { space: "pid:[1]".into(), ..own };
        assert_eq!(ThisMachine.lives(&container), None);
    }
}
