//! The design as a whole. Cloning is cheap: persistent maps of shared parts.

use crate::{Environment, Id, Intent, Link, Point, PolicySettings, Rect, Resource, Table, View};
use imbl::OrdMap;
use serde::Serialize;
use std::sync::Arc;

/// The newest file format this program writes.
pub const FORMAT: u32 = 1;

/// Everything a file says. Changed only by [`crate::Patch::apply`].
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Design {
    /// `design.id`: a uuid, written at the first save.
    pub id: Option<String>,
    /// `design.name`.
    pub name: Option<String>,
    /// Other keys of `[design]`, kept.
    pub about: Table,
    /// What exists.
    pub resources: OrdMap<Id, Arc<Resource>>,
    /// Who talks to whom, what hangs on what.
    pub links: OrdMap<Id, Arc<Link>>,
    /// What must and must not be reachable.
    pub intents: OrdMap<Id, Arc<Intent>>,
    /// Where it is deployed.
    pub environments: OrdMap<Id, Arc<Environment>>,
    /// Policy profile, parameters, waivers.
    pub policy: Arc<PolicySettings>,
    /// Where things are drawn.
    pub layout: Layout,
    /// Named ways to look at it.
    pub views: OrdMap<Id, Arc<View>>,
    /// View id → where things are drawn in it, for views with places of their own. Nothing is locked in them.
    pub layouts: OrdMap<Id, Layout>,
    /// Sections we do not know, kept.
    pub unknown: Table,
}

/// Where things are drawn. Never topology.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Layout {
    /// Resource id → its rectangle, absolute.
    pub resources: OrdMap<Id, Rect>,
    /// Link id → its way-points.
    pub links: OrdMap<Id, Arc<Vec<Point>>>,
    /// Resource id → whether it must stay where it is, and must stay.
    pub locked: OrdMap<Id, bool>,
}

impl Layout {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.resources.is_empty() && self.links.is_empty() && self.locked.is_empty()
    }

    /// Whether the resource is not to be moved, resized or removed.
    pub fn is_locked(&self, id: &str) -> bool {
        self.locked.get(id).is_some_and(|locked| *locked)
    }
}

impl Design {
    /// The same design as it is drawn in a view: with the view's places where it has its own.
    #[must_use]
    pub fn in_view(&self, view: Option<&Id>) -> Self {
        let mut design = self.clone();
        if let Some(own) = view.and_then(|view| self.layouts.get(view)) {
            design.layout = Layout { locked: self.layout.locked.clone(), ..own.clone() };
        }
        design
    }

    /// All layouts: the design's own, and those of views.
    pub(crate) fn all_layouts(&self) -> impl Iterator<Item = (Option<&Id>, &Layout)> {
        let own = self.layouts.iter().map(|(view, layout)| (Some(view), layout));
        std::iter::once((None, &self.layout)).chain(own)
    }

    /// The layout of a view with places of its own, else the design's.
    pub(crate) fn layout_of(&self, view: Option<&Id>) -> Option<&Layout> {
        match view {
            None => Some(&self.layout),
            Some(view) => self.layouts.get(view),
        }
    }

    /// The chain of containers above `id`, nearest first. A cycle ends where it closes.
    pub fn ancestors(&self, id: &str) -> Vec<Id> {
        let mut chain: Vec<Id> = Vec::new();
        let mut at = self.resources.get(id).and_then(|r| r.parent.clone());
        while let Some(parent) = at {
            if parent == *id || chain.contains(&parent) {
                break;
            }
            at = self.resources.get(&parent).and_then(|r| r.parent.clone());
            chain.push(parent);
        }
        chain
    }

    /// What people read in the title bar.
    pub fn title(&self) -> &str {
        self.name.as_deref().unwrap_or("Untitled")
    }
}
