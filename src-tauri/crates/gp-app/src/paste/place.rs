//! Where a pasted piece goes: into the container under the point, or the nearest one that may hold
//! it, in the free place nearest to the point. What is around it grows.

use crate::nest;
use gp_catalog::Catalog;
use gp_layout::arrange::{self, ArrangeInput};
use gp_model::{Design, Id, Point, Rect};
use indexmap::IndexMap;

/// Room between a pasted piece and what was in its way.
const GAP: i32 = 16;
/// Room that a container keeps round what it holds; its header needs more.
const PADDING: i32 = 16;
const HEADER: i32 = 40;
/// More neighbours than that are only avoided, not looked at for places beside them.
const MOST_BESIDE: usize = 40;

/// The container for a piece whose first thing is of this kind.
pub fn container(design: &Design, catalog: &Catalog, kind: &str, at: Point) -> Option<Id> {
    let under = container_at(design, catalog, at);
    nest::offer(design, catalog, kind, under.as_ref(), None).parent.map(Id::from)
}

/// The innermost container whose shape has the point in it.
pub fn container_at(design: &Design, catalog: &Catalog, at: Point) -> Option<Id> {
    let point = Rect { x: at.x, y: at.y, w: 0, h: 0 };
    let around = design.layout.resources.iter().filter(|(id, rect)| {
        let kind = design.resources.get(*id).and_then(|one| catalog.kind(&one.kind));
        kind.is_some_and(|kind| kind.container) && rect.contains(point)
    });
    around.max_by_key(|(id, _)| design.ancestors(id).len()).map(|(id, _)| id.clone())
}

/// The free place nearest to the wanted one, inside the container if there is one; never on anything.
pub fn free(design: &Design, parent: Option<&Id>, wanted: Rect) -> Rect {
    let siblings = design.resources.iter().filter(|(_, one)| one.parent.as_ref() == parent);
    let mut taken: Vec<Rect> = siblings
        .filter(|(_, one)| one.kind != "zone")
        .filter_map(|(id, _)| design.layout.resources.get(id).copied())
        .collect();
    let frame = parent.and_then(|id| design.layout.resources.get(id)).map(room);
    let far = |rect: &Rect| {
        let (x, y) = (i64::from(rect.x - wanted.x), i64::from(rect.y - wanted.y));
        x * x + y * y
    };
    taken.sort_by_key(far);
    let near = &taken[..taken.len().min(MOST_BESIDE)];
    let mut xs = vec![wanted.x];
    let mut ys = vec![wanted.y];
    for rect in near {
        xs.extend([rect.right() + GAP, rect.x - wanted.w - GAP]);
        ys.extend([rect.bottom() + GAP, rect.y - wanted.h - GAP]);
    }
    if let Some(frame) = frame {
        xs.extend([frame.x, frame.right() - wanted.w]);
        ys.extend([frame.y, frame.bottom() - wanted.h]);
    }
    let at = |x: &i32, ys: &[i32]| {
        ys.iter().map(|y| Rect { x: *x, y: *y, ..wanted }).collect::<Vec<_>>()
    };
    let mut places: Vec<Rect> = xs.iter().flat_map(|x| at(x, &ys)).collect();
    places.sort_by_key(far);
    places.retain(|place| !taken.iter().any(|one| one.overlaps(*place)));
    let inside = places.iter().find(|place| frame.is_none_or(|frame| frame.contains(**place)));
    let beyond = || taken.iter().map(|rect| rect.right() + GAP).max().unwrap_or(wanted.x);
    inside.or(places.first()).copied().unwrap_or_else(|| Rect { x: beyond(), ..wanted })
}

fn room(frame: &Rect) -> Rect {
    Rect {
        x: frame.x + PADDING,
        y: frame.y + HEADER,
        w: frame.w - 2 * PADDING,
        h: frame.h - HEADER - PADDING,
    }
}

/// What the containers from `parent` upwards grow to, so that the piece has room, and where what stands beside
/// them goes. Only what changes.
pub fn room_for(
    design: &Design,
    catalog: &Catalog,
    parent: Option<&Id>,
    piece: Rect,
) -> IndexMap<Id, Option<Rect>> {
    let Some(parent) = parent else { return IndexMap::new() };
    let input = ArrangeInput::of(design, catalog);
    let places = arrange::make_room(&input, parent, piece);
    places.into_iter().map(|(id, rect)| (id, Some(rect))).collect()
}

pub fn around(all: impl Iterator<Item = Rect>) -> Option<Rect> {
    all.reduce(|a, b| {
        let (x, y) = (a.x.min(b.x), a.y.min(b.y));
        Rect { x, y, w: a.right().max(b.right()) - x, h: a.bottom().max(b.bottom()) - y }
    })
}
