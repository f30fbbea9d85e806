//! Where the pill with a link's ports stands: on its longest run, over nothing else.

use super::field::Scene;
use crate::{
    index::Index,
    input::{PILL_HEIGHT, RouteInput},
};
use gp_model::{Id, Point, Rect};
use std::collections::{BTreeMap, HashMap};

const CELL: i32 = 128;
/// Runs that are tried, longest first.
const RUNS: usize = 4;

#[derive(Default)]
struct Pills(HashMap<(i32, i32), Vec<Rect>>);

fn cells(rect: Rect) -> impl Iterator<Item = (i32, i32)> {
    let (x0, x1) = (rect.x.div_euclid(CELL), rect.right().div_euclid(CELL));
    let (y0, y1) = (rect.y.div_euclid(CELL), rect.bottom().div_euclid(CELL));
    (x0..=x1).flat_map(move |x| (y0..=y1).map(move |y| (x, y)))
}

impl Pills {
    fn add(&mut self, rect: Rect) {
        for cell in cells(rect) {
            self.0.entry(cell).or_default().push(rect);
        }
    }

    fn covers(&self, rect: Rect) -> bool {
        cells(rect).any(|cell| self.0.get(&cell).into_iter().flatten().any(|r| r.overlaps(rect)))
    }
}

/// The middle of each link's pill. Links without a pill or without a route have none. Where
/// there is no free place the pill stands in the middle of the longest run.
pub fn labels(input: &RouteInput, routes: &BTreeMap<Id, Vec<Point>>) -> BTreeMap<Id, Point> {
    let scene = Scene::new(input);
    let runs = Runs::new(routes);
    let mut pills = Pills::default();
    let mut placed = BTreeMap::new();
    for (number, (id, points)) in routes.iter().enumerate() {
        let width = input.links.get(id).map_or(0, |link| link.pill_width);
        if width == 0 || points.len() < 2 {
            continue;
        }
        let mut free = None;
        let mut first = None;
        let alone = places(points, width).into_iter().find(|at| {
            first = first.or(Some(*at));
            let pill = pill(*at, width);
            if pills.covers(pill) || scene.is_covered(pill) {
                return false;
            }
            free = free.or(Some(*at));
            !runs.cross(pill, number)
        });
        if let Some(at) = alone.or(free).or(first) {
            pills.add(pill(at, width));
            placed.insert(id.clone(), at);
        }
    }
    placed
}

fn pill(at: Point, width: i32) -> Rect {
    Rect { x: at.x - width / 2, y: at.y - PILL_HEIGHT / 2, w: width, h: PILL_HEIGHT }
}

/// Places on the longest runs, from their middles outwards; runs with room for the pill first.
fn places(points: &[Point], width: i32) -> Vec<Point> {
    let length = |pair: &[Point]| (pair[0].x - pair[1].x).abs() + (pair[0].y - pair[1].y).abs();
    let needs = |pair: &[Point]| if pair[0].y == pair[1].y { width + 12 } else { PILL_HEIGHT + 12 };
    let mut runs: Vec<&[Point]> = points.windows(2).collect();
    runs.sort_by_key(|pair| (length(pair) < needs(pair), -length(pair)));
    let mut places = Vec::new();
    for pair in runs.into_iter().take(RUNS) {
        let (a, b) = (pair[0], pair[1]);
        let middle = Point { x: i32::midpoint(a.x, b.x), y: i32::midpoint(a.y, b.y) };
        let free = (length(pair) - needs(pair)).max(0) / 2;
        let (dx, dy) = ((b.x - a.x).signum(), (b.y - a.y).signum());
        for off in (0..=free).step_by(16) {
            for off in if off == 0 { vec![0] } else { vec![off, -off] } {
                places.push(Point { x: middle.x + dx * off, y: middle.y + dy * off });
            }
        }
    }
    places
}

/// All runs of all links.
struct Runs {
    index: Index,
    owner: Vec<usize>,
}

impl Runs {
    fn new(routes: &BTreeMap<Id, Vec<Point>>) -> Self {
        let mut boxes = Vec::new();
        let mut owner = Vec::new();
        for (number, points) in routes.values().enumerate() {
            for pair in points.windows(2) {
                let (a, b) = (pair[0], pair[1]);
                let edges = [a.x.min(b.x), a.y.min(b.y), a.x.max(b.x), a.y.max(b.y)];
                boxes.push((owner.len() as u32, edges));
                owner.push(number);
            }
        }
        Self { index: Index::new(&boxes), owner }
    }

    fn cross(&self, rect: Rect, own: usize) -> bool {
        let mut cross = false;
        let window = [rect.x, rect.y, rect.right(), rect.bottom()];
        self.index.each(window, |run| cross |= self.owner[run as usize] != own);
        cross
    }
}
