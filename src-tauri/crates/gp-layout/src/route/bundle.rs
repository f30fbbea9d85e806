//! Many links between the same two shapes are drawn as one line; few lie beside each other.

use super::Job;
use gp_model::{Id, Point};
use std::collections::BTreeMap;

/// From this many on, links of one pair share a line.
const MANY: usize = 4;

/// A link that is drawn along another one of its pair.
pub(crate) struct Follower<'a> {
    pub(crate) id: &'a Id,
    /// The number of the job that it follows.
    pub(crate) leader: usize,
    /// It runs the other way.
    turned: bool,
}

/// The jobs that get lines of their own, in order, and the links that follow them. A link with way-points of its
/// user goes its own way.
pub(crate) fn bundled<'a>(jobs: &[Job<'a>]) -> (Vec<Job<'a>>, Vec<Follower<'a>>) {
    let mut pairs: BTreeMap<(u32, u32), Vec<usize>> = BTreeMap::new();
    for (number, job) in jobs.iter().enumerate().filter(|(_, job)| job.way_points.is_empty()) {
        if job.from != job.to {
            let pair = (job.from.min(job.to), job.from.max(job.to));
            pairs.entry(pair).or_default().push(number);
        }
    }
    let mut leader_of: BTreeMap<usize, usize> = BTreeMap::new();
    for pair in pairs.values().filter(|pair| pair.len() >= MANY) {
        leader_of.extend(pair[1..].iter().map(|number| (*number, pair[0])));
    }
    let mut alone = Vec::with_capacity(jobs.len());
    let mut places = vec![0; jobs.len()];
    for (number, job) in
        jobs.iter().enumerate().filter(|(number, _)| !leader_of.contains_key(number))
    {
        places[number] = alone.len();
        alone.push(*job);
    }
    let follower = |(number, leader): (&usize, &usize)| Follower {
        id: jobs[*number].id,
        leader: places[*leader],
        turned: jobs[*number].from != jobs[*leader].from,
    };
    (alone, leader_of.iter().map(follower).collect())
}

impl Follower<'_> {
    /// Its line, along the one that it follows.
    pub(crate) fn along(&self, line: &[Point]) -> Vec<Point> {
        let mut line = line.to_vec();
        if self.turned {
            line.reverse();
        }
        line
    }
}

/// The links that share a line with an earlier one of their pair and are not bundled with it any more: they must
/// find a line of their own.
pub(crate) fn unbundle(jobs: &[Job<'_>], kept: &mut [Option<&[Point]>]) {
    let mut lines: BTreeMap<(u32, u32), Vec<&[Point]>> = BTreeMap::new();
    for (job, line) in jobs.iter().zip(kept) {
        let Some(points) = *line else { continue };
        let of_pair = lines.entry((job.from.min(job.to), job.from.max(job.to))).or_default();
        let same = |other: &&[Point]| {
            *other == points
                || (other.len() == points.len() && other.iter().eq(points.iter().rev()))
        };
        if of_pair.iter().any(same) {
            *line = None;
        } else {
            of_pair.push(points);
        }
    }
}
