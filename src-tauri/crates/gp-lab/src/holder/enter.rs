//! Into a network namespace of the lab's own, as root or as anybody.

use caps::{CapSet, Capability, CapsHashSet};
use nix::{
    errno::Errno,
    sched::{CloneFlags, unshare},
    sys::resource::{Resource, getrlimit, setrlimit},
    unistd::{getgid, getuid, setsid},
};
use std::{fs, io};

/// Leaves the terminal's session, the user's namespace (where needed) and the host's network.
pub fn enter() -> io::Result<()> {
    // Fails only for a group leader, which has no terminal to lose.
    let _ = setsid();
    more_files();
    match unshare(CloneFlags::CLONE_NEWNET) {
        Ok(()) => {}
        Err(Errno::EPERM) => {
            own_user_namespace()?;
            unshare(CloneFlags::CLONE_NEWNET)?;
        }
        Err(error) => return Err(error.into()),
    }
    keep_capabilities()
}

/// The user is mapped to itself: programs that refuse root still run.
fn own_user_namespace() -> io::Result<()> {
    let (user, group) = (getuid(), getgid());
    unshare(CloneFlags::CLONE_NEWUSER)?;
    fs::write("/proc/self/setgroups", "deny")?;
    fs::write("/proc/self/uid_map", format!("{user} {user} 1"))?;
    fs::write("/proc/self/gid_map", format!("{group} {group} 1"))
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
