//! The content of one container: tiers below each other with columns that run through them, other parts in
//! layers and packed to a good shape; single things beside the containers, actors before them.

use super::{
    GAP, PADDING, Plan,
    grid::Group,
    layers::{Gaps, layered, layers},
};
use crate::input::Role;
use gp_model::Rect;
use std::collections::{BTreeSet, HashMap};

/// Wanted width to height of packed parts.
const ASPECT: f64 = 1.7;
/// Tiers up to this many stand in one column.
const COLUMN: usize = 6;
/// Layers of cards up to this many run rightwards; more would make a ribbon.
const RIBBON: usize = 7;
/// Widths that are tried for shelves.
const SHELVES: i32 = 24;
/// Space around what lies over a lane.
const LANE_AIR: i32 = 20;

/// Parts that are packed: their shapes and their size.
type Blocks = Vec<(Vec<usize>, (i32, i32))>;

impl Plan<'_> {
    /// Gives siblings places relative to a common corner; the size of it all.
    pub(crate) fn block(&mut self, shapes: &[usize], at_top: bool) -> (i32, i32) {
        let mut shapes = shapes.to_vec();
        shapes.sort_by_key(|s| (self.items[*s].order, *s));
        let is_box = |s: &usize| self.items[*s].role == Role::Container;
        let (boxes, cards): (Vec<usize>, Vec<usize>) = shapes.iter().partition(|s| is_box(s));
        if boxes.is_empty() {
            return self.cards(&cards);
        }
        let (in_lanes, cards): (Vec<usize>, Vec<usize>) =
            cards.into_iter().partition(|card| self.planned.contains_key(card));
        let top = at_top && self.parents[boxes[0]].is_none();
        let (before, after) = self.sides(&cards, top);
        let (mut w, mut h) = self.boxes(&boxes);
        let left = self.column(&before, &boxes, h);
        for shape in &boxes {
            self.rects[*shape].x += left;
        }
        if !in_lanes.is_empty() {
            let (wide, low) = self.take_planned(&in_lanes);
            for card in &in_lanes {
                self.rects[*card].y += h + GAP;
            }
            h += GAP + low;
            w = w.max(wide);
        }
        let right = self.column(&after, &boxes, h);
        for shape in &after {
            self.rects[*shape].x += left + w + GAP;
        }
        let low = shapes.iter().map(|s| self.rects[*s].bottom()).max().unwrap_or(0);
        (left + w + right, low.max(h))
    }

    /// Before a free container is laid out: the columns that run through its tiers, or through its lanes.
    pub(crate) fn plan_columns(&mut self, shape: usize) {
        let boxes = self.boxes_of(shape);
        let lanes = self.lanes_of(shape);
        if lanes.is_empty() {
            let is_new =
                |b: &usize| self.children[*b].iter().all(|c| !self.planned.contains_key(c));
            if self.are_tiers(&boxes) && boxes.iter().all(is_new) {
                let group = |tier: usize| Group { cards: self.children[tier].clone(), depth: 0 };
                let groups: Vec<Group> = self.in_order(&boxes).into_iter().map(group).collect();
                self.plan_grid(&groups, &[]);
            }
            return;
        }
        let mut groups = Vec::new();
        self.groups_below(shape, 0, &mut groups);
        let letters: Vec<&str> = lanes.iter().map(|(_, letter)| letter.as_str()).collect();
        let deepest = groups.iter().map(|group| group.depth).max().unwrap_or(0);
        let inset = PADDING * (deepest + 1);
        for ((lane, _), (left, right)) in lanes.iter().zip(self.plan_grid(&groups, &letters)) {
            self.lanes_at.insert(*lane, (inset + left - LANE_AIR, inset + right + LANE_AIR));
        }
    }

    /// What lies in the lanes of a region: the cards of every tier, and what is pinned to a zone beside them.
    fn groups_below(&self, shape: usize, depth: i32, groups: &mut Vec<Group>) {
        let boxes = self.boxes_of(shape);
        for inner in self.in_order(&boxes) {
            self.groups_below(inner, depth + 1, groups);
        }
        let of_lane = |card: &&usize| boxes.is_empty() || self.items[**card].zone.is_some();
        let is_card = |card: &&usize| self.items[**card].role != Role::Container;
        let cards: Vec<usize> =
            self.children[shape].iter().filter(is_card).filter(of_lane).copied().collect();
        if !cards.is_empty() {
            groups.push(Group { cards, depth });
        }
    }

    fn boxes_of(&self, shape: usize) -> Vec<usize> {
        let is_box = |s: &&usize| self.items[**s].role == Role::Container;
        let mut boxes: Vec<usize> = self.children[shape].iter().filter(is_box).copied().collect();
        boxes.sort_by_key(|s| (self.items[*s].order, *s));
        boxes
    }

    /// Whether these stand below each other: few of them, with nothing but cards inside.
    fn are_tiers(&self, boxes: &[usize]) -> bool {
        let is_flat = |b: &usize| {
            let boxed =
                |c: &usize| self.items[*c].role == Role::Container || !self.children[*c].is_empty();
            !self.children[*b].iter().any(boxed)
        };
        !boxes.is_empty() && boxes.len() <= COLUMN && boxes.iter().all(is_flat)
    }

    /// Actors that begin links stand left of everything, the rest right.
    fn sides(&self, cards: &[usize], top: bool) -> (Vec<usize>, Vec<usize>) {
        cards.iter().partition(|card| {
            let links = &self.at[**card];
            let ends = links.iter().any(|l| self.links[*l].1 == **card);
            let begins = links.iter().any(|l| self.links[*l].0 == **card);
            top && (begins || !ends)
        })
    }

    /// Containers: tiers (and all that lanes run through) in one column of equal width, many parts packed.
    fn boxes(&mut self, boxes: &[usize]) -> (i32, i32) {
        let under_lanes = self.parents[boxes[0]].is_some_and(|p| self.is_under_lanes(p));
        if !under_lanes && !self.are_tiers(boxes) {
            return self.parts(boxes, false);
        }
        let width = boxes.iter().map(|b| self.rects[*b].w).max().unwrap_or(0);
        let mut y = 0;
        for number in self.in_order(boxes) {
            let Rect { w, h, .. } = self.rects[number];
            self.rects[number] = Rect { x: 0, y, w: width, h };
            if !under_lanes {
                let middle = ((width - w) / 2) & !3;
                self.children[number].iter().for_each(|child| self.rects[*child].x += middle);
            }
            y += h + GAP;
        }
        (width, y - GAP)
    }

    /// Boxes as one column: links decide, then the order of exposure.
    fn in_order(&self, boxes: &[usize]) -> Vec<usize> {
        let layers = layers(boxes.len(), &self.links_among(boxes));
        layers.into_iter().flatten().map(|number| boxes[number]).collect()
    }

    fn size(&self, shape: usize) -> (i32, i32) {
        (self.rects[shape].w, self.rects[shape].h)
    }

    /// Links between what the siblings hold, as pairs of places in the list.
    fn links_among(&self, siblings: &[usize]) -> BTreeSet<(usize, usize)> {
        let places: HashMap<usize, usize> = siblings.iter().copied().zip(0..).collect();
        let mut found = BTreeSet::new();
        let mut open: Vec<usize> = siblings.to_vec();
        while let Some(shape) = open.pop() {
            open.extend(&self.children[shape]);
            for link in &self.at[shape] {
                let (a, b) = self.links[*link];
                if let (Some(a), Some(b)) = (self.lift(a, &places), self.lift(b, &places))
                    && a != b
                {
                    found.insert((a, b));
                }
            }
        }
        found
    }

    /// Cards without containers: in layers along their links, or in rows where that would be a ribbon.
    fn cards(&mut self, cards: &[usize]) -> (i32, i32) {
        let is_planned = |card: &usize| self.planned.contains_key(card);
        if !cards.iter().all(is_planned) {
            if layers(cards.len(), &self.links_among(cards)).len() <= RIBBON {
                return self.parts(cards, true);
            }
            self.plan_grid(&[Group { cards: cards.to_vec(), depth: 0 }], &[]);
        }
        self.take_planned(cards)
    }

    fn take_planned(&mut self, cards: &[usize]) -> (i32, i32) {
        let (mut width, mut low) = (0, 0);
        for card in cards {
            let Some(planned) = self.planned.get(card) else { continue };
            let rect = &mut self.rects[*card];
            (rect.x, rect.y) = (planned.x, planned.y);
            width = width.max(planned.width);
            low = low.max(rect.bottom());
        }
        (width, low)
    }

    /// Connected parts, each in layers (rightwards for cards, downwards for containers), on shelves.
    fn parts(&mut self, shapes: &[usize], rightwards: bool) -> (i32, i32) {
        let links = self.links_among(shapes);
        let turn = |(w, h): (i32, i32)| if rightwards { (h, w) } else { (w, h) };
        let gaps = Gaps { between: if rightwards { 72 } else { GAP + 16 }, within: GAP };
        let mut blocks: Blocks = Vec::new();
        for part in connected(shapes.len(), &links) {
            let number: HashMap<usize, usize> = part.iter().copied().zip(0..).collect();
            let inner: BTreeSet<(usize, usize)> = links
                .iter()
                .filter_map(|(a, b)| Some((*number.get(a)?, *number.get(b)?)))
                .collect();
            let sizes: Vec<(i32, i32)> = part.iter().map(|n| turn(self.size(shapes[*n]))).collect();
            let (places, whole) = layered(&sizes, &inner, gaps);
            for (n, place) in part.iter().zip(places) {
                let (x, y) = turn(place);
                let rect = &mut self.rects[shapes[*n]];
                (rect.x, rect.y) = (x, y);
            }
            blocks.push((part.iter().map(|n| shapes[*n]).collect(), turn(whole)));
        }
        self.shelves(blocks)
    }

    /// Blocks in rows, higher ones first; of several widths, the one that gives the best shape.
    fn shelves(&mut self, mut blocks: Blocks) -> (i32, i32) {
        blocks.sort_by_key(|(shapes, (_, h))| (-h, self.items[shapes[0]].order, shapes[0]));
        let widest = blocks.iter().map(|(_, (w, _))| *w).max().unwrap_or(0);
        let area: f64 =
            blocks.iter().map(|(_, (w, h))| f64::from(w + GAP) * f64::from(h + GAP)).sum();
        let wanted = (area * ASPECT).sqrt();
        let limits = (4..=SHELVES).map(|n| widest.max((wanted * f64::from(n) / 12.0) as i32));
        let shape = |limit: &i32| {
            let (_, (w, h)) = on_shelves(&blocks, *limit);
            ((f64::from(w) / ASPECT).max(f64::from(h)) as i64, w)
        };
        let limit = limits.min_by_key(shape).unwrap_or(widest);
        let (places, whole) = on_shelves(&blocks, limit);
        for ((shapes, _), (x, y)) in blocks.iter().zip(places) {
            for shape in shapes {
                self.rects[*shape].x += x;
                self.rects[*shape].y += y;
            }
        }
        whole
    }

    /// Cards in a column beside the containers, each near what it is linked to; more columns
    /// where one would be too high. The width it takes with the gap, 0 for none.
    fn column(&mut self, cards: &[usize], boxes: &[usize], height: i32) -> i32 {
        if cards.is_empty() {
            return 0;
        }
        let mut wanted: Vec<(i32, usize)> =
            cards.iter().map(|c| (self.level(*c, boxes), *c)).collect();
        wanted.sort_unstable();
        let limit = height.max(300);
        let (mut x, mut y, mut width) = (0, 0, 0);
        for (number, (level, card)) in wanted.iter().enumerate() {
            let (w, h) = self.size(*card);
            if y > 0 && y + h > limit {
                x += width + GAP;
                (y, width) = (0, 0);
            }
            let rest: i32 = wanted[number..].iter().map(|(_, c)| self.rects[*c].h + GAP).sum();
            let slack = (limit - rest + GAP).max(y);
            y = y.max((level - h / 2).min(slack));
            (self.rects[*card].x, self.rects[*card].y) = (x, y);
            y += h + GAP;
            width = width.max(w);
        }
        x + width + GAP
    }

    /// The mean height of what a card is linked to inside the containers beside it.
    fn level(&self, card: usize, boxes: &[usize]) -> i32 {
        let places: HashMap<usize, usize> =
            boxes.iter().copied().zip(boxes.iter().copied()).collect();
        let mut levels = Vec::new();
        for link in &self.at[card] {
            let (a, b) = self.links[*link];
            let other = if a == card { b } else { a };
            if self.lift(other, &places).is_some() {
                let mut y = self.rects[other].h / 2;
                let mut at = Some(other);
                while let Some(number) = at {
                    y += self.rects[number].y;
                    at = self.parents[number].filter(|_| !places.contains_key(&number));
                }
                levels.push(y);
            }
        }
        if levels.is_empty() {
            0
        } else {
            levels.iter().sum::<i32>() / i32::try_from(levels.len()).unwrap_or(i32::MAX)
        }
    }
}

/// Corners of blocks in rows up to a width, and the size of it all.
fn on_shelves(blocks: &Blocks, limit: i32) -> (Vec<(i32, i32)>, (i32, i32)) {
    let (mut x, mut y, mut row, mut whole) = (0, 0, 0, 0);
    let mut places = Vec::with_capacity(blocks.len());
    for (_, (w, h)) in blocks {
        if x > 0 && x + w > limit {
            y += row + GAP;
            (x, row) = (0, 0);
        }
        places.push((x, y));
        whole = whole.max(x + w);
        row = row.max(*h);
        x += w + GAP;
    }
    (places, (whole, y + row))
}

pub(crate) fn connected(count: usize, links: &BTreeSet<(usize, usize)>) -> Vec<Vec<usize>> {
    let mut near = vec![Vec::new(); count];
    for (a, b) in links {
        near[*a].push(*b);
        near[*b].push(*a);
    }
    let mut seen = vec![false; count];
    let mut parts = Vec::new();
    for start in 0..count {
        let mut part = Vec::new();
        let mut open = vec![start];
        while let Some(number) = open.pop() {
            if !std::mem::replace(&mut seen[number], true) {
                part.push(number);
                open.extend(&near[number]);
            }
        }
        part.sort_unstable();
        if !part.is_empty() {
            parts.push(part);
        }
    }
    parts
}
