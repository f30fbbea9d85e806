//! Exact answers about a resolved design: who can reach whom ([`reach`]), over exact sets of packets
//! and addresses ([`sets`]), and what it costs in a month ([`cost`]).
//!
//! Pure: sees [`gp_catalog::Resolved`] and nothing else; no files, clock, randomness.
#![deny(clippy::disallowed_methods)]

pub mod cost;
pub mod reach;
pub mod sets;
