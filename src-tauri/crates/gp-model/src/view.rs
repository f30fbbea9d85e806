//! Views: a part of the design under a name, drawn as the design is or at places of its own.

use crate::{Id, Rect, Table};
use serde::{Deserialize, Serialize};

/// One `[view.ID]` table. Never topology: what a view leaves out stays in the design. Places of its own are in
/// [`crate::Design::layouts`].
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct View {
    /// What people call it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Only what this finds, in the language of Find (`kind:server !tag:owner`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Layers that are off: queries (`family:network`), or `links`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hide: Vec<String>,
    /// The container that is worked in: the rest is faded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub focus: Option<Id>,
    /// Whether the rest is hidden instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hide_outside: Option<bool>,
    /// Only what hangs on these by links; empty: what has any link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connected: Option<Vec<Id>>,
    /// What is marked: `findings`, `exposure`, `availability`, `deployment`, `differences`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub overlay: Option<String>,
    /// What the window is filled with: `[x, y, width, height]`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Rect>,
    /// Unknown keys, kept.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub attributes: Table,
}

impl View {
    /// What people read, else the id.
    pub fn title_or<'a>(&'a self, id: &'a Id) -> &'a str {
        self.title.as_deref().unwrap_or(id)
    }

    /// The same after a resource got another id; nothing where the view does not name it.
    pub(crate) fn renamed(&self, from: &Id, to: &Id) -> Option<Self> {
        let turn = |id: &Id| if id == from { to.clone() } else { id.clone() };
        let after = Self {
            focus: self.focus.as_ref().map(turn),
            connected: self.connected.as_ref().map(|ids| ids.iter().map(turn).collect()),
            ..self.clone()
        };
        (after != *self).then_some(after)
    }
}
