//! What is still to be looked at, outermost first. Nearly all of it is known when a step begins, so
//! that is sorted once; what comes later is put where it belongs.

use gp_model::Id;
use std::{collections::BTreeSet, iter::Peekable, vec::IntoIter};

pub(crate) struct Queue {
    first: Peekable<IntoIter<(usize, Id)>>,
    later: BTreeSet<(usize, Id)>,
}

impl Queue {
    pub fn new(all: impl Iterator<Item = (usize, Id)>) -> Self {
        let mut all: Vec<(usize, Id)> = all.collect();
        all.sort_unstable();
        Self { first: all.into_iter().peekable(), later: BTreeSet::new() }
    }

    pub fn push(&mut self, depth: usize, id: Id) {
        self.later.insert((depth, id));
    }

    /// The next; one that was pushed while it waited comes once.
    pub fn pop(&mut self) -> Option<Id> {
        let first = self.first.peek();
        let next = match (first, self.later.first()) {
            (Some(first), Some(later)) if later <= first => {
                if later == first {
                    self.first.next();
                }
                self.later.pop_first()
            }
            (Some(_), _) => self.first.next(),
            (None, _) => self.later.pop_first(),
        };
        next.map(|(_, id)| id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_later_is_put_where_it_belongs() {
        let id = |name: &str| Id::new(name);
        let mut queue = Queue::new([(2, id("c")), (0, id("a")), (2, id("b"))].into_iter());
        let mut seen = Vec::new();
        while let Some(next) = queue.pop() {
            if *next == *"a" {
                queue.push(1, id("x"));
                queue.push(2, id("c"));
            }
            seen.push(next.to_string());
        }
        assert_eq!(seen, ["a", "x", "b", "c"]);
    }
}
