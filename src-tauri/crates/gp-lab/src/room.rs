//! Whether this machine has room for a lab: open files, namespaces, memory. Said before anything is built.

use crate::blueprint::Blueprint;

/// What a namespace takes of the kernel's memory, with its end of a cable, its routes and rules; measured
/// in November 2026 on Linux 6.18 with labs of 500 and 1,000 servers.
const KILOBYTES_EACH: u64 = 450;

/// Files of the holder itself, and of the connections that it tries at once.
const FILES_BESIDE: u64 = 3000;

/// What a lab takes, or a machine has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Files open at once, in one process.
    pub files: u64,
    /// Network namespaces.
    pub namespaces: u64,
    /// Memory in kilobytes.
    pub kilobytes: u64,
}

impl Room {
    /// What a lab of this blueprint takes.
    pub fn needed(blueprint: &Blueprint) -> Self {
        let namespaces = blueprint.spaces.len() as u64;
        let served = blueprint.spaces.values().flat_map(|space| &space.listeners);
        let sockets: u64 = served.map(|listener| listener.served().len() as u64).sum();
        Self {
            // Of each namespace itself and a way to talk of it with the kernel.
            files: 2 * namespaces + sockets + FILES_BESIDE,
            namespaces,
            kilobytes: namespaces * KILOBYTES_EACH,
        }
    }

    /// What this machine has; what cannot be found out is no limit.
    pub fn here() -> Self {
        let read = |path: &str| std::fs::read_to_string(path).ok();
        let namespaces = read("/proc/sys/user/max_net_namespaces");
        let memory = read("/proc/meminfo");
        let available = memory.as_deref().unwrap_or_default().lines().find_map(|line| {
            line.strip_prefix("MemAvailable:")?.trim().trim_end_matches(" kB").parse().ok()
        });
        Self {
            files: most_files().unwrap_or(u64::MAX),
            namespaces: namespaces.and_then(|n| n.trim().parse().ok()).unwrap_or(u64::MAX),
            kilobytes: available.unwrap_or(u64::MAX),
        }
    }

    /// What of it is not there, in words with the way out; none: it fits.
    pub fn missing(self, here: Self) -> Option<String> {
        let gigabytes = |kilobytes: u64| format!("{:.1} GB", kilobytes as f64 / 1e6);
        let Self { files, namespaces, kilobytes } = self;
        if namespaces > here.namespaces {
            let most = here.namespaces;
            return Some(format!(
                "the lab needs {namespaces} network namespaces and this machine allows {most}: run \
                 `sudo sysctl user.max_net_namespaces={}`, or deploy a part of the drawing",
                namespaces * 2
            ));
        }
        if files > here.files {
            let most = here.files;
            return Some(format!(
                "the lab needs {files} open files and one program may have {most} here: raise the limit (`ulimit \
                 -Hn`, or LimitNOFILE of your session), or deploy a part of the drawing"
            ));
        }
        // A machine that is full to the brim answers no probe in time.
        if kilobytes > here.kilobytes / 10 * 9 {
            let (needed, free) = (gigabytes(kilobytes), gigabytes(here.kilobytes));
            return Some(format!(
                "the lab needs about {needed} of memory and {free} are free here: close something, or deploy a part \
                 of the drawing"
            ));
        }
        None
    }
}

#[cfg(target_os = "linux")]
fn most_files() -> Option<u64> {
    use nix::sys::resource::{Resource, getrlimit};
    getrlimit(Resource::RLIMIT_NOFILE).ok().map(|(_, most)| most)
}

#[cfg(not(target_os = "linux"))]
fn most_files() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Room = Room { files: 20_000, namespaces: 50_000, kilobytes: 8_000_000 };

    fn check(needed: Room, words: Option<&str>) {
        let said = needed.missing(HERE);
        match words {
            None => assert_eq!(said, None),
            Some(words) => {
                assert!(said.as_deref().is_some_and(|it| it.contains(words)), "{said:?}")
            }
        }
    }

    #[test]
    fn what_is_missing_is_named_with_the_way_out() {
        let small = Room { files: 5000, namespaces: 1000, kilobytes: 450_000 };
        check(small, None);
        check(
            Room { files: 33_000, ..small },
            Some("33000 open files and one program may have 20000"),
        );
        check(Room { namespaces: 60_000, ..small }, Some("user.max_net_namespaces=120000"));
        check(Room { kilobytes: 7_500_000, ..small }, Some("7.5 GB of memory and 8.0 GB are free"));
    }

    #[test]
    fn this_machine_has_room_for_a_little() {
        let one = Room::needed(&Blueprint::default());
        assert_eq!(one.missing(Room::here()), None, "{:?}", Room::here());
    }
}
