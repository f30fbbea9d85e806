//! The process a lab lives in: holds every namespace and every server's sockets, and answers on
//! a Unix socket. When it ends, however it ends, the kernel removes the lab.

mod agent;
mod balancer;
mod counters;
mod doors;
pub(crate) mod enter;
mod fabric;
mod firewall;
mod keeper;
mod log;
mod look;
mod names;
mod off;
mod postgres;
mod prober;
mod program;
mod pulse;
mod raw;
pub(crate) mod relay;
mod rules_seen;
mod serve;
mod services;
mod shape;
mod shell;
mod space;
pub(crate) mod store;
mod watch;

use std::{path::PathBuf, process::ExitCode};

use crate::HOLDER_ARGUMENT as ARGUMENT;

/// What a holder is told at its start.
#[derive(Clone, Debug)]
struct Settings {
    socket: PathBuf,
    design: String,
    environment: String,
    ttl: Option<u64>,
}

/// Runs a holder with the arguments behind [`ARGUMENT`]. Call it first thing in `main`: it must
/// come before any thread exists, or the kernel refuses a user namespace.
pub fn main(arguments: impl Iterator<Item = String>) -> ExitCode {
    let Some(settings) = settings(arguments) else {
        eprintln!("usage: {ARGUMENT} SOCKET DESIGN ENVIRONMENT [TTL-SECONDS]");
        return ExitCode::from(2);
    };
    match run(&settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            println!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn settings(mut arguments: impl Iterator<Item = String>) -> Option<Settings> {
    Some(Settings {
        socket: PathBuf::from(arguments.next()?),
        design: arguments.next()?,
        environment: arguments.next()?,
        ttl: match arguments.next() {
            Some(text) => Some(text.parse().ok()?),
            None => None,
        },
    })
}

fn run(settings: &Settings) -> Result<(), String> {
    let doors = doors::Doors::before_entering().map_err(|error| format!("no doors: {error}"))?;
    enter::enter().map_err(|error| crate::available::refused(&error))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("cannot start: {error}"))?;
    let local = tokio::task::LocalSet::new();
    let ended = local.block_on(&runtime, serve::serve(settings, doors));
    // The tasks hold sockets of namespaces; the process ends here and takes all with it.
    std::mem::forget(local);
    runtime.shutdown_background();
    ended
}
