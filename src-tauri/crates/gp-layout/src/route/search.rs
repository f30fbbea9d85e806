//! The shortest orthogonal way with a price on bends, over the lines along the blocks' edges.

use super::{field::Block, ports::Port};
use gp_model::Point;
use std::{cmp::Reverse, collections::BinaryHeap};

/// What a bend costs, in lengths.
const BEND: u32 = 56;
/// Blocks beyond this number still block, but their edges give no lines.
const LINES_OF: usize = 140;

/// A way that was found.
pub(crate) struct Leg {
    pub(crate) points: Vec<Point>,
    /// Which of the starts.
    pub(crate) start: usize,
    /// Which of the goals.
    pub(crate) goal: usize,
}

/// Reused memory of searches.
#[derive(Default)]
pub(crate) struct Search {
    xs: Vec<i32>,
    ys: Vec<i32>,
    /// Whether the step to the next line to the right, or below, is blocked.
    right: Vec<bool>,
    below: Vec<bool>,
    best: Vec<u32>,
    came: Vec<u32>,
    heap: BinaryHeap<Reverse<(u32, Reverse<u32>, u32)>>,
}

/// The axis of a run between two points.
pub(crate) fn axis(a: Point, b: Point) -> usize {
    if a.y == b.y { HORIZONTAL } else { VERTICAL }
}

const NOWHERE: u32 = u32::MAX;
const HORIZONTAL: usize = 0;
const VERTICAL: usize = 1;

fn axis_of(port: &Port) -> Option<usize> {
    port.side.map(|side| if side.is_vertical_edge() { HORIZONTAL } else { VERTICAL })
}

impl Search {
    /// The cheapest way from one of the starts to one of the goals; with `turning`, one that does not leave a
    /// point in the open along this axis.
    pub(crate) fn run(
        &mut self,
        blocks: &[Block],
        starts: &[Port],
        goals: &[Port],
        stub: i32,
        turning: Option<usize>,
    ) -> Option<Leg> {
        let usable = |port: &Port| stub_is_free(blocks, port, stub);
        let starts_at: Vec<(usize, Point)> =
            (0..).zip(starts).filter(|(_, p)| usable(p)).map(|(i, p)| (i, p.stub(stub))).collect();
        let goals_at: Vec<(usize, Point)> =
            (0..).zip(goals).filter(|(_, p)| usable(p)).map(|(i, p)| (i, p.stub(stub))).collect();
        if starts_at.is_empty() || goals_at.is_empty() {
            return None;
        }
        self.lines(blocks, &starts_at, &goals_at);
        self.walls(blocks);
        let ends: Vec<(u32, usize, i32, Option<usize>)> = goals_at
            .iter()
            .map(|(i, at)| (self.node(*at), *i, goals[*i].cost, axis_of(&goals[*i])))
            .collect();
        self.begin(starts, &starts_at, &ends, turning);
        let goal = self.walk(&ends)?;
        Some(self.trace(goal, &ends, starts, goals, &starts_at))
    }

    fn lines(&mut self, blocks: &[Block], starts: &[(usize, Point)], goals: &[(usize, Point)]) {
        self.xs.clear();
        self.ys.clear();
        for (_, point) in starts.iter().chain(goals) {
            self.xs.push(point.x);
            self.ys.push(point.y);
        }
        let mut near: Vec<&Block> = blocks.iter().collect();
        if near.len() > LINES_OF {
            let (a, b) = (starts[0].1, goals[0].1);
            near.select_nth_unstable_by_key(LINES_OF, |block| off_line(block, a, b));
            near.truncate(LINES_OF);
        }
        for block in near {
            let [l, t, r, b] = block.edges;
            self.xs.extend([l - block.margin, r + block.margin]);
            self.ys.extend([t - block.margin, b + block.margin]);
        }
        self.xs.sort_unstable();
        self.xs.dedup();
        self.ys.sort_unstable();
        self.ys.dedup();
    }

    fn walls(&mut self, blocks: &[Block]) {
        let (nx, ny) = (self.xs.len(), self.ys.len());
        self.right.clear();
        self.right.resize(nx * ny, false);
        self.below.clear();
        self.below.resize(nx * ny, false);
        for block in blocks {
            let [left, top, right, bottom] = block.wall();
            // Lines strictly before the wall's end, and the first line at or behind its start.
            let x0 = self.xs.partition_point(|x| *x < left);
            let x1 = self.xs.partition_point(|x| *x <= right);
            let y0 = self.ys.partition_point(|y| *y < top);
            let y1 = self.ys.partition_point(|y| *y <= bottom);
            for y in y0..y1 {
                self.right[y * nx + x0.saturating_sub(1)..y * nx + x1].fill(true);
            }
            for y in y0.saturating_sub(1)..y1 {
                self.below[y * nx + x0..y * nx + x1].fill(true);
            }
        }
    }

    fn node(&self, at: Point) -> u32 {
        let x = self.xs.partition_point(|x| *x < at.x);
        let y = self.ys.partition_point(|y| *y < at.y);
        (y * self.xs.len() + x) as u32
    }

    fn point(&self, node: u32) -> Point {
        let nx = self.xs.len();
        Point { x: self.xs[node as usize % nx], y: self.ys[node as usize / nx] }
    }

    fn begin(
        &mut self,
        starts: &[Port],
        starts_at: &[(usize, Point)],
        ends: &[(u32, usize, i32, Option<usize>)],
        turning: Option<usize>,
    ) {
        let states = self.xs.len() * self.ys.len() * 2 + ends.len();
        self.best.clear();
        self.best.resize(states, NOWHERE);
        self.came.clear();
        self.came.resize(states, NOWHERE);
        self.heap.clear();
        for (number, at) in starts_at {
            let node = self.node(*at);
            let own = axis_of(&starts[*number]);
            for axis in [HORIZONTAL, VERTICAL] {
                if own.map_or(turning == Some(axis), |own| own != axis) {
                    continue;
                }
                let cost = starts[*number].cost as u32;
                self.reach(node * 2 + axis as u32, cost, NOWHERE, ends);
            }
        }
    }

    fn reach(
        &mut self,
        state: u32,
        cost: u32,
        from: u32,
        ends: &[(u32, usize, i32, Option<usize>)],
    ) {
        if self.best[state as usize] <= cost {
            return;
        }
        self.best[state as usize] = cost;
        self.came[state as usize] = from;
        let rest = self.at_least(state, ends);
        self.heap.push(Reverse((cost + rest, Reverse(cost), state)));
    }

    /// What the rest of the way costs at least.
    fn at_least(&self, state: u32, ends: &[(u32, usize, i32, Option<usize>)]) -> u32 {
        let at = self.point(state / 2);
        let axis = (state % 2) as usize;
        let each = ends.iter().map(|(node, _, cost, end_axis)| {
            let goal = self.point(*node);
            let (dx, dy) = (at.x.abs_diff(goal.x), at.y.abs_diff(goal.y));
            let across = if axis == HORIZONTAL { dy } else { dx };
            let turns = match end_axis {
                Some(end) if *end != axis => 1,
                Some(_) if across > 0 => 2,
                _ => u32::from(across > 0),
            };
            dx + dy + turns * BEND + *cost as u32
        });
        each.min().unwrap_or(0)
    }

    /// Runs to the nearest goal; its number among `ends`.
    fn walk(&mut self, ends: &[(u32, usize, i32, Option<usize>)]) -> Option<usize> {
        let (nx, ny) = (self.xs.len(), self.ys.len());
        let grid = (nx * ny * 2) as u32;
        while let Some(Reverse((_, Reverse(cost), state))) = self.heap.pop() {
            if state >= grid {
                return Some((state - grid) as usize);
            }
            if cost > self.best[state as usize] {
                continue;
            }
            self.arrive(state, cost, grid, ends);
            let (node, axis) = (state as usize / 2, state as usize % 2);
            let (x, y) = (node % nx, node / nx);
            let step = |search: &mut Self, to: usize, along: usize, length: i32| {
                let bend = if along == axis { 0 } else { BEND };
                let next = (to * 2 + along) as u32;
                search.reach(next, cost + length as u32 + bend, state, ends);
            };
            if x + 1 < nx && !self.right[node] {
                let length = self.xs[x + 1] - self.xs[x];
                step(self, node + 1, HORIZONTAL, length);
            }
            if x > 0 && !self.right[node - 1] {
                let length = self.xs[x] - self.xs[x - 1];
                step(self, node - 1, HORIZONTAL, length);
            }
            if y + 1 < ny && !self.below[node] {
                let length = self.ys[y + 1] - self.ys[y];
                step(self, node + nx, VERTICAL, length);
            }
            if y > 0 && !self.below[node - nx] {
                let length = self.ys[y] - self.ys[y - 1];
                step(self, node - nx, VERTICAL, length);
            }
        }
        None
    }

    /// Offers the goals that lie at this state's node.
    fn arrive(
        &mut self,
        state: u32,
        cost: u32,
        grid: u32,
        ends: &[(u32, usize, i32, Option<usize>)],
    ) {
        let axis = (state % 2) as usize;
        for (number, (node, _, price, end_axis)) in (0..).zip(ends) {
            if *node != state / 2 {
                continue;
            }
            let turn = if end_axis.is_some_and(|end| end != axis) { BEND } else { 0 };
            let total = cost + turn + *price as u32;
            let last = grid + number;
            if total < self.best[last as usize] {
                self.best[last as usize] = total;
                self.came[last as usize] = state;
                self.heap.push(Reverse((total, Reverse(total), last)));
            }
        }
    }

    fn trace(
        &self,
        goal: usize,
        ends: &[(u32, usize, i32, Option<usize>)],
        starts: &[Port],
        goals: &[Port],
        starts_at: &[(usize, Point)],
    ) -> Leg {
        let grid = self.xs.len() * self.ys.len() * 2;
        let goal_number = ends[goal].1;
        let mut points = vec![goals[goal_number].at];
        let mut state = self.came[grid + goal];
        let mut first = state;
        while state != NOWHERE {
            points.push(self.point(state / 2));
            first = state;
            state = self.came[state as usize];
        }
        let begun = self.point(first / 2);
        let axis = (first % 2) as usize;
        let start = starts_at
            .iter()
            .filter(|(number, at)| {
                *at == begun && axis_of(&starts[*number]).is_none_or(|a| a == axis)
            })
            .min_by_key(|(number, _)| starts[*number].cost)
            .map_or(0, |(number, _)| *number);
        points.push(starts[start].at);
        points.reverse();
        Leg { points: straighten(points), start, goal: goal_number }
    }
}

/// How far a block's middle is from the straight line between two points, squared.
fn off_line(block: &Block, from: Point, to: Point) -> i64 {
    let [left, top, right, bottom] = block.edges;
    let (dx, dy) = (i64::from(to.x - from.x), i64::from(to.y - from.y));
    let across = i64::from(i32::midpoint(left, right) - from.x);
    let down = i64::from(i32::midpoint(top, bottom) - from.y);
    let length = (dx * dx + dy * dy).max(1);
    let along = (across * dx + down * dy).clamp(0, length);
    // Thousandths are fine enough for an order, and cannot overflow.
    let share = along * 1000 / length;
    (across - dx * share / 1000).pow(2) + (down - dy * share / 1000).pow(2)
}

fn stub_is_free(blocks: &[Block], port: &Port, stub: i32) -> bool {
    let (at, end) = (port.at, port.stub(stub));
    let last = [end.x, end.y, end.x, end.y];
    let run = [at.x.min(end.x), at.y.min(end.y), at.x.max(end.x), at.y.max(end.y)];
    let hits = |wall: [i32; 4], run: [i32; 4]| {
        wall[0] <= run[2] && run[0] <= wall[2] && wall[1] <= run[3] && run[1] <= wall[3]
    };
    blocks.iter().all(|block| {
        // The port itself lies on its own shape's border: only its stub's end counts there.
        let own = hits(block.edges, [at.x, at.y, at.x, at.y]);
        !hits(block.wall(), last) && (own || !hits(block.wall(), run))
    })
}

/// Drops points that lie on the way between their neighbours.
pub(crate) fn straighten(points: Vec<Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::with_capacity(points.len());
    for point in points {
        if kept.last() == Some(&point) {
            continue;
        }
        while let [.., a, b] = kept[..] {
            let level = a.y == b.y && b.y == point.y;
            let plumb = a.x == b.x && b.x == point.x;
            if !level && !plumb {
                break;
            }
            kept.pop();
        }
        kept.push(point);
    }
    kept
}
