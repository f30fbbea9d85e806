//! Moves inner runs of links to the middle of their channel and parallel ones apart.
//!
//! A run is moved only over ground that is free, so that no route gets worse by it; the ports
//! stay where they are.

use super::{Job, Route, field::Scene};
use gp_model::Point;
use std::collections::HashMap;

/// Distance between parallel runs.
const APART: i32 = 8;
/// Runs nearer than this read as one.
const TOO_NEAR: i32 = 6;
/// How far to look for the walls of a channel.
const LOOK: i32 = 120;
const CHUNK: i32 = 512;

/// Runs that have their place, by direction and place.
#[derive(Default)]
struct Taken(HashMap<(bool, i32, i32), Vec<Run>>);

#[derive(Clone, Copy)]
struct Run {
    /// x of a vertical run, y of a horizontal one.
    at: i32,
    low: i32,
    high: i32,
    job: usize,
}

impl Taken {
    fn add(&mut self, vertical: bool, run: Run) {
        for chunk in run.low.div_euclid(CHUNK)..=run.high.div_euclid(CHUNK) {
            self.0.entry((vertical, run.at.div_euclid(APART), chunk)).or_default().push(run);
        }
    }

    /// How many runs of other links lie on or beside this one.
    fn conflicts(&self, vertical: bool, run: Run) -> usize {
        let mut count = 0;
        for bucket in (run.at - TOO_NEAR).div_euclid(APART)..=(run.at + TOO_NEAR).div_euclid(APART)
        {
            for chunk in run.low.div_euclid(CHUNK)..=run.high.div_euclid(CHUNK) {
                let there = self.0.get(&(vertical, bucket, chunk)).into_iter().flatten();
                count += there
                    .filter(|other| {
                        other.job != run.job
                            && (other.at - run.at).abs() < TOO_NEAR
                            && other.low < run.high
                            && run.low < other.high
                    })
                    .count();
            }
        }
        count
    }
}

fn run_of(job: usize, a: Point, b: Point) -> (bool, Run) {
    let vertical = a.x == b.x;
    let (at, p, q) = if vertical { (a.x, a.y, b.y) } else { (a.y, a.x, b.x) };
    (vertical, Run { at, low: p.min(q), high: p.max(q), job })
}

/// Places the inner runs of the links named by `which`, in that order; all others stay.
pub(crate) fn nudge(scene: &Scene<'_>, jobs: &[Job<'_>], routes: &mut [Route], which: &[usize]) {
    let mut taken = Taken::default();
    let ground = ground(which.iter().map(|job| &*routes[*job].points), LOOK);
    for (job, route) in routes.iter().enumerate() {
        if !meets(ground, &route.points) {
            continue;
        }
        let moves = which.binary_search(&job).is_ok();
        let last = route.points.len().saturating_sub(2);
        for (number, pair) in route.points.windows(2).enumerate() {
            let is_end = number == 0 || number == last;
            if !moves || is_end || is_fixed(&jobs[job], pair) {
                let (vertical, run) = run_of(job, pair[0], pair[1]);
                taken.add(vertical, run);
            }
        }
    }
    for job in which {
        for number in 1..routes[*job].points.len().saturating_sub(2) {
            let pair = &routes[*job].points[number..number + 2];
            if is_fixed(&jobs[*job], pair) {
                continue;
            }
            place(scene, &jobs[*job], &mut routes[*job], number, *job, &mut taken);
        }
    }
}

/// The part of the drawing in which these routes run, and so much around it.
pub(crate) fn ground<'r>(routes: impl Iterator<Item = &'r [Point]>, by: i32) -> [i32; 4] {
    let none = [i32::MAX, i32::MAX, i32::MIN, i32::MIN];
    routes.flatten().fold(none, |g, p| {
        let [l, t, r, b] = [p.x - by, p.y - by, p.x + by, p.y + by];
        [g[0].min(l), g[1].min(t), g[2].max(r), g[3].max(b)]
    })
}

pub(crate) fn meets(ground: [i32; 4], points: &[Point]) -> bool {
    points.windows(2).any(|pair| {
        let (a, b) = (pair[0], pair[1]);
        a.x.min(b.x) <= ground[2]
            && ground[0] <= a.x.max(b.x)
            && a.y.min(b.y) <= ground[3]
            && ground[1] <= a.y.max(b.y)
    })
}

/// Runs through the user's way-points stay where the user put them.
fn is_fixed(job: &Job<'_>, pair: &[Point]) -> bool {
    let (a, b) = (pair[0], pair[1]);
    job.from == job.to
        || job.way_points.iter().any(|p| {
            (a.x.min(b.x)..=a.x.max(b.x)).contains(&p.x)
                && (a.y.min(b.y)..=a.y.max(b.y)).contains(&p.y)
        })
}

fn place(
    scene: &Scene<'_>,
    job: &Job<'_>,
    route: &mut Route,
    number: usize,
    name: usize,
    taken: &mut Taken,
) {
    let (vertical, mut run) = run_of(name, route.points[number], route.points[number + 1]);
    let (low, high) = room(scene, job, route, number, vertical, run);
    let walled = low > run.at - LOOK && high < run.at + LOOK;
    let wanted = if walled { i32::midpoint(low, high) } else { run.at };
    let offsets = (0..=8).flat_map(|n| [n * APART, -n * APART]);
    let places = offsets.map(|o| wanted + o).chain([run.at, low, high]);
    let best = places
        .filter(|at| (low..=high).contains(at))
        .enumerate()
        .min_by_key(|(turn, at)| (taken.conflicts(vertical, Run { at: *at, ..run }), *turn))
        .map_or(run.at, |(_, at)| at);
    run.at = best;
    taken.add(vertical, run);
    for point in &mut route.points[number..number + 2] {
        *(if vertical { &mut point.x } else { &mut point.y }) = best;
    }
}

/// Between which places the run may be moved without touching anything new, and without
/// turning its neighbours round.
fn room(
    scene: &Scene<'_>,
    job: &Job<'_>,
    route: &Route,
    number: usize,
    vertical: bool,
    run: Run,
) -> (i32, i32) {
    let (mut low, mut high) = (run.at - LOOK, run.at + LOOK);
    let keep = route.attempt.clearance.max(4);
    let last = route.points.len() - 1;
    for (far, is_port) in [(number - 1, number == 1), (number + 2, number + 2 == last)] {
        let point = route.points[far];
        let at = if vertical { point.x } else { point.y };
        let keep = if is_port { keep } else { APART };
        if at < run.at {
            low = low.max((at + keep).min(run.at));
        } else {
            high = high.min((at - keep).max(run.at));
        }
    }
    let window = if vertical {
        [run.at - LOOK, run.low, run.at + LOOK, run.high]
    } else {
        [run.low, run.at - LOOK, run.high, run.at + LOOK]
    };
    for block in scene.blocks_in(job, route.attempt, window) {
        let [left, top, right, bottom] = block.edges;
        let (near, far, begin, end) =
            if vertical { (left, right, top, bottom) } else { (top, bottom, left, right) };
        let keep = block.margin;
        if end + keep <= run.low || run.high <= begin - keep {
            continue;
        }
        if near >= run.at {
            high = high.min((near - keep).max(run.at));
        } else if far <= run.at {
            low = low.max((far + keep).min(run.at));
        } else {
            return (run.at, run.at);
        }
    }
    (low, high)
}
