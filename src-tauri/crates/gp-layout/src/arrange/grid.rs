//! Cards of several tiers in columns that run through all of them, so that what talks to each other stands in
//! line: first in the order of their links, then exchanged as long as that makes the links shorter.

use super::{GAP, PADDING, Plan, layers::layers, pack::connected};
use std::collections::{BTreeSet, HashMap};

/// Space between columns where links run between neighbours of a row, with room for a pill.
const WIDE: i32 = 72;
/// Space between lanes, which have an edge of their own on both sides.
const LANE_GAP: i32 = 80;
/// What a tier takes in height besides its cards: header, padding, the gap to the next.
const TIER: i32 = 112;
/// Rounds in which every card may change its place.
const ROUNDS: usize = 6;
/// Links that run rightwards stay in one row up to this length.
const ROW: usize = 5;
/// In a tier with more places than this a card looks only near what it is linked to.
const MANY: usize = 160;

/// The cards of one container.
pub(crate) struct Group {
    pub(crate) cards: Vec<usize>,
    /// How deep the container lies below the one whose columns these are.
    pub(crate) depth: i32,
}

/// Where a card goes in its container's content, which is this wide.
#[derive(Clone, Copy)]
pub(crate) struct Planned {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) width: i32,
}

/// First row or column of each, and how many.
type Spans = Vec<(usize, usize)>;

/// Cards on squares: rows of each group, columns of each band (no lane, then lane by lane).
struct Board {
    bands: Vec<(usize, usize)>,
    rows: Vec<(usize, usize)>,
    columns: usize,
    /// Which card stands on a square.
    squares: Vec<Option<usize>>,
    /// The square of each card.
    at: Vec<usize>,
    /// Group and band of each card.
    home: Vec<(usize, usize)>,
    /// What each card is linked to, and whether the link begins here.
    near: Vec<Vec<(usize, bool)>>,
    /// Links to the left and the right of the board.
    pull: Vec<[i32; 2]>,
}

impl Plan<'_> {
    /// Plans the places of all cards in the groups, which stand below each other. With `lanes`, each of them has
    /// columns of its own; the answer says where they begin and end, left of the deepest group's content being 0.
    pub(crate) fn plan_grid(&mut self, groups: &[Group], lanes: &[&str]) -> Vec<(i32, i32)> {
        let cards: Vec<usize> = groups.iter().flat_map(|group| group.cards.clone()).collect();
        let mut board = self.board(groups, &cards, lanes);
        board.improve();
        let linked = (0..cards.len()).any(|c| {
            board.near[c].iter().any(|(other, _)| board.home[c].0 == board.home[*other].0)
        });
        let columns =
            board.column_edges(if linked { WIDE } else { GAP }, |c| self.rects[cards[c]].w);
        let width = columns.last().map_or(0, |edge| edge.1);
        let deepest = groups.iter().map(|group| group.depth).max().unwrap_or(0);
        for (group, rows) in groups.iter().zip(&board.rows) {
            let shift = (deepest - group.depth) * PADDING;
            let mut y = 0;
            for row in rows.0..rows.0 + rows.1 {
                let there = (0..board.columns).filter_map(|column| {
                    Some((column, cards[board.squares[row * board.columns + column]?]))
                });
                let mut height = 0;
                for (column, card) in there {
                    let (left, right) = columns[column];
                    let rect = self.rects[card];
                    // On the grid of four units also where the card is narrower than its column.
                    let x = shift + left + (((right - left - rect.w) / 2) & !3);
                    self.planned.insert(card, Planned { x, y, width: width + 2 * shift });
                    height = height.max(rect.h);
                }
                y += if height > 0 { height + GAP } else { 0 };
            }
        }
        let lane = |band: &(usize, usize)| (columns[band.0].0, columns[band.0 + band.1 - 1].1);
        board.bands.iter().skip(1).map(lane).collect()
    }

    fn board(&self, groups: &[Group], cards: &[usize], lanes: &[&str]) -> Board {
        let local: HashMap<usize, usize> = cards.iter().copied().zip(0..).collect();
        let band = |card: usize| {
            let zone = self.items[card].zone.as_deref();
            lanes.iter().position(|lane| zone == Some(*lane)).map_or(0, |lane| lane + 1)
        };
        let home: Vec<(usize, usize)> = groups
            .iter()
            .enumerate()
            .flat_map(|(number, group)| group.cards.iter().map(move |card| (number, *card)))
            .map(|(number, card)| (number, band(card)))
            .collect();
        let mut near = vec![Vec::new(); cards.len()];
        let mut pull = vec![[0, 0]; cards.len()];
        for (number, card) in cards.iter().enumerate() {
            for link in &self.at[*card] {
                let (from, to) = self.links[*link];
                let other = if from == *card { to } else { from };
                match local.get(&other) {
                    Some(other) if *other != number => near[number].push((*other, from == *card)),
                    Some(_) => {}
                    None => pull[number][usize::from(self.parents[other].is_some())] += 1,
                }
            }
        }
        let inner: BTreeSet<(usize, usize)> = (0..cards.len())
            .flat_map(|card| near[card].iter().map(move |(other, begins)| (card, *other, *begins)))
            .filter(|(card, other, begins)| *begins && home[*card].0 == home[*other].0)
            .map(|(card, other, _)| (card, other))
            .collect();
        let layers = layers(cards.len(), &inner);
        let (rows, bands) = self.squares(groups, &home, cards, layers.len(), lanes.len());
        let columns = bands.iter().map(|(_, count)| count).sum();
        let squares = vec![None; columns * rows.iter().map(|(_, count)| count).sum::<usize>()];
        let mut board =
            Board { bands, rows, columns, squares, at: vec![0; cards.len()], home, near, pull };
        board.fill(&inner, &layers);
        board
    }

    /// Rows of each group and columns of each band: of all numbers of rows, the one with the best shape.
    fn squares(
        &self,
        groups: &[Group],
        home: &[(usize, usize)],
        cards: &[usize],
        depth: usize,
        lanes: usize,
    ) -> (Spans, Spans) {
        let mut counts = vec![vec![0usize; lanes + 1]; groups.len()];
        for (group, band) in home {
            counts[*group][*band] += 1;
        }
        let most = counts.iter().flatten().copied().max().unwrap_or(0);
        let w = cards.iter().map(|card| self.rects[*card].w).max().unwrap_or(0) + GAP + 16;
        let h = cards.iter().map(|card| self.rects[*card].h).max().unwrap_or(0) + GAP;
        let wanted = if groups.len() > 1 { 1.8 } else { 2.4 };
        let shape = |high: usize| {
            let column = |band: usize| {
                let least = if band > 0 { 1 } else { depth.min(ROW).min(most) };
                let most = counts.iter().map(|group| group[band]).max().unwrap_or(0);
                if most == 0 { usize::from(band > 0) } else { most.div_ceil(high).max(least) }
            };
            let columns: Vec<usize> = (0..=lanes).map(column).collect();
            let row = |group: &Vec<usize>| {
                let each =
                    group.iter().zip(&columns).map(|(count, wide)| count.div_ceil((*wide).max(1)));
                each.max().unwrap_or(0)
            };
            let rows: Vec<usize> = counts.iter().map(row).collect();
            let wide = columns.iter().sum::<usize>() as f64 * f64::from(w);
            let tall = rows.iter().sum::<usize>() as f64 * f64::from(h)
                + groups.len() as f64 * f64::from(TIER - GAP);
            ((wide / wanted).max(tall) as i64, rows, columns)
        };
        // Past the first hundred, one row more makes no difference that anybody sees.
        let tried = (1..=most.max(1)).filter(|high| *high <= 100 || high % 16 == 0);
        let (_, rows, columns) = tried.map(shape).min_by_key(|shape| shape.0).unwrap_or_default();
        (runs(&rows), runs(&columns))
    }
}

/// Beginnings and lengths of runs of these lengths, one after the other.
fn runs(lengths: &[usize]) -> Vec<(usize, usize)> {
    let mut begin = 0;
    let run = |length: &usize| {
        begin += length;
        (begin - length, *length)
    };
    lengths.iter().map(run).collect()
}

/// Rows or columns as a distance.
fn steps(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 64)
}

impl Board {
    /// Row by row in the order of links: what belongs together is together from the beginning.
    fn fill(&mut self, inner: &BTreeSet<(usize, usize)>, layers: &[Vec<usize>]) {
        let mut key = vec![(0, 0); self.at.len()];
        for (number, part) in connected(self.at.len(), inner).iter().enumerate() {
            for card in part {
                key[*card].0 = number;
            }
        }
        for (number, layer) in layers.iter().enumerate() {
            for card in layer {
                key[*card].1 = number;
            }
        }
        let mut order: Vec<usize> = (0..self.at.len()).collect();
        order.sort_by_key(|card| (key[*card], *card));
        let mut taken: HashMap<(usize, usize), usize> = HashMap::new();
        for card in order {
            let home = self.home[card];
            let next = taken.entry(home).or_default();
            let (first, wide) = self.bands[home.1];
            let square = (self.rows[home.0].0 + *next / wide) * self.columns + first + *next % wide;
            *next += 1;
            self.at[card] = square;
            self.squares[square] = Some(card);
        }
    }

    /// Exchanges cards within their group and lane while that makes links shorter.
    fn improve(&mut self) {
        for _ in 0..ROUNDS {
            let mut better = false;
            for card in 0..self.at.len() {
                if self.near[card].is_empty() && self.pull[card] == [0, 0] {
                    continue;
                }
                for square in self.choices(card) {
                    better |= self.exchange(card, square);
                }
            }
            if !better {
                return;
            }
        }
    }

    /// The squares on which a card may stand and which are worth a try.
    fn choices(&self, card: usize) -> Vec<usize> {
        let (group, band) = self.home[card];
        let ((top, high), (left, wide)) = (self.rows[group], self.bands[band]);
        let all = high * wide;
        let near = &self.near[card];
        let middle = near.iter().map(|(other, _)| self.at[*other] % self.columns).sum::<usize>()
            / near.len().max(1);
        let columns =
            (left..left + wide).filter(|column| all <= MANY || column.abs_diff(middle) < 4);
        let rows = |column| {
            let own = self.at[card] / self.columns;
            let rows = (top..top + high).filter(move |row| all <= MANY || row.abs_diff(own) < 8);
            rows.map(move |row| row * self.columns + column)
        };
        columns.flat_map(rows).collect()
    }

    fn exchange(&mut self, card: usize, square: usize) -> bool {
        let (old, other) = (self.at[card], self.squares[square]);
        if old == square {
            return false;
        }
        let both = |board: &Self| board.cost(card) + other.map_or(0, |other| board.cost(other));
        let before = both(self);
        self.put(card, square, other, old);
        if both(self) < before {
            return true;
        }
        self.put(card, old, other, square);
        false
    }

    fn put(&mut self, card: usize, square: usize, other: Option<usize>, there: usize) {
        self.at[card] = square;
        self.squares[square] = Some(card);
        self.squares[there] = other;
        if let Some(other) = other {
            self.at[other] = there;
        }
    }

    /// How long and how bent the links of a card are, about.
    fn cost(&self, card: usize) -> i32 {
        let place = |card: usize| {
            let square = self.at[card];
            (steps(square % self.columns), steps(square / self.columns))
        };
        let (x, y) = place(card);
        let (group, band) = self.home[card];
        let mut cost = x + 2 * (y - steps(self.rows[group].0));
        for (other, begins) in &self.near[card] {
            let (ox, oy) = place(*other);
            let (dx, dy) = ((ox - x).abs(), (oy - y).abs());
            cost += 16 * dx + 6 * dy + if dx > 0 && dy > 0 { 14 } else { 0 };
            if self.home[*other].0 == group {
                let forwards = if *begins { ox > x } else { ox < x };
                // Beside each other is best, then below; beyond a neighbour it must go round.
                cost += if forwards || dx == 0 { 0 } else { 20 };
                cost += if dx + dy > 1 && (dx == 0 || dy == 0) { 24 } else { 0 };
            }
        }
        let (first, wide) = self.bands[band];
        let (left, right) = (x - steps(first), steps(first + wide) - 1 - x);
        let [to_left, to_right] = self.pull[card];
        cost + 4 * (to_left * left + to_right * right)
    }

    /// Left and right edge of each column, as wide as its widest card.
    fn column_edges(&self, gap: i32, width: impl Fn(usize) -> i32) -> Vec<(i32, i32)> {
        let mut widest = vec![0; self.columns];
        for (card, square) in self.at.iter().enumerate() {
            let column = &mut widest[square % self.columns];
            *column = width(card).max(*column);
        }
        let mut x = 0;
        let mut edges = Vec::with_capacity(self.columns);
        for (column, wide) in widest.iter().enumerate() {
            let opens_lane = self.bands.iter().skip(1).any(|band| band.0 == column);
            x += match (column, opens_lane) {
                (0, _) => 0,
                (_, true) => LANE_GAP,
                _ => gap,
            };
            // An empty column between others still is a way for links; an empty lane can be dropped into.
            let wide = if *wide > 0 {
                *wide
            } else if opens_lane {
                160
            } else {
                96
            };
            edges.push((x, x + wide));
            x += wide;
        }
        edges
    }
}
