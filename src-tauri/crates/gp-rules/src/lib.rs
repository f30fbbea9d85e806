//! Whether a design makes sense: checks ([`checks`]), waivers, and the judge that runs them.
//!
//! Pure and deterministic: today's date comes in as an argument. Rules see
//! [`gp_catalog::Resolved`] and proof, never the raw design.
#![deny(clippy::disallowed_methods)]

mod appliance;
pub mod checks;
mod date;
mod docs;
mod facts;
mod judge;
mod proof;
mod rule;
mod waivers;
mod words;

pub use date::Date;
pub use docs::{docs, explain, titles};
pub use facts::Facts;
pub use judge::{Findings, Judge, Waived, judge};
pub use proof::Proof;
pub use rule::{Cases, Check, Near, Reads, Rule};
