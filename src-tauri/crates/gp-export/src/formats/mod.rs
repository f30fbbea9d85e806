//! The formats. The list in `lib.rs` names each; a test compares it with the folders here.

pub mod cloudformation;
pub mod pdf;
pub mod png;
pub mod svg;
pub mod terraform;
