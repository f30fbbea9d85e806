//! What stands on the floor of a site: racks and what fills them, cables and their ends, ways to
//! storage, tiers and the sites they reach into. Counts and finds; what is wrong is for the checks to
//! say.

pub mod cables;
pub mod ports;
pub mod racks;
pub mod sites;
pub mod storage;

#[cfg(test)]
mod tests;
