//! A free spot for a block among things that stay.

use super::{GAP, PADDING, Plan, TOP};
use crate::index::{Index, edges};
use gp_model::Rect;

/// Lines that are tried in each direction.
const LINES: usize = 60;

impl Plan<'_> {
    /// Where the block of free shapes goes: its old place where that is free, else where the
    /// container grows least.
    pub(crate) fn spot(
        &self,
        container: Option<usize>,
        fixed: &[usize],
        free: &[usize],
        size: (i32, i32),
    ) -> (i32, i32) {
        let ground = container.map(|c| self.rects[c]);
        let origin = ground.map_or((0, 0), |g| (g.x + PADDING, g.y + TOP));
        let entries: Vec<_> = fixed.iter().map(|f| (*f as u32, edges(self.rects[*f]))).collect();
        let index = Index::new(&entries);
        let is_free = |(x, y): (i32, i32)| {
            let mut hit = false;
            let air = GAP / 2;
            let window = [x - air + 1, y - air + 1, x + size.0 + air - 1, y + size.1 + air - 1];
            index.each(window, |_| hit = true);
            !hit
        };
        let old = free
            .iter()
            .filter_map(|f| self.items[*f].rect)
            .map(|r| (r.x, r.y))
            .reduce(|a, b| (a.0.min(b.0), a.1.min(b.1)));
        if let Some(old) =
            old.filter(|at| is_free(*at)).filter(|at| at.0 >= origin.0 || ground.is_none())
        {
            return (old.0, old.1.max(if ground.is_some() { origin.1 } else { old.1 }));
        }
        if fixed.is_empty() {
            return origin;
        }
        let rects: Vec<Rect> = fixed.iter().map(|f| self.rects[*f]).collect();
        let bounds = ground.unwrap_or_else(|| around(&rects));
        let room = [bounds.right() - PADDING, bounds.bottom() - PADDING];
        let xs = lines(origin.0, rects.iter().flat_map(|r| [r.x, r.right() + GAP]));
        let ys = lines(origin.1, rects.iter().flat_map(|r| [r.y, r.bottom() + GAP]));
        let cost = |(x, y): (i32, i32)| {
            let over = [(x + size.0 - room[0]).max(0), (y + size.1 - room[1]).max(0)];
            let grown =
                i64::from(over[0]) * i64::from(bounds.h) + i64::from(over[1]) * i64::from(bounds.w);
            (grown, y, x)
        };
        let places = ys.iter().flat_map(|y| xs.iter().map(move |x| (*x, *y)));
        places
            .filter(|at| is_free(*at))
            .min_by_key(|at| cost(*at))
            .unwrap_or((origin.0, around(&rects).bottom() + GAP))
    }
}

fn lines(origin: i32, edges: impl Iterator<Item = i32>) -> Vec<i32> {
    let mut lines: Vec<i32> = edges.filter(|at| *at >= origin).chain([origin]).collect();
    lines.sort_unstable();
    lines.dedup();
    if lines.len() > LINES {
        // The ends matter most: inside near the origin, and beyond everything.
        lines.drain(LINES / 2..lines.len() - LINES / 2);
    }
    lines
}

fn around(rects: &[Rect]) -> Rect {
    let all = rects.iter().copied().reduce(|a, b| {
        let (x, y) = (a.x.min(b.x), a.y.min(b.y));
        Rect { x, y, w: a.right().max(b.right()) - x, h: a.bottom().max(b.bottom()) - y }
    });
    all.unwrap_or_default()
}
