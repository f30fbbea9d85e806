//! Spreads the ports of links that share a side, in an order that makes them cross least.

use super::{Job, Route, field::Scene, ports::Side};
use gp_model::{Point, Rect};
use std::collections::{BTreeMap, BTreeSet};

/// Least distance between two ports on a side that is left as it is.
const APART: i32 = 12;
/// Distance between ports where there is room.
const WIDE: i32 = 24;

/// One end of a link on a side.
#[derive(Clone, Copy, PartialEq, Eq)]
struct End {
    job: usize,
    is_from: bool,
    along: i32,
    /// Where the link turns: -1 towards the side's beginning, 1 towards its end, 0 straight.
    turn: i32,
    /// How far from the shape it turns.
    depth: i32,
}

type Sides = BTreeMap<(u32, Side), Vec<End>>;

/// Gives every end its own port. The answer names the links that must be routed again.
pub(crate) fn spread(scene: &Scene<'_>, jobs: &[Job<'_>], routes: &mut [Route]) -> BTreeSet<usize> {
    let mut changed = BTreeSet::new();
    for ((shape, side), mut ends) in sides(jobs, routes, |_| true) {
        if ends.len() < 2 {
            continue;
        }
        ends.sort_by_key(order);
        if ends.windows(2).all(|pair| pair[1].along - pair[0].along >= APART) {
            continue;
        }
        let rect = scene.rect(shape);
        for (end, along) in ends.iter().zip(slots(side.range(rect), &ends)) {
            if end.along != along {
                put(&mut routes[end.job], end.is_from, side, rect, along);
                changed.insert(end.job);
            }
        }
    }
    changed
}

/// Gives the ends of the touched links places beside those that stay.
pub(crate) fn fit_in(
    scene: &Scene<'_>,
    jobs: &[Job<'_>],
    routes: &mut [Route],
    touched: &[usize],
) -> BTreeSet<usize> {
    let mut changed = BTreeSet::new();
    let mut shapes = BTreeSet::new();
    for job in touched {
        shapes.extend([jobs[*job].from, jobs[*job].to]);
    }
    for ((shape, side), mut ends) in sides(jobs, routes, |shape| shapes.contains(&shape)) {
        let rect = scene.rect(shape);
        let (low, high) = side.range(rect);
        ends.sort_by_key(order);
        let is_touched = |end: &End| touched.binary_search(&end.job).is_ok();
        let mut taken: Vec<i32> =
            ends.iter().filter(|end| !is_touched(end)).map(|end| end.along).collect();
        for end in ends.iter().filter(|end| is_touched(end)) {
            let apart = |at: i32| taken.iter().map(|t| (t - at).abs()).min().unwrap_or(APART);
            let places = [end.along].into_iter().chain((low..=high).step_by(4));
            let best = places
                .max_by_key(|at| (apart(*at).min(APART), -(at - end.along).abs(), -at))
                .unwrap_or(end.along);
            taken.push(best);
            if best != end.along {
                put(&mut routes[end.job], end.is_from, side, rect, best);
                changed.insert(end.job);
            }
        }
    }
    changed
}

fn sides(jobs: &[Job<'_>], routes: &[Route], wanted: impl Fn(u32) -> bool) -> Sides {
    let mut sides = Sides::new();
    for (number, (job, route)) in jobs.iter().zip(routes).enumerate() {
        if job.from == job.to {
            continue;
        }
        for is_from in [true, false] {
            let shape = if is_from { job.from } else { job.to };
            let port = if is_from { route.from } else { route.to };
            if let (Some(side), true) = (port.side, wanted(shape)) {
                sides.entry((shape, side)).or_default().push(end(number, route, is_from, side));
            }
        }
    }
    sides
}

fn end(job: usize, route: &Route, is_from: bool, side: Side) -> End {
    let port = if is_from { route.from } else { route.to };
    let at = |n: usize| {
        let n = if is_from { n } else { route.points.len().checked_sub(n + 1)? };
        route.points.get(n).copied()
    };
    let vertical = side.is_vertical_edge();
    let (along, across) =
        (|p: Point| if vertical { p.y } else { p.x }, |p: Point| if vertical { p.x } else { p.y });
    let (turn, depth) = match (at(1), at(2)) {
        (Some(corner), Some(next)) => {
            ((along(next) - along(corner)).signum(), (across(corner) - across(port.at)).abs())
        }
        _ => (0, 0),
    };
    End { job, is_from, along: port.along(), turn, depth }
}

/// From the side's beginning to its end. Of links that turn the same way, the one that turns
/// first lies outside, so that they do not cross.
fn order(end: &End) -> (i32, i32, i32, usize) {
    let nested = match end.turn {
        0 => end.along,
        turn => -turn * end.depth,
    };
    (end.turn, nested, end.along, end.job)
}

/// Places for ends in order. Straight links keep theirs where that leaves room for the others.
fn slots(range: (i32, i32), ends: &[End]) -> Vec<i32> {
    around_straight(range, ends).unwrap_or_else(|| even(range, ends.len()))
}

fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 64)
}

fn even((low, high): (i32, i32), count: usize) -> Vec<i32> {
    let count = number(count);
    let step = ((high - low) / (count - 1).max(1)).min(WIDE);
    // Too many for whole steps: several share a place rather than leave the side.
    let first = i32::midpoint(low, high) - step * (count - 1) / 2;
    (0..count).map(|n| (first + n * step).clamp(low, high)).collect()
}

fn around_straight((low, high): (i32, i32), ends: &[End]) -> Option<Vec<i32>> {
    let straight: Vec<i32> = ends.iter().filter(|e| e.turn == 0).map(|e| e.along).collect();
    let (first, last) = (*straight.first()?, *straight.last()?);
    if straight.windows(2).any(|pair| pair[1] - pair[0] < APART) {
        return None;
    }
    let before = number(ends.iter().filter(|e| e.turn < 0).count());
    let after = number(ends.iter().filter(|e| e.turn > 0).count());
    let step = |room: i32, count: i32| (room / count.max(1)).min(WIDE);
    let (up, down) = (step(first - low, before), step(high - last, after));
    if (before > 0 && up < 8) || (after > 0 && down < 8) {
        return None;
    }
    let mut places: Vec<i32> = (0..before).map(|n| first - up * (before - n)).collect();
    places.extend(straight);
    places.extend((1..=after).map(|n| last + down * n));
    Some(places)
}

fn put(route: &mut Route, is_from: bool, side: Side, rect: Rect, along: i32) {
    let port = if is_from { &mut route.from } else { &mut route.to };
    *port = side.port(rect, along, port.inwards);
}
