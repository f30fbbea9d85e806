//! One template for each place: an account and a region of it. Everything is written as if it stood in one
//! template, and then taken apart: what names something in another place gets it by a parameter, and the
//! other template tells it as an output. Where two places need something of each other, one stack is made
//! in two steps, and what waits for the second has a condition.

mod carry;
mod crossing;
mod files;
pub mod order;
mod refused;
mod times;

use super::{
    template::{Entry, Output, Parameter, Source, Template},
    writer::Node,
};
use crate::aws::home::Home;
use carry::Carrier;
use order::{Needs, Order, order};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use times::Times;

/// A template in the making, and the stack that is made of it.
pub struct Stack<'a> {
    /// Where.
    pub home: Home<'a>,
    /// The file.
    pub file: String,
    /// In the order in which they are written.
    pub entries: Vec<Entry>,
    /// By name.
    pub parameters: BTreeMap<String, Parameter>,
    /// By name.
    pub outputs: BTreeMap<String, Output>,
    /// Name and what has to be.
    pub conditions: Vec<(String, Node)>,
}

/// One deployment of a stack.
pub struct Step {
    /// Which stack.
    pub stack: usize,
    /// The first, second … deployment of it.
    pub time: usize,
    /// Parameters that are given with it for the first time.
    pub parameters: Vec<String>,
}

/// Everything that is written.
pub struct Folder<'a> {
    /// Those with the most first.
    pub stacks: Vec<Stack<'a>>,
    /// What to do in which order.
    pub steps: Vec<Step>,
}

/// Takes apart what was written.
pub fn folder<'a>(template: &mut Template<'a>) -> Folder<'a> {
    let entries = std::mem::take(&mut template.entries);
    let mut parts = Parts::new(template, entries);
    let one = parts.homes.len() == 1;
    parts.roles_first();
    refused::take_out(template, &mut parts);
    let mut carrier = Carrier::new(template, &parts);
    carrier.entries(&mut parts.entries);
    let order = in_order(&parts, &carrier);
    refused::circles(template, &parts, &order);
    let times = Times::new(&carrier, &order);
    let late = carrier.late;
    let (mut outputs, mut parameters) = (carrier.outputs, carrier.parameters);
    times.give_defaults(&mut parameters);
    times.set_conditions(&mut parts, &mut outputs);
    times.let_in_later(&mut parts, &late);
    let stack = |(number, home): (usize, &Home<'a>)| Stack {
        home: *home,
        file: std::mem::take(&mut parts.files[number]),
        entries: Vec::new(),
        parameters: std::mem::take(&mut parameters[number]),
        outputs: std::mem::take(&mut outputs[number]),
        conditions: times.conditions(number),
    };
    let mut stacks: Vec<Stack<'a>> = parts.homes.iter().enumerate().map(stack).collect();
    let steps = times.steps();
    let made = order.time.iter().map(Option::is_some);
    for ((entry, stack), made) in parts.entries.into_iter().zip(&parts.home_of).zip(made) {
        if made {
            stacks[*stack].entries.push(entry);
        }
    }
    for stack in &mut stacks {
        share(&mut template.parameters, stack, one);
    }
    Folder { stacks, steps }
}

/// What was written, and where each part of it stands.
pub struct Parts<'a> {
    /// In the order in which they were written.
    pub entries: Vec<Entry>,
    /// Entry → number of its home.
    pub home_of: Vec<usize>,
    /// The one with the most first.
    pub homes: Vec<Home<'a>>,
    /// The file of each.
    pub files: Vec<String>,
    /// Logical id → entry.
    pub ids: HashMap<String, usize>,
}

impl<'a> Parts<'a> {
    fn new(template: &Template<'a>, entries: Vec<Entry>) -> Self {
        let facts = template.facts;
        let home = |entry: &Entry| facts.resource(&entry.owner).map(|owner| facts.home(owner));
        let own: Vec<Option<Home<'a>>> = entries.iter().map(home).collect();
        let mut many: BTreeMap<Home<'a>, usize> = BTreeMap::new();
        for home in own.iter().flatten() {
            *many.entry(*home).or_default() += 1;
        }
        let mut homes: Vec<Home<'a>> = many.keys().copied().collect();
        homes.sort_by_key(|home| std::cmp::Reverse(many[home]));
        if homes.is_empty() {
            homes.push(files::first_home(facts));
        }
        let number =
            |own: &Option<Home<'a>>| homes.iter().position(|home| Some(*home) == *own).unwrap_or(0);
        let home_of = own.iter().map(number).collect();
        let files = files::names(&homes);
        let mut parts = Self { entries, home_of, homes, files, ids: HashMap::new() };
        parts.index();
        parts
    }

    /// Numbers the entries anew.
    pub fn index(&mut self) {
        let all = self.entries.iter().enumerate();
        self.ids = all.map(|(number, entry)| (entry.id.clone(), number)).collect();
    }

    /// Takes out of roles what they may do elsewhere: a thing there may have to name the role before it
    /// is made itself.
    fn roles_first(&mut self) {
        if self.homes.len() == 1 {
            return;
        }
        let mut number = 0;
        while number < self.entries.len() {
            if let Some(policy) = carry::rights_elsewhere(self, number) {
                let home = self.home_of[number];
                number += 1;
                self.entries.insert(number, policy);
                self.home_of.insert(number, home);
                self.index();
            }
            number += 1;
        }
    }
}

/// Statements come later than what they stand in, where that is possible.
fn in_order(parts: &Parts<'_>, carrier: &Carrier<'_, '_>) -> Order {
    if parts.homes.len() == 1 {
        return Order { steps: vec![0], time: vec![Some(1); parts.entries.len()] };
    }
    let mut needs = needs(parts, carrier);
    let found = order(&needs);
    if carrier.late.values().all(|late| found.time[*late].is_some()) {
        return found;
    }
    for (entry, late) in &carrier.late {
        let more = std::mem::take(&mut needs.hard[*late]);
        needs.hard[*entry].extend(more.into_iter().filter(|other| other != entry));
        needs.hard[*late].push(*entry);
    }
    order(&needs)
}

fn needs(parts: &Parts<'_>, carrier: &Carrier<'_, '_>) -> Needs {
    let stack_of = carrier.home_of().to_vec();
    let count = stack_of.len();
    let (mut hard, mut soft) = (vec![Vec::new(); count], vec![Vec::new(); count]);
    for (number, entry) in parts.entries.iter().enumerate() {
        let mut named = BTreeSet::new();
        entry.properties.0.iter().for_each(|(_, value)| value.names(&mut named));
        named.extend(entry.depends_on.iter().map(String::as_str));
        let own = named.into_iter().filter_map(|name| parts.ids.get(name)).copied();
        let home = parts.home_of[number];
        hard[number].extend(own.filter(|o| parts.home_of[*o] == home && *o != number));
    }
    for one in &carrier.asked {
        hard[one.by].extend(&one.of);
    }
    for (entry, late) in &carrier.late {
        hard[*late].push(*entry);
    }
    for (by, of) in &carrier.noticed {
        soft[*by].push(*of);
    }
    Needs { stack_of, stacks: parts.homes.len(), hard, soft }
}

/// Gives a stack the parameters that it asks for; the only one has them all.
fn share(all: &mut BTreeMap<String, Parameter>, stack: &mut Stack<'_>, one: bool) {
    if one {
        stack.parameters.append(all);
        return;
    }
    let mut named = BTreeSet::new();
    for entry in &stack.entries {
        entry.properties.0.iter().for_each(|(_, value)| value.names(&mut named));
    }
    stack.outputs.values().for_each(|output| output.value.names(&mut named));
    let asked = all.iter().filter(|(name, _)| named.contains(name.as_str()));
    let asked: Vec<(String, Parameter)> =
        asked.map(|(name, parameter)| (name.clone(), parameter.clone())).collect();
    for (name, parameter) in asked {
        stack.parameters.entry(name).or_insert(parameter);
    }
}

/// A parameter that another stack's output is the value of.
fn from_output(file: &str, output: &str, about: &str) -> Parameter {
    let text = format!("{about} Output {output} of {file}.");
    let source = Source::Output(output.to_owned(), file.to_owned());
    Parameter { source, ..Parameter::new("String", text) }
}
