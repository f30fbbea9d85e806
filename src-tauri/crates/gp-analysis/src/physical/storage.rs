//! Ways from machines to storage arrays over cables: how many of them share no switch and no fabric.

use super::cables;
use gp_catalog::resolved::{Resolved, ResolvedLink};
use gp_model::{Id, LinkKind};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A machine that uses an array, and how it gets there.
#[derive(Clone, Debug, PartialEq)]
pub struct Ways<'a> {
    /// The link that says that it uses it.
    pub link: &'a ResolvedLink,
    /// Ways that share nothing but the two ends; no more are counted than are wanted.
    pub found: u32,
    /// Ways that the array wants.
    pub wanted: u32,
}

/// All machines that use arrays, in order of link.
pub fn ways(resolved: &Resolved) -> Vec<Ways<'_>> {
    let uses: Vec<&ResolvedLink> = resolved
        .links
        .values()
        .map(|link| &**link)
        .filter(|link| link.kind == LinkKind::Attachment && wants(resolved, link).is_some())
        .collect();
    if uses.is_empty() {
        return Vec::new();
    }
    let web = Web::new(resolved);
    let one = |link| {
        let wanted = wants(resolved, link)?;
        Some(Ways { link, found: web.ways(&link.from, &link.to, wanted), wanted })
    };
    uses.into_iter().filter_map(one).collect()
}

/// How many ways the array at the end of a link wants for a machine.
fn wants(resolved: &Resolved, link: &ResolvedLink) -> Option<u32> {
    let (machine, array) = (resolved.resource(&link.from)?, resolved.resource(&link.to)?);
    let machine = matches!(machine.kind.as_str(), "physical-server" | "hypervisor");
    let array = Some(array).filter(|array| machine && array.kind == "storage-array")?;
    Some(u32::try_from(array.integer("paths").unwrap_or(2)).unwrap_or(1).clamp(1, 8))
}

/// What fails as one: a switch, or all joined switches of a storage fabric.
type Knot = usize;

/// Cables between what passes on, and from there to the ends.
struct Web<'a> {
    knots: usize,
    between: BTreeSet<(Knot, Knot)>,
    at: BTreeMap<&'a Id, BTreeSet<Knot>>,
    direct: BTreeMap<(&'a Id, &'a Id), u32>,
}

impl<'a> Web<'a> {
    fn new(resolved: &'a Resolved) -> Self {
        let knot_of = knots(resolved);
        let mut web = Self {
            knots: knot_of.values().max().map_or(0, |last| last + 1),
            between: BTreeSet::new(),
            at: BTreeMap::new(),
            direct: BTreeMap::new(),
        };
        for cable in cables::of(resolved) {
            let (from, to) = (&cable.from, &cable.to);
            match (knot_of.get(from), knot_of.get(to)) {
                (Some(a), Some(b)) => web.between.extend([(*a, *b), (*b, *a)]),
                (Some(knot), None) => drop(web.at.entry(to).or_default().insert(*knot)),
                (None, Some(knot)) => drop(web.at.entry(from).or_default().insert(*knot)),
                (None, None) => {
                    for ends in [(from, to), (to, from)] {
                        *web.direct.entry(ends).or_default() += 1;
                    }
                }
            }
        }
        web
    }

    /// Ways without a common knot: each found one may push earlier ones aside (Ford and Fulkerson).
    fn ways(&self, machine: &'a Id, array: &'a Id, wanted: u32) -> u32 {
        let mut found = self.direct.get(&(machine, array)).copied().unwrap_or(0);
        let none = BTreeSet::new();
        let start = self.at.get(machine).unwrap_or(&none);
        let end = self.at.get(array).unwrap_or(&none);
        let mut flow = Flow::new(self, start, end);
        while found < wanted && flow.one_more() {
            found += 1;
        }
        found.min(wanted)
    }
}

/// The knot of every switch and router.
fn knots(resolved: &Resolved) -> BTreeMap<&Id, Knot> {
    let passes = |id: &Id| {
        let device = resolved.resource(id)?;
        matches!(device.kind.as_str(), "switch" | "router").then_some(device)
    };
    let all = resolved.resources.keys().filter(|id| passes(id).is_some());
    let mut knot_of: BTreeMap<&Id, Knot> = all.enumerate().map(|(n, id)| (id, n)).collect();
    let fabric = |id| passes(id).and_then(|d| d.text("fabric")).filter(|name| *name != "none");
    for cable in cables::of(resolved) {
        let (a, b) = (fabric(&cable.from), fabric(&cable.to));
        let ends = (knot_of.get(&cable.from).copied(), knot_of.get(&cable.to).copied());
        if let (true, (Some(keep), Some(gone))) = (a.is_some() && a == b, ends) {
            knot_of.values_mut().filter(|knot| **knot == gone).for_each(|knot| *knot = keep);
        }
    }
    knot_of
}

/// Where a way is at: the machine, before a knot, behind it, the array.
const MACHINE: usize = 0;
const ARRAY: usize = 1;

fn before(knot: Knot) -> usize {
    2 + 2 * knot
}

fn behind(knot: Knot) -> usize {
    3 + 2 * knot
}

/// Steps that are still free. A step that is taken frees the one back, so that a later way can undo it.
struct Flow {
    free: BTreeMap<usize, BTreeSet<usize>>,
    places: usize,
}

impl Flow {
    fn new(web: &Web<'_>, start: &BTreeSet<Knot>, end: &BTreeSet<Knot>) -> Self {
        let mut free: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        let knots = (0..web.knots).map(|knot| (before(knot), behind(knot)));
        let between = web.between.iter().map(|(a, b)| (behind(*a), before(*b)));
        let steps = start.iter().map(|knot| (MACHINE, before(*knot)));
        let steps = steps.chain(end.iter().map(|knot| (behind(*knot), ARRAY)));
        for (from, to) in steps.chain(knots).chain(between) {
            free.entry(from).or_default().insert(to);
        }
        Self { free, places: before(web.knots) }
    }

    /// Finds one way more, if there is one.
    fn one_more(&mut self) -> bool {
        let mut came: Vec<Option<usize>> = vec![None; self.places];
        let mut open = VecDeque::from([MACHINE]);
        while let Some(at) = open.pop_front() {
            for &next in self.free.get(&at).into_iter().flatten() {
                if next != MACHINE && came[next].is_none() {
                    came[next] = Some(at);
                    open.push_back(next);
                }
            }
        }
        let mut at = ARRAY;
        while let Some(from) = came[at] {
            self.free.entry(from).or_default().remove(&at);
            self.free.entry(at).or_default().insert(from);
            at = from;
        }
        at == MACHINE
    }
}
