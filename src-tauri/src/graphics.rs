//! How the web view composites, chosen before GTK starts. Without a GPU, WebKitGTK's own way paints a
//! third as many frames as the one without shared buffers; see .github/decisions.

use std::{env, fs, process::Command};

const VARIABLE: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Starts this program anew with the faster way, where that is one. Comes back where it is not, or is
/// chosen already. Anew, because a process cannot safely change its own environment.
pub fn choose() {
    let folder = fs::read_dir("/dev/dri").into_iter().flatten().flatten();
    let devices: Vec<_> = folder.map(|entry| entry.file_name()).collect();
    let devices: Vec<_> = devices.iter().filter_map(|name| name.to_str()).collect();
    // Tests bring their own interface: they look at WebKit as it comes.
    let chosen = [VARIABLE, "GROUNDPLAN_INTERFACE"].iter().any(|name| env::var_os(name).is_some());
    if chosen || has_gpu(&devices) {
        return;
    }
    if let Err(error) = start_anew() {
        eprintln!("groundplan-desktop: drawing will be slow: {error}");
    }
}

/// A node for rendering, as the kernel makes one for every GPU that a program may use.
fn has_gpu(devices: &[&str]) -> bool {
    devices.iter().any(|name| name.starts_with("renderD"))
}

/// In place of this process: same number, same arguments.
fn start_anew() -> std::io::Result<()> {
    use std::os::unix::process::CommandExt as _;
    let mut arguments = env::args_os();
    let mut command = Command::new(env::current_exe()?);
    if let Some(name) = arguments.next() {
        command.arg0(name);
    }
    Err(command.args(arguments).env(VARIABLE, "1").exec())
}

#[cfg(test)]
mod tests {
    use super::has_gpu;

    #[test]
    fn a_render_node_is_a_gpu() {
        assert!(has_gpu(&["card0", "renderD128"]));
        assert!(!has_gpu(&["card0", "by-path"]), "a virtual screen that only shows");
        assert!(!has_gpu(&[]));
    }
}
