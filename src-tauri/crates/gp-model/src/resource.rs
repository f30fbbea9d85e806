//! A resource: something that exists, or will.

use crate::{Id, Table, Value};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// Whose thing it is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Lifecycle {
    /// We make it, change it, delete it.
    #[default]
    Managed,
    /// Ours to reference, never planned or deleted.
    Existing,
    /// Someone else's, known by its address only.
    External,
}

/// One `[resource.ID]` table. The id is the key in [`crate::Design::resources`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Resource {
    /// The catalog's word for what it is; any text, unknown kinds are kept.
    pub kind: String,
    /// The container it lives in; `None` at the top.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<Id>,
    /// What people read; the id where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whose thing it is; `None` where the file does not say, which means managed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifecycle: Option<Lifecycle>,
    /// Ids it had before, oldest first: plans show a move, not a replacement.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub was: Vec<Id>,
    /// `tags = {…}`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub tags: IndexMap<String, Value>,
    /// `on.PROVIDER = {…}`: raw attributes in Terraform's spelling. A table below a key that
    /// is a provider's resource type belongs to that secondary counterpart.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub on: IndexMap<String, Table>,
    /// Everything else: neutral attributes by their kebab-case name, unknown ones included.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub attributes: Table,
    /// Order of creation; never written, no part of what the resource says.
    #[serde(skip)]
    pub sequence: Sequence,
}

/// Order of creation: the place in the file, then the order of edits. Addresses are chosen by it,
/// older things first, so that adding one moves no other. Any two compare equal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sequence(pub u64);

impl PartialEq for Sequence {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Resource {
    /// What people read: the title, else the id.
    pub fn title_or<'a>(&'a self, id: &'a Id) -> &'a str {
        self.title.as_deref().unwrap_or(id)
    }

    /// Whose thing it is, with the default applied.
    pub fn lifecycle(&self) -> Lifecycle {
        self.lifecycle.unwrap_or_default()
    }
}
