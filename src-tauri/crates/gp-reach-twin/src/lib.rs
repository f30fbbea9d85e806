//! The reach engine's brute-force twin, for tests only: one packet at a time, looked up by name
//! in [`gp_catalog::Resolved`] itself, nothing compiled, nothing shared with the engine. Slow and
//! plain on purpose; where the two disagree, one of them is wrong.

mod filter;
pub mod random;
mod simulator;

pub use simulator::{Arrival, Packet, Simulator};
