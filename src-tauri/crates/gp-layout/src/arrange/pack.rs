//! The content of one container: parts in layers, packed to a good shape; single things beside
//! the containers, actors before them.

use super::{
    GAP, Plan,
    layers::{Gaps, layered},
};
use crate::input::Role;
use gp_model::Rect;
use std::collections::{BTreeSet, HashMap};

/// Wanted width to height of packed parts.
const ASPECT: f64 = 1.8;
/// Tiers up to this many stand in one column.
const COLUMN: usize = 6;

impl Plan<'_> {
    /// Gives siblings places relative to a common corner; the size of it all.
    pub(crate) fn block(&mut self, shapes: &[usize], at_top: bool) -> (i32, i32) {
        let mut shapes = shapes.to_vec();
        shapes.sort_by_key(|s| (self.items[*s].order, *s));
        let is_box = |s: &usize| self.items[*s].role == Role::Container;
        let (boxes, cards): (Vec<usize>, Vec<usize>) = shapes.iter().partition(|s| is_box(s));
        if boxes.is_empty() {
            return self.parts(&cards, true);
        }
        let top = at_top && self.parents[boxes[0]].is_none();
        let (before, after) = self.sides(&cards, top);
        let (w, h) = self.boxes(&boxes);
        let left = self.column(&before, &boxes, h);
        for shape in &boxes {
            self.rects[*shape].x += left;
        }
        let right = self.column(&after, &boxes, h);
        for shape in &after {
            self.rects[*shape].x += left + w + GAP;
        }
        let low = shapes.iter().map(|s| self.rects[*s].bottom()).max().unwrap_or(0);
        (left + w + right, low.max(h))
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

    /// Containers: tiers in one column of equal width, many parts packed.
    fn boxes(&mut self, boxes: &[usize]) -> (i32, i32) {
        let deep =
            boxes.iter().all(|b| self.children[*b].iter().all(|c| self.children[*c].is_empty()));
        if !deep || boxes.len() > COLUMN {
            return self.parts(boxes, false);
        }
        let links = self.links_among(boxes);
        let sizes: Vec<(i32, i32)> = boxes.iter().map(|b| self.size(*b)).collect();
        // As layers of one: links decide, then the order of exposure.
        let (places, _) = layered(&sizes, &links, Gaps { between: 0, within: 0 });
        let mut column: Vec<usize> = (0..boxes.len()).collect();
        column.sort_by_key(|n| (places[*n].1, *n));
        let width = sizes.iter().map(|s| s.0).max().unwrap_or(0);
        let mut y = 0;
        for number in column {
            let (_, h) = sizes[number];
            self.rects[boxes[number]] = Rect { x: 0, y, w: width, h };
            y += h + GAP;
        }
        (width, y - GAP)
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

    /// Connected parts, each in layers (rightwards for cards, downwards for containers), on shelves.
    fn parts(&mut self, shapes: &[usize], rightwards: bool) -> (i32, i32) {
        let links = self.links_among(shapes);
        let turn = |(w, h): (i32, i32)| if rightwards { (h, w) } else { (w, h) };
        let gaps = Gaps { between: if rightwards { 72 } else { GAP + 16 }, within: GAP };
        let mut blocks: Vec<(Vec<usize>, (i32, i32))> = Vec::new();
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

    /// Blocks in rows of about the wanted shape, higher ones first.
    fn shelves(&mut self, mut blocks: Vec<(Vec<usize>, (i32, i32))>) -> (i32, i32) {
        blocks.sort_by_key(|(shapes, (_, h))| (-h, self.items[shapes[0]].order, shapes[0]));
        let area: f64 =
            blocks.iter().map(|(_, (w, h))| f64::from(w + GAP) * f64::from(h + GAP)).sum();
        let widest = blocks.iter().map(|(_, (w, _))| *w).max().unwrap_or(0);
        let limit = widest.max((area * ASPECT).sqrt() as i32);
        let (mut x, mut y, mut row, mut whole) = (0, 0, 0, 0);
        for (shapes, (w, h)) in blocks {
            if x > 0 && x + w > limit {
                y += row + GAP;
                (x, row) = (0, 0);
            }
            for shape in shapes {
                self.rects[shape].x += x;
                self.rects[shape].y += y;
            }
            whole = whole.max(x + w);
            row = row.max(h);
            x += w + GAP;
        }
        (whole, y + row)
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

fn connected(count: usize, links: &BTreeSet<(usize, usize)>) -> Vec<Vec<usize>> {
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
