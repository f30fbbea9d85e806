//! The closed set of edits: every act on a design, by mouse, keyboard, command line or fix.

mod about;
mod attribute;
mod batch;
mod environment;
pub(crate) mod free_id;
mod intent;
mod layout;
mod link;
mod name;
mod parent;
mod policy;
pub(crate) mod references;
mod rename;
pub(crate) mod resource;
mod view;

pub use free_id::free_id;
pub use name::{coalesce_key, name};
pub use references::{REFERENCES, Reference, following};
pub use resource::with_contents;

use crate::{
    Access, Design, Environment, Id, Intent, Link, LinkKind, Patch, Point, PolicySettings, Rect,
    Table, Value, View, Waiver,
};
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// One act. Serialised with `edit` as its tag, kebab-case: `{"edit": "set-attribute", …}`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case", tag = "edit", deny_unknown_fields)]
pub enum Edit {
    /// Makes a resource. The id must be free.
    AddResource {
        /// Its id.
        id: Id,
        /// Its kind.
        kind: String,
        /// The container.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<Id>,
        /// Title, tags, `on` and neutral attributes, by the file's keys.
        #[serde(default, skip_serializing_if = "Table::is_empty")]
        attributes: Table,
        /// Where it is drawn.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Rect>,
    },
    /// Removes resources, all they contain, and every link, intent, override and layout that names them.
    RemoveResources {
        /// Which.
        ids: Vec<Id>,
    },
    /// Sets one value. The path is the file's: `["cpu"]`, `["title"]`, `["tags", "owner"]`,
    /// `["on", "aws", "instance_type"]`, `["lifecycle"]`. `parent` and `kind` are not attributes.
    SetAttribute {
        /// Of which resource.
        resource: Id,
        /// Which value.
        path: Vec<String>,
        /// The new value.
        value: Value,
    },
    /// Removes one value, so that it is inherited, allocated or the default again.
    UnsetAttribute {
        /// Of which resource.
        resource: Id,
        /// Which value.
        path: Vec<String>,
    },
    /// Gives a resource another id; every reference follows, `was` remembers.
    RenameResource {
        /// The id it has.
        from: Id,
        /// The id it gets; must be free.
        to: Id,
    },
    /// Moves resources into another container.
    MoveToParent {
        /// Which.
        ids: Vec<Id>,
        /// Whereto; `None`: the top.
        parent: Option<Id>,
    },
    /// Makes a link. The id must be free.
    AddLink {
        /// Its id.
        id: Id,
        /// What it says.
        link: Link,
    },
    /// Changes a link. Fields left out stay.
    SetLink {
        /// Which.
        id: Id,
        /// What changes.
        #[serde(flatten)]
        set: LinkChange,
    },
    /// Removes links and their way-points.
    RemoveLinks {
        /// Which.
        ids: Vec<Id>,
    },
    /// Makes, changes or (`None`) removes an intent.
    SetIntent {
        /// Which.
        id: Id,
        /// What it says.
        intent: Option<Intent>,
    },
    /// Makes, changes or (`None`) removes an environment.
    SetEnvironment {
        /// Which.
        id: Id,
        /// What it says.
        environment: Option<Environment>,
    },
    /// Replaces the policy settings.
    SetPolicy {
        /// The new settings.
        policy: PolicySettings,
    },
    /// Accepts a finding.
    AddWaiver {
        /// The waiver.
        waiver: Waiver,
    },
    /// Places shapes and way-points; `None` removes a place. Absolute, children are not moved along.
    SetLayout {
        /// The view whose own places these are; `None`: the drawing's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        view: Option<Id>,
        /// Resource id → rectangle.
        #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
        resources: IndexMap<Id, Option<Rect>>,
        /// Link id → way-points.
        #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
        links: IndexMap<Id, Option<Vec<Point>>>,
        /// Resource id → whether it is not to be moved, resized or removed.
        #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
        locked: IndexMap<Id, bool>,
    },
    /// Makes, changes or (`None`) removes a view, with its places.
    SetView {
        /// Which.
        id: Id,
        /// What it shows.
        view: Option<View>,
    },
    /// Gives a view places of its own, at first those of the drawing, or takes them away.
    SetOwnPlaces {
        /// Which view.
        view: Id,
        /// Whether it has its own.
        own: bool,
    },
    /// Renames the design.
    SetName {
        /// The new name.
        name: String,
    },
    /// Several edits as one act with one name. All or none: the first that is refused refuses all.
    Batch {
        /// What Undo calls it ("Move 3 servers into data-tier").
        name: String,
        /// The edits, in order; each sees what the ones before it did.
        edits: Vec<Edit>,
    },
}

/// What [`Edit::SetLink`] changes; a field that is left out stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct LinkChange {
    /// New start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Id>,
    /// New end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Id>,
    /// New kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<LinkKind>,
    /// New ports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow: Option<Vec<String>>,
    /// New grants.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access: Option<Vec<Access>>,
    /// New volume; empty text removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traffic: Option<String>,
    /// New note; empty text removes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Other keys to set; empty text removes one.
    #[serde(default, skip_serializing_if = "Table::is_empty")]
    pub attributes: Table,
}

/// Why an edit was refused. The design is as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The id is taken.
    #[error("“{0}” is taken: choose another id")]
    Taken(Id),
    /// No such thing.
    #[error("there is no {0} “{1}”")]
    Missing(&'static str, Id),
    /// A resource cannot be inside itself.
    #[error("“{0}” cannot be moved into itself or into something it contains")]
    Cycle(Id),
    /// It is locked where it is drawn.
    #[error("“{0}” is locked: unlock it first")]
    Locked(Id),
    /// The path names no value that can be set.
    #[error("“{0}” cannot be set here")]
    Path(String),
    /// The value does not fit the place (a number for a title).
    #[error("{path}: expected {expected}, found {found}")]
    Type {
        /// The dotted path.
        path: String,
        /// What would fit.
        expected: &'static str,
        /// What came.
        found: &'static str,
    },
}

/// Refuses where one of these is locked.
fn unlocked(design: &Design, ids: &[Id]) -> Result<(), Refusal> {
    match ids.iter().find(|id| design.layout.is_locked(id)) {
        Some(id) => Err(Refusal::Locked(id.clone())),
        None => Ok(()),
    }
}

/// What an edit would change; the design stays as it is until the patch is applied.
pub fn apply(design: &Design, edit: &Edit) -> Result<Patch, Refusal> {
    match edit {
        Edit::AddResource { id, kind, parent, attributes, at } => {
            resource::add(design, id, kind, parent.as_ref(), attributes, *at)
        }
        Edit::RemoveResources { ids } => resource::remove(design, ids),
        Edit::SetAttribute { resource, path, value } => {
            attribute::set(design, resource, path, value)
        }
        Edit::UnsetAttribute { resource, path } => attribute::unset(design, resource, path),
        Edit::RenameResource { from, to } => rename::rename(design, from, to),
        Edit::MoveToParent { ids, parent } => parent::move_to(design, ids, parent.as_ref()),
        Edit::AddLink { id, link } => link::add(design, id, link),
        Edit::SetLink { id, set } => link::set(design, id, set),
        Edit::RemoveLinks { ids } => link::remove(design, ids),
        Edit::SetIntent { id, intent } => intent::set(design, id, intent.as_ref()),
        Edit::SetEnvironment { id, environment } => {
            environment::set(design, id, environment.as_ref())
        }
        Edit::SetPolicy { policy } => Ok(policy::set(design, policy)),
        Edit::AddWaiver { waiver } => policy::add_waiver(design, waiver),
        Edit::SetLayout { view, resources, links, locked } => {
            layout::set(design, view.as_ref(), resources, links, locked)
        }
        Edit::SetView { id, view } => view::set(design, id, view.as_ref()),
        Edit::SetOwnPlaces { view, own } => view::set_own_places(design, view, *own),
        Edit::SetName { name } => Ok(about::set_name(design, name)),
        Edit::Batch { edits, .. } => batch::apply(design, edits),
    }
}
