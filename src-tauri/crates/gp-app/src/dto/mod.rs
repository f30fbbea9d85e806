//! What crosses to a user interface, in JSON. TypeScript is generated from these types into
//! `ui/src/ipc/generated/`; the UI knows no other shape. Commands are listed in `COMMANDS.md`.
//!
//! Model types that cross unchanged (edits, patches, resources, links) are typed by hand in
//! `ui/src/document/model.ts`.

mod catalog;
mod cost;
mod deploy;
mod document;
mod drift;
mod error;
mod event;
mod figures;
mod floor;
mod judgement;
mod paste;
mod start;

pub use catalog::*;
pub use cost::*;
pub use deploy::*;
pub use document::*;
pub use drift::*;
pub use error::*;
pub use event::*;
pub use figures::*;
pub use floor::*;
pub use judgement::*;
pub use paste::*;
pub use start::*;
