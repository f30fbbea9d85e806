//! Containers grow with what they hold, and what stands beside them makes room.

use super::{PADDING, Plan, TOP};
use gp_model::Rect;

/// A container that grew comes no nearer to what stands beside it.
const AIR: i32 = 16;

impl Plan<'_> {
    /// Makes a pinned container hold all its children.
    pub(crate) fn grow(&mut self, container: usize) {
        self.hold(container, &[]);
    }

    /// The same, with more that it is to hold.
    pub(crate) fn hold(&mut self, container: usize, more: &[Rect]) {
        let mut held: Vec<Rect> = self.children[container].iter().map(|c| self.rects[*c]).collect();
        held.extend(more);
        if held.is_empty() {
            return;
        }
        let old = self.rects[container];
        let edge = |f: fn(Rect) -> i32| held.iter().map(move |rect| f(*rect));
        // To the left and upwards only as far as needed to hold them at all.
        let x = edge(|r| r.x).min().map_or(old.x, |x| if x < old.x { x - PADDING } else { old.x });
        let y = edge(|r| r.y).min().map_or(old.y, |y| if y < old.y { y - TOP } else { old.y });
        let right = edge(Rect::right).max().map_or(old.right(), |r| r + PADDING);
        let bottom = edge(Rect::bottom).max().map_or(old.bottom(), |b| b + PADDING);
        let fits = edge(Rect::right).all(|r| r <= old.right())
            && edge(Rect::bottom).all(|b| b <= old.bottom())
            && x == old.x
            && y == old.y;
        if fits {
            return;
        }
        let (right, bottom) = (right.max(old.right()), bottom.max(old.bottom()));
        let new = Rect { x, y, w: right - x, h: bottom - y };
        self.rects[container] = new;
        self.make_room(container, old, new);
    }

    /// Shifts pinned siblings away by what the container grew, if it now lies on one or comes too near. What is
    /// locked stays.
    fn make_room(&mut self, container: usize, old: Rect, new: Rect) {
        let siblings: Vec<usize> = match self.parents[container] {
            Some(parent) => self.children[parent].clone(),
            None => self.top.clone(),
        };
        let others: Vec<usize> = siblings
            .into_iter()
            .filter(|s| *s != container && !self.free[*s] && !self.items[*s].locked)
            .collect();
        let around =
            Rect { x: new.x - AIR, y: new.y - AIR, w: new.w + 2 * AIR, h: new.h + 2 * AIR };
        if !others.iter().any(|s| self.rects[*s].overlaps(around)) {
            return;
        }
        // All on one side go the same way, so that what stood in line still does.
        for sibling in others {
            let rect = self.rects[sibling];
            let shift = |before: bool, after: bool, low: i32, high: i32| match (before, after) {
                (true, _) => low,
                (_, true) => high,
                _ => 0,
            };
            let (left, right) = (rect.right() <= old.x, rect.x >= old.right());
            let (above, below) = (rect.bottom() <= old.y, rect.y >= old.bottom());
            let dx = shift(left, right, new.x - old.x, new.right() - old.right());
            let dy = shift(above, below, new.y - old.y, new.bottom() - old.bottom());
            self.shift(sibling, dx, dy);
        }
    }
}
