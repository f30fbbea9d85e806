//! Judges of exports: the providers' own schemas, formatters, linters and an emulator look at what
//! we write; and the judges themselves are tried with broken exports.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read files and run tools"
)]

mod access_logs;
mod accounts;
mod addresses;
mod analytics;
mod edge;
mod emulator;
mod firewall;
mod golden;
mod growth;
mod hcl_judge;
mod hcl_schema;
mod hostile;
mod left_out;
mod listeners;
mod lock;
mod modules;
mod naming;
mod places;
mod pods;
mod raw;
mod recovery;
mod regions;
mod registry;
mod round_trip;
mod secrets;
mod support;
mod tables;
mod told;
mod tools;
mod total;
