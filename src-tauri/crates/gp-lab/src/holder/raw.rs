//! System calls that have no safe name in our libraries, each behind a safe one. Used between the fork and the
//! program by [`super::program`].
#![allow(unsafe_code, reason = "system calls without a safe name; each says why it is sound")]

use nix::{
    errno::Errno,
    libc,
    sys::{
        prctl,
        signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction},
    },
    unistd::{ForkResult, Pid, fork},
};
use std::{
    ffi::CString,
    io,
    os::{
        fd::{AsFd, AsRawFd, FromRawFd, OwnedFd},
        unix::ffi::OsStrExt,
    },
    path::Path,
    sync::atomic::{AtomicI32, Ordering},
};

/// A fork of a process with one thread.
pub fn forked() -> io::Result<ForkResult> {
    // SAFETY: called in the child of a process with one thread only: no lock is held by anybody else.
    Ok(unsafe { fork()? })
}

/// Ends this process at once: nothing of the one that it is a copy of is cleared up.
pub fn exit(code: i32) -> ! {
    // SAFETY: `_exit` takes any number and runs nothing.
    unsafe { libc::_exit(code) }
}

/// The kernel ends this process when its parent does.
pub fn dies_with_parent() -> io::Result<()> {
    Ok(prctl::set_pdeathsig(Signal::SIGKILL)?)
}

/// The process that the guard passes a request to end on to.
static FIRST: AtomicI32 = AtomicI32::new(0);

extern "C" fn end_first(_signal: libc::c_int) {
    // SAFETY: `kill` may be called in a signal handler.
    unsafe { libc::kill(FIRST.load(Ordering::Relaxed), libc::SIGKILL) };
}

/// Whoever asks this process to end, ends that one.
pub fn pass_termination_on(first: Pid) {
    FIRST.store(first.as_raw(), Ordering::Relaxed);
    let action =
        SigAction::new(SigHandler::Handler(end_first), SaFlags::SA_RESTART, SigSet::empty());
    // SAFETY: the handler makes one system call that may be made there.
    let _ = unsafe { sigaction(Signal::SIGTERM, &action) };
}

/// The holder's handlers would write into its own pipe.
pub fn forget_signals() -> io::Result<()> {
    let default = SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty());
    for signal in [Signal::SIGCHLD, Signal::SIGTERM] {
        // SAFETY: the default needs no function of ours.
        unsafe { sigaction(signal, &default)? };
    }
    Ok(())
}

/// A descriptor by which others see that this process has ended.
pub fn handle_of_myself() -> io::Result<OwnedFd> {
    // SAFETY: takes numbers only; the descriptor that comes back is nobody else's.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, libc::getpid(), 0) };
    owned(fd)
}

/// Whether the process of that descriptor has.
pub fn has_ended(process: &OwnedFd) -> bool {
    let mut asked = libc::pollfd { fd: process.as_raw_fd(), events: libc::POLLIN, revents: 0 };
    // SAFETY: one entry, which lives as long as the call.
    unsafe { libc::poll(&raw mut asked, 1, 0) > 0 }
}

/// Closes every descriptor from this number on.
pub fn close_from(first: u32) {
    // SAFETY: the caller, which never returns, uses none of them any more.
    let _ = unsafe { libc::syscall(libc::SYS_close_range, first, u32::MAX, 0) };
}

/// The same, but for one of them.
pub fn close_from_but(first: u32, kept: &OwnedFd) {
    let kept = kept.as_raw_fd().cast_unsigned();
    // SAFETY: as above; that one stays open.
    unsafe {
        if kept > first {
            libc::syscall(libc::SYS_close_range, first, kept - 1, 0);
        }
        libc::syscall(libc::SYS_close_range, kept + 1, u32::MAX, 0);
    }
}

/// Every descriptor but the three of the program is closed when it starts.
pub fn close_with_the_program() {
    const CLOSE_LATER: u32 = 4;
    // SAFETY: marks descriptors, and closes none.
    let _ = unsafe { libc::syscall(libc::SYS_close_range, 3, u32::MAX, CLOSE_LATER) };
}

/// What this machine is called from here on.
pub fn call_machine(name: &str) -> io::Result<()> {
    // SAFETY: the text lives as long as the call, which is told its length.
    Errno::result(unsafe { libc::sethostname(name.as_ptr().cast(), name.len()) })?;
    Ok(())
}

/// Makes the terminal at the standard input this session's.
pub fn take_terminal() -> io::Result<()> {
    // SAFETY: takes numbers only.
    Errno::result(unsafe { libc::ioctl(0, libc::TIOCSCTTY, 0) })?;
    Ok(())
}

/// A mount of a file or folder that stands nowhere yet.
pub fn copy_of_place(place: &Path) -> io::Result<OwnedFd> {
    let path = c_path(place)?;
    let flags = libc::OPEN_TREE_CLONE | libc::O_CLOEXEC.cast_unsigned();
    // SAFETY: the path ends with a zero and lives as long as the call; what comes back is nobody else's.
    let fd = unsafe { libc::syscall(libc::SYS_open_tree, libc::AT_FDCWD, path.as_ptr(), flags) };
    owned(fd)
}

/// Puts it over another place.
pub fn put_over(copy: &OwnedFd, place: &Path) -> io::Result<()> {
    let (empty, path) = (CString::default(), c_path(place)?);
    // SAFETY: both paths end with a zero and live as long as the call.
    let moved = unsafe {
        libc::syscall(
            libc::SYS_move_mount,
            copy.as_fd().as_raw_fd(),
            empty.as_ptr(),
            libc::AT_FDCWD,
            path.as_ptr(),
            libc::MOVE_MOUNT_F_EMPTY_PATH,
        )
    };
    Errno::result(moved)?;
    Ok(())
}

/// What is mounted here can be written by nobody any more.
pub fn make_all_read_only() -> io::Result<()> {
    const WHOLE_TREE: libc::c_int = 0x8000;
    let root = CString::new("/").unwrap_or_default();
    // SAFETY: a struct of numbers, for which zero means that nothing is asked.
    let mut wanted: libc::mount_attr = unsafe { std::mem::zeroed() };
    wanted.attr_set = libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID;
    // SAFETY: path and struct live as long as the call, which is told the struct's size.
    let set = unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            libc::AT_FDCWD,
            root.as_ptr(),
            WHOLE_TREE,
            &raw const wanted,
            size_of::<libc::mount_attr>(),
        )
    };
    Errno::result(set)?;
    Ok(())
}

fn c_path(path: &Path) -> io::Result<CString> {
    CString::new(path.as_os_str().as_bytes()).map_err(io::Error::other)
}

fn owned(fd: libc::c_long) -> io::Result<OwnedFd> {
    let fd = Errno::result(fd)?;
    let fd = i32::try_from(fd).map_err(io::Error::other)?;
    // SAFETY: the kernel has just given it to us.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}
