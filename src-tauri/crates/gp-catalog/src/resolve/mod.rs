//! From drawing to meaning, in eight steps (one file each). Total and deterministic.
//!
//! Every step keeps a map from id to its result and looks only at what an edit can change; a whole
//! resolve is the same with everything changed. A result that comes out as it was is shared, so an
//! edit costs what it touches. Nothing here fails on what the user drew, and nothing here judges:
//! what resolve itself stumbles over is said, the rest is for the checks.

mod allocate;
mod allow;
mod appliance;
mod by_id;
mod connect;
pub(crate) mod expand;
mod firewall;
mod guests;
mod ids;
mod inherit;
mod intents;
mod joined;
mod links;
mod modules;
mod names;
mod place;
mod queue;
mod services;
mod settings;
mod several;
mod sites;
mod six;
pub mod sizes;
mod stable;
mod substitute;
pub mod tables;
mod variables;
mod ways_out;
mod zones;

pub use expand::number_attributes;

use crate::{
    kind::Catalog,
    ordered::Ordered,
    resolved::{
        Companion, DesignFacts, EnvironmentFacts, Filter, Grant, Instance, MetNeed, Resolved,
        ResolvedIntent, ResolvedLink, ResolvedResource, RouteTable, Scope, Segment, VERSION,
    },
};
use by_id::{ById, put};
use gp_model::{Change, Design, Diagnostic, Environment, Id, Patch, Place, Table};
use imbl::OrdSet;
use indexmap::IndexMap;
use ipnet::Ipv6Net;
use several::Several;
use std::{collections::BTreeSet, net::Ipv4Addr, sync::Arc};

type Ids = BTreeSet<Id>;

/// Where networks without a range get one when the environment names no pool.
const POOL: &str = "10.0.0.0/8";

/// The environment that a design without environments has.
const IMPLICIT: &str = "lab";

/// What a design means in one environment. `None`: the first one of the design, or the implicit
/// `lab` where it has none.
pub fn resolve(design: &Design, catalog: &Catalog, environment: Option<&Id>) -> Resolved {
    Resolution::new(design, catalog, environment).resolved
}

/// A resolved design that can be brought up to date after an edit.
#[derive(Clone)]
pub struct Resolution {
    /// The meaning.
    pub resolved: Resolved,
    /// What the last step from one to the next changed.
    pub touched: Touched,
    state: State,
    wanted: Option<Id>,
    environment: Option<Arc<Environment>>,
    pool6: Ipv6Net,
}

/// What changed between two resolutions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Resources whose resolved form is new, different or gone.
    pub resources: BTreeSet<Id>,
    /// The same for links.
    pub links: BTreeSet<Id>,
    /// Addresses, real subnets, routes, filters or needs: anything that decides who reaches whom.
    pub topology: bool,
    /// Any intent.
    pub intents: bool,
    /// The environment: everything was looked at.
    pub everything: bool,
}

impl Resolution {
    /// Resolves a whole design.
    pub fn new(design: &Design, catalog: &Catalog, environment: Option<&Id>) -> Self {
        let ctx = Context::new(design, catalog, environment);
        let before = State::default();
        let dirty = Dirty::everything(&ctx, &before);
        Self::build(&ctx, &before, &dirty, environment.cloned())
    }

    /// The meaning of `design`, which is the previous one with `patch` applied. The same as
    /// resolving it anew; only what the patch can change is looked at. With another catalog, start
    /// anew.
    #[must_use]
    pub fn after(&self, design: &Design, catalog: &Catalog, patch: &Patch) -> Self {
        let ctx = Context::new(design, catalog, self.wanted.as_ref());
        let dirty = self.dirty(&ctx, patch);
        Self::build(&ctx, &self.state, &dirty, self.wanted.clone())
    }

    fn build(ctx: &Context<'_>, before: &State, dirty: &Dirty, wanted: Option<Id>) -> Self {
        let mut touched = Touched { everything: dirty.everything, ..Touched::default() };
        let state = run(ctx, before, dirty, &mut touched);
        let environment = ctx.environment.map(|e| Arc::new(e.clone()));
        let pool6 = settings::pool6(ctx.design, ctx.environment);
        Self { resolved: assemble(ctx, &state), touched, state, wanted, environment, pool6 }
    }

    fn dirty(&self, ctx: &Context<'_>, patch: &Patch) -> Dirty {
        // A first save gives the design its id, and with it a pool of its own.
        let same = self.resolved.environment == ctx.facts
            && self.pool6 == settings::pool6(ctx.design, ctx.environment)
            && self.is_nearly(ctx.environment);
        if !same {
            let mut dirty = Dirty::everything(ctx, &self.state);
            dirty.add(ctx.design, patch);
            return dirty;
        }
        let mut dirty = Dirty::default();
        dirty.add(ctx.design, patch);
        let before = self.environment.as_ref().map(|e| &e.overrides);
        for id in before.into_iter().chain([ctx.overrides()]).flat_map(IndexMap::keys) {
            if before.and_then(|before| before.get(id)) != ctx.overrides().get(id) {
                dirty.resources.insert(id.clone());
            }
        }
        dirty
    }

    /// Whether the environment is the one it was but for its overrides.
    fn is_nearly(&self, environment: Option<&Environment>) -> bool {
        match (self.environment.as_deref(), environment) {
            (Some(before), Some(after)) => {
                before.provider == after.provider
                    && before.like == after.like
                    && before.regions == after.regions
                    && before.pool == after.pool
            }
            (None, None) => true,
            _ => false,
        }
    }
}

/// What an edit changed, as the first step sees it.
#[derive(Default)]
struct Dirty {
    resources: Ids,
    links: Ids,
    intents: bool,
    /// Every step looks at everything, and what comes out as before stays shared.
    everything: bool,
}

impl Dirty {
    fn everything(ctx: &Context<'_>, before: &State) -> Self {
        let resources = ctx.design.resources.keys().chain(before.drafts.keys()).cloned().collect();
        let links = ctx.design.links.keys().chain(before.link_ends.keys()).cloned().collect();
        Self { resources, links, intents: true, everything: true }
    }

    fn add(&mut self, design: &Design, patch: &Patch) {
        for change in &patch.changes {
            match change {
                Change::Resource { id, before, after } => {
                    self.resources.insert(id.clone());
                    if before.is_none() || after.is_none() {
                        self.add_what_names(design, id);
                    }
                }
                Change::Link { id, .. } => drop(self.links.insert(id.clone())),
                Change::Intent { .. } => self.intents = true,
                Change::Environment { .. }
                | Change::Policy { .. }
                | Change::View { .. }
                | Change::ResourceLayout { .. }
                | Change::LinkLayout { .. }
                | Change::Lock { .. }
                | Change::About { .. } => {}
            }
        }
    }

    /// What names it may name nothing now, or something again; also where it was switched off, and so
    /// was nothing to the steps before and after.
    fn add_what_names(&mut self, design: &Design, id: &Id) {
        let naming = design.links.iter().filter(|(_, link)| link.from == *id || link.to == *id);
        self.links.extend(naming.map(|(link, _)| link.clone()));
        self.intents |= design.intents.values().any(|one| one.from == *id || one.to == *id);
    }
}

/// What every step may read.
pub(crate) struct Context<'a> {
    pub design: &'a Design,
    pub catalog: &'a Catalog,
    pub environment: Option<&'a Environment>,
    pub facts: EnvironmentFacts,
    findings: Vec<Diagnostic>,
}

impl<'a> Context<'a> {
    fn new(design: &'a Design, catalog: &'a Catalog, wanted: Option<&Id>) -> Self {
        let mut findings = Vec::new();
        let found = match wanted {
            Some(id) => design.environments.get_key_value(id),
            None => design.environments.iter().next(),
        };
        if let (Some(id), None) = (wanted, found)
            && *id != IMPLICIT
        {
            let text = format!("there is no environment “{id}”: the lab is shown instead");
            findings.push(Diagnostic::error("unknown-environment", Place::Design, text));
        }
        let environment = found.map(|(_, environment)| &**environment);
        let id = found.map_or_else(|| Id::new(IMPLICIT), |(id, _)| id.clone());
        findings.extend(settings::findings(design, environment.map(|e| (&id, e))));
        findings.extend(
            environment.map(|e| modules::findings(catalog, design, &id, e)).unwrap_or_default(),
        );
        let facts = settings::facts(id, environment);
        Self { design, catalog, environment, facts, findings }
    }

    /// Overrides of this environment.
    pub fn overrides(&self) -> &'a IndexMap<Id, Table> {
        static NONE: std::sync::OnceLock<IndexMap<Id, Table>> = std::sync::OnceLock::new();
        self.environment.map_or_else(|| NONE.get_or_init(IndexMap::new), |e| &e.overrides)
    }
}

/// The results of every step. Cloning is cheap.
#[derive(Clone, Default)]
pub(crate) struct State {
    findings: Ordered<(u8, Id), Arc<Vec<Diagnostic>>>,
    odd: OrdSet<ids::Odd>,
    drafts: ById<Arc<substitute::Draft>>,
    /// What names a region of its own.
    spanning: OrdSet<Id>,
    /// What names a tier, such as a machine in a rack, with that name, and back.
    guests: ById<Id>,
    guests_of: ById<Several>,
    parents: ById<Id>,
    children: ById<Several>,
    inherited: ById<Arc<inherit::Inherited>>,
    /// Network of what matters to a network's ranges and routes, and back.
    network_of: ById<Id>,
    in_network: ById<Several>,
    links: ById<Arc<ResolvedLink>>,
    link_ends: ById<(Id, Id)>,
    links_of: ById<Several>,
    zones: ById<Arc<Vec<String>>>,
    scopes: ById<Scope>,
    networks: OrdSet<Id>,
    doors: OrdSet<Id>,
    gateways: OrdSet<Id>,
    firewalls: OrdSet<Id>,
    dns_zones: OrdSet<Id>,
    ranges: ById<Arc<allocate::Range>>,
    ranges6: ById<Arc<six::Range>>,
    companions: ById<Arc<Vec<Companion>>>,
    tiers: ById<Arc<allocate::Tier>>,
    segments: Ordered<String, Arc<Segment>>,
    shapes: ById<Arc<expand::Shapes>>,
    /// Tier of what has addresses in one, and back.
    subnet_of: ById<Id>,
    in_subnet: ById<Several>,
    private: ById<Arc<Vec<Option<Ipv4Addr>>>>,
    public: ById<Arc<Vec<Option<Ipv4Addr>>>>,
    outside: OrdSet<Id>,
    instances: ById<Arc<Vec<Instance>>>,
    tables_of: ById<Arc<Vec<String>>>,
    route_tables: Ordered<String, Arc<RouteTable>>,
    filters: Ordered<String, Arc<Filter>>,
    needs: ById<Arc<Vec<MetNeed>>>,
    needs_changed: bool,
    resources: ById<Arc<ResolvedResource>>,
    intents: ById<Arc<ResolvedIntent>>,
    all_needs: Arc<Vec<MetNeed>>,
    all_grants: Arc<Vec<Grant>>,
    all_companions: Arc<Vec<Companion>>,
    all_records: Arc<Vec<crate::resolved::Record>>,
}

const LINK_FINDINGS: u8 = 9;
const INTENT_FINDINGS: u8 = 10;

impl State {
    /// Keeps what a step has to say of a resource, in place of what it said before.
    fn find(&mut self, step: u8, id: &Id, findings: Vec<Diagnostic>) {
        // Nearly always there is nothing to say, and nothing was said.
        if findings.is_empty() && self.findings.is_empty() {
            return;
        }
        let key = (step, id.clone());
        if findings.is_empty() {
            self.findings.remove(&key);
        } else {
            self.findings.insert(key, Arc::new(findings));
        }
    }

    fn find_link(&mut self, id: &Id, findings: Vec<Diagnostic>) {
        self.find(LINK_FINDINGS, id, findings);
    }
}

/// All steps in order, each told what the ones before it changed.
fn run(ctx: &Context<'_>, before: &State, dirty: &Dirty, touched: &mut Touched) -> State {
    let mut state = before.clone();
    // Where everything is looked at, whatever follows from something is among it.
    let everything = dirty.everything.then_some(&dirty.resources);
    let drafts = substitute::step(ctx, &mut state, &dirty.resources);
    let handed_down =
        inherit::step(ctx, &mut state, everything.unwrap_or(&drafts), dirty.everything);
    let inherited = everything.unwrap_or(&handed_down);
    sort_by_kind(&mut state, inherited);
    let named = Some(inherited).filter(|_| !dirty.everything);
    let links = links::step(ctx, &mut state, &dirty.links, named);
    let mut spread = zones::step(ctx, &mut state, inherited, dirty.everything);
    if everything.is_none() {
        spread.extend(inherited.iter().cloned());
    }
    let ranges = allocate::step(ctx, &mut state, everything.unwrap_or(&spread), before);
    if everything.is_none() {
        spread.extend(ends(before, &links).chain(ends(&state, &links)));
        let locked = inherited
            .iter()
            .flat_map(|id| place::locked_by(before, id).chain(place::locked_by(&state, id)));
        let locked: Ids = locked.collect();
        spread.extend(locked);
        let doors: Ids =
            state.doors.iter().filter(|d| leads_to_any(&state, d, inherited)).cloned().collect();
        spread.extend(doors);
    }
    let around_here = everything.unwrap_or(&spread);
    let instances = expand::step(ctx, &mut state, around_here, &ranges.subnets, dirty.everything);
    let networks = if dirty.everything {
        state.networks.iter().chain(&before.networks).cloned().collect()
    } else {
        around(&state, before, inherited, &links, &ranges.networks, &instances)
    };
    let routed = connect::step(ctx, &mut state, &networks);
    let let_in = everything.is_none().then(|| {
        let mut filtered = with_inhabitants(&state, &routed, inherited);
        filtered.extend(instances.iter().cloned());
        filtered.extend(sites::concerned(&state, &ranges.subnets, inherited));
        allow::affected(&state, before, &filtered, &links)
    });
    state.needs_changed = false;
    let mut topology = allow::step(ctx, &mut state, let_in.as_ref().unwrap_or(inherited));
    let places = [inherited, &ranges.subnets, &ranges.networks, &instances];
    if places.into_iter().any(|some| !some.is_empty()) {
        topology |= firewalls(ctx, &mut state, before);
    }
    if everything.is_none() {
        spread.extend(ranges.networks.iter().chain(&ranges.subnets).chain(&instances).cloned());
    }
    touched.resources = place::step(ctx, &mut state, everything.unwrap_or(&spread));
    topology |= !(instances.is_empty() && routed.is_empty() && ranges.subnets.is_empty());
    touched.topology = topology | !links.is_empty() | state.needs_changed;
    if dirty.intents || !inherited.is_empty() || !instances.is_empty() {
        touched.intents = all_intents(ctx, &mut state);
    }
    collect(&mut state, !ranges.networks.is_empty(), !links.is_empty());
    touched.links = links;
    state
}

/// Keeps sets of the few kinds that are looked at as a whole.
fn sort_by_kind(state: &mut State, changed: &Ids) {
    for id in changed {
        let inherited = state.inherited.get(id);
        let sets = [
            ("private-endpoint", &mut state.doors),
            ("api-gateway", &mut state.gateways),
            ("firewall", &mut state.firewalls),
            ("dns-zone", &mut state.dns_zones),
        ];
        for (name, set) in sets {
            if inherited.is_some_and(|it| it.kind == name) {
                set.insert(id.clone());
            } else {
                set.remove(id);
            }
        }
    }
}

fn ends<'a>(state: &'a State, links: &'a Ids) -> impl Iterator<Item = Id> + 'a {
    let links = links.iter().filter_map(|link| state.links.get(link));
    links.flat_map(|link| [link.from.clone(), link.to.clone()])
}

/// Whether a private end point's target is among these.
fn leads_to_any(state: &State, door: &Id, ids: &Ids) -> bool {
    let target = state.inherited.get(door).and_then(|door| door.text("target"));
    target.is_some_and(|target| ids.contains(target))
}

/// Every network whose routes may have changed.
fn around(
    state: &State,
    before: &State,
    inherited: &Ids,
    links: &Ids,
    ranged: &Ids,
    instances: &Ids,
) -> Ids {
    let mut networks = ranged.clone();
    networks.extend(
        inherited
            .iter()
            .filter(|id| state.networks.contains(*id) || before.networks.contains(*id))
            .cloned(),
    );
    for old in [state, before] {
        let members = || inherited.iter().chain(instances);
        networks.extend(members().filter_map(|id| old.network_of.get(id)).cloned());
        // Whoever talks to a service by a door decides which tables lead there.
        let with_doors: Ids =
            old.doors.iter().filter_map(|door| old.network_of.get(door)).cloned().collect();
        let around = members().filter_map(|id| old.inherited.get(id)?.network.as_ref());
        networks.extend(around.filter(|network| with_doors.contains(*network)).cloned());
        for end in ends(old, links) {
            networks.extend(old.inherited.get(&end).and_then(|i| i.network.clone()));
        }
        let doors = old.doors.iter();
        let doors =
            doors.filter(|d| leads_to_any(old, d, inherited) || leads_to_any(old, d, instances));
        networks.extend(doors.filter_map(|door| old.network_of.get(door)).cloned());
    }
    let peers: Vec<Id> = [state, before]
        .into_iter()
        .flat_map(|old| {
            networks.iter().flat_map(|n| connect::peers(old, n).map(|(_, other)| other.clone()))
        })
        .collect();
    networks.extend(peers);
    for old in [state, before] {
        let joining = inherited.iter().cloned().chain(ends(old, links));
        let starts: Vec<Id> =
            joining.filter(|id| joined::is_joining(old, id)).chain(networks.clone()).collect();
        for start in starts {
            joined::concerned(old, &start, &mut networks);
        }
    }
    networks
}

/// Changed resources, and everything that stands in networks whose routes or rules changed.
fn with_inhabitants(state: &State, routed: &Ids, inherited: &Ids) -> Ids {
    let mut found = inherited.clone();
    let networks = routed.iter().chain(inherited.iter().filter(|id| state.networks.contains(*id)));
    for network in networks {
        for subnet in state.in_network.get(network).into_iter().flatten() {
            found.extend(state.in_subnet.get(subnet).into_iter().flatten().cloned());
        }
    }
    found
}

fn firewalls(ctx: &Context<'_>, state: &mut State, before: &State) -> bool {
    let mut changed = false;
    for id in before.firewalls.iter().chain(&state.firewalls.clone()) {
        let name = format!("fw:{id}");
        let table = firewall::table(ctx, state, id).filter(|_| state.firewalls.contains(id));
        if state.filters.get(&name).map(|old| &**old) == table.as_ref() {
            continue;
        }
        changed = true;
        match table {
            Some(table) => drop(state.filters.insert(name, Arc::new(table))),
            None => drop(state.filters.remove(&name)),
        }
    }
    changed
}

fn all_intents(ctx: &Context<'_>, state: &mut State) -> bool {
    let mut changed = false;
    let known: Ids = ctx.design.intents.keys().chain(state.intents.keys()).cloned().collect();
    let said: Vec<(u8, Id)> =
        state.findings.keys().filter(|(step, _)| *step == INTENT_FINDINGS).cloned().collect();
    for key in said {
        state.findings.remove(&key);
    }
    for id in known {
        let mut findings = Vec::new();
        ids::note(&mut state.odd, ids::Odd::Intent, &id);
        let intent = ctx.design.intents.get(&id);
        let intent =
            intent.and_then(|intent| intents::resolved(ctx, state, &id, intent, &mut findings));
        state.find(INTENT_FINDINGS, &id, findings);
        changed |= put(&mut state.intents, &id, intent);
    }
    changed
}

/// The lists that are shown as a whole; what did not change stays shared.
fn collect(state: &mut State, networks: bool, links: bool) {
    if state.needs_changed {
        state.all_needs = Arc::new(state.needs.values().flat_map(|n| n.iter().cloned()).collect());
    }
    if networks {
        let companions: Vec<Companion> =
            state.companions.values().flat_map(|c| c.iter().cloned()).collect();
        if *state.all_companions != companions {
            state.all_companions = Arc::new(companions);
        }
    }
    let records = names::records(state);
    if *state.all_records != records {
        state.all_records = Arc::new(records);
    }
    if links {
        state.all_grants =
            Arc::new(state.links.values().filter_map(|link| links::grant(link)).collect());
    }
}

fn assemble(ctx: &Context<'_>, state: &State) -> Resolved {
    let design = DesignFacts {
        id: ctx.design.id.clone().unwrap_or_default(),
        name: ctx.design.title().to_owned(),
    };
    let mut diagnostics = ctx.findings.clone();
    diagnostics.extend(ids::findings(ctx.design, &state.odd));
    diagnostics.extend(state.findings.values().flat_map(|found| found.iter().cloned()));
    Resolved {
        version: VERSION,
        design,
        environment: ctx.facts.clone(),
        scopes: state.scopes.clone(),
        resources: state.resources.clone(),
        links: state.links.clone(),
        intents: state.intents.clone(),
        segments: state.segments.clone(),
        route_tables: state.route_tables.clone(),
        filters: state.filters.clone(),
        grants: Arc::clone(&state.all_grants),
        needs: Arc::clone(&state.all_needs),
        companions: Arc::clone(&state.all_companions),
        records: Arc::clone(&state.all_records),
        policy: Arc::clone(&ctx.design.policy),
        diagnostics,
    }
}
