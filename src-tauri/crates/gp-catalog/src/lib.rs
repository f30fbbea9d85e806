//! What can exist (kinds, providers, regions) and what a drawing means ([`resolve`]).
//!
//! Pure: tables are embedded at build time; nothing is read at run time.
#![deny(clippy::disallowed_methods)]

mod asked;
pub mod borders;
mod catalog;
pub mod coverage;
mod ends;
mod environment_facts;
mod follow;
pub mod image;
pub mod kind;
mod kind_check;
pub mod landing;
pub mod mention;
pub mod naming;
pub mod ordered;
pub mod over_ipv6;
mod own;
pub mod prices;
pub mod providers;
mod reference;
pub mod resolve;
pub mod resolved;
pub mod sections;
mod summary;
#[cfg(test)]
mod tests;
mod title;
pub mod told;
pub mod units;
mod value_check;

pub use catalog::{RAW, builtin, icon, icons};
pub use follow::following;
pub use kind::{Catalog, Kind};
pub use own::{MOST_ICON_BYTES, OwnFile, OwnFinding};
pub use reference::{explain, reference};
pub use resolve::{Resolution, Touched, number_attributes, resolve, sizes, tables};
pub use resolved::Resolved;
pub use summary::summary;
pub use title::{called, drawn_title};

/// How many cases a property test tries: `GP_CASES`, else a modest number.
#[cfg(test)]
fn cases() -> proptest::prelude::ProptestConfig {
    let cases = std::env::var("GP_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(64);
    proptest::prelude::ProptestConfig { cases, ..Default::default() }
}
