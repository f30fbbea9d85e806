//! A packed R-tree over rectangles: built once, asked often. It cannot be changed.

use gp_model::Rect;

const FAN: usize = 8;

/// The tree. Answers are numbers of the rectangles in the order in which they came.
#[derive(Clone, Default)]
pub(crate) struct Index {
    /// Leaf boxes first, then each level above.
    boxes: Vec<[i32; 4]>,
    /// Number of the rectangle, for leaf boxes.
    items: Vec<u32>,
    /// Where each level starts in `boxes`; the last level holds one box.
    levels: Vec<usize>,
}

/// Edges of a rectangle: left, top, right, bottom.
pub(crate) fn edges(rect: Rect) -> [i32; 4] {
    [rect.x, rect.y, rect.right(), rect.bottom()]
}

fn meet(a: [i32; 4], b: [i32; 4]) -> bool {
    a[0] <= b[2] && b[0] <= a[2] && a[1] <= b[3] && b[1] <= a[3]
}

fn join(boxes: &[[i32; 4]]) -> [i32; 4] {
    boxes.iter().fold([i32::MAX, i32::MAX, i32::MIN, i32::MIN], |all, b| {
        [all[0].min(b[0]), all[1].min(b[1]), all[2].max(b[2]), all[3].max(b[3])]
    })
}

impl Index {
    /// The tree over these rectangles (numbers and edges).
    pub(crate) fn new(entries: &[(u32, [i32; 4])]) -> Self {
        let mut sorted: Vec<(u32, [i32; 4])> = entries.to_vec();
        tile(&mut sorted);
        let mut tree = Self {
            boxes: sorted.iter().map(|entry| entry.1).collect(),
            items: sorted.iter().map(|entry| entry.0).collect(),
            levels: vec![0],
        };
        let mut start = 0;
        while tree.boxes.len() - start > 1 {
            let end = tree.boxes.len();
            let above: Vec<_> = tree.boxes[start..end].chunks(FAN).map(join).collect();
            tree.levels.push(end);
            tree.boxes.extend(above);
            start = end;
        }
        tree
    }

    /// Calls `found` with every rectangle that shares a point with `window` (edges included).
    pub(crate) fn each(&self, window: [i32; 4], mut found: impl FnMut(u32)) {
        if self.boxes.is_empty() {
            return;
        }
        self.descend(self.levels.len() - 1, 0, window, &mut found);
    }

    fn descend(&self, level: usize, at: usize, window: [i32; 4], found: &mut impl FnMut(u32)) {
        let start = self.levels[level];
        if !meet(self.boxes[start + at], window) {
            return;
        }
        if level == 0 {
            found(self.items[at]);
            return;
        }
        let below = self.levels[level] - self.levels[level - 1];
        for child in at * FAN..((at + 1) * FAN).min(below) {
            self.descend(level - 1, child, window, found);
        }
    }
}

/// Sort-tile-recursive order: columns of about square tiles.
fn tile(entries: &mut [(u32, [i32; 4])]) {
    let middle = |e: &(u32, [i32; 4]), axis: usize| i64::from(e.1[axis]) + i64::from(e.1[axis + 2]);
    let leaves = entries.len().div_ceil(FAN).max(1);
    let columns = (leaves as f64).sqrt().ceil() as usize;
    let per_column = entries.len().div_ceil(columns).max(1);
    entries.sort_by_key(|e| (middle(e, 0), e.0));
    for column in entries.chunks_mut(per_column) {
        column.sort_by_key(|e| (middle(e, 1), e.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_tree_answers_like_a_scan(
            rects in prop::collection::vec((0..500i32, 0..500i32, 0..60i32, 0..60i32), 0..90),
            window in (0..500i32, 0..500i32, 0..200i32, 0..200i32),
        ) {
            let entries: Vec<_> = rects.iter().enumerate()
                .map(|(i, r)| (i as u32, [r.0, r.1, r.0 + r.2, r.1 + r.3])).collect();
            let window = [window.0, window.1, window.0 + window.2, window.1 + window.3];
            let mut found = Vec::new();
            Index::new(&entries).each(window, |i| found.push(i));
            found.sort_unstable();
            let wanted: Vec<u32> =
                entries.iter().filter(|e| meet(e.1, window)).map(|e| e.0).collect();
            prop_assert_eq!(found, wanted);
        }
    }
}
