//! Runs the rules: all of them, or after an edit those whose reading it touched.

use crate::{
    Check, Date, Facts, Near, Proof, Reads, Rule, checks::CHECKS, rule::ResourceCheck, waivers,
};
use gp_catalog::ordered::DiffItem;
use gp_catalog::{Catalog, Resolved, builtin, resolved::ResolvedResource};
use gp_model::{Diagnostic, Id, Place, Severity};
use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

/// What is to be said about a design in one environment, most important first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// What nobody accepted.
    pub open: Vec<Diagnostic>,
    /// What a waiver sets aside.
    pub waived: Vec<Waived>,
}

/// A finding that somebody accepted.
#[derive(Clone, Debug, PartialEq)]
pub struct Waived {
    /// The finding.
    pub finding: Diagnostic,
    /// The number of the waiver in the policy that covers it.
    pub waiver: usize,
}

/// Everything that is to be said about a design in one environment: what resolving found and
/// what the checks find.
pub fn judge(resolved: &Resolved, proof: &Proof, today: Date) -> Findings {
    Judge::default().look(resolved, proof, today)
}

/// Remembers findings between edits of one design in one environment, so that the next look
/// runs only what the edit can have changed.
#[derive(Default)]
pub struct Judge {
    catalog: Option<Arc<Catalog>>,
    before: Option<(Resolved, Proof)>,
    /// Per rule: the findings at each resource; those of the whole design under the empty id.
    kept: BTreeMap<&'static str, BTreeMap<Id, Vec<Diagnostic>>>,
}

impl Judge {
    /// A judge that knows a user's own kinds, too.
    pub fn with_catalog(catalog: Arc<Catalog>) -> Self {
        Self { catalog: Some(catalog), ..Self::default() }
    }

    /// As [`judge`]; what the last look found is used where it still holds.
    pub fn judge(&mut self, resolved: &Resolved, proof: &Proof, today: Date) -> Findings {
        let found = self.look(resolved, proof, today);
        self.before = Some((resolved.clone(), proof.clone()));
        found
    }

    fn look(&mut self, resolved: &Resolved, proof: &Proof, today: Date) -> Findings {
        let catalog = self.catalog.clone();
        let catalog = catalog.as_deref().unwrap_or_else(|| builtin());
        let facts = Facts::new(resolved, catalog, proof);
        let touched = self.before.take().map(|(old, proof)| Touched::new(&old, &proof, &facts));
        for rule in CHECKS {
            let kept = self.kept.entry(rule.id).or_default();
            match &touched {
                None => full(rule, &facts, kept),
                Some(touched) => again(rule, &facts, touched, kept),
            }
        }
        let mut found = resolved.diagnostics.clone();
        for diagnostic in &mut found {
            complete(&facts, diagnostic);
        }
        found.extend(self.kept.values().flat_map(BTreeMap::values).flatten().cloned());
        let mut findings = waivers::apply(resolved, found, today);
        findings.open.sort_by(|a, b| key(a).cmp(&key(b)));
        findings.open.dedup();
        findings.waived.sort_by(|a, b| key(&a.finding).cmp(&key(&b.finding)));
        findings.waived.dedup();
        findings
    }
}

/// Adds to what resolving said why it matters and what helps.
fn complete(facts: &Facts<'_>, found: &mut Diagnostic) {
    let Some(rule) = CHECKS.iter().find(|rule| rule.id == found.rule) else { return };
    let Check::Resolve(fix) = rule.check else { return };
    if found.why.is_none() {
        found.why = rule.why();
    }
    let mut better = found.clone();
    // What a failed rule left behind is not used.
    if catch_unwind(AssertUnwindSafe(|| fix(facts, &mut better))).is_ok() {
        *found = better;
    }
}

fn key(d: &Diagnostic) -> (Severity, &Place, &str, &str) {
    (d.severity, &d.place, &d.rule, &d.message)
}

fn full(rule: &'static Rule, facts: &Facts<'_>, kept: &mut BTreeMap<Id, Vec<Diagnostic>>) {
    kept.clear();
    match rule.check {
        Check::Resource(check) => {
            for resource in facts.resolved.resources.values() {
                if rule.reads.concerns(&resource.kind) {
                    one(rule, check, facts, resource, kept);
                }
            }
        }
        Check::Design(check) => {
            let found = guarded(rule, &Place::Design, |found| check(facts, found));
            if !found.is_empty() {
                kept.insert(Id::default(), found);
            }
        }
        Check::Resolve(_) | Check::Waivers => {}
    }
}

fn one(
    rule: &'static Rule,
    check: ResourceCheck,
    facts: &Facts<'_>,
    resource: &ResolvedResource,
    kept: &mut BTreeMap<Id, Vec<Diagnostic>>,
) {
    let place = Place::resource(&resource.id);
    let found = guarded(rule, &place, |found| check(facts, resource, found));
    if found.is_empty() {
        kept.remove(&resource.id);
    } else {
        kept.insert(resource.id.clone(), found);
    }
}

/// A rule that panics is our mistake: it is said, and the other rules run on.
fn guarded(rule: &Rule, place: &Place, run: impl FnOnce(&mut Vec<Diagnostic>)) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if catch_unwind(AssertUnwindSafe(|| run(&mut found))).is_err() {
        let mut failed = Diagnostic::error(
            "failed-rule",
            place.clone(),
            format!(
                "the rule “{}” failed here: this is a mistake of the program, please report it",
                rule.id
            ),
        );
        failed.rule = Cow::Borrowed("failed-rule");
        return vec![failed];
    }
    found
}

fn again(
    rule: &'static Rule,
    facts: &Facts<'_>,
    touched: &Touched,
    kept: &mut BTreeMap<Id, Vec<Diagnostic>>,
) {
    if touched.everything || rule.reads.near.iter().any(|near| touched.near(*near, &rule.reads)) {
        return full(rule, facts, kept);
    }
    let links = touched.links && rule.reads.near.contains(&Near::Links);
    match rule.check {
        Check::Design(_) if links || touched.kinds_of(&rule.reads) => full(rule, facts, kept),
        Check::Resource(check) => {
            for id in &touched.gone {
                kept.remove(id);
            }
            let changed = touched.resources.iter().filter(|(_, seen)| seen.by(&rule.reads));
            let mut open: BTreeSet<&Id> = changed.map(|(id, _)| id).collect();
            if rule.reads.near.contains(&Near::Links) {
                open.extend(&touched.link_ends);
            }
            for id in open {
                let Some(resource) = facts.resource(id) else { continue };
                kept.remove(id);
                if rule.reads.concerns(&resource.kind) {
                    one(rule, check, facts, resource, kept);
                }
            }
        }
        _ => {}
    }
}

impl Reads {
    fn concerns(&self, kind: &str) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// How a resource changed.
struct Seen {
    /// The kinds it had and has.
    kinds: Vec<String>,
    /// The attributes that differ, where nothing else does.
    only: Option<BTreeSet<String>>,
}

impl Seen {
    fn by(&self, reads: &Reads) -> bool {
        let read = |only: &BTreeSet<String>| {
            reads.attributes.is_empty() || reads.attributes.iter().any(|name| only.contains(*name))
        };
        self.kinds.iter().any(|kind| reads.concerns(kind)) && self.only.as_ref().is_none_or(read)
    }
}

/// The attributes that differ, if everything else of a resource is as it was.
fn only_attributes(old: &ResolvedResource, new: &ResolvedResource) -> Option<BTreeSet<String>> {
    let with_old = ResolvedResource { attributes: Arc::clone(&old.attributes), ..new.clone() };
    if with_old != *old {
        return None;
    }
    let names = old.attributes.keys().chain(new.attributes.keys());
    Some(names.filter(|n| old.attributes.get(*n) != new.attributes.get(*n)).cloned().collect())
}

/// What differs between two looks.
struct Touched {
    everything: bool,
    /// Changed, new and gone resources.
    resources: BTreeMap<Id, Seen>,
    gone: BTreeSet<Id>,
    container: bool,
    link_ends: BTreeSet<Id>,
    links: bool,
    intents: bool,
    segments: bool,
    needs: bool,
    scopes: bool,
    filters: bool,
    proof: bool,
    records: bool,
    said: bool,
}

impl Touched {
    fn new(old: &Resolved, old_proof: &Proof, facts: &Facts<'_>) -> Self {
        let new = facts.resolved;
        let mut touched = Self {
            everything: old.environment != new.environment || old.version != new.version,
            resources: BTreeMap::new(),
            gone: BTreeSet::new(),
            container: false,
            link_ends: BTreeSet::new(),
            links: false,
            intents: old.intents.diff(&new.intents).next().is_some(),
            segments: old.segments.diff(&new.segments).next().is_some()
                || old.route_tables.diff(&new.route_tables).next().is_some(),
            needs: old.needs != new.needs,
            scopes: old.scopes.diff(&new.scopes).next().is_some(),
            filters: old.filters.diff(&new.filters).next().is_some(),
            proof: old_proof != facts.proof,
            records: old.records != new.records,
            said: old.diagnostics != new.diagnostics,
        };
        touched.see_resources(old, facts);
        touched.see_links(old, facts);
        touched
    }

    fn see_resources(&mut self, old: &Resolved, facts: &Facts<'_>) {
        for change in old.resources.diff(&facts.resolved.resources) {
            let (id, kinds, only) = match change {
                DiffItem::Add(id, new) => (id, vec![new.kind.clone()], None),
                DiffItem::Update { old: (id, old), new: (_, new) } => {
                    (id, vec![old.kind.clone(), new.kind.clone()], only_attributes(old, new))
                }
                DiffItem::Remove(id, old) => {
                    self.gone.insert(id.clone());
                    (id, vec![old.kind.clone()], None)
                }
            };
            self.container |=
                kinds.iter().any(|k| facts.catalog.kind(k).is_some_and(|kind| kind.container));
            self.resources.insert(id.clone(), Seen { kinds, only });
        }
    }

    fn see_links(&mut self, old: &Resolved, facts: &Facts<'_>) {
        for change in old.links.diff(&facts.resolved.links) {
            self.links = true;
            let ends = match change {
                DiffItem::Add(_, link) | DiffItem::Remove(_, link) => vec![link],
                DiffItem::Update { old: (_, old), new: (_, new) } => vec![old, new],
            };
            for link in ends {
                self.link_ends.extend([link.from.clone(), link.to.clone()]);
            }
        }
        // A rule that follows a link looks at the resource on its other side.
        for id in self.resources.keys() {
            for link in facts.links(id) {
                self.link_ends.extend([link.from.clone(), link.to.clone()]);
            }
        }
    }

    /// Whether any changed resource is one that the rule looks at.
    fn kinds_of(&self, reads: &Reads) -> bool {
        self.resources.values().any(|seen| seen.by(reads))
    }

    /// Whether something that the rule sees beside single resources changed.
    fn near(&self, near: Near, reads: &Reads) -> bool {
        match near {
            Near::Containers => self.container,
            Near::Others => self.kinds_of(reads),
            // Rules over single resources run again at the ends, see `again`.
            Near::Links => false,
            Near::Intents => self.intents,
            Near::Segments => self.segments,
            Near::Needs => self.needs,
            Near::Scopes => self.scopes,
            Near::Filters => self.filters,
            Near::Proof => self.proof,
            Near::Said => self.said,
            Near::Records => self.records,
        }
    }
}
