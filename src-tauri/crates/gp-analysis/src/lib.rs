//! Exact answers about a resolved design: who can reach whom ([`reach`]), over exact sets of packets
//! and addresses ([`sets`]), what it costs in a month ([`cost`]), which
//! addresses names have for whom ([`names`]), and what stands where on the floor of
//! a site ([`physical`]).
//!
//! Pure: sees [`gp_catalog::Resolved`] and nothing else; no files, clock, randomness.
#![deny(clippy::disallowed_methods)]

pub mod cost;
pub mod names;
pub mod physical;
pub mod reach;
pub mod sets;
