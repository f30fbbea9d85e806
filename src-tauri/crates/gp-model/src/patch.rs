//! A patch: what an edit changed, as before and after. Undo is its inverse.

use crate::{
    Design, Environment, Id, Intent, Layout, Link, Point, PolicySettings, Rect, Resource, Table,
    View,
};
use imbl::{OrdMap, ordmap::DiffItem};
use indexmap::{IndexMap, map::Entry};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeSet, HashSet},
    sync::Arc,
};

/// One changed part. `None` before: it was made; `None` after: it was removed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "of")]
pub enum Change {
    /// A resource.
    Resource { id: Id, before: Option<Arc<Resource>>, after: Option<Arc<Resource>> },
    /// A link.
    Link { id: Id, before: Option<Arc<Link>>, after: Option<Arc<Link>> },
    /// An intent.
    Intent { id: Id, before: Option<Arc<Intent>>, after: Option<Arc<Intent>> },
    /// An environment.
    Environment { id: Id, before: Option<Arc<Environment>>, after: Option<Arc<Environment>> },
    /// The policy settings.
    Policy { before: Arc<PolicySettings>, after: Arc<PolicySettings> },
    /// A view, without its places.
    View { id: Id, before: Option<Arc<View>>, after: Option<Arc<View>> },
    /// A resource's rectangle, in the drawing or in a view with places of its own.
    ResourceLayout {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        view: Option<Id>,
        id: Id,
        before: Option<Rect>,
        after: Option<Rect>,
    },
    /// A link's way-points, in the drawing or in a view with places of its own.
    LinkLayout {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        view: Option<Id>,
        id: Id,
        before: Option<Arc<Vec<Point>>>,
        after: Option<Arc<Vec<Point>>>,
    },
    /// Whether a resource must stay where it is.
    Lock { id: Id, before: Option<bool>, after: Option<bool> },
    /// `[design]`: id, name, other keys.
    About { before: About, after: About },
}

/// The `[design]` table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// `design.id`.
    pub id: Option<String>,
    /// `design.name`.
    pub name: Option<String>,
    /// Other keys.
    pub about: Table,
}

impl About {
    /// A design's.
    pub(crate) fn of(design: &Design) -> Self {
        Self { id: design.id.clone(), name: design.name.clone(), about: design.about.clone() }
    }
}

/// All that one edit changed, each part at most once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Patch {
    /// The changes, in no order that matters.
    pub changes: Vec<Change>,
}

macro_rules! compare {
    ($patch:ident, $from:expr, $to:expr, $part:ident) => {
        for (id, before, after) in differences($from, $to) {
            $patch.push(Change::$part { id, before, after });
        }
    };
}

impl Patch {
    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The patch that takes this one back.
    #[must_use]
    pub fn inverse(&self) -> Self {
        Self { changes: self.changes.iter().rev().map(Change::inverse).collect() }
    }

    /// Puts every `after` in place.
    pub fn apply(&self, design: &mut Design) {
        for change in &self.changes {
            change.apply(design);
        }
    }

    /// The patch with this one change, or none where it changes nothing.
    pub fn of(change: Change) -> Self {
        let mut patch = Self::default();
        patch.push(change);
        patch
    }

    /// Adds a change of a part that has none yet; a change that changes nothing falls away.
    pub(crate) fn push(&mut self, change: Change) {
        if !change.is_nothing() {
            self.changes.push(change);
        }
    }

    /// Removes a link and its way-points.
    pub(crate) fn push_link_removal(&mut self, design: &Design, id: &Id) {
        self.push(Change::Link {
            id: id.clone(),
            before: design.links.get(id).cloned(),
            after: None,
        });
        for (view, layout) in design.all_layouts() {
            let (view, before) = (view.cloned(), layout.links.get(id).cloned());
            self.push(Change::LinkLayout { view, id: id.clone(), before, after: None });
        }
    }

    /// Makes one layout of another, of a view or (none) the design's own.
    pub(crate) fn push_places(
        &mut self,
        view: Option<&Id>,
        before: Option<&Layout>,
        after: Option<&Layout>,
    ) {
        let none = Layout::default();
        let [old, new] = [before, after].map(|it| it.unwrap_or(&none));
        for (id, before, after) in differences(&old.resources, &new.resources) {
            self.push(Change::ResourceLayout { view: view.cloned(), id, before, after });
        }
        for (id, before, after) in differences(&old.links, &new.links) {
            self.push(Change::LinkLayout { view: view.cloned(), id, before, after });
        }
    }

    /// This patch and then `next` as one, each part once; parts that end as they began fall away.
    pub fn then(&mut self, next: Self) {
        *self = Self::joined([std::mem::take(self), next]);
    }

    /// Whether both change the same part.
    pub fn meets(&self, other: &Self) -> bool {
        let parts: HashSet<Part> = self.changes.iter().map(Change::part).collect();
        other.changes.iter().any(|change| parts.contains(&change.part()))
    }

    /// The patch that makes one design of another; sections that we do not know stay.
    pub fn between(from: &Design, to: &Design) -> Self {
        let mut patch = Self::default();
        compare!(patch, &from.resources, &to.resources, Resource);
        compare!(patch, &from.links, &to.links, Link);
        compare!(patch, &from.intents, &to.intents, Intent);
        compare!(patch, &from.environments, &to.environments, Environment);
        compare!(patch, &from.views, &to.views, View);
        let views: BTreeSet<&Id> = from.layouts.keys().chain(to.layouts.keys()).collect();
        for view in std::iter::once(None).chain(views.into_iter().map(Some)) {
            patch.push_places(view, from.layout_of(view), to.layout_of(view));
        }
        compare!(patch, &from.layout.locked, &to.layout.locked, Lock);
        let (before, after) = (Arc::clone(&from.policy), Arc::clone(&to.policy));
        patch.push(Change::Policy { before, after });
        patch.push(Change::About { before: About::of(from), after: About::of(to) });
        patch
    }

    /// Patches in order as one, each part once; parts that end as they began fall away. Linear
    /// in the number of changes.
    pub fn joined(steps: impl IntoIterator<Item = Self>) -> Self {
        let mut parts: IndexMap<Part, Change> = IndexMap::new();
        for change in steps.into_iter().flat_map(|step| step.changes) {
            match parts.entry(change.part()) {
                Entry::Occupied(first) => first.into_mut().follow(change),
                Entry::Vacant(free) => drop(free.insert(change)),
            }
        }
        Self { changes: parts.into_values().filter(|change| !change.is_nothing()).collect() }
    }
}

/// Changes the layout of a view, or the design's own; of a view that has no place of its own any more there is none.
fn in_layout(design: &mut Design, view: Option<&Id>, change: impl FnOnce(&mut Layout)) {
    let Some(view) = view else { return change(&mut design.layout) };
    let layout = design.layouts.entry(view.clone()).or_default();
    change(layout);
    if layout.is_empty() {
        design.layouts.remove(view);
    }
}

/// The entries that differ between two maps, as before and after.
fn differences<V: Clone + PartialEq>(
    from: &OrdMap<Id, V>,
    to: &OrdMap<Id, V>,
) -> Vec<(Id, Option<V>, Option<V>)> {
    let one = |item: DiffItem<'_, '_, Id, V>| match item {
        DiffItem::Add(id, after) => (id.clone(), None, Some(after.clone())),
        DiffItem::Remove(id, before) => (id.clone(), Some(before.clone()), None),
        DiffItem::Update { old: (id, before), new: (_, after) } => {
            (id.clone(), Some(before.clone()), Some(after.clone()))
        }
    };
    from.diff(to).map(one).collect()
}

/// The name of a part, to find the changes of the same one.
#[derive(PartialEq, Eq, Hash)]
enum Part {
    Resource(Id),
    Link(Id),
    Intent(Id),
    Environment(Id),
    Policy,
    View(Id),
    ResourceLayout(Option<Id>, Id),
    LinkLayout(Option<Id>, Id),
    Lock(Id),
    About,
}

macro_rules! each_part {
    ($change:expr, $before:ident, $after:ident => $body:expr) => {
        match $change {
            Change::Resource { before: $before, after: $after, .. } => $body,
            Change::Link { before: $before, after: $after, .. } => $body,
            Change::Intent { before: $before, after: $after, .. } => $body,
            Change::Environment { before: $before, after: $after, .. } => $body,
            Change::Policy { before: $before, after: $after } => $body,
            Change::View { before: $before, after: $after, .. } => $body,
            Change::ResourceLayout { before: $before, after: $after, .. } => $body,
            Change::LinkLayout { before: $before, after: $after, .. } => $body,
            Change::Lock { before: $before, after: $after, .. } => $body,
            Change::About { before: $before, after: $after } => $body,
        }
    };
}

impl Change {
    fn inverse(&self) -> Self {
        let mut turned = self.clone();
        each_part!(&mut turned, before, after => std::mem::swap(before, after));
        turned
    }

    fn is_nothing(&self) -> bool {
        each_part!(self, before, after => before == after)
    }

    /// Which part of the design it changes.
    fn part(&self) -> Part {
        match self {
            Self::Resource { id, .. } => Part::Resource(id.clone()),
            Self::Link { id, .. } => Part::Link(id.clone()),
            Self::Intent { id, .. } => Part::Intent(id.clone()),
            Self::Environment { id, .. } => Part::Environment(id.clone()),
            Self::Policy { .. } => Part::Policy,
            Self::View { id, .. } => Part::View(id.clone()),
            Self::ResourceLayout { view, id, .. } => Part::ResourceLayout(view.clone(), id.clone()),
            Self::LinkLayout { view, id, .. } => Part::LinkLayout(view.clone(), id.clone()),
            Self::Lock { id, .. } => Part::Lock(id.clone()),
            Self::About { .. } => Part::About,
        }
    }

    /// Takes over the `after` of a later change of the same part.
    fn follow(&mut self, later: Self) {
        match (self, later) {
            (Self::Resource { after, .. }, Self::Resource { after: new, .. }) => *after = new,
            (Self::Link { after, .. }, Self::Link { after: new, .. }) => *after = new,
            (Self::Intent { after, .. }, Self::Intent { after: new, .. }) => *after = new,
            (Self::Environment { after, .. }, Self::Environment { after: new, .. }) => *after = new,
            (Self::Policy { after, .. }, Self::Policy { after: new, .. }) => *after = new,
            (Self::View { after, .. }, Self::View { after: new, .. }) => *after = new,
            (Self::ResourceLayout { after, .. }, Self::ResourceLayout { after: new, .. }) => {
                *after = new;
            }
            (Self::LinkLayout { after, .. }, Self::LinkLayout { after: new, .. }) => *after = new,
            (Self::Lock { after, .. }, Self::Lock { after: new, .. }) => *after = new,
            (Self::About { after, .. }, Self::About { after: new, .. }) => *after = new,
            _ => {}
        }
    }

    fn apply(&self, design: &mut Design) {
        fn put<V: Clone>(map: &mut imbl::OrdMap<Id, V>, id: &Id, after: Option<&V>) {
            match after {
                Some(value) => map.insert(id.clone(), value.clone()),
                None => map.remove(id),
            };
        }
        match self {
            Self::Resource { id, after, .. } => put(&mut design.resources, id, after.as_ref()),
            Self::Link { id, after, .. } => put(&mut design.links, id, after.as_ref()),
            Self::Intent { id, after, .. } => put(&mut design.intents, id, after.as_ref()),
            Self::Environment { id, after, .. } => {
                put(&mut design.environments, id, after.as_ref());
            }
            Self::Policy { after, .. } => design.policy = Arc::clone(after),
            Self::View { id, after, .. } => put(&mut design.views, id, after.as_ref()),
            Self::ResourceLayout { view, id, after, .. } => {
                in_layout(design, view.as_ref(), |it| put(&mut it.resources, id, after.as_ref()));
            }
            Self::LinkLayout { view, id, after, .. } => {
                in_layout(design, view.as_ref(), |it| put(&mut it.links, id, after.as_ref()));
            }
            Self::Lock { id, after, .. } => put(&mut design.layout.locked, id, after.as_ref()),
            Self::About { after, .. } => {
                design.id.clone_from(&after.id);
                design.name.clone_from(&after.name);
                design.about.clone_from(&after.about);
            }
        }
    }
}
