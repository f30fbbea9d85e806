//! Steps that wait for each other: which may start, which never will. Each is looked at once for each step
//! that it waits for, however many there are.

use crate::plan::Step;
use std::collections::{BTreeSet, HashMap};

/// Steps that were not started yet.
pub(crate) struct Queue<'a> {
    steps: &'a [Step],
    places: HashMap<&'a str, usize>,
    /// How many steps that are not done each waits for.
    waits_for: Vec<usize>,
    followers: Vec<Vec<usize>>,
    waiting: BTreeSet<usize>,
    ready: BTreeSet<usize>,
}

impl<'a> Queue<'a> {
    /// Everything that is not done.
    pub(crate) fn new(steps: &'a [Step], done: &BTreeSet<String>) -> Self {
        let places: HashMap<&str, usize> =
            steps.iter().enumerate().map(|(place, step)| (&*step.token, place)).collect();
        let mut queue = Self {
            steps,
            places,
            waits_for: vec![0; steps.len()],
            followers: vec![Vec::new(); steps.len()],
            waiting: BTreeSet::new(),
            ready: BTreeSet::new(),
        };
        for (place, step) in steps.iter().enumerate().filter(|(_, it)| !done.contains(&it.token)) {
            let before: BTreeSet<&String> =
                step.after.iter().filter(|token| !done.contains(*token)).collect();
            queue.waits_for[place] = before.len();
            for earlier in before.iter().filter_map(|token| queue.places.get(token.as_str())) {
                queue.followers[*earlier].push(place);
            }
            queue.waiting.insert(place);
            if before.is_empty() {
                queue.ready.insert(place);
            }
        }
        queue
    }

    /// Takes out the first step that waits for nothing.
    pub(crate) fn next(&mut self) -> Option<&'a Step> {
        let place = self.ready.pop_first()?;
        self.waiting.remove(&place);
        Some(&self.steps[place])
    }

    /// A step is done: those that waited for it alone are ready.
    pub(crate) fn done(&mut self, token: &str) {
        let Some(place) = self.places.get(token) else { return };
        for follower in &self.followers[*place] {
            self.waits_for[*follower] -= 1;
            if self.waits_for[*follower] == 0 && self.waiting.contains(follower) {
                self.ready.insert(*follower);
            }
        }
    }

    /// A step failed: takes out everything behind it.
    pub(crate) fn failed(&mut self, token: &str) -> Vec<&'a Step> {
        let mut behind: Vec<usize> = self.places.get(token).copied().into_iter().collect();
        let mut hopeless = BTreeSet::new();
        while let Some(place) = behind.pop() {
            for follower in &self.followers[place] {
                if self.waiting.remove(follower) {
                    hopeless.insert(*follower);
                    behind.push(*follower);
                }
            }
        }
        hopeless.into_iter().map(|place| &self.steps[place]).collect()
    }

    /// Takes out everything.
    pub(crate) fn rest(&mut self) -> Vec<&'a Step> {
        self.ready.clear();
        std::mem::take(&mut self.waiting).into_iter().map(|place| &self.steps[place]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Action;

    /// `a < b c`: a waits for b and c.
    fn steps(table: &str) -> Vec<Step> {
        let step = |line: &str| {
            let (token, after) = line.split_once('<').unwrap_or((line, ""));
            Step {
                token: token.trim().to_owned(),
                action: Action::Create,
                changes: Vec::new(),
                after: after.split_whitespace().map(str::to_owned).collect(),
            }
        };
        table.split(',').map(step).collect()
    }

    fn tokens(steps: Vec<&Step>) -> String {
        steps.into_iter().map(|step| step.token.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn ready(queue: &mut Queue<'_>) -> String {
        tokens(std::iter::from_fn(|| queue.next()).collect())
    }

    #[test]
    fn a_step_is_ready_when_everything_before_it_is_done() {
        let steps = steps("a, b, c < a b, d < c");
        let mut queue = Queue::new(&steps, &BTreeSet::new());
        assert_eq!(ready(&mut queue), "a b");
        queue.done("a");
        assert_eq!(ready(&mut queue), "");
        queue.done("b");
        assert_eq!(ready(&mut queue), "c");
    }

    #[test]
    fn what_was_done_before_is_not_waited_for() {
        let steps = steps("a, b < a, c < b");
        let mut queue = Queue::new(&steps, &BTreeSet::from(["a".to_owned()]));
        assert_eq!(ready(&mut queue), "b");
    }

    #[test]
    fn everything_behind_a_failure_is_hopeless_and_nothing_else() {
        let steps = steps("a, b, c < a, d < c b, e < b");
        let mut queue = Queue::new(&steps, &BTreeSet::new());
        assert_eq!(ready(&mut queue), "a b");
        assert_eq!(tokens(queue.failed("a")), "c d");
        queue.done("b");
        assert_eq!(ready(&mut queue), "e");
        assert_eq!(tokens(queue.rest()), "");
    }

    #[test]
    fn a_step_that_waits_for_nobody_knows_what_stays_to_the_end() {
        let steps = steps("a < nothing, b < b, c");
        let mut queue = Queue::new(&steps, &BTreeSet::new());
        assert_eq!(ready(&mut queue), "c");
        assert_eq!(tokens(queue.rest()), "a b");
    }
}
