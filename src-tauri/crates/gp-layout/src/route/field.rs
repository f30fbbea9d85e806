//! What stands in the way of one link: the scene, indexed, and the blocks a link has to go round.

use super::Job;
use crate::{
    index::{Index, edges},
    input::{Role, RouteInput, Shape},
};
use gp_model::{Id, Point, Rect};
use std::{
    cell::OnceCell,
    collections::{BTreeSet, HashMap},
};

/// One try at a route: each later one is freer and dearer than the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    /// Foreign containers are solid; else only cards and header texts are.
    pub(crate) solid: bool,
    /// Space kept from shapes.
    pub(crate) clearance: i32,
    /// How far around the two ends a way is looked for.
    pub(crate) reach: i32,
    /// Whether every place of a side is tried as a port.
    pub(crate) every_port: bool,
}

pub(crate) const ATTEMPTS: [Attempt; 6] = [
    Attempt { solid: true, clearance: 8, reach: 120, every_port: false },
    Attempt { solid: true, clearance: 3, reach: 200, every_port: false },
    Attempt { solid: false, clearance: 8, reach: 120, every_port: false },
    Attempt { solid: false, clearance: 3, reach: 400, every_port: false },
    Attempt { solid: false, clearance: 1, reach: 400, every_port: true },
    Attempt { solid: false, clearance: 1, reach: 2_000, every_port: true },
];

/// Space kept from header texts, which are no walls.
const TEXT_MARGIN: i32 = 3;

/// Something to go round, with the space to keep from it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block {
    pub(crate) edges: [i32; 4],
    pub(crate) margin: i32,
}

impl Block {
    /// Left, top, right, bottom of the ground on which no line may run.
    pub(crate) fn wall(&self) -> [i32; 4] {
        let keep = self.margin - 1;
        let [left, top, right, bottom] = self.edges;
        [left - keep, top - keep, right + keep, bottom + keep]
    }
}

/// The drawing, by numbers, with indexes.
pub(crate) struct Scene<'a> {
    numbers: HashMap<&'a Id, u32>,
    shapes: Vec<&'a Shape>,
    parents: Vec<Option<u32>>,
    /// What stands at the top, and in each container (their numbers plus one); an index of each is made when
    /// somebody asks, for most edits few are.
    below: Vec<Vec<u32>>,
    inside: Vec<OnceCell<Index>>,
    /// All cards; built when somebody asks, for most edits nobody does.
    leaves: OnceCell<Index>,
    /// All header texts, and their index. The same.
    labels: OnceCell<(Vec<Rect>, Index)>,
    /// Header texts of frames, and their index.
    frame_labels: (Vec<Rect>, Index),
}

/// Where shapes were moved to.
pub(crate) struct Places {
    pub(crate) ends: BTreeSet<u32>,
    index: Index,
}

impl<'a> Scene<'a> {
    pub(crate) fn new(input: &'a RouteInput) -> Self {
        let numbers: HashMap<&Id, u32> = input.shapes.keys().zip(0..).collect();
        let shapes: Vec<&Shape> = input.shapes.values().collect();
        let parents: Vec<Option<u32>> = shapes
            .iter()
            .map(|s| s.parent.as_ref().and_then(|p| numbers.get(p).copied()))
            .collect();
        let mut below = vec![Vec::new(); shapes.len() + 1];
        let mut frames = Vec::new();
        for (number, shape) in (0..).zip(&shapes) {
            if shape.role == Role::Frame {
                frames.extend(shape.labels());
            } else {
                below[parents[number as usize].map_or(0, |p| p as usize + 1)].push(number);
            }
        }
        let inside = vec![OnceCell::new(); below.len()];
        let frame_labels = (frames.clone(), over(&frames));
        let (leaves, labels) = (OnceCell::new(), OnceCell::new());
        Self { numbers, shapes, parents, below, inside, leaves, labels, frame_labels }
    }

    /// What stands in a container, or at the top.
    fn inside(&self, container: Option<u32>) -> &Index {
        let place = container.map_or(0, |c| c as usize + 1);
        self.inside[place].get_or_init(|| {
            let entry = |number: &u32| (*number, edges(self.rect(*number)));
            Index::new(&self.below[place].iter().map(entry).collect::<Vec<_>>())
        })
    }

    fn leaves(&self) -> &Index {
        self.leaves.get_or_init(|| {
            let leaves = (0..).zip(&self.shapes).filter(|(_, shape)| shape.role == Role::Leaf);
            Index::new(&leaves.map(|(n, shape)| (n, edges(shape.rect))).collect::<Vec<_>>())
        })
    }

    fn labels(&self) -> &(Vec<Rect>, Index) {
        self.labels.get_or_init(|| {
            let texts: Vec<Rect> = self.shapes.iter().flat_map(|shape| shape.labels()).collect();
            let index = over(&texts);
            (texts, index)
        })
    }

    pub(crate) fn number(&self, id: &Id) -> Option<u32> {
        self.numbers.get(id).copied()
    }

    pub(crate) fn rect(&self, number: u32) -> Rect {
        self.shapes[number as usize].rect
    }

    /// The containers above, nearest first; ends where a cycle closes.
    fn above(&self, number: u32) -> Vec<u32> {
        let mut chain = Vec::new();
        let mut at = self.parents[number as usize];
        while let Some(parent) = at {
            if parent == number || chain.contains(&parent) {
                break;
            }
            chain.push(parent);
            at = self.parents[parent as usize];
        }
        chain
    }

    /// Whether `outer` contains `inner`, at any depth.
    pub(crate) fn holds(&self, outer: u32, inner: u32) -> bool {
        self.above(inner).contains(&outer)
    }

    /// What the link has to go round in the part of the drawing that the attempt looks at.
    pub(crate) fn blocks(&self, job: &Job<'_>, attempt: Attempt) -> Vec<Block> {
        let [a, b] = [edges(self.rect(job.from)), edges(self.rect(job.to))];
        let mut window = [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])];
        for point in job.way_points {
            window = [
                window[0].min(point.x),
                window[1].min(point.y),
                window[2].max(point.x),
                window[3].max(point.y),
            ];
        }
        let r = attempt.reach;
        let window = [window[0] - r, window[1] - r, window[2] + r, window[3] + r];
        self.blocks_in(job, attempt, window)
    }

    /// The same within a window.
    pub(crate) fn blocks_in(
        &self,
        job: &Job<'_>,
        attempt: Attempt,
        window: [i32; 4],
    ) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut open = self.above(job.from);
        open.extend(self.above(job.to));
        let margin = attempt.clearance;
        let ends = [job.from, job.to].into_iter().filter(|end| !open.contains(end));
        blocks.extend(ends.map(|end| Block { edges: edges(self.rect(end)), margin }));
        let mut card = |number: u32| {
            if !open.contains(&number) && number != job.from && number != job.to {
                blocks.push(Block { edges: edges(self.rect(number)), margin });
            }
        };
        if attempt.solid {
            self.inside(None).each(window, &mut card);
            let mut seen = Vec::new();
            for container in &open {
                if !seen.contains(container) {
                    seen.push(*container);
                    self.inside(Some(*container)).each(window, &mut card);
                }
            }
        } else {
            self.leaves().each(window, &mut card);
        }
        self.text_blocks(attempt, window, &open, &mut blocks);
        blocks
    }

    fn text_blocks(
        &self,
        attempt: Attempt,
        window: [i32; 4],
        open: &[u32],
        blocks: &mut Vec<Block>,
    ) {
        let margin = TEXT_MARGIN.min(attempt.clearance);
        let (texts, index) = if attempt.solid { &self.frame_labels } else { self.labels() };
        index.each(window, |number| {
            blocks.push(Block { edges: edges(texts[number as usize]), margin });
        });
        if !attempt.solid {
            return;
        }
        let mut seen = Vec::new();
        for container in open {
            if !seen.contains(container) {
                seen.push(*container);
                let labels = self.shapes[*container as usize].labels();
                blocks.extend(labels.iter().map(|rect| Block { edges: edges(*rect), margin }));
            }
        }
    }

    /// Whether a rectangle lies over a card or a header text.
    pub(crate) fn is_covered(&self, rect: Rect) -> bool {
        let window = [rect.x + 1, rect.y + 1, rect.right() - 1, rect.bottom() - 1];
        let mut covered = false;
        self.leaves().each(window, |_| covered = true);
        self.labels().1.each(window, |_| covered = true);
        covered
    }

    /// Whether a line runs over no card but those at its ends, and through no header text.
    pub(crate) fn is_clear(&self, job: &Job<'_>, points: &[Point]) -> bool {
        let mut clear = true;
        for pair in points.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            let window = [a.x.min(b.x), a.y.min(b.y), a.x.max(b.x), a.y.max(b.y)];
            self.leaves().each(window, |leaf| clear &= leaf == job.from || leaf == job.to);
            self.labels().1.each(window, |_| clear = false);
        }
        clear
    }

    /// The places of shapes that were moved, for asking what they disturb.
    pub(crate) fn places(&self, moved: &[Id]) -> Places {
        let ends: BTreeSet<u32> = moved.iter().filter_map(|id| self.number(id)).collect();
        let shapes: Vec<_> = ends
            .iter()
            .filter(|n| self.shapes[**n as usize].role != Role::Frame)
            .map(|n| (*n, edges(self.rect(*n))))
            .collect();
        Places { ends, index: Index::new(&shapes) }
    }
}

/// An index over rectangles.
fn over(rects: &[Rect]) -> Index {
    Index::new(&(0..).zip(rects).map(|(number, rect)| (number, edges(*rect))).collect::<Vec<_>>())
}

impl Places {
    /// Ground with so much around it.
    pub(crate) fn of(rects: &[Rect], around: i32) -> Self {
        let wide = |it: &Rect| Rect {
            x: it.x - around,
            y: it.y - around,
            w: it.w + 2 * around,
            h: it.h + 2 * around,
        };
        let rects: Vec<Rect> = rects.iter().map(wide).collect();
        Self { ends: BTreeSet::new(), index: over(&rects) }
    }

    /// Whether a polyline crosses or touches one of the places.
    pub(crate) fn hit(&self, points: &[Point]) -> bool {
        let mut hit = false;
        for pair in points.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            let window = [a.x.min(b.x) - 2, a.y.min(b.y) - 2, a.x.max(b.x) + 2, a.y.max(b.y) + 2];
            self.index.each(window, |_| hit = true);
        }
        hit
    }
}
