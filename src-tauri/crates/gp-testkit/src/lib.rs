//! For tests only: sketches, generated designs, fake drivers. Nothing that a product build may use.

pub mod contract;
pub mod drawn;
pub mod fake_driver;
pub mod generate;
pub mod senseless;
pub mod sketch;
mod skip;

pub use drawn::drawn;
pub use generate::generate;
pub use senseless::senseless;
pub use sketch::{sketch, sketch_text};
pub use skip::skip;
