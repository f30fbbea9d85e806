//! The design as a graph, derived and thrown away: who contains whom, who is linked to whom, and
//! which names lead nowhere. Node indices never leave this module's users' hands.

use crate::{Design, Diagnostic, Edit, Id, Place, edit::free_id};
use petgraph::{
    Direction,
    graph::{DiGraph, NodeIndex},
    visit::EdgeRef as _,
};
use std::collections::{HashMap, HashSet};

/// What an edge says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edge {
    /// From the container to what it holds.
    Contains,
    /// A link, by its id.
    Link(Id),
}

/// Resources with containment and links.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    /// For petgraph's algorithms.
    pub inner: DiGraph<Id, Edge>,
    nodes: HashMap<Id, NodeIndex>,
}

impl Graph {
    /// The graph of a design. Ends that do not exist have no edge: see [`check`].
    pub fn new(design: &Design) -> Self {
        let mut it = Self::default();
        for id in design.resources.keys() {
            let node = it.inner.add_node(id.clone());
            it.nodes.insert(id.clone(), node);
        }
        for (id, resource) in &design.resources {
            if let Some(parent) = resource.parent.as_ref().and_then(|parent| it.nodes.get(parent)) {
                it.inner.add_edge(*parent, it.nodes[id], Edge::Contains);
            }
        }
        for (id, link) in &design.links {
            if let (Some(from), Some(to)) = (it.nodes.get(&link.from), it.nodes.get(&link.to)) {
                it.inner.add_edge(*from, *to, Edge::Link(id.clone()));
            }
        }
        it
    }

    /// The node of a resource.
    pub fn node(&self, id: &str) -> Option<NodeIndex> {
        self.nodes.get(id).copied()
    }

    /// What a resource holds directly, by id.
    pub fn children(&self, id: &str) -> Vec<&Id> {
        let mut children: Vec<&Id> = self
            .node(id)
            .into_iter()
            .flat_map(|node| self.inner.edges(node))
            .filter(|edge| *edge.weight() == Edge::Contains)
            .map(|edge| &self.inner[edge.target()])
            .collect();
        children.sort();
        children
    }

    /// Everything inside a resource, itself excluded, by id. A cycle ends where it closes.
    pub fn descendants(&self, id: &str) -> Vec<&Id> {
        let mut seen = HashSet::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            for child in self.children(id) {
                if seen.insert(child) {
                    open.push(child);
                }
            }
        }
        seen.retain(|found| **found != *id);
        let mut all: Vec<&Id> = seen.into_iter().collect();
        all.sort();
        all
    }

    /// The links that start (`Outgoing`) or end (`Incoming`) at a resource, with their other end.
    pub fn links(&self, id: &str, direction: Direction) -> Vec<(&Id, &Id)> {
        let mut links: Vec<(&Id, &Id)> = self
            .node(id)
            .into_iter()
            .flat_map(|node| self.inner.edges_directed(node, direction))
            .filter_map(|edge| match edge.weight() {
                Edge::Link(link) => {
                    let other = if direction == Direction::Outgoing {
                        edge.target()
                    } else {
                        edge.source()
                    };
                    Some((link, &self.inner[other]))
                }
                Edge::Contains => None,
            })
            .collect();
        links.sort();
        links
    }
}

/// Names that lead nowhere, and parents that go round in a circle. Each with an edit that ends it.
pub fn check(design: &Design) -> Vec<Diagnostic> {
    let mut found = cycles(design);
    for id in design.resources.keys() {
        found.extend(bad_id(design, id));
    }
    found.extend(missing_parents(design));
    found.extend(loose_links(design));
    found.extend(loose_intents(design));
    found.extend(loose_environments(design));
    found.extend(loose_waivers(design));
    found
}

/// Resources that contain themselves by way of others; one finding for each circle.
pub fn cycles(design: &Design) -> Vec<Diagnostic> {
    let mut done: HashSet<&Id> = HashSet::new();
    let mut found = Vec::new();
    for start in design.resources.keys() {
        let mut way: Vec<&Id> = Vec::new();
        let mut on_way: HashSet<&Id> = HashSet::new();
        let mut at = Some(start);
        while let Some(id) = at.filter(|id| !done.contains(*id)) {
            if !on_way.insert(id) {
                let circle = &way[way.iter().position(|seen| *seen == id).unwrap_or(0)..];
                found.push(cycle(circle));
                break;
            }
            way.push(id);
            let parent = design.resources.get(id).and_then(|it| it.parent.as_ref());
            at = parent.and_then(|parent| design.resources.get_key_value(parent)).map(|(id, _)| id);
        }
        done.extend(way);
    }
    found
}

fn cycle(circle: &[&Id]) -> Diagnostic {
    let first = circle.iter().min().expect("a circle has at least one resource");
    let names: Vec<&str> = circle.iter().map(|id| id.as_str()).collect();
    let message = match circle {
        [one] => format!("“{one}” is its own container: give it another parent"),
        _ => format!(
            "{} contain each other in a circle: give one of them another parent",
            names.join(", ")
        ),
    };
    let mut finding = Diagnostic::error("parent-cycle", Place::attribute(first, "parent"), message)
        .fixed_by(
            format!("Move {first} to the top"),
            Edit::MoveToParent { ids: vec![Id::clone(first)], parent: None },
        );
    finding.related =
        circle.iter().filter(|id| *id != first).map(|id| Place::resource(id)).collect();
    finding
}

fn bad_id(design: &Design, id: &Id) -> Option<Diagnostic> {
    if id.is_well_formed() {
        return None;
    }
    let new = free_id(design, id);
    let message = format!("the id “{}” is not kebab-case: rename it to “{new}”", id.escape_debug());
    Some(
        Diagnostic::warning("malformed-id", Place::resource(id), message)
            .because("ids become names on every provider, and few of them take other letters")
            .fixed_by(
                format!("Rename it to {new}"),
                Edit::RenameResource { from: id.clone(), to: new },
            ),
    )
}

fn missing_parents(design: &Design) -> impl Iterator<Item = Diagnostic> + '_ {
    design.resources.iter().filter_map(|(id, resource)| {
        let parent = resource.parent.as_ref()?;
        if design.resources.contains_key(parent) {
            return None;
        }
        let message =
            format!("“{id}” stands in “{parent}”, which does not exist: draw it or move “{id}”");
        Some(Diagnostic::error("missing-parent", Place::attribute(id, "parent"), message).fixed_by(
            format!("Move {id} to the top"),
            Edit::MoveToParent { ids: vec![id.clone()], parent: None },
        ))
    })
}

fn loose_links(design: &Design) -> impl Iterator<Item = Diagnostic> + '_ {
    design.links.iter().flat_map(move |(id, link)| {
        [("from", &link.from), ("to", &link.to)].into_iter().filter_map(move |(key, end)| {
            let message = match end.as_str() {
                "" => format!("link “{id}” does not say `{key}` which resource it goes: connect it or remove it"),
                _ if design.resources.contains_key(end) => return None,
                end => format!("link “{id}” goes {key} “{end}”, which does not exist: connect it or remove it"),
            };
            let place = Place::Link { id: id.clone(), attribute: Some(key.to_owned()) };
            let remove = Edit::RemoveLinks { ids: vec![id.clone()] };
            Some(Diagnostic::error("link-to-nothing", place, message).fixed_by("Remove the link", remove))
        })
    })
}

fn loose_intents(design: &Design) -> impl Iterator<Item = Diagnostic> + '_ {
    design.intents.iter().flat_map(move |(id, intent)| {
        let ends = [("from", &intent.from), ("to", &intent.to)];
        ends.into_iter().filter(|(_, end)| !design.resources.contains_key(*end)).map(move |(key, end)| {
            let message = format!("intent “{id}” speaks of “{end}” (`{key}`), which does not exist: correct or remove it");
            Diagnostic::error("intent-about-nothing", Place::Intent { id: id.clone() }, message)
                .fixed_by("Remove the intent", Edit::SetIntent { id: id.clone(), intent: None })
        })
    })
}

fn loose_environments(design: &Design) -> impl Iterator<Item = Diagnostic> + '_ {
    design.environments.iter().flat_map(move |(id, environment)| {
        let overrides = environment.overrides.keys().map(|it| ("override", it));
        let regions = environment.regions.keys().map(|it| ("regions", it));
        overrides.chain(regions).filter(|(_, it)| !design.resources.contains_key(*it)).map(
            move |(key, it)| {
                let mut without = environment.as_ref().clone();
                match key {
                    "override" => drop(without.overrides.shift_remove(it)),
                    _ => drop(without.regions.shift_remove(it)),
                }
                let place =
                    Place::Environment { id: id.clone(), attribute: Some(format!("{key}.{it}")) };
                let message = format!(
                    "environment “{id}” says `{key}.{it}`, and there is no resource “{it}”"
                );
                Diagnostic::warning("override-of-nothing", place, message).fixed_by(
                    "Remove the entry",
                    Edit::SetEnvironment { id: id.clone(), environment: Some(without) },
                )
            },
        )
    })
}

fn loose_waivers(design: &Design) -> impl Iterator<Item = Diagnostic> + '_ {
    design.policy.waivers.iter().enumerate().filter_map(move |(number, waiver)| {
        let resource = waiver.resource.as_deref()?;
        if design.resources.contains_key(resource) {
            return None;
        }
        let mut without = design.policy.as_ref().clone();
        without.waivers.remove(number);
        let message =
            format!("a waiver of {} is for “{resource}”, which does not exist", waiver.rule);
        Some(
            Diagnostic::warning("waiver-for-nothing", Place::Policy, message)
                .fixed_by("Remove the waiver", Edit::SetPolicy { policy: without }),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{edit::apply, file};

    fn design(text: &str) -> Design {
        file::parse(text.as_bytes()).design
    }

    #[test]
    fn the_graph_knows_containment_and_links() {
        let graph = Graph::new(&design(include_str!(
            "../../../../templates/three-tier-web-shop/design.gplan"
        )));
        assert_eq!(graph.children("app-tier"), ["app"]);
        assert_eq!(graph.descendants("shop").len(), 8);
        assert_eq!(graph.links("app", Direction::Outgoing).len(), 2);
        assert_eq!(
            graph.links("app", Direction::Incoming),
            [(&"entry-app".into(), &"entry".into()), (&"scratch-app".into(), &"scratch".into())]
        );
        assert_eq!(graph.children("nowhere"), [] as [&Id; 0]);
    }

    #[test]
    fn every_name_that_leads_nowhere_is_told_and_its_fix_ends_it() {
        let text = r#"
            resource.a = { kind = "x", parent = "b" }
            resource.b = { kind = "x", parent = "c" }
            resource.c = { kind = "x", parent = "a" }
            resource.self = { kind = "x", parent = "self" }
            resource.under = { kind = "x", parent = "a" }
            resource.lost = { kind = "x", parent = "gone" }
            resource."Bad Id" = { kind = "x" }
            link.l = { from = "a", to = "gone" }
            link.m = { to = "a" }
            intent.i = { expect = "only", from = "gone", to = "a" }
            environment.e = { provider = "lab", override.gone.cpu = 1, regions.gone = "x" }
            policy.waiver = [{ rule = "r", resource = "gone" }, { rule = "r", resource = "a" }]
            "#;
        let mut design = design(text);
        let found: Vec<String> =
            check(&design).iter().map(|it| format!("{}: {}", it.rule, it.message)).collect();
        insta::assert_snapshot!(found.join("\n"));
        for _ in 0..20 {
            let Some(finding) = check(&design).into_iter().next() else { return };
            let before = check(&design).len();
            apply(&design, &finding.fixes[0].edit).unwrap().apply(&mut design);
            assert!(check(&design).len() < before, "{finding:?}");
        }
        panic!("fixes do not end the findings: {:?}", check(&design));
    }

    #[test]
    fn a_very_deep_design_is_checked_in_linear_steps() {
        let text: String = (0..20_000)
            .map(|n| format!("[resource.r{n}]\nkind = \"x\"\nparent = \"r{}\"\n", (n + 1) % 20_000))
            .collect();
        assert_eq!(check(&design(&text)).len(), 1);
    }
}
