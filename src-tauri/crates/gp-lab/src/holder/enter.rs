//! Into a network namespace of the lab's own, as root or as anybody.
//!
//! The kernel gives a user namespace only to a process without threads, and a program that links a web
//! view has one before its `main` begins. So the way in starts between the fork and the program
//! ([`on_the_way`]), where there is one thread, and [`enter`] does what is left of it.

use caps::{CapSet, Capability, CapsHashSet};
use nix::{
    errno::Errno,
    sched::{CloneFlags, unshare},
    sys::resource::{Resource, getrlimit, setrlimit},
    unistd::{getgid, getuid, setsid},
};
use std::{fs, io};
use tokio::process::Command;

/// Leaves the terminal's session, the user's namespace (where needed) and the host's network.
pub fn enter() -> io::Result<()> {
    // Fails only for a group leader, which has no terminal to lose.
    let _ = setsid();
    more_files();
    match unshare(CloneFlags::CLONE_NEWNET) {
        Ok(()) => {}
        Err(Errno::EPERM) => {
            Maps::new().enter()?;
            unshare(CloneFlags::CLONE_NEWNET)?;
        }
        Err(error) => return Err(error.into()),
    }
    keep_capabilities()
}

/// Has the program that this command starts begin in a user namespace of its own, if it needs one for a
/// lab. Where that is refused it starts as it is, and says so itself.
#[allow(unsafe_code, reason = "nothing else runs between the fork and the program")]
pub fn on_the_way(command: &mut Command) {
    // All that needs memory is made before the fork.
    let maps = Maps::new();
    let kept: CapsHashSet = NEEDED.into_iter().collect();
    let go = move || {
        if unshare(CloneFlags::CLONE_NEWNET) == Err(Errno::EPERM) && maps.enter().is_ok() {
            // Capabilities of somebody who is not root outlive the start of a program only so.
            let _ = caps::set(None, CapSet::Inheritable, &kept);
            for capability in NEEDED {
                let _ = caps::raise(None, CapSet::Ambient, capability);
            }
        }
        Ok(())
    };
    // SAFETY: between fork and exec it makes system calls and nothing else: it takes no memory, but for
    // the words of an error of `caps`, and no lock.
    unsafe {
        command.pre_exec(go);
    }
}

/// What the holder needs to make namespaces, links, filters and listeners.
const NEEDED: [Capability; 4] = [
    Capability::CAP_SYS_ADMIN,
    Capability::CAP_NET_ADMIN,
    Capability::CAP_NET_RAW,
    Capability::CAP_NET_BIND_SERVICE,
];

/// The user is mapped to itself: programs that refuse root still run.
struct Maps {
    users: String,
    groups: String,
}

impl Maps {
    fn new() -> Self {
        let (user, group) = (getuid(), getgid());
        Self { users: format!("{user} {user} 1"), groups: format!("{group} {group} 1") }
    }

    /// Into a user namespace of one's own.
    fn enter(&self) -> io::Result<()> {
        unshare(CloneFlags::CLONE_NEWUSER)?;
        fs::write("/proc/self/setgroups", "deny")?;
        fs::write("/proc/self/uid_map", &self.users)?;
        fs::write("/proc/self/gid_map", &self.groups)
    }
}

/// Without root's id a program we start (`nft`) would lose what we may; ambient ones stay.
fn keep_capabilities() -> io::Result<()> {
    let wanted: CapsHashSet =
        [Capability::CAP_NET_ADMIN, Capability::CAP_NET_RAW, Capability::CAP_NET_BIND_SERVICE]
            .into_iter()
            .collect();
    let failed = |error: caps::errors::CapsError| io::Error::other(error.to_string());
    let held = caps::read(None, CapSet::Permitted).map_err(failed)?;
    let kept: CapsHashSet = wanted.intersection(&held).copied().collect();
    caps::set(None, CapSet::Inheritable, &kept).map_err(failed)?;
    for capability in kept {
        caps::raise(None, CapSet::Ambient, capability).map_err(failed)?;
    }
    Ok(())
}

/// Thousands of probes are under way at once.
fn more_files() {
    if let Ok((_, most)) = getrlimit(Resource::RLIMIT_NOFILE) {
        let _ = setrlimit(Resource::RLIMIT_NOFILE, most, most);
    }
}
