//! Whether a lab can run on this machine, and if not, which setting or package is in the way.

use std::{
    io,
    path::{Path, PathBuf},
};

/// Why there can be no lab here, with the way out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Unavailable {
    /// Names the setting and the way out.
    pub message: String,
}

/// What to do where there is no Linux.
pub(crate) const NOT_LINUX: &str = "the lab needs Linux, or Docker: set the environment's provider to docker; everything else works here";

/// What was looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The kernel is Linux.
    pub linux: bool,
    /// The user is root.
    pub root: bool,
    /// Where `nft` is.
    pub nft: Option<PathBuf>,
    /// `kernel.unprivileged_userns_clone`, where the kernel has it.
    pub userns_clone: Option<u64>,
    /// `kernel.apparmor_restrict_unprivileged_userns`, where the kernel has it.
    pub apparmor: Option<u64>,
    /// `user.max_user_namespaces`.
    pub most_user_namespaces: Option<u64>,
    /// Whether the kernel has network namespaces.
    pub network_namespaces: bool,
}

/// Whether a lab can run here.
pub fn available() -> Result<(), Unavailable> {
    judge(&facts())
}

/// Looks the facts up.
pub fn facts() -> Facts {
    let number = |path: &str| std::fs::read_to_string(path).ok()?.trim().parse().ok();
    Facts {
        linux: cfg!(target_os = "linux"),
        root: is_root(),
        nft: find_nft(),
        userns_clone: number("/proc/sys/kernel/unprivileged_userns_clone"),
        apparmor: number("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
        most_user_namespaces: number("/proc/sys/user/max_user_namespaces"),
        network_namespaces: Path::new("/proc/self/ns/net").exists(),
    }
}

/// What the facts mean.
pub fn judge(facts: &Facts) -> Result<(), Unavailable> {
    let message = if !facts.linux {
        NOT_LINUX
    } else if !facts.network_namespaces {
        "this kernel has no network namespaces: start one that is built with CONFIG_NET_NS"
    } else if facts.nft.is_none() {
        "the lab needs the program nft; install it with `sudo apt install nftables`"
    } else if facts.root {
        return Ok(());
    } else if facts.userns_clone == Some(0) {
        "user namespaces are forbidden here: run `sudo sysctl kernel.unprivileged_userns_clone=1`, \
         or set the environment's provider to docker, or deploy as root with `sudo groundplan deploy`"
    } else if facts.most_user_namespaces == Some(0) {
        "user namespaces are forbidden here: run `sudo sysctl user.max_user_namespaces=10000`, \
         or set the environment's provider to docker, or deploy as root with `sudo groundplan deploy`"
    } else if facts.apparmor.is_some_and(|value| value != 0) {
        "AppArmor forbids user namespaces here: run \
         `sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0`, \
         or set the environment's provider to docker, or deploy as root with `sudo groundplan deploy`"
    } else {
        return Ok(());
    };
    Err(Unavailable { message: message.to_owned() })
}

/// The message for a kernel that refused a namespace although nothing we know forbids it.
pub fn refused(error: &io::Error) -> String {
    match available() {
        Err(unavailable) => unavailable.message,
        Ok(()) => format!(
            "the kernel refused a network namespace ({error}): a container or a security module \
             forbids it; start Groundplan outside of it, or set the environment's provider to docker"
        ),
    }
}

/// `nft` on the path, or where Debian puts it for root only.
pub fn find_nft() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).collect::<Vec<_>>();
    let usual = ["/usr/sbin", "/sbin", "/usr/local/sbin"].map(PathBuf::from);
    folders.into_iter().chain(usual).map(|folder| folder.join("nft")).find(|file| file.is_file())
}

#[cfg(target_os = "linux")]
fn is_root() -> bool {
    nix::unistd::geteuid().is_root()
}

#[cfg(not(target_os = "linux"))]
fn is_root() -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Facts {
        Facts {
            linux: true,
            root: false,
            nft: Some(PathBuf::from("/usr/sbin/nft")),
            userns_clone: None,
            apparmor: None,
            most_user_namespaces: Some(1000),
            network_namespaces: true,
        }
    }

    fn check_refused(facts: &Facts, words: &str) {
        let said = judge(facts).expect_err("must be refused").message;
        assert!(said.contains(words), "{said:?} does not say {words:?}");
        assert!(!said.contains("driver"), "no other driver is there to be used: {said:?}");
    }

    #[test]
    fn each_obstacle_is_named_with_the_way_out() {
        check_refused(&Facts { linux: false, ..good() }, "provider to docker");
        check_refused(&Facts { network_namespaces: false, ..good() }, "no network namespaces");
        check_refused(&Facts { nft: None, ..good() }, "apt install nftables");
        check_refused(&Facts { userns_clone: Some(0), ..good() }, "unprivileged_userns_clone=1");
        check_refused(&Facts { userns_clone: Some(0), ..good() }, "provider to docker");
        check_refused(
            &Facts { apparmor: Some(1), ..good() },
            "apparmor_restrict_unprivileged_userns=0",
        );
        check_refused(
            &Facts { most_user_namespaces: Some(0), ..good() },
            "max_user_namespaces=10000",
        );
    }

    #[test]
    fn a_good_machine_and_root_are_let_in() {
        assert_eq!(judge(&good()), Ok(()));
        let settings = Facts { userns_clone: Some(1), apparmor: Some(0), ..good() };
        assert_eq!(judge(&settings), Ok(()));
        let root = Facts { root: true, userns_clone: Some(0), apparmor: Some(1), ..good() };
        assert_eq!(judge(&root), Ok(()));
    }
}
