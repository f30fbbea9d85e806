//! The product from outside: the facade, the command line, the browser's door, and everything bad
//! that can be fed to them. Needs a built `groundplan`; draws no conclusions about inner parts.

#![expect(clippy::unwrap_used, reason = "a test program: a surprise should stop it")]

mod bad_input;
mod bad_machine;
mod browser;
mod command_line;
mod crash;
mod deployment;
mod desk;
#[cfg(target_os = "linux")]
mod docker;
mod drawn;
mod drift;
mod drift_facade;
mod editing;
mod figures;
#[cfg(target_os = "linux")]
mod inside;
mod kill_points;
mod labs;
mod place;
mod recovery;
mod runs;
mod same_lists;
mod story;
mod template;
#[cfg(target_os = "linux")]
mod window;
