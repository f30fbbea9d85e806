//! Whether there is a display that a window can be shown on: named, and answering. GTK ends the
//! process with a panic where there is none; we say it in words before. `cargo xtask run` asks too.

/// Why there is none; other systems always have one.
#[cfg(not(target_os = "linux"))]
pub fn missing() -> Option<String> {
    None
}

#[cfg(target_os = "linux")]
pub use linux::missing;

#[cfg(target_os = "linux")]
mod linux {
    use std::{
        env,
        net::{TcpStream, ToSocketAddrs as _},
        os::{
            linux::net::SocketAddrExt as _,
            unix::net::{SocketAddr, UnixStream},
        },
        path::{Path, PathBuf},
        time::Duration,
    };

    const PATIENCE: Duration = Duration::from_secs(3);

    /// Why there is none.
    pub fn missing() -> Option<String> {
        let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
        let (wayland, x11) = (set("WAYLAND_DISPLAY"), set("DISPLAY"));
        if wayland.as_deref().is_some_and(wayland_answers)
            || x11.as_deref().is_some_and(x11_answers)
        {
            return None;
        }
        Some(match wayland.or(x11) {
            Some(name) => format!("the display “{name}” does not answer"),
            None => "there is no display".to_owned(),
        })
    }

    fn wayland_answers(name: &str) -> bool {
        let folder = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).unwrap_or_default();
        UnixStream::connect(folder.join(name)).is_ok()
    }

    /// `:0`, `:0.1`, `host:10.0`.
    fn x11_answers(name: &str) -> bool {
        let Some((host, number)) = name.rsplit_once(':') else { return false };
        let Some(number) = number.split('.').next().and_then(|n| n.parse::<u16>().ok()) else {
            return false;
        };
        if host.is_empty() || host == "unix" || host.ends_with("/unix") {
            let path = format!("/tmp/.X11-unix/X{number}");
            return UnixStream::connect(Path::new(&path)).is_ok()
                || SocketAddr::from_abstract_name(&path)
                    .is_ok_and(|address| UnixStream::connect_addr(&address).is_ok());
        }
        let port = 6000_u16.saturating_add(number);
        (host, port).to_socket_addrs().is_ok_and(|mut found| {
            found.any(|at| TcpStream::connect_timeout(&at, PATIENCE).is_ok())
        })
    }

    #[cfg(test)]
    mod tests {
        use super::{wayland_answers, x11_answers};
        use std::{
            net::TcpListener,
            os::{linux::net::SocketAddrExt as _, unix::net},
        };

        #[test]
        fn a_display_is_there_when_something_listens() {
            // Numbers that no real display has.
            let mut port = (0..200).map(|n| 6000 + 40_000 + n);
            let listener = port.find_map(|at| TcpListener::bind(("127.0.0.1", at)).ok());
            let number =
                listener.as_ref().expect("a port").local_addr().expect("it has one").port() - 6000;
            assert!(x11_answers(&format!("127.0.0.1:{number}.0")));
            drop(listener);
            assert!(!x11_answers(&format!("127.0.0.1:{number}.0")));

            let number = 30_000 + std::process::id() % 30_000;
            assert!(!x11_answers(&format!(":{number}")));
            let address = net::SocketAddr::from_abstract_name(format!("/tmp/.X11-unix/X{number}"));
            let _listener = net::UnixListener::bind_addr(&address.expect("a name")).expect("bound");
            assert!(x11_answers(&format!(":{number}")));
            assert!(x11_answers(&format!("unix:{number}.0")));
        }

        #[test]
        fn a_name_that_is_none_does_not_answer() {
            for name in ["", "0", ":", ":x", "wayland"] {
                assert!(!x11_answers(name), "{name}");
            }
            assert!(!wayland_answers("/nowhere/wayland-0"));
        }
    }
}
