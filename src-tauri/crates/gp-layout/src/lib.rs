//! Where things are drawn: link routes around shapes ([`route`]) and automatic places ([`arrange`]).
//!
//! Pure and deterministic. Nothing here means anything to checks, exports or plans: layout is
//! never topology.
#![deny(clippy::disallowed_methods)]

pub mod arrange;
mod index;
pub mod input;
pub mod route;

pub use input::{Role, RouteInput, RouteLink, Shape};
