//! Automatic places: layered from the inside out, each container as large as what it holds.
//!
//! Things that are pinned stay where they are; the rest is laid out around them. Containers and
//! the layout's own pinned containers grow, they never clip what they hold, and what stands
//! beside a container that grew makes room.

mod grid;
mod grow;
mod lanes;
mod layers;
mod pack;
mod spot;

#[cfg(test)]
mod tests;

use crate::input::{HEADER, Role, drawable, is_lane, text_width};
use gp_catalog::{Catalog, kind::Family};
use gp_model::{Design, Id, Rect, Resource, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Space between neighbours.
pub(crate) const GAP: i32 = 40;
/// Space between a container's edge and what it holds, below the header and at the sides.
pub(crate) const PADDING: i32 = 24;
/// Space from a container's top edge: header and some air.
pub(crate) const TOP: i32 = HEADER + 20;

/// A shape that is laid out is not larger than this, whatever the file says.
const BIG: i32 = 20_000;

/// One shape to place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Item {
    /// The container it is in.
    pub parent: Option<Id>,
    /// How it takes part.
    pub role: Role,
    /// Its size where it has none yet; the least size of a container.
    pub size: (i32, i32),
    /// Where it is drawn now.
    pub rect: Option<Rect>,
    /// Among equals, smaller ones come first (public tiers before private ones).
    pub order: i32,
    /// The zone that it is pinned to.
    pub zone: Option<String>,
    /// It makes no room for others.
    pub locked: bool,
}

/// A zone's lane: a mark on the ground of its region, under what is pinned to the zone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lane {
    /// The region that it crosses from top to bottom.
    pub region: Option<Id>,
    /// The zone's letter.
    pub letter: String,
    /// Where it is drawn now.
    pub rect: Option<Rect>,
}

/// Hears how many of how many shapes are done; answers whether to go on.
pub type Go<'a> = &'a mut dyn FnMut(usize, usize) -> bool;

/// What is to be arranged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArrangeInput {
    /// All shapes but lanes.
    pub items: BTreeMap<Id, Item>,
    /// The lanes.
    pub lanes: BTreeMap<Id, Lane>,
    /// Links, start and end.
    pub links: Vec<(Id, Id)>,
}

impl ArrangeInput {
    /// The drawing of a design.
    pub fn of(design: &Design, catalog: &Catalog) -> Self {
        let word = |resource: &Resource, name: &str| {
            resource.attributes.get(name).and_then(Value::as_str).map(str::to_owned)
        };
        let place = |id: &Id| design.layout.resources.get(id).copied().map(drawable);
        let lanes = design.resources.iter().filter(|(_, one)| is_lane(one)).map(|(id, zone)| {
            let letter = word(zone, "letter").unwrap_or_else(|| "a".to_owned());
            (id.clone(), Lane { region: zone.parent.clone(), letter, rect: place(id) })
        });
        let boxes = design.resources.iter().filter(|(_, one)| !is_lane(one));
        let items = boxes.map(|(id, resource)| {
            let kind = catalog.kind(&resource.kind);
            let role = match kind {
                Some(kind) if kind.family == Family::Annotation => Role::Frame,
                Some(kind) if kind.container => Role::Container,
                _ => Role::Leaf,
            };
            let [w, h] = kind.map_or([160, 56], |kind| kind.size);
            let wide = 40 + 16 + text_width(resource.title_or(id));
            let order = match resource.attributes.get("exposure").and_then(Value::as_str) {
                Some("public") => 0,
                Some("isolated") => 2,
                _ => 1,
            };
            let item = Item {
                parent: resource.parent.clone().filter(|p| design.resources.contains_key(p)),
                role,
                size: (w.max((wide.min(240) + 3) & !3), h),
                rect: place(id),
                order,
                zone: word(resource, "zone"),
                locked: design.layout.is_locked(id),
            };
            (id.clone(), item)
        });
        let links = design.links.values().map(|link| (link.from.clone(), link.to.clone()));
        Self { items: items.collect(), lanes: lanes.collect(), links: links.collect() }
    }
}

/// Numbers instead of ids, and the answer as it grows.
pub(crate) struct Plan<'a> {
    pub(crate) ids: Vec<&'a Id>,
    pub(crate) items: Vec<&'a Item>,
    pub(crate) parents: Vec<Option<usize>>,
    pub(crate) children: Vec<Vec<usize>>,
    pub(crate) top: Vec<usize>,
    pub(crate) links: Vec<(usize, usize)>,
    /// For each shape, the links at it.
    pub(crate) at: Vec<Vec<usize>>,
    /// Rectangles; while a container is laid out, its children's are relative to it.
    pub(crate) rects: Vec<Rect>,
    pub(crate) free: Vec<bool>,
    /// Places in columns that run through several containers, by card.
    pub(crate) planned: HashMap<usize, grid::Planned>,
    /// The lanes with their regions, by letter.
    pub(crate) lanes: Vec<(&'a Id, &'a Lane, Option<usize>)>,
    /// Where lanes begin and end, relative to their region.
    pub(crate) lanes_at: BTreeMap<usize, (i32, i32)>,
    go: Go<'a>,
    done: usize,
    pub(crate) stopped: bool,
}

/// Places for everything; shapes in `pinned` that have a place keep it, and so does what is
/// around them. A container that is not pinned is laid out with all that it holds. Nothing where
/// `go` said to stop.
pub fn arrange(
    input: &ArrangeInput,
    pinned: &BTreeSet<Id>,
    go: Go<'_>,
) -> Option<BTreeMap<Id, Rect>> {
    let mut plan = Plan::new(input, pinned, go);
    let top = plan.top.clone();
    for shape in &top {
        plan.measure(*shape);
    }
    plan.settle(None, &top);
    if plan.stopped {
        return None;
    }
    let places = plan.ids.iter().zip(&plan.rects).map(|(id, rect)| ((*id).clone(), *rect));
    Some(places.chain(plan.lane_places()).collect())
}

/// Places for shapes that have none, everything else pinned: what must be set, which includes
/// containers that grew and what made room for them.
pub fn place_new(input: &ArrangeInput) -> BTreeMap<Id, Rect> {
    let has_place = |(id, item): (&Id, &Item)| item.rect.map(|_| id.clone());
    let pinned: BTreeSet<Id> = input.items.iter().filter_map(has_place).collect();
    let places = arrange(input, &pinned, &mut |_, _| true).unwrap_or_default();
    input.what_changes(places)
}

/// Places for a selection and what it holds, everything else pinned: what must be set.
pub fn tidy(input: &ArrangeInput, selection: &[Id], go: Go<'_>) -> Option<BTreeMap<Id, Rect>> {
    let chosen: BTreeSet<&Id> = selection.iter().collect();
    let pinned = input.items.keys().filter(|id| !chosen.contains(id)).cloned().collect();
    arrange(input, &pinned, go).map(|places| input.what_changes(places))
}

/// What must be set so that a container has room for a piece that is put into it, everything else
/// pinned: it grows, and so does what is around it; what stands beside them makes room.
pub fn make_room(input: &ArrangeInput, container: &Id, piece: Rect) -> BTreeMap<Id, Rect> {
    let mut placed = input.clone();
    placed.items.retain(|_, item| item.rect.is_some());
    let pinned = placed.items.keys().cloned().collect();
    let mut go_on = |_, _| true;
    let mut plan = Plan::new(&placed, &pinned, &mut go_on);
    let mut at = plan.ids.iter().position(|id| *id == container);
    let mut held = vec![piece];
    while let Some(number) = at {
        plan.hold(number, &held);
        held.clear();
        at = plan.parents[number];
    }
    let places = plan.ids.iter().zip(&plan.rects).map(|(id, rect)| ((*id).clone(), *rect));
    let places = places.collect();
    placed.what_changes(places)
}

impl ArrangeInput {
    fn what_changes(&self, places: BTreeMap<Id, Rect>) -> BTreeMap<Id, Rect> {
        let now = |id: &Id| match self.items.get(id) {
            Some(item) => item.rect,
            None => self.lanes.get(id).and_then(|lane| lane.rect),
        };
        places.into_iter().filter(|(id, rect)| now(id) != Some(*rect)).collect()
    }
}

impl<'a> Plan<'a> {
    fn new(input: &'a ArrangeInput, pinned: &BTreeSet<Id>, go: Go<'a>) -> Self {
        let ids: Vec<&Id> = input.items.keys().collect();
        let numbers: HashMap<&Id, usize> = ids.iter().copied().zip(0..).collect();
        let items: Vec<&Item> = input.items.values().collect();
        let parents = parents(&items, &numbers);
        let mut children = vec![Vec::new(); items.len()];
        let mut top = Vec::new();
        for (number, parent) in parents.iter().enumerate() {
            match parent {
                Some(parent) => children[*parent].push(number),
                None => top.push(number),
            }
        }
        let number = |id: &Id| numbers.get(id).copied();
        let links: Vec<(usize, usize)> =
            input.links.iter().filter_map(|(a, b)| Some((number(a)?, number(b)?))).collect();
        let mut at = vec![Vec::new(); items.len()];
        for (link, (a, b)) in links.iter().enumerate() {
            at[*a].push(link);
            at[*b].push(link);
        }
        let rects = items
            .iter()
            .map(|item| item.rect.unwrap_or(Rect { x: 0, y: 0, w: item.size.0, h: item.size.1 }))
            .collect();
        let free = ids
            .iter()
            .zip(&items)
            .map(|(id, item)| item.rect.is_none() || !pinned.contains(*id))
            .collect();
        let region = |lane: &Lane| lane.region.as_ref().and_then(number);
        let mut lanes: Vec<_> =
            input.lanes.iter().map(|(id, lane)| (id, lane, region(lane))).collect();
        lanes.sort_by_key(|(id, lane, _)| (&lane.letter, *id));
        let mut plan = Self {
            ids,
            items,
            parents,
            children,
            top,
            links,
            at,
            rects,
            free,
            lanes,
            planned: HashMap::new(),
            lanes_at: BTreeMap::new(),
            go,
            done: 0,
            stopped: false,
        };
        plan.free_what_free_ones_hold();
        plan
    }

    /// A container that is laid out takes everything in it along.
    fn free_what_free_ones_hold(&mut self) {
        let mut open: Vec<usize> = self.top.clone();
        while let Some(shape) = open.pop() {
            for child in &self.children[shape] {
                // A pinned child without a placed container cannot stay: its ground is new.
                self.free[*child] |= self.free[shape];
                open.push(*child);
            }
        }
    }

    /// Lays out what a shape holds; its own place comes later. Absolute for pinned shapes,
    /// relative to the container for what a free container holds.
    fn measure(&mut self, shape: usize) {
        if self.stopped {
            return;
        }
        if self.free[shape] {
            self.plan_columns(shape);
        }
        let children = self.children[shape].clone();
        for child in &children {
            self.measure(*child);
        }
        self.done += 1;
        if self.done.is_multiple_of(64) {
            self.stopped |= !(self.go)(self.done, self.items.len());
        }
        if self.stopped {
            return;
        }
        if self.free[shape] {
            let (w, h) = self.layout(shape, &children);
            self.rects[shape] = Rect { x: 0, y: 0, w, h };
        } else {
            self.settle(Some(shape), &children);
        }
    }

    /// Size of a free shape after its children have their places relative to it.
    fn layout(&mut self, shape: usize, children: &[usize]) -> (i32, i32) {
        let item = self.items[shape];
        if children.is_empty() {
            let kept = item.rect.map(|r| (r.w.min(BIG), r.h.min(BIG)));
            return kept.filter(|_| item.role != Role::Container).unwrap_or(item.size);
        }
        let (w, h) = self.block(children, item.parent.is_none());
        // In a container that is wider than it needs to be, things stand in the middle.
        let middle = if self.is_under_lanes(shape) { 0 } else { item.size.0 - w - 2 * PADDING };
        for child in children {
            self.rects[*child].x += PADDING + ((middle.max(0) / 2) & !3);
            self.rects[*child].y += TOP;
        }
        let w = (w + 2 * PADDING).max(item.size.0);
        let h =
            (h + TOP + PADDING).max(if item.role == Role::Container { TOP } else { item.size.1 });
        (w, h)
    }

    /// Puts the free ones of these shapes, already measured, among the pinned ones.
    fn settle(&mut self, container: Option<usize>, children: &[usize]) {
        if self.stopped {
            return;
        }
        let (free, fixed): (Vec<usize>, Vec<usize>) =
            children.iter().partition(|child| self.free[**child]);
        if !free.is_empty() {
            let (w, h) = self.block(&free, container.is_none());
            let (x, y) = self.spot(container, &fixed, &free, (w, h));
            for child in &free {
                self.land(*child, x, y);
            }
        }
        if let Some(container) = container {
            self.grow(container);
        }
    }

    /// Makes relative places absolute.
    fn land(&mut self, shape: usize, x: i32, y: i32) {
        self.rects[shape].x += x;
        self.rects[shape].y += y;
        let Rect { x, y, .. } = self.rects[shape];
        for child in self.children[shape].clone() {
            self.land(child, x, y);
        }
    }

    /// Moves a shape with all that it holds, absolute places.
    pub(crate) fn shift(&mut self, shape: usize, dx: i32, dy: i32) {
        self.rects[shape].x += dx;
        self.rects[shape].y += dy;
        for child in self.children[shape].clone() {
            self.shift(child, dx, dy);
        }
    }

    /// The one among `siblings` that is `shape` or holds it.
    pub(crate) fn lift(&self, shape: usize, siblings: &HashMap<usize, usize>) -> Option<usize> {
        let mut at = Some(shape);
        while let Some(number) = at {
            if let Some(place) = siblings.get(&number) {
                return Some(*place);
            }
            at = self.parents[number];
        }
        None
    }
}

/// Parents by number, with cycles cut where they close.
fn parents(items: &[&Item], numbers: &HashMap<&Id, usize>) -> Vec<Option<usize>> {
    let drawn: Vec<Option<usize>> = items
        .iter()
        .map(|item| item.parent.as_ref().and_then(|p| numbers.get(p).copied()))
        .collect();
    let mut parents = drawn.clone();
    for start in 0..drawn.len() {
        let mut at = parents[start];
        let mut steps = 0;
        while let Some(above) = at {
            steps += 1;
            if above == start || steps > drawn.len() {
                parents[start] = None;
                break;
            }
            at = parents[above];
        }
    }
    parents
}
