//! What happens first: removing and making as acts, and which act waits for which. Two worlds count:
//! a thing is made after what it depends on in the drawing, and removed after everything that depends on
//! it in the world as it is. Where both cannot hold, somebody in between is replaced. Touches nothing.

use crate::plan::{Action, PlannedChange};
use petgraph::{
    algo::kosaraju_scc,
    graph::{DiGraph, NodeIndex},
};
use std::collections::BTreeMap;

/// One act of a change: a replacement has two, every other change one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Act {
    /// Place of the change in its list.
    pub change: usize,
    /// Never [`Action::Replace`].
    pub action: Action,
}

/// The acts of one change.
#[derive(Clone, Copy, Default)]
struct Halves {
    removes: Option<NodeIndex>,
    makes: Option<NodeIndex>,
}

/// All acts, and an edge from each to those that wait for it.
pub(crate) struct Order {
    graph: DiGraph<Act, ()>,
}

impl Order {
    pub(crate) fn of(changes: &[PlannedChange]) -> Self {
        let mut graph = DiGraph::new();
        let halves: Vec<Halves> = changes
            .iter()
            .enumerate()
            .map(|(change, planned)| halves(&mut graph, change, planned.action))
            .collect();
        let places: BTreeMap<&str, usize> =
            changes.iter().enumerate().map(|(at, change)| (&*change.address, at)).collect();
        let of = |address: &String| places.get(address.as_str()).map(|at| halves[*at]);
        for (change, own) in changes.iter().zip(&halves) {
            if let (Some(removes), Some(makes)) = (own.removes, own.makes) {
                graph.update_edge(removes, makes, ());
            }
            for other in change.depends_on.iter().filter_map(of) {
                if let (Some(first), Some(then)) = (other.makes, own.makes) {
                    graph.update_edge(first, then, ());
                }
            }
            // Who is not removed lets go of what it used by being changed.
            for other in change.depended_on.iter().filter_map(of) {
                if let (Some(first), Some(then)) = (own.removes.or(own.makes), other.removes) {
                    graph.update_edge(first, then, ());
                }
            }
        }
        Self { graph }
    }

    /// Acts that do something, each after those it waits for, and the acts it waits for.
    pub(crate) fn sorted(&self) -> Vec<(Act, Vec<Act>)> {
        let acts = |act: &Act| act.action != Action::NoOp;
        let before = |node| {
            let waits_for = self.graph.neighbors_directed(node, petgraph::Incoming);
            waits_for.map(|before| self.graph[before]).filter(acts).collect()
        };
        let order = kosaraju_scc(&self.graph).into_iter().rev().flatten();
        order.map(|node| (self.graph[node], before(node))).filter(|(act, _)| acts(act)).collect()
    }

    /// Changes that would have to let go of something before it goes, and can only do so after it came
    /// back: they have to be replaced. Each with what it holds on to.
    pub(crate) fn entangled(&self) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for circle in kosaraju_scc(&self.graph).into_iter().filter(|circle| circle.len() > 1) {
            let within: std::collections::BTreeSet<NodeIndex> = circle.into_iter().collect();
            for &node in within.iter().filter(|node| self.graph[**node].action != Action::Delete) {
                let mut held = self.graph.neighbors(node).filter(|after| within.contains(after));
                let held = held.find(|after| self.graph[*after].action == Action::Delete);
                found.extend(held.map(|held| (self.graph[node].change, self.graph[held].change)));
            }
        }
        found
    }
}

fn halves(graph: &mut DiGraph<Act, ()>, change: usize, action: Action) -> Halves {
    let mut act = |action| Some(graph.add_node(Act { change, action }));
    match action {
        Action::Delete => Halves { removes: act(action), makes: None },
        Action::Replace => Halves { removes: act(Action::Delete), makes: act(Action::Create) },
        // What is gone is in nobody's way.
        Action::Forget => {
            act(action);
            Halves::default()
        }
        Action::Create | Action::Update | Action::Adopt | Action::NoOp => {
            Halves { removes: None, makes: act(action) }
        }
    }
}
