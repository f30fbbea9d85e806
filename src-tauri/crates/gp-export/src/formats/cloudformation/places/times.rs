//! What of a stack is made only with a later deployment of it, and the conditions and parameters of that.

use super::{
    super::{
        template::{Output, Parameter, Source},
        writer::{Node, map},
    },
    Parts, Step,
    carry::{self, Carrier},
    order::Order,
};
use std::collections::{BTreeMap, BTreeSet};

/// When what is asked for.
pub struct Times<'o> {
    order: &'o Order,
    /// Home and parameter → at which time of its stack something first asks for it.
    first: BTreeMap<(usize, String), usize>,
}

impl<'o> Times<'o> {
    /// Looks at who asks for what.
    pub fn new(carrier: &Carrier<'_, '_>, order: &'o Order) -> Self {
        let mut first = BTreeMap::new();
        for one in &carrier.asked {
            let Some(time) = order.time[one.by] else { continue };
            let key = (carrier.home_of()[one.by], one.parameter.clone());
            let known = first.entry(key).or_insert(time);
            *known = time.min(*known);
        }
        Self { order, first }
    }

    /// The parameters that a home is first asked for at a time.
    fn new_at(&self, home: usize, time: usize) -> impl Iterator<Item = &String> {
        let own = self.first.iter().filter(move |((of, _), at)| *of == home && **at == time);
        own.map(|((_, name), _)| name)
    }

    /// What a home's stack is not asked for the first time has to have a value before it is known; what
    /// only a circle asked for, nobody asks for any more.
    pub fn give_defaults(&self, parameters: &mut [BTreeMap<String, Parameter>]) {
        for (home, own) in parameters.iter_mut().enumerate() {
            own.retain(|name, parameter| {
                let time = self.first.get(&(home, name.clone()));
                if time.is_some_and(|time| *time > 1) {
                    parameter.default = Some(String::new());
                }
                time.is_some() || !matches!(parameter.source, Source::Output(..))
            });
        }
    }

    /// Has what comes later wait for its condition, and what tells of it, too.
    pub fn set_conditions(&self, parts: &mut Parts<'_>, outputs: &mut [BTreeMap<String, Output>]) {
        for (number, entry) in parts.entries.iter_mut().enumerate() {
            entry.condition = self.order.time[number].filter(|time| *time > 1).map(name_of);
        }
        for own in outputs {
            own.retain(|_, output| {
                let mut named = BTreeSet::new();
                output.value.names(&mut named);
                let numbers = named.iter().filter_map(|name| parts.ids.get(*name));
                let times: Vec<Option<usize>> =
                    numbers.map(|number| self.order.time[*number]).collect();
                let last = times.iter().flatten().max().filter(|time| **time > 1);
                output.condition = last.map(|time| name_of(*time));
                times.iter().all(Option::is_some)
            });
        }
    }

    /// Has the statements that let somebody elsewhere in wait, where they come later than the rest.
    pub fn let_in_later(&self, parts: &mut Parts<'_>, late: &BTreeMap<usize, usize>) {
        for (number, late) in late {
            let times = (self.order.time[*number], self.order.time[*late]);
            let (Some(own), Some(last)) = times else { continue };
            for time in own + 1..=last {
                let names: Vec<&String> = self.new_at(parts.home_of[*number], time).collect();
                carry::on_condition(&mut parts.entries[*number], &name_of(time), &names);
            }
        }
    }

    /// The conditions of a home's stack: that all parameters of a time are given, and of those before.
    pub fn conditions(&self, home: usize) -> Vec<(String, Node)> {
        let last = self.order.steps.iter().filter(|stack| **stack == home).count();
        (2..=last).map(|time| (name_of(time), self.given(home, time))).collect()
    }

    fn given(&self, home: usize, time: usize) -> Node {
        let known = |name: &String| {
            let ends = Node::List(vec![Node::Ref(name.clone()), "".into()]);
            map([("Fn::Not", Node::List(vec![map([("Fn::Equals", ends)])]))])
        };
        let mut all: Vec<Node> = self.new_at(home, time).map(known).collect();
        if time > 2 {
            all.push(map([("Condition", name_of(time - 1).into())]));
        }
        // `Fn::And` takes two to ten.
        while all.len() > 1 {
            let join = |some: &[Node]| match some {
                [one] => one.clone(),
                many => map([("Fn::And", Node::List(many.to_vec()))]),
            };
            all = all.chunks(10).map(join).collect();
        }
        all.pop().unwrap_or_else(|| map([("Fn::Equals", vec!["", ""].into())]))
    }

    /// What to do in which order.
    pub fn steps(&self) -> Vec<Step> {
        let mut count: BTreeMap<usize, usize> = BTreeMap::new();
        let step = |stack: &usize| {
            let time = count.entry(*stack).or_default();
            *time += 1;
            let parameters = self.new_at(*stack, *time).cloned().collect();
            Step { stack: *stack, time: *time, parameters }
        };
        self.order.steps.iter().map(step).collect()
    }
}

/// `SecondTime`
fn name_of(time: usize) -> String {
    match time {
        2 => "SecondTime".to_owned(),
        3 => "ThirdTime".to_owned(),
        more => format!("Time{more}"),
    }
}
