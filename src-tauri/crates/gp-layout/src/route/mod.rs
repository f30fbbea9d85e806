//! Orthogonal link routes: around foreign shapes and header texts, spread over the sides where
//! several share one, parallel runs apart.
//!
//! A link first goes through the containers that hold its ends and treats every other container
//! as solid; only where that leaves no way it may cross foreign containers, between their cards.
//! Each search is a shortest path with a price on bends over the few lines along the edges of
//! what is near, so that the whole costs little even on large drawings.

mod bundle;
mod field;
mod nudge;
mod pills;
mod ports;
mod search;
mod spread;

pub use pills::{Pill, pills};

use crate::input::RouteInput;
use field::{ATTEMPTS, Attempt, Places, Scene};
use gp_model::{Id, Point, Rect};
use ports::Port;
use search::Search;
use std::collections::{BTreeMap, BTreeSet};

/// A link between two placed shapes, by their numbers in the scene.
#[derive(Clone, Copy)]
pub(crate) struct Job<'a> {
    id: &'a Id,
    from: u32,
    to: u32,
    way_points: &'a [Point],
}

/// A route with the ports it uses and how it was found.
#[derive(Clone)]
pub(crate) struct Route {
    points: Vec<Point>,
    from: Port,
    to: Port,
    attempt: Attempt,
}

/// How far from new routes others still take part in nudging: what a second try may reach.
const NEAR: i32 = 520;

/// The routes of all links whose two ends have a place: polylines that begin and end on the
/// borders of their shapes.
pub fn route_all(input: &RouteInput) -> BTreeMap<Id, Vec<Point>> {
    let scene = Scene::new(input);
    let (jobs, followers) = bundle::bundled(&jobs(input, &scene));
    let mut search = Search::default();
    let mut routes: Vec<Route> = jobs.iter().map(|job| first(&scene, &mut search, job)).collect();
    let changed = spread::spread(&scene, &jobs, &mut routes);
    for number in changed {
        again(&scene, &mut search, &jobs[number], &mut routes[number]);
    }
    let all: Vec<usize> = (0..jobs.len()).collect();
    nudge::nudge(&scene, &jobs, &mut routes, &all);
    let follow =
        followers.iter().map(|one| (one.id.clone(), one.along(&routes[one.leader].points)));
    let follow: Vec<(Id, Vec<Point>)> = follow.collect();
    let lead = jobs.iter().zip(routes).map(|(job, route)| (job.id.clone(), route.points));
    lead.chain(follow).collect()
}

/// What an edit touched.
#[derive(Clone, Copy, Debug)]
pub struct Touched<'a> {
    /// Shapes that were placed, resized or removed; what moves along inside a container, too.
    pub moved: &'a [Id],
    /// Where shapes stood that stand elsewhere now, or nowhere: what went round them need not any more.
    pub freed: &'a [Rect],
    /// Links that keep their lines all the same: what is put back where it was gets the lines that it had.
    pub standing: &'a BTreeSet<Id>,
}

/// So near to a shape run the lines that go round it.
const ROUND: i32 = 32;

/// The routes after an edit. Those that it did not touch stay as they are in `previous`. Only those that changed are
/// in the answer; compare the links to know which ones fell away.
pub fn reroute(
    previous: &BTreeMap<Id, Vec<Point>>,
    input: &RouteInput,
    touched: Touched<'_>,
) -> BTreeMap<Id, Vec<Point>> {
    let scene = Scene::new(input);
    let (all, followers) = bundle::bundled(&jobs(input, &scene));
    let mut search = Search::default();
    let mut kept = kept(previous, &scene, &all, touched);
    bundle::unbundle(&all, &mut kept);
    let mut routes: BTreeMap<usize, Route> = (0..all.len())
        .filter(|number| kept[*number].is_none())
        .map(|number| (number, first(&scene, &mut search, &all[number])))
        .collect();
    let anew: BTreeSet<usize> = routes.keys().copied().collect();
    // Of all others, only those take part that share a shape or the ground with these.
    let ground = nudge::ground(routes.values().map(|route| &*route.points), NEAR);
    let ends: BTreeSet<u32> = anew.iter().flat_map(|n| [all[*n].from, all[*n].to]).collect();
    for (number, points) in kept.iter().enumerate() {
        let Some(points) = points else { continue };
        let job = &all[number];
        let is_near =
            ends.contains(&job.from) || ends.contains(&job.to) || nudge::meets(ground, points);
        if let Some(route) = is_near.then(|| Route::read(&scene, job, points)).flatten() {
            routes.insert(number, route);
        }
    }
    let numbers: Vec<usize> = routes.keys().copied().collect();
    let jobs: Vec<Job<'_>> = numbers.iter().map(|number| all[*number]).collect();
    let touched: Vec<usize> = (0..numbers.len()).filter(|n| anew.contains(&numbers[*n])).collect();
    let mut routes: Vec<Route> = routes.into_values().collect();
    for number in spread::fit_in(&scene, &jobs, &mut routes, &touched) {
        again(&scene, &mut search, &jobs[number], &mut routes[number]);
    }
    nudge::nudge(&scene, &jobs, &mut routes, &touched);
    let lines: BTreeMap<usize, Vec<Point>> = touched
        .into_iter()
        .map(|number| (numbers[number], std::mem::take(&mut routes[number].points)))
        .collect();
    let follow: Vec<(Id, Vec<Point>)> = followers
        .iter()
        .filter_map(|one| {
            let line = lines.get(&one.leader).map(Vec::as_slice).or(kept[one.leader])?;
            Some((one.id.clone(), one.along(line)))
        })
        .collect();
    let lead = lines.into_iter().map(|(n, line)| (all[n].id.clone(), line));
    lead.chain(follow).filter(|(id, points)| previous.get(id) != Some(points)).collect()
}

/// The routes that stay as they are, by job: both ends are where they were, and nothing was put in their way.
fn kept<'p>(
    previous: &'p BTreeMap<Id, Vec<Point>>,
    scene: &Scene<'_>,
    jobs: &[Job<'_>],
    Touched { moved, freed, standing }: Touched<'_>,
) -> Vec<Option<&'p [Point]>> {
    let places = scene.places(moved);
    let freed = Places::of(freed, ROUND);
    // Both are in the order of their ids: side by side they need no search.
    let mut before = previous.iter().peekable();
    let stays = |job: &Job<'_>, points: &[Point]| {
        let at_moved = places.ends.contains(&job.from) || places.ends.contains(&job.to);
        let touched = places.hit(points) || (is_detour(points) && freed.hit(points));
        !at_moved
            && !touched
            && points.first().is_some_and(|at| ports::is_on(scene.rect(job.from), *at))
            && points.last().is_some_and(|at| ports::is_on(scene.rect(job.to), *at))
    };
    let kept = |job: &Job<'_>| {
        while before.next_if(|(id, _)| *id < job.id).is_some() {}
        let (_, points) = before.next_if(|(id, _)| *id == job.id)?;
        let stands = || standing.contains(job.id) && scene.is_clear(job, points);
        (stands() || stays(job, points)).then_some(points.as_slice())
    };
    jobs.iter().map(kept).collect()
}

/// Whether it goes further than it would have to, or turns more often.
fn is_detour(points: &[Point]) -> bool {
    let [first, .., last] = points else { return false };
    let apart = |a: &Point, b: &Point| (a.x - b.x).abs() + (a.y - b.y).abs();
    let length: i32 = points.windows(2).map(|pair| apart(&pair[0], &pair[1])).sum();
    length > apart(first, last) || points.len() > 4
}

fn jobs<'a>(input: &'a RouteInput, scene: &Scene<'_>) -> Vec<Job<'a>> {
    let both = input.links.iter().filter_map(|(id, link)| {
        let (from, to) = (scene.number(&link.from)?, scene.number(&link.to)?);
        Some(Job { id, from, to, way_points: &link.way_points })
    });
    both.collect()
}

/// A route with free choice of sides.
fn first(scene: &Scene<'_>, search: &mut Search, job: &Job<'_>) -> Route {
    if job.from == job.to {
        return ports::own_loop(scene, job.from);
    }
    let found = ATTEMPTS.iter().find_map(|attempt| {
        let starts = ports::choices(scene, job.from, job.to, *attempt);
        let goals = ports::choices(scene, job.to, job.from, *attempt);
        leg_by_leg(scene, search, job, *attempt, &starts, &goals)
    });
    found.unwrap_or_else(|| ports::direct(scene, job))
}

/// The route again, with the ports that were assigned to it; the old one where none is found.
fn again(scene: &Scene<'_>, search: &mut Search, job: &Job<'_>, route: &mut Route) {
    let tries = ATTEMPTS.iter().skip_while(|attempt| **attempt != route.attempt);
    let found = tries
        .take(4)
        .find_map(|attempt| leg_by_leg(scene, search, job, *attempt, &[route.from], &[route.to]));
    match found {
        Some(found) => *route = found,
        None => *route = first(scene, search, job),
    }
}

/// From the start over the user's way-points to the goal.
fn leg_by_leg(
    scene: &Scene<'_>,
    search: &mut Search,
    job: &Job<'_>,
    attempt: Attempt,
    starts: &[Port],
    goals: &[Port],
) -> Option<Route> {
    let blocks = scene.blocks(job, attempt);
    let mut from = None;
    let mut points: Vec<Point> = Vec::new();
    let mut starts: Vec<Port> = starts.to_vec();
    let stops = job.way_points.iter().map(|point| vec![Port::free(*point)]);
    let mut last = None;
    for stop in stops.chain([goals.to_vec()]) {
        let mut leg = search.run(&blocks, &starts, &stop, attempt.clearance, None)?;
        if let Some(axis) = turns_back(&points, &leg.points) {
            // There and back again on one line would lose the way-point.
            let turned = search.run(&blocks, &starts, &stop, attempt.clearance, Some(axis));
            leg = turned.unwrap_or(leg);
        }
        from = from.or(Some(starts[leg.start]));
        last = Some(stop[leg.goal]);
        starts = stop;
        points.extend(leg.points);
    }
    let points = search::straighten(points);
    Some(Route { points, from: from?, to: last?, attempt })
}

/// The axis along which a leg goes back on the one before it.
fn turns_back(before: &[Point], leg: &[Point]) -> Option<usize> {
    let ([.., a, b], [_, c, ..]) = (before, leg) else { return None };
    let back = |a: i32, b: i32, c: i32| (b - a).signum() * (c - b).signum() < 0;
    let is_back = (a.y == b.y && b.y == c.y && back(a.x, b.x, c.x))
        || (a.x == b.x && b.x == c.x && back(a.y, b.y, c.y));
    is_back.then(|| search::axis(*a, *b))
}

impl Route {
    /// A kept polyline as a route, if it still begins and ends on its shapes.
    fn read(scene: &Scene<'_>, job: &Job<'_>, points: &[Point]) -> Option<Self> {
        let inner = |a, b| scene.holds(a, b);
        let from = Port::on(scene.rect(job.from), *points.first()?, inner(job.from, job.to))?;
        let to = Port::on(scene.rect(job.to), *points.last()?, inner(job.to, job.from))?;
        Some(Self { points: points.to_vec(), from, to, attempt: ATTEMPTS[0] })
    }
}

#[cfg(test)]
pub(crate) mod tests;
