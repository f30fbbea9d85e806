//! A lab's socket as a name in the file system. Whoever makes or removes one holds the lock of its
//! folder meanwhile, so that nobody takes a living holder's name away. Speaks to no holder.

use std::{
    fs::{self, File},
    io,
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
};

/// The folder of a lab's volumes, beside its socket.
pub(crate) fn folder(socket: &Path) -> PathBuf {
    socket.with_extension("d")
}

/// The lock of the folder that a socket is in; given back when it is dropped.
pub(crate) struct Lock<'a> {
    socket: &'a Path,
    _folder: File,
}

impl<'a> Lock<'a> {
    /// Waits for whoever has it: they need it for an instant.
    pub(crate) fn take(socket: &'a Path) -> io::Result<Self> {
        let folder = File::open(socket.parent().unwrap_or(Path::new("/")))?;
        folder.lock()?;
        Ok(Self { socket, _folder: folder })
    }

    /// Takes away what a killed holder left. False: somebody listens, and nothing is touched.
    pub(crate) fn clean(&self) -> bool {
        let gone = match UnixStream::connect(self.socket) {
            Ok(_) => false,
            // Under the lock nobody is between getting the name and listening.
            Err(error) => is_gone(&error),
        };
        if gone {
            self.remove();
        }
        gone
    }

    /// Takes socket and folder away, whoever has them.
    pub(crate) fn remove(&self) {
        let _ = fs::remove_file(self.socket);
        let _ = fs::remove_dir_all(folder(self.socket));
    }
}

/// Whether a failed connection means that nobody is there.
pub(crate) fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused)
}

/// Takes away what a killed holder left, unless somebody listens by now.
pub(crate) fn clean(socket: &Path) -> bool {
    // Without a folder there is nothing to take away.
    Lock::take(socket).is_ok_and(|lock| lock.clean())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;

    #[test]
    fn what_a_dead_holder_left_goes_and_what_a_living_one_has_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("lab.sock");
        drop(UnixListener::bind(&socket).expect("a socket"));
        fs::create_dir(super::folder(&socket)).expect("a folder");
        assert!(clean(&socket));
        assert_eq!(fs::read_dir(folder.path()).expect("readable").count(), 0);
        let _living = UnixListener::bind(&socket).expect("a socket");
        assert!(!clean(&socket) && socket.exists());
    }

    #[test]
    fn a_name_that_somebody_took_meanwhile_is_not_taken_away() {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("lab.sock");
        drop(UnixListener::bind(&socket).expect("a socket"));
        let lock = Lock::take(&socket).expect("free");
        let cleaning = std::thread::spawn({
            let socket = socket.clone();
            move || clean(&socket)
        });
        std::thread::sleep(std::time::Duration::from_millis(50));
        lock.remove();
        let _living = UnixListener::bind(&socket).expect("a socket");
        drop(lock);
        assert!(!cleaning.join().expect("it ends") && socket.exists());
    }
}
