//! Targets beyond this machine's own kernel. The only crate that speaks to a provider over a socket or a network.

pub mod docker;
