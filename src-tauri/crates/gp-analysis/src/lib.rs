//! Exact answers about a resolved design: who can reach whom ([`reach`]), over exact sets
//! of packets and addresses ([`sets`]).
//!
//! Pure: sees [`gp_catalog::Resolved`] and nothing else; no files, clock, randomness.
#![deny(clippy::disallowed_methods)]

pub mod reach;
pub mod sets;
