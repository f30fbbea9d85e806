//! A holder by itself, for the crate's own tests and benchmark. The app and the command line
//! offer the same entry in their own programs. With `GP_LAB_HOLDER_THREADED` there is a thread before it
//! begins, as in a program that links a web view.

use std::{env, process::ExitCode, thread};

fn main() -> ExitCode {
    #[cfg(target_os = "linux")]
    if let Some(ended) = gp_lab::store_if_asked() {
        return ended;
    }
    if env::var_os("GP_LAB_HOLDER_THREADED").is_some() {
        thread::spawn(thread::park);
    }
    // A caller may name the entry as it would with the real programs.
    let arguments = env::args().skip(1).skip_while(|word| word == gp_lab::HOLDER_ARGUMENT);
    gp_lab::holder_main(arguments)
}
