//! Step 2, inherit down the containers, then default from the catalog.
//!
//! What a resource says wins over what its containers say (the nearest first), that over the
//! catalog's default. A container hands down also what its own kind does not know (`image` written
//! at a network). Tags add up. Containers that do not exist or run in a circle count as none, and
//! what stands in a disabled container is not there.

use super::{
    Context, Ids, State,
    by_id::{put, put_index},
    guests,
    queue::Queue,
    services, sizes,
    substitute::Draft,
    variables::words,
};
use crate::{
    kind::{Attribute, Kind, Service},
    resolved::{Attributes, Origin, ResolvedValue},
};
use foldhash::fast::FixedState;
use gp_model::{Diagnostic, Id, Lifecycle, Place, Provider, Table, Value};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

/// A resource with every value in force.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Inherited {
    pub kind: String,
    pub title: String,
    pub lifecycle: Lifecycle,
    pub was: Vec<Id>,
    /// Containers that exist, nearest first.
    pub ancestors: Arc<Vec<Id>>,
    pub attributes: Arc<Attributes>,
    /// Attributes whose variable is not set.
    pub missing: BTreeSet<String>,
    pub tags: Arc<BTreeMap<String, String>>,
    pub raw: Table,
    pub raw_secondary: BTreeMap<String, Table>,
    pub services: Arc<Vec<Service>>,
    pub region: Option<Id>,
    /// The place of one's own that it stands in, or is.
    pub site: Option<Id>,
    pub network: Option<Id>,
    pub subnet: Option<Id>,
    /// Order of creation, for [`super::stable`].
    pub age: u64,
}

impl Inherited {
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.attributes.get(name).map(|attribute| &attribute.value)
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.value(name).and_then(Value::as_str)
    }

    pub fn flag(&self, name: &str) -> bool {
        self.value(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// What favourites follow from: the first id it ever had.
    pub fn first_id<'a>(&'a self, id: &'a Id) -> &'a Id {
        self.was.first().unwrap_or(id)
    }

    fn hands_down_the_same(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.ancestors == other.ancestors
            && self.attributes == other.attributes
            && self.tags == other.tags
    }
}

/// Looks at the changed resources and, where what they hand down changed, at what stands in them;
/// where everything is looked at (`whole`), there is no need to ask what follows.
/// Returns those whose result changed.
pub(crate) fn step(ctx: &Context<'_>, state: &mut State, affected: &Ids, whole: bool) -> Ids {
    let mut wanted: Ids = affected.clone();
    let mut moved = Ids::new();
    for id in affected {
        let parent = state.drafts.get(id).and_then(|draft| draft.resource.parent.clone());
        if !whole && state.parents.get(id) != parent.as_ref() {
            wanted.extend(below(state, id));
            moved.insert(id.clone());
        }
        put_index(&mut state.parents, &mut state.children, id, parent);
        guests::note(state, id);
        if !whole {
            wanted.extend(guests::note_pods(state, id));
        }
    }
    wanted.extend(guests::concerned(state, affected, &moved));
    // Moving a container can close or open a circle, which changes what it does not hand down.
    for id in moved {
        wanted.extend(below(state, &id));
    }
    let is_region = |id: &Id| {
        state.drafts.get(id).is_some_and(|d| d.resource.kind == "region")
            || state.inherited.get(id).is_some_and(|i| i.kind == "region")
    };
    if affected.iter().any(is_region) {
        wanted.extend(state.spanning.iter().cloned());
    }
    let mut depths = Depths::default();
    let mut shared = Shared::default();
    let mut open = Queue::new(wanted.iter().map(|id| (depths.of(state, id), id.clone())));
    let mut changed = Vec::new();
    let mut looked_into = Ids::new();
    while let Some(id) = open.pop() {
        if !whole && !wanted.remove(&id) {
            continue;
        }
        let before = state.inherited.get(&id).cloned();
        let after = inherit(ctx, state, &id, &mut shared);
        let same = match (&before, &after) {
            (Some(before), Some(after)) => before.hands_down_the_same(after),
            // One that was switched off hides what stands in it; one that is gone does not. Once:
            // those may stand in each other.
            (None, None) => !(affected.contains(&id) && looked_into.insert(id.clone())),
            _ => false,
        };
        if !same && !whole {
            // Everything below, and not only what stands in it: it hands down what those in
            // between do not have.
            for inner in below(state, &id) {
                if wanted.insert(inner.clone()) {
                    open.push(depth(state, &inner), inner);
                }
            }
        }
        if put(&mut state.inherited, &id, after) {
            changed.push(id);
        }
    }
    for id in &changed {
        let place = state.inherited.get(id).and_then(|i| stands_in(ctx, i));
        put_index(&mut state.network_of, &mut state.in_network, id, place);
    }
    changed.into_iter().collect()
}

/// The network, for what matters to a network's ranges and routes.
fn stands_in(ctx: &Context<'_>, inherited: &Inherited) -> Option<Id> {
    let kind = inherited.kind.as_str();
    let matters = matches!(kind, "subnet" | "nat-gateway" | "private-endpoint" | "firewall")
        || super::joined::is_gateway(kind)
        || ctx.catalog.kind(kind).is_some_and(|k| !k.companions.is_empty());
    inherited.network.clone().filter(|_| matters)
}

/// Everything below, in no order. A circle ends where it closes.
fn below(state: &State, id: &Id) -> Ids {
    let mut found = Ids::new();
    let mut open: Vec<Id> = vec![id.clone()];
    while let Some(at) = open.pop() {
        for child in state.children.get(&at).into_iter().flatten() {
            if found.insert(child.clone()) {
                open.push(child.clone());
            }
        }
    }
    found
}

/// Depths of many: who stands in the same container has the same.
#[derive(Default)]
struct Depths(HashMap<Id, usize, FixedState>);

impl Depths {
    fn of(&mut self, state: &State, id: &Id) -> usize {
        let parent = state.drafts.get(id).and_then(|draft| draft.resource.parent.as_ref());
        let Some(parent) = parent else { return 0 };
        if let Some(known) = self.0.get(parent) {
            return *known;
        }
        let Some(depth) = climb(state, id) else {
            return chain(state, id, &mut Shared::default()).0.len();
        };
        self.0.insert(parent.clone(), depth);
        depth
    }
}

fn depth(state: &State, id: &Id) -> usize {
    climb(state, id).unwrap_or_else(|| chain(state, id, &mut Shared::default()).0.len())
}

/// How many stand around it; `None` for who stands inside itself.
fn climb(state: &State, id: &Id) -> Option<usize> {
    let parent = |id: &Id| Some(state.drafts.get(id)?.resource.parent.as_ref());
    let mut at = parent(id).flatten();
    // Nobody draws deeper.
    for depth in 0..64 {
        match at.and_then(parent) {
            Some(above) => at = above,
            None => return Some(depth),
        }
    }
    None
}

/// Containers by what the resources say, nearest first, and whether `id` is in a circle (then it
/// has none). A circle further up ends at its first member.
fn chain(state: &State, id: &Id, shared: &mut Shared<'_>) -> (Arc<Vec<Id>>, bool) {
    let mut chain: Vec<Id> = Vec::new();
    let mut at = state.parents.get(id);
    while let Some(parent) = at {
        if parent == id {
            return (Arc::default(), true);
        }
        if chain.is_empty()
            && let Some(known) = known_above(state, id, parent, shared)
        {
            return (known, false);
        }
        if let Some(first) = chain.iter().position(|seen| seen == parent) {
            chain.truncate(first + 1);
            break;
        }
        if !state.drafts.contains_key(parent) {
            break;
        }
        chain.push(parent.clone());
        at = state.parents.get(parent);
    }
    (Arc::new(chain), false)
}

/// The same from what is known of the parent, where it stands in no circle: it was looked at before.
fn known_above(
    state: &State,
    id: &Id,
    parent: &Id,
    shared: &mut Shared<'_>,
) -> Option<Arc<Vec<Id>>> {
    let above = &state.inherited.get(parent)?.ancestors;
    let whole = !above.is_empty() || !state.parents.contains_key(parent);
    if !whole || above.contains(id) {
        return None;
    }
    // What is known of the parent may be newer than what was made of it.
    let made = shared.chains.get(parent).filter(|made| made[1..] == above[..]);
    Some(made.cloned().unwrap_or_else(|| {
        let made: Arc<Vec<Id>> =
            Arc::new(std::iter::once(parent).chain(&**above).cloned().collect());
        shared.chains.insert(parent.clone(), Arc::clone(&made));
        made
    }))
}

fn inherit<'a>(
    ctx: &'a Context<'_>,
    state: &mut State,
    id: &Id,
    shared: &mut Shared<'a>,
) -> Option<Inherited> {
    let mut findings = Vec::new();
    let draft = state.drafts.get(id).cloned();
    let found = draft.filter(|draft| !draft.disabled).and_then(|draft| {
        let resource = &draft.resource;
        let (ancestors, circle) = chain(state, id, shared);
        let above: Vec<&Draft> =
            ancestors.iter().filter_map(|a| state.drafts.get(a)).map(|d| &**d).collect();
        if above.iter().any(|draft| draft.disabled) {
            return None;
        }
        let name = crate::called(id, resource.title_or(id));
        say_place((id, name), resource.parent.as_ref(), &ancestors, circle, &mut findings);
        let kind = ctx.catalog.kind(&resource.kind);
        if kind.is_none() {
            findings.push(Diagnostic::error(
                "unknown-kind",
                Place::attribute(id, "kind"),
                format!(
                    "“{name}” is of kind “{}”, which is not known: choose one from the palette",
                    resource.kind
                ),
            ));
        }
        let nearest = |wanted: &str| {
            let mut all =
                std::iter::once((id, &*draft)).chain(ancestors.iter().zip(above.iter().copied()));
            all.find(|(_, d)| d.resource.kind == wanted).map(|(id, _)| id.clone())
        };
        let subnet = nearest("subnet");
        let named = guests::tier(state, kind, id, subnet.as_ref());
        let network =
            nearest("network").or_else(|| guests::network(state, named.as_ref()?).cloned());
        let (raw, raw_secondary) = raw(ctx, kind, resource.on.get(ctx.facts.provider.as_str()));
        let mut attributes = attributes(ctx, state, &draft, kind, &ancestors, shared);
        if let Some(kind) = kind {
            sizes::derive(ctx.facts.provider, kind, &raw, &mut attributes);
        }
        let site = nearest("site");
        let theirs = site.is_some() && leaves_sites_alone(ctx.facts.provider);
        let lifecycle = if theirs { Lifecycle::External } else { resource.lifecycle() };
        Some(Inherited {
            kind: resource.kind.clone(),
            title: resource.title_or(id).to_owned(),
            lifecycle,
            was: resource.was.clone(),
            services: shared.services(kind, &attributes),
            tags: tags(state, ancestors.first(), &resource.tags),
            region: region(state, &attributes, nearest("region")),
            site,
            network,
            subnet: named.or(subnet),
            attributes: Arc::new(attributes),
            missing: draft.missing.clone(),
            ancestors,
            raw,
            raw_secondary,
            age: resource.sequence.0,
        })
    });
    state.find(2, id, findings);
    found
}

/// Whether what stands in a site is not this provider's to make: it is there when a cloud is deployed to.
fn leaves_sites_alone(provider: Provider) -> bool {
    match provider {
        Provider::Lab | Provider::Docker | Provider::Vsphere => false,
        Provider::Aws | Provider::Azure | Provider::Gcp | Provider::Kubernetes => true,
    }
}

fn say_place(
    (id, name): (&Id, &str),
    parent: Option<&Id>,
    ancestors: &[Id],
    circle: bool,
    findings: &mut Vec<Diagnostic>,
) {
    let Some(parent) = parent else { return };
    if circle {
        findings.push(Diagnostic::error(
            "cyclic-parents",
            Place::attribute(id, "parent"),
            format!("“{name}” stands inside itself by way of “{parent}”: move one of them out"),
        ));
    } else if ancestors.is_empty() {
        findings.push(Diagnostic::error(
            "missing-parent",
            Place::attribute(id, "parent"),
            format!("“{name}” stands in “{parent}”, which does not exist: move it into something that does"),
        ));
    }
}

/// Every value in force: what the file says, and what it does not say from the containers, else the
/// catalog's default.
fn attributes<'a>(
    ctx: &'a Context<'_>,
    state: &State,
    draft: &Draft,
    kind: Option<&'a Kind>,
    ancestors: &[Id],
    shared: &mut Shared<'a>,
) -> Attributes {
    let mut written = written(ctx, draft);
    let Some(kind) = kind else { return written.into_iter().collect() };
    written.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    let above: Vec<(&Id, &Inherited)> =
        ancestors.iter().filter_map(|id| Some((id, &**state.inherited.get(id)?))).collect();
    // Both are in order, and a map is made of what is in order several times faster.
    let known = shared.attributes_of(kind);
    let mut all = Vec::with_capacity(known.len() + written.len());
    let mut written = written.into_iter().peekable();
    for (name, attribute) in known.iter() {
        while let Some(own) = written.next_if(|(own, _)| own.as_str() < name.as_str()) {
            all.push(own);
        }
        if let Some(own) = written.next_if(|(own, _)| own == *name) {
            all.push(own);
            continue;
        }
        let from_above = attribute
            .inherited
            .then(|| handed_down(&above, name, attribute.default.is_some(), shared))
            .flatten();
        let value = from_above.or_else(|| shared.the_default(attribute));
        all.extend(value.map(|value| ((*name).clone(), value)));
    }
    all.extend(written);
    all.into_iter().collect()
}

fn written(ctx: &Context<'_>, draft: &Draft) -> Vec<(String, Arc<ResolvedValue>)> {
    let one = |(name, value): (&String, &Value)| {
        let origin = if draft.overridden.contains(name) {
            Origin::Override { environment: ctx.facts.id.clone() }
        } else {
            Origin::Set
        };
        let written = draft.written.get(name).cloned();
        (name.clone(), Arc::new(ResolvedValue { value: value.clone(), origin, written }))
    };
    draft.resource.attributes.iter().map(one).collect()
}

/// The nearest container's value. A container's default counts only where there is no own one.
fn handed_down(
    above: &[(&Id, &Inherited)],
    name: &str,
    own_default: bool,
    shared: &mut Shared<'_>,
) -> Option<Arc<ResolvedValue>> {
    let find = |defaults: bool| {
        above.iter().find_map(|(ancestor, inherited)| {
            let found = inherited.attributes.get(name)?;
            (defaults || found.origin != Origin::Default).then_some((*ancestor, found))
        })
    };
    let (ancestor, found) = find(false).or_else(|| if own_default { None } else { find(true) })?;
    Some(shared.handed_down(ancestor, found))
}

/// Values that many have from one place, made once. What was made of is kept beside, so that its
/// address stays its own.
#[derive(Default)]
struct Shared<'a> {
    /// What a kind knows, in order.
    attributes: HashMap<*const Kind, Arc<Vec<(&'a String, &'a Attribute)>>, FixedState>,
    /// Containers of what stands in one.
    chains: HashMap<Id, Arc<Vec<Id>>, FixedState>,
    services: HashMap<Vec<Service>, Arc<Vec<Service>>, FixedState>,
    defaults: HashMap<*const Attribute, Arc<ResolvedValue>, FixedState>,
    handed_down: HashMap<(Id, *const ResolvedValue), [Arc<ResolvedValue>; 2], FixedState>,
}

impl<'a> Shared<'a> {
    fn attributes_of(&mut self, kind: &'a Kind) -> Arc<Vec<(&'a String, &'a Attribute)>> {
        let made = self.attributes.entry(std::ptr::from_ref(kind)).or_insert_with(|| {
            let mut all: Vec<_> = kind.attributes.iter().collect();
            all.sort_unstable_by_key(|(name, _)| *name);
            Arc::new(all)
        });
        Arc::clone(made)
    }

    fn services(&mut self, kind: Option<&Kind>, attributes: &Attributes) -> Arc<Vec<Service>> {
        let offered = services::offered(kind, attributes);
        if let Some(known) = self.services.get(&offered) {
            return Arc::clone(known);
        }
        let shared = Arc::new(offered.clone());
        self.services.insert(offered, Arc::clone(&shared));
        shared
    }

    fn the_default(&mut self, attribute: &Attribute) -> Option<Arc<ResolvedValue>> {
        let value = attribute.default.as_ref()?;
        let made = self.defaults.entry(std::ptr::from_ref(attribute)).or_insert_with(|| {
            let value = value.clone();
            Arc::new(ResolvedValue { value, origin: Origin::Default, written: None })
        });
        Some(Arc::clone(made))
    }

    fn handed_down(&mut self, from: &Id, value: &Arc<ResolvedValue>) -> Arc<ResolvedValue> {
        if matches!(value.origin, Origin::Inherited { .. }) {
            return Arc::clone(value);
        }
        let [_, made] =
            self.handed_down.entry((from.clone(), Arc::as_ptr(value))).or_insert_with(|| {
                let origin = Origin::Inherited { from: from.clone() };
                let ResolvedValue { value: what, written, .. } = &**value;
                let (what, written) = (what.clone(), written.clone());
                [Arc::clone(value), Arc::new(ResolvedValue { value: what, origin, written })]
            });
        Arc::clone(made)
    }
}

fn tags(
    state: &State,
    parent: Option<&Id>,
    own: &indexmap::IndexMap<String, Value>,
) -> Arc<BTreeMap<String, String>> {
    let mut tags = parent
        .and_then(|p| state.inherited.get(p))
        .map(|p| Arc::clone(&p.tags))
        .unwrap_or_default();
    if !own.is_empty() {
        let own = own.iter().filter_map(|(name, value)| Some((name.clone(), words(value)?)));
        Arc::make_mut(&mut tags).extend(own);
    }
    tags
}

/// The region it says itself (a tier of a network that spans several), else the one it stands in.
fn region(state: &State, attributes: &Attributes, above: Option<Id>) -> Option<Id> {
    let named = attributes.get("region").and_then(|a| a.value.as_str()).map(Id::from);
    named.filter(|id| state.drafts.get(id).is_some_and(|d| d.resource.kind == "region")).or(above)
}

/// Raw attributes of the main counterpart and of secondary ones.
fn raw(
    ctx: &Context<'_>,
    kind: Option<&Kind>,
    table: Option<&Table>,
) -> (Table, BTreeMap<String, Table>) {
    let prefix = match ctx.facts.provider {
        Provider::Aws => "aws_",
        Provider::Azure => "azurerm_",
        Provider::Gcp => "google_",
        Provider::Vsphere => "vsphere_",
        Provider::Lab | Provider::Docker | Provider::Kubernetes => "\0",
    };
    let types = kind.and_then(|k| k.counterparts.get(&ctx.facts.provider));
    let (mut main, mut secondary) = (Table::new(), BTreeMap::new());
    for (name, value) in table.into_iter().flatten() {
        let is_type = name.starts_with(prefix) || types.is_some_and(|types| types.contains(name));
        match value {
            Value::Table(inner) if is_type => drop(secondary.insert(name.clone(), inner.clone())),
            _ => drop(main.insert(name.clone(), value.clone())),
        }
    }
    (main, secondary)
}
