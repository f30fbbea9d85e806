//! Network namespaces as file descriptors. No names, so nothing is left when the process dies.

use nix::sched::{CloneFlags, setns, unshare};
use std::{
    fs::File,
    io,
    os::fd::{AsRawFd, RawFd},
    rc::Rc,
};

/// A network namespace, held open.
#[derive(Clone, Debug)]
pub struct Netns(Rc<File>);

/// Brings the thread home, also when the visit panics.
struct Home<'a>(&'a Netns);

impl Drop for Home<'_> {
    fn drop(&mut self) {
        // Staying in a foreign namespace would corrupt everything that follows.
        setns(&*self.0.0, CloneFlags::CLONE_NEWNET)
            .expect("the namespace we came from is held open by us");
    }
}

impl Netns {
    /// The one this thread is in.
    pub fn current() -> io::Result<Self> {
        Ok(Self(Rc::new(File::open("/proc/thread-self/ns/net")?)))
    }

    /// A new one; the thread stays where it is.
    pub fn new(home: &Self) -> io::Result<Self> {
        unshare(CloneFlags::CLONE_NEWNET)?;
        let _home = Home(home);
        Self::current()
    }

    /// Runs something in it. Sockets opened and programs started there belong to it. Must not be
    /// held across a suspension: the thread has one namespace.
    pub fn within<T>(&self, home: &Self, visit: impl FnOnce() -> T) -> io::Result<T> {
        setns(&*self.0, CloneFlags::CLONE_NEWNET)?;
        let _home = Home(home);
        Ok(visit())
    }

    /// For a process that is to enter it.
    pub fn file(&self) -> &File {
        &self.0
    }

    /// For netlink messages.
    pub fn fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}
