//! In which order stacks are made, and which of them more than once: where two need something of each
//! other, one is made without what needs the other first, and completed later.

/// What has to be there before what, by number.
pub struct Needs {
    /// Part → the stack that it stands in.
    pub stack_of: Vec<usize>,
    /// How many stacks there are.
    pub stacks: usize,
    /// Part → parts that must be there before.
    pub hard: Vec<Vec<usize>>,
    /// Part → parts that had better be there before: nothing of them is asked for.
    pub soft: Vec<Vec<usize>>,
}

/// When everything is made.
#[derive(Debug, PartialEq, Eq)]
pub struct Order {
    /// The stacks, one step after the other; one may come again.
    pub steps: Vec<usize>,
    /// Part → at which time its stack is made with it, counted from one; none: parts need each other in
    /// a circle.
    pub time: Vec<Option<usize>>,
}

/// Finds an order with few steps.
pub fn order(needs: &Needs) -> Order {
    let mut now = State {
        needs,
        time: vec![None; needs.stack_of.len()],
        times: vec![0; needs.stacks],
        steps: Vec::new(),
    };
    while let Some(stack) = now.best() {
        now.make(stack);
    }
    Order { steps: now.steps, time: now.time }
}

#[derive(Clone)]
struct State<'n> {
    needs: &'n Needs,
    time: Vec<Option<usize>>,
    /// Stack → how often it was made.
    times: Vec<usize>,
    steps: Vec<usize>,
}

/// What would become of a stack now.
struct Ready {
    stack: usize,
    parts: Vec<usize>,
    /// Nothing of it would be left for later.
    whole: bool,
    /// What had better be there before and is not.
    early: usize,
}

impl State<'_> {
    /// The parts of a stack that could be made now.
    fn ready(&self, stack: usize) -> Ready {
        let left: Vec<usize> = (0..self.time.len())
            .filter(|part| self.needs.stack_of[*part] == stack && self.time[*part].is_none())
            .collect();
        let mut there: Vec<bool> = self.time.iter().map(Option::is_some).collect();
        let mut parts = Vec::new();
        loop {
            let before = parts.len();
            for part in &left {
                if !there[*part] && self.needs.hard[*part].iter().all(|other| there[*other]) {
                    there[*part] = true;
                    parts.push(*part);
                }
            }
            if parts.len() == before {
                break;
            }
        }
        let soft = parts.iter().flat_map(|part| &self.needs.soft[*part]);
        let early = soft.filter(|other| !there[**other]).count();
        Ready { stack, whole: parts.len() == left.len(), parts, early }
    }

    /// The stack to make next; none where nothing more can be made.
    fn best(&self) -> Option<usize> {
        let mut all: Vec<Ready> = (0..self.needs.stacks).map(|stack| self.ready(stack)).collect();
        all.retain(|ready| !ready.parts.is_empty());
        let whole = all.iter().filter(|ready| ready.whole).min_by_key(|ready| ready.early);
        if let Some(whole) = whole {
            return Some(whole.stack);
        }
        // Whoever is made in parts comes again: so that few do, each choice is thought to its end.
        let cost = |ready: &Ready| {
            let mut then = self.clone();
            then.make(ready.stack);
            while let Some(next) = then.likely() {
                then.make(next);
            }
            (then.steps.len(), ready.early, std::cmp::Reverse(ready.parts.len()))
        };
        all.iter().min_by_key(|ready| cost(ready)).map(|ready| ready.stack)
    }

    /// The next one without thinking further.
    fn likely(&self) -> Option<usize> {
        let all = (0..self.needs.stacks).map(|stack| self.ready(stack));
        let all = all.filter(|ready| !ready.parts.is_empty());
        let key = |ready: &Ready| (!ready.whole, std::cmp::Reverse(ready.parts.len()));
        all.min_by_key(key).map(|ready| ready.stack)
    }

    fn make(&mut self, stack: usize) {
        self.times[stack] += 1;
        for part in self.ready(stack).parts {
            self.time[part] = Some(self.times[stack]);
        }
        self.steps.push(stack);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts as (stack, what they need).
    fn order_of(parts: &[(usize, &[usize])]) -> Order {
        let stacks = parts.iter().map(|(stack, _)| stack + 1).max().unwrap_or(0);
        order(&Needs {
            stack_of: parts.iter().map(|(stack, _)| *stack).collect(),
            stacks,
            hard: parts.iter().map(|(_, needs)| needs.to_vec()).collect(),
            soft: vec![Vec::new(); parts.len()],
        })
    }

    #[test]
    fn who_is_needed_comes_first() {
        // A copy in the first stack of what stands in the second.
        let found = order_of(&[(0, &[1]), (1, &[])]);
        assert_eq!(found.steps, [1, 0]);
        assert_eq!(found.time, [Some(1), Some(1)]);
    }

    #[test]
    fn two_that_need_each_other_are_made_in_three_steps() {
        // A hub, a guest's attachment to it, and the hub's route to that; the guest has its own things.
        let found = order_of(&[(0, &[]), (1, &[0, 3]), (0, &[1]), (1, &[])]);
        assert_eq!(found.steps, [0, 1, 0]);
        assert_eq!(found.time, [Some(1), Some(1), Some(2), Some(1)]);
    }

    #[test]
    fn a_circle_of_parts_is_no_order() {
        let found = order_of(&[(0, &[1]), (1, &[0]), (1, &[])]);
        assert_eq!(found.steps, [1]);
        assert_eq!(found.time, [None, None, Some(1)]);
    }

    #[test]
    fn what_had_better_be_there_before_comes_before_where_it_can() {
        let needs = Needs {
            stack_of: vec![0, 1],
            stacks: 2,
            hard: vec![Vec::new(), Vec::new()],
            soft: vec![vec![1], Vec::new()],
        };
        assert_eq!(order(&needs).steps, [1, 0]);
    }
}
