//! Where the pill with a link's ports stands: on one of its long runs, over no card, no header
//! and no other pill, and across no other link where such a place is left.

use super::{field::Scene, nudge};
use crate::{
    index::{Index, edges},
    input::{PILL_HEIGHT, RouteInput},
};
use gp_model::{Id, Point, Rect};
use std::collections::{BTreeMap, HashMap};

const CELL: i32 = 128;
/// Runs that are tried, longest first.
const RUNS: usize = 8;
/// Between two places that are tried, and how many of a run at most.
const STEP: i32 = 8;
const PLACES: i32 = 24;
/// In all.
const MOST: usize = 96;
/// A pill follows its line no further than that from where it stood.
const REACH: i32 = 40;
/// Between a pill and the end of its run.
const ROOM: i32 = 6;

/// A pill, by its middle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pill {
    /// Its middle, on its link's line.
    pub at: Point,
    /// Its width.
    pub width: i32,
}

impl Pill {
    fn rect(self) -> Rect {
        let Self { at, width } = self;
        Rect { x: at.x - width / 2, y: at.y - PILL_HEIGHT / 2, w: width, h: PILL_HEIGHT }
    }
}

/// The pills that were placed anew: one stays where it is as long as its width is the same and its
/// link is not in `changed`, and the others make room for it. Links without ports or without a
/// route have none. Where nothing is free a pill stands over as little as can be.
pub fn pills(
    input: &RouteInput,
    routes: &BTreeMap<Id, Vec<Point>>,
    before: &BTreeMap<Id, Pill>,
    changed: &BTreeMap<Id, Vec<Point>>,
) -> BTreeMap<Id, Pill> {
    let stays = |id: &Id, width: i32| {
        before.get(id).filter(|pill| pill.width == width && !changed.contains_key(id))
    };
    let mut taken = Taken::default();
    let mut wanted = Vec::new();
    for (id, points) in routes {
        let width = input.links.get(id).map_or(0, |link| link.pill_width);
        if width == 0 || points.len() < 2 {
            continue;
        }
        match stays(id, width) {
            Some(pill) => taken.add(pill.rect()),
            None => wanted.push((id, places(points, width, before.get(id).map(|pill| pill.at)))),
        }
    }
    if wanted.is_empty() {
        return BTreeMap::new();
    }
    // Who has least choice chooses first.
    wanted.sort_by_key(|(_, places)| places.len());
    let ground = nudge::ground(wanted.iter().map(|(id, _)| routes[*id].as_slice()), CELL);
    let runs = Runs::on(ground, routes);
    let scene = Scene::new(input);
    let mut placed = BTreeMap::new();
    for (id, places) in wanted {
        let width = input.links[id].pill_width;
        let cost = |at: &Point, least: i32| {
            let rect = Pill { at: *at, width }.rect();
            let mut cost = 10 * i32::from(taken.covers(rect));
            if cost < least {
                cost += 20 * i32::from(scene.is_covered(rect));
            }
            if cost < least { cost + runs.crossing(rect, id).min(9) } else { cost }
        };
        if let Some(at) = cheapest(&places, cost) {
            let pill = Pill { at, width };
            taken.add(pill.rect());
            placed.insert(id.clone(), pill);
        }
    }
    placed
}

/// The first of those that cost least; one that costs nothing ends the search. `cost` need not be
/// right about what costs the least known or more.
fn cheapest(places: &[Point], cost: impl Fn(&Point, i32) -> i32) -> Option<Point> {
    let mut best = (i32::MAX, None);
    for at in places {
        let costs = cost(at, best.0);
        if costs < best.0 {
            best = (costs, Some(*at));
        }
        if costs == 0 {
            break;
        }
    }
    best.1
}

/// Places that are taken by pills, by where they are.
#[derive(Default)]
struct Taken(HashMap<(i32, i32), Vec<Rect>>);

fn cells(rect: Rect) -> impl Iterator<Item = (i32, i32)> {
    let (x0, x1) = (rect.x.div_euclid(CELL), rect.right().div_euclid(CELL));
    let (y0, y1) = (rect.y.div_euclid(CELL), rect.bottom().div_euclid(CELL));
    (x0..=x1).flat_map(move |x| (y0..=y1).map(move |y| (x, y)))
}

impl Taken {
    fn add(&mut self, rect: Rect) {
        for cell in cells(rect) {
            self.0.entry(cell).or_default().push(rect);
        }
    }

    fn covers(&self, rect: Rect) -> bool {
        cells(rect).any(|cell| self.0.get(&cell).into_iter().flatten().any(|r| r.overlaps(rect)))
    }
}

/// A run of a line with the room that a pill leaves on both sides of its middle.
struct Span {
    level: bool,
    across: i32,
    low: i32,
    high: i32,
    length: i32,
}

impl Span {
    fn of(a: Point, b: Point, width: i32) -> Self {
        let level = a.y == b.y;
        let (across, from, to) = if level { (a.y, a.x, b.x) } else { (a.x, a.y, b.y) };
        let length = (to - from).abs();
        let room = (if level { width } else { PILL_HEIGHT } / 2 + ROOM).min(length / 2);
        Self { level, across, low: from.min(to) + room, high: from.max(to) - room, length }
    }

    fn has_room(&self, width: i32) -> bool {
        self.length >= if self.level { width } else { PILL_HEIGHT } + 2 * ROOM
    }

    fn at(&self, along: i32) -> Point {
        let along = along.max(self.low).min(self.high.max(self.low));
        if self.level {
            Point { x: along, y: self.across }
        } else {
            Point { x: self.across, y: along }
        }
    }

    /// From the middle outwards.
    fn places(&self) -> impl Iterator<Item = Point> {
        let middle = i32::midpoint(self.low, self.high);
        let side = (self.high - self.low).max(0) / 2;
        let step = STEP.max(2 * side / PLACES);
        let sides = (0..=side).step_by(step as usize);
        sides.flat_map(move |off| {
            let there = self.at(middle + off);
            let other = (off > 0).then(|| self.at(middle - off));
            std::iter::once(there).chain(other)
        })
    }
}

/// Where it stood, if the line still passes there; then places on the longest runs; runs with room first.
fn places(points: &[Point], width: i32, old: Option<Point>) -> Vec<Point> {
    let mut spans: Vec<Span> =
        points.windows(2).map(|pair| Span::of(pair[0], pair[1], width)).collect();
    spans.sort_by_key(|span| (!span.has_room(width), -span.length));
    let off = |p: Point, old: Point| (p.x - old.x).abs().max((p.y - old.y).abs());
    let kept = old.and_then(|old| {
        let near = |span: &Span| span.at(if span.level { old.x } else { old.y });
        let passing = spans.iter().filter(|span| span.has_room(width)).map(near);
        passing.min_by_key(|at| off(*at, old)).filter(|at| off(*at, old) <= REACH)
    });
    kept.into_iter().chain(spans.iter().take(RUNS).flat_map(Span::places)).take(MOST).collect()
}

/// All runs of all links that come near.
struct Runs<'a> {
    index: Index,
    owner: Vec<&'a Id>,
}

impl<'a> Runs<'a> {
    fn on(ground: [i32; 4], routes: &'a BTreeMap<Id, Vec<Point>>) -> Self {
        let mut boxes = Vec::new();
        let mut owner = Vec::new();
        for (id, points) in routes.iter().filter(|(_, points)| nudge::meets(ground, points)) {
            for pair in points.windows(2) {
                let (a, b) = (pair[0], pair[1]);
                let edges = [a.x.min(b.x), a.y.min(b.y), a.x.max(b.x), a.y.max(b.y)];
                boxes.push((owner.len() as u32, edges));
                owner.push(id);
            }
        }
        Self { index: Index::new(&boxes), owner }
    }

    /// How many runs of other links the rectangle would lie on.
    fn crossing(&self, rect: Rect, own: &Id) -> i32 {
        let mut count = 0;
        self.index.each(edges(rect), |run| count += i32::from(self.owner[run as usize] != own));
        count
    }
}
