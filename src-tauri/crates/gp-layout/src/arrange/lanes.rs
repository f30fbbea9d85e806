//! Zones as lanes: bands over a region, under the columns of what is pinned to them.

use super::{GAP, PADDING, Plan};
use crate::input::HEADER;
use gp_model::{Id, Rect};
use std::collections::BTreeSet;

/// Space between a region's top edge and its lanes: below the header.
const TOP: i32 = HEADER + 12;
/// Space between a region's bottom edge and its lanes.
const BOTTOM: i32 = 12;
/// Width of a lane in which nothing stands.
const WIDTH: i32 = 200;

impl Plan<'_> {
    /// The lanes of a region, by letter: their numbers and letters. Of two for one zone, the first.
    pub(crate) fn lanes_of(&self, region: usize) -> Vec<(usize, String)> {
        let mut lanes: Vec<(usize, String)> = Vec::new();
        for (number, (_, lane, of)) in self.lanes.iter().enumerate() {
            let is_new = lanes.last().is_none_or(|(_, letter)| *letter != lane.letter);
            if *of == Some(region) && is_new {
                lanes.push((number, lane.letter.clone()));
            }
        }
        lanes
    }

    /// Whether lanes run through what the shape holds: then nothing in it is moved sideways.
    pub(crate) fn is_under_lanes(&self, shape: usize) -> bool {
        let mut at = Some(shape);
        while let Some(number) = at {
            if self.lanes.iter().any(|lane| lane.2 == Some(number)) && self.free[number] {
                return true;
            }
            at = self.parents[number];
        }
        false
    }

    /// Where the lanes lie once everything has its place: those that have one outside of what was laid out keep it.
    pub(crate) fn lane_places(&self) -> Vec<(Id, Rect)> {
        let mut beside = 0;
        let place = |(number, (id, lane, region)): (usize, &(&Id, &super::Lane, Option<usize>))| {
            let ground = region.map_or(Rect { x: 0, y: 0, w: 0, h: 600 }, |r| self.rects[r]);
            let (y, h) = (ground.y + TOP, (ground.h - TOP - BOTTOM).max(1));
            let rect = match (self.lanes_at.get(&number), lane.rect) {
                (Some((left, right)), _) => Rect { x: ground.x + left, y, w: right - left, h },
                (None, Some(rect)) => rect,
                (None, None) => {
                    let (left, right) =
                        self.pinned_to(&lane.letter, *region).unwrap_or_else(|| {
                            beside += WIDTH + GAP;
                            let left = ground.x + PADDING + beside - WIDTH - GAP;
                            (left, left + WIDTH)
                        });
                    Rect { x: left, y, w: right - left, h }
                }
            };
            ((*id).clone(), rect)
        };
        self.lanes.iter().enumerate().map(place).collect()
    }

    /// From where to where the things of a region reach that are pinned to the zone.
    fn pinned_to(&self, letter: &str, region: Option<usize>) -> Option<(i32, i32)> {
        let mut open: BTreeSet<usize> = self.children[region?].iter().copied().collect();
        let mut reach: Option<(i32, i32)> = None;
        while let Some(shape) = open.pop_first() {
            open.extend(&self.children[shape]);
            if self.items[shape].zone.as_deref() == Some(letter) {
                let (left, right) = (self.rects[shape].x - 20, self.rects[shape].right() + 20);
                reach = Some(reach.map_or((left, right), |(l, r)| (l.min(left), r.max(right))));
            }
        }
        reach
    }
}
