//! State, difference, plan, walk, and the `Driver` trait. No provider word above a driver.
//!
//! What the user drew (`desired`), what we made (`state`, in [`store::Store`]) and what is really
//! there (`live`) give a [`Plan`]; nothing is made, changed or removed that is not in a plan the
//! user approved. This crate knows no provider and writes nothing but its own state file.

pub mod clock;
pub mod difference;
pub mod drift;
pub mod driver;
pub mod event;
pub mod files;
mod order;
pub mod plan;
pub mod point;
mod put_back;
mod queue;
pub mod store;
pub mod walk;

pub use difference::plan;
pub use driver::{Desired, Driver, DriverError};
pub use event::Event;
pub use files::FileSet;
pub use plan::{Action, Plan};
pub use point::Point;
pub use put_back::PutBack;
pub use store::Store;
pub use walk::{Cancel, Outcome, walk};
