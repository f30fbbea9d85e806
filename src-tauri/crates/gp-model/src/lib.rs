//! The document: what a design file says, and every way to change it.
//!
//! Pure: no files, clock, randomness or environment. Ids and time come in as arguments.
//! What the user drew is never an error here: it is a value and diagnostics.
#![deny(clippy::disallowed_methods)]

pub mod design;
pub mod diagnostic;
pub mod edit;
pub mod environment;
pub mod file;
pub mod fragment;
pub mod geometry;
pub mod history;
pub mod id;
pub mod journal;
pub mod link;
pub mod merge;
pub mod near;
pub mod patch;
pub mod placeholder;
pub mod policy;
#[cfg(test)]
mod properties;
pub mod resource;
pub mod value;
pub mod view;

pub use design::{Design, Layout};
pub use diagnostic::{Control, Diagnostic, Fix, Place, Severity};
pub use edit::Edit;
pub use environment::{Driver, Environment, Provider};
pub use geometry::{Point, Rect};
pub use history::History;
pub use id::{Id, head_of};
pub use link::{Access, Expectation, Intent, Link, LinkKind, PortSpec, Protocol};
pub use near::nearest;
pub use patch::{Change, Patch};
pub use placeholder::Placeholder;
pub use policy::{PolicySettings, Waiver};
pub use resource::{Lifecycle, Resource};
pub use value::{Table, Value};
pub use view::View;
