//! Where a pasted piece goes: into the container under the point, or the nearest one that may hold
//! it, beside what stands there.

use crate::nest;
use gp_model::{Design, Id, Point, Rect, file};

/// How far it steps aside at a time, and how often at most.
const STEP: i32 = 16;
const MOST_STEPS: i32 = 40;

/// The container and the top left corner for a piece that is to be pasted at `at`.
pub fn place(design: &Design, text: &str, at: Point) -> (Option<Id>, Point) {
    let piece = file::parse(text.as_bytes()).design;
    let mut roots = piece.resources.values().filter(|one| {
        one.parent.as_ref().is_none_or(|parent| !piece.resources.contains_key(parent))
    });
    let under = container_at(design, at);
    let parent = roots.next().and_then(|root| {
        let offer = nest::offer(design, &root.kind, under.as_ref(), None);
        offer.parent.map(Id::from)
    });
    let Some(size) = around(piece.layout.resources.values().copied()) else { return (parent, at) };
    let free = free_corner(design, parent.as_ref(), Rect { x: at.x, y: at.y, ..size });
    (parent, free)
}

/// The innermost container whose shape has the point in it.
fn container_at(design: &Design, at: Point) -> Option<Id> {
    let point = Rect { x: at.x, y: at.y, w: 0, h: 0 };
    let around = design.layout.resources.iter().filter(|(id, rect)| {
        let kind = design.resources.get(*id).and_then(|one| gp_catalog::builtin().kind(&one.kind));
        kind.is_some_and(|kind| kind.container) && rect.contains(point)
    });
    around.max_by_key(|(id, _)| design.ancestors(id).len()).map(|(id, _)| id.clone())
}

/// The nearest corner to the right or below where nothing stands, inside the container if it can be.
fn free_corner(design: &Design, parent: Option<&Id>, wanted: Rect) -> Point {
    let siblings: Vec<Rect> = design
        .resources
        .iter()
        .filter(|(_, one)| one.parent.as_ref() == parent)
        .filter_map(|(id, _)| design.layout.resources.get(id).copied())
        .collect();
    let steps = (0..MOST_STEPS).map(|step| step * STEP);
    let corners = steps.flat_map(|aside| [(aside, 0), (0, aside), (-aside, 0), (0, -aside)]);
    let free: Vec<Rect> = corners
        .map(|(dx, dy)| Rect { x: wanted.x + dx, y: wanted.y + dy, ..wanted })
        .filter(|rect| !siblings.iter().any(|one| one.overlaps(*rect)))
        .collect();
    let frame = parent.and_then(|id| design.layout.resources.get(id));
    let inside = free.iter().find(|rect| frame.is_none_or(|frame| frame.contains(**rect)));
    let Rect { x, y, .. } = *inside.or(free.first()).unwrap_or(&wanted);
    Point { x, y }
}

fn around(all: impl Iterator<Item = Rect>) -> Option<Rect> {
    all.reduce(|a, b| {
        let (x, y) = (a.x.min(b.x), a.y.min(b.y));
        Rect { x, y, w: a.right().max(b.right()) - x, h: a.bottom().max(b.bottom()) - y }
    })
}

#[cfg(test)]
mod tests {
    use super::place;
    use gp_model::{Design, Id, Point, file};

    const NET: &str = "format = 1\n[resource.net]\nkind = \"network\"\n[resource.tier]\nkind = \"subnet\"\nparent = \"net\"\n\
        [resource.app]\nkind = \"server\"\nparent = \"tier\"\n[layout.resources]\nnet = [0, 0, 600, 300]\n\
        tier = [20, 40, 560, 120]\napp = [40, 80, 160, 56]\n";
    const SERVER: &str = "format = 1\n[resource.app]\nkind = \"server\"\n[layout.resources]\napp = [40, 80, 160, 56]\n";

    fn design() -> Design {
        file::parse(NET.as_bytes()).design
    }

    #[test]
    fn a_piece_goes_into_the_container_under_the_point_beside_what_stands_there() {
        let (parent, corner) = place(&design(), SERVER, Point { x: 100, y: 88 });
        assert_eq!(parent, Some(Id::from("tier")));
        assert_eq!(corner, Point { x: 212, y: 88 }, "the first free place to the right");
    }

    #[test]
    fn a_piece_that_may_not_stand_there_goes_to_the_nearest_container_that_may_hold_it() {
        let subnet = SERVER.replace("server", "subnet");
        let (parent, _) = place(&design(), &subnet, Point { x: 300, y: 100 });
        assert_eq!(parent, Some(Id::from("net")));
        let (parent, corner) = place(&design(), SERVER, Point { x: 900, y: 900 });
        assert_eq!((parent, corner), (None, Point { x: 900, y: 900 }), "a finding says the rest");
    }
}
